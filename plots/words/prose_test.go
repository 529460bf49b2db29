package words_test

import (
	"testing"

	"holdfast/plots/words"
)

func TestProseWritesNumbersAsTheReportDoes(t *testing.T) {
	for _, c := range []struct{ fact, text, want string }{
		{"a percent sign stands at its number", "it put 24.6 % of 20 % there", "it put 24.6% of 20% there"},
		{"a number below zero has a minus", "is -0.23, interval [-0.25, -.20] (-1)", "is −0.23, interval [−0.25, −.20] (−1)"},
		{"it may begin the sentence", "-3 points", "−3 points"},
		{"a date keeps its hyphens", "since 2017-07-01", "since 2017-07-01"},
		{"a name keeps its hyphens", "tier-1 and gpt-5", "tier-1 and gpt-5"},
		{"what has no numbers is left alone", "50 percent % of -x", "50 percent % of -x"},
	} {
		t.Run(c.fact, func(t *testing.T) {
			if got := words.Prose(c.text); got != c.want {
				t.Errorf("Prose(%q) = %q, want %q", c.text, got, c.want)
			}
		})
	}
}

func TestTallyHasADecimalOnlyWhereTiesSharedSomething(t *testing.T) {
	for x, want := range map[float64]string{1486: "1,486", 1096.33: "1,096.3", 0: "0", 2.96: "3", -1234.5: "−1,234.5", -0.01: "0"} {
		if got := words.Tally(x); got != want {
			t.Errorf("Tally(%v) = %q, want %q", x, got, want)
		}
	}
}
