package sql

import (
	"math"
	"strings"
	"testing"

	"holdfast/dataset/expr"
	"holdfast/features"
	"holdfast/features/binning"
)

// factor is one over x, as Compile leaves it.
func factor(t *testing.T, kind features.Kind, source string, missing features.Policy) features.Factor {
	t.Helper()
	list, err := features.Compile([]features.Factor{{Name: "f", Kind: kind, Expr: source, Missing: missing}}, columns())
	if err != nil {
		t.Fatal(err)
	}
	return list[0]
}

// number is an encoding of x that was learned with these limits.
func number(t *testing.T, missing features.Policy, low, high *float64) features.Encoding {
	return features.Encoding{Factor: factor(t, features.Numeric, "x", missing), Fill: 5, Low: low, High: high, Columns: []features.Column{{Mean: 2, SD: 4}}}
}

func pointer(v float64) *float64 { return &v }

// The value is looked at once: between the limits as most are, beyond one, or missing.
func TestACaseOfLimitsFillsAndClipsInOne(t *testing.T) {
	const least, most = "(-1.7976931348623157e308)", "1.7976931348623157e308"
	for name, c := range map[string]struct {
		low, high *float64
		gaps      bool
		want      string
	}{
		"both limits":      {pointer(0), pointer(10), false, "CASE WHEN c2_x BETWEEN 0e0 AND 10e0 THEN c2_x WHEN c2_x BETWEEN 10e0 AND " + most + " THEN 10e0 WHEN c2_x BETWEEN " + least + " AND 0e0 THEN 0e0 ELSE 5e0 END"},
		"a fill beyond":    {nil, pointer(3), false, "CASE WHEN c2_x BETWEEN " + least + " AND 3e0 THEN c2_x WHEN c2_x BETWEEN 3e0 AND " + most + " THEN 3e0 ELSE 3e0 END"},
		"gaps stay":        {pointer(0), nil, true, "CASE WHEN c2_x BETWEEN 0e0 AND " + most + " THEN c2_x WHEN c2_x BETWEEN " + least + " AND 0e0 THEN 0e0 END"},
		"no limits at all": {nil, nil, false, "CASE WHEN c2_x BETWEEN " + least + " AND " + most + " THEN c2_x ELSE 5e0 END"},
	} {
		q, f := begun(t, DuckDB), number(t, features.Median, c.low, c.high)
		x := Value{source: "x"}
		if got := q.readAndClipped(&f, x, c.gaps).text; got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// min(max(x, low), high): where the limits are crossed the high one is everybody's value.
func TestCrossedLimitsMakeTheHighOneEverybodysValue(t *testing.T) {
	f := number(t, features.Median, pointer(3), pointer(1))
	if !crossed(&f) {
		t.Fatal("3 to 1 is not crossed")
	}
	q := begun(t, DuckDB)
	x := q.Column("x", expr.Number)
	if isColumn(&f, x) {
		t.Error("BETWEEN holds nothing between crossed limits")
	}
	if got, want := q.clipped(x, f.Low, f.High, "f").text, "CASE WHEN c2_x IS NOT NULL THEN 1e0 END"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestADesignColumnIsStandardised(t *testing.T) {
	q := begun(t, DuckDB)
	f := number(t, features.Median, pointer(0), pointer(10))
	got := q.encoded(features.Standardised, &f, 0, q.Column("x", expr.Number)).text
	if !strings.HasSuffix(got, " ELSE 5e0 END - 2e0) / 4e0)") {
		t.Errorf("got %s", got)
	}
	f.Columns[0].Mean = 0
	if got := q.encoded(features.Standardised, &f, 0, q.Column("x", expr.Number)).text; strings.Contains(got, " - ") {
		t.Errorf("a mean of 0 is taken off: %s", got)
	}
}

// What nobody has clipped could overflow where it is squared or summed.
func TestOnlyWhatHasNoLimitsIsHeld(t *testing.T) {
	q := begun(t, DuckDB)
	x := q.Column("x", expr.Number)
	if got := q.held(x, "f", 1); got.high != far || !strings.Contains(got.text, "> 1e304") {
		t.Errorf("%s, at most %v", got.text, got.high)
	}
	if got := q.held(x, "f", 1e-3); math.Abs(got.high-1e301) > 1e287 {
		t.Errorf("to be divided by 1e-3 it is at most %v", got.high)
	}
	if small := x.sized(0, 100); q.held(small, "f", 1).text != small.text {
		t.Error("at most 100 is held all the same")
	}
}

func TestPointsLieBetweenTheAnchors(t *testing.T) {
	for name, c := range map[string]struct {
		at0, at100 float64
		want       string
	}{
		"rising":       {10, 20, "((100e0 * (x - 10e0)) / 10e0)"},
		"falling":      {20, 0, "((100e0 * (x - 20e0)) / (-20e0))"},
		"one place":    {7, 7, "CASE WHEN x IS NOT NULL THEN 50e0 END"},
		"points as is": {0, 100, "CASE WHEN x < 0 THEN 0e0 WHEN x > 100 THEN 100e0 ELSE x END"},
	} {
		q := begun(t, DuckDB)
		x := Value{of: expr.Number, text: "x"}.sized(0, 1000)
		v := q.score(x, &features.Encoding{At0: c.at0, At100: c.at100})
		if all := v.text + q.columns[len(q.columns)-1].text; !strings.Contains(all, c.want) || v.high > 100 {
			t.Errorf("%s: %s, want %s", name, all, c.want)
		}
	}
}

// A bin holds its lower edge, a tier its upper end, and codes come before edges.
func TestLaddersPutAnEdgeWhereItsKindDoes(t *testing.T) {
	bins := &features.Encoding{Bins: &binning.Binning{Edges: []float64{10, 20}, Bins: []binning.Bin{{WoE: 1}, {WoE: 2}, {WoE: 3}},
		Codes: []float64{-1}, Special: []binning.Bin{{WoE: 9}}, Missing: binning.Bin{WoE: 0.5}}}
	x := Value{of: expr.Number, text: "x"}
	q := begun(t, DuckDB)
	for name, c := range map[string]struct{ got, want string }{
		"bins":         {q.evidence(bins, x, false).text, "CASE WHEN x IS NULL THEN 0.5e0 WHEN x = (-1e0) THEN 9e0 WHEN x < 10e0 THEN 1e0 WHEN x < 20e0 THEN 2e0 WHEN x IS NOT NULL THEN 3e0 END"},
		"bins or none": {q.evidence(bins, x, true).text, "CASE WHEN x = (-1e0) THEN 9e0 WHEN x < 10e0 THEN 1e0 WHEN x < 20e0 THEN 2e0 WHEN x IS NOT NULL THEN 3e0 END"},
		"tiers":        {q.tiered([]features.Tier{{UpTo: pointer(5), Points: 10}, {Points: 90}}, x).text, "CASE WHEN x <= 5e0 THEN 10e0 WHEN x IS NOT NULL THEN 90e0 END"},
		"anchors": {q.anchored([]features.Anchor{{X: 0, Points: 0}, {X: 10, Points: 100}}, x).text,
			"CASE WHEN x <= 0e0 THEN 0e0 WHEN x = 10e0 THEN 100e0 WHEN x < 10e0 THEN (0e0 + (x / 2 - 0e0) / 5e0 * 100e0) WHEN x IS NOT NULL THEN 100e0 END"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %s, want %s", name, c.got, c.want)
		}
	}
}

func TestBoundsOfALadderAreThoseOfItsRungs(t *testing.T) {
	q := begun(t, DuckDB)
	l := q.Ladder(Value{of: expr.Number, text: "x"})
	l.Rung("<", 1, q.Number(-7))
	l.Missing(q.Number(0.25))
	if v := l.Last(q.Number(3)); v.low != 0.25 || v.high != 7 {
		t.Errorf("within [%v, %v], want 0.25 and 7", v.low, v.high)
	}
}

// Where levels go, as package features says it.
func TestALevelWithoutAColumnGoesWhereThePoliciesSay(t *testing.T) {
	columns := []features.Column{{Level: "b"}, {Level: features.OtherLevel, Role: features.OfOther}, {Level: features.MissingLevel, Role: features.OfMissing}}
	for name, c := range map[string]struct {
		unseen          features.Unseen
		missing         features.Policy
		columns         []features.Column
		wantU, wantMiss int
	}{
		"reference":                {features.UnseenReference, features.Own, columns, toReference, 2},
		"other":                    {features.UnseenOther, features.Own, columns, 1, 2},
		"error":                    {features.UnseenError, features.Own, columns, toNowhere, 2},
		"drop":                     {features.UnseenReference, features.Drop, columns, toReference, toNowhere},
		"missing was never seen":   {features.UnseenOther, features.Own, columns[:2], 1, 1},
		"other without one pooled": {features.UnseenOther, features.Own, columns[:1], toReference, toReference},
	} {
		p := placesOf(&features.Encoding{Factor: features.Factor{Unseen: c.unseen, Missing: c.missing}, Levels: []string{"a", "b"}, Pooled: []string{"rare"}, Columns: c.columns})
		if p.unseen != c.wantU || p.missing != c.wantMiss || p.of["a"] != toReference || p.of["b"] != 0 {
			t.Errorf("%s: %+v", name, p)
		}
		if pooled := p.of["rare"]; len(c.columns) > 1 && pooled != 1 || len(c.columns) == 1 && pooled != toReference {
			t.Errorf("%s: rare levels go to %d", name, pooled)
		}
	}
}

// Levels in order, those of one place in one list, and hostile ones in their quotes.
func TestPlacesAreOneCase(t *testing.T) {
	q := begun(t, DuckDB)
	x := q.Column("plan", expr.Text)
	got := q.placed(x, places{of: map[string]int{"it's": 0, "b": toReference, "a": toReference}, missing: toNowhere, unseen: 1}).text
	if want := "CASE WHEN c2_plan IN ('a', 'b') THEN -1 WHEN c2_plan IN ('it''s') THEN 0 WHEN c2_plan IS NULL THEN NULL ELSE 1 END"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// A level of numbers that is no number is met by none: it stands in no list.
func TestLevelsAreComparedAsWhatTheyAre(t *testing.T) {
	q := begun(t, DuckDB)
	for _, c := range []struct {
		of   expr.Type
		name string
		want string // "" for a level that no value has
	}{
		{expr.Text, "1", "'1'"}, {expr.Number, "1", "1e0"}, {expr.Number, "0.5", "0.5e0"}, {expr.Number, "pro", ""}, {expr.Number, "Inf", ""}, {expr.Number, "NaN", ""},
		{expr.Bool, "1", "TRUE"}, {expr.Bool, "0", "FALSE"}, {expr.Bool, "2", ""},
	} {
		if v, ok := q.level(Value{of: c.of}, c.name); ok != (c.want != "") || ok && v.text != c.want {
			t.Errorf("level %q: %s, %v, want %q", c.name, v.text, ok, c.want)
		}
	}
}

// A column that was constant has no weight: a model has none for it.
func TestAConstantColumnIsNotWritten(t *testing.T) {
	f := number(t, features.Own, nil, nil)
	f.Columns = []features.Column{{Mean: 2, SD: 4}, {Role: features.OfMissing, Mean: 0, Constant: true}}
	if got := len(begun(t, DuckDB).Encode(&features.Encoder{Form: features.Standardised, Factors: []features.Encoding{f}})); got != 1 {
		t.Errorf("%d columns, want 1", got)
	}
	f.Columns[1] = features.Column{Role: features.OfMissing, Mean: 0.25, SD: 0.5}
	design := begun(t, DuckDB).Encode(&features.Encoder{Form: features.Standardised, Factors: []features.Encoding{f}})
	if len(design) != 2 || design[1].high != 1.5 { // (1 - 0.25) / 0.5
		t.Errorf("%d columns, the last within %v", len(design), design[len(design)-1].high)
	}
}

// Of a row that a factor is not for the value moves nothing.
func TestARowThatAFactorIsNotForHasItsNeutralValue(t *testing.T) {
	c := &features.Column{Mean: 3}
	for _, k := range []struct {
		form    features.Form
		missing features.Policy
		stale   features.Stale
		want    float64 // NaN: missing
	}{
		{features.Standardised, features.Median, "", 0},
		{features.Raw, features.Median, "", 3},
		{features.Scores, features.Median, "", 3},
		{features.Observed, features.Median, "", math.NaN()},
		{features.Graded, features.Median, "", math.NaN()},
		{features.Shared, features.Median, features.Redistribute, math.NaN()},
		{features.Shared, features.Median, "", 3},
		{features.Shared, features.Drop, features.Redistribute, 3},
	} {
		got := neutral(k.form, &features.Encoding{Factor: features.Factor{Missing: k.missing, Stale: k.stale}}, c)
		if got != k.want && !(got != got && k.want != k.want) {
			t.Errorf("%s, missing %s, stale %q: %v, want %v", k.form, k.missing, k.stale, got, k.want)
		}
	}
}
