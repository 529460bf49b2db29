//go:build !purego

package metrics

import "golang.org/x/sys/cpu"

// sumDrawn is [sumDrawnGo] with vector instructions where this machine has them.
func sumDrawn(sums, numbers []float64, packed []word, width int) {
	if !cpu.X86.HasAVX2 {
		sumDrawnGo(sums, numbers, packed, width)
		return
	}
	sumDrawnAVX2(sums, numbers, packed, width)
}

// sumDrawnAVX2 checks no lengths, and takes a width above 0. No pointer outlives the call.
//
//go:noescape
func sumDrawnAVX2(sums, numbers []float64, packed []word, width int)
