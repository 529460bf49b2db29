package metrics

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mathext"
	"pgregory.net/rapid"
)

// foldedNormal is the chance that |s + Z| is at most x.
func foldedNormal(x, s float64) float64 { return normalBelow(x-s) - normalBelow(-x-s) }

// One gap with standard normal noise: |s + Z| is folded normal, of which the tails are known. The
// ends of the interval solve tail(s) = share(s), here by halving a hundred times; those of invert are
// as exact as its 4,000 draws, the middles of equal shares of Z, and its halvings.
func TestIntervalOfOneGapIsThatOfAFoldedNormal(t *testing.T) {
	const alpha, draws = 0.05, 4000
	var noise []disturbance
	for k := range draws {
		noise = append(noise, disturbance{gap: []float64{mathext.NormalQuantile((float64(k) + 0.5) / draws)}})
	}
	place := 0.0
	f := family{func(s float64) { place = s }, func(e disturbance) float64 { return math.Abs(place + e.gap[0]) }, noise, disturbance{gap: []float64{0}}}
	cut := normalQuantile(1 - alpha)
	below := func(s float64) float64 {
		power := 1 - foldedNormal(cut, s)
		return alpha / 2 * (power - alpha) / (1 - alpha)
	}
	solve := func(rejects func(s float64) bool) float64 { // the end of the s from 0 on
		from, to := 0.0, 100.0
		for range 100 {
			if mid := (from + to) / 2; rejects(mid) {
				from = mid
			} else {
				to = mid
			}
		}
		return from
	}
	for _, observed := range []float64{0.05, 0.5, 1, 1.9, 2.1, 3, 5, 8} {
		low := solve(func(s float64) bool { return 1-foldedNormal(observed, s) < alpha-below(s) })
		high := solve(func(s float64) bool { return foldedNormal(observed, s) >= below(s) })
		gotLow, gotHigh := f.invert(observed, 1-alpha)
		if resolution := 0.01 * (1 + high); math.Abs(gotLow-low) > resolution || math.Abs(gotHigh-high) > resolution {
			t.Errorf("|gap| of %v: [%v, %v], want [%v, %v]", observed, gotLow, gotHigh, low, high)
		}
	}
	// Far from 0 it is the normal interval, and near 0 the lower end is 0.
	if low, high := f.invert(8, 0.95); math.Abs(low-(8-1.96)) > 0.1 || math.Abs(high-(8+1.96)) > 0.1 {
		t.Errorf("|gap| of 8: [%v, %v], want 8 -+ 1.96", low, high)
	}
	if low, _ := f.invert(1.9, 0.95); low != 0 {
		t.Errorf("|gap| of 1.9: from %v, want 0: it may be chance alone", low)
	}
}

// The matrix of the loess makes the curve of smoother.curve, at places with ties of weight and without.
func TestKernelIsTheCurve(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 30).Draw(t, "places")
		at := make([]place, n)
		p := 0.0
		for k := range at {
			p += rapid.Float64Range(0.001, 0.05).Draw(t, "step")
			at[k] = place{p, float64(rapid.IntRange(1, 40).Draw(t, "rows")), rapid.Float64Range(0, 1).Draw(t, "rate")}
		}
		var all float64
		for _, x := range at {
			all += x.n
		}
		s := smoother{at: at, nearest: loessSpan * all, degree: loessDegree}
		for i, want := range s.curve() {
			row, got := make([]float64, n), 0.0
			s.counted().kernel(i, row)
			for k, w := range row {
				got += w * at[k].rate
			}
			if math.Abs(got-want) > 1e-6*(1+math.Abs(want)) {
				t.Fatalf("place %d: %v by the kernel, %v by the fit", i, got, want)
			}
		}
	})
}

// all are the limits in the order of the fields.
func (d Distances) all() []Limits {
	return []Limits{d.ECE, d.ICI, d.E50, d.E90, d.BrierMiscalibration, d.BrierDiscrimination, d.LogLossMiscalibration, d.LogLossDiscrimination, d.KS}
}

// valued is a company with values.
func valued(seed uint64, accounts int) (eta, value []float64, churned []bool, cluster []int32) {
	rng := rand.New(rand.NewPCG(81, seed))
	x, _, churned, cluster := simulatedCompany(rng, accounts)
	worth := make([]float64, accounts)
	for g := range worth {
		worth[g] = math.Exp(rng.NormFloat64())
	}
	for i, g := range cluster {
		x[i] -= 1.5
		value = append(value, worth[g])
	}
	return x, value, churned, cluster
}

// intervalsOf are all intervals of a company, without weights and with.
func intervalsOf(eta, value []float64, churned []bool, cluster []int32) []Limits {
	f := NewForecast(eta, churned)
	list := append(f.Distances(cluster, 0.95, 3).all(), f.Weighing(value).Distances(cluster, 0.95, 3).all()...)
	return append(list, WidestGap(eta, churned, value, cluster, 0.95, 3), WidestGap(eta, churned, nil, cluster, 0.95, 3))
}

func TestIntervalsOfDistancesKnowNoOrderOfRowsAndAccounts(t *testing.T) {
	eta, value, churned, cluster := valued(1, 80)
	for i := range eta {
		eta[i] = math.Round(4*eta[i]) / 4 // with ties
	}
	want := intervalsOf(eta, value, churned, cluster)
	order := rand.New(rand.NewPCG(82, 0)).Perm(len(eta))
	number := rand.New(rand.NewPCG(83, 0)).Perm(80)
	e, v, y, c := make([]float64, len(eta)), make([]float64, len(eta)), make([]bool, len(eta)), make([]int32, len(eta))
	for to, from := range order {
		e[to], v[to], y[to], c[to] = eta[from], value[from], churned[from], int32(number[cluster[from]])
	}
	if got := intervalsOf(e, v, y, c); !slices.Equal(got, want) {
		t.Errorf("%v in another order, %v before", got, want)
	}
}

func TestIntervalsOfDistancesAreOrdered(t *testing.T) {
	for seed := range uint64(4) {
		for k, l := range intervalsOf(valued(seed, 20+60*int(seed))) {
			if !(0 <= l.Low && l.Low <= l.High && l.High < math.Inf(1)) {
				t.Errorf("company %d, interval %d: [%v, %v]", seed, k, l.Low, l.High)
			}
		}
	}
}

// Weights that are all 1, or all 4, are no weights; accounts of one row each are none.
func TestIntervalsOfDistancesAtEqualWeightsAreThePlainOnes(t *testing.T) {
	eta, value, churned, cluster := valued(5, 100)
	f := NewForecast(eta, churned)
	for _, weight := range []float64{1, 4} {
		for i := range value {
			value[i] = weight
		}
		plain, weighed := f.Distances(cluster, 0.95, 0).all(), f.Weighing(value).Distances(cluster, 0.95, 0).all()
		for k, want := range plain {
			if got := weighed[k]; math.Abs(got.Low-want.Low) > 1e-6 || math.Abs(got.High-want.High) > 1e-6 {
				t.Errorf("interval %d at weights of %v: %v, want %v", k, weight, got, want)
			}
		}
	}
	own := make([]int32, len(eta))
	for i := range own {
		own[i] = int32(i)
	}
	if got, want := f.Distances(own, 0.95, 0), f.Distances(nil, 0.95, 0); got != want {
		t.Errorf("%v with accounts of one row each, %v without", got, want)
	}
}

// A row twice at half its weight, in the same account, is the row: where there are fewer
// probabilities than cells, and but for the bins of ECE, whose number is that of rows, and for
// miscalibration, to which two rows of an account are no more alike than any two.
func TestIntervalsOfDistancesOfRowsTwiceAtHalfTheirWeight(t *testing.T) {
	eta, value, churned, cluster := valued(6, 60)
	var halves []float64
	for i := range eta {
		eta[i] = math.Round(2 * eta[i]) // so few
		halves = append(halves, value[i]/2)
	}
	once := NewForecast(eta, churned).Weighing(value).Distances(cluster, 0.95, 0).all()
	twice := NewForecast(slices.Concat(eta, eta), slices.Concat(churned, churned)).Weighing(slices.Concat(halves, halves)).Distances(slices.Concat(cluster, cluster), 0.95, 0).all()
	for k := range once {
		if k == 0 || k == 4 || k == 6 {
			continue
		}
		if math.Abs(once[k].Low-twice[k].Low) > 1e-4 || math.Abs(once[k].High-twice[k].High) > 1e-4 {
			t.Errorf("interval %d: %v once, %v twice", k, once[k], twice[k])
		}
	}
}

// Of four rows one has 1/2, two that tie 1 + 2/2, and one 3 + 1/2 at or below it: 1/8, 1/2 and 7/8.
func TestOddsOfRanksByHand(t *testing.T) {
	odds, ok := oddsOfRanks([]float64{5, -1, 5, 8})
	for i, want := range []float64{0, -math.Log(7), 0, math.Log(7)} {
		if !ok || math.Abs(odds[i]-want) > 1e-14 {
			t.Errorf("row %d: %v (%v), want %v", i, odds[i], ok, want)
		}
	}
}

// Only the order matters to KS.
func TestWidestGapIsThatOfTheOrder(t *testing.T) {
	eta, value, churned, cluster := valued(7, 90)
	bent := make([]float64, len(eta))
	for i, x := range eta {
		bent[i] = math.Exp(3 * x)
	}
	if got, want := WidestGap(bent, churned, value, cluster, 0.95, 0), WidestGap(eta, churned, value, cluster, 0.95, 0); got != want {
		t.Errorf("%v of scores in another unit, %v before", got, want)
	}
}

func TestIntervalsOfDistancesThatAreUndefinedAreNaN(t *testing.T) {
	for name, c := range map[string]struct {
		eta     []float64
		churned []bool
		cluster []int32
	}{
		"no rows":           {nil, nil, nil},
		"nobody churned":    {[]float64{1, 2}, []bool{false, false}, nil},
		"one account alone": {[]float64{1, 2}, []bool{true, false}, []int32{0, 0}},
		"a NaN":             {[]float64{1, math.NaN()}, []bool{true, false}, nil},
	} {
		list := append(NewForecast(c.eta, c.churned).Distances(c.cluster, 0.95, 0).all(), WidestGap(c.eta, c.churned, nil, c.cluster, 0.95, 0))
		for k, l := range list {
			if l.Low == l.Low || l.High == l.High {
				t.Errorf("%s: interval %d is %v, want NaN", name, k, l)
			}
		}
	}
	weights := NewForecast([]float64{1, 2, 3}, []bool{true, false, true}).Weighing([]float64{1, -1, 2})
	if d := weights.Distances(nil, 0.95, 0); d.ICI.Low == d.ICI.Low {
		t.Errorf("%+v of a negative weight, want NaN", d)
	}
}

// The paths by hand, at p = 1/2 and 4/5 in equal shares. Off: logit r = logit p + s (a + (b-1) logit p),
// and one unit up where the line is p. Spread: all at the mean of 3/5 for s = 0, and at b = 0, where a line
// says nothing, the path is that of p itself, which at s = 1 is p when the mean is p's, 0.65.
func TestPathsOffAndApartByHand(t *testing.T) {
	odds := math.Log(4)
	c := &cells{odds: []float64{0, odds}, p: []float64{0.5, 0.8}, mass: []float64{0.5, 0.5}}
	for _, x := range []struct {
		fact        string
		a, b, s     float64
		first, last float64 // log-odds
	}{
		{"nowhere yet", 0.3, 2, 0, 0, odds},
		{"half the way to a line", 0.4, 3, 0.5, 0.2, 2*odds + 0.2},
		{"where the line is p", 0, 1, 0.5, 0.5, odds + 0.5},
		{"where only the slope is 1", 0.4, 1, 1, 0.4, odds + 0.4},
		{"where only the level is 0", 0, 2, 1, 0, 2 * odds},
	} {
		rates := make([]float64, 2)
		c.off(rates, x.a, x.b, x.s)
		if math.Abs(oddsOf(rates[0])-x.first) > 1e-12 || math.Abs(oddsOf(rates[1])-x.last) > 1e-12 {
			t.Errorf("off, %s: %v, want the log-odds %v and %v", x.fact, rates, x.first, x.last)
		}
	}
	for _, x := range []struct {
		b, s, mean float64
		want       []float64
	}{{1, 0, 0.6, []float64{0.6, 0.6}}, {1, 1, 0.65, []float64{0.5, 0.8}}, {0, 1, 0.65, []float64{0.5, 0.8}}, {2, 0.5, 0.65, []float64{0.5, 0.8}}} {
		rates := make([]float64, 2)
		c.spread(rates, x.b, x.s, x.mean)
		if math.Abs(rates[0]-x.want[0]) > 1e-11 || math.Abs(rates[1]-x.want[1]) > 1e-11 {
			t.Errorf("apart at b %v, s %v: %v, want %v", x.b, x.s, rates, x.want)
		}
	}
}

// The line solves its score equations, sum m (rate - sigmoid(a + b x)) = a/1000 and those times x
// = (b-1)/1000, also where the cells separate or say the opposite.
func TestTheLineThroughCellsSolvesItsScoreEquations(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, all := new(cells), 0.0
		for range rapid.IntRange(1, 12).Draw(t, "cells") {
			x := rapid.Float64Range(-8, 8).Draw(t, "log-odds")
			rate := rapid.OneOf(rapid.Float64Range(0, 1), rapid.SampledFrom([]float64{0, 1})).Draw(t, "rate")
			m := rapid.Float64Range(0.01, 1).Draw(t, "mass")
			c.odds, c.p, c.gap, c.mass = append(c.odds, x), append(c.p, sigmoid(x)), append(c.gap, rate-sigmoid(x)), append(c.mass, m)
			all += m
		}
		for k := range c.mass {
			c.mass[k] /= all
		}
		a, b := c.line()
		left := [2]float64{-a / 1000, -(b - 1) / 1000}
		for k, x := range c.odds {
			off := c.mass[k] * (c.p[k] + c.gap[k] - sigmoid(a+b*x))
			left[0], left[1] = left[0]+off, left[1]+off*x
		}
		if math.Abs(left[0]) > 1e-9 || math.Abs(left[1]) > 1e-9 {
			t.Fatalf("line %v + %v x leaves %v", a, b, left)
		}
	})
}

// One probability for everybody: the gap is one number, and nothing discriminates.
func TestOneProbabilityForAllHasOneGap(t *testing.T) {
	eta, _, churned, cluster := valued(8, 100)
	for i := range eta {
		eta[i] = -1
	}
	d := NewForecast(eta, churned).Distances(cluster, 0.95, 0)
	if d.ICI != d.E50 || d.BrierDiscrimination != (Limits{}) || d.LogLossDiscrimination != (Limits{}) || !(d.ECE.High > 0) {
		t.Errorf("%+v", d)
	}
}

// A million rows of 190 thousand accounts, ranked already: the pass over rows by account, and the
// inversions, which do not grow with the rows.
func BenchmarkDistancesOfAMillionRows(b *testing.B) {
	eta, value, churned, cluster := valued(9, 154_000)
	order := Order(eta, churned)
	eta, value, churned, cluster = inPlaces(eta, order32(order)), inPlaces(value, order32(order)), inPlaces(churned, order32(order)), inPlaces(cluster, order32(order))
	f := NewForecast(eta, churned)
	w := f.Weighing(value)
	b.Run("plain", func(b *testing.B) {
		for b.Loop() {
			f.Distances(cluster, 0.95, 0)
		}
	})
	b.Run("by value", func(b *testing.B) {
		for b.Loop() {
			w.Distances(cluster, 0.95, 0)
		}
	})
	b.Run("KS by value", func(b *testing.B) {
		for b.Loop() {
			WidestGap(eta, churned, value, cluster, 0.95, 0)
		}
	})
}

// order32 is an order as forecasts have it.
func order32(order []int32) []uint32 {
	out := make([]uint32, len(order))
	for i, row := range order {
		out[i] = uint32(row)
	}
	return out
}
