//go:build !amd64 || purego

package metrics

// sumDrawn is [sumDrawnGo].
func sumDrawn(sums, numbers []float64, packed []word, width int) {
	sumDrawnGo(sums, numbers, packed, width)
}
