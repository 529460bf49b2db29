package project

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// reads is what a function of values.go makes of a plain scalar.
func reads[T any](parse func(Key, *node) (T, fault), k Key, text string) (T, bool) {
	value, f := parse(k, &node{kind: scalar, text: text, path: "x"})
	return value, f.at == nil
}

func TestDurationsAreWholeDays(t *testing.T) {
	k := Key{Type: TypeDays, Min: 0, Max: maxDays}
	for text, want := range map[string]int{
		"0": 0, "0d": 0, "1": 1, "90": 90, "90d": 90, "12w": 84, "521w": 3647, "3650d": 3650, "007d": 7, "+7d": 7,
	} {
		if got, ok := reads(days, k, text); !ok || got != want {
			t.Errorf("%s: got %d, %t, want %d", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "d", "w", "-1d", "3651", "522w", "9223372036854775807w", "1e2", "90D", "90 d", "d90", "1h", "9٣d"} {
		if got, ok := reads(days, k, text); ok {
			t.Errorf("%q: accepted as %d", text, got)
		}
	}
}

func TestPeriodsAreCountAndUnit(t *testing.T) {
	k := Key{Type: TypePeriod, Values: []string{"expanding"}}
	for text, want := range map[string]Step{
		"1m": {1, UnitMonth}, "1q": {1, UnitQuarter}, "2y": {2, UnitYear}, "30d": {30, UnitDay}, "36500d": {36500, UnitDay}, "expanding": {},
	} {
		if got, ok := reads(period, k, text); !ok || got != want {
			t.Errorf("%s: got %v, %t, want %v", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "1", "q", "0m", "-1m", "1.5m", "1w", "1mq", "36501d", "1Q", "1 q", "99999999999999999999y"} {
		if got, ok := reads(period, k, text); ok {
			t.Errorf("%q: accepted as %v", text, got)
		}
	}
}

func TestNumbersAreDecimal(t *testing.T) {
	for text, want := range map[string]float64{
		"0": 0, "-0": 0, "1": 1, "+1": 1, "-1.5": -1.5, ".5": 0.5, "5.": 5, "1e3": 1000, "1E-3": 0.001, "1e-400": 0,
	} {
		got, ok := reads(number, Key{}, text)
		if !ok || got != want || fmt.Sprint(got) == "-0" {
			t.Errorf("%s: got %v, %t, want %v", text, got, ok, want)
		}
	}
	for _, text := range []string{"", ".", "e", "-", "1e400", "-1e400", ".inf", "inf", "NaN", ".nan", "0x1F", "1_000", "1,5", "1 000", "50%", "١"} {
		if got, ok := reads(number, Key{}, text); ok {
			t.Errorf("%q: accepted as %v", text, got)
		}
	}
}

func TestBoundsAreNumbersOrPercentiles(t *testing.T) {
	for text, want := range map[string]Bound{
		"p0": {0, true}, "p1": {1, true}, "p99.5": {99.5, true}, "p100": {100, true}, "0": {0, false}, "-1e3": {-1000, false}, "250": {250, false},
	} {
		if got, ok := reads(bound, Key{}, text); !ok || got != want {
			t.Errorf("%s: got %v, %t, want %v", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "p", "p-1", "p100.1", "P1", "1p", "p1%", "pp1", "p.nan"} {
		if got, ok := reads(bound, Key{}, text); ok {
			t.Errorf("%q: accepted as %v", text, got)
		}
	}
}

// Bounds of different kinds cannot be compared before the data is seen.
func TestClipMayMixNumbersAndPercentiles(t *testing.T) {
	c := parse(t, change(t, full, "clip: [0, 1e3]", "clip: [0, p99]"))
	if want := (Clip{Bound{0, false}, Bound{99, true}}); *c.Factors[1].Clip != want {
		t.Errorf("got %v, want %v", *c.Factors[1].Clip, want)
	}
}

func TestEveryDayOfTheCalendarIsADate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.IntRange(0, 401_766).Draw(t, "days") // 1100 years of 365 days, 267 of them leap years
		want := time.Date(firstYear, 1, 1+days, 0, 0, 0, 0, time.UTC)
		got, ok := reads(date, Key{}, want.Format(time.DateOnly))
		if !ok || !got.Equal(want) || got.Location() != time.UTC {
			t.Fatalf("got %v, %t, want %v", got, ok, want)
		}
	})
}

func TestWhatIsADateIsWrittenLikeOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[0-9]{3,5}-[0-9]{1,2}-[0-9]{1,2}`).Draw(t, "text")
		if got, ok := reads(date, Key{}, text); ok && got.Format(time.DateOnly) != text {
			t.Fatalf("%s is read as %v", text, got)
		}
	})
}

// A mapping has no order, so the order in which weights are written must not reach the sums.
func TestOrderOfWeightsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var factors, ordered strings.Builder
		var weights []string
		for i := range rapid.IntRange(1, 8).Draw(t, "factors") {
			fmt.Fprintf(&factors, "  - {name: f%d, expect: lower_churn}\n", i)
			weights = append(weights, fmt.Sprintf("f%d: %d", i, i+1))
		}
		for _, w := range rapid.Permutation(weights).Draw(t, "order") {
			ordered.WriteString(w + ", ")
		}
		head, _, _ := strings.Cut(minimal, "factors:")
		src := head + "factors:\n" + factors.String() + "candidates:\n  - {name: today, kind: weights, weights: {%s}}\n"
		written, err := Parse("f", fmt.Appendf(nil, src, ordered.String()))
		if err != nil {
			t.Fatal(err)
		}
		sorted, err := Parse("f", fmt.Appendf(nil, src, strings.Join(weights, ", ")))
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(written.Candidates, sorted.Candidates) {
			t.Fatalf("%v and %v", written.Candidates, sorted.Candidates)
		}
	})
}

// Messages repeat what stands in the file, but never so that it reaches the terminal.
func TestQuotedTextIsPrintableAndShort(t *testing.T) {
	for text, want := range map[string]string{
		"plain":                  `"plain"`,
		"größe":                  `"größe"`,
		"a\x1b[31mb":             `"a\x1b[31mb"`,
		"a\u202eb":               `"a\u202eb"`,
		"a\"b":                   `"a\"b"`,
		"a\xffb":                 `"a\xffb"`,
		strings.Repeat("é", 200): `"` + strings.Repeat("é", 200) + `"`,
		strings.Repeat("é", 201): `"` + strings.Repeat("é", 200) + `"…`,
	} {
		if got := quote(text); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
