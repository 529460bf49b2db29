package models

import (
	"cmp"
	"math"
	"path/filepath"
	"slices"
	"testing"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/dataset/parquetio"
	"holdfast/dataset/synth"
	"holdfast/features"
)

// lawFactors are the terms of a simulated law as a user would write them.
func lawFactors(t *testing.T, law synth.Law, types expr.Columns) []features.Factor {
	t.Helper()
	var factors []features.Factor
	for _, term := range law.Terms {
		f := features.Factor{Name: term.Name, Expr: term.Expr(), Scale: features.Linear, Missing: features.Value, Fill: term.Missing}
		if term.Level != "" || types[term.Column] == expr.Bool {
			f.Expr = "(" + term.Expr() + ") ? 1 : 0"
		}
		if term.Log1p {
			f.Scale = features.Log1p
		}
		factors = append(factors, f)
	}
	return compileFactors(t, types, factors...)
}

// truth is what truth.parquet says of every renewal.
type truth struct {
	account string
	asOf    dataset.Date
}

func readTruth(t *testing.T, path string) map[truth]float64 {
	t.Helper()
	table, err := parquetio.Read(t.Context(), path, []parquetio.Request{
		{Column: "account_id", As: parquetio.AsKey}, {Column: "as_of", As: parquetio.AsDay}, {Column: "p_factors", As: parquetio.AsNumber},
	}, parquetio.Options{})
	if err != nil {
		t.Fatal(err)
	}
	p := make(map[truth]float64)
	account, asOf := table.Columns[0], table.Columns[1].Days
	for i, v := range table.Columns[2].Numbers {
		p[truth{account.Levels[account.Codes[i]], dataset.Date(asOf[i])}] = v
	}
	return p
}

// simulated is a company of the mature stage: its examples, and the true
// probability of each.
func simulated(t *testing.T, accounts int) (*dataset.Examples, []features.Factor, []float64) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "company")
	if err := (synth.Company{Accounts: accounts, Seed: 20}).Write(t.Context(), dir, nil); err != nil {
		t.Fatal(err)
	}
	snapshots := filepath.Join(dir, "snapshots")
	schema, err := dataset.Inspect(t.Context(), snapshots)
	if err != nil {
		t.Fatal(err)
	}
	factors := lawFactors(t, synth.Mature.Law(), schema.Types())
	e, err := dataset.Load(t.Context(), dataset.Spec{
		Snapshots: snapshots, Outcomes: filepath.Join(dir, "outcomes.parquet"),
		Columns: dataset.Columns{Account: "account_id", SnapshotDate: "snapshot_date", OutcomeDate: "renewal_date", Outcome: "churned",
			DecidedAt: "decided_at", Segment: "tenure_days >= 365"},
		Clock: dataset.Clock{Mode: dataset.Renewal, Lead: synth.LeadDays, MaxAge: 45},
		Uses:  features.Uses(factors), ObservedUntil: dataset.NoDate, Reading: dataset.Reading{AsOf: dataset.NoDate},
	})
	if err != nil {
		t.Fatal(err)
	}
	mature := int32(slices.Index(e.Segments, "true"))
	e = e.Keep(e.All().Where(func(r int32) bool { return e.Segment[r] == mature }).Rows, 0)
	all := readTruth(t, filepath.Join(dir, "truth.parquet"))
	p := make([]float64, e.Len())
	for i := range p {
		known, ok := all[truth{e.Accounts[e.Account[i]], e.AsOf[i]}]
		if !ok {
			t.Fatalf("no truth for account %s as of %s", e.Accounts[e.Account[i]], e.AsOf[i])
		}
		p[i] = known
	}
	return e, factors, p
}

// areaUnder is the AUC by counting, with ties as one half.
func areaUnder(score []float64, churned []bool) float64 {
	order := make([]int, len(score))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(score[a], score[b]) })
	var won, events, others float64
	for i := 0; i < len(order); {
		var e, o float64
		j := i
		for ; j < len(order) && score[order[j]] == score[order[i]]; j++ {
			e += indicator(churned[order[j]])
			o += indicator(!churned[order[j]])
		}
		won += e * (others + o/2)
		events, others, i = events+e, others+o, j
	}
	return won / (events * others)
}

// The law of the mature stage is logistic in its recorded factors, so a logistic
// fit on its own terms must find it. By the theory of maximum likelihood the sum
// over rows of p(1-p) (fitted - true log-odds)^2 is chi-squared with as many degrees
// of freedom as there are weights, 15 and the intercept; the bounds follow from it.
func TestFitRecoversTheTruthOfASimulatedCompany(t *testing.T) {
	e, factors, p := simulated(t, 20_000)
	c, err := Compile([]Candidate{{Name: "law", Kind: Logistic}}, factors, nil)
	if err != nil {
		t.Fatal(err)
	}
	m, err := c[0].Fit(t.Context(), e.All())
	if err != nil {
		t.Fatal(err)
	}
	law := synth.Mature.Law()
	checkLaw(t, m, law)
	fitted, _, err := m.Predict(t.Context(), e.Len(), e.All().Batches())
	if err != nil {
		t.Fatal(err)
	}
	var square, logit, chi float64
	for i, truth := range p {
		off := fitted.Eta[i] - logOdds(truth)
		square += (Probability(fitted.Eta[i]) - truth) * (Probability(fitted.Eta[i]) - truth)
		logit += math.Abs(off)
		chi += truth * (1 - truth) * off * off
	}
	n := float64(e.Len())
	rmse, meanLogit := math.Sqrt(square/n), logit/n
	aucFit, aucTruth := areaUnder(fitted.Eta, e.Churned), areaUnder(p, e.Churned)
	t.Logf("%d renewals: chi-squared %.1f, RMSE of p %.5f, mean |logit difference| %.4f, AUC %.5f of the fit and %.5f of the truth",
		e.Len(), chi, rmse, meanLogit, aucFit, aucTruth)
	// It is above 45.9 once in 10,000 (R: qchisq(1-1e-4, 16) = 45.92).
	if chi > 45.92 {
		t.Errorf("sum of pq off^2 is %.1f, far out for chi-squared with 16 degrees of freedom", chi)
	}
	// An error off of the log-odds is one of about pq off in p, and pq <= 1/4: the
	// mean of (pq off)^2 is at most chi/(4n).
	if bound := math.Sqrt(45.9 / 4 / n); rmse > bound {
		t.Errorf("RMSE of p %.5f, bound %.5f", rmse, bound)
	}
	// Mean |off| is at most the root of mean off^2, about chi/n over a typical pq;
	// half the accounts have pq above 0.05.
	if bound := math.Sqrt(45.9 / (0.05 * n)); meanLogit > bound {
		t.Errorf("mean |logit difference| %.4f, bound %.4f", meanLogit, bound)
	}
	// Sixteen estimates on some 3,000 churned gain or lose about 0.0005 in AUC; the
	// standard error of either AUC is 0.005.
	if math.Abs(aucFit-aucTruth) > 0.005 {
		t.Errorf("AUC %.5f of the fit, %.5f of the truth", aucFit, aucTruth)
	}
}

func checkLaw(t *testing.T, m *Model, law synth.Law) {
	t.Helper()
	want := map[string]float64{Intercept: law.Intercept}
	for _, term := range law.Terms {
		want[term.Name] = term.Weight
	}
	if len(m.Weights) != len(want) {
		t.Fatalf("%d weights, want %d", len(m.Weights), len(want))
	}
	largest := 0.0
	for _, w := range m.Weights {
		z := (float64(w.Weight) - want[w.Factor]) / float64(w.StdErr)
		largest = max(largest, math.Abs(z))
		if math.Abs(z) > 4 {
			t.Errorf("%s: %.4f, the truth is %.4f: %.1f standard errors", w.Factor, w.Weight, want[w.Factor], z)
		}
	}
	t.Logf("the weight furthest from its truth is off by %.2f standard errors", largest)
}
