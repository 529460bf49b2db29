package logit

import (
	"errors"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// One pass about the first value sees what three careful ones see, also where that value
// is far away from all others.
func TestOnePassMeasuresAsThreeDo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(3, 300).Draw(t, "rows")
		unit := math.Ldexp(1, rapid.IntRange(-200, 200).Draw(t, "exponent"))
		column := rapid.SliceOfN(rapid.Float64Range(-1, 1), n, n).Draw(t, "column")
		column[0] *= rapid.SampledFrom([]float64{1, 1e3, 1e8}).Draw(t, "first")
		column[1] += 1.5 // not constant
		for i := range column {
			column[i] *= unit
		}
		d := &design{x: held{column}, n: n, kernel: fastest()}
		fast, err := d.measure(0)
		if err != nil {
			t.Fatal(err)
		}
		slow, err := d.measureWithCare(0)
		if err != nil {
			t.Fatal(err)
		}
		if fast.constant != slow.constant || fast.first != slow.first {
			t.Fatalf("%+v, %+v", fast, slow)
		}
		near(t, "mean, standard deviation, root mean square", 1e-10,
			[]float64{fast.mean / unit, fast.sd / unit, fast.rms / unit},
			[]float64{slow.mean / slow.unit / unit, slow.sd / slow.unit / unit, slow.rms / slow.unit / unit})
	})
}

func TestColumnsOutOfBoundsAreMeasuredWithCare(t *testing.T) {
	for name, c := range map[string]struct {
		column   []float64
		constant bool
	}{
		"constant":          {[]float64{3, 3, 3, 3}, true},
		"squares overflow":  {[]float64{1e200, -1e200, 0, 1e199}, false},
		"squares underflow": {[]float64{1e-200, -1e-200, 0, 1e-201}, false},
	} {
		d := &design{x: held{c.column}, n: 4, kernel: fastest()}
		m, err := d.measure(0)
		if err != nil || m.constant != c.constant || math.IsInf(m.sd, 0) || (m.sd > 0) == c.constant {
			t.Errorf("%s: %+v, %v", name, m, err)
		}
	}
	d := &design{x: held{{1, 2, math.Inf(1), math.NaN()}}, n: 4, kernel: fastest()}
	var bad *NonFiniteError
	if _, err := d.measure(0); !errors.As(err, &bad) || bad.Row != 2 {
		t.Errorf("an infinite value: %v", err)
	}
}

// Values that are not finite are worth more to the reader than what follows from them.
func TestAValueThatIsNotFiniteIsNamedBeforeAnythingElse(t *testing.T) {
	x := []float64{1, 2, math.NaN(), 4}
	var bad *NonFiniteError
	for name, p := range map[string]Problem{
		"one class":       {Columns: [][]float64{x}, Y: []float64{1, 1, 1, 1}},
		"weightless rows": {Columns: [][]float64{x}, Y: []float64{1, 0, 1, 0}, Weights: []float64{0, 1, 1, 1}},
	} {
		if _, err := Fit(t.Context(), p, Settings{}); !errors.As(err, &bad) || bad.Row != 2 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Sums of weights are exact where those of float64 lose the small among the large.
func TestTotalsLoseNothing(t *testing.T) {
	d := &design{y: []float64{1, 0, 1, 1}, w: []float64{1e16, 1, 1, 1}}
	d.total()
	agree(t, "sum of weights, events", 0, []float64{d.sumW, d.events}, []float64{1e16 + 4, 1e16 + 2})
	rng := rand.New(rand.NewPCG(6, 6))
	for range 50 { // nor do the products of weights and fractions
		sum := new(big.Float).SetPrec(400)
		d := &design{y: make([]float64, 3), w: make([]float64, 3)}
		for i := range d.y {
			d.y[i], d.w[i] = rng.Float64(), rng.Float64()
			product := new(big.Float).SetPrec(400).SetFloat64(d.y[i])
			sum.Add(sum, product.Mul(product, big.NewFloat(d.w[i])))
		}
		d.total()
		want, _ := sum.Float64()
		agree(t, "events", 0, []float64{d.events}, []float64{want})
	}
}
