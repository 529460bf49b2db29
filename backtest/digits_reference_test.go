package backtest_test

import (
	"iter"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"holdfast/backtest"
	"holdfast/backtest/metrics"
	"holdfast/dataset"
	"holdfast/features"
	"holdfast/models"
)

// referenceRows compare with the reference file of every data set: fits, ridges, folds of
// the static sets, walk-forwards and comparisons of the others.
func referenceRows(t *testing.T, tab *digitsTable) {
	for _, set := range referenceSets {
		t.Run(set, func(t *testing.T) {
			dir, ref := readReference(t, set)
			for _, variant := range slices.Sorted(maps.Keys(ref.Variants)) {
				v := ref.Variants[variant]
				runs := make(map[string]*backtest.Result)
				for _, name := range slices.Sorted(maps.Keys(v.Models)) {
					s := &referenceModel{t: t, tab: tab, name: strings.Join([]string{set, variant, name}, " "), m: v.Models[name]}
					s.e, s.factors = load(t, dir, v, s.m)
					runs[name] = s.rows()
				}
				for _, c := range v.Comparisons {
					comparisonRow(t, tab, set, v, c, runs)
				}
			}
		})
	}
}

// What is wanted of the reference files. They print twelve digits, computed in float64 by
// numpy: its last digit is not ours. (Their README asks for six of coefficients and nine of
// metrics.)
const (
	referenceDigits = 11
	referenceLimit  = "the twelfth digit is the source's rounding"
)

// collinearDigits are those of a fit on columns whose condition is 1e5, so that of their
// information 1e10: the source solves for it in float64. In 80-bit arithmetic its errors
// move by 2e-10, to within 2e-12 of ours.
const (
	collinearDigits = 9
	collinearLimit  = "the source solves a system of condition 1e10 in float64"
)

// iranian holds 300 exact duplicate rows. They tie exactly here; in the reference a BLAS
// product gave some of them other last bits, and average precision is the one metric that
// jumps when a tie breaks. The source's own coefficients with ties kept give 0.765117346297
// where its file prints 0.765116613411.
const (
	tiedSet      = "iranian static main"
	tiesDigits   = 5.5
	tiesLimit    = "rounding breaks ties of duplicate rows in the source"
	apOfTiesKept = 0.765117346297
)

func breaksTies(row string) bool {
	return row == tiedSet || row == tiedSet+", five folds by row"
}

// referenceModel is one model of a reference file and the rows of the table that it fills.
type referenceModel struct {
	t       *testing.T
	tab     *digitsTable
	name    string
	m       refModel
	e       *dataset.Examples
	factors []features.Factor
}

// inRawUnits is the part of a row's name that says so.
const inRawUnits = ", in raw units"

// row starts a row for a part of the model. A ridge takes the collinearity away, and
// predictions never suffered from it.
func (s *referenceModel) row(part string) *digitsRow {
	name := s.name + part
	if s.name == "mlc_churn static nearly_collinear" && (part == "" || part == inRawUnits) {
		return s.tab.limited(name, collinearDigits, collinearLimit)
	}
	return s.tab.limited(name, referenceDigits, referenceLimit)
}

// rows returns the walk-forward, nil where the file has none.
func (s *referenceModel) rows() *backtest.Result {
	fitted := s.fit(models.Penalty{})
	s.aliased(fitted)
	if fit := s.m.InSample; fit != nil {
		s.standardised(fit, fitted)
		s.raw(fit.Raw, fitted)
		for _, name := range slices.Sorted(maps.Keys(fit.Ridge)) {
			s.ridge(name)
		}
	}
	s.folds("five folds by account", s.m.CV5, byAccount(s.e))
	s.folds("five folds by row", s.m.CV5ByRow, byRow)
	if s.m.WalkForward == nil {
		return nil
	}
	return s.walkForward()
}

func (s *referenceModel) fit(penalty models.Penalty) *models.Model {
	s.t.Helper()
	c := models.Candidate{Name: "logistic", Kind: models.Logistic, Penalty: penalty}
	m, err := compileOne(s.t, s.factors, c)[0].Fit(s.t.Context(), s.e.All())
	if err != nil {
		s.t.Fatal(err)
	}
	return m
}

func (s *referenceModel) eta(m *models.Model) []float64 {
	s.t.Helper()
	p, _, err := m.Predict(s.t.Context(), s.e.Len(), s.e.Table.Batches(s.e.All().Rows))
	if err != nil {
		s.t.Fatal(err)
	}
	return p.Eta
}

// aliased holds the columns that were left out against R's NA list, and what is left
// against the fit without them.
func (s *referenceModel) aliased(m *models.Model) {
	var want, got []string
	for _, w := range m.Warnings {
		if w.Code == "collinear" {
			got = append(got, w.Message[:strings.Index(w.Message, " is ")])
		}
	}
	if s.m.Alias != nil {
		want = s.m.Alias.InOrder
		r := s.row(", aliased columns left out")
		r.twelve(s.t, weights, "intercept", m.Intercept, s.m.Alias.Coef[0])
		for j, b := range s.kept(m) {
			r.twelve(s.t, weights, "coefficient", b, s.m.Alias.Coef[j+1])
		}
		r.twelve(s.t, logLiks, "log likelihood", m.Fit.LogLik, s.m.Alias.LogLik)
		r.twelve(s.t, others, "AUC", metrics.AUC(s.eta(m), s.e.Churned), s.m.Alias.AUC)
	}
	if !slices.Equal(got, want) {
		s.t.Errorf("%s: left out as collinear: %q, want %q", s.name, got, want)
	}
}

// kept are the coefficients per standard deviation of the columns that are not aliased.
func (s *referenceModel) kept(m *models.Model) []float64 {
	var out []float64
	for _, w := range m.Weights[1:] {
		if !math.IsNaN(float64(w.StdErr)) {
			out = append(out, float64(w.PerSD))
		}
	}
	if len(out)+1 != len(s.m.Alias.Coef) {
		s.t.Fatalf("%s: %d columns kept, want %d", s.name, len(out), len(s.m.Alias.Coef)-1)
	}
	return out
}

func (s *referenceModel) standardised(want *refFit, m *models.Model) {
	r := s.row("")
	r.twelve(s.t, weights, "intercept", m.Intercept, want.Standardised.Intercept)
	var names []string
	columns := m.Encoder.Kept()
	for j, w := range m.Weights[1:] {
		names = append(names, features.Name{Factor: w.Factor, Level: w.Level}.String())
		r.twelve(s.t, weights, names[j], float64(w.PerSD), want.Standardised.Coef[j])
		r.twelve(s.t, stdErrors, names[j], float64(w.StdErr)*columns[j].SD, want.Standardised.SE[j])
	}
	if !slices.Equal(names, want.Columns) {
		s.t.Fatalf("%s: design columns %q, want %q", s.name, names, want.Columns)
	}
	r.twelve(s.t, logLiks, "log likelihood", m.Fit.LogLik, want.LogLik)
	r.twelve(s.t, logLiks, "null log likelihood", m.Fit.NullLogLik, want.NullLogLik)
	r.twelve(s.t, logLiks, "AIC", m.Fit.AIC, want.AIC)
	s.metrics(r, s.eta(m), s.e.Churned, want.Metrics)
}

func (s *referenceModel) raw(want *refCoef, m *models.Model) {
	if want == nil {
		return
	}
	r := s.row(inRawUnits)
	r.twelve(s.t, weights, "intercept", float64(m.Weights[0].Weight), want.Intercept)
	r.twelve(s.t, stdErrors, "intercept", float64(m.Weights[0].StdErr), want.InterceptSE)
	for j, w := range m.Weights[1:] {
		r.twelve(s.t, weights, w.Factor, float64(w.Weight), want.Coef[j])
		r.twelve(s.t, stdErrors, w.Factor, float64(w.StdErr), want.SE[j])
	}
}

// ridge fits with a penalty on the sum of the log likelihood, ours is on its mean.
func (s *referenceModel) ridge(name string) {
	lambda, ok := map[string]float64{"lambda=1": 1, "lambda=100": 100}[name]
	if !ok {
		s.t.Fatalf("%s: unknown ridge block %q", s.name, name)
	}
	want := s.m.InSample.Ridge[name]
	m := s.fit(models.Penalty{Kind: models.Ridge, Strength: lambda / float64(s.e.Len())})
	r := s.row(", ridge " + name)
	r.twelve(s.t, weights, "intercept", m.Intercept, want.Intercept)
	for j, b := range want.Coef {
		r.twelve(s.t, weights, "coefficient", m.Coef[j], b)
	}
	r.twelve(s.t, logLiks, "log likelihood", m.Fit.LogLik, want.LogLik)
	r.twelve(s.t, others, "AUC", metrics.AUC(s.eta(m), s.e.Churned), want.AUC)
}

func (s *referenceModel) folds(name string, want *refMetrics, fold func(row int32) int) {
	if want == nil {
		return
	}
	eta, churned := cv5(s.t, s.e, s.factors, fold)
	s.metrics(s.row(", "+name), eta, churned, want)
}

// metrics compares the metrics of some scores.
func (s *referenceModel) metrics(r *digitsRow, eta []float64, churned []bool, want *refMetrics) {
	s.t.Helper()
	curve := metrics.NewRanking(eta, churned, nil).Curve(nil)
	aucs, err := metrics.DeLong([][]float64{eta}, churned, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	r.twelve(s.t, others, "AUC", curve.AUC, want.AUC)
	r.twelve(s.t, others, "its standard error", aucs.Interval(0, 0.95).StdErr, want.AUCSE)
	r.twelve(s.t, others, "KS", curve.KS, want.KS)
	r.twelve(s.t, others, "Brier", metrics.Brier(eta, churned), want.Brier)
	r.twelve(s.t, others, "log loss", metrics.LogLoss(eta, churned), want.LogLoss)
	if r.problem == tiedSet {
		r.twelve(s.t, others, "average precision, ties kept", curve.AveragePrecision, apOfTiesKept)
	}
	if breaksTies(r.problem) {
		r = s.tab.limited(r.problem+", average precision", tiesDigits, tiesLimit)
	}
	r.twelve(s.t, others, "average precision", curve.AveragePrecision, want.AP)
}

// walkForward fills one row with the folds and one with their pooled predictions. The
// reference skips folds whose design is rank deficient; holdfast leaves aliased columns
// out, says so, and goes on, so that the pool is without these folds.
func (s *referenceModel) walkForward() *backtest.Result {
	run := walkForward(s.t, s.e, s.factors, s.m)
	steps := s.m.WalkForward.Steps
	if len(run.Folds) != len(steps) {
		s.t.Fatalf("%s: %d folds, want %d", s.name, len(run.Folds), len(steps))
	}
	deficient := make(map[int32]bool)
	r := s.row(", walk forward, folds")
	for k, step := range steps {
		f := run.Folds[k]
		if f.Cutoff.String() != step.Cutoff || f.Train.Examples != step.NTrain || f.Test.Examples != step.NTest {
			s.t.Errorf("%s: fold %s trains on %d and tests %d, want %s %d %d", s.name, f.Cutoff, f.Train.Examples, f.Test.Examples, step.Cutoff, step.NTrain, step.NTest)
		}
		switch {
		case strings.HasPrefix(step.Reason, "rank_deficient"):
			deficient[int32(k)] = true
			if f.Skipped == "" && !slices.ContainsFunc(run.Warnings, func(w dataset.Warning) bool { return w.Code == "collinear" || w.Code == "constant" }) {
				s.t.Errorf("%s: fold %s is rank deficient and nobody says so", s.name, step.Cutoff)
			}
		case step.Skipped != (f.Skipped != ""):
			s.t.Errorf("%s: fold %s: skipped because %q, want %q", s.name, step.Cutoff, f.Skipped, step.Reason)
		case !step.Skipped:
			r.fold(s.t, step.Cutoff, run.Candidates[0].ByFold[k], step.Test)
		}
	}
	eta, churned := pooled(run, deficient)
	s.metrics(s.row(", walk forward, pooled"), eta, churned, s.m.WalkForward.Pooled)
	return run
}

func (r *digitsRow) fold(t *testing.T, cutoff string, got []backtest.Metric, want *refMetrics) {
	t.Helper()
	for _, m := range []struct {
		name string
		want float64
	}{
		{backtest.AUC, want.AUC}, {backtest.KS, want.KS}, {backtest.AveragePrecision, want.AP}, {backtest.Brier, want.Brier},
		{backtest.LogLoss, want.LogLoss}, {backtest.MeanP, want.MeanP},
		{backtest.CalibrationSlope, want.Calibration.Slope}, {backtest.CalibrationIntercept, want.Calibration.Intercept},
	} {
		r.twelve(t, others, cutoff+" "+m.name, backtest.Find(got, m.name).Value, m.want)
	}
}

// pooled returns the predictions of the folds that the reference used.
func pooled(r *backtest.Result, without map[int32]bool) (eta []float64, churned []bool) {
	for i, k := range r.Predictions.Fold {
		if !without[k] {
			eta = append(eta, r.Predictions.Eta[0][i])
			churned = append(churned, r.Predictions.Churned[i])
		}
	}
	return eta, churned
}

// predictionKey is what predictions of different models are matched by.
type predictionKey struct {
	account string
	asOf    dataset.Date
}

type prediction struct {
	eta     float64
	churned bool
}

// predictions are those of several walk-forwards, in order, without the folds that the
// reference skips.
func predictions(v refVariant, runs map[string]*backtest.Result, names []string) iter.Seq2[predictionKey, prediction] {
	return func(yield func(predictionKey, prediction) bool) {
		for _, name := range names {
			p, steps := runs[name].Predictions, v.Models[name].WalkForward.Steps
			for i, k := range p.Fold {
				key := predictionKey{p.Accounts[p.Account[i]], p.AsOf[i]}
				if !steps[k].Skipped && !yield(key, prediction{p.Eta[0][i], p.Churned[i]}) {
					return
				}
			}
		}
	}
}

// comparisonRow merges the predictions of models that cover different accounts, as the
// reference does, and compares them row by row.
func comparisonRow(t *testing.T, tab *digitsTable, set string, v refVariant, c refComparison, runs map[string]*backtest.Result) {
	t.Helper()
	other := make(map[predictionKey]float64)
	for key, p := range predictions(v, runs, c.B) {
		other[key] = p.eta
	}
	var eta [2][]float64
	var churned []bool
	for key, p := range predictions(v, runs, c.A) {
		if b, ok := other[key]; ok {
			eta[0], eta[1], churned = append(eta[0], p.eta), append(eta[1], b), append(churned, p.churned)
		}
	}
	if len(churned) != c.N {
		t.Fatalf("%s, %s: %d common predictions, want %d", set, c.Name, len(churned), c.N)
	}
	aucs, err := metrics.DeLong(eta[:], churned, nil)
	if err != nil {
		t.Fatal(err)
	}
	d := aucs.Difference(1, 0, 0.95)
	r := tab.limited(set+", "+c.Name, referenceDigits, referenceLimit)
	r.twelve(t, others, "AUC a", aucs.AUC[0], c.AUCA)
	r.twelve(t, others, "AUC b", aucs.AUC[1], c.AUCB)
	r.twelve(t, others, "AUC difference", d.Value, c.AUCDiff)
	r.twelve(t, others, "its standard error", d.StdErr, c.AUCDiffSE)
	r.twelve(t, others, "z", d.Z, c.Z)
	r.twelve(t, others, "log loss difference", metrics.LogLoss(eta[1], churned)-metrics.LogLoss(eta[0], churned), c.LogLossDiff)
	r.twelve(t, others, "Brier difference", metrics.Brier(eta[1], churned)-metrics.Brier(eta[0], churned), c.BrierDiff)
}
