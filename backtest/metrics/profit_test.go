package metrics

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// The toy of the docstrings of the Python package empulse: MPC at a save rate of 0.3, EMPC
// with Beta(6, 14).
func TestMaximumProfitEqualsEmpulse(t *testing.T) {
	y := bools(0, 1, 0, 1, 0, 1, 0, 1)
	score := []float64{.1, .2, .3, .4, .5, .7, .8, .9}
	c := Campaign{Value: 200, Incentive: 10, Contact: 1}
	most, expected := c.MaxProfit(score, y, 0.3), c.ExpectedMaxProfit(score, y, 6, 14)
	checkPrinted(t, []printed{
		{"MPC", most.Profit, 23.875, 1e-15},
		{"EMPC", expected.Profit, 23.875593418348124, 4e-16},
		{"EMPC targeted", expected.Targeted, 0.8743700763487141, 4e-16},
	})
}

// drawCampaign draws terms with and without sense.
func drawCampaign(t *rapid.T) Campaign {
	return Campaign{
		Value:     rapid.Float64Range(1, 500).Draw(t, "value"),
		Incentive: rapid.Float64Range(0, 100).Draw(t, "incentive"),
		Contact:   rapid.Float64Range(0, 20).Draw(t, "contact"),
	}
}

// bestThreshold tries every list that ends between ties, the empty one first.
func bestThreshold(c Campaign, score []float64, churned []bool, saveRate float64) (best Optimum) {
	n := float64(len(score))
	for _, cut := range append([]float64{math.Inf(1)}, score...) {
		var v mass
		for i, s := range score {
			if s >= cut && churned[i] {
				v.churned += 1 / n
			} else if s >= cut {
				v.renewed += 1 / n
			}
		}
		p := (saveRate*(c.Value-c.Incentive)-c.Contact)*v.churned - (c.Incentive+c.Contact)*v.renewed
		if p > best.Profit+1e-12 {
			best = Optimum{p, v.churned + v.renewed}
		}
	}
	return best
}

func TestMaximumProfitIsThatOfTheBestThreshold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, c := drawSample(t), drawCampaign(t)
		rate := rapid.Float64Range(0, 1).Draw(t, "save rate")
		got := c.MaxProfit(s.score, s.churned, rate)
		if math.IsNaN(AUC(s.score, s.churned)) {
			if !math.IsNaN(got.Profit) {
				t.Fatalf("one outcome only: %+v", got)
			}
			return
		}
		if want := bestThreshold(c, s.score, s.churned, rate); math.Abs(got.Profit-want.Profit) > 1e-9 {
			t.Fatalf("%+v, best threshold %+v", got, want)
		}
		best, expected := c.Optima(s.score, s.churned, []float64{0.1, rate}, 6, 14) // of one sorting
		if best[0] != c.MaxProfit(s.score, s.churned, 0.1) || best[1] != got || expected != c.ExpectedMaxProfit(s.score, s.churned, 6, 14) {
			t.Fatalf("at several save rates: %+v and %+v", best, expected)
		}
		in := Campaign{c.Value / 1024, c.Incentive / 1024, c.Contact / 1024} // other units of money
		if scaled := in.MaxProfit(s.score, s.churned, rate); scaled.Profit*1024 != got.Profit || scaled.Targeted != got.Targeted {
			t.Fatalf("%+v in thousands, %+v in ones", scaled, got)
		}
		if scaled := in.ExpectedMaxProfit(s.score, s.churned, 6, 14); math.Abs(scaled.Profit*1024-expected.Profit) > 1e-9 || scaled.Targeted != expected.Targeted {
			t.Fatalf("expected %+v in thousands, %+v in ones", scaled, expected)
		}
	})
}

// EMPC integrates the best threshold's profit over the save rate: here by the midpoint rule
// for the uniform distribution, Beta(1, 1).
func TestExpectedMaximumProfitIsTheIntegral(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, c := drawSample(t), drawCampaign(t)
		if math.IsNaN(AUC(s.score, s.churned)) {
			return
		}
		const steps = 400
		var profit float64
		for k := range steps {
			profit += c.MaxProfit(s.score, s.churned, (float64(k)+0.5)/steps).Profit / steps
		}
		got := c.ExpectedMaxProfit(s.score, s.churned, 1, 1)
		// The integrand is convex with slopes up to Value: a corner costs the rule less than
		// Value/(8 steps^2) each, and there are at most 40.
		if math.Abs(got.Profit-profit) > 40*c.Value/(8*steps*steps)+1e-9 {
			t.Fatalf("%v, integral %v", got.Profit, profit)
		}
		if got.Targeted < -1e-12 || got.Targeted > 1+1e-12 {
			t.Fatalf("targets %v of the accounts", got.Targeted)
		}
	})
}

func TestCampaignsWithoutMeaning(t *testing.T) {
	score, y := []float64{1, 2, 3}, bools(0, 1, 0)
	good := Campaign{100, 10, 1}
	for fact, got := range map[string]Optimum{
		"an account is worth nothing": Campaign{0, 10, 1}.MaxProfit(score, y, 0.3),
		"nobody churned":              good.MaxProfit(score, bools(0, 0, 0), 0.3),
		"a score is missing":          good.ExpectedMaxProfit([]float64{1, 2, math.NaN()}, y, 6, 14),
		"no such beta distribution":   good.ExpectedMaxProfit(score, y, 0, 14),
	} {
		if !math.IsNaN(got.Profit) || !math.IsNaN(got.Targeted) {
			t.Errorf("%s: %+v", fact, got)
		}
	}
	dear := Campaign{Value: 10, Incentive: 20, Contact: 1}
	if got := dear.ExpectedMaxProfit(score, y, 6, 14); got != (Optimum{}) {
		t.Errorf("an incentive dearer than the account: %+v, want nothing targeted", got)
	}
	if got := dear.MaxProfit(score, y, 1); got != (Optimum{}) {
		t.Errorf("an incentive dearer than the account: %+v, want nothing targeted", got)
	}
	free := Campaign{Value: 100}
	if got := free.MaxProfit(score, y, 0.5); got.Targeted != 2.0/3 {
		t.Errorf("contacts cost nothing: %+v, want all down to the last churner", got)
	}
}

func TestProfitCurveByHand(t *testing.T) {
	score := []float64{9, 8, 8, 7}
	y := bools(1, 0, 1, 0)
	value := []float64{1000, 500, 400, 300}
	got := ProfitCurve(score, y, value, 0.25, 100, []int{1, 2, 4, 9, 0})
	want := []ProfitPoint{{1, 250, 100, 150}, {2, 300, 200, 100}, {4, 350, 400, -50}, {4, 350, 400, -50}}
	for i, w := range want {
		if got[i] != w {
			t.Errorf("point %d: %+v, want %+v", i, got[i], w)
		}
	}
	if got[4].K != 0 || !math.IsNaN(got[4].Profit) {
		t.Errorf("nobody worked: %+v", got[4])
	}
}

// At the break-even save rate the list pays for its contacts exactly.
func TestBreakEvenSaveRateMakesNoProfit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		k, cost := rapid.IntRange(1, 50).Draw(t, "k"), rapid.Float64Range(0, 500).Draw(t, "cost")
		at := Capacity(s.score, s.churned, s.value, k)
		rate := at.BreakEvenSaveRate(cost)
		if math.IsNaN(rate) || math.IsInf(rate, 0) {
			if at.ValueCaptured > 1e-3 {
				t.Fatalf("no rate for %+v", at)
			}
			return
		}
		p := ProfitCurve(s.score, s.churned, s.value, rate, cost, []int{k})[0]
		if math.Abs(p.Profit) > 1e-9*max(1, p.Contact) {
			t.Fatalf("profit %v at the break-even rate %v", p.Profit, rate)
		}
	})
}
