package csvio

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// anyCell draws cells of every form, and words that look like them.
func anyCell(t *rapid.T) string {
	return rapid.OneOf(
		rapid.SampledFrom([]string{"", " ", "NA", "-", "x", "yes", "F", "0", "-12", "007", "+5", "9007199254740993", "1.5", "1,5", "1,234", "1.234",
			"1e5", "12%", "$1,234.50", "5 €", "2026-03-31", "25/12/2026", "12/25/2026", "03/04/2026", "03/03/2026", "31/03/26", "03/04/26 10:00",
			"2026-03-31 10:00", "2026-03-31T10:00:00Z", "31-Mar-2026"}),
		rapid.StringMatching(`[0-9]{1,3}([.,/-][0-9]{1,3}){0,2}`), rapid.StringMatching(`[a-z%$+ ]{1,5}`),
		rapid.Just(strings.Repeat("é", sampleBytes)),
	).Draw(t, "cell")
}

func evidenceOf(cells []string, firstLine int) *evidence {
	e, l := &evidence{}, newLexer(Options{})
	for i, c := range cells {
		e.note(l, "", firstLine+i, []byte(c))
	}
	return e
}

// Blocks end where they end. The evidence of a column must not know.
func TestEvidenceDoesNotDependOnWhereBlocksEnd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cells := rapid.SliceOfN(rapid.Custom(anyCell), 0, 30).Draw(t, "cells")
		want, got := evidenceOf(cells, 1), &evidence{}
		for from := 0; from < len(cells); {
			to := from + rapid.IntRange(1, len(cells)-from).Draw(t, "block")
			got.add(evidenceOf(cells[from:to], 1+from))
			from = to
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("cells %q\ngot  %+v\nwant %+v", cells, got, want)
		}
	})
}

// The sum over the forms is the number of cells, and the type of a column does not depend on the order of its rows.
func TestTheTypeOfAColumnDoesNotDependOnTheOrderOfItsRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cells := rapid.SliceOfN(rapid.Custom(anyCell), 0, 12).Draw(t, "cells")
		e := evidenceOf(cells, 1)
		if n := e.values() + e.cells[formNull]; n != len(cells) {
			t.Fatalf("%d cells are counted as %d", len(cells), n)
		}
		typed := func(cells []string) string {
			j := judge{}
			c := j.decide([]string{"x"}, []*evidence{evidenceOf(cells, 1)})[0]
			return fmt.Sprint(c.Type, c.Zoned, c.order, c.decimal, len(j.asks))
		}
		backwards := slices.Clone(cells)
		slices.Reverse(backwards)
		if there, back := typed(cells), typed(backwards); there != back {
			t.Errorf("%q: %s, and backwards %s", cells, there, back)
		}
	})
}

// A cell that is missing or spoils nothing changes no type; one that is a word makes it text.
func TestOneCellIsEnoughForText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cells := rapid.SliceOfN(rapid.Custom(anyCell), 1, 12).Draw(t, "cells")
		at := rapid.IntRange(0, len(cells)).Draw(t, "at")
		j := judge{}
		with := j.decide([]string{"x"}, []*evidence{evidenceOf(slices.Insert(slices.Clone(cells), at, "a word"), 1)})[0]
		if with.Type != Text || len(j.asks) > 0 {
			t.Errorf("%q with a word is %s, %d questions", cells, with.Type, len(j.asks))
		}
	})
}

func TestSamplesAreTheFirstThreeDifferentOnes(t *testing.T) {
	var s samples
	for i, c := range []string{"a", "b", "a", "c", "d"} {
		s.note("x.csv", i+2, []byte(c))
	}
	if got, want := s.String(), `"a" in line 2 of x.csv, "b" in line 3 of x.csv, "c" in line 5 of x.csv`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestALongSampleIsCutBetweenCharacters(t *testing.T) {
	for length := range 4 {
		var s samples
		s.note("", 1, []byte(strings.Repeat("x", length)+strings.Repeat("漢", sampleBytes)))
		got := s[0].text
		if len(got) > sampleBytes || len(got) < sampleBytes-2 || strings.ToValidUTF8(got, "?") != got {
			t.Errorf("%d bytes: %q", len(got), got)
		}
	}
}

func TestReadingsOfNumbersAreCounted(t *testing.T) {
	r := evidenceOf([]string{"1,234.5", "1,5", "1,234", "12", "1.234.567"}, 2).numbers
	if r.total != 5 || r.fits[0] != 3 || r.fits[1] != 4 || r.whole[0] != 2 || r.whole[1] != 2 || r.differ != 1 {
		t.Errorf("%+v", r)
	}
	if p, c, o := r.proof[0].String(), r.proof[1].String(), r.open.String(); p != `"1,234.5" in line 2` || c != `"1,5" in line 3, "1.234.567" in line 6` || o != `"1,234" in line 4` {
		t.Errorf("point %s, comma %s, open %s", p, c, o)
	}
}
