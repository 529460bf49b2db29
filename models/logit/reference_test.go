package logit

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"holdfast/models/logit/logittest"
)

// The reference solver is Newton's method in 400-bit arithmetic, dense and
// slow, sharing no code with the package.
type reference struct {
	x       [][]*big.Float // rows, leading 1 included
	y, w    []*big.Float
	offset  []*big.Float
	penalty []*big.Float
}

func num(v float64) *big.Float          { return new(big.Float).SetPrec(400).SetFloat64(v) }
func plus(a, b *big.Float) *big.Float   { return new(big.Float).SetPrec(400).Add(a, b) }
func minus(a, b *big.Float) *big.Float  { return new(big.Float).SetPrec(400).Sub(a, b) }
func times(a, b *big.Float) *big.Float  { return new(big.Float).SetPrec(400).Mul(a, b) }
func divide(a, b *big.Float) *big.Float { return new(big.Float).SetPrec(400).Quo(a, b) }

// bigExp sums the series of e^(x/2^40) and squares 40 times.
func bigExp(x *big.Float) *big.Float {
	r := new(big.Float).SetPrec(500).SetMantExp(new(big.Float).SetPrec(500).Set(x), -40)
	sum, term := new(big.Float).SetPrec(500).SetInt64(1), new(big.Float).SetPrec(500).SetInt64(1)
	for k := int64(1); k < 16; k++ {
		term.Mul(term, r).Quo(term, new(big.Float).SetInt64(k))
		sum.Add(sum, term)
	}
	for range 40 {
		sum.Mul(sum, sum)
	}
	return sum
}

func newReference(p Problem) *reference {
	r := &reference{penalty: []*big.Float{num(0)}}
	for j := range p.Columns {
		r.penalty = append(r.penalty, num(penaltyAt(p.L2, j)))
	}
	for i := range p.Y {
		row := []*big.Float{num(1)}
		for _, c := range p.Columns {
			row = append(row, num(c[i]))
		}
		w, o := 1.0, 0.0
		if p.Weights != nil {
			w = p.Weights[i]
		}
		if p.Offset != nil {
			o = p.Offset[i]
		}
		r.x, r.y, r.w, r.offset = append(r.x, row), append(r.y, num(p.Y[i])), append(r.w, num(w)), append(r.offset, num(o))
	}
	return r
}

// system returns the augmented matrix [H | g | I] at beta.
func (r *reference) system(beta []*big.Float) [][]*big.Float {
	q := len(beta)
	m := make([][]*big.Float, q)
	for i := range m {
		for range 2*q + 1 {
			m[i] = append(m[i], num(0))
		}
		m[i][i] = plus(m[i][i], r.penalty[i])
		m[i][q] = minus(m[i][q], times(r.penalty[i], beta[i]))
		m[i][q+1+i] = num(1)
	}
	for k, row := range r.x {
		eta := r.offset[k]
		for j, x := range row {
			eta = plus(eta, times(x, beta[j]))
		}
		e := bigExp(new(big.Float).Neg(eta))
		mu := divide(num(1), plus(num(1), e))
		v := times(r.w[k], times(mu, minus(num(1), mu)))
		g := times(r.w[k], minus(r.y[k], mu))
		for i := range q {
			m[i][q] = plus(m[i][q], times(g, row[i]))
			vi := times(v, row[i])
			for j := range q {
				m[i][j] = plus(m[i][j], times(vi, row[j]))
			}
		}
	}
	return m
}

// eliminate turns [H | B] into [I | H^-1 B].
func eliminate(m [][]*big.Float) {
	for i := range m {
		pivot := m[i][i]
		for j := range m[i] {
			m[i][j] = divide(m[i][j], pivot)
		}
		for k := range m {
			if f := m[k][i]; k != i {
				for j := range m[k] {
					m[k][j] = minus(m[k][j], times(f, m[i][j]))
				}
			}
		}
	}
}

// polish iterates from a start that is already good.
func (r *reference) polish(start []float64) (beta, se []*big.Float) {
	q := len(start)
	for _, b := range start {
		beta = append(beta, num(b))
	}
	for range 5 {
		m := r.system(beta)
		eliminate(m)
		se = nil
		for i := range beta {
			beta[i] = plus(beta[i], m[i][q])
			se = append(se, new(big.Float).SetPrec(400).Sqrt(m[i][q+1+i]))
		}
	}
	return beta, se
}

// hard are the shapes on which solvers lose their digits.
func hard() map[string]Problem {
	rng := rand.New(rand.NewPCG(2024, 5))
	normal := func(n int) []float64 {
		c := make([]float64, n)
		for i := range c {
			c[i] = rng.NormFloat64()
		}
		return c
	}
	respond := func(eta func(i int) float64, n int) []float64 {
		y := make([]float64, n)
		for i := range y {
			if rng.Float64() < sigmoid(eta(i)) {
				y[i] = 1
			}
		}
		return y
	}
	const n = 120
	a, z := normal(n), normal(n)
	y := respond(func(i int) float64 { return 0.7*a[i] - 0.5*z[i] }, n)
	apply := func(f func(i int) float64) []float64 {
		c := make([]float64, n)
		for i := range c {
			c[i] = f(i)
		}
		return c
	}
	problems := map[string]Problem{
		"raw polynomial of degree 8":     {Y: y},
		"means of a million":             {Y: y, Columns: [][]float64{apply(func(i int) float64 { return 1e6 + a[i] }), apply(func(i int) float64 { return -3e6 + z[i] })}},
		"collinear to 2^-30":             {Y: y, Columns: [][]float64{a, apply(func(i int) float64 { return a[i] + 0x1p-30*z[i] })}},
		"collinear to 2^-33":             {Y: y, Columns: [][]float64{a, apply(func(i int) float64 { return a[i] + 0x1p-33*z[i] })}},
		"three columns summing to small": {Y: y, Columns: [][]float64{a, z, apply(func(i int) float64 { return a[i] + z[i] + 0x1p-28*float64(i%7) })}},
		"epoch nanoseconds":              {Y: y, Columns: [][]float64{apply(func(i int) float64 { return 1.7e18 + math.Round(1e15*a[i]) }), z}},
		"fractional weights":             {Y: y, Columns: [][]float64{a, z}, Weights: apply(func(i int) float64 { return 0.01 + math.Abs(a[i]*z[i]) })},
		"weights from 1e-9 to 1e9":       {Y: y, Columns: [][]float64{a, z}, Weights: apply(func(i int) float64 { return math.Pow(10, float64(i%19-9)) })},
		"huge offsets":                   {Y: y, Columns: [][]float64{a, z}, Offset: apply(func(i int) float64 { return 300 * (y[i] - 0.5) * float64(i%3) })},
		"ridge per column":               {Y: y, Columns: [][]float64{a, z}, L2: []float64{0.3, 70}},
		"tiny ridge on collinear":        {Y: y, Columns: [][]float64{a, apply(func(i int) float64 { return a[i] + 0x1p-30*z[i] })}, L2: []float64{0, 1e-10}},
		"a ten-thousandth from separation": {Y: apply(func(i int) float64 { return float64(i / 60) }),
			Columns: [][]float64{apply(func(i int) float64 {
				switch i {
				case 59:
					return 59.5001
				case 60:
					return 59.4999
				}
				return float64(i)
			})}},
	}
	poly := problems["raw polynomial of degree 8"]
	for d := 1; d <= 8; d++ {
		poly.Columns = append(poly.Columns, apply(func(i int) float64 { return math.Pow(float64(i%25), float64(d)) }))
	}
	problems["raw polynomial of degree 8"] = poly
	return problems
}

func TestHardShapesAgreeWithFourHundredBits(t *testing.T) {
	for name, p := range hard() {
		t.Run(name, func(t *testing.T) {
			f := mustFit(t, p, Settings{})
			beta, se := newReference(p).polish(f.all())
			got, gotSE := f.all(), f.allStdErr()
			worstBeta, worstSE := 17.0, 17.0
			for i := range beta {
				worstBeta = min(worstBeta, logittest.Digits(got[i], beta[i].Text('e', 40)))
				worstSE = min(worstSE, logittest.Digits(gotSE[i], se[i].Text('e', 40)))
			}
			t.Logf("coefficients %.1f digits, standard errors %.1f, %d iterations", worstBeta, worstSE, f.Iterations)
			if worstBeta < 15.5 || worstSE < 15.5 {
				t.Errorf("coefficients %.2f digits, standard errors %.2f; 15.5 wanted", worstBeta, worstSE)
			}
		})
	}
}
