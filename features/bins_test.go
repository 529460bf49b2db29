package features

import (
	"math"
	"strings"
	"testing"

	"holdfast/dataset"
	"holdfast/features/binning"
)

// tenured are twelve accounts, four of them churned, in bins that are counted by hand:
//
//	              churned of rows   WoE = ln((churned/4) / (renewed/8))
//	below 6             2 of 3      ln((2/4)/(1/8)) = ln 4
//	6 and above         1 of 6      ln((1/4)/(5/8)) = ln 0.4
//	missing             1 of 2      ln((1/4)/(1/8)) = ln 2
//	code -1             0 of 1      ln((0.5/4)/(1.5/8)) = ln(2/3), with half a row more of both
func tenured(t *testing.T) *dataset.Examples {
	return examples(t,
		[]bool{true, true, false, true, false, false, false, false, false, true, false, false},
		column{name: "tenure", numbers: []float64{1, 2, 5, 6, 7, 8, 9, 10, 11, nan, nan, -1}})
}

func tenureBins() Factor {
	return Factor{Name: "tenure", Expr: "tenure", Kind: Bins, Bins: &binning.Options{Edges: []float64{6}, Special: []float64{-1}}}
}

func TestBinsAreWorthTheirWeightOfEvidence(t *testing.T) {
	young, old, missing, code := math.Log(4), math.Log(0.4), math.Log(2), math.Log(2.0/3)
	woe := []float64{young, young, young, old, old, old, old, old, old, missing, missing, code}
	e := tenured(t)
	_, d, _ := fit(t, e, Raw, tenureBins())
	for i, want := range woe {
		if math.Abs(d.Columns[0][i]-want) > 1e-15 {
			t.Errorf("row %d is worth %v, want %v", i, d.Columns[0][i], want)
		}
	}
	_, d, _ = fit(t, e, Observed, tenureBins())
	if got := d.Columns[0]; got[9] == got[9] || got[0] != woe[0] {
		t.Errorf("observed %v: a missing value is missing there, and others are worth what they are", got)
	}
	encoder, d, _ := fit(t, e, Standardised, tenureBins())
	mean, sd := moments(woe)
	if c := encoder.Kept()[0]; math.Abs(c.Mean-mean) > 1e-15 || math.Abs(c.SD-sd) > 1e-15 || math.Abs(d.Columns[0][11]-(code-mean)/sd) > 1e-14 {
		t.Errorf("standardised by %+v, want mean %v and deviation %v", c, mean, sd)
	}
	if got := names(encoder); len(got) != 1 || got[0] != "tenure" {
		t.Errorf("columns %v: bins are one column", got)
	}
}

func TestTheScoreOfABinLiesBetweenTheRiskiestAndTheSafest(t *testing.T) {
	_, d, _ := fit(t, tenured(t), Scores, tenureBins())
	// ln 4 scores 0 and ln 0.4 scores 100; ln 2 lies ln 2 / ln 10 of the way, and so on.
	for row, want := range map[int]float64{0: 0, 5: 100, 9: 100 * math.Log(2) / math.Log(10), 11: 100 * math.Log(6) / math.Log(10)} {
		if got := d.Columns[0][row]; math.Abs(got-want) > 1e-12 {
			t.Errorf("row %d scores %v, want %v", row, got, want)
		}
	}
	_, d, _ = fit(t, tenured(t), Graded, tenureBins())
	if got := d.Columns[0]; got[9] == got[9] || got[0] != 0 || got[5] != 100 {
		t.Errorf("graded %v", got)
	}
}

func TestBinsAreLearnedFromTheRowsOfTheViewOnly(t *testing.T) {
	e := tenured(t)
	factors := compile(t, e, tenureBins())
	view := e.All()
	view.Rows = view.Rows[:9] // neither the missing values nor the code
	encoder, _, _, err := Fit(t.Context(), factors, view, Standardised)
	if err != nil {
		t.Fatal(err)
	}
	b := encoder.Factors[0].Bins
	if b.Missing.N != 0 || b.Special[0].N != 0 || b.Bins[0] != (binning.Bin{N: 3, Churned: 2, WoE: math.Log((2.0 / 3) / (1.0 / 6))}) {
		t.Errorf("bins %+v", b)
	}
	d, _ := encode(t, encoder, e, 9, 11)
	mean := encoder.Kept()[0].Mean
	if sd := encoder.Kept()[0].SD; d.Columns[0][0] != (0-mean)/sd || d.Columns[0][1] != (0-mean)/sd {
		t.Errorf("what training never saw has weight of evidence 0, got %v", d.Columns[0])
	}
}

func TestBinsOfOneClassSayNothing(t *testing.T) {
	e := examples(t, make([]bool, 6), column{name: "x", numbers: []float64{1, 2, 3, 4, 5, 6}})
	encoder, d, warnings := fit(t, e, Standardised, Factor{Name: "x", Expr: "x", Kind: Bins})
	if len(d.Columns) != 0 || len(warnings) != 2 || warnings[0].Code != "no_bins" || warnings[1].Code != "constant" {
		t.Errorf("columns %v, warnings %v", d.Columns, warnings)
	}
	if err := encoder.Check(); err != nil {
		t.Error(err)
	}
}

func TestBinsThatMeanNothingAreRefused(t *testing.T) {
	e := tenured(t)
	for name, c := range map[string]struct {
		change func(*Factor)
		words  string
	}{
		"edges out of order":     {func(f *Factor) { f.Bins.Edges = []float64{6, 6} }, "ascending"},
		"an unknown method":      {func(f *Factor) { f.Bins.Method = "guess" }, `unknown method "guess"`},
		"an average for missing": {func(f *Factor) { f.Missing = Median }, "kind bins knows missing: own or drop"},
		"a direction":            {func(f *Factor) { f.Expect = LowerChurn }, "always has expect: higher_churn"},
		"a clip":                 {func(f *Factor) { f.Clip = []Bound{{Value: 0}, {Value: 1}} }, "neither clip nor scale"},
		"a text":                 {func(f *Factor) { f.Expr = "tenure > 6 ? 'a' : 'b'" }, "is text"},
		"bins of a plain number": {func(f *Factor) { f.Kind = Numeric }, "neither bins nor knots"},
	} {
		t.Run(name, func(t *testing.T) {
			f := tenureBins()
			c.change(&f)
			_, err := Compile([]Factor{f}, typesOf(e))
			if err == nil || !strings.Contains(err.Error(), c.words) {
				t.Errorf("got %v, want words %q", err, c.words)
			}
		})
	}
}

// Weight of evidence is risk whatever the event: where it is an expansion, those who grow
// are the safe ones.
func TestWeightOfEvidenceIsRiskForEveryEvent(t *testing.T) {
	e := tenured(t)
	e.Event = make([]dataset.Event, e.Len())
	for i, churned := range e.Churned { // as many expand as churned, and they are the same
		e.Event[i] = dataset.FlatEvent
		if churned {
			e.Event[i] = dataset.ExpandedEvent
		}
	}
	of := func(event dataset.Event) *binning.Binning {
		encoder, _, _, err := Fit(t.Context(), compile(t, e, tenureBins()), e.All().For(event), Standardised)
		if err != nil {
			t.Fatal(err)
		}
		return encoder.Factors[0].Bins
	}
	churn, growth := of(dataset.ChurnedEvent), of(dataset.ExpandedEvent)
	for i := range churn.Bins {
		if math.Abs(churn.Bins[i].WoE+growth.Bins[i].WoE) > 1e-15 {
			t.Errorf("bin %d: %v for churn and %v for growth", i, churn.Bins[i].WoE, growth.Bins[i].WoE)
		}
	}
}
