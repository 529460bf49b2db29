package metrics

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestWilsonSolvesItsDefiningEquation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 1_000_000).Draw(t, "n")
		k := rapid.IntRange(0, n).Draw(t, "k")
		low, high := Wilson(k, n, 0.9)
		rate := float64(k) / float64(n)
		if !(0 <= low && low <= rate && rate <= high && high <= 1) {
			t.Fatalf("[%v, %v] around %v", low, high, rate)
		}
		z := normalQuantile(0.9)
		for _, p := range []float64{low, high} {
			// (rate - p)^2 = z^2 p (1-p) / n, both sides zero where the limit is 0 or 1.
			left, right := (rate-p)*(rate-p), z*z*p*(1-p)/float64(n)
			if math.Abs(left-right) > 1e-12*math.Max(left, right)+1e-17 {
				t.Fatalf("limit %v: %v is not %v", p, left, right)
			}
		}
	})
}

func TestWilsonAtTheEnds(t *testing.T) {
	if low, high := Wilson(0, 10, 0.95); low != 0 || !near(high, 0.27753279986, 1e-10) { // z^2/(n+z^2)
		t.Errorf("0 of 10: [%v, %v]", low, high)
	}
	if low, high := Wilson(10, 10, 0.95); high != 1 || !near(low, 1-0.27753279986, 1e-10) {
		t.Errorf("10 of 10: [%v, %v]", low, high)
	}
	if low, high := Wilson(0, 0, 0.95); !math.IsNaN(low) || !math.IsNaN(high) {
		t.Errorf("0 of 0: [%v, %v], want NaN", low, high)
	}
}

func TestNormalQuantileInvertsTheTail(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		level := rapid.Float64Range(0.001, 0.999999).Draw(t, "level")
		if back := 1 - twoSided(normalQuantile(level)); math.Abs(back-level) > 1e-15 {
			t.Fatalf("level %v comes back as %v", level, back)
		}
	})
	for _, level := range []float64{-1, 0, 1, 2, math.NaN()} {
		if z := normalQuantile(level); !math.IsNaN(z) {
			t.Errorf("level %v: z = %v, want NaN", level, z)
		}
	}
}

func TestTwoSidedTailAtTheEdges(t *testing.T) {
	for _, c := range []struct{ z, want float64 }{
		{0, 1}, {math.Inf(1), 0}, {math.Inf(-1), 0}, {math.NaN(), math.NaN()}, {45, 0},
	} {
		if got := twoSided(c.z); !sameBits(got, c.want) {
			t.Errorf("z = %v: p = %v, want %v", c.z, got, c.want)
		}
	}
}

// The limits are the rates that make the outcome, or one further out, as likely as the tail:
// summed up term by term.
func TestClopperPearsonSolvesItsDefiningEquations(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 60).Draw(t, "n")
		k := rapid.IntRange(0, n).Draw(t, "k")
		low, high := ClopperPearson(k, n, 0.9)
		atMost := func(k int, p float64) (sum float64) {
			choose := 1.0
			for i := 0; i <= k; i++ {
				sum += choose * math.Pow(p, float64(i)) * math.Pow(1-p, float64(n-i))
				choose *= float64(n-i) / float64(i+1)
			}
			return sum
		}
		if k > 0 && !near(1-atMost(k-1, low), 0.05, 1e-9) || k == 0 && low != 0 {
			t.Fatalf("%d of %d: low %v has a tail of %v", k, n, low, 1-atMost(k-1, low))
		}
		if k < n && !near(atMost(k, high), 0.05, 1e-9) || k == n && high != 1 {
			t.Fatalf("%d of %d: high %v has a tail of %v", k, n, high, atMost(k, high))
		}
	})
}

func TestClopperPearsonOfNothingIsUndefined(t *testing.T) {
	for _, c := range [][2]int{{0, 0}, {-1, 4}, {5, 4}} {
		if low, high := ClopperPearson(c[0], c[1], 0.95); !math.IsNaN(low) || !math.IsNaN(high) {
			t.Errorf("%d of %d: [%v, %v]", c[0], c[1], low, high)
		}
	}
}
