package backtest

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"testing"

	"holdfast/dataset"
	"holdfast/features"
	"holdfast/models"
)

// rivals are candidates that share factors of several kinds, more than go in step, one with a search
// for its strength and one of weights, which have their turns.
func rivals(t *testing.T, c company) []models.Candidate {
	t.Helper()
	factors, err := features.Compile([]features.Factor{
		{Name: "usage", Expr: "usage", Expect: features.LowerChurn}, {Name: "tickets", Expr: "tickets", Scale: features.Log1p, Expect: features.HigherChurn}, {Name: "junk", Expr: "junk", Missing: features.Own},
		{Name: "curve", Expr: "usage", Kind: features.Spline}, {Name: "bins", Expr: "tickets", Kind: features.Bins}, {Name: "level", Expr: "junk > 0", Kind: features.Category},
	}, c.types())
	if err != nil {
		t.Fatal(err)
	}
	fit := func(name string, p models.Penalty, factors ...string) models.Candidate {
		return models.Candidate{Name: name, Kind: models.Logistic, Factors: factors, Penalty: p}
	}
	ridge := func(strength float64) models.Penalty { return models.Penalty{Kind: models.Ridge, Strength: strength} }
	candidates, err := models.Compile([]models.Candidate{
		fit("light", ridge(1e-4), "usage", "tickets", "junk"), fit("strong", ridge(0.1), "usage", "tickets"), fit("curved", ridge(1e-3), "curve", "tickets"),
		fit("binned", ridge(1e-3), "bins", "level", "usage"), fit("junk", ridge(1e-3), "junk", "level"), fit("chosen", models.Penalty{Kind: models.Ridge, Auto: true}, "usage", "junk"),
		{Name: "weights", Kind: models.Weights, Weights: []models.FactorWeight{{Factor: "usage", Weight: 60}, {Factor: "tickets", Weight: 40}}},
	}, factors, c.types())
	if err != nil {
		t.Fatal(err)
	}
	return candidates
}

// Where the columns lie, and how many fits there is memory for at a time, changes no bit of a
// backtest.
func TestABacktestOfStoredColumnsIsTheSame(t *testing.T) {
	c := newCompany(500, 3)
	candidates := rivals(t, c)
	o := quick()
	o.Champion, o.Replicates = "weights", 50
	want := print(mustRun(t, c.load(t), candidates, o))
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	// A row of the three columns takes 6 x 24 bytes in memory; an eighth of the second budget holds
	// the outcomes of three fits or so.
	for _, memory := range []int64{1, 8 * 3 * 8 * 2000} {
		e := c.loadIn(t, c.types(), dataset.Reading{AsOf: dataset.NoDate, Memory: memory, TempDir: t.TempDir()})
		if !e.Table.Stored() {
			t.Fatalf("%d rows are in memory", e.Len())
		}
		for _, processors := range []int{1, 2, 8} {
			runtime.GOMAXPROCS(processors)
			if got := print(mustRun(t, e, candidates, o)); got != want {
				t.Errorf("%d bytes, %d processors: another result than in memory", memory, processors)
			}
		}
		e.Table.Close()
	}
}

// A stored table holds up no more fits than there is memory for, and a table in memory none.
func TestFitsInStepAreThoseThatThereIsMemoryFor(t *testing.T) {
	c := newCompany(300, 4)
	candidates := rivals(t, c)
	plain := candidates[:5]
	for want, memory := range map[int]int64{1: 1, 2: 8 * 2 * 8 * 1700, mostInStep: 0} {
		e := c.loadIn(t, c.types(), dataset.Reading{AsOf: dataset.NoDate, Memory: memory, TempDir: t.TempDir()})
		all := e.All()
		s := &sides{train: all.Of(all.Rows[:1600])}
		if got := inStep(s.train, plain); got != want {
			t.Errorf("%d bytes: %d fits in step, want %d", memory, got, want)
		}
		e.Table.Close()
	}
}

// A candidate that is called off, or has no fit in a fold, leaves the others be.
func TestAFoldOfStoredColumnsEndsWithoutWhoHasNoFit(t *testing.T) {
	c := newCompany(300, 5)
	c.numbers["answer"] = nil
	for _, churned := range c.churned {
		c.add("answer", one(churned))
	}
	types := c.types()
	types["answer"] = types["usage"]
	factors, err := features.Compile([]features.Factor{{Name: "usage", Expr: "usage"}, {Name: "answer", Expr: "answer"}}, types)
	if err != nil {
		t.Fatal(err)
	}
	candidates, err := models.Compile([]models.Candidate{
		{Name: "light", Kind: models.Logistic, Factors: []string{"usage"}, Penalty: models.Penalty{Kind: models.Ridge, Strength: 1e-4}},
		{Name: "separated", Kind: models.Logistic},
		{Name: "strong", Kind: models.Logistic, Penalty: models.Penalty{Kind: models.Ridge, Strength: 1}},
	}, factors, types)
	if err != nil {
		t.Fatal(err)
	}
	e := c.loadIn(t, types, dataset.Reading{AsOf: dataset.NoDate, Memory: 6*8*4*int64(len(c.churned)) - 1, TempDir: t.TempDir()})
	defer e.Table.Close()
	half := e.All().Of(e.All().Rows[:e.Len()/2])
	s := &sides{train: half, notebook: features.NewNotebook(half)}
	defer s.notebook.Close()
	if inStep(s.train, candidates[:3]) < 2 {
		t.Fatal("the fits go one by one")
	}
	fitted, err := s.fit(t.Context(), candidates, func(int) {})
	var unfit *models.FitError
	if fitted != nil || !errors.As(err, &unfit) || unfit.Candidate != "separated" {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.fit(ctx, slices.Clone(candidates), func(int) {}); !errors.Is(err, context.Canceled) {
		t.Errorf("called off: %v", err)
	}
}
