package models

import (
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/features"
)

// staged is a company whose young accounts churn for other reasons than its old ones:
// usage tells of the old, training of the young.
func staged(n int, seed uint64) table {
	rng := rand.New(rand.NewPCG(seed, 1))
	tab := table{churned: make([]bool, n), asOf: make([]dataset.Date, n)}
	usage, training, tenure := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range n {
		usage[i], training[i], tenure[i] = rng.NormFloat64(), rng.NormFloat64(), float64(rng.IntN(730))
		eta := -0.5 - 1.5*usage[i]
		if tenure[i] < 365 {
			eta = -0.2 - 1.5*training[i]
		}
		tab.churned[i] = rng.Float64() < Probability(eta)
		tab.asOf[i] = day1 + dataset.Date(rng.IntN(700))
	}
	tab.numbers = []numberColumn{{"usage", usage}, {"training", training}, {"tenure", tenure}}
	return tab
}

// byStage is the candidate that knows of the two.
func byStage(events int) Candidate {
	return Candidate{Name: "by_stage", Kind: Logistic, PerSegment: true, Segments: Segments{By: "tenure < 365 ? 'young' : 'old'", MinEvents: events}}
}

func (tab table) stagedFactors(t testing.TB) []features.Factor {
	return compileFactors(t, tab.types(), features.Factor{Name: "usage", Expr: "usage"}, features.Factor{Name: "training", Expr: "training"})
}

func TestEverySegmentLearnsItsOwnReasons(t *testing.T) {
	tab := staged(3000, 81)
	m := fitOne(t, tab, byStage(50), tab.stagedFactors(t))
	if len(m.Segments) != 2 || m.Segments[0].Segment != "old" || m.Segments[1].Segment != "young" {
		t.Fatalf("segments %+v", m.Segments)
	}
	for k, want := range [][2]float64{{-1.5, 0}, {0, -1.5}} { // the truth of staged
		for j, name := range []string{"usage", "training"} {
			if got := m.Segments[k].Coef[j]; math.Abs(got-want[j]) > 0.2 {
				t.Errorf("%s: %s has weight %v, in truth %v", m.Segments[k].Segment, name, got, want[j])
			}
		}
	}
	var rows []string
	for _, w := range m.Weights {
		rows = append(rows, w.Segment+"/"+w.Factor)
	}
	want := []string{"/(intercept)", "/usage", "/training", "old/(intercept)", "old/usage", "old/training", "young/(intercept)", "young/usage", "young/training"}
	if !slices.Equal(rows, want) {
		t.Errorf("weights %v, want %v", rows, want)
	}
}

// At the maximum of the penalised likelihood of a segment the gradient vanishes:
//
//	sum (y - p) = 0,  sum (y - p) x_j = Strength (b_sj - b_j)
func TestSegmentsAreAtTheirPenalisedMaximum(t *testing.T) {
	tab := staged(800, 82)
	e := tab.load(t)
	m, err := compileOne(t, tab, byStage(20), tab.stagedFactors(t)).Fit(t.Context(), e.All())
	if err != nil {
		t.Fatal(err)
	}
	d, _, err := m.Encoder.EncodeView(t.Context(), e.All())
	if err != nil {
		t.Fatal(err)
	}
	routes, err := m.route(t.Context(), e.Len(), e.All().Batches())
	if err != nil {
		t.Fatal(err)
	}
	p, err := m.predict(d, routes)
	if err != nil {
		t.Fatal(err)
	}
	for k, s := range m.Segments {
		gradient := make([]float64, len(m.Coef)+1)
		for i, r := range routes {
			if int(r) == k {
				residual := oneIf(e.Churned[i]) - Probability(p.Eta[i])
				gradient[0] += residual
				for j := range m.Coef {
					gradient[j+1] += residual * d.Columns[j][i]
				}
			}
		}
		for j := range m.Coef {
			gradient[j+1] -= m.Routing.Strength * (s.Coef[j] - m.Coef[j])
		}
		for j, g := range gradient {
			if math.Abs(g) > 1e-8 {
				t.Errorf("%s: component %d of the gradient is %v", s.Segment, j, g)
			}
		}
	}
}

func TestRowsOfNoKnownSegmentHaveThePooledScore(t *testing.T) {
	tab := staged(800, 83)
	m := fitOne(t, tab, byStage(20), tab.stagedFactors(t))
	whole := *m
	whole.Routing, whole.Segments = nil, nil
	stranger := staged(50, 84)
	for i := range stranger.numbers[2].values {
		stranger.numbers[2].values[i] = math.NaN() // no tenure, so no stage
	}
	if a, b := predict(t, m, stranger), predict(t, &whole, stranger); !sameBits(a.Eta, b.Eta) {
		t.Error("accounts without a stage are not scored by the pooled weights")
	}
	if a, b := predict(t, m, tab), predict(t, &whole, tab); sameBits(a.Eta, b.Eta) {
		t.Error("accounts with a stage are scored by the pooled weights")
	}
}

// An account belongs to the stage that it is in on the day it is scored: moving the limit
// by a day moves the accounts on it, and no other.
func TestMovingALimitByADayMovesExactlyTheAccountsOnIt(t *testing.T) {
	tab := staged(1500, 85)
	for i := range 40 {
		tab.numbers[2].values[i] = 365
	}
	e := tab.load(t)
	routed := func(limit string) []string {
		c := byStage(20)
		c.Segments.By = "tenure < " + limit + " ? 'young' : 'old'"
		m, err := compileOne(t, tab, c, tab.stagedFactors(t)).Fit(t.Context(), e.All())
		if err != nil {
			t.Fatal(err)
		}
		routes, err := m.route(t.Context(), e.Len(), e.All().Batches())
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, r := range routes {
			names = append(names, m.Segments[r].Segment)
		}
		return names
	}
	at, after := routed("365"), routed("366")
	tenure, _ := e.Table.Column("tenure")
	moved := 0
	for i := range at {
		on := tenure.Vector().Numbers[i] == 365
		if on != (at[i] != after[i]) {
			t.Errorf("tenure %v: %s, then %s", tenure.Vector().Numbers[i], at[i], after[i])
		}
		moved += int(oneIf(on))
	}
	if moved < 40 {
		t.Errorf("only %d accounts are on the limit", moved)
	}
}

// The same account is young in one snapshot and old in the next: each snapshot is scored by
// the weights of the stage known on its day, whatever came later.
func TestAnAccountThatCrossesAStageIsScoredByTheStageOfTheDay(t *testing.T) {
	tab := staged(800, 86)
	m := fitOne(t, tab, byStage(20), tab.stagedFactors(t))
	crossing := table{churned: yes(0, 0), account: []int{1, 1}, asOf: []dataset.Date{day1, day1 + 90}, numbers: []numberColumn{
		{"usage", []float64{0.5, 0.5}}, {"training", []float64{-1, -1}}, {"tenure", []float64{300, 390}}}}
	got := predict(t, m, crossing).Score
	for i, name := range []string{"young", "old"} {
		s := m.Segments[m.segment(name)]
		want := s.Intercept
		for j, x := range []float64{0.5, -1} {
			column := m.Encoder.Kept()[j]
			want += s.Coef[j] * (x - column.Mean) / column.SD
		}
		if !near(got[i], want, 1e-12) {
			t.Errorf("snapshot %d, %s: score %v, want %v", i, name, got[i], want)
		}
	}
}

func TestEveryRowHasExactlyOneRoute(t *testing.T) {
	tab := noisy(300, 87)
	c := Candidate{Kind: Logistic, PerSegment: true, Segments: Segments{By: "plan", MinEvents: 5}}
	m := fitOne(t, tab, c, compileFactors(t, tab.types(), features.Factor{Name: "usage", Expr: "usage"}))
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.IntRange(1, 9).Draw(r, "n")
		some := table{churned: make([]bool, n), numbers: []numberColumn{{"usage", make([]float64, n)}}, texts: []textColumn{{"plan", make([]string, n)}}}
		want := make(map[string]int32)
		for i := range n {
			plan := rapid.SampledFrom([]string{"", "basic", "pro", "team", "new plan", "Basic"}).Draw(r, "plan")
			some.texts[0].values[i] = plan
			want[plan] = int32(slices.IndexFunc(m.Segments, func(s SegmentFit) bool { return s.Segment == plan }))
		}
		e := some.load(t)
		routes, err := m.route(t.Context(), n, e.All().Batches())
		if err != nil || len(routes) != n {
			r.Fatalf("%v: %v", routes, err)
		}
		plans, _ := e.Table.Column("plan")
		for i, route := range routes {
			v, plan := plans.Vector(), ""
			if v.Codes[i] >= 0 {
				plan = v.Levels[v.Codes[i]]
			}
			if route != want[plan] {
				r.Fatalf("plan %q: route %d, want %d", plan, route, want[plan])
			}
		}
	})
}

func TestSegmentedModelsReloadAndScoreRowsAlone(t *testing.T) {
	tab := staged(700, 88)
	e := tab.load(t)
	for _, by := range []string{"tenure < 365 ? 'young' : 'old'", "tenure < 365", "round(tenure / 365)"} {
		c := byStage(20)
		c.Segments.By = by
		m, err := compileOne(t, tab, c, tab.stagedFactors(t)).Fit(t.Context(), e.All())
		if err != nil {
			t.Fatalf("%s: %v", by, err)
		}
		if len(m.Segments) < 2 || len(m.Segments[0].Coef) == 0 {
			t.Errorf("%s: segments %+v", by, m.Segments)
		}
		sameAlone(t, m, e)
	}
}

// A factor that is for the young only never enters the model of the old: its weight there
// is 0, and no table shows one.
func TestAFactorOfOneSegmentNeverEntersAnothers(t *testing.T) {
	tab := staged(1500, 95)
	c := byStage(20)
	factors := compileFactors(t, tab.types(), features.Factor{Name: "usage", Expr: "usage"},
		features.Factor{Name: "training", Expr: "training", Only: &features.Only{By: c.Segments.By, In: []string{"young"}}})
	m := fitOne(t, tab, c, factors)
	old, young := m.Segments[m.segment("old")], m.Segments[m.segment("young")]
	if old.Coef[1] != 0 || young.Coef[1] > -1 || old.Coef[0] > -1 {
		t.Errorf("old %v, young %v", old.Coef, young.Coef)
	}
	for _, w := range m.Weights {
		if w.Segment == "old" && w.Factor == "training" {
			t.Errorf("the old have a weight for training: %+v", w)
		}
	}
	sameAlone(t, m, tab.load(t))
}

func TestTruthsAreCalledByTheirNames(t *testing.T) {
	tab := staged(700, 89)
	c := byStage(20)
	c.Segments.By = "tenure < 365"
	m := fitOne(t, tab, c, tab.stagedFactors(t))
	if m.segment("true") == pooled || m.segment("false") == pooled || len(m.Segments) != 2 {
		t.Errorf("segments %+v", m.Segments)
	}
}

func TestSegmentsReadFactorsByName(t *testing.T) {
	tab := staged(700, 90)
	factors := append(tab.stagedFactors(t), compileFactors(t, tab.types(), features.Factor{Name: "years", Expr: "tenure / 365"})...)
	c := byStage(20)
	c.Factors, c.Segments.By = []string{"usage"}, "years < 1"
	sameAlone(t, fitOne(t, tab, c, factors), tab.load(t))
}

func TestStoredDesignsGiveTheSameSegments(t *testing.T) {
	tab := staged(6000, 91)
	c := compileOne(t, tab, byStage(50), tab.stagedFactors(t))
	held, err := c.Fit(t.Context(), tab.load(t).All())
	if err != nil {
		t.Fatal(err)
	}
	stored, err := c.Fit(t.Context(), tab.loadIn(t, 1).All())
	if err != nil {
		t.Fatal(err)
	}
	if text(t, held) != text(t, stored) {
		t.Error("a design on disk gives other weights than one in memory")
	}
}

func TestTheOrderOfTheRowsDoesNotMatterToSegments(t *testing.T) {
	tab := staged(500, 92)
	tab.account = make([]int, 500)
	for i := range tab.account {
		tab.account[i] = i
	}
	backwards := table{churned: reversed(tab.churned), account: reversed(tab.account), asOf: reversed(tab.asOf)}
	for _, c := range tab.numbers {
		backwards.numbers = append(backwards.numbers, numberColumn{c.name, reversed(c.values)})
	}
	a, b := fitOne(t, tab, byStage(20), tab.stagedFactors(t)), fitOne(t, backwards, byStage(20), backwards.stagedFactors(t))
	if text(t, a) != text(t, b) {
		t.Error("the model depends on the order of the rows")
	}
}

func TestSegmentsThatCannotBeAreRefused(t *testing.T) {
	tab := staged(50, 93)
	for _, c := range []struct {
		fact string
		cand Candidate
		want string
	}{
		{"nothing says what a segment is", Candidate{Kind: Logistic, PerSegment: true}, "nothing says what a segment is"},
		{"an unknown column", Candidate{Kind: Logistic, PerSegment: true, Segments: Segments{By: "stage"}}, "segments:"},
		{"declared weights are those of everybody", Candidate{Kind: Vendor, Column: "usage", HigherIs: features.LowerChurn, PerSegment: true, Segments: Segments{By: "tenure"}}, "has no weights to fit per segment"},
		{"a lasso chooses factors for everybody", Candidate{Kind: Logistic, PerSegment: true, Segments: Segments{By: "tenure"}, Penalty: Penalty{Kind: Lasso, Strength: 0.1}}, "go with a ridge"},
		{"an unknown target", Candidate{Kind: Logistic, Target: "upsell"}, `unknown target "upsell"`},
	} {
		c.cand.Name = "candidate"
		if _, err := Compile([]Candidate{c.cand}, tab.stagedFactors(t), tab.types()); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.fact, err, c.want)
		}
	}
}

func TestDamagedSegmentsAreRefused(t *testing.T) {
	tab := staged(500, 94)
	for _, c := range []struct {
		fact   string
		damage func(*Model)
	}{
		{"segments out of order", func(m *Model) { m.Segments[0], m.Segments[1] = m.Segments[1], m.Segments[0] }},
		{"one segment twice", func(m *Model) { m.Segments[1].Segment = m.Segments[0].Segment }},
		{"a weight too few", func(m *Model) { m.Segments[0].Coef = m.Segments[0].Coef[:1] }},
		{"an infinite weight", func(m *Model) { m.Segments[0].Coef[0] = math.Inf(1) }},
		{"more events than rows", func(m *Model) { m.Segments[0].Churned = m.Segments[0].Examples + 1 }},
		{"segments without a routing", func(m *Model) { m.Routing = nil }},
		{"a routing by a number", func(m *Model) { m.Routing.By.Kind = features.Numeric }},
		{"a strength below 0", func(m *Model) { m.Routing.Strength = -1 }},
		{"a routing over a column that is not read", func(m *Model) { m.Routing.By.Expr = "stage" }},
		{"weights of a kind that has none", func(m *Model) { m.Kind = Vendor }},
		{"an intercept without weights", func(m *Model) { m.Segments[0].Coef = nil }},
	} {
		m := fitOne(t, tab, byStage(20), tab.stagedFactors(t))
		c.damage(m)
		if err := m.check(); err == nil {
			t.Errorf("%s: accepted", c.fact)
		}
	}
}

// corpus finds the shared material beside the repository.
func corpus(t *testing.T, parts ...string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			path := filepath.Join(append([]string{dir, "..", "shared", "corpus"}, parts...)...)
			if _, err := os.Stat(path); err != nil {
				t.Skipf("%s is not there: the scenario was not checked", filepath.Join(parts...))
			}
			return path
		}
	}
	t.Skip("no repository: the scenario was not checked")
	return ""
}

// Scenario N030: the segment ent has no churner, falls back to the pooled weights, and that
// is said.
func TestASegmentWithoutChurnersHasThePooledWeightsAndIsNamed(t *testing.T) {
	dir := corpus(t, "scenario", "N030_segment_one_class")
	types := expr.Columns{"logins_30d": expr.Number, "tickets_open": expr.Number, "nps": expr.Number, "segment": expr.Text}
	e, err := dataset.Load(t.Context(), dataset.Spec{
		Snapshots: filepath.Join(dir, "snapshots.parquet"), Outcomes: filepath.Join(dir, "outcomes.parquet"),
		Columns: dataset.Columns{Account: "account_id", SnapshotDate: "snapshot_date", OutcomeDate: "outcome_date", Outcome: "outcome", ChurnedWhen: []string{"churned"}, RenewedWhen: []string{"renewed"}},
		Clock:   dataset.Clock{Mode: dataset.Horizon, Horizon: 180}, Uses: types, ObservedUntil: dataset.NoDate, Reading: dataset.Reading{AsOf: dataset.NoDate},
	})
	if err != nil {
		t.Fatal(err)
	}
	factors := compileFactors(t, types, features.Factor{Name: "logins", Expr: "logins_30d"}, features.Factor{Name: "tickets", Expr: "tickets_open"}, features.Factor{Name: "nps", Expr: "nps"})
	compiled, err := Compile([]Candidate{{Name: "by_segment", Kind: Logistic, Penalty: Penalty{Kind: Ridge, Strength: 0.01}, PerSegment: true, Segments: Segments{By: "segment", MinEvents: 5}}}, factors, types)
	if err != nil {
		t.Fatal(err)
	}
	m, err := compiled[0].Fit(t.Context(), e.All())
	if err != nil {
		t.Fatal(err)
	}
	at := m.segment("ent")
	if at == pooled || m.Segments[at].Churned != 0 || len(m.Segments[at].Coef) != 0 {
		t.Errorf("segments %+v", m.Segments)
	}
	named := slices.ContainsFunc(m.Warnings, func(w dataset.Warning) bool { return w.Code == "segment_pooled" && w.Where == "segment ent" })
	if !named {
		t.Errorf("nobody names ent: %v", m.Warnings)
	}
}
