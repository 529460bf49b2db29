package metrics

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// Nothing is rounded on either way, so that the two agree to the last bit whatever the numbers.
func TestManyNumbersAtOnceAddUpToTheSameBits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		n, spread := rapid.IntRange(0, 5000).Draw(t, "n"), rapid.SampledFrom([]int{1, 60, 130, 700, 2046}).Draw(t, "spread")
		centre := rapid.IntRange(-1074, 1022-spread).Draw(t, "least exponent")
		x := make([]float64, n)
		for i := range x {
			x[i] = math.Ldexp(rng.NormFloat64()/8, centre+rng.IntN(spread))
			if rng.IntN(9) == 0 {
				x[i] = 0
			}
		}
		if n > 0 && rng.IntN(20) == 0 {
			x[rng.IntN(n)] = []float64{math.Inf(1), math.Inf(-1), math.NaN(), math.SmallestNonzeroFloat64, -math.MaxFloat64, math.Copysign(0, -1)}[rng.IntN(6)]
		}
		var single, all, each exactSum
		for _, v := range x {
			single.add(v)
		}
		all.addAll(x)
		each.addEach(n, func(i int) float64 { return x[i] })
		want := math.Float64bits(single.value())
		if got := math.Float64bits(all.value()); got != want {
			t.Errorf("at once %x, one by one %x", got, want)
		}
		if got := math.Float64bits(each.value()); got != want {
			t.Errorf("by function %x, one by one %x", got, want)
		}
	})
}

// As many of the largest numbers as a block has fill the window to the brim.
func TestAFullWindowDoesNotOverflow(t *testing.T) {
	for _, sign := range []float64{1, -1} {
		x := make([]float64, windowBlock)
		for i := range x {
			x[i] = sign * math.Nextafter(2, 1)
		}
		x[0] = sign * 0x1p-126 // the lowest exponent in it
		var s exactSum
		s.addBlock(x)
		// 2047 numbers of 2 - 2^-52, and one that is half a unit in no last place.
		if want := sign * (2047*2 - 2047*0x1p-52); s.value() != want {
			t.Errorf("%v, want %v", s.value(), want)
		}
	}
}

// Windows are carried on before the digits that they are added to overflow: after 2^30 additions to the
// brim of either sign, the last two are still counted.
func TestWindowsAreCarriedBeforeDigitsOverflow(t *testing.T) {
	for _, x := range []float64{3, -3} {
		var s, want exactSum
		s.pending = carryEvery - 2 // as after 2^30 - 2 additions
		s.addAll([]float64{x, x, x, x})
		want.add(4 * x)
		if s.pending >= carryEvery || exactly(&s) != exactly(&want) {
			t.Errorf("four times %v: %v with %d pending, want %v", x, s.value(), s.pending, want.value())
		}
	}
}

// The largest sum that a lane can hold, and the lowest bit that the last fold reaches: nothing is
// lost, and what lies below is left to words.
func TestFoldsAreFullAndNotTooFull(t *testing.T) {
	for _, c := range []struct {
		low  float64
		fits bool
	}{{0x1p-131, true}, {0x1p-132, false}} {
		x := make([]float64, foldBlock)
		for i := range x {
			x[i] = math.Nextafter(2, 1)
		}
		x[5] = c.low
		var single, many exactSum
		for _, v := range x {
			single.add(v)
		}
		if fits := many.addFolds(x); fits != (c.fits && vectorsHere()) {
			t.Errorf("%v beside 2: folded %v", c.low, fits)
			continue
		}
		if c.fits && vectorsHere() && exactly(&many) != exactly(&single) {
			t.Errorf("%v beside 2: %v, one by one %v", c.low, many.value(), single.value())
		}
	}
}

// vectorsHere reports whether folds are tried at all.
func vectorsHere() bool {
	_, strange := largestOf([]float64{1, 1, 1, 1})
	return !strange
}

// exactly is the sum with its carries done, whatever way they came.
func exactly(s *exactSum) exactSum {
	t := *s
	t.carry()
	t.pending = 0
	return t
}

func BenchmarkExactSum(b *testing.B) {
	rng := rand.New(rand.NewPCG(73, 0))
	x := make([]float64, 200_000)
	for i := range x {
		x[i] = rng.NormFloat64()
	}
	b.Run("one by one", func(b *testing.B) {
		for b.Loop() {
			var s exactSum
			for _, v := range x {
				s.add(v)
			}
		}
	})
	b.Run("at once", func(b *testing.B) {
		for b.Loop() {
			new(exactSum).addAll(x)
		}
	})
	b.Run("by function", func(b *testing.B) {
		for b.Loop() {
			new(exactSum).addEach(len(x), func(i int) float64 { return x[i] * x[i] })
		}
	})
}
