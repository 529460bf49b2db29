//go:build !purego

#include "textflag.h"

// ROW adds the sixteen bytes of an account's word, as words of 16 bits.
#define ROW(offset, index, bytes, sum) \
	MOVL      offset(SI), index       \
	SHLQ      $4, index               \
	VPMOVZXBW (DX)(index*1), bytes    \
	VPADDW    bytes, sum, sum

// SPREAD adds the four lowest words of 16 bits to four sums.
#define SPREAD(words, offset) \
	VPMOVZXWQ words, Y4           \
	VPADDQ    offset(DI), Y4, Y4  \
	VMOVDQU   Y4, offset(DI)

// func addRowsAVX2(sum *[16]int64, accounts []uint32, packed []word)
//
// Four rows at a time: the processor waits for the memory of many of them at once.
TEXT ·addRowsAVX2(SB), NOSPLIT, $0-56
	MOVQ  sum+0(FP), DI
	MOVQ  accounts_base+8(FP), SI
	MOVQ  accounts_len+16(FP), R8
	MOVQ  packed_base+32(FP), DX
	VPXOR Y0, Y0, Y0
	VPXOR Y1, Y1, Y1

four:
	SUBQ $4, R8
	JLT  rest
	ROW(0, R9, Y2, Y0)
	ROW(4, R10, Y3, Y1)
	ROW(8, R11, Y4, Y0)
	ROW(12, R12, Y5, Y1)
	ADDQ $16, SI
	JMP  four

rest:
	ADDQ $4, R8

one:
	DECQ R8
	JLT  done
	ROW(0, R9, Y2, Y0)
	ADDQ $4, SI
	JMP  one

done:
	VPADDW       Y1, Y0, Y0
	VEXTRACTI128 $1, Y0, X1
	VPSRLDQ      $8, X0, X2
	VPSRLDQ      $8, X1, X3
	SPREAD(X0, 0)
	SPREAD(X2, 32)
	SPREAD(X1, 64)
	SPREAD(X3, 96)
	VZEROUPPER
	RET
