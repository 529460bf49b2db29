package trigger

import (
	"fmt"
	"slices"
	"strings"

	"holdfast/dataset/expr"
)

// Rule is something to do, or to be told, when a condition holds. It is what the user wrote,
// and may be wrong; a Condition is not.
type Rule struct {
	Name string `json:"name"`
	When string `json:"when"` // an expression over Columns, true or false
}

// The names that rules know.
const (
	P           = "p"
	Health      = "health"
	Band        = "band"
	BandBefore  = "band_before"
	Dropped     = "dropped"
	Value       = "value"
	TopCategory = "top_category"
	Segment     = "segment"
)

// KnownNames lists the names that rules know, as a message says them.
const KnownNames = "p, health, band, band_before, dropped, value, top_category and segment"

// Columns are the names that rules know, with their types. The map is the caller's.
func Columns() expr.Columns {
	return expr.Columns{P: expr.Number, Health: expr.Number, Band: expr.Text, BandBefore: expr.Text,
		Dropped: expr.Bool, Value: expr.Number, TopCategory: expr.Text, Segment: expr.Text}
}

// Bands are the names of the bands by rising risk, which is how [Standings] count them.
func Bands() []string { return []string{"green", "yellow", "red"} }

// Condition is a rule that was checked. It is not changed by being asked, and may be asked by
// several goroutines.
type Condition struct {
	Rule
	when *expr.Expr
}

// Compile checks the condition. Errors name the rule and say what to write instead: names
// that are not among Columns, a value that is neither true nor false, and a text that no
// band is called, because a condition on it would quietly never hold.
func (r Rule) Compile() (*Condition, error) {
	e, err := expr.Parse(r.When, Columns())
	switch {
	case err != nil:
		return nil, fmt.Errorf("trigger: %q: %w; rules know %s", r.Name, err, KnownNames)
	case e.Type() != expr.Bool:
		return nil, fmt.Errorf("trigger: %q: %s is no condition, such as p > 0.5", r.Name, r.When)
	}
	c := &Condition{r, e}
	for _, column := range []string{Band, BandBefore} {
		if problem := Unknown(column, c.Texts(column), Bands()); problem != "" {
			return nil, fmt.Errorf("trigger: %q: %s", r.Name, problem)
		}
	}
	return c, nil
}

// Asks says whether the condition depends on a column.
func (c *Condition) Asks(column string) bool { return slices.Contains(c.when.Columns(), column) }

// Texts are the texts that the condition holds against a column, in the order in which they
// are written: by == and !=, on either side, and by in. Who knows what the column can be, such
// as the categories of a project, asks Unknown about them.
func (c *Condition) Texts(column string) []string {
	var texts []string
	note := func(nodes ...expr.Node) {
		asked := false
		for _, n := range nodes {
			asked = asked || isColumn(n, column)
		}
		for _, n := range nodes {
			if lit, ok := n.(*expr.TextLit); ok && asked {
				texts = append(texts, lit.Value)
			}
		}
	}
	expr.Walk(c.when.Root(), func(n expr.Node) {
		switch n := n.(type) {
		case *expr.Comparison:
			note(n.X, n.Y)
		case *expr.In:
			note(append([]expr.Node{n.X}, n.Set...)...)
		}
	})
	return texts
}

func isColumn(n expr.Node, name string) bool {
	column, ok := n.(*expr.Column)
	return ok && column.Name == name
}

// Unknown says what is wrong with the first text that is not among those that a column can
// have, and which one may have been meant; "" if nothing is.
func Unknown(column string, texts, known []string) string {
	for _, text := range texts {
		if slices.Contains(known, text) {
			continue
		}
		if meant, ok := expr.Nearest(text, known); ok {
			return fmt.Sprintf("%s is never %q; did you mean %q?", column, text, meant)
		}
		return fmt.Sprintf("%s is never %q; it is one of %s", column, text, strings.Join(known, ", "))
	}
	return ""
}
