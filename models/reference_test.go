package models

import (
	"bytes"
	"errors"
	"math"
	"strings"
	"testing"
)

// referred is a model of two factors with a reference of its own ten rows.
func referred(t *testing.T) *Model {
	t.Helper()
	tab := noisy(60, 4)
	tab.texts = nil
	m, _ := fitAndView(t, tab)
	counts := func(h Histogram) Histogram { h.Effect, h.LastEffect = 1, Undefined(); return h }
	m.Reference = &Reference{From: day1, Until: day1 + 90, Rows: 10, Accounts: 7,
		Score:   counts(Histogram{Edges: []float64{-2, 0}, Counts: []int{3, 4, 2, 1}}),
		Bands:   &Histogram{Counts: []int{6, 2, 1, 1}, Effect: 1, LastEffect: Undefined()},
		Promise: &Promise{Examples: 40, Churned: 9, Level: 0.95, Metrics: []Promised{{Name: "auc", Value: 0.7, Low: 0.6, High: 0.8}, {Name: "lift", Value: Undefined()}}},
	}
	for _, f := range m.Encoder.Factors {
		m.Reference.Factors = append(m.Reference.Factors, FactorReference{f.Factor.Name, counts(Histogram{Edges: []float64{1, 5}, Counts: []int{1, 6, 3, 0}})})
	}
	return m
}

// A monitor divides by the counts and looks bins up by their edges, so that a file whose seal
// holds must still make sense.
func TestReferencesThatAMonitorCouldNotReadAreRefused(t *testing.T) {
	for want, spoil := range map[string]func(r *Reference){
		"1 factors, and the model has 2":       func(r *Reference) { r.Factors = r.Factors[:1] },
		`"other" is not factor 1 of the model`: func(r *Reference) { r.Factors[0].Factor = "other" },
		"the counts do not add up to the 10":   func(r *Reference) { r.Factors[1].Counts[0]++ },
		"do not add up to the 11 rows":         func(r *Reference) { r.Rows = 11 },
		"3 counts for 4 bins":                  func(r *Reference) { r.Score.Counts = []int{3, 4, 3} },
		"the edges do not rise":                func(r *Reference) { r.Score.Edges = []float64{0, 0} },
		"score: the counts do not add up":      func(r *Reference) { r.Score.Counts = []int{-1, 6, 4, 1} },
		"levels and edges":                     func(r *Reference) { r.Factors[0].Levels = []string{"a", "b"} },
		"3 counts of bands; there are 3 and":   func(r *Reference) { r.Bands.Counts = []int{8, 1, 1} },
		"a level of 1 is no probability":       func(r *Reference) { r.Promise.Level = 1 },
		"a level of 0 is no probability":       func(r *Reference) { r.Promise.Level = 0 },
	} {
		m := referred(t)
		spoil(m.Reference)
		if err := m.checkReference(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
		if err := m.Write(new(bytes.Buffer)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("written all the same: want %q, got %v", want, err)
		}
	}
}

func TestAReferenceReloadsWithItsModel(t *testing.T) {
	m := referred(t)
	var file bytes.Buffer
	if err := m.Write(&file); err != nil {
		t.Fatal(err)
	}
	back, err := Read("model.json", &file)
	if err != nil {
		t.Fatal(err)
	}
	r := back.Reference
	if got := r.Score.Total(); got != 10 || r.Score.Last() != 1 || r.Factors[0].Last() != 0 {
		t.Errorf("%d rows, %d without a score, %d without a value; want 10, 1 and 0", got, r.Score.Last(), r.Factors[0].Last())
	}
	if r.Score.LastEffect.Defined() || r.Score.Effect != 1 {
		t.Errorf("effects %v and %v, want 1 and undefined", r.Score.Effect, r.Score.LastEffect)
	}
}

// A model that was never backtested has promised nothing, and a metric that the backtest could
// not work out is no promise either.
func TestOnlyWhatWasMeasuredIsPromised(t *testing.T) {
	p := referred(t).Reference.Promise
	if auc, ok := p.Of("auc"); !ok || auc.Value != 0.7 || auc.High != 0.8 {
		t.Errorf("auc: %v (%v)", auc, ok)
	}
	for _, name := range []string{"lift", "brier", ""} {
		if got, ok := p.Of(name); ok || got != (Promised{}) {
			t.Errorf("%q is promised as %v", name, got)
		}
	}
	if _, ok := (*Promise)(nil).Of("auc"); ok {
		t.Error("a model without a backtest promised an auc")
	}
}

// JSON has no NaN and no infinity; both are null, and null reads back undefined.
func TestStatsThatAreNoNumbersAreNull(t *testing.T) {
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		var back Stat = 5
		text, err := Stat(v).MarshalJSON()
		if err == nil {
			err = back.UnmarshalJSON(text)
		}
		if string(text) != "null" || err != nil || back.Defined() {
			t.Errorf("%v is written %s and read as %v (%v)", v, text, back, err)
		}
	}
	for _, v := range []float64{0, math.Copysign(0, -1), 0.1, -5e-324, math.MaxFloat64} {
		var back Stat
		text, err := Stat(v).MarshalJSON()
		if err == nil {
			err = back.UnmarshalJSON(text)
		}
		if err != nil || math.Float64bits(back.Float()) != math.Float64bits(v) {
			t.Errorf("%v is written %s and read as %v (%v)", v, text, back, err)
		}
	}
}

// A model that can be moved has a factor that people can change.
func TestOnlyActionableFactorsCanBeMoved(t *testing.T) {
	m := referred(t)
	if m.CanBeMoved() || (*Model)(nil).CanBeMoved() || new(Model).CanBeMoved() {
		t.Error("no factor is actionable")
	}
	m.Encoder.Factors[1].Factor.Actionable = true
	if !m.CanBeMoved() {
		t.Error("a factor is actionable")
	}
}

// What a caller branches on is behind the words.
func TestARecipeErrorIsItsCause(t *testing.T) {
	cause := errors.New("no column")
	var err error = &CandidateError{"recipe", 2, &RecipeError{Yellow, cause}}
	var recipe *RecipeError
	if !errors.Is(err, cause) || !errors.As(err, &recipe) || recipe.Band != Yellow {
		t.Errorf("%v hides its cause", err)
	}
	if want := `models: candidate "recipe": yellow: no column`; err.Error() != want {
		t.Errorf("%q, want %q", err, want)
	}
}
