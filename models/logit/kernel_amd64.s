//go:build !purego

#include "textflag.h"

// The kernel of kernel.go with AVX2 and FMA: four doubles to a vector. Each function does
// what its namesake in kernel_go.go does, in the same order, and says here only how.
//
// Conventions: R8 counts rows in bytes, COLUMN is the distance of the columns of a block
// (blockRows doubles), and every function ends with VZEROUPPER, because the upper halves
// of dirty registers slow down all floating point code that follows.

#define COLUMN 1024

// ACROSS adds the lanes of a, b, c, d, (l0+l1)+(l2+l3) each, and leaves the four sums in
// order in a. It spoils b, c and d.
#define ACROSS(a, b, c, d) \
	VHADDPD    b, a, a        \ // a01 b01 a23 b23
	VHADDPD    d, c, c        \ // c01 d01 c23 d23
	VPERM2F128 $0x21, c, a, b \ // a23 b23 c01 d01
	VBLENDPD   $0xc, c, a, a  \ // a01 b01 c23 d23
	VADDPD     b, a, a

// func standardiseAVX2(z, x []float64, scale, shift float64)
TEXT ·standardiseAVX2(SB), NOSPLIT, $0-64
	MOVQ         z_base+0(FP), DI
	MOVQ         z_len+8(FP), R8
	MOVQ         x_base+24(FP), SI
	VBROADCASTSD scale+48(FP), Y0
	VBROADCASTSD shift+56(FP), Y1

sixteen:
	SUBQ         $16, R8
	JLT          rest
	PREFETCHT0   COLUMN(SI)       // the column's next block: by then others will have been read
	PREFETCHT0   COLUMN+64(SI)
	VMOVUPD      (SI), Y2
	VMOVUPD      32(SI), Y3
	VMOVUPD      64(SI), Y4
	VMOVUPD      96(SI), Y5
	VFMSUB213PD  Y1, Y0, Y2       // x scale - shift
	VFMSUB213PD  Y1, Y0, Y3
	VFMSUB213PD  Y1, Y0, Y4
	VFMSUB213PD  Y1, Y0, Y5
	VMOVUPD      Y2, (DI)
	VMOVUPD      Y3, 32(DI)
	VMOVUPD      Y4, 64(DI)
	VMOVUPD      Y5, 96(DI)
	ADDQ         $128, SI
	ADDQ         $128, DI
	JMP          sixteen

rest:
	ADDQ         $16, R8

four:
	SUBQ         $4, R8
	JLT          done
	VMOVUPD      (SI), Y2
	VFMSUB213PD  Y1, Y0, Y2
	VMOVUPD      Y2, (DI)
	ADDQ         $32, SI
	ADDQ         $32, DI
	JMP          four

done:
	VZEROUPPER
	RET

// func momentsAVX2(x []float64, centre float64, sums *[2]float64)
TEXT ·momentsAVX2(SB), NOSPLIT, $0-40
	MOVQ         x_base+0(FP), SI
	MOVQ         x_len+8(FP), R8
	VBROADCASTSD centre+24(FP), Y0
	MOVQ         sums+32(FP), DX
	VXORPD       Y1, Y1, Y1       // sums
	VXORPD       Y2, Y2, Y2       // squares
	VXORPD       Y3, Y3, Y3       // sums, second vector
	VXORPD       Y4, Y4, Y4       // squares, second vector

eight:
	SUBQ         $8, R8
	JLT          done
	VMOVUPD      (SI), Y5
	VMOVUPD      32(SI), Y6
	VSUBPD       Y0, Y5, Y5       // x - centre
	VSUBPD       Y0, Y6, Y6
	VADDPD       Y5, Y1, Y1
	VADDPD       Y6, Y3, Y3
	VFMADD231PD  Y5, Y5, Y2
	VFMADD231PD  Y6, Y6, Y4
	ADDQ         $64, SI
	JMP          eight

done:
	VADDPD       Y3, Y1, Y1
	VADDPD       Y4, Y2, Y2
	ACROSS(Y1, Y2, Y3, Y4)        // the latter two are of no interest
	VADDPD       (DX), X1, X1
	VMOVUPD      X1, (DX)
	VZEROUPPER
	RET

// TERM adds a column's term to eight vectors of eta: Y8 is its coefficient.
#define TERM(column) \
	VFMADD231PD (column), Y8, Y0    \
	VFMADD231PD 32(column), Y8, Y1  \
	VFMADD231PD 64(column), Y8, Y2  \
	VFMADD231PD 96(column), Y8, Y3  \
	VFMADD231PD 128(column), Y8, Y4 \
	VFMADD231PD 160(column), Y8, Y5 \
	VFMADD231PD 192(column), Y8, Y6 \
	VFMADD231PD 224(column), Y8, Y7

// func predictAVX2(eta, z, coef []float64)
//
// Thirty-two rows stay in registers while all columns are added to them: eight chains of
// additions, as many as their latency can hold.
TEXT ·predictAVX2(SB), NOSPLIT, $0-72
	MOVQ         eta_base+0(FP), DI
	MOVQ         eta_len+8(FP), R8
	MOVQ         z_base+24(FP), SI
	MOVQ         coef_base+48(FP), R9
	MOVQ         coef_len+56(FP), R10

rows:
	SUBQ         $32, R8
	JLT          done
	VMOVUPD      (DI), Y0
	VMOVUPD      32(DI), Y1
	VMOVUPD      64(DI), Y2
	VMOVUPD      96(DI), Y3
	VMOVUPD      128(DI), Y4
	VMOVUPD      160(DI), Y5
	VMOVUPD      192(DI), Y6
	VMOVUPD      224(DI), Y7
	MOVQ         SI, R11          // these rows of column
	XORQ         R12, R12         // 0, 1, ...

column:
	CMPQ         R12, R10
	JGE          store
	VBROADCASTSD (R9)(R12*8), Y8
	TERM(R11)
	ADDQ         $COLUMN, R11
	INCQ         R12
	JMP          column

store:
	VMOVUPD      Y0, (DI)
	VMOVUPD      Y1, 32(DI)
	VMOVUPD      Y2, 64(DI)
	VMOVUPD      Y3, 96(DI)
	VMOVUPD      Y4, 128(DI)
	VMOVUPD      Y5, 160(DI)
	VMOVUPD      Y6, 192(DI)
	VMOVUPD      Y7, 224(DI)
	ADDQ         $256, DI
	ADDQ         $256, SI
	JMP          rows

done:
	VZEROUPPER
	RET

// func weighAVX2(u, v, z []float64)
TEXT ·weighAVX2(SB), NOSPLIT, $0-72
	MOVQ         u_base+0(FP), DI
	MOVQ         u_len+8(FP), R8
	MOVQ         v_base+24(FP), SI
	MOVQ         z_base+48(FP), DX
	SHLQ         $3, R8
	XORQ         AX, AX

eight:
	CMPQ         AX, R8
	JGE          done
	VMOVUPD      (SI)(AX*1), Y0
	VMOVUPD      32(SI)(AX*1), Y1
	VMULPD       (DX)(AX*1), Y0, Y0
	VMULPD       32(DX)(AX*1), Y1, Y1
	VMOVUPD      Y0, (DI)(AX*1)
	VMOVUPD      Y1, 32(DI)(AX*1)
	ADDQ         $64, AX
	JMP          eight

done:
	VZEROUPPER
	RET

// PRODUCTS adds the products of the three columns u at hand, Y12 to Y14, with column
// offset of the tile to the sums a, b, c.
#define PRODUCTS(offset, a, b, c) \
	VMOVUPD     offset(R11), Y15 \
	VFMADD231PD Y15, Y12, a      \
	VFMADD231PD Y15, Y13, b      \
	VFMADD231PD Y15, Y14, c

// DEPOSIT adds the lanes of four sums and the result to a row of the output.
#define DEPOSIT(a, b, c, d, row) \
	ACROSS(a, b, c, d)    \
	VADDPD  (row), a, a   \
	VMOVUPD a, (row)

// func gramAVX2(sums []float64, width int, u, z []float64, rows int)
//
// One tile after the other: three columns u against four columns z in twelve registers,
// seven loads for twelve fused additions a step.
TEXT ·gramAVX2(SB), NOSPLIT, $0-88
	MOVQ         sums_base+0(FP), DI
	MOVQ         width+24(FP), R9
	MOVQ         u_base+32(FP), SI
	MOVQ         z_base+56(FP), DX
	MOVQ         z_len+64(FP), CX
	MOVQ         rows+80(FP), R8
	SHLQ         $3, R8
	SHLQ         $3, R9           // bytes from row to row of sums
	SHRQ         $9, CX           // tiles: blockRows times four doubles each

tile:
	DECQ         CX
	JLT          done
	VXORPD       Y0, Y0, Y0
	VXORPD       Y1, Y1, Y1
	VXORPD       Y2, Y2, Y2
	VXORPD       Y3, Y3, Y3
	VXORPD       Y4, Y4, Y4
	VXORPD       Y5, Y5, Y5
	VXORPD       Y6, Y6, Y6
	VXORPD       Y7, Y7, Y7
	VXORPD       Y8, Y8, Y8
	VXORPD       Y9, Y9, Y9
	VXORPD       Y10, Y10, Y10
	VXORPD       Y11, Y11, Y11
	MOVQ         SI, R10
	MOVQ         DX, R11
	MOVQ         R8, AX

step:
	VMOVUPD      (R10), Y12
	VMOVUPD      COLUMN(R10), Y13
	VMOVUPD      (2*COLUMN)(R10), Y14
	PRODUCTS(0, Y0, Y4, Y8)
	PRODUCTS(COLUMN, Y1, Y5, Y9)
	PRODUCTS((2*COLUMN), Y2, Y6, Y10)
	PRODUCTS((3*COLUMN), Y3, Y7, Y11)
	ADDQ         $32, R10
	ADDQ         $32, R11
	SUBQ         $32, AX
	JGT          step

	LEAQ         (DI)(R9*1), R12
	LEAQ         (DI)(R9*2), R13
	DEPOSIT(Y0, Y1, Y2, Y3, DI)
	DEPOSIT(Y4, Y5, Y6, Y7, R12)
	DEPOSIT(Y8, Y9, Y10, Y11, R13)
	ADDQ         $(4*COLUMN), DX
	ADDQ         $32, DI
	JMP          tile

done:
	VZEROUPPER
	RET

// STEP adds the product of a column of z and the rows of u at hand, Y8, to a sum.
#define STEP(offset, sum) VFMADD231PD offset(R11), Y8, sum

// func innerAVX2(sums, u, z []float64)
//
// Eight columns at a time, four if no more are left.
TEXT ·innerAVX2(SB), NOSPLIT, $0-72
	MOVQ         sums_base+0(FP), DI
	MOVQ         u_base+24(FP), SI
	MOVQ         u_len+32(FP), R8
	MOVQ         z_base+48(FP), DX
	MOVQ         z_len+56(FP), CX
	SHLQ         $3, R8
	SHRQ         $9, CX           // tiles: blockRows times four doubles each

tiles:
	CMPQ         CX, $0
	JLE          done
	VXORPD       Y0, Y0, Y0
	VXORPD       Y1, Y1, Y1
	VXORPD       Y2, Y2, Y2
	VXORPD       Y3, Y3, Y3
	VXORPD       Y4, Y4, Y4
	VXORPD       Y5, Y5, Y5
	VXORPD       Y6, Y6, Y6
	VXORPD       Y7, Y7, Y7
	MOVQ         SI, R10
	MOVQ         DX, R11
	MOVQ         R8, AX
	CMPQ         CX, $1
	JEQ          last

eight:
	VMOVUPD      (R10), Y8
	STEP(0, Y0)
	STEP(COLUMN, Y1)
	STEP((2*COLUMN), Y2)
	STEP((3*COLUMN), Y3)
	STEP((4*COLUMN), Y4)
	STEP((5*COLUMN), Y5)
	STEP((6*COLUMN), Y6)
	STEP((7*COLUMN), Y7)
	ADDQ         $32, R10
	ADDQ         $32, R11
	SUBQ         $32, AX
	JGT          eight

	LEAQ         32(DI), R12
	DEPOSIT(Y0, Y1, Y2, Y3, DI)
	DEPOSIT(Y4, Y5, Y6, Y7, R12)
	ADDQ         $(8*COLUMN), DX
	ADDQ         $64, DI
	SUBQ         $2, CX
	JMP          tiles

last:
	VMOVUPD      (R10), Y8
	STEP(0, Y0)
	STEP(COLUMN, Y1)
	STEP((2*COLUMN), Y2)
	STEP((3*COLUMN), Y3)
	ADDQ         $32, R10
	ADDQ         $32, R11
	SUBQ         $32, AX
	JGT          last
	DEPOSIT(Y0, Y1, Y2, Y3, DI)

done:
	VZEROUPPER
	RET

// CONSTANT loads entry i of linkTable into all lanes.
#define CONSTANT(i, to) VBROADCASTSD ·linkTable+(i*8)(SB), to

// HORNER is one step of four polynomials p (Y4 to Y7) in x (Y0 to Y3): p x + entry i.
// Four at a time, because each waits for its step before.
#define HORNER(i) \
	CONSTANT(i, Y15)       \
	VFMADD213PD Y15, Y0, Y4 \
	VFMADD213PD Y15, Y1, Y5 \
	VFMADD213PD Y15, Y2, Y6 \
	VFMADD213PD Y15, Y3, Y7

// REDUCE takes x, a vector of eta, to r in place, and leaves the biased k in b. The
// second operand of VMAXPD wins where there is no order, so that NaN stays NaN.
#define REDUCE(x, b) \
	VORPD        Y14, x, x   \ // -|eta|
	VMAXPD       x, Y13, x   \
	VMOVAPD      Y12, b      \
	VFMADD231PD  Y15, x, b   \
	VSUBPD       Y12, b, Y4  \ // k
	CONSTANT(2, Y5)          \
	VFNMADD231PD Y5, Y4, x   \
	CONSTANT(3, Y5)          \
	VFNMADD231PD Y5, Y4, x

// SCALE multiplies p by 2^k and stores it. Y12 is 1.
#define SCALE(b, p, to) \
	VPSLLQ  $52, b, b   \
	VPADDQ  Y12, b, b   \
	VMULPD  b, p, p     \
	VMOVUPD p, to

// func exponentialAVX2(e, eta []float64, least float64)
TEXT ·exponentialAVX2(SB), NOSPLIT, $0-56
	MOVQ         e_base+0(FP), DI
	MOVQ         e_len+8(FP), R8
	MOVQ         eta_base+24(FP), SI
	VPCMPEQQ     Y14, Y14, Y14
	VPSLLQ       $63, Y14, Y14    // the sign bit
	VBROADCASTSD least+48(FP), Y13

sixteen:
	SUBQ         $16, R8
	JLT          done
	VMOVUPD      (SI), Y0
	VMOVUPD      32(SI), Y1
	VMOVUPD      64(SI), Y2
	VMOVUPD      96(SI), Y3
	CONSTANT(0, Y15)              // 1/ln 2
	CONSTANT(1, Y12)              // the bias
	REDUCE(Y0, Y8)
	REDUCE(Y1, Y9)
	REDUCE(Y2, Y10)
	REDUCE(Y3, Y11)
	CONSTANT(5, Y4)
	VMOVAPD      Y4, Y5
	VMOVAPD      Y4, Y6
	VMOVAPD      Y4, Y7
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
	HORNER(18)
	CONSTANT(18, Y12)             // 1
	SCALE(Y8, Y4, (DI))
	SCALE(Y9, Y5, 32(DI))
	SCALE(Y10, Y6, 64(DI))
	SCALE(Y11, Y7, 96(DI))
	ADDQ         $128, SI
	ADDQ         $128, DI
	JMP          sixteen

done:
	VZEROUPPER
	RET

// func linkAVX2(eta, e, y, w, residual, variance []float64, sums *[4]float64)
//
// Sums are in Y8 to Y11, in the order of a slot.
TEXT ·linkAVX2(SB), NOSPLIT, $0-152
	MOVQ         eta_base+0(FP), SI
	MOVQ         eta_len+8(FP), R8
	MOVQ         e_base+24(FP), DI
	MOVQ         y_base+48(FP), R9
	MOVQ         w_base+72(FP), R10
	MOVQ         residual_base+96(FP), R11
	MOVQ         variance_base+120(FP), R12
	MOVQ         sums+144(FP), DX
	SHLQ         $3, R8
	XORQ         AX, AX
	VXORPD       Y8, Y8, Y8       // loss
	VXORPD       Y9, Y9, Y9       // weight
	VXORPD       Y10, Y10, Y10    // residual
	VXORPD       Y11, Y11, Y11    // variance
	CONSTANT(18, Y12)             // 1
	VXORPD       Y14, Y14, Y14    // 0

four:
	CMPQ         AX, R8
	JGE          done
	VMOVUPD      (SI)(AX*1), Y0   // eta
	VMOVUPD      (DI)(AX*1), Y2   // e
	VMOVUPD      (R9)(AX*1), Y1   // y
	VMOVUPD      (R10)(AX*1), Y15 // w

	// t = 1/(1+e) in Y4, e t in Y5; p in Y6 and 1-p in Y7 by the sign of eta.
	VADDPD       Y2, Y12, Y3
	VDIVPD       Y3, Y12, Y4
	VMULPD       Y4, Y2, Y5
	VBLENDVPD    Y0, Y5, Y4, Y6
	VBLENDVPD    Y0, Y4, Y5, Y7

	VMULPD       Y6, Y7, Y3
	VMULPD       Y3, Y15, Y3
	VMOVUPD      Y3, (R12)(AX*1)
	VADDPD       Y3, Y11, Y11

	VSUBPD       Y1, Y12, Y3
	VMULPD       Y6, Y3, Y3       // (1-y) p
	VFMSUB231PD  Y7, Y1, Y3       // y (1-p) - (1-y) p
	VMULPD       Y3, Y15, Y3
	VMOVUPD      Y3, (R11)(AX*1)
	VADDPD       Y3, Y10, Y10

	VADDPD       Y15, Y9, Y9
	VMAXPD       Y14, Y0, Y3
	VFNMADD231PD Y1, Y0, Y3       // max(eta, 0) - y eta
	VFMADD231PD  Y3, Y15, Y8
	ADDQ         $32, AX
	JMP          four

done:
	ACROSS(Y8, Y9, Y10, Y11)
	VADDPD       (DX), Y8, Y8
	VMOVUPD      Y8, (DX)
	VZEROUPPER
	RET

// func sidesAVX2(p, q, eta []float64)
TEXT ·sidesAVX2(SB), NOSPLIT, $0-72
	MOVQ         p_base+0(FP), DI
	MOVQ         p_len+8(FP), R8
	MOVQ         q_base+24(FP), DX
	MOVQ         eta_base+48(FP), SI
	SHLQ         $3, R8
	XORQ         AX, AX
	CONSTANT(18, Y12)             // 1

four:
	CMPQ         AX, R8
	JGE          done
	VMOVUPD      (SI)(AX*1), Y0   // eta
	VMOVUPD      (DX)(AX*1), Y1   // e
	VADDPD       Y1, Y12, Y2
	VDIVPD       Y2, Y12, Y3      // 1/(1+e)
	VDIVPD       Y2, Y1, Y4       // e/(1+e)
	VBLENDVPD    Y0, Y4, Y3, Y5   // p, by the sign of eta
	VBLENDVPD    Y0, Y3, Y4, Y6   // q
	VMOVUPD      Y5, (DI)(AX*1)
	VMOVUPD      Y6, (DX)(AX*1)
	ADDQ         $32, AX
	JMP          four

done:
	VZEROUPPER
	RET

// RATIO sets s to e/(2+e) and x to its square. Y13 is 2.
#define RATIO(offset, s, x) \
	VMOVUPD offset(SI), s \
	VADDPD  s, Y13, x     \
	VDIVPD  x, s, s       \
	VMULPD  s, s, x

// LOGARITHM adds w times 2 s p to the sum.
#define LOGARITHM(offset, s, p) \
	VADDPD      s, s, s        \
	VMULPD      p, s, s        \
	VMOVUPD     offset(DX), Y15 \
	VFMADD231PD s, Y15, Y12

// func logarithmAVX2(e, w []float64, sum *[1]float64)
TEXT ·logarithmAVX2(SB), NOSPLIT, $0-56
	MOVQ         e_base+0(FP), SI
	MOVQ         e_len+8(FP), R8
	MOVQ         w_base+24(FP), DX
	MOVQ         sum+48(FP), DI
	VXORPD       Y12, Y12, Y12
	CONSTANT(4, Y13)              // 2

sixteen:
	SUBQ         $16, R8
	JLT          done
	RATIO(0, Y8, Y0)
	RATIO(32, Y9, Y1)
	RATIO(64, Y10, Y2)
	RATIO(96, Y11, Y3)
	CONSTANT(19, Y4)
	VMOVAPD      Y4, Y5
	VMOVAPD      Y4, Y6
	VMOVAPD      Y4, Y7
	HORNER(20)
	HORNER(21)
	HORNER(22)
	HORNER(23)
	HORNER(24)
	HORNER(25)
	HORNER(26)
	HORNER(27)
	HORNER(28)
	HORNER(29)
	HORNER(30)
	HORNER(31)
	HORNER(32)
	HORNER(33)
	HORNER(34)
	HORNER(35)
	LOGARITHM(0, Y8, Y4)
	LOGARITHM(32, Y9, Y5)
	LOGARITHM(64, Y10, Y6)
	LOGARITHM(96, Y11, Y7)
	ADDQ         $128, SI
	ADDQ         $128, DX
	JMP          sixteen

done:
	ACROSS(Y12, Y13, Y14, Y15)    // the latter three are of no interest
	VADDSD       (DI), X12, X12
	VMOVSD       X12, (DI)
	VZEROUPPER
	RET

// RAW makes of four raw numbers what they add to a score.
#define RAW(v, missing) \
	VCMPPD    $3, v, v, missing      \ // not a number
	VBLENDVPD missing, Y0, v, v      \
	VMAXPD    v, Y1, v               \ // the second of two when one of them is NaN: v
	VMINPD    v, Y2, v               \
	VSUBPD    Y3, v, v               \
	VDIVPD    Y4, v, v               \
	VMULPD    Y5, v, v

// func termAVX2(score, x []float64, t *Term)
TEXT ·termAVX2(SB), NOSPLIT, $0-56
	MOVQ         score_base+0(FP), DI
	MOVQ         score_len+8(FP), R8
	MOVQ         x_base+24(FP), SI
	MOVQ         t+48(FP), DX
	VBROADCASTSD (DX), Y0         // fill
	VBROADCASTSD 8(DX), Y1        // low
	VBROADCASTSD 16(DX), Y2       // high
	VBROADCASTSD 24(DX), Y3       // mean
	VBROADCASTSD 32(DX), Y4       // sd
	VBROADCASTSD 40(DX), Y5       // coefficient

eight:
	SUBQ         $8, R8
	JLT          rest
	VMOVUPD      (SI), Y6
	VMOVUPD      32(SI), Y8
	RAW(Y6, Y7)
	RAW(Y8, Y9)
	VADDPD       (DI), Y6, Y6
	VADDPD       32(DI), Y8, Y8
	VMOVUPD      Y6, (DI)
	VMOVUPD      Y8, 32(DI)
	ADDQ         $64, SI
	ADDQ         $64, DI
	JMP          eight

rest:
	ADDQ         $8, R8
	JEQ          done
	VMOVUPD      (SI), Y6
	RAW(Y6, Y7)
	VADDPD       (DI), Y6, Y6
	VMOVUPD      Y6, (DI)

done:
	VZEROUPPER
	RET

// func addAVX2(score, x []float64, coef float64)
TEXT ·addAVX2(SB), NOSPLIT, $0-56
	XORQ         R9, R9           // 0, 4, ...
	MOVQ         score_len+8(FP), R8
	MOVQ         x_base+24(FP), SI
	VBROADCASTSD coef+48(FP), Y0
	MOVQ         score_base+0(FP), DI

four:
	CMPQ         R9, R8
	JGE          done
	VMULPD       (SI)(R9*8), Y0, Y1
	VADDPD       (DI)(R9*8), Y1, Y1 // not fused
	VMOVUPD      Y1, (DI)(R9*8)
	ADDQ         $4, R9
	JMP          four

done:
	VZEROUPPER
	RET
