package logit

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// drawLogOdds draws log-odds as models give them, and some as they should not.
func drawLogOdds(t *rapid.T) []float64 {
	odd := rapid.SampledFrom([]float64{math.NaN(), math.Inf(1), math.Inf(-1), 0, math.Copysign(0, -1), 5e-324, -708, 708.5, -745.1, 745.2, 1e300})
	value := rapid.OneOf(rapid.Float64Range(-40, 40), rapid.Float64Range(-800, 800), odd)
	seed := rapid.SliceOfN(value, 1, 50).Draw(t, "log-odds")
	eta := make([]float64, rapid.IntRange(0, 2*termRows+70).Draw(t, "rows"))
	for i := range eta {
		eta[i] = seed[i*i%len(seed)]
	}
	return eta
}

// A row has the bits that it has by itself, wherever it stands and however many there are.
func TestManyLogisticsAreThoseOfEachRow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		eta := drawLogOdds(t)
		p, q, e := make([]float64, len(eta)), make([]float64, len(eta)), make([]float64, len(eta))
		Logistics(p, q, eta)
		Decays(e, eta)
		for i, h := range eta {
			alone, rest := Logistic(h)
			equalBits(t, []float64{p[i], q[i], e[i]}, []float64{alone, rest, Decay(h)})
		}
	})
}

func TestBothKernelsGiveTheSameSides(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		eta := drawLogOdds(t)
		eta = eta[:len(eta)&^(batch-1)]
		var all [2][]float64
		for side, k := range []kernel{fastest(), portable()} {
			p, q := make([]float64, len(eta)), make([]float64, len(eta))
			k.exponential(q, eta, leastNormal)
			k.sides(p, q, eta)
			all[side] = append(p, q...)
		}
		equalBits(t, all[0], all[1])
	})
}

// Symmetric to the bit, within 0 and 1, and one in sum up to the rounding of one.
func TestTheLogisticIsSymmetric(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		eta := rapid.Float64Range(-800, 800).Draw(t, "eta")
		p, q := Logistic(eta)
		back, rest := Logistic(-eta)
		if p != rest || q != back || !(0 <= p && p <= 1) || math.Abs(p+q-1) > 0x1p-52 {
			t.Fatalf("%v and %v at %v, %v and %v at its negative", p, q, eta, back, rest)
		}
	})
}

// Values of e^-x by Python's decimal module with 40 digits, rounded to the nearest double.
func TestTheEndsOfDecayAreExact(t *testing.T) {
	for _, c := range []struct {
		fact    string
		x, want float64
	}{
		{"one at zero", 0, 1},
		{"nothing at infinity", math.Inf(1), 0},
		{"nor at the other", math.Inf(-1), 0},
		{"the least double", 745.1, 5e-324},
		{"more than half of it is rounded up", 745.1332191019411, 5e-324},
		{"less than half is rounded away", 745.1332191019412, 0},
		{"below it there is nothing", 745.14, 0},
		{"far below it neither", -1e300, 0},
		{"no number of none", math.NaN(), math.NaN()},
		{"the first that is not normal", 708.5, 2.006132305331306e-308},
	} {
		if got := Decay(c.x); got != c.want && !(math.IsNaN(got) && math.IsNaN(c.want)) {
			t.Errorf("%s: e^-|%v| = %v, want %v", c.fact, c.x, got, c.want)
		}
	}
}

// unitsOff is by how many units in the last place of want a number is off.
func unitsOff(got float64, want dd) float64 {
	unit := math.Nextafter(want.hi, math.Inf(1)) - want.hi
	return math.Abs((got-want.hi)-want.lo) / unit
}

// Against double-double, which has some 30 digits. Of 1e7 such numbers the worst were off by
// 0.871 units (e^-x), 1.498 (the larger side) and 2.369 (the smaller); with the exponential of
// the standard library on amd64 by 1.936, 1.498 and 2.736. The sides lose the rest where 1+e
// and the quotient are rounded.
func TestLogisticsAreRightToTheLastPlace(t *testing.T) {
	rng := rand.New(rand.NewPCG(74, 1))
	worst := [3]float64{}
	for range 200_000 {
		x := math.Ldexp(rng.Float64(), rng.IntN(19)-9)
		e := dd{hi: -x}.exp()
		large, _ := sides(e, true)
		p, q := Logistic(x)
		small := e.mul(large)
		for k, off := range []float64{unitsOff(Decay(x), e), unitsOff(p, large), unitsOff(q, small)} {
			worst[k] = max(worst[k], off)
		}
	}
	if worst[0] > 1 || worst[1] > 1.5 || worst[2] > 2.5 {
		t.Errorf("%.3f units in the last place of e^-x, %.3f of the larger side, %.3f of the smaller", worst[0], worst[1], worst[2])
	}
}

// From a double to the next, e^-x does not rise by more than a unit in the last place (it does
// by one for 2 in 100,000 of them, where rounding goes the other way), also where the
// reduction takes another multiple of ln 2.
func TestDecayFallsButForTheLastPlace(t *testing.T) {
	rng := rand.New(rand.NewPCG(75, 1))
	for i := range 200_000 {
		x := math.Ldexp(rng.Float64(), rng.IntN(15)-9)
		if i%2 == 0 {
			x = (float64(rng.IntN(200)) + 0.5) * math.Ln2
		}
		near, next := Decay(x), Decay(math.Nextafter(x, math.Inf(1)))
		if next > math.Nextafter(near, math.Inf(1)) {
			t.Fatalf("e^-x rises from %v to %v behind %v", near, next, x)
		}
	}
}

func BenchmarkLogistics(b *testing.B) {
	const rows = 8192
	eta, p, q := make([]float64, rows), make([]float64, rows), make([]float64, rows)
	rng := rand.New(rand.NewPCG(76, 1))
	for i := range eta {
		eta[i] = 3 * rng.NormFloat64()
	}
	for name, do := range map[string]func(){
		"many": func() { Logistics(p, q, eta) },
		"one": func() {
			for i, h := range eta {
				p[i], q[i] = Logistic(h)
			}
		},
		"standard library": func() {
			for i, h := range eta {
				p[i], q[i] = sidesOf(h, math.Exp(-math.Abs(h)))
			}
		},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				do()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/row")
		})
	}
}
