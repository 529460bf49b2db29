//go:build !purego

#include "textflag.h"

// func largestAVX2(x []float64) (largest float64, unordered int)
TEXT ·largestAVX2(SB), NOSPLIT, $0-40
	MOVQ     x_base+0(FP), SI
	MOVQ     x_len+8(FP), R8
	VPCMPEQQ Y14, Y14, Y14
	VPSRLQ   $1, Y14, Y14 // all but the sign bit
	VXORPD   Y0, Y0, Y0   // the largest
	VXORPD   Y1, Y1, Y1   // what has no order

four:
	SUBQ    $4, R8
	JLT     done
	VANDPD  (SI), Y14, Y2
	VCMPPD  $3, Y2, Y2, Y3
	VORPD   Y3, Y1, Y1
	VMAXPD  Y2, Y0, Y0
	ADDQ    $32, SI
	JMP     four

done:
	VEXTRACTF128 $1, Y0, X2
	VMAXPD       X2, X0, X0
	VPERMILPD    $1, X0, X2
	VMAXSD       X2, X0, X0
	VMOVSD       X0, largest+24(FP)
	VMOVMSKPD    Y1, AX
	MOVQ         AX, unordered+32(FP)
	VZEROUPPER
	RET

// PART adds q of x to a sum and leaves r in x.
#define PART(sigma, x, q, sum) \
	VADDPD x, sigma, q  \
	VSUBPD sigma, q, q  \
	VADDPD q, sum, sum  \
	VSUBPD q, x, x

// func foldAVX2(x []float64, sigma *[folds]float64, sums *foldSums) (left int)
TEXT ·foldAVX2(SB), NOSPLIT, $0-48
	MOVQ         x_base+0(FP), SI
	MOVQ         x_len+8(FP), R8
	MOVQ         sigma+24(FP), R9
	MOVQ         sums+32(FP), DX
	VBROADCASTSD (R9), Y10
	VBROADCASTSD 8(R9), Y11
	VBROADCASTSD 16(R9), Y12
	VXORPD       Y0, Y0, Y0
	VXORPD       Y1, Y1, Y1
	VXORPD       Y2, Y2, Y2
	VXORPD       Y3, Y3, Y3   // what is left
	VXORPD       Y13, Y13, Y13

four:
	SUBQ    $4, R8
	JLT     done
	VMOVUPD (SI), Y4
	PART(Y10, Y4, Y5, Y0)
	PART(Y11, Y4, Y5, Y1)
	PART(Y12, Y4, Y5, Y2)
	VORPD   Y4, Y3, Y3
	ADDQ    $32, SI
	JMP     four

done:
	VMOVUPD   Y0, (DX)
	VMOVUPD   Y1, 32(DX)
	VMOVUPD   Y2, 64(DX)
	VCMPPD    $4, Y13, Y3, Y3 // not 0, of either sign
	VMOVMSKPD Y3, AX
	MOVQ      AX, left+40(FP)
	VZEROUPPER
	RET
