//go:build !purego

#include "go_asm.h"
#include "textflag.h"

// LANES takes in four lanes. The rows above are in Y0, the tied ones in Y1, the churned ones in
// Y2; Y14 is 2^52 and Y15 is 0. Counts are below 2^32, so that the products are those of lower
// halves.
#define LANES(at) \
	VMOVDQU   at(SI), Y0                        \
	VMOVDQU   at(DX), Y1                        \
	VMOVDQU   at(CX), Y2                        \
	VMOVDQU   curveSweep_allChurned+at(DI), Y3  \
	VPMULUDQ  Y3, Y0, Y4                        \
	VMOVDQU   curveSweep_gap+at(DI), Y5         \
	VPSUBQ    Y4, Y5, Y4                        \
	VPMULUDQ  Y3, Y1, Y5                        \
	VPMULUDQ  curveSweep_allRenewed+at(DI), Y2, Y6 \
	VPSUBQ    Y5, Y6, Y6                        \
	VPADDQ    Y4, Y6, Y6                        \
	VMOVDQU   Y6, curveSweep_gap+at(DI)         \
	VMOVDQU   curveSweep_lowest+at(DI), Y7      \
	VPCMPGTQ  Y4, Y7, Y8                        \
	VBLENDVPD Y8, Y4, Y7, Y7                    \
	VPCMPGTQ  Y6, Y7, Y8                        \
	VBLENDVPD Y8, Y6, Y7, Y7                    \
	VMOVDQU   Y7, curveSweep_lowest+at(DI)      \
	VMOVDQU   curveSweep_highest+at(DI), Y7     \
	VPCMPGTQ  Y7, Y4, Y8                        \
	VBLENDVPD Y8, Y4, Y7, Y7                    \
	VPCMPGTQ  Y7, Y6, Y8                        \
	VBLENDVPD Y8, Y6, Y7, Y7                    \
	VMOVDQU   Y7, curveSweep_highest+at(DI)     \
	VPADDQ    curveSweep_renewed+at(DI), Y0, Y9 \
	VPADDQ    Y9, Y9, Y10                       \
	VPADDQ    Y1, Y10, Y10                      \
	VPMULUDQ  Y2, Y10, Y10                      \
	VPADDQ    curveSweep_lost+at(DI), Y10, Y10  \
	VMOVDQU   Y10, curveSweep_lost+at(DI)       \
	VPADDQ    Y1, Y9, Y9                        \
	VMOVDQU   Y9, curveSweep_renewed+at(DI)     \
	VPADDQ    curveSweep_churned+at(DI), Y2, Y11 \
	VMOVDQU   Y11, curveSweep_churned+at(DI)    \
	VPMULUDQ  Y2, Y11, Y12                      \
	VPADDQ    Y9, Y11, Y11                      \
	VPCMPEQQ  Y15, Y11, Y8                      \
	VPSUBQ    Y8, Y11, Y11                      \
	VPOR      Y14, Y12, Y12                     \
	VSUBPD    Y14, Y12, Y12                     \
	VPOR      Y14, Y11, Y11                     \
	VSUBPD    Y14, Y11, Y11                     \
	VDIVPD    Y11, Y12, Y12                     \
	VMOVUPD   curveSweep_precision+at(DI), Y0   \
	VADDPD    Y12, Y0, Y1                       \
	VSUBPD    Y0, Y1, Y2                        \
	VSUBPD    Y2, Y1, Y3                        \
	VSUBPD    Y3, Y0, Y3                        \
	VSUBPD    Y2, Y12, Y4                       \
	VADDPD    Y4, Y3, Y3                        \
	VADDPD    curveSweep_rounding+at(DI), Y3, Y3 \
	VMOVUPD   Y3, curveSweep_rounding+at(DI)    \
	VMOVUPD   Y1, curveSweep_precision+at(DI)

// func blockAVX2(c *curveSweep, above, tied, churned *[16]int64)
TEXT ·blockAVX2(SB), NOSPLIT, $0-32
	MOVQ         c+0(FP), DI
	MOVQ         above+8(FP), SI
	MOVQ         tied+16(FP), DX
	MOVQ         churned+24(FP), CX
	MOVQ         $0x4330000000000000, AX // 2^52
	VMOVQ        AX, X14
	VPBROADCASTQ X14, Y14
	VPXOR        Y15, Y15, Y15
	LANES(0)
	LANES(32)
	LANES(64)
	LANES(96)
	VZEROUPPER
	RET
