//go:build !purego

#include "textflag.h"

// ADDED adds four lanes of a multiple to sums: x, or 0 where the multiplicity is 0, times the
// multiplicities n, rounded, and only then added, as in addTimes.
#define ADDED(mask, n, sums) \
	VANDPD  Y12, mask, Y0 \
	VMULPD  n, Y0, Y0     \
	VADDPD  sums, Y0, Y0  \
	VMOVUPD Y0, sums

// func sumDrawnAVX2(sums, numbers []float64, packed []word, width int)
//
// The sixteen multiplicities of an account stay in Y4 to Y7, and in Y8 to Y11 which of them
// are not 0, while its numbers pass: each is wanted by all lanes of its sum.
TEXT ·sumDrawnAVX2(SB), NOSPLIT, $0-80
	MOVQ   sums_base+0(FP), DI
	MOVQ   numbers_base+24(FP), SI
	MOVQ   packed_base+48(FP), R8
	MOVQ   packed_len+56(FP), R9
	MOVQ   width+72(FP), R10
	VXORPD Y15, Y15, Y15

account:
	DECQ         R9
	JLT          done
	VPMOVZXBD    (R8), Y0
	VPMOVZXBD    8(R8), Y2
	VEXTRACTI128 $1, Y0, X1
	VEXTRACTI128 $1, Y2, X3
	VCVTDQ2PD    X0, Y4
	VCVTDQ2PD    X1, Y5
	VCVTDQ2PD    X2, Y6
	VCVTDQ2PD    X3, Y7
	VCMPPD       $4, Y15, Y4, Y8 // not equal
	VCMPPD       $4, Y15, Y5, Y9
	VCMPPD       $4, Y15, Y6, Y10
	VCMPPD       $4, Y15, Y7, Y11
	MOVQ         DI, DX
	MOVQ         R10, CX

number:
	VBROADCASTSD (SI), Y12
	ADDED(Y8, Y4, (DX))
	ADDED(Y9, Y5, 32(DX))
	ADDED(Y10, Y6, 64(DX))
	ADDED(Y11, Y7, 96(DX))
	ADDQ         $8, SI
	ADDQ         $128, DX
	DECQ         CX
	JNZ          number
	ADDQ         $16, R8
	JMP          account

done:
	VZEROUPPER
	RET
