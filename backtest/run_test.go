package backtest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/features"
	"holdfast/models"
)

// print is a result as text, every float with all its bits and every NaN alike:
// what two runs must agree in.
func print(r *Result) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%+v\n%+v\n%+v\n%+v\n", r.Options, r.Comparisons, r.Verdict, r.Warnings)
	fmt.Fprintf(&b, "%v %v %v %x %x %v\n", r.Predictions.Fold, r.Predictions.Account, r.Predictions.Churned, r.Predictions.Score, r.Predictions.Eta, r.Predictions.Accounts)
	for _, f := range r.Folds {
		fmt.Fprintf(&b, "%d %s %s %+v %+v %q\n", f.Index, f.Cutoff, f.Next, f.Train, f.Test, f.Skipped)
	}
	for _, c := range r.Candidates {
		fmt.Fprintf(&b, "%s %x %x %+v %+v %v %+v\n", c.Name, c.Pooled, c.ByFold, c.ROC, c.Bins, c.Histogram, c.Money)
		if c.Final != nil {
			c.Final.Write(&b)
		}
	}
	for _, replicates := range r.boot.values {
		fmt.Fprintf(&b, "%x\n", replicates)
	}
	return b.String()
}

func TestRunIsTheSameOnAnyNumberOfProcessors(t *testing.T) {
	c := newCompany(300, 1)
	e := c.load(t)
	candidates := threeCandidates(t, c.types())
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	var first string
	for _, n := range []int{1, 2, 8} {
		runtime.GOMAXPROCS(n)
		got := print(mustRun(t, e, candidates, quick()))
		if first == "" {
			first = got
		}
		if got != first {
			t.Errorf("GOMAXPROCS=%d gives another result", n)
		}
	}
}

func TestRunDoesNotDependOnTheOrderOfRows(t *testing.T) {
	c := newCompany(300, 2)
	rows := rand.New(rand.NewPCG(9, 9)).Perm(len(c.account))
	candidates := threeCandidates(t, c.types())
	a, b := c.load(t), c.take(rows).load(t)
	if a.Hashes != b.Hashes {
		t.Error("shuffled rows hash differently")
	}
	if print(mustRun(t, a, candidates, quick())) != print(mustRun(t, b, candidates, quick())) {
		t.Error("shuffled rows give another result")
	}
}

func TestSeedMovesTheBootstrapAndNothingElse(t *testing.T) {
	c := newCompany(200, 3)
	e := c.load(t)
	candidates := threeCandidates(t, c.types())
	o := quick()
	one := mustRun(t, e, candidates, o)
	o.Seed++
	two := mustRun(t, e, candidates, o)
	if reflect.DeepEqual(one.boot.column(0, LogLoss), two.boot.column(0, LogLoss)) {
		t.Error("another seed draws the same accounts")
	}
	if !reflect.DeepEqual(one.Predictions, two.Predictions) || one.Candidates[0].Pooled[4].Value != two.Candidates[0].Pooled[4].Value {
		t.Error("another seed changes predictions or metrics")
	}
}

// Poison: labels known after a cutoff, and the factors of their rows, are changed at
// will. The model of that cutoff must be the same to the bit.
func TestFoldModelsDoNotSeeWhatWasNotKnownAtTheirCutoff(t *testing.T) {
	clean := newCompany(300, 4)
	for i := range clean.known { // some answers come early, some late
		clean.known[i] = clean.asOf[i] + 60 + dataset.Date(i*37%120)
	}
	candidates := threeCandidates(t, clean.types())
	examples := clean.load(t)
	folds, err := plan(examples.All(), quick().withDefaults())
	if err != nil {
		t.Fatal(err)
	}
	last := fitAll(t, examples, folds[len(folds)-1], candidates)
	for k, f := range folds[:len(folds)-1] {
		poisoned := clean.clone()
		rng := rand.New(rand.NewPCG(5, uint64(k)))
		for i := range poisoned.known {
			if poisoned.known[i] > f.Cutoff {
				poisoned.churned[i] = rng.IntN(2) == 0
				poisoned.numbers["usage"][i] = 1e3 * rng.NormFloat64()
				poisoned.numbers["tickets"][i] = math.NaN()
				poisoned.numbers["junk"][i] = rng.NormFloat64() - 50
				poisoned.numbers["arr"][i] *= 100
			}
		}
		o := quick().withDefaults()
		o.FirstCutoff = folds[0].Cutoff // what is known now may not choose the past's cutoffs
		now := poisoned.load(t)
		after, err := plan(now.All(), o)
		if err != nil {
			t.Fatal(err)
		}
		if got := fitAll(t, now, after[k], candidates); got != fitAll(t, examples, f, candidates) {
			t.Errorf("the models of cutoff %s changed with what was known later", f.Cutoff)
		}
		if fitAll(t, now, after[len(after)-1], candidates) == last {
			t.Fatal("the last fold did not change either: this test poisons nothing")
		}
	}
}

// fitAll is the text of every candidate's model of a fold.
func fitAll(t *testing.T, e *dataset.Examples, f Fold, candidates []models.Candidate) string {
	t.Helper()
	var b strings.Builder
	train, _ := f.sides(e.All())
	for _, c := range candidates {
		m, err := c.Fit(t.Context(), train)
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Write(&b); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

func TestAllCandidatesMeetTheSameRows(t *testing.T) {
	c := newCompany(250, 6)
	for i := range c.account {
		if i%7 == 0 {
			c.numbers["junk"][i] = math.NaN() // the vendor's score is missing here
		}
	}
	factors, err := features.Compile([]features.Factor{{Name: "usage", Expr: "usage"}, {Name: "junk", Expr: "junk", Missing: features.Drop}}, c.types())
	if err != nil {
		t.Fatal(err)
	}
	candidates, err := models.Compile([]models.Candidate{
		{Name: "with", Kind: models.Logistic}, {Name: "without", Kind: models.Logistic, Factors: []string{"usage"}},
	}, factors, c.types())
	if err != nil {
		t.Fatal(err)
	}
	all := c.load(t)
	e := features.Complete(all, models.Inputs(candidates))
	if e.Len() == all.Len() {
		t.Fatal("nothing was incomplete")
	}
	r := mustRun(t, e, candidates, quickFor("without"))
	n := 0
	for _, f := range r.Folds {
		if f.Skipped == "" {
			n += f.Test.Examples
		}
	}
	for _, cand := range r.Candidates {
		for _, m := range cand.Pooled {
			if m.N != n {
				t.Fatalf("%s %s is over %d rows, want %d for all", cand.Name, m.Name, m.N, n)
			}
		}
	}
	for i, eta := range r.Predictions.Eta {
		if len(eta) != n {
			t.Errorf("candidate %d has %d predictions, want %d", i, len(eta), n)
		}
	}
}

func quickFor(champion string) Options {
	o := quick()
	o.Champion = champion
	return o
}

func TestRowsThatOneCandidateCannotScoreAreLeftOutForAll(t *testing.T) {
	c := newCompany(250, 8)
	last := slices.Max(c.asOf)
	unseen := 0
	c.numbers["plan"] = make([]float64, len(c.account))
	for i := range c.account {
		c.numbers["plan"][i] = float64(c.account[i] % 2)
		if c.asOf[i] > last-30 {
			c.numbers["plan"][i] = 9 // a plan that training never saw
			unseen++
		}
	}
	types := expr.Columns{"usage": expr.Number, "plan": expr.Number}
	factors, err := features.Compile([]features.Factor{
		{Name: "usage", Expr: "usage"}, {Name: "plan", Expr: "plan", Kind: features.Category, Unseen: features.UnseenError},
	}, types)
	if err != nil {
		t.Fatal(err)
	}
	candidates, err := models.Compile([]models.Candidate{{Name: "all", Kind: models.Logistic}, {Name: "usage", Kind: models.Logistic, Factors: []string{"usage"}}}, factors, types)
	if err != nil {
		t.Fatal(err)
	}
	e := c.loadWith(t, types)
	r := mustRun(t, e, candidates, quickFor("usage"))
	want := fmt.Sprintf("%d test examples could not be scored by every candidate and were left out for all of them", unseen)
	if !slices.ContainsFunc(r.Warnings, func(w dataset.Warning) bool { return w.Code == "unscored" && w.Message == want }) {
		t.Errorf("warnings %v, want %q", r.Warnings, want)
	}
	for i, d := range r.Predictions.AsOf {
		if d > last-30 {
			t.Fatalf("row %d of %s was scored by one candidate only", i, d)
		}
	}
}

// A vendor column that knows the answer in one fold's training rows has no usable
// fit there: the fold is left out for everybody, and says whose fault it is.
func TestFoldWithoutAUsableFitIsLeftOutForAll(t *testing.T) {
	c := newCompany(200, 10)
	e := c.load(t)
	folds, err := plan(e.All(), quick().withDefaults())
	if err != nil {
		t.Fatal(err)
	}
	first := folds[0].Cutoff
	for i := range c.account {
		if c.known[i] <= first {
			c.numbers["junk"][i] = 10 * one(!c.churned[i])
		}
	}
	r := mustRun(t, c.load(t), threeCandidates(t, c.types()), quick())
	if f := r.Folds[0]; !strings.HasPrefix(f.Skipped, "candidate ") || !strings.Contains(f.Skipped, "without error") {
		t.Fatalf("the first fold: %q", f.Skipped)
	}
	for _, cand := range r.Candidates {
		if cand.ByFold[0] != nil {
			t.Errorf("%s has metrics in a fold that was left out", cand.Name)
		}
	}
	if slices.Contains(r.Predictions.Fold, 0) {
		t.Error("there are predictions of a fold that was left out")
	}
	skipped := 0
	for _, w := range r.Warnings {
		if w.Code == "fold_skipped" {
			skipped++
			if w.Where != "fold "+first.String() || !strings.Contains(w.Message, "left out for all candidates") {
				t.Errorf("warning %v", w)
			}
		} else if strings.Contains(w.Message, first.String()) {
			t.Errorf("a fold that was left out still warns: %v", w)
		}
	}
	if skipped != 1 {
		t.Errorf("%d folds skipped, want 1", skipped)
	}
}

func TestRunWithoutAnyFittingFoldSaysWhy(t *testing.T) {
	c := newCompany(200, 11)
	for i := range c.account {
		c.numbers["junk"][i] = one(!c.churned[i]) // the answer itself
	}
	_, err := Run(t.Context(), c.load(t), threeCandidates(t, c.types()), quick(), nil)
	var refused *PlanError
	if !errors.As(err, &refused) || !strings.Contains(err.Error(), "no fold could be tested") || !strings.Contains(err.Error(), "without error") {
		t.Errorf("got %v", err)
	}
}

func TestRefitThatFailsIsAWarning(t *testing.T) {
	c := newCompany(200, 12)
	e := c.load(t)
	candidates := threeCandidates(t, c.types())
	r := &Result{Candidates: make([]CandidateResult, len(candidates))}
	oneClass := e.Keep(e.All().Where(func(row int32) bool { return e.Churned[row] }).Rows, 0)
	if err := refit(t.Context(), oneClass.All(), candidates, nil, r); err != nil {
		t.Fatal(err)
	}
	for i, cand := range r.Candidates {
		if cand.Final != nil || cand.FinalErr == "" || r.Warnings[i].Code != "refit_failed" {
			t.Errorf("%s: %+v", candidates[i].Name, cand)
		}
	}
}

func TestFinalModelsLearnFromEveryMatureLabel(t *testing.T) {
	c := newCompany(200, 13)
	e := c.load(t)
	r := mustRun(t, e, threeCandidates(t, c.types()), quick())
	for _, cand := range r.Candidates {
		if cand.Final == nil || cand.Final.Training.Examples != e.Len() || cand.Final.Name != cand.Name {
			t.Errorf("%s: final model %+v", cand.Name, cand.Final)
		}
	}
	if w := r.Winner().Final; w == nil || r.Verdict.Decision == Promote && w.Name != r.Verdict.Challenger || r.Verdict.Decision != Promote && w.Name != "hand" {
		t.Errorf("%s, but the winner is %v", r.Verdict.Decision, w)
	}
}

func TestRunLeavesItsExamplesAlone(t *testing.T) {
	c := newCompany(200, 14)
	e := c.load(t)
	e.Warnings = append(make([]dataset.Warning, 0, 50), dataset.Warning{Code: "first"})
	mustRun(t, e, threeCandidates(t, c.types()), quick())
	if spare := e.Warnings[:2]; len(e.Warnings) != 1 || spare[1] != (dataset.Warning{}) {
		t.Errorf("the warnings of the examples became %v", spare)
	}
}

func TestRunNeedsAChampionAmongTheCandidates(t *testing.T) {
	c := newCompany(60, 15)
	_, err := Run(t.Context(), c.load(t), threeCandidates(t, c.types()), quickFor("yesterday"), nil)
	if err == nil || !strings.Contains(err.Error(), `"yesterday" is not among the candidates`) {
		t.Errorf("got %v", err)
	}
	r := mustRun(t, newCompany(200, 15).load(t), threeCandidates(t, c.types()), quickFor(""))
	if r.Candidates[r.Champion].Kind != models.Baseline {
		t.Errorf("without a champion it is %s, want the baseline", r.Candidates[r.Champion].Name)
	}
}

func TestProgressCountsEveryFitOnceAndEnds(t *testing.T) {
	c := newCompany(200, 16)
	var done []int
	total := 0
	if _, err := Run(t.Context(), c.load(t), threeCandidates(t, c.types()), quick(), func(stage string, d, n int) {
		if stage == "folds" { // the bootstrap reports from several goroutines
			done, total = append(done, d), n
		}
	}); err != nil {
		t.Fatal(err)
	}
	if !slices.IsSorted(done) || done[len(done)-1] != total || total == 0 {
		t.Errorf("progress %v of %d", done, total)
	}
}

func TestRunStopsWithItsContext(t *testing.T) {
	c := newCompany(200, 17)
	e := c.load(t)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := Run(ctx, e, threeCandidates(t, c.types()), quick(), func(stage string, done, _ int) {
		if stage == "folds" && done == 3 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context canceled", err)
	}
}

func TestSlidingWindowForgetsAndExpandingDoesNot(t *testing.T) {
	c := newCompany(300, 18)
	e := c.load(t)
	candidates := threeCandidates(t, c.types())
	expanding := mustRun(t, e, candidates, quick())
	o := quick()
	o.Window = Step{Months: 12}
	sliding := mustRun(t, e, candidates, o)
	last := len(expanding.Folds) - 1
	a, b := expanding.Folds[last], sliding.Folds[last]
	if !(b.Train.Examples < a.Train.Examples) || b.Since != a.Cutoff.AddMonths(-12) || b.Train.FirstAsOf <= b.Since || a.Since != dataset.NoDate {
		t.Errorf("expanding %+v, sliding %+v since %s", a.Train, b.Train, b.Since)
	}
	if a.Test != b.Test {
		t.Errorf("the window changed what is tested: %+v, %+v", a.Test, b.Test)
	}
}

func TestVerdictSpeaksOfItsPrimaryMetric(t *testing.T) {
	c := newCompany(300, 19)
	e := c.load(t)
	candidates := threeCandidates(t, c.types())
	for primary, words := range map[string]string{LogLoss: "gain in log loss", AUC: "gain in AUC", Brier: "gain in Brier score"} {
		o := quick()
		o.Primary = primary
		v := mustRun(t, e, candidates, o).Verdict
		if v.Primary != primary || !strings.Contains(v.Reasons[0], words) {
			t.Errorf("primary %s: %q does not speak of the %s", primary, v.Reasons[0], words)
		}
	}
}

func TestRunInWhichNothingCanBeScoredSaysSo(t *testing.T) {
	c := newCompany(100, 20)
	c.numbers["plan"] = make([]float64, len(c.account))
	for i := range c.account {
		c.numbers["plan"][i] = float64(c.asOf[i]) // every day has a plan of its own
	}
	types := expr.Columns{"usage": expr.Number, "plan": expr.Number}
	factors, err := features.Compile([]features.Factor{{Name: "usage", Expr: "usage"}, {Name: "plan", Expr: "plan", Kind: features.Category, Unseen: features.UnseenError}}, types)
	if err != nil {
		t.Fatal(err)
	}
	candidates, err := models.Compile([]models.Candidate{{Name: "fit", Kind: models.Logistic, Penalty: models.Penalty{Kind: models.Ridge, Strength: 0.01}}}, factors, types)
	if err != nil {
		t.Fatal(err)
	}
	o := quickFor("")
	o.Every = Step{Days: 180}
	_, err = Run(t.Context(), c.loadWith(t, types), candidates, o, nil)
	var refused *PlanError
	if !errors.As(err, &refused) || !strings.Contains(err.Error(), "test examples could be scored by every candidate") {
		t.Errorf("got %v", err)
	}
}
