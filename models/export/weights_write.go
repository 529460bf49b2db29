package export

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"holdfast/models"
)

// sameOrder is said of weights that were not fitted as percent weights.
const sameOrder = "The order of the accounts by this score is that of the model, and so are their bands: the weights are those of the model,\n" +
	"each times the distance between the limits of its factor. Points and limits are rounded to six digits here, and whole in the CSV."

// shown is a number for people: six significant digits.
func shown(v float64) string { return strconv.FormatFloat(v, 'g', 6, 64) }

// WeightsCSV writes the percent weights, a factor a line, with all digits. Texts that a
// spreadsheet would take for a formula get an apostrophe in front.
func WeightsCSV(w io.Writer, m *models.Model) error {
	s, err := WeightsOf(m)
	if err != nil {
		return err
	}
	c := csv.NewWriter(w)
	head := []string{"factor", "category", "points", "higher_is", "scale"}
	for _, q := range quarters() {
		head = append(head, fmt.Sprintf("value_at_%d", q))
	}
	c.Write(append(head, "steps", "missing", "computed_from"))
	for _, x := range s.Weights {
		row := []string{inert(x.Factor), inert(x.Category), digits(x.Points), x.Higher, x.Scale}
		for _, q := range quarters() {
			row = append(row, x.value(q, digits))
		}
		c.Write(append(row, inert(x.Steps), inert(x.Missing), inert(x.Source)))
	}
	for _, cut := range s.Cuts {
		c.Write([]string{fmt.Sprintf("(%s up to)", cut.Band), "", digits(cut.UpTo), "", "", "", "", "", "", "", "", "", ""})
	}
	for _, l := range s.Levels {
		c.Write([]string{fmt.Sprintf("(probability at %v)", l.Score), "", digits(l.P), "", "", "", "", "", "", "", "", "", ""})
	}
	c.Flush()
	return c.Error()
}

// value is the value that scores q, empty where steps say what values score.
func (w *PercentWeight) value(q int, write func(float64) string) string {
	if w.At == nil {
		return ""
	}
	return write(w.At[q])
}

// inert makes text safe in a spreadsheet, which takes a cell that begins with one of these for
// a formula and runs it (CSV injection). Names of factors come from whoever wrote the project.
func inert(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

// WeightsMarkdown writes the percent weights as a page for people.
func WeightsMarkdown(w io.Writer, m *models.Model) error {
	s, err := WeightsOf(m)
	if err != nil {
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# Weights of %s\n\n", escaped(m.Name))
	b.WriteString("The score of an account is the sum of points × factor score / 100. A factor scores from 0 to 100, in a straight line\n" +
		"between the value at 0 and the value at 100 (on its scale), and never less or more.\n\n")
	if s.Linear {
		b.WriteString(sameOrder + "\n\n")
	}
	b.WriteString("| factor | category | points | higher is | scale | at 0 | at 25 | at 50 | at 75 | at 100 | missing |\n")
	b.WriteString("|---|---|---:|---|---|---:|---:|---:|---:|---:|---|\n")
	for _, x := range s.Weights {
		cells := []string{escaped(x.Factor), escaped(x.Category), shown(x.Points), x.Higher, x.Scale}
		for _, q := range quarters() {
			cells = append(cells, x.value(q, shown))
		}
		b.WriteString("| " + strings.Join(append(cells, escaped(x.Missing)), " | ") + " |\n")
	}
	b.WriteString("\n")
	for _, x := range s.Weights {
		if x.Steps != "" {
			fmt.Fprintf(&b, "- %s scores %s\n", escaped(x.Factor), escaped(x.Steps))
		}
		if x.Source != x.Factor {
			fmt.Fprintf(&b, "- %s is computed from %s\n", escaped(x.Factor), escaped(x.Source))
		}
	}
	for _, cut := range s.Cuts {
		fmt.Fprintf(&b, "- %s: a score of %s or less\n", cut.Band, shown(cut.UpTo))
	}
	if len(s.Levels) > 0 {
		b.WriteString("\n| score | probability |\n|---:|---:|\n")
		for _, l := range s.Levels {
			fmt.Fprintf(&b, "| %v | %.2f %% |\n", l.Score, 100*l.P)
		}
	}
	_, err = io.WriteString(w, b.String())
	return err
}

// escaped is text in a table of Markdown, in which nothing of it has a meaning.
func escaped(s string) string {
	return strings.NewReplacer("\\", `\\`, "|", `\|`, "\n", " ", "\r", " ", "<", "&lt;", "&", "&amp;", "*", `\*`, "_", `\_`, "`", "\\`", "[", `\[`, "]", `\]`).Replace(s)
}
