package logit

import (
	"encoding/binary"
	"errors"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// bruteSeparated decides by enumeration whether integer points in the plane
// have a direction of recession (a0, a1, a2) != 0. The cone of directions is
// polyhedral and cut out by the rows, so if it contains a direction outside
// the rows' common null space it contains an extreme one, orthogonal to two
// independent rows: the cross product of a pair, up to sign.
func bruteSeparated(x1, x2, y []float64) bool {
	for i := range y {
		for j := range i {
			d := [3]float64{x1[i]*x2[j] - x2[i]*x1[j], x2[i] - x2[j], x1[j] - x1[i]}
			for _, sign := range []float64{1, -1} {
				good, moved := true, false
				for k := range y {
					m := sign * (d[0] + d[1]*x1[k] + d[2]*x2[k]) * (2*y[k] - 1)
					good = good && m >= 0
					moved = moved || m > 0
				}
				if good && moved {
					return true
				}
			}
		}
	}
	return false
}

// onALine reports whether all points are, so that a column is aliased and no
// two rows determine a direction.
func onALine(x1, x2 []float64) bool {
	for i := range x1 {
		for j := range i {
			for k := range j {
				if (x1[i]-x1[k])*(x2[j]-x2[k]) != (x2[i]-x2[k])*(x1[j]-x1[k]) {
					return false
				}
			}
		}
	}
	return true
}

// Small integer grids are full of ties, faces and near misses: each must be
// refused exactly when enumeration finds a separating line.
func TestRefusedExactlyWhenALineSeparates(t *testing.T) {
	seen := map[bool]int{}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(5, 14).Draw(t, "rows")
		grid := rapid.IntRange(0, 3)
		var x1, x2, y []float64
		for range n {
			x1 = append(x1, float64(grid.Draw(t, "x1")))
			x2 = append(x2, float64(grid.Draw(t, "x2")))
			y = append(y, float64(rapid.IntRange(0, 1).Draw(t, "y")))
		}
		_, err := Fit(t.Context(), Problem{Columns: [][]float64{x1, x2}, Y: y}, Settings{})
		if errors.Is(err, ErrOneClass) || onALine(x1, x2) {
			t.Skip("one class or collinear columns: what other tests check, so separation was not compared")
		}
		want := bruteSeparated(x1, x2, y)
		var separated *SeparationError
		if errors.As(err, &separated) != want || err != nil && !want {
			t.Fatalf("enumeration says %v, Fit says %v", want, err)
		}
		seen[want]++
	})
	if seen[true] == 0 || seen[false] == 0 {
		t.Errorf("the draw never met both cases: %v", seen)
	}
}

func TestOneColumnSeparates(t *testing.T) {
	cases := []struct {
		name        string
		x, y        []float64
		noIntercept bool
		want        bool
	}{
		{"above and below", []float64{1, 2, 3, 4}, []float64{0, 0, 1, 1}, false, true},
		{"the other way round", []float64{4, 3, 2, 1}, []float64{0, 0, 1, 1}, false, true},
		{"touching", []float64{1, 2, 2, 3}, []float64{0, 0, 1, 1}, false, true},
		{"overlapping", []float64{1, 3, 2, 4}, []float64{0, 0, 1, 1}, false, false},
		{"a fraction on the threshold", []float64{1, 2, 2, 3}, []float64{0, 0.5, 0.5, 1}, false, true},
		{"a fraction off it", []float64{1, 2, 2.5, 3}, []float64{0, 0.5, 0.5, 1}, false, false},
		{"no intercept and one side of zero", []float64{1, 2, 3, 4}, []float64{0, 0, 1, 1}, true, false},
		{"no intercept and both sides of zero", []float64{-1, -2, 3, 4}, []float64{0, 0, 1, 1}, true, true},
	}
	for _, c := range cases {
		d := &design{n: len(c.y), x: held{c.x}, y: c.y, intercept: !c.noIntercept}
		if got, err := d.separatesAlone(0); got != c.want || err != nil {
			t.Errorf("%s: got %v, %v", c.name, got, err)
		}
	}
}

// FuzzFit feeds arbitrary bits as columns: the answer is an error or finite,
// never a panic.
func FuzzFit(f *testing.F) {
	f.Add([]byte("0123456789abcdef0123456789abcdef0123456789abcdef"), uint8(5))
	f.Add(make([]byte, 160), uint8(170))
	f.Fuzz(func(t *testing.T, raw []byte, outcomes uint8) {
		n := min(len(raw)/16, 8)
		p := Problem{Columns: [][]float64{make([]float64, n), make([]float64, n)}, Y: make([]float64, n)}
		for i := range n {
			for j := range 2 {
				p.Columns[j][i] = math.Float64frombits(binary.LittleEndian.Uint64(raw[16*i+8*j:]))
			}
			p.Y[i] = float64(outcomes >> i & 1)
		}
		fit, err := Fit(t.Context(), p, Settings{})
		if err == nil && (math.IsNaN(fit.LogLik) || !(fit.Gradient <= 1e-9)) {
			t.Errorf("log likelihood %g, gradient %g", fit.LogLik, fit.Gradient)
		}
	})
}
