//go:build !purego

package logit

import "golang.org/x/sys/cpu"

// fastest is the kernel of this machine: vector instructions where it has them, which is
// every processor since 2013 (2015 AMD).
func fastest() kernel {
	if !cpu.X86.HasAVX2 || !cpu.X86.HasFMA {
		return portable()
	}
	return kernel{
		standardise: standardiseAVX2, moments: momentsAVX2, predict: predictAVX2,
		exponential: exponentialAVX2, sides: sidesAVX2, link: linkAVX2, logarithm: logarithmAVX2,
		weigh: weighAVX2, gram: gramAVX2, inner: innerAVX2, term: termAVX2, add: addAVX2,
		exactStandardise: exactStandardiseAVX2, exactPredict: exactPredictAVX2,
		exactWeigh: exactWeighAVX2, exactAdd: exactAddAVX2, exactShift: exactShiftAVX2, exactInner: exactInnerAVX2,
	}
}

// What these functions do is said at kernel, and done slowly in kernel_go.go and
// exactblock.go. They check no lengths: slices come from scratch and exactBlock, whose
// sizes are the kernel's. No pointer outlives a call.

//go:noescape
func standardiseAVX2(z, x []float64, scale, shift float64)

//go:noescape
func momentsAVX2(x []float64, centre float64, sums *[2]float64)

//go:noescape
func predictAVX2(eta, z, coef []float64)

//go:noescape
func exponentialAVX2(e, eta []float64, least float64)

//go:noescape
func sidesAVX2(p, q, eta []float64)

//go:noescape
func linkAVX2(eta, e, y, w, residual, variance []float64, sums *[4]float64)

//go:noescape
func logarithmAVX2(e, w []float64, sum *[1]float64)

//go:noescape
func weighAVX2(u, v, z []float64)

//go:noescape
func gramAVX2(sums []float64, width int, u, z []float64, rows int)

//go:noescape
func innerAVX2(sums, u, z []float64)

//go:noescape
func termAVX2(score, x []float64, t *Term)

//go:noescape
func addAVX2(score, x []float64, coef float64)

//go:noescape
func exactStandardiseAVX2(z, x []float64, scale, shift float64)

//go:noescape
func exactPredictAVX2(eta, z []float64, coef []dd)

//go:noescape
func exactWeighAVX2(u, v, z []float64)

//go:noescape
func exactAddAVX2(z, x, y []float64)

//go:noescape
func exactShiftAVX2(z, x []float64, by dd)

//go:noescape
func exactInnerAVX2(sums, u, z []float64)
