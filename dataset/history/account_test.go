package history

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"
)

var nan = math.NaN()

// parseDay is the number of a day since 1970.
func parseDay(t testing.TB, text string) int32 {
	t.Helper()
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		t.Fatal(err)
	}
	return int32(day.Unix() / 86400)
}

// snapshots are rows of one account as a test writes them.
type snapshots struct {
	of         []float64
	day, known []int32
}

// read reads one row a line: the day, the value (? where missing) and, if any row has
// one, the day on which the row was recorded.
func read(t testing.TB, text string) snapshots {
	t.Helper()
	var s snapshots
	for line := range strings.Lines(strings.TrimSpace(text)) {
		fields := strings.Fields(line)
		day := parseDay(t, fields[0])
		known := day
		if len(fields) > 2 {
			known = parseDay(t, fields[2])
		}
		s.day, s.known, s.of = append(s.day, day), append(s.known, known), append(s.of, number(t, fields[1]))
	}
	return s
}

// number reads a value, ? where missing.
func number(t testing.TB, text string) float64 {
	t.Helper()
	if text == "?" {
		return nan
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// compute is Compute of one account.
func (s snapshots) compute(spec Spec) []float64 {
	return Compute(s.of, make([]int32, len(s.of)), s.day, s.known, spec)
}

// same compares results to the bit; missing values are alike.
func same(a, b []float64) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if math.Float64bits(a[i]) != math.Float64bits(b[i]) && (a[i] == a[i] || b[i] == b[i]) {
			return false
		}
	}
	return true
}

// near compares results to 12 digits.
func near(got, want float64) bool {
	if want != want {
		return got != got
	}
	return math.Abs(got-want) <= 1e-12*max(1, math.Abs(want))
}

// shown writes results as the tests do.
func shown(values []float64) string {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = fmt.Sprintf("%.10g", v)
		if v != v {
			words[i] = "?"
		}
	}
	return strings.Join(words, " ")
}

// dayOf is a date as a day since 1970; day 0 is the last of the month before.
func dayOf(year, month, day int) int32 {
	return int32(time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}
