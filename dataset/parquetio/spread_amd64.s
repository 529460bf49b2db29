//go:build !purego

#include "textflag.h"

// Values that are stored without gaps are spread over eight rows, of which a byte says which have one, without a branch and
// without a table: PDEP deals the bits of the byte out to the lanes, and then the numbers 0, 1, 2 … to the lanes that got a
// one, so that VPERMD finds in every such lane the next value (BMI2; Intel 64 manual, volume 2B).

// DEAL makes of the lowest bits of AX, as many as ones has, in Y1 lanes of all ones or zeros, in Y0 the number of the value
// that each of the former takes, and in BX how many they are. bits is the width of a lane's share of ones and of R11.
#define DEAL(ones, bits) \
	PDEPQ     ones, AX, BX \
	MOVQ      BX, DX       \
	SHLQ      bits, DX     \
	SUBQ      BX, DX       \
	POPCNTQ   BX, BX       \
	PDEPQ     DX, R11, R12 \
	VMOVQ     DX, X1       \
	VMOVQ     R12, X0      \
	VPMOVSXBD X1, Y1       \
	VPMOVZXBD X0, Y0

// func greatestAVX2(indexes []int32) uint32
TEXT ·greatestAVX2(SB), NOSPLIT, $0-28
	MOVQ  indexes_base+0(FP), SI
	MOVQ  indexes_len+8(FP), CX
	VPXOR Y0, Y0, Y0

eight:
	VPMAXUD (SI), Y0, Y0
	ADDQ    $32, SI
	SUBQ    $8, CX
	JNZ     eight
	VEXTRACTI128 $1, Y0, X1
	VPMAXUD      X1, X0, X0
	VPSHUFD      $0x4E, X0, X1
	VPMAXUD      X1, X0, X0
	VPSHUFD      $0xB1, X0, X1
	VPMAXUD      X1, X0, X0
	VMOVD        X0, AX
	MOVL         AX, ret+24(FP)
	VZEROUPPER
	RET

// func entriesAVX2(rows, dictionary []float64, indexes []int32)
TEXT ·entriesAVX2(SB), NOSPLIT, $0-72
	MOVQ rows_base+0(FP), DI
	MOVQ rows_len+8(FP), CX
	MOVQ dictionary_base+24(FP), SI
	MOVQ indexes_base+48(FP), R8

eight:
	VMOVDQU    (R8), X0
	VMOVDQU    16(R8), X1
	VPCMPEQD   Y2, Y2, Y2
	VPCMPEQD   Y3, Y3, Y3
	VXORPD     Y4, Y4, Y4
	VXORPD     Y5, Y5, Y5
	VGATHERDPD Y2, (SI)(X0*8), Y4
	VGATHERDPD Y3, (SI)(X1*8), Y5
	VMOVUPD    Y4, (DI)
	VMOVUPD    Y5, 32(DI)
	ADDQ       $32, R8
	ADDQ       $64, DI
	SUBQ       $8, CX
	JNZ        eight
	VZEROUPPER
	RET

// func spreadEntriesAVX2(rows, dictionary []float64, indexes []int32, defined []byte) (next int)
//
// A lane of Y1 is -1 or 0. Subtracting it makes an index the place behind null, and masking with it makes that of null.
TEXT ·spreadEntriesAVX2(SB), NOSPLIT, $0-104
	MOVQ rows_base+0(FP), DI
	MOVQ rows_len+8(FP), CX
	MOVQ dictionary_base+24(FP), SI
	MOVQ indexes_base+48(FP), R8
	MOVQ defined_base+72(FP), R9
	MOVQ $0x0101010101010101, R10
	MOVQ $0x0706050403020100, R11

eight:
	MOVBLZX (R9), AX
	DEAL(R10, $8)
	VPERMD       (R8), Y0, Y2
	VPSUBD       Y1, Y2, Y2
	VPAND        Y1, Y2, Y2
	VEXTRACTI128 $1, Y2, X3
	VPCMPEQD     Y4, Y4, Y4
	VPCMPEQD     Y5, Y5, Y5
	VXORPD       Y6, Y6, Y6
	VXORPD       Y7, Y7, Y7
	VGATHERDPD   Y4, (SI)(X2*8), Y6
	VGATHERDPD   Y5, (SI)(X3*8), Y7
	VMOVUPD      Y6, (DI)
	VMOVUPD      Y7, 32(DI)
	LEAQ         (R8)(BX*4), R8
	INCQ         R9
	ADDQ         $64, DI
	SUBQ         $8, CX
	JNZ          eight
	SUBQ         indexes_base+48(FP), R8
	SHRQ         $2, R8
	MOVQ         R8, next+96(FP)
	VZEROUPPER
	RET

// PLAIN are the constants of the two functions below: in Y13 the bits of magnitude, in Y14 one more in the exponent, in Y15
// zero, of a number and of the carries.
#define PLAIN \
	VPCMPEQD Y13, Y13, Y13 \
	VPSRLQ   $63, Y13, Y14 \
	VPSLLQ   $52, Y14, Y14 \
	VPSRLQ   $1, Y13, Y13  \
	VPXOR    Y12, Y12, Y12 \
	VPXOR    Y15, Y15, Y15

// CARRY joins into Y12 what tells of values of Y2 that are not finite.
#define CARRY \
	VPAND  Y13, Y2, Y3  \
	VPADDQ Y14, Y3, Y3  \
	VPOR   Y3, Y12, Y12

// JOIN joins the lanes of Y12 in AX.
#define JOIN \
	VEXTRACTI128 $1, Y12, X0  \
	VPOR         X0, X12, X12 \
	VPSHUFD      $0x4E, X12, X0 \
	VPOR         X0, X12, X12 \
	VMOVQ        X12, AX

// func doublesAVX2(rows []float64, src []byte) (carry uint64)
TEXT ·doublesAVX2(SB), NOSPLIT, $0-56
	MOVQ rows_base+0(FP), DI
	MOVQ rows_len+8(FP), CX
	MOVQ src_base+24(FP), SI
	PLAIN

four:
	VMOVDQU (SI), Y2
	CARRY
	VADDPD  Y15, Y2, Y2
	VMOVUPD Y2, (DI)
	ADDQ    $32, SI
	ADDQ    $32, DI
	SUBQ    $4, CX
	JNZ     four
	JOIN
	MOVQ    AX, carry+48(FP)
	VZEROUPPER
	RET

// FOUR spreads values over four rows, two lanes each.
#define FOUR(rows) \
	DEAL(R10, $16)              \
	VMOVDQU   (SI), Y2          \
	CARRY                       \
	VPERMD    Y2, Y0, Y2        \
	VBLENDVPD Y1, Y2, Y11, Y2   \
	VADDPD    Y15, Y2, Y2       \
	VMOVUPD   Y2, rows          \
	LEAQ      (SI)(BX*8), SI

// func spreadDoublesAVX2(rows []float64, src, defined []byte) (row, at int, carry uint64)
//
// It ends before it would read beyond src.
TEXT ·spreadDoublesAVX2(SB), NOSPLIT, $0-96
	MOVQ rows_base+0(FP), DI
	MOVQ rows_len+8(FP), CX
	MOVQ src_base+24(FP), SI
	MOVQ src_len+32(FP), R13
	MOVQ defined_base+48(FP), R9
	MOVQ $0x0001000100010001, R10
	MOVQ $0x0706050403020100, R11
	PLAIN
	MOVQ         $0x7FF8000000000001, AX // math.NaN
	VMOVQ        AX, X11
	VPBROADCASTQ X11, Y11
	ADDQ         SI, R13
	SUBQ         $64, R13                // the last place from which eight values can be read

eight:
	CMPQ    SI, R13
	JGT     done
	MOVBLZX (R9), AX
	FOUR((DI))
	SHRL    $4, AX
	FOUR(32(DI))
	INCQ    R9
	ADDQ    $64, DI
	SUBQ    $8, CX
	JNZ     eight

done:
	SUBQ rows_base+0(FP), DI
	SHRQ $3, DI
	MOVQ DI, row+72(FP)
	SUBQ src_base+24(FP), SI
	MOVQ SI, at+80(FP)
	JOIN
	MOVQ AX, carry+88(FP)
	VZEROUPPER
	RET
