//go:build !purego

#include "textflag.h"

// func unpackAVX2(dst []int32, src []byte, width int, l *lanes)
//
// Eight values of w bits are w bytes. The bytes of the first four go to the lower half of a vector, those of the others to the
// upper one, there the four bytes that a value lies in to its lane (VPSHUFB), and the bits before and behind it away.
TEXT ·unpackAVX2(SB), NOSPLIT, $0-64
	MOVQ dst_base+0(FP), DI
	MOVQ dst_len+8(FP), DX
	MOVQ src_base+24(FP), SI
	MOVQ width+48(FP), CX
	MOVQ l+56(FP), R8
	VMOVDQU  (R8), Y13
	VMOVDQU  32(R8), Y14
	VPCMPEQD Y15, Y15, Y15
	MOVQ     $32, AX
	SUBQ     CX, AX
	VMOVQ    AX, X0
	VPSRLD   X0, Y15, Y15 // the lowest w bits
	MOVQ     CX, R9
	SHRQ     $1, R9       // the byte in which the fifth value begins

eight:
	VMOVDQU     (SI), X0
	VINSERTI128 $1, (SI)(R9*1), Y0, Y0
	VPSHUFB     Y13, Y0, Y0
	VPSRLVD     Y14, Y0, Y0
	VPAND       Y15, Y0, Y0
	VMOVDQU     Y0, (DI)
	ADDQ        CX, SI
	ADDQ        $32, DI
	SUBQ        $8, DX
	JNZ         eight
	VZEROUPPER
	RET
