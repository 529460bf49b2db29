package words

import (
	"math"
	"strconv"
	"strings"
)

// Undefined is what a number without a value looks like.
const Undefined = "n/a"

// minus is U+2212, as wide as a plus sign.
const minus = "−"

// defined says whether x is a number that can be shown.
func defined(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// Fixed writes x with the given number of decimals: "0.812", "−0.10", "n/a".
func Fixed(x float64, decimals int) string {
	if !defined(x) {
		return Undefined
	}
	digits := strconv.FormatFloat(math.Abs(x), 'f', decimals, 64)
	// A value that rounds to zero has no sign: "−0.00" would claim a direction.
	if x < 0 && strings.Trim(digits, "0.") != "" {
		return minus + digits
	}
	return digits
}

// Signed is [Fixed] with a plus sign on what is positive as shown: a gain that
// rounds to zero is neither up nor down.
func Signed(x float64, decimals int) string {
	text := Fixed(x, decimals)
	if x > 0 && defined(x) && strings.Trim(text, "0.") != "" {
		return "+" + text
	}
	return text
}

// Percent writes the share x, 0.123 as "12.3%"; decimals are those of the percentage.
func Percent(x float64, decimals int) string {
	if !defined(x) {
		return Undefined
	}
	return Fixed(100*x, decimals) + "%"
}

// Level writes the coverage of intervals, "95%"; 0 is the default of
// backtest.Options.
func Level(level float64) string {
	if level == 0 {
		level = 0.95
	}
	return trimZeros(Fixed(100*level, 1)) + "%"
}

// Count writes n with thousands separators.
func Count(n int) string {
	if n < 0 {
		return minus + group(strconv.Itoa(n)[1:])
	}
	return group(strconv.Itoa(n))
}

// PValue writes a p-value, 0 to 1, to three decimals; below a thousandth its digits
// mean nothing. NaN, of a test that could not be made, is [Undefined].
func PValue(p float64) string {
	if p < 0.001 {
		return "< 0.001"
	}
	return Fixed(p, 3)
}

// Tally is [Count] of what ties may have shared out: a decimal only where there is something
// behind the point, "1,486" and "1,096.3".
func Tally(x float64) string {
	text := Fixed(x, 1)
	if text == Undefined {
		return text
	}
	digits, negative := strings.CutPrefix(text, minus)
	whole, part, _ := strings.Cut(digits, ".")
	if whole = group(whole); part != "0" {
		whole += "." + part
	}
	if negative {
		return minus + whole
	}
	return whole
}

// Amount writes money in whole units with thousands separators, "1,234,567". The
// currency is the reader's: it is not in the data and is not guessed.
func Amount(x float64) string {
	text := Fixed(x, 0)
	if text == Undefined {
		return text
	}
	if digits, negative := strings.CutPrefix(text, minus); negative {
		return minus + group(digits)
	}
	return group(text)
}

// ShortAmount writes money to two decimals of k, M, B or T, "1.25M": for axes, whose
// ticks have few figures. Below 1,000 it has no unit.
func ShortAmount(x float64) string {
	if !defined(x) {
		return Undefined
	}
	for _, unit := range []struct {
		size float64
		name string
	}{{1e12, "T"}, {1e9, "B"}, {1e6, "M"}, {1e3, "k"}} {
		if math.Abs(x) >= unit.size*(1-5e-6) { // what the unit below would round up to a thousand
			return trimZeros(Fixed(x/unit.size, 2)) + unit.name
		}
	}
	return trimZeros(Fixed(x, 2))
}

// Interval joins two bounds, "0.78 to 0.84", and is empty if either is undefined:
// half an interval says less than none.
func Interval(low, high string) string {
	if low == Undefined || high == Undefined {
		return ""
	}
	return low + " to " + high
}

// Plural counts things: "1 fold", "8 folds", "0 folds".
func Plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Count(n) + " " + many
}

// group sets a comma after every third digit from the right; digits holds no sign and
// no point.
func group(digits string) string {
	head := len(digits) % 3
	if head == 0 {
		head = min(3, len(digits))
	}
	var b strings.Builder
	b.WriteString(digits[:head])
	for i := head; i < len(digits); i += 3 {
		b.WriteByte(',')
		b.WriteString(digits[i : i+3])
	}
	return b.String()
}

// trimZeros drops decimals that say nothing: "1.50" is "1.5", "2.00" is "2".
func trimZeros(text string) string {
	if !strings.Contains(text, ".") {
		return text
	}
	return strings.TrimRight(strings.TrimRight(text, "0"), ".")
}
