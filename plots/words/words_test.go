package words_test

import (
	"fmt"
	"math"
	"math/big"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"holdfast/backtest"
	"holdfast/plots/words"
)

// Names of users are cleaned and cut; numbers that are undefined are never 0.
func Example() {
	fmt.Println(words.Label("logistic_with_all\x00_factors_2026", 16))
	fmt.Println(words.Fixed(-0.1, 2), words.Signed(0.5, 1), words.Percent(0.1234, 1), words.Percent(math.NaN(), 1))
	fmt.Println(words.Count(1234567), words.ShortAmount(1.25e6), words.Tally(1096.33), words.Plural(8, "fold", "folds"))
	// Output:
	// logistic_w…_2026
	// −0.10 +0.5 12.3% n/a
	// 1,234,567 1.25M 1,096.3 8 folds
}

// A metric in words, with its interval in the same format.
func ExampleMetric() {
	term := words.Metric(backtest.Lift)
	fmt.Println(term.Label, term.Better, term.Format(2.5))
	fmt.Println(words.Estimate(backtest.Metric{Name: backtest.AUC, Value: 0.8123, Low: 0.78, High: 0.844}))
	// Output:
	// lift higher 2.50×
	// 0.812 (0.780 to 0.844)
}

// The expected texts are the convention of the package comment written out by hand.
func TestNumbersAtTheirEnds(t *testing.T) {
	for _, c := range []struct{ fact, got, want string }{
		{"thousands begin at one thousand", words.ShortAmount(1000), "1k"},
		{"below it there is no unit", words.ShortAmount(999.5), "999.5"},
		{"what rounds up to a thousand takes the next unit", words.ShortAmount(999_996) + " " + words.ShortAmount(-999.996), "1M −1k"},
		{"what does not keeps its own", words.ShortAmount(999_990), "999.99k"},
		{"billions", words.ShortAmount(-2.5e9), "−2.5B"},
		{"trillions", words.ShortAmount(1e12), "1T"},
		{"cents", words.ShortAmount(0.5), "0.5"},
		{"infinite money is n/a", words.ShortAmount(math.Inf(1)), words.Undefined},
		{"an amount that rounds to zero has no sign", words.Amount(-0.4), "0"},
		{"infinite amounts are n/a", words.Amount(math.Inf(-1)), words.Undefined},
		{"a tally of NaN is n/a", words.Tally(math.NaN()), words.Undefined},
		{"a p-value below a thousandth", words.PValue(0.00099), "< 0.001"},
		{"a p-value of a thousandth", words.PValue(0.001), "0.001"},
		{"a p-value of nothing", words.PValue(math.NaN()), words.Undefined},
		{"a level with nothing behind the point", words.Level(0.9), "90%"},
		{"a signed value that rounds to zero from below", words.Signed(-0.0001, 2), "0.00"},
		{"a signed infinity is n/a", words.Signed(math.Inf(1), 2), words.Undefined},
		{"no things are many", words.Plural(0, "fold", "folds"), "0 folds"},
		{"both ends of an interval must be known", words.Interval(words.Undefined, "0.2"), ""},
		{"no count", words.Count(0), "0"},
		{"the smallest count there is", words.Count(math.MinInt64), "−9,223,372,036,854,775,808"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.fact, c.got, c.want)
		}
	}
}

// What is written is within half a unit of its last place of the number that was rounded, in exact
// arithmetic, and only positive ones have a plus.
func TestWrittenNumbersReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, decimals := rapid.Float64Range(-1e9, 1e9).Draw(t, "x"), rapid.IntRange(0, 6).Draw(t, "decimals")
		text := words.Signed(x, decimals)
		back, ok := new(big.Rat).SetString(strings.ReplaceAll(text, "−", "-"))
		if !ok {
			t.Fatalf("%v became %q", x, text)
		}
		half := big.NewRat(1, 2*int64(math.Pow10(decimals)))
		if off := new(big.Rat).Sub(back, new(big.Rat).SetFloat64(x)); off.Abs(off).Cmp(half) > 0 {
			t.Fatalf("%v became %q", x, text)
		}
		if strings.HasPrefix(text, "+") != (back.Sign() > 0) || strings.HasPrefix(text, "−") != (back.Sign() < 0) {
			t.Fatalf("%v became %q", x, text)
		}
		if plain := words.Fixed(x, decimals); strings.TrimPrefix(text, "+") != plain {
			t.Fatalf("signed %q, and plain %q", text, plain)
		}
	})
}

func TestShortenedTextKeepsBothEndsAndItsLimit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, limit := rapid.StringMatching(`[a-zé]{1,40}`).Draw(t, "text"), rapid.IntRange(-3, 45).Draw(t, "limit")
		got := words.Shorten(text, limit)
		if utf8.RuneCountInString(got) > max(limit, 1) {
			t.Fatalf("%q has more than %d characters", got, limit)
		}
		head, tail, cut := strings.Cut(got, "…")
		if cut == (utf8.RuneCountInString(text) <= max(limit, 1)) || !strings.HasPrefix(text, head) || !strings.HasSuffix(text, tail) {
			t.Fatalf("%q of %q at %d", got, text, limit)
		}
		if cut && len([]rune(tail)) > len([]rune(head)) {
			t.Fatalf("%q keeps more of its end than of its beginning", got)
		}
	})
}

func TestProseIsStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`([a-z%(\[ .-]|[0-9]){0,30}`).Draw(t, "text")
		once := words.Prose(text)
		if strings.ReplaceAll(strings.ReplaceAll(once, "−", "-"), " %", "%") != strings.ReplaceAll(text, " %", "%") {
			t.Fatalf("%q became %q: a letter or a digit changed", text, once)
		}
		if again := words.Prose(once); again != once {
			t.Fatalf("%q, then %q", once, again)
		}
	})
}

// A metric by value that has no words of its own has those of its plain twin.
func TestAMetricByValueHasTheWordsOfItsTwin(t *testing.T) {
	plain, twin := words.Metric(backtest.ECE), words.Metric("value_"+backtest.ECE)
	if twin.Label != plain.Label+" by value" || !strings.HasPrefix(twin.Gloss, plain.Gloss) || twin.Better != plain.Better || twin.Format(0.5) != plain.Format(0.5) {
		t.Errorf("%+v, and plain %+v", twin, plain)
	}
	if got := words.Metric("value_of_nothing"); got.Label != "value_of_nothing" || got.Gloss != "" {
		t.Errorf("%+v", got)
	}
}

func TestEveryMetricSaysWhichWayIsBetter(t *testing.T) {
	for name, want := range map[string]string{
		backtest.AUC: "higher", backtest.LogLoss: "lower", backtest.Brier: "lower", backtest.Capture: "higher", backtest.ValueMissed: "lower",
		backtest.BrierMiscalibration: "lower", backtest.BrierDiscrimination: "higher", backtest.CalibrationSlope: "", backtest.BaseRate: "", backtest.ECE: "lower",
	} {
		if got := words.Metric(name).Better; got != want {
			t.Errorf("of %s %q is better, want %q", name, got, want)
		}
	}
}
