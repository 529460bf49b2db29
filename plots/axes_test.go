package plots

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"holdfast/dataset"
	"holdfast/plots/words"
)

func TestNiceStepIsOneTwoOrFive(t *testing.T) {
	for in, want := range map[float64]float64{0.2: 0.2, 0.21: 0.5, 1: 1, 1.1: 2, 3: 5, 6: 10, 0.003: 0.005, 123456: 200000} {
		if got := niceStep(in); math.Abs(got-want) > 1e-12*want {
			t.Errorf("niceStep(%v) = %v, want %v", in, got, want)
		}
	}
}

func TestDecimalsTellTicksApart(t *testing.T) {
	for step, want := range map[float64]int{0.2: 1, 0.05: 2, 0.001: 3, 1: 0, 20: 0} {
		if got := decimalsOf(step); got != want {
			t.Errorf("decimalsOf(%v) = %d, want %d", step, got, want)
		}
	}
}

func TestLinearScaleHoldsItsDataAndHasDistinctTicks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		low := rapid.Float64Range(-1e99, 1e99).Draw(t, "low")
		high := low + rapid.Float64Range(0, 1e99).Draw(t, "span")
		s := linear("", low, high, 5, words.Fixed)
		slack := 1e-6 * (s.max - s.min)
		if !(s.max > s.min) {
			t.Fatalf("[%v, %v] has no length", s.min, s.max)
		}
		if s.min > low+slack || s.max < high-slack {
			t.Fatalf("[%v, %v] does not hold [%v, %v]", s.min, s.max, low, high)
		}
		if n := len(s.ticks); n < 2 || n > 9 {
			t.Fatalf("%d ticks", n)
		}
		seen := make(map[string]bool)
		for _, tick := range s.ticks {
			if seen[tick.Label] {
				t.Fatalf("two ticks are %q", tick.Label)
			}
			seen[tick.Label] = true
		}
	})
}

func TestCalendarTicksLieWithinAndAreFew(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := dataset.Date(rapid.IntRange(-20000, 40000).Draw(t, "from"))
		to := from + dataset.Date(rapid.IntRange(1, 30000).Draw(t, "days"))
		s := calendar(from, to, 6)
		if len(s.ticks) == 0 || len(s.ticks) > 6 {
			t.Fatalf("%d ticks from %s to %s", len(s.ticks), from, to)
		}
		for _, tick := range s.ticks {
			if tick.Value < float64(from) || tick.Value > float64(to) {
				t.Fatalf("%s lies outside %s to %s", tick.Label, from, to)
			}
		}
	})
}

func TestShortCalendarsShowDaysAndLongOnesMonths(t *testing.T) {
	start := dataset.NewDate(2025, 1, 15)
	if got := calendar(start, start+30, 6).ticks[0].Label; got != "2025-01-15" {
		t.Errorf("a month begins with %q", got)
	}
	if got := calendar(start, start+365, 6).ticks[0].Label; got != "Mar 2025" {
		t.Errorf("a year begins with %q", got)
	}
}

// A step that is lost in rounding once made this loop for ever.
func TestScaleOfNearlyEqualValuesHasFewTicks(t *testing.T) {
	for _, c := range [][2]float64{
		{1e6, math.Nextafter(1e6, 2e6)}, {0.7, math.Nextafter(0.7, 1)}, {0, 0}, {0, 5e-324}, {-3, -3}, {1e99, 1e99},
	} {
		s := linear("", c[0], c[1], 5, words.Fixed)
		if n := len(s.ticks); n < 2 || n > 9 || !(s.max > s.min) {
			t.Errorf("%v to %v: %d ticks from %v to %v", c[0], c[1], n, s.min, s.max)
		}
	}
}

func TestCalendarFromAnUnknownDateEnds(t *testing.T) {
	if s := calendar(dataset.NoDate, dataset.NewDate(2026, 1, 1), 6); len(s.ticks) > 10000 {
		t.Errorf("%d ticks", len(s.ticks))
	}
}
