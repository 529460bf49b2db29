package features

import (
	"context"
	"encoding/json"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"holdfast/dataset"
	"holdfast/features/binning"
)

// drawFactors draws factors over the columns of mixed; with numbersOnly, for forms
// that know no categories.
func drawFactors(t *rapid.T, numbersOnly bool) []Factor {
	expressions := []string{"skewed", "gappy", "counts", "constant", "absent", "huge", "tiny", "shares", "is_trial", "gappy > 0", "skewed / shares", "-counts", "log(counts)"}
	categories := []string{"plan", "country", "counts", "is_trial", "-counts", "counts / 10", "shares > 0.5 ? plan : country"}
	var factors []Factor
	for i := range rapid.IntRange(1, 6).Draw(t, "factors") {
		f := Factor{Name: string(rune('a' + i)), Expr: rapid.SampledFrom(expressions).Draw(t, "expr")}
		if !numbersOnly && rapid.Bool().Draw(t, "category") {
			f.Kind, f.Expr = Category, rapid.SampledFrom(categories).Draw(t, "levels")
			f.Rare = rapid.SampledFrom([]int{0, 0, 5, 1e6}).Draw(t, "rare")
			f.Unseen = rapid.SampledFrom([]Unseen{"", UnseenOther, UnseenError}).Draw(t, "unseen")
			f.Reference = rapid.SampledFrom([]string{"", "pro", "rare", "(other)", "nowhere"}).Draw(t, "reference")
			factors = append(factors, f)
			continue
		}
		f.Missing = rapid.SampledFrom([]Policy{Median, Mean, Zero, Value, Own}).Draw(t, "missing")
		f.Fill = rapid.SampledFrom([]float64{-0.5, 3}).Draw(t, "fill")
		f.Stale = rapid.SampledFrom([]Stale{Imputed, Redistribute}).Draw(t, "stale")
		f.Scale = rapid.SampledFrom([]Scale{Linear, Linear, Log1p, Asinh}).Draw(t, "scale")
		f.Expect = rapid.SampledFrom([]Direction{"", LowerChurn, HigherChurn}).Draw(t, "expect")
		f.Clip = rapid.SampledFrom([][]Bound{nil, {{Value: 1, Percentile: true}, {Value: 99, Percentile: true}}, {{Value: 0}, {Value: 2}}, {{Value: -5}, {Value: 90, Percentile: true}}}).Draw(t, "clip")
		factors = append(factors, drawShape(t, f, factors))
	}
	for i := range factors {
		if rapid.IntRange(0, 3).Draw(t, "only") == 0 {
			factors[i].Only = rapid.SampledFrom([]*Only{
				{By: "plan", In: []string{"pro", "team"}}, {By: "counts", In: []string{"3"}}, {By: "is_trial", In: []string{"true"}},
				{By: "shares > 0.5 ? 'a' : nil", In: []string{"a"}}, {By: "country", In: []string{"nowhere"}},
			}).Draw(t, "segments")
		}
	}
	return factors
}

// drawShape makes of a number any of the kinds that are made of numbers.
func drawShape(t *rapid.T, f Factor, before []Factor) Factor {
	plain := Factor{Name: f.Name, Expr: f.Expr, Missing: f.Missing, Fill: f.Fill, Stale: f.Stale}
	switch rapid.SampledFrom([]Kind{Numeric, Numeric, Bins, Points, Tiers, Spline, Interaction, Group}).Draw(t, "kind") {
	case Bins:
		plain.Kind, plain.Missing = Bins, Own
		plain.Bins = rapid.SampledFrom([]*binning.Options{nil, {Trend: binning.Auto}, {Edges: []float64{0, 1}}, {Method: binning.Tree, Special: []float64{3, 0}}, {Trend: binning.Valley, MaxBins: 3}}).Draw(t, "bins")
		return plain
	case Points:
		plain.Kind, plain.Points = Points, []Anchor{{-1, 80}, {0, 20}, {7, 35}}
		return plain
	case Tiers:
		one, two := 0.0, 2.5
		plain.Kind, plain.Tiers = Tiers, []Tier{{&one, 10}, {&two, 90}, {nil, 33}}
		return plain
	case Spline:
		f.Kind = Spline
		f.Spline = rapid.SampledFrom([]*Knots{nil, {Count: 3}, {Count: 7}, {At: []float64{0, 0.25, 2}}}).Draw(t, "knots")
		return f
	}
	kind := rapid.SampledFrom([]Kind{Interaction, Group, Numeric}).Draw(t, "joins")
	var members []string
	for _, m := range before {
		whole := m.Kind != Category && m.Kind != Spline && !m.Kind.joins()
		if whole && (kind != Group || m.Expect != "" || m.Kind.direction() != "") {
			members = append(members, m.Name)
		}
	}
	if kind == Numeric || len(members) < 2 {
		return f
	}
	f.Kind, f.Expr, f.Members, f.Expect, f.Stale = kind, "", members, "", ""
	return f
}

// TestOneRowAloneIsEncodedAsInsideAMillion is the promise that one account's score
// does not depend on who else is scored, bit for bit; and Fit's own design keeps it.
func TestOneRowAloneIsEncodedAsInsideAMillion(t *testing.T) {
	e := mixed(t)
	rapid.Check(t, func(rt *rapid.T) {
		form := rapid.SampledFrom([]Form{Standardised, Standardised, Scores, Raw, Observed, Graded, Shared}).Draw(rt, "form")
		factors, err := Compile(drawFactors(rt, form != Standardised), typesOf(e))
		if err != nil {
			rt.Fatal(err)
		}
		from := rapid.IntRange(0, e.Len()-1).Draw(rt, "from")
		view := e.All()
		view.Rows = view.Rows[from:min(e.Len(), from+rapid.SampledFrom([]int{1, 50, 5000}).Draw(rt, "rows"))]
		encoder, design, _, err := Fit(context.Background(), factors, view, form)
		if err != nil {
			if !strings.Contains(err.Error(), "log1p") && !strings.Contains(err.Error(), "beyond all numbers") { // training values at or below -1; a curve of huge ones
				rt.Fatal(err)
			}
			return
		}
		if err := encoder.Check(); err != nil {
			rt.Fatalf("Fit made an encoder that Check refuses: %v", err)
		}
		again, _ := encode(t, encoder, e, view.Rows...)
		if !sameBits(design.Columns, again.Columns) || design.Rows != again.Rows {
			rt.Fatal("Fit's design is not what Encode gives for its rows")
		}
		all, _ := encode(t, encoder, e, e.All().Rows...)
		for range 8 {
			row := rapid.Int32Range(0, int32(e.Len()-1)).Draw(rt, "row")
			alone, _ := encode(t, encoder, e, row)
			for j := range alone.Columns {
				if a, b := alone.Columns[j][0], all.Columns[j][row]; math.Float64bits(a) != math.Float64bits(b) && (a == a || b == b) {
					rt.Fatalf("row %d, column %s: alone %v, inside %v", row, encoder.Names()[j], a, b)
				}
			}
		}
		back := throughJSON(rt, encoder)
		fromFile, _ := encode(t, back, e, e.All().Rows...)
		if !sameBits(all.Columns, fromFile.Columns) {
			rt.Fatal("an encoder read from JSON encodes other bits")
		}
	})
}

// throughJSON writes an encoder and reads it back as a model file does.
func throughJSON(t interface{ Fatal(...any) }, e *Encoder) *Encoder {
	text, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	var back Encoder
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	uses := Uses(factorsOf(e))
	if err := back.Compile(uses); err != nil {
		t.Fatal(err)
	}
	if err := back.Check(); err != nil {
		t.Fatal(err)
	}
	return &back
}

func factorsOf(e *Encoder) []Factor {
	factors := make([]Factor, len(e.Factors))
	for i, f := range e.Factors {
		factors[i] = f.Factor
	}
	return factors
}

func TestTheNumberOfProcessorsDoesNotMatter(t *testing.T) {
	e := mixed(t)
	specs := []Factor{
		{Name: "skewed", Expr: "skewed", Scale: Log1p, Clip: []Bound{{Value: 1, Percentile: true}, {Value: 99, Percentile: true}}},
		{Name: "gappy", Expr: "gappy", Missing: Own}, {Name: "mean", Expr: "gappy", Missing: Mean},
		{Name: "plan", Expr: "plan", Kind: Category, Rare: 700}, {Name: "counts", Expr: "counts", Kind: Category},
	}
	train := e.All()
	train.Rows = train.Rows[:3000]
	before := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(before)
	var encoders []string
	var designs [][][]float64
	for _, procs := range []int{1, 2, 8} {
		runtime.GOMAXPROCS(procs)
		encoder, design, warnings, err := Fit(context.Background(), compile(t, e, specs...), train, Standardised)
		if err != nil {
			t.Fatal(err)
		}
		all, unseen := encode(t, encoder, e, e.All().Rows...)
		text, err := json.Marshal([]any{encoder, warnings, unseen})
		if err != nil {
			t.Fatal(err)
		}
		encoders, designs = append(encoders, string(text)), append(designs, append(design.Columns, all.Columns...))
	}
	for i := 1; i < 3; i++ {
		if encoders[i] != encoders[0] || !sameBits(designs[i], designs[0]) {
			t.Errorf("run %d differs from the run on one processor", i)
		}
	}
}

func TestEveryMissingPolicy(t *testing.T) {
	e := examples(t, some(6), column{name: "x", numbers: []float64{1, 2, 3, 10, nan, nan}}, column{name: "y", numbers: []float64{1, 2, 3, 4, 5, 6}})
	for _, c := range []struct {
		factor Factor
		fill   float64
	}{
		{Factor{Missing: Median}, 2.5},
		{Factor{Missing: ""}, 2.5}, // the default
		{Factor{Missing: Mean}, 4},
		{Factor{Missing: Zero, Fill: 9}, 0},
		{Factor{Missing: Value, Fill: -7}, -7},
		{Factor{Missing: Own}, 2.5},
	} {
		t.Run(string(c.factor.Missing), func(t *testing.T) {
			c.factor.Name, c.factor.Expr = "x", "x"
			encoder, design, _ := fit(t, e, Raw, c.factor)
			if want := []float64{1, 2, 3, 10, c.fill, c.fill}; encoder.Factors[0].Fill != c.fill || !slices.Equal(design.Columns[0], want) {
				t.Errorf("fill %v, raw %v, want %v", encoder.Factors[0].Fill, design.Columns[0], want)
			}
		})
	}
	encoder, design, _ := fit(t, e, Standardised, Factor{Name: "x", Expr: "x", Missing: Own})
	// The flag is 1 in 2 of 6 rows: mean 1/3, population deviation sqrt(2)/3.
	if flag := design.Columns[1]; !slices.Equal(names(encoder), []string{"x", "x=(missing)"}) || math.Abs(flag[4]-math.Sqrt2) > 1e-15 || math.Abs(flag[0]+math.Sqrt2/2) > 1e-15 {
		t.Errorf("columns %q, flag %v", names(encoder), flag)
	}
	if _, design, _ := fit(t, e, Standardised, Factor{Name: "y", Expr: "y", Missing: Own}); len(design.Columns) != 1 {
		t.Error("the flag of a factor that is never missing was kept")
	}
}

func TestMissingDropIsForCompleteRows(t *testing.T) {
	e := examples(t, some(4), column{name: "x", numbers: []float64{1, 2, nan, 4}}, column{name: "plan", texts: []string{"a", "b", null, "a"}})
	for _, f := range []Factor{{Name: "x", Expr: "x", Missing: Drop}, {Name: "plan", Expr: "plan", Kind: Category, Missing: Drop}} {
		factors := compile(t, e, f)
		if _, _, _, err := Fit(context.Background(), factors, e.All(), Standardised); err == nil || !strings.Contains(err.Error(), "1 rows have no value") {
			t.Errorf("%s: fitted on incomplete rows: %v", f.Name, err)
		}
		kept := Complete(e, factors)
		encoder, _, _, err := Fit(context.Background(), factors, kept.All(), Standardised)
		if err != nil {
			t.Fatal(err)
		}
		design, _ := encode(t, encoder, e, 2, 3)
		if got := design.Columns[0]; !math.IsNaN(got[0]) || math.IsNaN(got[1]) {
			t.Errorf("%s: a row without a value is encoded as %v", f.Name, got)
		}
	}
}

func TestClipsAreLearnedOrGiven(t *testing.T) {
	x := make([]float64, 101)
	for i := range x {
		x[i] = float64(i) // so that percentile p is p
	}
	e := examples(t, some(101), column{name: "x", numbers: x})
	for name, c := range map[string]struct {
		clip      []Bound
		low, high float64
	}{
		"percentiles": {[]Bound{{Value: 5, Percentile: true}, {Value: 95, Percentile: true}}, 5, 95},
		"between":     {[]Bound{{Value: 2.5, Percentile: true}, {Value: 97.5, Percentile: true}}, 2.5, 97.5},
		"all":         {[]Bound{{Value: 0, Percentile: true}, {Value: 100, Percentile: true}}, 0, 100},
		"numbers":     {[]Bound{{Value: -3}, {Value: 10}}, -3, 10},
		"both":        {[]Bound{{Value: 1}, {Value: 50, Percentile: true}}, 1, 50},
	} {
		t.Run(name, func(t *testing.T) {
			encoder, _, _ := fit(t, e, Standardised, Factor{Name: "x", Expr: "x", Clip: c.clip})
			f := encoder.Factors[0]
			if *f.Low != c.low || *f.High != c.high {
				t.Errorf("bounds %v and %v, want %v and %v", *f.Low, *f.High, c.low, c.high)
			}
			if f.scaled(-1e9) != c.low || f.scaled(1e9) != c.high || f.scaled(c.low) != c.low {
				t.Errorf("clipped to %v and %v", f.scaled(-1e9), f.scaled(1e9))
			}
		})
	}
}

func TestScalesWorkAfterTheClip(t *testing.T) {
	e := examples(t, some(4), column{name: "x", numbers: []float64{0, 1, 2, 300}})
	clip := []Bound{{Value: 0}, {Value: 3}}
	for scale, f := range map[Scale]func(float64) float64{Log1p: math.Log1p, Asinh: math.Asinh, Linear: func(x float64) float64 { return x }} {
		encoder, _, _ := fit(t, e, Standardised, Factor{Name: "x", Expr: "x", Scale: scale, Clip: clip})
		for raw, clipped := range map[float64]float64{-9: 0, 1: 1, 300: 3} {
			if got := encoder.Factors[0].scaled(raw); got != f(clipped) {
				t.Errorf("%s of %v is %v, want %v", scale, raw, got, f(clipped))
			}
		}
	}
}

func TestLog1pNeverLeavesItsDomain(t *testing.T) {
	e := examples(t, some(4), column{name: "x", numbers: []float64{5, 6, nan, 8}}, column{name: "below", numbers: []float64{-2, 6, 7, 8}}, column{name: "absent", numbers: []float64{nan, nan, nan, nan}})
	bounds := func(low, high float64) []Bound { return []Bound{{Value: low}, {Value: high}} }
	for name, c := range map[string]struct {
		factor Factor
		want   float64 // of -100; NaN: refused
	}{
		"without a clip, the smallest of training": {Factor{Expr: "x"}, math.Log1p(5)},
		"a fill below all values stays":            {Factor{Expr: "x", Missing: Zero}, 0},
		"a fill outside the domain":                {Factor{Expr: "x", Missing: Value, Fill: -1}, nan},
		"a low bound inside the domain":            {Factor{Expr: "x", Clip: bounds(-0.5, 9)}, math.Log1p(-0.5)},
		"a low bound outside the domain":           {Factor{Expr: "x", Clip: bounds(-5, 9)}, math.Log1p(5)},
		"a high bound outside the domain":          {Factor{Expr: "x", Clip: bounds(-5, -3)}, nan},
		"training values outside the domain":       {Factor{Expr: "below"}, nan},
		"a clip that brings them in":               {Factor{Expr: "below", Clip: bounds(0, 9)}, 0},
		"no values at all":                         {Factor{Expr: "absent"}, 0},
		"no values and a fill outside":             {Factor{Expr: "absent", Missing: Value, Fill: -3}, nan},
	} {
		t.Run(name, func(t *testing.T) {
			c.factor.Name, c.factor.Scale = "f", Log1p
			encoder, _, _, err := Fit(context.Background(), compile(t, e, c.factor), e.All(), Standardised)
			if (err != nil) != (c.want != c.want) {
				t.Fatalf("error %v", err)
			}
			if err != nil {
				if !strings.Contains(err.Error(), "log1p needs values above -1") || !strings.Contains(err.Error(), `factor "f"`) {
					t.Errorf("error %v", err)
				}
				return
			}
			if got := encoder.Factors[0].scaled(-100); got != c.want {
				t.Errorf("-100 becomes %v, want %v", got, c.want)
			}
		})
	}
}

func TestStandardisedColumnsHaveMean0AndDeviation1(t *testing.T) {
	e := mixed(t)
	rapid.Check(t, func(rt *rapid.T) {
		factors, err := Compile(drawFactors(rt, false), typesOf(e))
		if err != nil {
			rt.Fatal(err)
		}
		_, design, _, err := Fit(context.Background(), factors, e.All(), Standardised)
		if err != nil {
			return
		}
		for j, c := range design.Columns {
			mean, sd := moments(c)
			if math.Abs(mean) > 1e-12 || math.Abs(sd-1) > 1e-12 {
				rt.Fatalf("column %d has mean %v and deviation %v", j, mean, sd)
			}
		}
	})
}

func TestConstantColumnsAreLeftOutWithAWord(t *testing.T) {
	one := 1.0
	e := examples(t, some(4), column{name: "constant", numbers: []float64{7, 7, 7, 7}}, column{name: "absent", numbers: []float64{nan, nan, nan, nan}},
		column{name: "x", numbers: []float64{1, 2, 3, 4}}, column{name: "plan", texts: []string{"a", "a", "a", "a"}},
		column{name: "adjacent", numbers: []float64{one, math.Nextafter(one, 2), one, one}}, column{name: "denormal", numbers: []float64{0, 5e-324, 0, 0}})
	encoder, design, warnings := fit(t, e, Standardised, Factor{Name: "constant", Expr: "constant"}, Factor{Name: "absent", Expr: "absent"},
		Factor{Name: "x", Expr: "x"}, Factor{Name: "plan", Expr: "plan", Kind: Category}, Factor{Name: "denormal", Expr: "denormal"})
	if !slices.Equal(names(encoder), []string{"x"}) || len(design.Columns) != 1 || len(encoder.Kept()) != 1 {
		t.Errorf("columns %q stay", names(encoder))
	}
	var about []string
	for _, w := range warnings {
		about = append(about, w.Code+" "+w.Where)
	}
	if want := []string{"constant factor constant", "constant factor absent", "constant factor plan", "constant factor denormal"}; !slices.Equal(about, want) {
		t.Errorf("warnings %q, want %q", about, want)
	}
	if _, design, _ := fit(t, e, Standardised, Factor{Name: "adjacent", Expr: "adjacent"}); len(design.Columns) == 1 && !finite(design.Columns[0][0]) {
		t.Errorf("neighbouring numbers became %v", design.Columns[0])
	}
}

func TestScoresLieBetweenTheirAnchors(t *testing.T) {
	x := make([]float64, 101)
	for i := range x {
		x[i] = float64(i)
	}
	e := examples(t, some(101), column{name: "x", numbers: x}, column{name: "constant", numbers: slices.Repeat([]float64{3}, 101)})
	for name, c := range map[string]struct {
		factor Factor
		scores map[float64]float64
	}{
		"percentiles 5 and 95":              {Factor{Expect: LowerChurn}, map[float64]float64{5: 0, 95: 100, 50: 50, 0: 0, 100: 100, 14: 10}},
		"no direction: higher is healthier": {Factor{}, map[float64]float64{5: 0, 95: 100}},
		"higher churn turns it":             {Factor{Expect: HigherChurn}, map[float64]float64{5: 100, 95: 0, 50: 50, 0: 100, 14: 90}},
		"clip bounds are anchors":           {Factor{Clip: []Bound{{Value: 20}, {Value: 60}}}, map[float64]float64{20: 0, 60: 100, 30: 25, 0: 0, 100: 100}},
		"missing scores as its fill":        {Factor{Missing: Value, Fill: 50}, map[float64]float64{nan: 50}},
		"the scale bends the line":          {Factor{Scale: Log1p, Clip: []Bound{{Value: 0}, {Value: 99}}}, map[float64]float64{0: 0, 99: 100, 9: 50}}, // ln(10)/ln(100)
	} {
		t.Run(name, func(t *testing.T) {
			c.factor.Name, c.factor.Expr = "x", "x"
			encoder, _, _ := fit(t, e, Scores, c.factor)
			for raw, want := range c.scores {
				if got := encoder.Factors[0].number(Scores, 0, raw); math.Abs(got-want) > 1e-12 {
					t.Errorf("%v scores %v, want %v", raw, got, want)
				}
			}
		})
	}
	_, design, _ := fit(t, e, Scores, Factor{Name: "constant", Expr: "constant"})
	if len(design.Columns) != 1 || design.Columns[0][0] != 50 {
		t.Errorf("a constant factor scores %v, want 50", design.Columns)
	}
}

func TestScoresNeverLeave0To100(t *testing.T) {
	e := mixed(t)
	rapid.Check(t, func(rt *rapid.T) {
		factors, err := Compile(drawFactors(rt, true), typesOf(e))
		if err != nil {
			rt.Fatal(err)
		}
		_, design, _, err := Fit(context.Background(), factors, e.All(), Scores)
		if err != nil {
			return
		}
		for j, c := range design.Columns {
			if low, high := slices.Min(c), slices.Max(c); !(low >= 0 && high <= 100) {
				rt.Fatalf("factor %+v scores from %v to %v", factors[j], low, high)
			}
		}
	})
}

func TestACategoryHasNoScore(t *testing.T) {
	e := examples(t, some(3), column{name: "plan", texts: []string{"a", "b", "a"}})
	for _, form := range []Form{Scores, Raw} {
		_, _, _, err := Fit(context.Background(), compile(t, e, Factor{Name: "plan", Expr: "plan", Kind: Category}), e.All(), form)
		if err == nil || !strings.Contains(err.Error(), `"plan"`) {
			t.Errorf("%s: error %v", form, err)
		}
	}
}

func TestRawIsTheValueItself(t *testing.T) {
	e := examples(t, some(4), column{name: "x", numbers: []float64{-1e300, 0.1, 1e-300, 7}})
	_, design, _ := fit(t, e, Raw, Factor{Name: "x", Expr: "x", Clip: []Bound{{Value: 0}, {Value: 1}}, Scale: Asinh})
	if !slices.Equal(design.Columns[0], []float64{-1e300, 0.1, 1e-300, 7}) {
		t.Errorf("raw %v", design.Columns[0])
	}
}

func TestAFactorThatHangsOnAHandfulOfRowsIsToldOf(t *testing.T) {
	x, y := slices.Repeat([]float64{10}, 200), slices.Repeat([]float64{10}, 200)
	x[7] = 11
	for i := range 5 {
		y[i] = 11
	}
	e := examples(t, some(200), column{name: "x", numbers: x}, column{name: "y", numbers: y})
	_, _, warnings := fit(t, e, Standardised, Factor{Name: "seats", Expr: "x"}, Factor{Name: "y", Expr: "y"})
	if len(warnings) != 1 || warnings[0].Code != "near_constant" || !strings.Contains(warnings[0].Message, "all but 1 of 200") {
		t.Errorf("warnings %q", warnings)
	}
}

func TestACancelledFitStops(t *testing.T) {
	e := mixed(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	factors := compile(t, e, Factor{Name: "x", Expr: "skewed"}, Factor{Name: "plan", Expr: "plan", Kind: Category})
	if _, _, _, err := Fit(ctx, factors, e.All(), Standardised); err == nil {
		t.Error("a cancelled fit went through")
	}
	if _, err := Leaks(ctx, factors, e.All()); err == nil {
		t.Error("a cancelled search for leaks went through")
	}
	if _, err := Describe(ctx, factors, e.All()); err == nil {
		t.Error("a cancelled description went through")
	}
	encoder, _, _ := fit(t, e, Standardised, Factor{Name: "x", Expr: "skewed"})
	if _, _, err := encoder.Encode(ctx, e.Len(), e.All().Batches()); err == nil {
		t.Error("a cancelled encoding went through")
	}
}

func TestASourceThatFailsEndsTheEncoding(t *testing.T) {
	e := mixed(t)
	encoder, _, _ := fit(t, e, Standardised, Factor{Name: "x", Expr: "skewed"})
	broken := func(yield func(*dataset.Batch, error) bool) {
		for b := range e.All().Batches() {
			if !yield(b, nil) {
				return
			}
			yield(nil, context.DeadlineExceeded)
			return
		}
	}
	if _, _, err := encoder.Encode(context.Background(), e.Len(), broken); err != context.DeadlineExceeded {
		t.Errorf("error %v", err)
	}
}
