package metrics

import (
	"math"
	"testing"
)

// The working covariance by its definition: over the pairs of rows of every account.
func TestWorkingCovarianceIsThatOfPairsOfRows(t *testing.T) {
	eta, value, churned, cluster := valued(31, 60)
	w := NewForecast(eta, churned).Weighing(value)
	spans, _ := w.kept.inPlacesOf(10)
	r, _ := w.kept.counted(cluster, w.weight, w.all, spans)
	c := newCells(r, 0)
	sd, n := c.deviations(), len(c.mass)
	pairs := func(do func(x, y countedRow, same bool)) {
		r.eachAccount(func(rows []countedRow) {
			for i, x := range rows {
				for j, y := range rows {
					do(x, y, i == j)
				}
			}
		})
	}
	var products, alike float64
	pairs(func(x, y countedRow, same bool) {
		if !same {
			k, l := x.cell[0], y.cell[0]
			products += x.weight * (x.residual - c.curve[k]) * y.weight * (y.residual - c.curve[l])
			alike += x.weight * sd[k] * y.weight * sd[l]
		}
	})
	rho := c.moments.correlation(sd)
	if want := products / alike; want <= 0 || math.Abs(rho-want) > 1e-4 {
		t.Fatalf("correlation %v, want %v, above 0", rho, want)
	}
	want := make([]float64, n*n)
	pairs(func(x, y countedRow, same bool) {
		k, l := int(x.cell[0]), int(y.cell[0])
		v := x.weight * sd[k] * y.weight * sd[l]
		if !same {
			v *= rho
		}
		want[k*n+l] += v
	})
	of := c.moments.working(sd)
	for i := range n {
		for j := range n {
			got, own := of[(n+i)*2*n+n+j], want[i*n+i]
			if math.Abs(got-want[i*n+j]) > 1e-5*own || of[i*2*n+n+j] != 0 || of[(n+j)*2*n+i] != 0 || of[i*2*n+j] != c.moments.of[i*2*n+j] {
				t.Errorf("cells %d and %d: %v, want %v", i, j, got, want[i*n+j])
			}
		}
	}
}

// Rows of an account that all end the same way are as correlated as can be, one row alone says
// nothing, and rows that take turns count as apart.
func TestCorrelationWithinAccounts(t *testing.T) {
	for _, c := range []struct {
		name     string
		of       func(row int) (churned bool, account int32)
		from, to float64
	}{
		{"one fate for each account", func(i int) (bool, int32) { return i%8 < 2, int32(i / 2) }, 0.9, 1},
		{"a row each", func(i int) (bool, int32) { return i%4 == 0, int32(i) }, 0, 0},
		{"turns", func(i int) (bool, int32) { return i%2 == 0, int32(i / 2) }, 0, 0},
	} {
		eta, churned, cluster := make([]float64, 80), make([]bool, 80), make([]int32, 80)
		for i := range eta {
			eta[i] = -1 // one cell
			churned[i], cluster[i] = c.of(i)
		}
		f := NewForecast(eta, churned)
		spans, _ := f.inPlacesOf(8)
		r, _ := f.counted(cluster, nil, 80, spans)
		cells := newCells(r, 0)
		if got := cells.moments.correlation(cells.deviations()); got < c.from || got > c.to {
			t.Errorf("%s: %v, want %v to %v", c.name, got, c.from, c.to)
		}
	}
}
