package features

import (
	"math"
	"strings"
	"testing"
)

func TestCheckRefusesDamagedEncoders(t *testing.T) {
	e := examples(t, some(12), column{name: "x", numbers: []float64{1, 2, 3, nan, 5, 6, 7, 8, 9, 10, 11, 12}},
		column{name: "plan", texts: []string{"a", "b", "c", "d", "a", "b", "c", "a", "b", "c", null, "e"}})
	specs := []Factor{{Name: "x", Expr: "x", Missing: Own, Scale: Log1p}, {Name: "plan", Expr: "plan", Kind: Category, Rare: 2}}
	number, category := 0, 1
	for name, damage := range map[string]func(e *Encoder){
		"form":                        func(e *Encoder) { e.Form = "standardized" },
		"fill":                        func(e *Encoder) { e.Factors[number].Fill = nan },
		"mean":                        func(e *Encoder) { e.Factors[number].Columns[0].Mean = math.Inf(1) },
		"deviation of 0":              func(e *Encoder) { e.Factors[number].Columns[0].SD = 0 },
		"negative deviation":          func(e *Encoder) { e.Factors[number].Columns[0].SD = -1 },
		"deviation that is no number": func(e *Encoder) { e.Factors[category].Columns[0].SD = nan },
		"clip bound":                  func(e *Encoder) { *e.Factors[number].Low = math.Inf(-1) },
		"domain of log1p":             func(e *Encoder) { *e.Factors[number].Low = -1 },
		"no bound for log1p":          func(e *Encoder) { e.Factors[number].Low = nil },
		"high bound for log1p":        func(e *Encoder) { high := -2.0; e.Factors[number].High = &high },
		"no column":                   func(e *Encoder) { e.Factors[number].Columns = nil },
		"a column too many":           func(e *Encoder) { f := &e.Factors[number]; f.Columns = append(f.Columns, f.Columns[0]) },
		"no flag":                     func(e *Encoder) { e.Factors[number].Columns = e.Factors[number].Columns[:1] },
		"flag without its role":       func(e *Encoder) { e.Factors[number].Columns[1].Role = OfValue },
		"unknown role":                func(e *Encoder) { e.Factors[number].Columns[1].Role = "absent" },
		"levels of a number":          func(e *Encoder) { e.Factors[number].Levels = []string{"a"} },
		"column of another level":     func(e *Encoder) { e.Factors[category].Columns[0].Level = "z" },
		"level without column":        func(e *Encoder) { f := &e.Factors[category]; f.Levels = append(f.Levels, "f") },
		"column without level":        func(e *Encoder) { f := &e.Factors[category]; f.Levels = f.Levels[:2] },
		"level twice":                 func(e *Encoder) { f := &e.Factors[category]; f.Pooled = append(f.Pooled, f.Levels[0]) },
		"pool without column":         func(e *Encoder) { f := &e.Factors[category]; f.Columns[2].Role = OfValue },
		"pool lost":                   func(e *Encoder) { e.Factors[category].Pooled = nil },
		"category as scores":          func(e *Encoder) { e.Form = Scores; e.Factors = e.Factors[1:] },
		"category as it is":           func(e *Encoder) { e.Form = Raw; e.Factors = e.Factors[1:] },
		"factor not compiled":         func(e *Encoder) { e.Factors[number].Factor.compiled = nil },
	} {
		t.Run(name, func(t *testing.T) {
			encoder, _, _ := fit(t, e, Standardised, specs...)
			if err := encoder.Check(); err != nil {
				t.Fatalf("whole: %v", err)
			}
			damage(encoder)
			err := encoder.Check()
			if err == nil {
				t.Fatal("accepted")
			}
			if !strings.HasPrefix(err.Error(), "features: ") {
				t.Errorf("error %v", err)
			}
		})
	}
	scores, _, _ := fit(t, e, Scores, Factor{Name: "x", Expr: "x"})
	scores.Factors[0].At100 = nan
	if scores.Check() == nil {
		t.Error("an anchor that is no number was accepted")
	}
	scores.Factors[0].At100, scores.Factors[0].Columns[0].Constant = 1, true
	if scores.Check() == nil {
		t.Error("a score that is left out was accepted")
	}
}
