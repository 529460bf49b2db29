// Package texttab answers: how does a table of numbers look in a terminal?
// Text is aligned left, numbers right, columns are two blanks apart, and nothing
// but blanks separates them, so that a table can be pasted anywhere. Widths are those
// of a terminal (Unicode Standard Annex 11): an ideograph takes two columns, a
// combining mark none.
//
//	t := texttab.New("factor", ">weight")    //   factor        weight
//	t.Row("nps", texttab.Number(-1.5, 2))    //   nps            -1.50
//	t.Row("active_share", "10.00")           //   active_share   10.00
//	t.Write(os.Stdout)
package texttab

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/rivo/uniseg"
)

// Table is rows of cells under a header. The zero value is empty and ready to use.
type Table struct {
	header []string
	right  []bool
	rows   [][]string
}

// New returns a table with the given header; a name that starts with ">" heads a
// column that is aligned right.
func New(header ...string) *Table {
	t := &Table{}
	for _, h := range header {
		name, right := strings.CutPrefix(h, ">")
		t.header = append(t.header, name)
		t.right = append(t.right, right)
	}
	return t
}

// Row adds a row. Cells beyond the header are dropped.
func (t *Table) Row(cells ...string) {
	t.rows = append(t.rows, cells[:min(len(cells), len(t.header))])
}

// Write prints the table, indented by two blanks.
func (t *Table) Write(w io.Writer) error {
	width := make([]int, len(t.header))
	for _, row := range append([][]string{t.header}, t.rows...) {
		for j, cell := range row {
			width[j] = max(width[j], uniseg.StringWidth(cell))
		}
	}
	var b strings.Builder
	for _, row := range append([][]string{t.header}, t.rows...) {
		var line strings.Builder
		for j, cell := range row {
			pad := strings.Repeat(" ", width[j]-uniseg.StringWidth(cell))
			line.WriteString("  ")
			if t.right[j] {
				line.WriteString(pad + cell)
			} else {
				line.WriteString(cell + pad)
			}
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// huge is where digits stop helping people and powers of ten begin.
const huge = 1e18

// Number rounds for people: digits after the point, "n/a" for what is undefined. What
// rounds to nothing has no sign. Halves go to the even neighbour of the double that v is, as
// in fmt; thousands are grouped.
func Number(v float64, digits int) string {
	switch {
	case math.IsNaN(v):
		return "n/a"
	case math.IsInf(v, 1):
		return "infinite"
	case math.IsInf(v, -1):
		return "-infinite"
	case math.Abs(v) >= huge:
		return fmt.Sprintf("%.*e", 3, v)
	}
	text := fmt.Sprintf("%.*f", digits, v)
	if strings.Trim(text, "-0.") == "" {
		text = strings.TrimPrefix(text, "-")
	}
	return Group(text)
}

// Significant rounds to a number of significant digits, for quantities of any size: 0.0123,
// 12.3, 123,456 (digits before the point are never dropped), and powers of ten beyond eight
// digits behind the point.
func Significant(v float64, digits int) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return Number(v, 0)
	}
	if v == 0 {
		return "0"
	}
	power := fmt.Sprintf("%.*e", digits-1, v) // rounds first: 9.996 has its last digit where 10.0 has it
	exponent, err := strconv.Atoi(power[strings.IndexByte(power, 'e')+1:])
	after := digits - 1 - exponent
	if err != nil || after > 8 || math.Abs(v) >= huge {
		return power
	}
	return Number(v, max(0, after))
}

// Group puts a comma between groups of three digits before the point.
func Group(number string) string {
	sign, digits := "", number
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	whole, rest := digits, ""
	if i := strings.IndexByte(digits, '.'); i >= 0 {
		whole, rest = digits[:i], digits[i:]
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return sign + whole + rest
}

// Interval prints a 95 % interval, or nothing when it is undefined.
func Interval(low, high float64, digits int) string {
	if math.IsNaN(low) || math.IsNaN(high) {
		return ""
	}
	return "[" + Number(low, digits) + ", " + Number(high, digits) + "]"
}
