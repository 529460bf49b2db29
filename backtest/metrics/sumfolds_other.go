//go:build !amd64 || purego

package metrics

// largestOf leaves the sum to words: without vectors they are faster than folds.
func largestOf([]float64) (largest float64, strange bool) { return 0, true }

// fold is never called.
func fold([]float64, *[folds]float64, *foldSums) bool { return false }
