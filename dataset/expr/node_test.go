package expr_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"holdfast/dataset/expr"
)

// The trees that others walk: one source per kind of node, with the shape a
// compiler to SQL relies on.
func TestASourceBecomesTheTreeThatWalkersRelyOn(t *testing.T) {
	nps := &expr.Column{Name: "nps", Of: expr.Number}
	plan := &expr.Column{Name: "plan", Of: expr.Text}
	churned := &expr.Column{Name: "churned", Of: expr.Bool}
	one, two := &expr.NumberLit{Value: 1}, &expr.NumberLit{Value: 2}
	for _, c := range []struct {
		src  string
		want expr.Node
	}{
		{"nps", nps},
		{"col('used at')", &expr.Column{Name: "used at", Of: expr.Number}},
		{"-1.5", &expr.NumberLit{Value: -1.5}},
		{"true", &expr.BoolLit{Value: true}},
		{"-nps", &expr.Negate{X: nps}},
		{"!churned", &expr.Not{X: churned}},
		{"nps - 1", &expr.Arithmetic{Op: expr.Subtract, X: nps, Y: one}},
		{"nps ** 2", &expr.Arithmetic{Op: expr.Power, X: nps, Y: two}},
		{"churned || true", &expr.Logic{Op: expr.Or, X: churned, Y: &expr.BoolLit{Value: true}}},
		{"plan == 'pro'", &expr.Comparison{Op: expr.Equal, X: plan, Y: &expr.TextLit{Value: "pro"}}},
		{"nps in [1, 2]", &expr.In{X: nps, Set: []expr.Node{one, two}}},
		{"nps not in [1]", &expr.Not{X: &expr.In{X: nps, Set: []expr.Node{one}}}},
		{"churned ? plan : nil", &expr.Conditional{If: churned, Then: plan, Else: &expr.MissingLit{Of: expr.Text}}},
		{"if(churned, nil, 1)", &expr.Conditional{If: churned, Then: &expr.MissingLit{Of: expr.Number}, Else: one}},
		{"ln(nps)", &expr.Call{Func: expr.Log, Args: []expr.Node{nps}}},
		{"clip(nps, 1, 2)", &expr.Call{Func: expr.Clip, Args: []expr.Node{nps, one, two}}},
		{"coalesce(nil, nps)", &expr.Call{Func: expr.Coalesce, Args: []expr.Node{&expr.MissingLit{Of: expr.Number}, nps}}},
		{"missing(plan)", &expr.Call{Func: expr.Missing, Args: []expr.Node{plan}}},
		{"1 < nps < 2", &expr.Logic{
			Op: expr.And,
			X:  &expr.Comparison{Op: expr.Less, X: one, Y: nps},
			Y:  &expr.Comparison{Op: expr.Less, X: nps, Y: two},
		}},
	} {
		e, err := expr.Parse(c.src, parseColumns())
		if err != nil {
			t.Errorf("%s: %v", c.src, err)
		} else if !reflect.DeepEqual(e.Root(), c.want) {
			t.Errorf("%s is the tree of %s: %#v", c.src, e, e.Root())
		}
	}
}

func TestWalkVisitsOperandsBeforeOperatorsFromLeftToRight(t *testing.T) {
	e, err := expr.Parse("-nps > 1 and nps in [2, 3] ? max(nps, 4) : (not churned ? nil : 5)", parseColumns())
	if err != nil {
		t.Fatal(err)
	}
	var visited []string
	expr.Walk(e.Root(), func(n expr.Node) {
		name := fmt.Sprintf("%T", n)[len("*expr."):]
		if lit, ok := n.(*expr.NumberLit); ok {
			name = fmt.Sprint(lit.Value)
		}
		visited = append(visited, name)
	})
	want := []string{
		"Column", "Negate", "1", "Comparison",
		"Column", "2", "3", "In",
		"Logic",
		"Column", "4", "Call",
		"Column", "Not", "MissingLit", "5", "Conditional",
		"Conditional",
	}
	if !slices.Equal(visited, want) {
		t.Errorf("visited %v", visited)
	}
}

func TestAQuotedColumnReadsAsThatColumn(t *testing.T) {
	for name, want := range map[string]string{
		"seats":        "seats",
		"_x1":          "_x1",
		"früh":         "früh",
		"$net":         "$net",
		"used at":      `col("used at")`,
		"usage.logins": `col("usage.logins")`,
		"30d":          `col("30d")`,
		"in":           `col("in")`,
		"null":         `col("null")`,
		"let":          `col("let")`,
		"matches":      `col("matches")`,
		"if":           `col("if")`,
		"$env":         `col("$env")`,
		"true":         `col("true")`,
		"max":          "max", // only max( is a function
		"col":          "col",
		`a"b\c`:        `col("a\"b\\c")`,
		"new\nline":    `col("new\nline")`,
		"\u200b":       `col("\u200b")`,
		"":             `col("")`,
	} {
		if got := expr.Quote(name); got != want {
			t.Errorf("Quote(%q) = %s, want %s", name, got, want)
		}
		e, err := expr.Parse(expr.Quote(name), expr.Columns{name: expr.Number})
		if err != nil || !slices.Equal(e.Columns(), []string{name}) {
			t.Errorf("%s does not read as the column %q: %v", expr.Quote(name), name, err)
		}
	}
}
