//go:build !purego

#include "textflag.h"

// The functions of tails.go with AVX2 and FMA, four doubles to a vector, in the same order of
// operations. Rows do not depend on each other, so that the processor has several vectors
// under way at once. Each function ends with VZEROUPPER, because the upper halves of dirty
// registers slow down all floating point code that follows.

// CONSTANT loads entry i of tailTable into all lanes.
#define CONSTANT(i, to) VBROADCASTSD ·tailTable+(i*8)(SB), to

// HORNER is a step of two polynomials p (Y2 and Y3) in x (Y0 and Y1): p x + entry i.
#define HORNER(i) \
	CONSTANT(i, Y15)        \
	VFMADD213PD Y15, Y0, Y2 \
	VFMADD213PD Y15, Y1, Y3

// RATIO takes e to s in place, and leaves the square of s in x and what s lacks in low. Y13 is
// 2, Y12 is 1.
#define RATIO(s, x, low) \
	VADDPD       s, Y13, x   \ // d
	VSUBPD       Y13, x, low \
	VSUBPD       low, s, low \ // what d has lost
	VDIVPD       x, Y12, Y8  \ // r
	VMULPD       Y8, s, Y9   \ // s
	VFNMADD231PD x, Y9, s    \
	VFNMADD231PD low, Y9, s  \
	VMULPD       Y8, s, low  \
	VMOVAPD      Y9, s       \
	VMULPD       s, s, x

// LOGARITHM stores 2 s + (2 s x p + 2 low).
#define LOGARITHM(s, x, p, low, to) \
	VMULPD      x, p, p     \
	VADDPD      s, s, s     \
	VADDPD      low, low, x \
	VFMADD231PD p, s, x     \
	VADDPD      x, s, s     \
	VMOVUPD     s, to

// func logAVX2(l, e []float64)
TEXT ·logAVX2(SB), NOSPLIT, $0-48
	MOVQ l_base+0(FP), DI
	MOVQ l_len+8(FP), R8
	MOVQ e_base+24(FP), SI
	CONSTANT(1, Y13) // 2
	CONSTANT(0, Y12) // 1

eight:
	MOVQ    $32, R9
	CMPQ    R8, $4
	JLT     done
	JGT     pair
	XORQ    R9, R9

pair:
	VMOVUPD (SI), Y4
	VMOVUPD (SI)(R9*1), Y5
	RATIO(Y4, Y0, Y6)
	RATIO(Y5, Y1, Y7)
	CONSTANT(2, Y2)
	VMOVAPD Y2, Y3
	HORNER(3)
	HORNER(4)
	HORNER(5)
	HORNER(6)
	HORNER(7)
	HORNER(8)
	HORNER(9)
	HORNER(10)
	HORNER(11)
	HORNER(12)
	HORNER(13)
	HORNER(14)
	HORNER(15)
	HORNER(16)
	HORNER(17)
	LOGARITHM(Y4, Y0, Y2, Y6, (DI))
	LOGARITHM(Y5, Y1, Y3, Y7, (DI)(R9*1))
	ADDQ    $64, SI
	ADDQ    $64, DI
	SUBQ    $8, R8
	JMP     eight

done:
	VZEROUPPER
	RET

// func deriveAVX2(u, x, e, z, churned, kept []float64, sums *lineSums)
//
// The five sums are in Y8 to Y12.
TEXT ·deriveAVX2(SB), NOSPLIT, $0-152
	MOVQ    u_base+0(FP), DI
	MOVQ    u_len+8(FP), R8
	MOVQ    x_base+24(FP), SI
	MOVQ    e_base+48(FP), R9
	MOVQ    z_base+72(FP), R10
	MOVQ    churned_base+96(FP), R11
	MOVQ    kept_base+120(FP), R12
	MOVQ    sums+144(FP), DX
	VMOVUPD (DX), Y8
	VMOVUPD 32(DX), Y9
	VMOVUPD 64(DX), Y10
	VMOVUPD 96(DX), Y11
	VMOVUPD 128(DX), Y12
	CONSTANT(0, Y13)              // 1
	SHLQ    $3, R8
	XORQ    AX, AX

four:
	CMPQ      AX, R8
	JGE       done
	VMOVUPD   (SI)(AX*1), Y0       // x
	VMOVUPD   (R9)(AX*1), Y1       // e
	VMOVUPD   (R11)(AX*1), Y2      // churned
	VMOVUPD   (R12)(AX*1), Y3      // kept
	VADDPD    Y1, Y13, Y4
	VDIVPD    Y4, Y13, Y4          // t = 1/(1+e)
	VMULPD    Y4, Y1, Y5           // e t
	VBLENDVPD Y0, Y5, Y4, Y6       // p
	VBLENDVPD Y0, Y4, Y5, Y7       // q
	VMULPD    Y4, Y5, Y4           // p q
	VADDPD    Y3, Y2, Y5
	VMULPD    Y4, Y5, Y4           // w
	VMULPD    Y7, Y2, Y2
	VMULPD    Y6, Y3, Y3
	VSUBPD    Y3, Y2, Y2           // u
	VMOVUPD   (R10)(AX*1), Y5      // z
	VMOVUPD   Y2, (DI)(AX*1)
	VADDPD    Y2, Y8, Y8
	VMULPD    Y5, Y2, Y2
	VADDPD    Y2, Y9, Y9
	VADDPD    Y4, Y10, Y10
	VMULPD    Y5, Y4, Y4
	VADDPD    Y4, Y11, Y11
	VMULPD    Y5, Y4, Y4
	VADDPD    Y4, Y12, Y12
	ADDQ      $32, AX
	JMP       four

done:
	VMOVUPD Y8, (DX)
	VMOVUPD Y9, 32(DX)
	VMOVUPD Y10, 64(DX)
	VMOVUPD Y11, 96(DX)
	VMOVUPD Y12, 128(DX)
	VZEROUPPER
	RET
