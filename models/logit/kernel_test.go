package logit

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// block is one block of rows as the kernels see it.
type block struct {
	rows, columns int
	x, y, w, eta  []float64
	coef          []float64
	scale, shift  float64
}

// drawBlock fills a block with numbers whose size varies by many powers of two.
func drawBlock(rng *rand.Rand, rows, columns int) block {
	number := func() float64 { return math.Ldexp(rng.NormFloat64(), rng.IntN(12)-6) }
	several := func(n int) []float64 {
		v := make([]float64, n)
		for i := range v {
			v[i] = number()
		}
		return v
	}
	b := block{
		rows: rows, columns: columns, x: several(columns * blockRows), eta: several(rows), coef: several(columns),
		y: several(rows), w: several(rows), scale: math.Ldexp(1, rng.IntN(20)-10), shift: number(),
	}
	for i := range b.y {
		b.y[i] = float64(rng.IntN(5)) / 4
		b.w[i] = math.Abs(b.w[i])
	}
	return b
}

// run sends a block through every function of a kernel and returns all it wrote.
func (b block) run(k kernel) []float64 {
	z := make([]float64, b.columns*blockRows)
	for j := range b.columns {
		k.standardise(z[j*blockRows:][:b.rows], b.x[j*blockRows:][:b.rows], b.scale, b.shift)
	}
	var moments [2]float64
	k.moments(b.x[:b.rows], b.shift, &moments)
	eta := append([]float64(nil), b.eta...)
	k.predict(eta, z, b.coef)
	residual, variance, sums := make([]float64, b.rows), make([]float64, b.rows), [4]float64{1, 2, 3, 4}
	e := make([]float64, b.rows)
	k.exponential(e, eta, leastExponent)
	k.link(eta, e, b.y, b.w, residual, variance, &sums)
	k.logarithm(e, b.w, (*[1]float64)(sums[:]))
	u := make([]float64, tileU*blockRows)
	copy(u, residual)
	copy(u[blockRows:], variance)
	k.weigh(u[2*blockRows:][:b.rows], variance, z)
	gram := make([]float64, tileU*b.columns)
	k.gram(gram, b.columns, u, z, b.rows)
	slope := make([]float64, b.columns)
	k.inner(slope, residual, z)
	out := append(moments[:], z...)
	out = append(out, b.runExact(k)...)
	for _, v := range [][]float64{eta, e, residual, variance, sums[:], u, gram, slope} {
		out = append(out, v...)
	}
	return out
}

// runExact does the same with the double-double part, for which any column of blockRows
// numbers is one of 64 rows.
func (b block) runExact(k kernel) []float64 {
	z, coef := make([]float64, b.columns*blockRows), make([]dd, b.columns)
	for j := range b.columns {
		k.exactStandardise(z[j*blockRows:], b.x[j*blockRows:][:blockHalf], b.scale, b.shift)
		coef[j] = dd{b.coef[j], b.coef[j] * 0x1p-54}
	}
	eta, u, sums := make([]float64, blockRows), make([]float64, blockRows), make([]float64, sumSize*b.columns)
	copy(eta, b.eta)
	k.exactPredict(eta, z, coef)
	k.exactWeigh(u, eta, z)
	k.exactInner(sums, u, z)
	sum, shifted := make([]float64, blockRows), make([]float64, blockRows)
	k.exactAdd(sum, u, z)
	k.exactShift(shifted, sum, coef[0])
	out := append(z, eta...)
	for _, v := range [][]float64{u, sums, sum, shifted} {
		out = append(out, v...)
	}
	return out
}

// fatalf is what testing.T and rapid.T have in common.
type fatalf interface {
	Helper()
	Fatalf(format string, args ...any)
}

// equalBits fails on the first number that differs by a bit. Two NaN are alike.
func equalBits(t fatalf, got, want []float64) {
	t.Helper()
	for i, w := range want {
		if math.Float64bits(got[i]) != math.Float64bits(w) && !(math.IsNaN(got[i]) && math.IsNaN(w)) {
			t.Fatalf("number %d of %d: %v and %v", i, len(want), got[i], w)
		}
	}
}

func TestBothKernelsGiveTheSameBits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		rows, columns := grain*rapid.IntRange(1, blockRows/grain).Draw(t, "grains"), tile*rapid.IntRange(1, 8).Draw(t, "tiles")
		b := drawBlock(rng, rows, columns)
		got, want := b.run(fastest()), b.run(portable())
		equalBits(t, got, want)
	})
}

// Raw bits: denormal numbers, infinities and NaN included.
func FuzzKernels(f *testing.F) {
	for _, eta := range []float64{0, math.Copysign(0, -1), 1e-300, 36.7, -708, -746, 1e308, math.Inf(-1), math.NaN()} {
		f.Add(uint64(1), math.Float64bits(eta), math.Float64bits(eta/3), math.Float64bits(-eta), uint8(3))
	}
	f.Fuzz(func(t *testing.T, seed, eta, x, w uint64, at uint8) {
		b := drawBlock(rand.New(rand.NewPCG(seed, 2)), 2*grain, tile)
		i := int(at) % b.rows
		b.eta[i], b.x[i], b.w[i] = math.Float64frombits(eta), math.Float64frombits(x), math.Float64frombits(w)
		if at > 127 {
			clear(b.coef) // so that eta reaches the link as it is
		}
		equalBits(t, b.run(fastest()), b.run(portable()))
	})
}

// e^r = sum r^k/k! and atanh(s)/s = sum s^2k/(2k+1). What the last terms add is below a unit in
// the last place, so that no answer would tell a wrong one.
func TestTheSeriesAreTaylors(t *testing.T) {
	factorial := 1.0
	for k := range atanhAt - expAt {
		factorial *= max(1, float64(k))
		agree(t, "exponential", 0, []float64{linkTable[atanhAt-1-k]}, []float64{1 / factorial})
	}
	for k := range len(linkTable) - atanhAt {
		agree(t, "atanh", 0, []float64{linkTable[len(linkTable)-1-k]}, []float64{1 / float64(2*k+1)})
	}
}

// The link against 400 bits, on single rows. The residual of a row of weight 1 is p or
// 1-p, so this is also how right probabilities are, small ones included.
func TestTheLinkIsRightToAFewUnitsInTheLastPlace(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	var worst struct{ e, residual, variance float64 }
	for trial := range 4000 {
		h := rng.NormFloat64() * math.Ldexp(1, rng.IntN(10)-2)
		if trial < 10 {
			h = float64(trial - 5)
		}
		if math.Abs(h) > -leastExponent {
			continue
		}
		first := func(v float64) []float64 { return append([]float64{v}, make([]float64, grain-1)...) }
		var sums [4]float64
		residual, variance := first(0), first(0)
		y := float64(trial % 2)
		exp := first(0)
		fastest().exponential(exp, first(h), leastExponent)
		fastest().link(first(h), exp, first(y), first(1), residual, variance, &sums)
		e := bigExp(num(-math.Abs(h)))
		worst.e = max(worst.e, units(exp[0], e))
		small := divide(e, plus(num(1), e))
		large := minus(num(1), small)
		want := small
		if (h > 0) != (y == 1) {
			want = large
		}
		worst.residual = max(worst.residual, units(math.Abs(residual[0]), want))
		worst.variance = max(worst.variance, units(variance[0], times(small, large)))
	}
	t.Logf("units in the last place: e^-|eta| %.2f, residual %.2f, variance %.2f", worst.e, worst.residual, worst.variance)
	if worst.e > 1 || worst.residual > 2.5 || worst.variance > 4 {
		t.Errorf("units in the last place: %.2f (1 wanted), %.2f (2.5) and %.2f (4)", worst.e, worst.residual, worst.variance)
	}
}

// units is the error in units in the last place.
func units(got float64, want *big.Float) float64 {
	w, _ := want.Float64()
	d, _ := minus(num(got), want).Float64()
	return math.Abs(d) / (math.Nextafter(w, math.Inf(1)) - w)
}

// log(1+e^-h) against float64's own, which is right to one unit.
func TestTheLossIsRightToFourUnitsInTheLastPlace(t *testing.T) {
	worst := 0.0
	for h := 0.0; h < 700; h += 0.037 {
		e := math.Exp(-h)
		got, want := log1pGo(e), math.Log1p(e)
		worst = max(worst, math.Abs(got-want)/(math.Nextafter(want, 1)-want))
	}
	t.Logf("%.2f units", worst)
	if worst > 4 {
		t.Errorf("%.2f units in the last place", worst)
	}
}

// What the kernels leave open, the last bits of everything between passes, the refinement
// takes out: fits from starts, and so by iterates, that differ have the same coefficients
// to the bit. Seventeen digits, which is all there are.
func TestARefinedFitForgetsHowItWasReached(t *testing.T) {
	p := skewed(5000, 8)
	want := mustFit(t, p, Settings{})
	start := want.all()
	for j := range start {
		start[j] += 1e-3 * math.Cos(float64(7*j))
	}
	got := mustFit(t, p, Settings{Start: start})
	equalBits(t, got.all(), want.all())
	equalBits(t, got.allStdErr(), want.allStdErr())
}

// A whole fit on either kernel: the float64 iteration has the same bits, not only the
// refined end.
func TestAFitOnEitherKernelIsTheSameFit(t *testing.T) {
	p := skewed(3*chunkRows+77, 10)
	p.Weights = make([]float64, len(p.Y))
	for i := range p.Weights {
		p.Weights[i] = 1 + float64(i%7)/3
	}
	var want []float64
	for _, k := range []kernel{fastest(), portable()} {
		d, err := newDesign(p, nil)
		if err != nil {
			t.Fatal(err)
		}
		d.kernel = k
		n, err := solve(t.Context(), d, Settings{Exact: ExactNever}.withDefaults(false))
		if err != nil {
			t.Fatal(err)
		}
		got := append(append([]float64{n.now.loss}, n.theta...), n.now.hess...)
		if want == nil {
			want = got
		}
		equalBits(t, got, want)
	}
}

// Nanoseconds per row, of a block that stays in the cache.
func BenchmarkKernel(b *testing.B) {
	blk := drawBlock(rand.New(rand.NewPCG(1, 1)), blockRows, 24)
	for i := range blockRows { // the numbers of real data
		blk.eta[i], blk.coef[i%24], blk.w[i] = float64(i%9)-6, .1, 1
	}
	for _, k := range []struct {
		name string
		kernel
	}{{"fastest", fastest()}, {"portable", portable()}} {
		z, eta, e := make([]float64, 24*blockRows), make([]float64, blockRows), make([]float64, blockRows)
		residual, variance, u := make([]float64, blockRows), make([]float64, blockRows), make([]float64, tileU*blockRows)
		var sums [4]float64
		var two [2]float64
		gram := make([]float64, 27*24)
		for _, f := range []struct {
			name string
			run  func()
		}{
			{"standardise", func() {
				for j := range 24 {
					k.standardise(z[j*blockRows:][:blockRows], blk.x[j*blockRows:][:blockRows], 1, 0)
				}
			}},
			{"moments", func() {
				for j := range 24 {
					k.moments(blk.x[j*blockRows:][:blockRows], 0, &two)
				}
			}},
			{"predict", func() { copy(eta, blk.eta); k.predict(eta, z, blk.coef) }},
			{"link", func() {
				k.exponential(e, eta, leastExponent)
				k.link(eta, e, blk.y, blk.w, residual, variance, &sums)
				k.logarithm(e, blk.w, (*[1]float64)(sums[:]))
			}},
			{"inner", func() { k.inner(gram, residual, z) }},
			{"gram", func() {
				for i := range 8 {
					for c := range tileU {
						k.weigh(u[c*blockRows:][:blockRows], variance, z)
					}
					k.gram(gram, 24, u, z[(3*i&^3)*blockRows:], blockRows)
				}
			}},
		} {
			b.Run(fmt.Sprintf("%s/%s", k.name, f.name), func(b *testing.B) {
				for b.Loop() {
					f.run()
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/blockRows, "ns/row")
			})
		}
	}
}
