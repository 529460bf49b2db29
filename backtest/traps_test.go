package backtest_test

import (
	"context"
	"encoding/json"
	"hash/fnv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"holdfast/backtest"
	"holdfast/backtest/metrics"
	"holdfast/dataset"
	"holdfast/features"
	"holdfast/models"
)

// The public data sets hold traps that other tools fall into; each test is one of
// them, with the figure that was measured independently.

// cv5 scores each fold by the fit on the other four and pools the predictions.
func cv5(t *testing.T, e *dataset.Examples, factors []features.Factor, fold func(row int32) int) (eta []float64, churned []bool) {
	t.Helper()
	c := compileOne(t, factors, models.Candidate{Name: "logistic", Kind: models.Logistic})[0]
	for k := range 5 {
		train := e.All().Where(func(r int32) bool { return fold(r) != k })
		test := e.All().Where(func(r int32) bool { return fold(r) == k })
		m, err := c.Fit(context.Background(), train)
		if err != nil {
			t.Fatal(err)
		}
		p, _, err := m.Predict(context.Background(), test.Len(), test.Batches())
		if err != nil {
			t.Fatal(err)
		}
		eta, churned = append(eta, p.Eta...), append(churned, test.Churned()...)
	}
	return eta, churned
}

// byAccount puts all rows of an account into one of five folds, by a hash of its name.
func byAccount(e *dataset.Examples) func(row int32) int {
	return func(r int32) int {
		h := fnv.New64a()
		h.Write([]byte(e.Accounts[e.Account[r]]))
		return int(h.Sum64() % 5)
	}
}

// byRow deals rows out in the order of the file.
func byRow(row int32) int { return int(row) % 5 }

// TestFileOrderIsNotRandom: churn depends on the row number in iranian, so folds by
// row number and folds by account give different answers from the same rows.
func TestFileOrderIsNotRandom(t *testing.T) {
	dir, ref := readReference(t, "iranian")
	v := ref.Variants["static"]
	e, factors := load(t, dir, v, v.Models["main"])
	hashed, dealt := metrics.AUC(cv5(t, e, factors, byAccount(e))), metrics.AUC(cv5(t, e, factors, byRow))
	want := readCV(t, dir)
	near(t, "AUC of folds by account", hashed, want.ByAccount, metricTolerance)
	near(t, "AUC of folds by row number", dealt, want.ByRow, metricTolerance)
	if hashed-dealt < 0.15 {
		t.Errorf("folds by account %.4f and by row %.4f should differ by 0.19", hashed, dealt)
	}
}

type cvFigures struct{ ByAccount, ByRow float64 }

func readCV(t *testing.T, dir string) cvFigures {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "reference.json"))
	if err != nil {
		t.Fatal(err)
	}
	var ref struct {
		Variants map[string]struct {
			Models map[string]struct {
				CV5      refMetrics `json:"cv5"`
				CV5ByRow refMetrics `json:"cv5_by_row"`
			}
		}
	}
	if err := json.Unmarshal(text, &ref); err != nil {
		t.Fatal(err)
	}
	m := ref.Variants["static"].Models["main"]
	return cvFigures{m.CV5.AUC, m.CV5ByRow.AUC}
}

// TestDriftShowsInTheLastFold: motor_renewals predicts 22.5 % where 12.2 % churn.
func TestDriftShowsInTheLastFold(t *testing.T) {
	dir, ref := readReference(t, "motor_renewals")
	v := ref.Variants["lead90"]
	m := v.Models["base"]
	e, factors := load(t, dir, v, m)
	r := walkForward(t, e, factors, m)
	last := r.Candidates[0].ByFold[len(r.Folds)-1]
	near(t, "mean prediction of the last fold", backtest.Find(last, backtest.MeanP).Value, 0.225, 0.01)
	near(t, "churn of the last fold", backtest.Find(last, backtest.BaseRate).Value, 0.122, 0.01)
	if !slices.ContainsFunc(e.Warnings, func(w dataset.Warning) bool { return w.Code == "late_labels" }) {
		t.Error("nobody says that the last month of outcomes is immature")
	}
}

// TestNoFiniteFitIsNamedAndLeftOut: in the early windows of ravenstack the
// likelihood converges while coefficients run away.
func TestNoFiniteFitIsNamedAndLeftOut(t *testing.T) {
	dir, ref := readReference(t, "ravenstack")
	v := ref.Variants["lead60"]
	m := v.Models["health"]
	e, factors := load(t, dir, v, m)
	r := walkForward(t, e, factors, m)
	if f := r.Folds[0]; !strings.Contains(f.Skipped, "separation") || !strings.Contains(f.Skipped, "escalations_90d") {
		t.Errorf("the first fold was left out because %q; it should name the factor that separates", f.Skipped)
	}
}

// TestNothingToRecommendOnNoise: ravenstack is noise apart from tenure, and neither
// a plain nor a penalised fit may be promoted on it.
func TestNothingToRecommendOnNoise(t *testing.T) {
	dir, ref := readReference(t, "ravenstack")
	v := ref.Variants["lead60"]
	e, factors := load(t, dir, v, v.Models["health"])
	for _, ridge := range []models.Penalty{{}, {Kind: models.Ridge, Auto: true}} {
		r, err := backtest.Run(context.Background(), e, compileOne(t, factors, models.Candidate{Name: "logistic", Kind: models.Logistic, Penalty: ridge}),
			backtest.Options{Every: backtest.Step{Months: 1}, FirstCutoff: dataset.NoDate, LastCutoff: dataset.NoDate, Capacity: 20, Replicates: 500, Seed: 1}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if r.Verdict.Decision == backtest.Promote {
			t.Errorf("ridge %+v: promoted on noise: %s", ridge, r.Verdict.Reasons)
		}
	}
}
