//go:build !purego

#include "textflag.h"

// SUM adds the four lanes of a, each the negative of a count, in AX.
#define SUM(a, low) \
	VEXTRACTI128 $1, a, X0      \
	VPADDQ       X0, low, low   \
	VPSHUFD      $0x4E, low, X0 \
	VPADDQ       X0, low, low   \
	VMOVQ        low, AX        \
	NEGQ         AX

// func betweenAVX2(out, block []float64, low, high float64) (kept, below, numbers int)
//
// Of four numbers a byte says which are wanted: PDEP deals its bits out to the lanes, and PEXT takes the
// numbers of those lanes out of 0, 1, 2 …, so that VPERMD moves the wanted ones to the front (BMI2; Intel 64
// manual, volume 2B). All four are stored, and the next four over those that are not wanted.
TEXT ·betweenAVX2(SB), NOSPLIT, $0-88
	MOVQ         out_base+0(FP), DI
	MOVQ         block_base+24(FP), SI
	MOVQ         block_len+32(FP), CX
	VBROADCASTSD low+48(FP), Y8
	VBROADCASTSD high+56(FP), Y9
	VPXOR        Y10, Y10, Y10          // numbers below, negative
	VPXOR        Y11, Y11, Y11          // numbers, negative
	MOVQ         $0x0001000100010001, R10
	MOVQ         $0x0706050403020100, R11

four:
	VMOVUPD   (SI), Y2
	VCMPPD    $0x1D, Y8, Y2, Y3 // not less, and no NaN
	VCMPPD    $0x12, Y9, Y2, Y4 // not more
	VCMPPD    $0x11, Y8, Y2, Y5 // less
	VCMPPD    $0x07, Y2, Y2, Y6 // no NaN
	VANDPD    Y4, Y3, Y3
	VPADDQ    Y5, Y10, Y10
	VPADDQ    Y6, Y11, Y11
	VMOVMSKPD Y3, AX
	PDEPQ     R10, AX, BX
	MOVQ      BX, DX
	SHLQ      $16, DX
	SUBQ      BX, DX
	POPCNTQ   BX, BX
	PEXTQ     DX, R11, DX
	VMOVQ     DX, X0
	VPMOVZXBD X0, Y0
	VPERMD    Y2, Y0, Y2
	VMOVUPD   Y2, (DI)
	LEAQ      (DI)(BX*8), DI
	ADDQ      $32, SI
	SUBQ      $4, CX
	JNZ       four
	SUBQ      out_base+0(FP), DI
	SHRQ      $3, DI
	MOVQ      DI, kept+64(FP)
	SUM(Y10, X10)
	MOVQ      AX, below+72(FP)
	SUM(Y11, X11)
	MOVQ      AX, numbers+80(FP)
	VZEROUPPER
	RET
