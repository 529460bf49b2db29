package backtest_test

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"holdfast/models/logit/logittest"
)

// digitsTable says of every answer known from outside how many digits of it are reached.
type digitsTable struct{ rows []*digitsRow }

// digitsRow is one problem, or one part of it.
type digitsRow struct {
	problem string
	cells   [len(groupNames)]digitsCell

	// wanted are the digits wanted of every figure, as far as its source has so many: 0
	// wants all that it has, which is the rule. Whatever lies below has a reason: limit.
	wanted float64
	limit  string
}

// digitsGroup is a column of the table.
type digitsGroup int

const (
	weights digitsGroup = iota
	stdErrors
	logLiks // and objectives, AIC
	others  // intervals, tests, predictions, AUC and what else follows from a fit
)

// groupNames has one heading per group.
var groupNames = [...]string{"weights", "errors", "log lik", "others"}

// digitsCell is the worst figure of a group: the one that most of its source's digits are
// missing of, and among equals the one with fewest.
type digitsCell struct {
	figures int
	has     int
	reached float64
}

func (c *digitsCell) add(has int, reached float64) {
	c.figures++
	missing, worst := float64(has)-reached, float64(c.has)-c.reached
	if c.figures == 1 || missing > worst || missing == worst && has < c.has {
		c.has, c.reached = has, reached
	}
}

// row starts a row. All digits that the sources have are wanted.
func (tab *digitsTable) row(problem string) *digitsRow {
	r := &digitsRow{problem: problem}
	tab.rows = append(tab.rows, r)
	return r
}

// limited starts a row whose source is right to so many digits only.
func (tab *digitsTable) limited(problem string, wanted float64, limit string) *digitsRow {
	r := tab.row(problem)
	r.wanted, r.limit = wanted, limit
	return r
}

// certified compares with a decimal number of 25 digits, more than a float64 has, by its
// log relative error; "" is not known.
func (r *digitsRow) certified(t *testing.T, g digitsGroup, what string, got float64, want string, wanted float64) {
	t.Helper()
	if want != "" {
		r.check(t, g, what, got, want, 25, logittest.Digits(got, want), wanted)
	}
}

// printed compares with figures as they were printed.
func (r *digitsRow) printed(t *testing.T, g digitsGroup, what string, got []float64, figures string) {
	t.Helper()
	want := strings.Fields(figures)
	if len(got) != len(want) {
		t.Fatalf("%s: %d %s, %d printed", r.problem, len(got), what, len(want))
	}
	for i, w := range want {
		has, reached := logittest.Figure(got[i], w)
		wanted := float64(has)
		if r.wanted > 0 {
			wanted = math.Min(wanted, r.wanted)
		}
		r.check(t, g, what, got[i], w, has, reached, wanted)
	}
}

// twelve compares with a number of a file that prints twelve significant digits.
func (r *digitsRow) twelve(t *testing.T, g digitsGroup, what string, got, want float64) {
	t.Helper()
	r.printed(t, g, what, []float64{got}, strconv.FormatFloat(want, 'e', 11, 64))
}

func (r *digitsRow) check(t *testing.T, g digitsGroup, what string, got float64, want string, has int, reached, wanted float64) {
	t.Helper()
	r.cells[g].add(has, reached)
	if reached < wanted {
		t.Errorf("%s: %s %.17g, %s known: %.2f of %d digits, %.1f wanted", r.problem, what, got, want, reached, has, wanted)
	}
}

// String is the table, each cell "digits reached / digits known" of its worst figure.
func (tab *digitsTable) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n%-70s%8s", "digits reached / known", "figures")
	for _, name := range groupNames {
		fmt.Fprintf(&b, "%11s", name)
	}
	fmt.Fprintf(&b, "%8s  %s\n", "wanted", "because")
	for _, r := range tab.rows {
		b.WriteString(r.String())
	}
	return b.String()
}

func (r *digitsRow) String() string {
	var cells strings.Builder
	figures := 0
	for _, c := range r.cells {
		figures += c.figures
		text := "-"
		if c.figures > 0 {
			text = fmt.Sprintf("%.1f/%d", c.reached, c.has)
		}
		fmt.Fprintf(&cells, "%11s", text)
	}
	wanted := "all"
	if r.wanted > 0 {
		wanted = fmt.Sprintf("%.1f", r.wanted)
	}
	return strings.TrimRight(fmt.Sprintf("%-70s%8d%s%8s  %s", r.problem, figures, cells.String(), wanted, r.limit), " ") + "\n"
}

func TestACellOfTheDigitsTableHoldsItsWorstFigure(t *testing.T) {
	var c digitsCell
	for _, f := range []struct {
		has     int
		reached float64
	}{{12, 12}, {9, 9}, {12, 10.5}, {3, 2.5}, {11, 9.5}} {
		c.add(f.has, f.reached)
	}
	if want := (digitsCell{figures: 5, has: 11, reached: 9.5}); c != want {
		t.Errorf("%+v, want %+v", c, want)
	}
}
