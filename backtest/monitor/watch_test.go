package monitor

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"holdfast/dataset"
	"holdfast/features"
)

// third is the start of the third quarter after the model was made: Q2 2025.
var third = quarterOf(quarterEnd(madeInQuarter + 2))

// kinds lists findings as "kind subject".
func kinds(list []Finding) []string {
	var names []string
	for _, f := range list {
		names = append(names, string(f.Kind)+" "+f.Subject)
	}
	return names
}

// Each case changes what is recorded from the third quarter on, or in it alone.
func TestADriftIsFoundInItsQuarterAndFactor(t *testing.T) {
	for _, c := range []struct {
		fact   string
		change func(s *state)
		want   string   // the finding that must be there
		may    []string // what else follows from it
	}{
		{"a number counted anew", func(s *state) { s.usage += 1.5 }, "factor_drift usage", []string{"score_drift score", "bands green", "bands yellow", "bands red"}},
		{"a number that is lost for half of the accounts", func(s *state) {
			if s.lottery < 0.5 {
				s.nps = math.NaN()
			}
		}, "missing nps", []string{"factor_drift nps"}},
		{"a level that training never saw", func(s *state) {
			if s.lottery < 0.1 {
				s.plan = "new"
			}
		}, "unseen_levels plan", []string{"factor_drift plan"}},
		{"a level that becomes frequent", func(s *state) { s.plan = "team" }, "factor_drift plan", []string{"score_drift score"}},
	} {
		for _, passing := range []bool{false, true} {
			w := world{signing: 150, seed: 21, change: func(s *state) {
				if s.quarter == madeInQuarter+2 || !passing && s.quarter > madeInQuarter+2 {
					c.change(s)
				}
			}}
			m, e := w.made(t, worldFactors())
			r := watched(t, m, e, Options{})
			found := kinds(r.Findings)
			if !slices.Contains(found, c.want) {
				t.Errorf("%s: found %v, want %s", c.fact, found, c.want)
			}
			for i, f := range r.Findings {
				last := third
				if !passing {
					last = r.Quarters[len(r.Quarters)-1].Start
				}
				if f.Quarter != third || found[i] == c.want && f.Until != last {
					t.Errorf("%s: %s from %s to %s, want it from %s to %s", c.fact, found[i], f.Quarter, f.Until, third, last)
				}
				if found[i] != c.want && !slices.Contains(c.may, found[i]) {
					t.Errorf("%s: %s is no consequence of it: %s", c.fact, found[i], f.Words)
				}
			}
			if standing := len(r.Standing()) > 0; standing == passing {
				t.Errorf("%s: standing is %v at the end", c.fact, standing)
			}
		}
	}
}

// A company in which nothing changes, watched with limits that everything is beyond, so
// that only chance is in the way of a finding: 60 companies of five quarters and of all
// matured labels together, each a family. In at most 5 % of the quarters there may be a
// finding. The standard error of a share of 5 % in 300 quarters is 1.3 points, and two of them are allowed.
// Here 1.7 % have one: the null does not know that accounts are on both sides.
func TestWhereNothingChangesNothingIsFound(t *testing.T) {
	if testing.Short() {
		t.Skip("60 companies: the share of false findings was not measured")
	}
	const runs = 60
	tiny := Options{PSI: 1e-12, Missing: 1e-12, Unseen: 1e-12, Coverage: 1e-12, Bands: 1e-12}
	quarters, alarmed, pooled := 0, 0, 0
	for run := range uint64(runs) {
		m, e := world{signing: 100, seed: 1000 + 2*run}.made(t, worldFactors())
		_, elsewhere := world{signing: 100, seed: 1001 + 2*run}.made(t, worldFactors())
		m.Reference.Promise = promised(watched(t, m, elsewhere, tiny).Since, 0.95)
		r := watched(t, m, e, tiny)
		for _, q := range r.Quarters {
			quarters++
			if slices.ContainsFunc(r.Findings, func(f Finding) bool { return !f.Pooled && f.Quarter <= q.Start && q.Start <= f.Until }) {
				alarmed++
			}
		}
		if slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Pooled }) {
			pooled++
		}
	}
	share := float64(alarmed) / float64(quarters)
	t.Logf("a finding in %d of %d quarters (%.1f %%), and of all matured labels in %d of %d companies", alarmed, quarters, 100*share, pooled, runs)
	if share > 0.05+2*math.Sqrt(0.05*0.95/float64(quarters)) {
		t.Errorf("%.1f %% of the quarters have a finding", 100*share)
	}
	if float64(pooled)/runs > 0.05+2*math.Sqrt(0.05*0.95/runs) {
		t.Errorf("%d of %d companies have a finding of all matured labels", pooled, runs)
	}
}

func TestABrokenPromiseIsFoundWhenItsLabelsAreIn(t *testing.T) {
	m, e := world{signing: 200, seed: 5, wrong: true}.made(t, worldFactors())
	_, as := world{signing: 200, seed: 6}.made(t, worldFactors())
	m.Reference.Promise = promised(watched(t, m, as, Options{}).Since, 0.95)
	r := watched(t, m, e, Options{})
	if len(r.Findings) == 0 {
		t.Fatal("nothing was found")
	}
	for _, f := range r.Findings {
		if f.Kind != Performance {
			t.Errorf("%s %s: the accounts are as they were, and only their reasons have changed", f.Kind, f.Subject)
		}
	}
	if !slices.ContainsFunc(r.Standing(), func(f Finding) bool { return f.Pooled && f.Subject == AUC && f.Value < 0.5 }) {
		t.Errorf("%v: want the AUC of all matured labels below one half", kinds(r.Standing()))
	}
}

// On the last day of the twelfth quarter those whose year ends with it are still to decide,
// and so is everybody else; the quarters before have had 91 days for the labels 40 days
// later. Four of them are enough for a record of what was expected.
func TestOpenLabelsAreExpectedWithTheRecordOfSuchExpectations(t *testing.T) {
	w := world{signing: 200, seed: 8}
	m, _ := w.made(t, worldFactors())
	r := watched(t, m, survey(t, w.draw().write(t), quarterEnd(worldQuarters-1)), Options{})
	for k, q := range r.Quarters {
		if matured := q.Matured != nil; matured != (k < len(r.Quarters)-1) {
			t.Errorf("%s: labels have matured: %v", q.Start, matured)
		}
	}
	var bias, squares float64
	for _, q := range r.Quarters[:4] {
		off := q.Matured.Expected.AUC - q.Matured.Metrics[0].Observed.Value
		bias, squares = bias+off/4, squares+off*off/4
	}
	if r.Record.AUC.N != 4 || math.Abs(r.Record.AUC.Bias-bias) > 1e-12 || math.Abs(r.Record.AUC.Typical-math.Sqrt(squares)) > 1e-12 {
		t.Errorf("record %+v, want four quarters, a bias of %v and %v", r.Record, bias, math.Sqrt(squares))
	}
	if len(r.Open) != 1 || r.Open[0].N != r.Quarters[4].Accounts {
		t.Fatalf("open %+v, want the %d accounts of the last quarter", r.Open, r.Quarters[4].Accounts)
	}
	// The model is right in this world: what really came of those accounts lies in the interval.
	truth := watched(t, m, survey(t, w.draw().write(t), dataset.NoDate), Options{}).Quarters[4].Matured.Metrics[0].Observed.Value
	if o := r.Open[0].AUC; !(o.Low < truth && truth < o.High) || !(o.High-o.Low < 0.5) {
		t.Errorf("an AUC of %v was expected, and %v came true", o, truth)
	}
}

func TestAnAccountWithoutAScoreHasItsReason(t *testing.T) {
	factors := worldFactors()
	factors[0].Missing = features.Drop
	w := world{signing: 150, seed: 9, change: func(s *state) {
		if s.quarter >= madeInQuarter+2 && s.lottery < 0.4 {
			s.usage = math.NaN()
		}
	}}
	m, e := w.made(t, factors)
	r := watched(t, m, e, Options{})
	if !slices.Contains(kinds(r.Findings), "coverage score") {
		t.Errorf("found %v, want the coverage", kinds(r.Findings))
	}
	q := r.Quarters[2]
	if len(q.Unscored) != 1 || q.Unscored[0].Code != "missing_factor" || q.Unscored[0].Factor != "usage" {
		t.Fatalf("reasons %+v", q.Unscored)
	}
	if got, want := q.Coverage.Now, 1-float64(q.Unscored[0].Accounts)/float64(q.Accounts); math.Abs(got-want) > 1e-12 {
		t.Errorf("coverage %v, and %v by the reasons", got, want)
	}
}

func TestAQuarterOfFewAccountsIsNotJudged(t *testing.T) {
	m, e := world{signing: 150, seed: 21, change: func(s *state) { s.usage += 3 * float64(max(0, s.quarter-madeInQuarter)) }}.made(t, worldFactors())
	r := watched(t, m, e, Options{Accounts: 100_000})
	if r.Judged() || slices.ContainsFunc(r.Findings, func(f Finding) bool { return !f.Pooled }) {
		t.Errorf("judged %v, found %v", r.Judged(), kinds(r.Findings))
	}
}

// What the model file holds is what today's data give again, unless their past was changed.
func TestAReferenceThatIsMadeAnewIsTheOneOfTheModel(t *testing.T) {
	m, e := world{signing: 60, seed: 3}.made(t, worldFactors())
	kept := m.Reference
	m.Reference = nil
	r := watched(t, m, e, Options{})
	was, err := json.Marshal(kept)
	if err != nil {
		t.Fatal(err)
	}
	if is, err := json.Marshal(r.Reference); err != nil || !r.Rebuilt || !bytes.Equal(is, was) {
		t.Errorf("rebuilt %v (%v): %s, and the model had %s", r.Rebuilt, err, is, was)
	}
}

func TestWhatCannotBeWatchedIsSaid(t *testing.T) {
	m, e := world{signing: 60, seed: 3}.made(t, worldFactors())
	for _, c := range []struct {
		fact   string
		change func(o *Options, e *dataset.Examples)
		says   string
	}{
		{"no timeline", func(_ *Options, e *dataset.Examples) { e.Timeline = nil }, "timeline"},
		{"a share above 1", func(o *Options, _ *dataset.Examples) { o.Missing = 2 }, "missing is 2"},
		{"a negative index", func(o *Options, _ *dataset.Examples) { o.PSI = -1 }, "psi"},
		{"a level of 1", func(o *Options, _ *dataset.Examples) { o.Level = 1 }, "level"},
	} {
		var o Options
		changed := *e
		c.change(&o, &changed)
		if _, err := Watch(t.Context(), m, &changed, o); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", c.fact, err)
		}
	}
	m.Reference, m.Training.KnownBy = nil, dataset.NewDate(1999, 1, 1)
	if _, err := Watch(t.Context(), m, e, Options{}); err == nil || !strings.Contains(err.Error(), "no reference") {
		t.Errorf("a model older than the data: %v", err)
	}
}
