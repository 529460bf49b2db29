package metrics

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Four rows at a time are the same to the last bit as each of its own, of all sizes.
func TestTimesIsRowByRow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 13).Draw(t, "n")
		number := rapid.Float64Range(-1e3, 1e3)
		m, x := rapid.SliceOfN(number, n*n, n*n).Draw(t, "m"), rapid.SliceOfN(number, n, n).Draw(t, "x")
		triangle, want, wantOfTriangle := make([]float64, n*n), make([]float64, n), make([]float64, n)
		for i := range n {
			for j := range n {
				want[i] += float64(m[i*n+j] * x[j])
				if j <= i {
					triangle[i*n+j] = m[i*n+j]
					wantOfTriangle[i] += float64(m[i*n+j] * x[j])
				}
			}
		}
		if got := times(m, x); !slices.Equal(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
		if got := timesTriangle(triangle, x); !slices.Equal(got, wantOfTriangle) {
			t.Errorf("of the triangle: %v, want %v", got, wantOfTriangle)
		}
	})
}
