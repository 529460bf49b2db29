package backtest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"holdfast/backtest/metrics"
	"holdfast/models"
)

// reportsOfFold are what is said of the last of the four periods.
func reportsOfFold(t *testing.T, r *Result) []reported {
	t.Helper()
	r.Folds = make([]Fold, 4)
	last := rowsBy(r.Predictions.Fold, len(r.Folds))[3]
	r.Candidates[0].ByFold = make([][]Metric, len(r.Folds))
	fold := r.Predictions.fieldOf(r.Predictions.take(last))
	if err := measureFold(&Result{Options: r.Options, Predictions: r.Predictions, Folds: r.Folds, Candidates: r.Candidates[:1]}, 3, fold); err != nil {
		t.Fatal(err)
	}
	list := r.Candidates[0].ByFold[3]
	out := reportsOfList("fold: ", list)
	for _, name := range []string{ValueCaptured, ValueMissed} {
		m := Find(list, name)
		out = append(out, reported{inDollars + " of a fold: " + name, metrics.Estimate{Value: m.Value, Low: m.Low, High: m.High}})
	}
	return out
}

// reportsOfBand are what yellow holds, the probabilities from 0.2 to 0.4.
func reportsOfBand(r *Result) []reported {
	s, code := r.Predictions.take(nil), make([]int8, len(r.Predictions.Churned))
	for i, x := range r.Predictions.Eta[0] {
		p := models.Probability(x)
		code[i] = int8(oneIf(p >= 0.2) + oneIf(p >= 0.4))
	}
	r.Folds = make([]Fold, 4)
	b := bandResults(r, s, code)[1]
	return []reported{{"band: share", b.Share}, {"band: share of churn", b.ShareOfChurn}, {inDollars + ", or accounts: of a band in a period", b.PerPeriod},
		{inDollars + " of a band", b.Value}, {inDollars + " churned in a band", b.ChurnedValue}}
}

// reportsOfWarnings are the shares of churns that were warned of at all and 30 days before, by their number
// and by value, and the median days.
func reportsOfWarnings(t *testing.T, rng *rand.Rand, accounts int, o Options) (out []reported) {
	t.Helper()
	days, number := warnings(rng, accounts/5)
	once, value := make([]float64, len(days)), make([]float64, len(days))
	for i, g := range number {
		if once[i] = 1; i > 0 && number[i-1] == g {
			value[i] = value[i-1]
			continue
		}
		value[i] = 1000 * math.Exp(0.8*rng.NormFloat64())
	}
	plain, byValue := metrics.ClusteredRates(days, number, warningDays, o.Level), metrics.WeightedRates(days, value, number, warningDays, o.Level)
	for _, at := range []int{0, 30} {
		name := fmt.Sprintf("flagged %d days before a churn", at)
		for k, r := range []metrics.Rate{plain[at], byValue[at]} {
			out = append(out, reported{name + []string{"", ", by value"}[k], metrics.Estimate{Value: r.Value, Low: r.Low, High: r.High}})
		}
	}
	medians, err := mediansOf(t.Context(), number, []waits{{days, once}, {days, value}}, o)
	if err != nil {
		t.Fatal(err)
	}
	return append(out, reported{"median days of warning", medians[0]}, reported{"median days of warning, by value", medians[1]})
}

// reportOfFlips is how often accounts change their colour in a year, of accounts that were watched for up to
// three years and of which some change more often than others.
func reportOfFlips(rng *rand.Rand, accounts int) reported {
	flips, years := make([]float64, accounts), make([]float64, accounts)
	for g := range flips {
		years[g] = float64(1+rng.IntN(12)) / 4
		expected := 0.8 * math.Exp(0.8*rng.NormFloat64()) * years[g]
		for at := rng.ExpFloat64(); at < expected; at += rng.ExpFloat64() {
			flips[g]++
		}
	}
	e, _ := ratio(flips, years, 0.95)
	return reported{"changes of colour per account and year", e}
}

// reportsOfOpenQuarter are what three periods let expect of the fourth, less what came true there: what its
// interval is to hold is 0.
func reportsOfOpenQuarter(t *testing.T, r *Result) []reported {
	t.Helper()
	first := &Result{Options: r.Options, Predictions: r.Predictions, Folds: make([]Fold, 4), Candidates: r.Candidates[:1]}
	first.Candidates[0].ByFold = make([][]Metric, len(first.Folds))
	rows := rowsBy(r.Predictions.Fold, len(first.Folds))
	for k, fold := range r.Predictions.fieldOf(r.Predictions.take(nil)).within(&r.Predictions, rows) {
		if err := measureFold(first, k, fold); err != nil {
			t.Fatal(err)
		}
	}
	record := ImmatureRecord{Folds: records(first)[0].Folds[:3]}
	record.sum()
	q := newImmatureQuarter(0, len(rows[3]), 1)
	q.put(0, &models.Predictions{Score: pick(r.Predictions.Score[0], rows[3]), Eta: pick(r.Predictions.Eta[0], rows[3])}, record, r.Options.Level)
	return []reported{off("AUC", q.AUC[0], first.Candidates[0].ByFold[3]), off("Brier score", q.Brier[0], first.Candidates[0].ByFold[3])}
}

// off is an estimate of a quarter less what the metrics of the quarter say.
func off(name string, e metrics.Estimate, truth []Metric) reported {
	came := Find(truth, map[string]string{"AUC": AUC, "Brier score": Brier}[name]).Value
	return reported{inQuarter + name, metrics.Estimate{Value: e.Value - came, Low: e.Low - came, High: e.High - came}}
}

// inQuarter begins the names of what is expected of a quarter whose labels are not in.
const inQuarter = "expected of an open quarter: "
