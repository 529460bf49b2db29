package project

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// The functions of this file turn values of the file into Go values, one for each Type of the reference.
// They know nothing but the Key and the value; read reports what they refuse.

// wrong is the refusal of a value without a special hint.
func wrong(n *node) fault {
	if n.kind == list && len(n.items) == 0 {
		return fault{at: n, message: n.path + " is an empty list"}
	}
	return fault{at: n}
}

// maxText bounds a name or a path, in bytes.
const maxText = 1000

// text is one line of printable text.
func text(_ Key, n *node) (string, fault) {
	if n.kind != scalar {
		return "", wrong(n)
	}
	switch {
	case strings.TrimSpace(n.text) == "":
		return "", fault{n, n.path + " is empty", ""}
	case unseen(n.text):
		return "", fault{n, "", "remove line breaks and other characters that cannot be seen"}
	case len(n.text) > maxText:
		return "", fault{n, "", "shorten it"}
	case strings.TrimSpace(n.text) != n.text:
		return "", fault{n, "", "remove the blanks at its ends"}
	}
	return n.text, fault{}
}

// unseen says whether a text has line breaks or characters that cannot be seen.
func unseen(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return !strconv.IsPrint(r) })
}

// Holds says whether a name can stand in a project file: those of some columns cannot.
func Holds(name string) bool {
	return name != "" && strings.TrimSpace(name) == name && !unseen(name) && len(name) <= maxText
}

// texts is a list of texts, at least one, all different.
func texts(k Key, n *node) ([]string, fault) {
	if n.kind != list {
		return nil, wrong(n)
	}
	return oneOrMore(k, n, text)
}

// choice is one of the words of the key.
func choice(k Key, n *node) (string, fault) {
	if !isWord(k, n) {
		return "", wrong(n)
	}
	return n.text, fault{}
}

// isWord reports that a value is one of the words a key accepts besides its type.
func isWord(k Key, n *node) bool {
	return n.kind == scalar && slices.Contains(k.Values, n.text)
}

// number is a finite decimal number within the bounds of the key. The other notations of YAML
// (0x1F, .inf, 1_000) are refused: in a file about weights and money they are typing errors.
func number(k Key, n *node) (float64, fault) {
	switch {
	case n.kind != scalar:
		return 0, wrong(n)
	case n.style != plain:
		return 0, fault{n, "", "remove the quotes"}
	}
	x, ok := decimal(n.text)
	if !ok || k.outside(x) {
		return 0, wrong(n)
	}
	return x, fault{}
}

// decimal parses a number in the form of JSON, with a sign and a bare point allowed.
func decimal(text string) (float64, bool) {
	if strings.Trim(text, "0123456789+-.eE") != "" {
		return 0, false
	}
	x, err := strconv.ParseFloat(text, 64) // an error if out of range: 1e400 is not a number here
	return x + 0, err == nil               // -0 becomes 0, so that no minus sign shows up in a report
}

// outside reports that a number breaks the bounds of the key.
func (k Key) outside(x float64) bool {
	return (k.Min != 0 || k.Max != 0) && (x < k.Min || x > k.Max)
}

// numbers is a number, or a list of at least one.
func numbers(k Key, n *node) ([]float64, fault) {
	return oneOrMore(k, n, number)
}

// oneOrMore reads a value that may be given alone or as a list without repetitions. The first item that
// does not fit is the fault of the whole.
func oneOrMore[T comparable](k Key, n *node, parse func(Key, *node) (T, fault)) ([]T, fault) {
	items := []*node{n}
	if n.kind == list {
		items = n.items
	}
	if len(items) == 0 {
		return nil, wrong(n)
	}
	var all []T
	seen := map[T]bool{}
	for _, item := range items {
		one, f := parse(k, item)
		if f.at != nil {
			return nil, f
		}
		if seen[one] {
			return nil, fault{item, item.path + " is " + item.shown() + " again", "name it once"}
		}
		seen[one] = true
		all = append(all, one)
	}
	return all, fault{}
}

// whole is a whole number within the bounds of the key, in digits: 1e3 is refused, because 1e-3 would
// have to be.
func whole(k Key, n *node) (int, fault) {
	if n.kind == scalar && n.style != plain {
		return 0, fault{n, "", "remove the quotes"}
	}
	x, err := strconv.Atoi(n.text)
	if n.kind != scalar || err != nil || k.outside(float64(x)) {
		return 0, wrong(n)
	}
	return x, fault{}
}

// days is a duration in whole days: 90, 90d or 12w.
func days(k Key, n *node) (int, fault) {
	digits, unit := splitUnit(n.text)
	count, err := strconv.Atoi(digits)
	if unit == "w" && count <= maxDays {
		count *= 7
	}
	known := unit == "" || unit == "d" || unit == "w"
	if n.kind != scalar || err != nil || !known || k.outside(float64(count)) {
		return 0, fault{at: n, hint: daysHint(unit)}
	}
	return count, fault{}
}

// daysHint explains why a unit of the calendar is no duration; "" for all else.
func daysHint(unit string) string {
	switch unit {
	case "m", "q", "y":
		return "months, quarters and years differ in length; write days, as in 90d"
	}
	return ""
}

// daysList is a duration, or a list of different ones.
func daysList(k Key, n *node) ([]int, fault) {
	return oneOrMore(k, n, days)
}

// splitUnit cuts the lower-case letters off the end: 90d is 90 and d, and 90 is 90 and nothing.
func splitUnit(text string) (digits, unit string) {
	digits = strings.TrimRightFunc(text, func(r rune) bool { return r >= 'a' && r <= 'z' })
	return digits, text[len(digits):]
}

// maxPeriods bounds the count of a Step: a hundred years of days.
const maxPeriods = 36_500

// period is a calendar period such as 1q, or the zero Step for a word of the key.
func period(k Key, n *node) (Step, fault) {
	if isWord(k, n) {
		return Step{}, fault{}
	}
	digits, unit := splitUnit(n.text)
	count, err := strconv.Atoi(digits)
	switch {
	case n.kind == scalar && unit == "w":
		return Step{}, fault{at: n, hint: "write weeks as days, as in 14d"}
	case n.kind != scalar || err != nil || count < 1 || count > maxPeriods || len(unit) != 1 || !strings.Contains("dmqy", unit):
		return Step{}, wrong(n)
	}
	return Step{count, unit[0]}, fault{}
}

// The years a date may lie in. Dates outside of them are the zero of some other program (1900-01-00,
// 0001-01-01) or its infinity (9999-12-31).
const firstYear, lastYear = 1900, 2999

// date is a calendar day as midnight UTC, or the zero time for a word of the key.
func date(k Key, n *node) (time.Time, fault) {
	if isWord(k, n) {
		return time.Time{}, fault{}
	}
	if n.kind != scalar {
		return time.Time{}, wrong(n)
	}
	day, err := time.Parse(time.DateOnly, n.text)
	switch {
	case err != nil && looksLikeDate(n.text):
		return time.Time{}, fault{n, n.path + " is " + n.shown() + ", a day that does not exist", "check the month and the day"}
	case err != nil && strings.Contains(n.text, "T"):
		return time.Time{}, fault{at: n, hint: "leave the time of day out"}
	case err != nil:
		return time.Time{}, wrong(n)
	case day.Year() < firstYear || day.Year() > lastYear:
		return time.Time{}, fault{n, n.path + " is " + n.shown() + ", outside the years 1900 to 2999", ""}
	}
	return day, fault{}
}

// looksLikeDate reports the form 0000-00-00, whatever the digits.
func looksLikeDate(text string) bool {
	form := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return '0'
		}
		return r
	}, text)
	return form == "0000-00-00"
}

// timezone is an entry of the time zone database. Local is none: the same project must give the same
// days on every machine.
func timezone(_ Key, n *node) (*time.Location, fault) {
	if n.kind != scalar || n.text == "" || n.text == "Local" {
		return nil, wrong(n)
	}
	zone, err := time.LoadLocation(n.text)
	if err != nil {
		return nil, wrong(n)
	}
	return zone, fault{}
}

// clip is a pair of bounds in ascending order.
func clip(k Key, n *node) (*Clip, fault) {
	if n.kind != list || len(n.items) != 2 {
		return nil, wrong(n)
	}
	low, f := bound(k, n.items[0])
	if f.at != nil {
		return nil, f
	}
	high, f := bound(k, n.items[1])
	if f.at != nil {
		return nil, f
	}
	if low.Percentile == high.Percentile && low.Value >= high.Value {
		return nil, fault{n, n.path + " must go from low to high", "swap the bounds, or remove clip"}
	}
	return &Clip{low, high}, fault{}
}

// bound is a number, or a percentile such as p1 or p99.5.
func bound(_ Key, n *node) (Bound, fault) {
	digits, percentile := strings.CutPrefix(n.text, "p")
	x, ok := decimal(digits)
	switch {
	case n.kind != scalar || !ok:
		return Bound{}, fault{n, n.path + " must be a number or a percentile such as p99.5, not " + n.shown(), ""}
	case percentile && (x < 0 || x > 100):
		return Bound{}, fault{n, n.path + " must be a percentile from p0 to p100, not " + n.shown(), ""}
	}
	return Bound{x, percentile}, fault{}
}

// pairs is a list of at least two values with their points from 0 to 100.
func pairs(k Key, n *node) ([]Pair, fault) {
	if n.kind != list || len(n.items) < 2 {
		return nil, wrong(n)
	}
	var all []Pair
	for _, item := range n.items {
		if item.kind != list || len(item.items) != 2 {
			return nil, fault{item, item.path + " must be a pair of a value and its points, not " + item.shown(), ""}
		}
		x, f := number(k, item.items[0])
		if f.at != nil {
			return nil, f
		}
		points, f := number(k, item.items[1])
		if f.at != nil {
			return nil, f
		}
		if points < 0 || points > 100 {
			return nil, fault{item.items[1], item.items[1].path + " must be points from 0 to 100, not " + item.items[1].shown(), ""}
		}
		all = append(all, Pair{x, points})
	}
	return all, fault{}
}

// missing is a rule by name, or a number to put in.
func missing(k Key, n *node) (Missing, fault) {
	if isWord(k, n) {
		return Missing{Rule: n.text}, fault{}
	}
	x, f := number(k, n)
	return Missing{MissingNumber, x}, f
}
