package features

import (
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestMomentsAreThoseOfExactArithmetic compares with big rationals, at scales where the
// squares of float64 overflow or vanish.
func TestMomentsAreThoseOfExactArithmetic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scale := rapid.SampledFrom([]float64{1, 1e300, 1e-300, 1e-5, 1e15}).Draw(t, "scale")
		offset := rapid.SampledFrom([]float64{0, 0, 1e6}).Draw(t, "offset")
		x := rapid.SliceOfN(rapid.Float64Range(-4, 4), 2, 30).Draw(t, "x")
		for i := range x {
			x[i] = (x[i] + offset) * scale
		}
		mean, sd := moments(x)
		sum := new(big.Rat)
		for _, v := range x {
			sum.Add(sum, new(big.Rat).SetFloat64(v))
		}
		n := big.NewRat(int64(len(x)), 1)
		exact := new(big.Rat).Quo(sum, n)
		squares := new(big.Rat)
		for _, v := range x {
			d := new(big.Rat).Sub(new(big.Rat).SetFloat64(v), exact)
			squares.Add(squares, d.Mul(d, d))
		}
		variance := new(big.Float).SetPrec(200).SetRat(squares.Quo(squares, n))
		wantSD, _ := variance.Sqrt(variance).Float64()
		wantMean, _ := exact.Float64()
		largest := slices.Max(x)
		largest = max(largest, -slices.Min(x))
		if math.Abs(mean-wantMean) > 4e-16*largest {
			t.Fatalf("mean %v, exactly %v", mean, wantMean)
		}
		// Dividing by the largest magnitude rounds each value by half a unit in its last place.
		if math.Abs(sd-wantSD) > 1e-14*wantSD+3e-16*largest {
			t.Fatalf("deviation %v, exactly %v", sd, wantSD)
		}
	})
}

// Many values are added up in blocks, which loses nothing that shows: not where they lie at random, nor in order.
func TestTheMeanOfManyValuesIsExact(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	x := make([]float64, 100_003)
	exact := new(big.Rat)
	for i := range x {
		x[i] = math.Round(100*rng.ExpFloat64()) / 100
		exact.Add(exact, new(big.Rat).SetFloat64(x[i]))
	}
	want, _ := exact.Quo(exact, big.NewRat(int64(len(x)), 1)).Float64()
	if mean, _ := moments(x); math.Abs(mean-want) > 0x1p-52*want {
		t.Errorf("mean %v, exactly %v", mean, want)
	}
	slices.Sort(x)
	if mean, _ := moments(x); math.Abs(mean-want) > 0x1p-52*want {
		t.Errorf("in order: mean %v, exactly %v", mean, want)
	}
}

func TestMomentsOfNothing(t *testing.T) {
	for _, x := range [][]float64{nil, {0, 0}} {
		if mean, sd := moments(x); mean != 0 || sd != 0 {
			t.Errorf("moments of %v: %v %v", x, mean, sd)
		}
	}
}

// Four values among a hundred differ, wherever they are; a fifth ends the count.
func TestTheOthersAreCounted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := slices.Repeat([]float64{7}, rapid.IntRange(1, 120).Draw(t, "rows"))
		for range rapid.IntRange(0, 7).Draw(t, "others") {
			x[rapid.IntRange(0, len(x)-1).Draw(t, "place")] = rapid.SampledFrom([]float64{1, 2, math.NaN()}).Draw(t, "value")
		}
		most := 0
		for _, v := range x {
			count := 0
			for _, w := range x {
				if v == w {
					count++
				}
			}
			most = max(most, count)
		}
		got, want := othersThan(x), len(x)-most
		if len(x) >= nearConstantOf && min(got, nearConstantRows) != min(want, nearConstantRows) {
			t.Fatalf("%d differ in %v, want %d", got, x, want)
		}
	})
}

func TestOnlyWhatIsMissingIsFilledIn(t *testing.T) {
	x := []float64{1, math.NaN(), -2, math.Copysign(math.NaN(), -1), math.Inf(1), math.Inf(-1), math.Copysign(0, -1), math.MaxFloat64, math.SmallestNonzeroFloat64}
	want := slices.Clone(x)
	want[1], want[3] = 9, 9
	fillIn(x, x, 9)
	for i := range x {
		if math.Float64bits(x[i]) != math.Float64bits(want[i]) {
			t.Errorf("value %d is %v, want %v", i, x[i], want[i])
		}
	}
}
