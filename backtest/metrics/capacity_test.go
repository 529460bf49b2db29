package metrics

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestCapacityByHand(t *testing.T) {
	y := bools(1, 0, 1, 0, 0, 1, 0, 0, 0, 0)
	score := []float64{.9, .8, .8, .7, .6, .5, .4, .3, .2, .1}
	value := []float64{100, 50, 300, 0, 0, 600, 0, 0, 0, 0}
	for _, c := range []struct {
		name string
		k    int
		want AtCapacity
	}{
		// Certified case MX04: the tie at the cut is shared in proportion.
		{"the cut halves a tie", 2, AtCapacity{2, .75, 2.5, .5, 250, .25, .5, 1, 1.0 / 3, 2.0 / 3, 275, 10.0 / 11, 21.0 / 22}},
		{"the cut falls between scores", 3, AtCapacity{3, 2.0 / 3, 20.0 / 9, 2.0 / 3, 400, .4, 2.0 / 3, 2.0 / 3, 2.0 / 3, 2.0 / 3, 450, 8.0 / 9, 14.0 / 15}},
		{"the list holds everybody", 10, AtCapacity{10, .3, 1, 1, 1000, 1, .3, .3, 1, 1, 1050, 1000.0 / 1050, 1}},
		{"the team could work more than there are", 99, AtCapacity{10, .3, 1, 1, 1000, 1, .3, .3, 1, 1, 1050, 1000.0 / 1050, 1}},
		{"the team has no capacity", 0, noCapacity(0)},
		{"a negative capacity", -3, noCapacity(0)},
	} {
		t.Run(c.name, func(t *testing.T) {
			sameCapacity(t, Capacity(score, y, value, c.k), c.want, 1e-15)
		})
	}
}

func sameCapacity(t fataler, got, want AtCapacity, relative float64) {
	t.Helper()
	if got.K != want.K {
		t.Fatalf("K = %d, want %d", got.K, want.K)
	}
	for _, f := range []struct {
		name      string
		got, want float64
	}{
		{"Precision", got.Precision, want.Precision},
		{"Lift", got.Lift, want.Lift},
		{"Capture", got.Capture, want.Capture},
		{"ValueCaptured", got.ValueCaptured, want.ValueCaptured},
		{"ValueCapture", got.ValueCapture, want.ValueCapture},
		{"PrecisionWorst", got.PrecisionWorst, want.PrecisionWorst},
		{"PrecisionBest", got.PrecisionBest, want.PrecisionBest},
		{"CaptureWorst", got.CaptureWorst, want.CaptureWorst},
		{"CaptureBest", got.CaptureBest, want.CaptureBest},
		{"ListValue", got.ListValue, want.ListValue},
		{"ValuePrecision", got.ValuePrecision, want.ValuePrecision},
		{"ValueLift", got.ValueLift, want.ValueLift},
	} {
		if !near(f.got, f.want, relative) && !sameBits(f.got, f.want) {
			t.Fatalf("%s = %v, want %v", f.name, f.got, f.want)
		}
	}
}

func TestCapacityWithoutSomethingToCapture(t *testing.T) {
	at := Capacity([]float64{1, 2}, bools(0, 0), []float64{5, 5}, 1)
	if at.Precision != 0 || !math.IsNaN(at.Lift) || !math.IsNaN(at.Capture) || !math.IsNaN(at.ValueCapture) {
		t.Errorf("nobody churned: %+v", at)
	}
	at = Capacity([]float64{1, 2}, bools(0, 1), nil, 1)
	if at.Precision != 1 || !math.IsNaN(at.ValueCaptured) || !math.IsNaN(at.ValueCapture) {
		t.Errorf("no values given: %+v", at)
	}
	at = Capacity([]float64{1, math.NaN()}, bools(0, 1), nil, 1)
	if !math.IsNaN(at.Precision) || at.K != 1 {
		t.Errorf("a score is missing: %+v", at)
	}
}

// The expectation over tie orders is the average over all of them: move every
// row of the tied block to the front in turn and cut without ties.
func TestCapacityIsTheMeanOverTieOrders(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(t, "rows")
		score, value, churned := make([]float64, n), make([]float64, n), make([]bool, n)
		for i := range n {
			score[i] = float64(rapid.IntRange(0, 2).Draw(t, "score"))
			value[i] = float64(rapid.IntRange(0, 9).Draw(t, "value"))
			churned[i] = rapid.Bool().Draw(t, "churned")
		}
		k := rapid.IntRange(1, n).Draw(t, "k")
		got := Capacity(score, churned, value, k)
		var hits, money, orders float64
		worst, best := math.Inf(1), math.Inf(-1)
		for _, order := range permutations(n) {
			h, m := 0.0, 0.0
			for i := range n {
				if churned[i] && listed(score, order, i, k) {
					h, m = h+1, m+value[i]
				}
			}
			hits, money, orders = hits+h, money+m, orders+1
			worst, best = min(worst, h), max(best, h)
		}
		size := float64(k)
		want := got
		want.Precision, want.ValueCaptured = hits/orders/size, money/orders
		want.PrecisionWorst, want.PrecisionBest = worst/size, best/size
		sameCapacity(t, got, want, 1e-13)
	})
}

// listed reports whether row i is among the k first when ties go by order.
func listed(score []float64, order []int, i, k int) bool {
	ahead := 0
	for j := range score {
		if score[j] > score[i] || score[j] == score[i] && order[j] < order[i] {
			ahead++
		}
	}
	return ahead < k
}

// permutations are the orders of n things.
func permutations(n int) (all [][]int) {
	if n == 0 {
		return [][]int{{}}
	}
	for _, p := range permutations(n - 1) {
		for at := range n {
			q := append(append(append([]int{}, p[:at]...), n-1), p[at:]...)
			all = append(all, q)
		}
	}
	return all
}

// The list's money by definition: every row by the part of it that is listed.
func TestValueOfTheListByDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		k := rapid.IntRange(1, 45).Draw(t, "k")
		at := Capacity(s.score, s.churned, s.value, k)
		if len(s.score) == 0 {
			return
		}
		var listed, captured, all, churned float64
		for i, x := range s.score {
			above, tied := 0, 0
			for _, other := range s.score {
				if other > x {
					above++
				}
				if other == x {
					tied++
				}
			}
			part := min(1, max(0, float64(at.K-above)/float64(tied)))
			listed, all = listed+part*s.value[i], all+s.value[i]
			if s.churned[i] {
				captured, churned = captured+part*s.value[i], churned+s.value[i]
			}
		}
		for _, m := range []struct {
			what      string
			got, want float64
		}{
			{"ListValue", at.ListValue, listed},
			{"ValueCaptured", at.ValueCaptured, captured},
			{"ValueCapture", at.ValueCapture, ratio(captured, churned)},
			{"ValuePrecision", at.ValuePrecision, ratio(captured, listed)},
			{"ValueLift", at.ValueLift, ratio(ratio(captured, listed)*all, churned)},
			{"CaptureWorst", at.CaptureWorst, at.PrecisionWorst * float64(at.K) / float64(countTrue(s.churned))},
			{"CaptureBest", at.CaptureBest, at.PrecisionBest * float64(at.K) / float64(countTrue(s.churned))},
		} {
			if math.Abs(m.got-m.want) > 1e-9*max(1, math.Abs(m.want)) {
				t.Fatalf("%s = %v, want %v (list %+v)", m.what, m.got, m.want, at)
			}
		}
	})
}
