package backtest

import (
	"math"
	"testing"

	"holdfast/backtest/metrics"
	"holdfast/dataset"
	"holdfast/models"
)

// dropOne drops each factor of the fitted candidate.
func dropOne(t testing.TB, c company) (*DropOneResult, models.Candidate, *dataset.Examples) {
	t.Helper()
	e := c.load(t)
	fit := threeCandidates(t, c.types())[0]
	r, err := DropOne(t.Context(), fit, e.All(), 0.95)
	if err != nil {
		t.Fatal(err)
	}
	return r, fit, e
}

// What matters costs, what does not costs nothing: the interval of a null factor holds
// zero in about 95 % of companies, and that of a strong one lies above it.
func TestNullFactorCostsNothing(t *testing.T) {
	const companies = 60
	var lossMissed, aucMissed, found int
	for k := range companies {
		r, _, _ := dropOne(t, newCompany(200, uint64(k)))
		for _, d := range r.Factors {
			switch d.Factor {
			case "junk":
				lossMissed += outside(d.LogLoss)
				aucMissed += outside(d.AUC)
			case "usage":
				if d.AUC.Low > 0 && d.LogLoss.Low > 0 {
					found++
				}
			}
		}
	}
	t.Logf("of %d companies: interval of the null factor without 0 in %d (log loss) and %d (AUC); usage found in %d", companies, lossMissed, aucMissed, found)
	// At 5 %, more than 8 of 60 happen with a probability of 0.4 %.
	if lossMissed > 8 || aucMissed > 8 {
		t.Errorf("the interval of a null factor misses 0 in %d and %d of %d companies", lossMissed, aucMissed, companies)
	}
	if found < companies*9/10 {
		t.Errorf("usage costs something in %d of %d companies only", found, companies)
	}
}

func outside(c Cost) int {
	if c.Low > 0 || c.High < 0 {
		return 1
	}
	return 0
}

// The figures are those of two fits that never saw the later slice.
func TestDropOneIsTwoFitsJudgedLater(t *testing.T) {
	r, c, e := dropOne(t, newCompany(150, 3))
	train := e.All().KnownBy(r.Cutoff, dataset.NoDate)
	test := e.All().Where(func(row int32) bool { return e.AsOf[row] >= r.Cutoff })
	if r.Train != train.Len() || r.Test != test.Len() || r.Test == 0 {
		t.Fatalf("%d and %d examples, want %d and %d", r.Train, r.Test, train.Len(), test.Len())
	}
	eta := func(c models.Candidate) []float64 {
		m, err := c.Fit(t.Context(), train)
		if err != nil {
			t.Fatal(err)
		}
		p, _, err := m.Predict(t.Context(), test.Len(), test.Batches())
		if err != nil {
			t.Fatal(err)
		}
		return p.Eta
	}
	without, ok := c.Without("tickets")
	if !ok {
		t.Fatal("no candidate without tickets")
	}
	full, less, churned := eta(c), eta(without), test.Churned()
	for _, d := range r.Factors {
		if d.Factor != "tickets" {
			continue
		}
		if want := metrics.LogLoss(less, churned) - metrics.LogLoss(full, churned); math.Abs(float64(d.LogLoss.Value)-want) > 1e-15 {
			t.Errorf("log loss %v, want %v", d.LogLoss.Value, want)
		}
		if want := metrics.AUC(full, churned) - metrics.AUC(less, churned); math.Abs(float64(d.AUC.Value)-want) > 1e-15 {
			t.Errorf("AUC %v, want %v", d.AUC.Value, want)
		}
	}
}

// With a row per account the clustered error is the textbook one, sd/sqrt(n).
func TestLossCostOfSingleRowsHasTheTextbookError(t *testing.T) {
	full, less := []float64{-1, 0.5, 2, -0.3}, []float64{-0.5, 0.1, 1, 0.4}
	churned, account := []bool{false, true, true, false}, []int32{4, 7, 8, 9}
	d, mean := make([]float64, 4), 0.0
	for i := range d {
		d[i] = metrics.LogLoss(less[i:i+1], churned[i:i+1]) - metrics.LogLoss(full[i:i+1], churned[i:i+1])
		mean += d[i] / 4
	}
	c := lossCost(full, less, churned, account, 0.95)
	if want := spread(d) / 2; math.Abs(float64(c.StdErr)-want) > 1e-15 || math.Abs(float64(c.Value)-mean) > 1e-15 {
		t.Errorf("%v with error %v, want %v with %v", c.Value, c.StdErr, mean, want)
	}
	if z := float64(c.High-c.Value) / float64(c.StdErr); math.Abs(z-1.959963984540054) > 1e-12 {
		t.Errorf("quantile %v, want R's qnorm(0.975)", z)
	}
}

// Each row twice under the same account is no more evidence.
func TestLossCostCountsAccountsNotRows(t *testing.T) {
	full, less := []float64{-1, 0.5, 2, -0.3, 0.2}, []float64{-0.5, 0.1, 1, 0.4, 0.3}
	churned, account := []bool{false, true, true, false, true}, []int32{0, 1, 2, 3, 4}
	twice := []int{0, 0, 1, 1, 2, 2, 3, 3, 4, 4}
	a, b := lossCost(full, less, churned, account, 0.95), lossCost(pick(full, twice), pick(less, twice), pick(churned, twice), pick(account, twice), 0.95)
	if math.Abs(float64(a.StdErr-b.StdErr)) > 1e-15 {
		t.Errorf("error %v with rows once, %v with rows twice", a.StdErr, b.StdErr)
	}
}

func TestDropOneSaysWhenDatesAreTooFew(t *testing.T) {
	c := newCompany(60, 4)
	for i := range c.asOf {
		c.known[i] = c.asOf[len(c.asOf)-1] + 2000 // nothing is known in time
	}
	r, _, _ := dropOne(t, c)
	if len(r.Warnings) != 1 || r.Warnings[0].Code != "no_later_slice" || len(r.Factors) != 0 {
		t.Errorf("warnings %v, %d factors", r.Warnings, len(r.Factors))
	}
}
