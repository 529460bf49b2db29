package metrics

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestBCaByHand(t *testing.T) {
	nan := math.NaN()
	values := []float64{.63, .52, .75, .58, .6, .61, .55, .64, .66, .7}
	for _, c := range []struct {
		fact             string
		values           []float64
		estimate, a      float64
		level, low, high float64
		corrected        bool
	}{
		// numpy and scipy: z0 = norm.ppf(0.5), quantile(norm.cdf(z0 + (z0+z)/(1 - a(z0+z)))).
		{"ten replicates", values, .62, .03, .8, 0.5493171351020123, 0.7089150465090449, true},
		{"no bias and no acceleration is the percentile interval", []float64{1, 2, 3, 4, 5}, 3, 0, .9, 1.2, 4.8, true},
		{"undefined replicates are left out", []float64{nan, 1, 2, nan, 3, 4, 5}, 3, 0, .9, 1.2, 4.8, true},
		{"replicates that rounding alone tells from the estimate tie with it", []float64{1, 2, 3, 4, 5}, 3 + 1e-15, 0, .9, 1.2, 4.8, true},
		{"all replicates equal are the interval", []float64{2, 2, 2}, 2, 0, .9, 2, 2, true},
		{"all replicates equal beside the estimate are the interval", []float64{2, 2, 2}, 3, 0, .9, 2, 2, false},
		{"all replicates above give percentiles", []float64{1, 2, 3}, 0, .1, .9, 1.1, 2.9, false},
		{"all replicates below give percentiles", []float64{1, 2, 3}, 9, .1, .9, 1.1, 2.9, false},
		{"an undefined acceleration gives percentiles", []float64{1, 2, 3}, 2, nan, .9, 1.1, 2.9, false},
		{"an undefined estimate has none", []float64{1, 2, 3}, nan, 0, .9, nan, nan, false},
		{"no replicates", nil, 1, 0, .9, nan, nan, false},
	} {
		t.Run(c.fact, func(t *testing.T) {
			low, high, corrected := (&Replicates{Width: 1, Values: c.values}).BCa(0, c.estimate, c.a, c.level)
			for _, f := range [][2]float64{{low, c.low}, {high, c.high}} {
				if !near(f[0], f[1], 1e-14) && !sameBits(f[0], f[1]) {
					t.Errorf("[%v, %v], want [%v, %v]", low, high, c.low, c.high)
				}
			}
			if corrected != c.corrected {
				t.Errorf("corrected: %v, want %v", corrected, c.corrected)
			}
		})
	}
}

func TestPastThePoleOfBCaTheLimitIsTheEndOnItsSide(t *testing.T) {
	if _, high, corrected := (&Replicates{Width: 1, Values: []float64{1, 2, 3, 4, 5}}).BCa(0, 3, 2, .9); high != 5 || !corrected {
		t.Errorf("upper limit %v, want the largest replicate", high)
	}
}

// The replicates and limits are those of scipy 1.17.1, stats.bootstrap(method="BCa",
// confidence_level=0.9) with random_state 1 and 3, whose acceleration is of the jackknife.
func TestBCaIsThatOfSciPy(t *testing.T) {
	over, under := []float64{2, 3, 3, 5, 8, 13, 21, 1}, []float64{1, 2, 4, 4, 5, 9, 6, 2}
	ratio := func(without int) float64 {
		a, b := 0.0, 0.0
		for i := range over {
			if i != without {
				a, b = a+over[i], b+under[i]
			}
		}
		return a / b
	}
	values := []float64{3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5}
	for _, c := range []struct {
		fact         string
		replicates   []float64
		estimate     float64
		leave        func(without int) float64
		accounts     int
		acceleration float64 // NaN: not compared
		low, high    float64
	}{
		{"a ratio of sums", []float64{1.3888888888888888, 1.4074074074074074, 1.951219512195122, 1.6428571428571428, 2.3043478260869565, 1.7058823529411764,
			1.52, 2.111111111111111, 1.4482758620689655, 1.3235294117647058, 1.0, 2.185185185185185, 1.6829268292682926, 0.7777777777777778,
			2.1333333333333333, 1.3043478260869565, 1.9183673469387754, 1.368421052631579, 1.7105263157894737, 1.3548387096774193, 1.2608695652173914,
			2.037037037037037, 1.1333333333333333, 2.3333333333333335, 1.6071428571428572, 2.0, 1.3636363636363635, 1.375, 2.022222222222222,
			1.1785714285714286, 1.4680851063829787, 1.7272727272727273, 1.6578947368421053, 1.6590909090909092, 1.78125, 1.6206896551724137,
			1.3428571428571427, 1.4166666666666667, 2.0285714285714285, 1.8918918918918919},
			ratio(-1), ratio, 8, 0.11329243295119125, 1.3367576883202452, 2.3290664329300808},
		{"a mean, of which three replicates are the estimate", []float64{4.090909090909091, 4.545454545454546, 3.8181818181818183, 5.0, 4.909090909090909,
			4.0, 3.8181818181818183, 3.8181818181818183, 4.2727272727272725, 4.181818181818182, 3.272727272727273, 3.909090909090909, 4.636363636363637,
			4.0, 4.545454545454546, 3.5454545454545454, 4.909090909090909, 4.2727272727272725, 4.909090909090909, 4.818181818181818, 4.454545454545454,
			4.181818181818182, 4.454545454545454, 5.545454545454546, 4.181818181818182, 3.4545454545454546, 4.0, 4.454545454545454, 4.454545454545454,
			3.3636363636363638}, 4, func(without int) float64 { return (44 - values[without]) / 10 }, 11, math.NaN(), 3.290172956430344, 4.569296547121331},
	} {
		t.Run(c.fact, func(t *testing.T) {
			mean, left := 0.0, make([]float64, c.accounts)
			for g := range left {
				left[g] = c.leave(g)
				mean += left[g] / float64(c.accounts)
			}
			for g := range left {
				left[g] = mean - left[g]
			}
			a := Acceleration(left)
			if !math.IsNaN(c.acceleration) && !near(a, c.acceleration, 1e-12) {
				t.Errorf("acceleration %v, want %v", a, c.acceleration)
			}
			low, high, corrected := (&Replicates{Width: 1, Values: c.replicates}).BCa(0, c.estimate, a, 0.9)
			if !near(low, c.low, 1e-12) || !near(high, c.high, 1e-12) || !corrected {
				t.Errorf("[%v, %v], want [%v, %v]", low, high, c.low, c.high)
			}
		})
	}
}

// A limit is a quantile of the replicates, so that a metric which rises with another has its
// limits between the same two replicates (Efron 1987: the interval respects transformations),
// and the mirror image of a metric has the mirror image of its interval.
func TestBCaRespectsRisingFunctionsAndMirrors(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole := rapid.SliceOfN(rapid.IntRange(-20, 20), 3, 40).Draw(t, "replicates")
		estimate, a := float64(rapid.IntRange(-20, 20).Draw(t, "estimate")), rapid.Float64Range(-0.2, 0.2).Draw(t, "acceleration")
		plain, cubed, mirrored := &Replicates{Width: 1}, &Replicates{Width: 1}, &Replicates{Width: 1}
		for _, w := range whole {
			v := float64(w)
			plain.Values, cubed.Values, mirrored.Values = append(plain.Values, v), append(cubed.Values, v*v*v), append(mirrored.Values, -v)
		}
		low, high, _ := plain.BCa(0, estimate, a, 0.9)
		cubedLow, cubedHigh, _ := cubed.BCa(0, estimate*estimate*estimate, a, 0.9)
		for _, limit := range [][2]float64{{low, cubedLow}, {high, cubedHigh}} {
			from, to := around(plain.Values, limit[0])
			if limit[1] < from*from*from-1e-6 || limit[1] > to*to*to+1e-6 {
				t.Fatalf("%v lies between %v and %v, its cube is %v", limit[0], from, to, limit[1])
			}
		}
		mirrorLow, mirrorHigh, _ := mirrored.BCa(0, -estimate, -a, 0.9)
		const rounding = 1e-12 // of replicates up to 20: a limit between two of them may be next to 0
		if !(math.Abs(mirrorLow+high) <= rounding && math.Abs(mirrorHigh+low) <= rounding) {
			t.Fatalf("[%v, %v], of the mirror image [%v, %v]", low, high, mirrorLow, mirrorHigh)
		}
	})
}

// around is the largest replicate up to a limit and the smallest from it on.
func around(replicates []float64, limit float64) (from, to float64) {
	from, to = math.Inf(-1), math.Inf(1)
	for _, v := range replicates {
		if v <= limit+1e-9 {
			from = max(from, v)
		}
		if v >= limit-1e-9 {
			to = min(to, v)
		}
	}
	return from, to
}
