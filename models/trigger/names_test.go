package trigger

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Texts are numbered as they come, each once, and read back; "" is none.
func TestNamesReadBackAsTheyWereGiven(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.SliceOf(rapid.SampledFrom([]string{"", "a", "b", "c", "d"})).Draw(t, "texts")
		n := NamesOf(texts)
		if len(n.Codes) != len(texts) {
			t.Fatalf("%d codes of %d texts", len(n.Codes), len(texts))
		}
		for i, code := range n.Codes {
			if nameAt(n, code) != texts[i] {
				t.Fatalf("row %d is %q, want %q", i, nameAt(n, code), texts[i])
			}
		}
		seen := map[string]bool{"": true}
		for k, level := range n.Levels {
			if seen[level] {
				t.Fatalf("level %q is there twice, or is none", level)
			}
			seen[level] = true
			if first := slices.Index(texts, level); k > 0 && slices.Index(texts, n.Levels[k-1]) > first {
				t.Fatalf("level %q is numbered before one that came earlier", level)
			}
		}
	})
}

// Columns of one scoring run are adopted batch by batch: what was numbered before stays as it is,
// and no level comes twice.
func TestAdoptingLeavesOwnNumbersAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.SliceOf(rapid.SampledFrom([]string{"", "a", "b", "c", "d"}))
		n := NamesOf(texts.Draw(t, "own"))
		codes, levels := slices.Clone(n.Codes), slices.Clone(n.Levels)
		n.Adopt(NamesOf(texts.Draw(t, "other")))
		if !slices.Equal(n.Codes, codes) || !slices.Equal(n.Levels[:len(levels)], levels) {
			t.Fatalf("%v of %q became %v of %q", codes, levels, n.Codes, n.Levels)
		}
		sorted := slices.Sorted(slices.Values(n.Levels))
		if len(slices.Compact(sorted)) != len(n.Levels) {
			t.Fatalf("a level came twice: %q", n.Levels)
		}
	})
}

// Worse is worse whichever bands lie between; who was not looked at before has not dropped, and
// of who has no band now it cannot be told.
func TestDroppedIsAWorseBandThanBefore(t *testing.T) {
	rule, err := Rule{"x", "dropped"}.Compile()
	if err != nil {
		t.Fatal(err)
	}
	not, err := Rule{"x", "not dropped"}.Compile()
	if err != nil {
		t.Fatal(err)
	}
	for before := int8(-1); before <= 2; before++ {
		for now := int8(-1); now <= 2; now++ {
			s := &Standings{Rows: 1, Band: []int8{now}, BandBefore: []int8{before}}
			if want := before >= 0 && now > before; rule.Holds(s)[0] != want {
				t.Errorf("from %d to %d: dropped is %v", before, now, !want)
			}
			if want := now >= 0 && !(before >= 0 && now > before); not.Holds(s)[0] != want {
				t.Errorf("from %d to %d: not dropped is %v", before, now, !want)
			}
		}
	}
	if got := rule.Holds(&Standings{Rows: 1, Band: []int8{2}}); got[0] {
		t.Error("an account of which nothing is known before has dropped")
	}
}

func TestNoRowsHaveNoAnswers(t *testing.T) {
	rule, err := Rule{"x", "p > 0.5 and top_category == 'usage'"}.Compile()
	if err != nil {
		t.Fatal(err)
	}
	if got := rule.Holds(&Standings{}); len(got) != 0 {
		t.Errorf("%v", got)
	}
}

// The reader may add to the columns that rules know: nobody else sees it.
func TestColumnsAreTheCallers(t *testing.T) {
	columns := Columns()
	clear(columns)
	if _, err := (Rule{"x", "p > 0.5"}).Compile(); err != nil || len(Columns()) != 8 {
		t.Errorf("%v, and %d columns", err, len(Columns()))
	}
}
