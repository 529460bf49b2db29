//go:build !purego

package metrics

// largestOf is the largest magnitude. strange: there may be a NaN, or no vectors to go on with.
func largestOf(x []float64) (largest float64, strange bool) {
	if !vectors() {
		return 0, true
	}
	largest, unordered := largestAVX2(x)
	return largest, unordered != 0
}

// fold adds the parts of every number to sums; false if they are not all there is.
func fold(x []float64, sigma *[folds]float64, sums *foldSums) bool {
	return foldAVX2(x, sigma, sums) == 0
}

// The length of x is a multiple of tailLanes.

//go:noescape
func largestAVX2(x []float64) (largest float64, unordered int)

//go:noescape
func foldAVX2(x []float64, sigma *[folds]float64, sums *foldSums) (left int)
