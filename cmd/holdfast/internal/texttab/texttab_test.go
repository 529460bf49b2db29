package texttab_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"holdfast/cmd/holdfast/internal/texttab"
)

func TestTableAlignsTextLeftAndNumbersRight(t *testing.T) {
	for name, c := range map[string]struct {
		header []string
		rows   [][]string
		want   string
	}{
		"columns are as wide as their widest cell": {
			[]string{"factor", ">weight"}, [][]string{{"nps", "-1.5"}, {"active_share", "10"}},
			"  factor        weight\n  nps             -1.5\n  active_share      10\n",
		},
		"a header alone is a table":            {[]string{"a", ">b"}, nil, "  a  b\n"},
		"missing cells are blank":              {[]string{"a", "b", ">c"}, [][]string{{"x"}, {"", "y", "1"}}, "  a  b  c\n  x\n     y  1\n"},
		"cells beyond the header are dropped":  {[]string{"a"}, [][]string{{"x", "y"}}, "  a\n  x\n"},
		"no line ends in blanks":               {[]string{"a", "long header"}, [][]string{{"x", "y"}}, "  a  long header\n  x  y\n"},
		"letters beyond ASCII are one wide":    {[]string{"n", ">v"}, [][]string{{"é", "1"}, {"nn", "2"}}, "  n   v\n  é   1\n  nn  2\n"},
		"ideographs are two columns wide":      {[]string{"n", ">v"}, [][]string{{"解約", "1"}, {"abcd", "2"}}, "  n     v\n  解約  1\n  abcd  2\n"},
		"combining marks take no column":       {[]string{"n", ">v"}, [][]string{{"e\u0301", "1"}, {"x", "2"}}, "  n  v\n  e\u0301  1\n  x  2\n"},
		"a table without columns prints lines": {nil, [][]string{{"x"}}, "\n\n"},
	} {
		t.Run(name, func(t *testing.T) {
			table := texttab.New(c.header...)
			for _, row := range c.rows {
				table.Row(row...)
			}
			var b strings.Builder
			if err := table.Write(&b); err != nil || b.String() != c.want {
				t.Errorf("got %v\n%q, want\n%q", err, b.String(), c.want)
			}
		})
	}
}

type full struct{}

var errFull = errors.New("disk full")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestTablePassesOnErrorsOfTheWriter(t *testing.T) {
	if err := texttab.New("a").Write(full{}); !errors.Is(err, errFull) {
		t.Errorf("got %v", err)
	}
}

func TestNumber(t *testing.T) {
	for _, c := range []struct {
		v      float64
		digits int
		want   string
	}{
		{0, 0, "0"}, {0, 3, "0.000"}, {0.5, 0, "0"}, {1.5, 0, "2"}, // half to even, as fmt
		{1234.5678, 2, "1,234.57"}, {-1234.5678, 2, "-1,234.57"}, {999.999, 2, "1,000.00"},
		{-0.0001, 2, "0.00"}, {math.Copysign(0, -1), 1, "0.0"}, // nobody owes minus nothing
		{1e15, 0, "1,000,000,000,000,000"}, {-123, 0, "-123"}, {-1000, 0, "-1,000"},
		{math.NaN(), 3, "n/a"}, {math.Inf(1), 3, "infinite"}, {math.Inf(-1), 3, "-infinite"},
	} {
		if got := texttab.Number(c.v, c.digits); got != c.want {
			t.Errorf("Number(%v, %d) is %q, want %q", c.v, c.digits, got, c.want)
		}
	}
}

func TestSignificant(t *testing.T) {
	for _, c := range []struct {
		v      float64
		digits int
		want   string
	}{
		{0, 4, "0"}, {1, 4, "1.000"}, {0.012345, 3, "0.0123"}, {-0.012345, 3, "-0.0123"},
		{123456, 3, "123,456"}, {9.9999, 3, "10.0"}, {0.99999, 3, "1.00"}, {99.96, 3, "100"},
		{1e-7, 3, "1.00e-07"}, {-5e-324, 2, "-4.9e-324"}, {1e21, 3, "1.00e+21"}, {-2.5e300, 3, "-2.50e+300"},
		{math.NaN(), 3, "n/a"}, {math.Inf(1), 3, "infinite"}, {math.Inf(-1), 2, "-infinite"},
	} {
		if got := texttab.Significant(c.v, c.digits); got != c.want {
			t.Errorf("Significant(%v, %d) is %q, want %q", c.v, c.digits, got, c.want)
		}
	}
}

func TestGroup(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "1": "1", "123": "123", "1234": "1,234", "-123": "-123", "-1234": "-1,234", "123456": "123,456",
		"1234567": "1,234,567", "1234.56789": "1,234.56789", "-0.5": "-0.5", "12345678901234567890": "12,345,678,901,234,567,890",
	} {
		if got := texttab.Group(in); got != want {
			t.Errorf("Group(%q) is %q, want %q", in, got, want)
		}
	}
}

func TestInterval(t *testing.T) {
	for _, c := range []struct {
		low, high float64
		want      string
	}{
		{0.1, 0.25, "[0.10, 0.25]"}, {-1000, 1000, "[-1,000.00, 1,000.00]"},
		{math.NaN(), 1, ""}, {0, math.NaN(), ""}, {math.Inf(-1), math.Inf(1), "[-infinite, infinite]"},
	} {
		if got := texttab.Interval(c.low, c.high, 2); got != c.want {
			t.Errorf("Interval(%v, %v) is %q, want %q", c.low, c.high, got, c.want)
		}
	}
}

// Grouping moves no digit: without its commas a number is what it was.
func TestGroupOnlyAddsCommas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.StringMatching(`-?[0-9]{1,25}(\.[0-9]{0,6})?`).Draw(t, "number")
		grouped := texttab.Group(number)
		if strings.ReplaceAll(grouped, ",", "") != number {
			t.Fatalf("Group(%q) is %q", number, grouped)
		}
		whole, _, _ := strings.Cut(strings.TrimPrefix(grouped, "-"), ".")
		for i, part := range strings.Split(whole, ",") {
			if len(part) > 3 || len(part) == 0 || i > 0 && len(part) != 3 {
				t.Fatalf("Group(%q) is %q", number, grouped)
			}
		}
	})
}
