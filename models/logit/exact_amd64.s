//go:build !purego

#include "textflag.h"

// The double-double part of the kernel, for exactblock.go. A column is COLUMN bytes long:
// the high words of 64 rows, and HALF bytes further on the low words.

#define COLUMN 1024
#define HALF 512

// EXACTTERM adds a b to sum, and what rounding takes from it to lost: the product's error
// and the small products in Y5, the sum's error by Knuth's two-sum. The high word of a is
// in Y2 and its low word in Y3, those of b are b and a memory operand. It spoils Y5 to Y9.
#define EXACTTERM(b, blow, sum, lost) \
	VMULPD      b, Y2, Y6     \ // p
	VMOVAPD     Y6, Y5        \
	VFMSUB231PD b, Y2, Y5     \ // a b - p
	VFMADD231PD blow, Y2, Y5  \
	VFMADD231PD b, Y3, Y5     \
	VADDPD      Y6, sum, Y7   \ // s
	VSUBPD      sum, Y7, Y8   \ // t = s - sum
	VSUBPD      Y8, Y7, Y9    \ // s - t
	VSUBPD      Y9, sum, Y9   \
	VSUBPD      Y8, Y6, Y8    \ // p - t
	VADDPD      Y8, Y9, Y9    \
	VADDPD      Y5, Y9, Y9    \
	VADDPD      Y9, lost, lost \
	VMOVAPD     Y7, sum

// func exactStandardiseAVX2(z, x []float64, scale, shift float64)
TEXT ·exactStandardiseAVX2(SB), NOSPLIT, $0-64
	MOVQ         z_base+0(FP), DI
	MOVQ         x_base+24(FP), SI
	MOVQ         x_len+32(FP), R8
	VBROADCASTSD scale+48(FP), Y0
	VBROADCASTSD shift+56(FP), Y1
	VPCMPEQQ     Y2, Y2, Y2
	VPSLLQ       $63, Y2, Y2
	VXORPD       Y2, Y1, Y1       // b = -shift

four:
	SUBQ         $4, R8
	JLT          done
	VMULPD       (SI), Y0, Y2     // a, exact
	VADDPD       Y1, Y2, Y3       // s = a + b
	VSUBPD       Y2, Y3, Y4       // t = s - a
	VSUBPD       Y4, Y3, Y5       // s - t
	VSUBPD       Y5, Y2, Y5       // a - (s - t)
	VSUBPD       Y4, Y1, Y4       // b - t
	VADDPD       Y4, Y5, Y5
	VMOVUPD      Y3, (DI)
	VMOVUPD      Y5, HALF(DI)
	ADDQ         $32, SI
	ADDQ         $32, DI
	JMP          four

done:
	VZEROUPPER
	RET

// func exactPredictAVX2(eta, z []float64, coef []dd)
//
// Four rows stay in registers while all columns are added to them.
TEXT ·exactPredictAVX2(SB), NOSPLIT, $0-72
	MOVQ         eta_base+0(FP), DI
	MOVQ         z_base+24(FP), SI
	MOVQ         coef_base+48(FP), R9
	MOVQ         coef_len+56(FP), R10
	MOVQ         $16, R8

rows:
	VMOVUPD      (DI), Y0
	VMOVUPD      HALF(DI), Y1
	MOVQ         SI, R11
	MOVQ         R9, R12
	MOVQ         R10, CX

column:
	DECQ         CX
	JLT          store
	VBROADCASTSD (R12), Y2
	VBROADCASTSD 8(R12), Y3
	VMOVUPD      (R11), Y4
	EXACTTERM(Y4, HALF(R11), Y0, Y1)
	ADDQ         $COLUMN, R11
	ADDQ         $16, R12
	JMP          column

store:
	VMOVUPD      Y0, (DI)
	VMOVUPD      Y1, HALF(DI)
	ADDQ         $32, DI
	ADDQ         $32, SI
	DECQ         R8
	JGT          rows
	VZEROUPPER
	RET

// func exactWeighAVX2(u, v, z []float64)
TEXT ·exactWeighAVX2(SB), NOSPLIT, $0-72
	MOVQ         u_base+0(FP), DI
	MOVQ         v_base+24(FP), SI
	MOVQ         z_base+48(FP), DX
	XORQ         AX, AX

four:
	VMOVUPD      (SI)(AX*1), Y0
	VMOVUPD      (DX)(AX*1), Y1
	VMULPD       Y1, Y0, Y2       // p
	VMOVAPD      Y2, Y3
	VFMSUB231PD  Y1, Y0, Y3       // v z - p
	VFMADD231PD  HALF(DX)(AX*1), Y0, Y3
	VMOVUPD      HALF(SI)(AX*1), Y4
	VFMADD231PD  Y1, Y4, Y3
	VADDPD       Y3, Y2, Y4       // s
	VSUBPD       Y2, Y4, Y5
	VSUBPD       Y5, Y3, Y5       // e - (s - p)
	VMOVUPD      Y4, (DI)(AX*1)
	VMOVUPD      Y5, HALF(DI)(AX*1)
	ADDQ         $32, AX
	CMPQ         AX, $HALF
	JLT          four
	VZEROUPPER
	RET

// DDADD sets Y4 and Y5 to the sum of the double-doubles in Y0 and Y1, and in Y2 and Y3, as dd.add
// does. It spoils Y6 to Y8.
#define DDADD \
	VADDPD Y2, Y0, Y4 \ // s, of the high words
	VSUBPD Y0, Y4, Y5 \
	VSUBPD Y5, Y4, Y6 \
	VSUBPD Y6, Y0, Y6 \
	VSUBPD Y5, Y2, Y5 \
	VADDPD Y5, Y6, Y5 \ // what s lacks
	VADDPD Y3, Y1, Y6 \ // t, of the low words
	VSUBPD Y1, Y6, Y7 \
	VSUBPD Y7, Y6, Y8 \
	VSUBPD Y8, Y1, Y8 \
	VSUBPD Y7, Y3, Y7 \
	VADDPD Y7, Y8, Y7 \ // what t lacks
	VADDPD Y6, Y5, Y5 \
	VADDPD Y5, Y4, Y6 \
	VSUBPD Y4, Y6, Y8 \
	VSUBPD Y8, Y5, Y5 \
	VADDPD Y7, Y5, Y5 \
	VADDPD Y5, Y6, Y4 \
	VSUBPD Y6, Y4, Y8 \
	VSUBPD Y8, Y5, Y5

// func exactAddAVX2(z, x, y []float64)
TEXT ·exactAddAVX2(SB), NOSPLIT, $0-72
	MOVQ         z_base+0(FP), DI
	MOVQ         x_base+24(FP), SI
	MOVQ         y_base+48(FP), DX
	XORQ         AX, AX

four:
	VMOVUPD      (SI)(AX*1), Y0
	VMOVUPD      HALF(SI)(AX*1), Y1
	VMOVUPD      (DX)(AX*1), Y2
	VMOVUPD      HALF(DX)(AX*1), Y3
	DDADD
	VMOVUPD      Y4, (DI)(AX*1)
	VMOVUPD      Y5, HALF(DI)(AX*1)
	ADDQ         $32, AX
	CMPQ         AX, $HALF
	JLT          four
	VZEROUPPER
	RET

// func exactShiftAVX2(z, x []float64, by dd)
TEXT ·exactShiftAVX2(SB), NOSPLIT, $0-64
	MOVQ         z_base+0(FP), DI
	MOVQ         x_base+24(FP), SI
	VBROADCASTSD by_hi+48(FP), Y2
	VBROADCASTSD by_lo+56(FP), Y3
	XORQ         AX, AX

four:
	VMOVUPD      (SI)(AX*1), Y0
	VMOVUPD      HALF(SI)(AX*1), Y1
	DDADD
	VMOVUPD      Y4, (DI)(AX*1)
	VMOVUPD      Y5, HALF(DI)(AX*1)
	ADDQ         $32, AX
	CMPQ         AX, $HALF
	JLT          four
	VZEROUPPER
	RET

// func exactInnerAVX2(sums, u, z []float64)
TEXT ·exactInnerAVX2(SB), NOSPLIT, $0-72
	MOVQ         sums_base+0(FP), DI
	MOVQ         u_base+24(FP), SI
	MOVQ         z_base+48(FP), DX
	MOVQ         z_len+56(FP), CX
	SHRQ         $7, CX           // columns of blockRows

column:
	DECQ         CX
	JLT          done
	VMOVUPD      (DI), Y0
	VMOVUPD      32(DI), Y1
	XORQ         AX, AX

four:
	VMOVUPD      (SI)(AX*1), Y2
	VMOVUPD      HALF(SI)(AX*1), Y3
	VMOVUPD      (DX)(AX*1), Y4
	EXACTTERM(Y4, HALF(DX)(AX*1), Y0, Y1)
	ADDQ         $32, AX
	CMPQ         AX, $HALF
	JLT          four
	VMOVUPD      Y0, (DI)
	VMOVUPD      Y1, 32(DI)
	ADDQ         $64, DI
	ADDQ         $COLUMN, DX
	JMP          column

done:
	VZEROUPPER
	RET
