package backtest

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"holdfast/dataset"
	"holdfast/features"
	"holdfast/models"
)

// withEvents gives the examples amounts: of those who stay, every third shrinks or grows by
// how much it is used.
func withEvents(t *testing.T, e *dataset.Examples, seed uint64) *dataset.Examples {
	t.Helper()
	usage, ok := e.Table.Column("usage")
	if !ok {
		t.Fatal("no usage")
	}
	rng := rand.New(rand.NewPCG(seed, 3))
	e.Event, e.ValueAfter = make([]dataset.Event, e.Len()), make([]float64, e.Len())
	for i, churned := range e.Churned {
		lean := usage.Vector().Numbers[i] + 1.5*rng.NormFloat64()
		switch {
		case churned:
			e.Event[i] = dataset.ChurnedEvent
		case lean < -1.5:
			e.Event[i] = dataset.ContractedEvent
		case lean > 1.5:
			e.Event[i] = dataset.ExpandedEvent
		default:
			e.Event[i] = dataset.FlatEvent
		}
	}
	return e
}

// manyTargets are candidates for all events, compiled.
func manyTargets(t *testing.T, c company) []models.Candidate {
	t.Helper()
	list := threeCandidates(t, c.types())
	list = list[:len(list)-1] // the baseline comes again
	types := c.types()
	factors, err := features.Compile([]features.Factor{{Name: "usage", Expr: "usage"}, {Name: "tickets", Expr: "tickets"}, {Name: "junk", Expr: "junk"}}, types)
	if err != nil {
		t.Fatal(err)
	}
	compiled, err := models.Compile([]models.Candidate{
		{Name: "growth", Kind: models.Logistic, Target: models.Expansion},
		{Name: "junk_grows", Kind: models.Logistic, Target: models.Expansion, Factors: []string{"junk"}},
		{Name: "downsell", Kind: models.Logistic, Target: models.Contraction},
	}, factors, types)
	if err != nil {
		t.Fatal(err)
	}
	return append(list, compiled...)
}

func TestCandidatesAreComparedWithinTheirTarget(t *testing.T) {
	c := newCompany(400, 61)
	e := withEvents(t, c.load(t), 1)
	o := quick()
	o.Champions = []string{"junk_grows"}
	r := mustRun(t, e, manyTargets(t, c), o)
	if r.Target != models.Churn || len(r.Further) != 2 || r.Further[0].Target != models.Contraction || r.Further[1].Target != models.Expansion {
		t.Fatalf("targets %s and %d further", r.Target, len(r.Further))
	}
	for _, one := range append([]*Result{r}, r.Further...) {
		var names []string
		for _, cand := range one.Candidates {
			names = append(names, cand.Name)
		}
		want := map[models.Target][]string{models.Contraction: {"downsell", "baseline"}, models.Expansion: {"growth", "junk_grows", "baseline"}}[one.Target]
		if want != nil && !slices.Equal(names, want) {
			t.Errorf("%s is between %v, want %v", one.Target, names, want)
		}
		for _, cmp := range one.Comparisons {
			if !slices.Contains(names, cmp.Challenger) || !slices.Contains(names, cmp.Champion) {
				t.Errorf("%s compares %s with %s", one.Target, cmp.Challenger, cmp.Champion)
			}
		}
	}
	growth := r.Further[1]
	if growth.Verdict.Champion != "junk_grows" || growth.Verdict.Challenger != "growth" || growth.Verdict.Decision != Promote {
		t.Errorf("growth against junk: %+v", growth.Verdict)
	}
	if !strings.Contains(strings.Join(growth.Verdict.Reasons, " "), "accounts that expand") {
		t.Errorf("reasons speak of churn: %v", growth.Verdict.Reasons)
	}
	if r.Further[0].Verdict.Champion != "baseline" {
		t.Errorf("contraction has the champion %s", r.Further[0].Verdict.Champion)
	}
}

// The churn results are, to the bit, those of a run without the other targets.
func TestFurtherTargetsChangeNothingOfTheFirst(t *testing.T) {
	c := newCompany(300, 62)
	e := withEvents(t, c.load(t), 2)
	alone := mustRun(t, e, threeCandidates(t, c.types()), quick())
	among := mustRun(t, e, manyTargets(t, c), quick())
	among.Warnings = alone.Warnings // those of the other targets come on top
	if print(alone) != print(among) {
		t.Error("candidates for other events changed the verdict on churn")
	}
}

func TestATargetThatNobodyCanTestIsLeftOutAndNamed(t *testing.T) {
	c := newCompany(300, 63)
	e := withEvents(t, c.load(t), 3)
	for i, what := range e.Event {
		if what == dataset.ExpandedEvent && i > 60 {
			e.Event[i] = dataset.FlatEvent
		}
	}
	r := mustRun(t, e, manyTargets(t, c), quick())
	named := slices.ContainsFunc(r.Warnings, func(w dataset.Warning) bool {
		return w.Code == "target_untested" && w.Where == "target expansion" && strings.Contains(w.Message, "expanded")
	})
	if len(r.Further) != 1 || !named {
		t.Errorf("%d further targets, warnings %v", len(r.Further), r.Warnings)
	}
	if o := r.Outlook("baseline", "", "growth"); o != nil {
		t.Error("an outlook of a target that was not tested")
	}
}

func TestChampionsAreOnePerTarget(t *testing.T) {
	c := newCompany(100, 64)
	e := withEvents(t, c.load(t), 4)
	for _, k := range []struct {
		fact      string
		champions []string
		want      string
	}{
		{"two for one target", []string{"growth", "junk_grows"}, "both champions for expansion"},
		{"nobody by that name", []string{"grwoth"}, "not among the candidates"},
	} {
		o := quick()
		o.Champions = k.champions
		if _, err := Run(t.Context(), e, manyTargets(t, c), o, nil); err == nil || !strings.Contains(err.Error(), k.want) {
			t.Errorf("%s: %v, want %q", k.fact, err, k.want)
		}
	}
}

// Of every test row, the outlook is what the three models said in that fold, and the class
// rates are those of the events.
func TestOutlooksLayTheTargetsSideBySide(t *testing.T) {
	c := newCompany(400, 65)
	e := withEvents(t, c.load(t), 5)
	r := mustRun(t, e, manyTargets(t, c), quick())
	leave := r.Candidates[0].Name
	o := r.Outlook(leave, "downsell", "growth")
	if o == nil || len(o.At) < len(r.Predictions.Row)/2 {
		t.Fatalf("the outlook is %+v", o)
	}
	for k, x := range o.Prospect {
		at := o.At[k]
		if x.Leave+x.Shrink+x.Renew+x.Grow != 1 {
			t.Fatalf("%+v does not sum to 1", x)
		}
		i := slices.Index(r.Further[1].Predictions.Row, r.Predictions.Row[at])
		g := r.Further[1].index("growth")
		if want := models.Probability(r.Further[1].Predictions.Eta[g][i]); x.Renew > 0 && math.Abs(x.Grow-want) > 1e-11 {
			t.Fatalf("row %d: grow %v, the model says %v", at, x.Grow, want)
		}
	}
	var shares float64
	for _, class := range o.Classes(&r.Predictions, 0.95) {
		if class.Expected < class.Happened.Low-0.02 || class.Expected > class.Happened.High+0.02 {
			t.Errorf("%s: expected %.3f, happened %.3f to %.3f", class.Name, class.Expected, class.Happened.Low, class.Happened.High)
		}
		shares += class.Happened.Value
	}
	if math.Abs(shares-1) > 1e-12 {
		t.Errorf("what happened sums to %v", shares)
	}
	for _, name := range []string{"nobody", "growth"} {
		if r.Outlook(name, "downsell", "growth") != nil {
			t.Errorf("%s does not say who leaves", name)
		}
		if r.Outlook(leave, name, "growth") != nil || r.Outlook(leave, name, "") != nil {
			t.Errorf("%s does not say who shrinks", name)
		}
	}
	for _, name := range []string{"nobody", "downsell"} {
		if r.Outlook(leave, "downsell", name) != nil || r.Outlook(leave, "", name) != nil {
			t.Errorf("%s does not say who grows", name)
		}
	}
	without := r.Outlook(leave, "", "growth")
	if without == nil || without.Happened(dataset.ContractedEvent) != "renew" || without.Prospect[0].Shrink != 0 {
		t.Errorf("without a model of shrinking: %+v", without)
	}
}
