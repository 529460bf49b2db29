package features

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/dataset/history"
)

// rows are so many examples with a number that rises.
func rows(t testing.TB, n int) *dataset.Examples {
	x := make([]float64, n)
	for i := range x {
		x[i] = float64(i)
	}
	return examples(t, some(n), column{name: "x", numbers: x})
}

// What went wrong with a batch must reach the caller, not that the others were stopped for it: a
// full disk was reported as "context canceled".
func TestTheErrorOfABatchIsTheErrorOfTheRun(t *testing.T) {
	e := rows(t, 40*dataset.BatchRows)
	encoder, _, _ := fit(t, e, Standardised, Factor{Name: "x", Expr: "x"})
	full := errors.New("no space left")
	_, err := encoder.EncodeBatches(t.Context(), e.All().Batches(), func(offset, _ int, _ [][]float64) error {
		if offset == 0 {
			return full
		}
		return nil
	})
	if !errors.Is(err, full) {
		t.Errorf("got %v, want %v", err, full)
	}
}

func TestARunThatIsCalledOffSaysSo(t *testing.T) {
	e := rows(t, 10)
	encoder, _, _ := fit(t, e, Standardised, Factor{Name: "x", Expr: "x"})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := encoder.Encode(ctx, e.Len(), e.All().Batches()); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestAnErrorOfTheSourceEndsTheRun(t *testing.T) {
	e := rows(t, 10)
	encoder, _, _ := fit(t, e, Standardised, Factor{Name: "x", Expr: "x"})
	torn := errors.New("torn page")
	source := func(yield func(*dataset.Batch, error) bool) { yield(nil, torn) }
	if _, _, err := encoder.Encode(t.Context(), e.Len(), source); !errors.Is(err, torn) {
		t.Errorf("got %v, want %v", err, torn)
	}
}

// A model file is the user's: one that names other members than it learned must be refused, and
// was an index out of range.
func TestAStoredFactorWithOtherMembersThanItNamesIsRefused(t *testing.T) {
	for name, damage := range map[string]func(f *Encoding){
		"one more": func(f *Encoding) {
			more := f.Members[0]
			more.Factor.Name = "c" // of another name: that one name comes twice is found before
			f.Members = append(f.Members, more)
		},
		"one less": func(f *Encoding) { f.Members = f.Members[:1] },
		"none":     func(f *Encoding) { f.Members = nil },
		"others":   func(f *Encoding) { f.Members = []Encoding{f.Members[1], f.Members[0]} },
	} {
		t.Run(name, func(t *testing.T) {
			encoder, _, _ := fit(t, pairs(t), Standardised, joint(Factor{Kind: Group})...)
			joined := &encoder.Factors[2]
			joined.Members = slices.Clone(joined.Members)
			damage(joined)
			joined.Factor.members = nil // as JSON leaves it
			err := encoder.Compile(expr.Columns{"a": expr.Number, "b": expr.Number})
			if err == nil {
				err = encoder.Check()
			}
			if err == nil || !strings.Contains(err.Error(), `factor "joint"`) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// Session, EncodeBatches and EncodeNumbers are one encoding.
func TestEveryWayToEncodeGivesTheSameBits(t *testing.T) {
	e := examples(t, some(6), column{name: "x", numbers: []float64{1, 2, nan, 4, 50, -3}}, column{name: "plan", texts: []string{"a", "b", "a", null, "b", "a"}})
	encoder, want, _ := fit(t, e, Standardised,
		Factor{Name: "x", Expr: "x", Missing: Own, Clip: []Bound{{Value: 0}, {Value: 10}}},
		Factor{Name: "curved", Expr: "x", Kind: Spline, Spline: &Knots{At: []float64{0, 2, 5}}},
		Factor{Name: "plan", Expr: "plan", Kind: Category},
	)
	s := encoder.Session()
	if s.Width() != len(want.Columns) || s.Width() != len(encoder.Names()) || len(s.Straight()) != s.Width() {
		t.Fatalf("width %d, %d columns, %d names", s.Width(), len(want.Columns), len(encoder.Names()))
	}
	for b, err := range e.All().Batches() {
		if err != nil {
			t.Fatal(err)
		}
		block, rest := make([][]float64, s.Width()), make([][]float64, s.Width())
		for j := range block {
			block[j], rest[j] = make([]float64, b.Len()), make([]float64, b.Len())
		}
		if err := errors.Join(s.Encode(b, block), s.EncodeRest(b, rest)); err != nil {
			t.Fatal(err)
		}
		for j, straight := range s.Straight() {
			if straight != nil {
				made := make([]float64, b.Len())
				straight.Encode(rest[j], made)
				rest[j] = made
			}
			if !slices.Equal(block[j], want.Columns[j]) || !slices.Equal(rest[j], want.Columns[j]) {
				t.Errorf("%s: %v in a session, %v and %v, want %v", encoder.Names()[j], block[j], rest[j], straight, want.Columns[j])
			}
		}
	}
	if s.Straight()[0] == nil || s.Straight()[1] != nil {
		t.Error("the number is straight, the flag of missing ones is not")
	}
	if got := encoder.EncodeNumbers(0, []float64{50, nan}); got[0][0] != want.Columns[0][4] || got[1][1] != want.Columns[1][2] {
		t.Errorf("what if: %v", got)
	}
	if encoder.EncodeNumbers(2, []float64{1}) != nil {
		t.Error("a category has no numbers to try")
	}
}

// Factors of one key learn the same; any choice that could change a number changes the key.
func TestTheKeyOfAFactorHoldsAllOfItsDefinition(t *testing.T) {
	columns := expr.Columns{"x": expr.Number, "y": expr.Number, "seen": expr.Day}
	key := func(f Factor) string {
		list, err := Compile([]Factor{{Name: "y", Expr: "y", Expect: LowerChurn}, {Name: "x", Expr: "x", Expect: LowerChurn}, f}, columns)
		if err != nil {
			t.Fatal(err)
		}
		return list[2].Key()
	}
	base := Factor{Name: "f", Expr: "x"}
	if key(base) != key(Factor{Name: "f", Expr: "x", Kind: Numeric, Missing: Median}) {
		t.Error("defaults that are written out are another factor")
	}
	keys := []string{key(base)}
	for name, f := range map[string]Factor{
		"expression": {Name: "f", Expr: "y"},
		"clip":       {Name: "f", Expr: "x", Clip: []Bound{{Value: 0}, {Value: 1}}},
		"percentile": {Name: "f", Expr: "x", Clip: []Bound{{Value: 0, Percentile: true}, {Value: 1, Percentile: true}}},
		"missing":    {Name: "f", Expr: "x", Missing: Zero},
		"scale":      {Name: "f", Expr: "x", Scale: Asinh},
		"expect":     {Name: "f", Expr: "x", Expect: HigherChurn},
		"age":        {Name: "f", Expr: "x", Fresh: &Freshness{Dated: "seen", MaxAge: 30}},
		"history":    {Name: "f", History: &history.Spec{Of: "x", As: history.Mean, OverDays: 30}},
		"members":    {Name: "f", Kind: Group, Members: []string{"x", "y"}},
		"order":      {Name: "f", Kind: Group, Members: []string{"y", "x"}},
	} {
		k := key(f)
		if slices.Contains(keys, k) {
			t.Errorf("%s: another definition has the key %s", name, k)
		}
		keys = append(keys, k)
	}
}

// What others compile is what the factor computes: its segments and the age of its value are
// written into the expression.
func TestTheExpressionOfAFactorHasItsSegmentsAndAgeInIt(t *testing.T) {
	list, err := Compile([]Factor{{Name: "f", Expr: "x", Only: &Only{By: "plan", In: []string{"pro"}}, Fresh: &Freshness{Dated: "seen", MaxAge: 30}}},
		expr.Columns{"x": expr.Number, "plan": expr.Text, "seen": expr.Day})
	if err != nil {
		t.Fatal(err)
	}
	value, within := list[0].Expressions()
	if within == nil || within.String() != `plan in ["pro"]` {
		t.Errorf("it is for %v", within)
	}
	age := list[0].Fresh.age().Name()
	n := 4
	vectors := map[string]expr.Vector{
		"x": {Numbers: []float64{1, 2, 3, 4}}, age: {Numbers: []float64{0, nan, 5, 5}},
		"plan": {Codes: []int32{0, 0, 1, -1}, Levels: []string{"pro", "free"}},
	}
	got := value.Eval(n, func(name string) expr.Vector { return vectors[name] }).Numbers
	for i, want := range []float64{1, nan, nan, nan} { // fresh, stale, another segment, an unknown one
		if got[i] != want && !(math.IsNaN(got[i]) && math.IsNaN(want)) {
			t.Errorf("row %d is %v, want %v", i, got[i], want)
		}
	}
	if joined, _ := (Factor{Kind: Group}).Expressions(); joined != nil {
		t.Error("a factor that joins members has no expression")
	}
}
