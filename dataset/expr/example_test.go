package expr_test

import (
	"errors"
	"fmt"

	"holdfast/dataset/expr"
)

// Three values: a missing number makes the rule missing only where it could have decided.
func ExampleExpr_Eval() {
	columns := expr.Columns{"usage": expr.Number, "calls": expr.Number}
	e, err := expr.Parse("usage > 0.8 and calls < 3", columns)
	if err != nil {
		fmt.Println(err)
		return
	}
	nan := expr.Log.Of(0) // missing
	table := map[string]expr.Vector{"usage": {Numbers: []float64{0.9, 0.5, 0.9}}, "calls": {Numbers: []float64{1, nan, nan}}}
	fmt.Println(e.Columns(), e.Eval(3, func(name string) expr.Vector { return table[name] }).Numbers)
	// Output:
	// [calls usage] [1 0 NaN]
}

// A recipe names quantities; written out it is one over columns.
func ExampleExpr_Inline() {
	columns := expr.Columns{"active": expr.Number, "seats": expr.Number}
	share, _ := expr.Parse("active / seats", columns)
	recipe, _ := expr.Parse("share ^ 2 > 0.5", expr.Columns{"share": expr.Number})
	e, err := recipe.Inline(map[string]*expr.Expr{"share": share})
	fmt.Println(e, err)
	// Output:
	// (active / seats) ^ 2 > 0.5 <nil>
}

// Where the trouble is, for a terminal.
func ExampleError_Excerpt() {
	_, err := expr.Parse("plan == 'pro'\n  and seatz > 3", expr.Columns{"plan": expr.Text, "seats": expr.Number})
	var bad *expr.Error
	if errors.As(err, &bad) {
		fmt.Println(bad)
		fmt.Println(bad.Excerpt())
	}
	// Output:
	// unknown column "seatz" at 20; did you mean "seats"?
	//   and seatz > 3
	//       ^
}

// Operands come before their operator.
func ExampleWalk() {
	e, _ := expr.Parse("a + b * 2 > 0", expr.Columns{"a": expr.Number, "b": expr.Number})
	expr.Walk(e.Root(), func(n expr.Node) {
		switch n := n.(type) {
		case *expr.Column:
			fmt.Print(n.Name, " ")
		case *expr.NumberLit:
			fmt.Print(n.Value, " ")
		case *expr.Arithmetic:
			fmt.Print(n.Op, " ")
		case *expr.Comparison:
			fmt.Println(n.Op)
		}
	})
	// Output:
	// a b 2 * + 0 >
}

func ExampleNearest() {
	for _, name := range []string{"Logins", "renewl_date", "nps"} {
		near, ok := expr.Nearest(name, []string{"logins", "renewal_date", "arr"})
		fmt.Printf("%q %v\n", near, ok)
	}
	// Output:
	// "logins" true
	// "renewal_date" true
	// "" false
}
