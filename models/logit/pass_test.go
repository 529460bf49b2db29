package logit

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// derive evaluates a design at theta.
func derive(t *rapid.T, d *design, theta []float64) *evaluation {
	e := newEvaluation(d.size())
	if err := newPasses(d).evaluate(t.Context(), theta, 1, e); err != nil {
		t.Fatal(err)
	}
	return e
}

func drawDesign(t *rapid.T) (*design, []float64) {
	p := drawProblem(t)
	if rapid.Bool().Draw(t, "unweighted") {
		p.Weights = nil
	}
	p.NoIntercept = rapid.Bool().Draw(t, "no intercept")
	for range p.Columns {
		p.L2 = append(p.L2, rapid.Float64Range(0, 5).Draw(t, "penalty"))
	}
	d, err := newDesign(p, nil)
	if err != nil {
		t.Fatal(err)
	}
	d.setBasis(nil)
	if rapid.Bool().Draw(t, "with a basis") {
		q := d.size()
		basis := make([]float64, q*q)
		for i := range q {
			basis[i*q+i] = 1 + 0.25*float64(i) // 1 of the intercept
			for j := max(i+1, d.first()); j < q; j++ {
				basis[i*q+j] = 0.25 * float64(1+i-2*j)
			}
		}
		d.setBasis(basis)
	}
	return d, rapid.SliceOfN(rapid.Float64Range(-1, 1), d.size(), d.size()).Draw(t, "theta")
}

func TestGradientIsTheSlopeOfTheLoss(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, theta := drawDesign(t)
		e := derive(t, d, theta)
		const h = 1e-5
		for j := range theta {
			up, down := append([]float64(nil), theta...), append([]float64(nil), theta...)
			up[j] += h
			down[j] -= h
			near(t, "gradient", 1e-7, e.grad[j:j+1], []float64{(derive(t, d, up).loss - derive(t, d, down).loss) / (2 * h)})
		}
	})
}

func TestHessianIsTheSlopeOfTheGradient(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, theta := drawDesign(t)
		e, q := derive(t, d, theta), len(theta)
		const h = 1e-5
		for j := range theta {
			up, down := append([]float64(nil), theta...), append([]float64(nil), theta...)
			up[j] += h
			down[j] -= h
			plus, minus := derive(t, d, up).grad, derive(t, d, down).grad
			for i := range plus {
				near(t, "Hessian", 1e-6, []float64{e.hess[i*q+j], e.hess[j*q+i]},
					[]float64{(plus[i] - minus[i]) / (2 * h), (plus[i] - minus[i]) / (2 * h)})
			}
		}
	})
}

// The double-double pass and the float64 pass are written apart; they must
// see the same function.
func TestBothPassesSeeTheSameFunction(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, theta := drawDesign(t)
		e := derive(t, d, theta)
		o := &optimum{d: d, zeta: make([]dd, d.size())}
		for i, z := range d.fromBasis(theta) {
			o.zeta[i].hi = z
		}
		pass := newExactPasses(d)
		grad, _, _, err := pass.derivatives(t.Context(), o.zeta, false)
		if err != nil {
			t.Fatal(err)
		}
		hess, err := pass.gram(t.Context(), o.zeta)
		if err != nil {
			t.Fatal(err)
		}
		for i, g := range o.penalised(grad) {
			near(t, "gradient", 1e-12, []float64{-g / d.sumW}, e.grad[i:i+1])
		}
		for i, h := range o.withPenalty(hess) {
			near(t, "Hessian", 1e-12, []float64{h.float() / d.sumW}, e.hess[i:i+1])
		}
	})
}

func TestStandardisedColumnsHaveMeanNearZeroAndUnitSpread(t *testing.T) {
	for _, unit := range []float64{1e-300, 1e-100, 1, 1e6, 1e150, 1e307} {
		c := []float64{unit, 2 * unit, 4 * unit, 7 * unit}
		d, err := newDesign(Problem{Columns: [][]float64{c}, Y: []float64{0, 1, 0, 1}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if f, _ := math.Frexp(d.scale[0]); f != 0.5 {
			t.Errorf("unit %g: scale %g is no power of two", unit, d.scale[0])
		}
		if unit < 1e-200 {
			continue // held back so that squares do not vanish
		}
		var mean, square float64
		for _, x := range c {
			z := x*d.scale[0] - d.shift[0]
			mean += z / 4
			square += z * z / 4
		}
		if math.Abs(mean) > 1e-15 || square < 0.25 || square >= 1 {
			t.Errorf("unit %g: mean %g, mean square %g", unit, mean, square)
		}
	}
}

func TestBasisMapsInvertEachOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, theta := drawDesign(t)
		near(t, "theta", 1e-13, d.toBasis(d.fromBasis(theta)), theta)
	})
}

// Rows that come k times with a k-th of their weight are the same problem, in chunks and
// blocks whose borders fall elsewhere and whose last rows are padded or not.
func TestAPassDoesNotSeeWhereBlocksEnd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t)
		p.NoIntercept = rapid.Bool().Draw(t, "no intercept")
		k := rapid.IntRange(2, 150).Draw(t, "times")
		var list []int
		for range k {
			list = append(list, order(len(p.Y))...)
		}
		often := p.rows(list)
		for i := range often.Weights {
			often.Weights[i] /= float64(k)
		}
		one, many := plainDesign(t, p), plainDesign(t, often)
		theta := rapid.SliceOfN(rapid.Float64Range(-1, 1), one.size(), one.size()).Draw(t, "theta")
		if one.size() != many.size() {
			t.Fatalf("%d parameters, %d of the repeated rows", one.size(), many.size())
		}
		a, b := derive(t, one, theta), derive(t, many, theta)
		near(t, "loss", 1e-12, []float64{b.loss}, []float64{a.loss})
		near(t, "gradient", 1e-11, b.grad, a.grad)
		near(t, "Hessian", 1e-11, b.hess, a.hess)
	})
}

// A weight of one each, an offset of zero each and leaving both out are three writings of
// the same rows, which three branches of the pass read.
func TestAPassReadsAbsentWeightsAsOnesAndAbsentOffsetsAsZeros(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t)
		p.NoIntercept = rapid.Bool().Draw(t, "no intercept")
		for i := range p.Y {
			p.Weights[i], p.Offset[i] = 1, 0
		}
		q := p
		if rapid.Bool().Draw(t, "no weights") {
			q.Weights = nil
		}
		q.Offset = nil
		one, other := plainDesign(t, p), plainDesign(t, q)
		theta := rapid.SliceOfN(rapid.Float64Range(-1, 1), one.size(), one.size()).Draw(t, "theta")
		a, b := derive(t, one, theta), derive(t, other, theta)
		near(t, "loss", 1e-13, []float64{b.loss}, []float64{a.loss})
		near(t, "gradient", 1e-13, b.grad, a.grad)
		near(t, "Hessian", 1e-13, b.hess, a.hess)
	})
}

// plainDesign is a design in its own columns.
func plainDesign(t *rapid.T, p Problem) *design {
	d, err := newDesign(p, nil)
	if err != nil {
		t.Fatal(err)
	}
	d.setBasis(nil)
	return d
}
