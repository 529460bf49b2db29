package words

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The expected texts are the convention of doc.go written out by hand.
func TestNumbersForPeople(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(-1)
	for _, c := range []struct{ fact, got, want string }{
		{"fixed rounds", Fixed(0.81249, 3), "0.812"},
		{"negative has a minus sign", Fixed(-0.1, 2), "−0.10"},
		{"what rounds to zero has no sign", Fixed(-0.001, 2), "0.00"},
		{"NaN is n/a", Fixed(nan, 2), Undefined},
		{"infinity is n/a", Fixed(inf, 2), Undefined},
		{"signed shows plus", Signed(0.5, 1), "+0.5"},
		{"signed zero has none", Signed(0.001, 1), "0.0"},
		{"signed NaN is n/a", Signed(nan, 1), Undefined},
		{"percent", Percent(0.1234, 1), "12.3%"},
		{"percent of NaN is n/a", Percent(nan, 1), Undefined},
		{"level has the default of the options", Level(0), "95%"},
		{"level keeps its decimal", Level(0.995), "99.5%"},
		{"count groups", Count(1234567), "1,234,567"},
		{"count of three digits does not", Count(123), "123"},
		{"count below zero", Count(-1234), "−1,234"},
		{"amount groups and rounds", Amount(1234567.89), "1,234,568"},
		{"amount below zero", Amount(-98765.4), "−98,765"},
		{"amount of NaN is n/a", Amount(nan), Undefined},
		{"short amount in millions", ShortAmount(1250000), "1.25M"},
		{"short amount in thousands", ShortAmount(-500000), "−500k"},
		{"short amount of little", ShortAmount(0), "0"},
		{"short amount of NaN is n/a", ShortAmount(nan), Undefined},
		{"interval", Interval("0.1", "0.2"), "0.1 to 0.2"},
		{"half an interval is none", Interval("0.1", Undefined), ""},
		{"one", Plural(1, "fold", "folds"), "1 fold"},
		{"many", Plural(1200, "fold", "folds"), "1,200 folds"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.fact, c.got, c.want)
		}
	}
}

func TestGroupingChangesNoDigit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int().Draw(t, "n")
		text := strings.ReplaceAll(strings.ReplaceAll(Count(n), ",", ""), minus, "-")
		if text != strconv.Itoa(n) {
			t.Fatalf("%d became %q", n, Count(n))
		}
	})
}
