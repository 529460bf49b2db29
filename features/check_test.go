package features

import (
	"math"
	"strings"
	"testing"

	"holdfast/features/binning"
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

// Everything that the kinds beside numbers and categories store, damaged.
func TestCheckRefusesDamagedShapes(t *testing.T) {
	x := make([]float64, 40)
	for i := range x {
		x[i] = float64(i % 13)
	}
	e := examples(t, some(40), column{name: "x", numbers: x})
	specs := []Factor{
		{Name: "bins", Expr: "x", Kind: Bins, Bins: &binning.Options{Edges: []float64{3, 6}, Special: []float64{12}}},
		{Name: "curve", Expr: "x", Kind: Spline},
		{Name: "plain", Expr: "x"},
		{Name: "both", Kind: Interaction, Members: []string{"bins", "plain"}},
	}
	const bins, curve, plain, both = 0, 1, 2, 3
	for name, damage := range map[string]func(f []Encoding){
		"no bins":                      func(f []Encoding) { f[bins].Bins = nil },
		"bins of a plain number":       func(f []Encoding) { f[plain].Bins = f[bins].Bins },
		"an edge too many":             func(f []Encoding) { f[bins].Bins.Edges = append(f[bins].Bins.Edges, 99) },
		"edges out of order":           func(f []Encoding) { b := f[bins].Bins; b.Edges[0], b.Edges[1] = b.Edges[1], b.Edges[0] },
		"a code without a bin":         func(f []Encoding) { f[bins].Bins.Special = nil },
		"an infinite weight":           func(f []Encoding) { f[bins].Bins.Bins[0].WoE = math.Inf(1) },
		"more churned than rows":       func(f []Encoding) { f[bins].Bins.Missing.Churned = 1 },
		"a trend of no name":           func(f []Encoding) { f[bins].Bins.Trend = "up" },
		"a value that is no number":    func(f []Encoding) { f[bins].Bins.IV = nan },
		"knots out of order":           func(f []Encoding) { f[curve].Knots[0] = 99 },
		"two knots":                    func(f []Encoding) { f[curve].Knots = f[curve].Knots[:2] },
		"knots without their columns":  func(f []Encoding) { f[curve].Knots = f[curve].Knots[:3] },
		"knots of a plain number":      func(f []Encoding) { f[plain].Knots = f[curve].Knots },
		"a term that is a value":       func(f []Encoding) { f[curve].Columns[0].Role = OfValue },
		"a member lost":                func(f []Encoding) { f[both].Members = f[both].Members[:1] },
		"members of a plain number":    func(f []Encoding) { f[plain].Members = f[both].Members },
		"a member without its column":  func(f []Encoding) { f[both].Members[1].Columns = nil },
		"a member that was not parsed": func(f []Encoding) { f[both].Members[1].Factor.compiled = nil },
		"a damaged member":             func(f []Encoding) { f[both].Members[0].Bins.Edges = nil },
	} {
		t.Run(name, func(t *testing.T) {
			encoder, _, _ := fit(t, e, Standardised, specs...)
			if err := encoder.Check(); err != nil {
				t.Fatalf("whole: %v", err)
			}
			damage(encoder.Factors)
			if err := encoder.Check(); err == nil || !strings.HasPrefix(err.Error(), "features: ") {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestMembersOfAStoredFactorMustBeItsOwn(t *testing.T) {
	for name, damage := range map[string]func(f *Encoding){
		"lost":           func(f *Encoding) { f.Members = nil },
		"another name":   func(f *Encoding) { f.Members[0].Factor.Name = "z" },
		"in a new order": func(f *Encoding) { f.Members[0], f.Members[1] = f.Members[1], f.Members[0] },
		"joining in turn": func(f *Encoding) {
			f.Members[0].Factor = Factor{Name: "a", Kind: Interaction, Members: []string{"a", "b"}}
		},
	} {
		encoder, _, _ := fit(t, pairs(t), Standardised, joint(Factor{Kind: Interaction})...)
		alone := &Encoder{Form: Standardised, Factors: encoder.Factors[2:]}
		damage(&alone.Factors[0])
		if alone.Compile(Uses(factorsOf(encoder))) == nil && alone.Check() == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
