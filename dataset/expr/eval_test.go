package expr_test

import (
	"math"
	"slices"
	"sync"
	"testing"

	"holdfast/dataset/expr"
)

func mustParse(t *testing.T, src string) *expr.Expr {
	t.Helper()
	e, err := expr.Parse(src, tableColumns())
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestABareColumnIsSharedNotCopied(t *testing.T) {
	numbers := []float64{1, math.NaN(), 3}
	got := mustParse(t, "one").Eval(3, func(string) expr.Vector { return expr.Vector{Numbers: numbers} })
	if &got.Numbers[0] != &numbers[0] {
		t.Error("a finite number column was copied")
	}
	codes, levels := []int32{0, -1, 1}, []string{"a", "b"}
	got = mustParse(t, "plan").Eval(3, func(string) expr.Vector { return expr.Vector{Codes: codes, Levels: levels} })
	if &got.Codes[0] != &codes[0] || &got.Levels[0] != &levels[0] {
		t.Error("a text column was copied")
	}
}

func TestAppendingToAResultLeavesTheColumnAlone(t *testing.T) {
	numbers, codes := []float64{1, 2, 3}, []int32{0, 1, 0}
	column := func(string) expr.Vector {
		return expr.Vector{Numbers: numbers, Codes: codes, Levels: []string{"a", "b"}}
	}
	_ = append(mustParse(t, "one").Eval(2, column).Numbers, 7)
	_ = append(mustParse(t, "plan").Eval(2, column).Codes, 7)
	if numbers[2] != 3 || codes[2] != 0 {
		t.Errorf("the columns became %v, %v", numbers, codes)
	}
}

func TestAnInfinityIsMissingWhereverItStands(t *testing.T) {
	e := mustParse(t, "missing(one)")
	for at := range 11 {
		numbers := make([]float64, 11)
		numbers[at] = math.Inf(1 - at%2*2)
		for i, v := range e.Eval(11, func(string) expr.Vector { return expr.Vector{Numbers: numbers} }).Numbers {
			if (v == 1) != (i == at) {
				t.Errorf("infinity in row %d: missing is %v in row %d", at, v, i)
			}
		}
	}
}

func TestABareColumnWithAnInfinityIsCopiedAndLeftAlone(t *testing.T) {
	numbers := []float64{1, math.Inf(-1), 3, 4, math.Inf(1)}
	got := mustParse(t, "one").Eval(5, func(string) expr.Vector { return expr.Vector{Numbers: numbers} }).Numbers
	if !math.IsNaN(got[1]) || !math.IsNaN(got[4]) || got[0] != 1 || got[3] != 4 {
		t.Errorf("got %v", got)
	}
	if !math.IsInf(numbers[1], -1) || !math.IsInf(numbers[4], 1) {
		t.Errorf("the column became %v", numbers)
	}
}

func TestRowsBeyondTheEndOfAColumnAreMissing(t *testing.T) {
	short := func(name string) expr.Vector {
		switch name {
		case "plan":
			return expr.Vector{Codes: []int32{0}, Levels: []string{"a"}}
		case "one":
			return expr.Vector{Numbers: []float64{1, 2}}
		default:
			return expr.Vector{}
		}
	}
	for src, want := range map[string][]float64{
		"one":                  {1, 2, na},
		"one + 1":              {2, 3, na},
		"plan == 'a'":          {1, na, na},
		"missing(plan)":        {0, 1, 1},
		"missing(two) or u":    {1, 1, 1},
		"coalesce(u, one > 1)": {0, 1, na},
	} {
		got := mustParse(t, src).Eval(3, short).Numbers
		if !slices.EqualFunc(got, want, sameNumber) {
			t.Errorf("%s = %v, want %v", src, got, want)
		}
	}
	if got := mustParse(t, "plan").Eval(3, short).Codes; !slices.Equal(got, []int32{0, -1, -1}) {
		t.Errorf("plan = %v", got)
	}
}

func sameNumber(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }

func TestNoRowsGiveNoValues(t *testing.T) {
	for _, src := range []string{"one", "one + 1", "one > 1", "plan", "yes ? plan : other"} {
		for _, n := range []int{0, -1} {
			if got := mustParse(t, src).Eval(n, tableRow); len(got.Numbers)+len(got.Codes) != 0 {
				t.Errorf("%s for %d rows gives %v", src, n, got)
			}
		}
	}
}

func TestEvalIntoATextIsAllMissing(t *testing.T) {
	dst := []float64{1, 2}
	mustParse(t, "plan").EvalInto(dst, tableRow)
	if !math.IsNaN(dst[0]) || !math.IsNaN(dst[1]) {
		t.Errorf("got %v", dst)
	}
}

func TestEvalAsksForEachColumnOnceAndInOrder(t *testing.T) {
	e := mustParse(t, "two > one and two < n or one == 3")
	var asked []string
	e.Eval(5000, func(name string) expr.Vector {
		asked = append(asked, name)
		return expr.Vector{}
	})
	if want := []string{"n", "one", "two"}; !slices.Equal(asked, want) || !slices.Equal(e.Columns(), want) {
		t.Errorf("asked for %v, Columns are %v, want %v", asked, e.Columns(), want)
	}
}

func TestTheCallerMayChangeWhatColumnsReturned(t *testing.T) {
	e := mustParse(t, "one + two")
	e.Columns()[0] = "three"
	if got := e.Columns()[0]; got != "one" {
		t.Errorf("the expression now reads %q", got)
	}
}

// One expression serves the workers of a scoring run, whose batches differ in
// length; every worker must see the values a lone one sees.
func TestOneExpressionServesManyGoroutines(t *testing.T) {
	e, err := expr.Parse("plan in ['team', 'pro'] ? a / b : coalesce(trend, 0) > 0.2 ? 1 : imports ^ 2", benchColumns())
	if err != nil {
		t.Fatal(err)
	}
	column := benchData()
	want := e.Eval(benchRows, column).Numbers
	var workers sync.WaitGroup
	for w := range 8 {
		workers.Go(func() {
			for i := range 20 {
				n := benchRows - 97*w - i
				if got := e.Eval(n, column).Numbers; !slices.EqualFunc(got, want[:n], sameNumber) {
					t.Errorf("worker %d: batch of %d rows differs", w, n)
				}
			}
		})
	}
	workers.Wait()
}

func TestANumericRuleAllocatesNothingPerBatch(t *testing.T) {
	e, err := expr.Parse("active_share > 0.8 and (imports >= 0.5 or exports >= 0.5) and clip(a / b, 0, 1) < 0.5", benchColumns())
	if err != nil {
		t.Fatal(err)
	}
	column, dst := benchData(), make([]float64, benchRows)
	// A garbage collection may empty the pool of scratch blocks in between;
	// the average over the runs stays below one.
	if got := testing.AllocsPerRun(200, func() { e.EvalInto(dst, column) }); got >= 1 {
		t.Errorf("%v allocations a batch", got)
	}
}

// Blocks have 1024 rows; columns that end inside the second block, or at its
// start, exercise rows in place, rows copied and rows made up.
func TestColumnsMayEndInAnyBlock(t *testing.T) {
	const rows = 2500
	for _, length := range []int{0, 1, 1023, 1024, 1025, 2048, 2499, 2500, 4000} {
		numbers, codes := make([]float64, length), make([]int32, length)
		for i := range numbers {
			numbers[i], codes[i] = float64(i), int32(i%2)
		}
		column := func(name string) expr.Vector {
			if name == "plan" {
				return expr.Vector{Codes: codes, Levels: []string{"a", "b"}}
			}
			return expr.Vector{Numbers: numbers}
		}
		number := mustParse(t, "one").Eval(rows, column).Numbers
		sum := mustParse(t, "one + 1").Eval(rows, column).Numbers
		text := mustParse(t, "plan").Eval(rows, column)
		is := mustParse(t, "plan == 'b'").Eval(rows, column).Numbers
		for i := range rows {
			known := i < length
			if known && (number[i] != float64(i) || sum[i] != float64(i+1) || text.Codes[i] != int32(i%2) || is[i] != float64(i%2)) ||
				!known && !(math.IsNaN(number[i]) && math.IsNaN(sum[i]) && text.Codes[i] == -1 && math.IsNaN(is[i])) {
				t.Fatalf("columns of %d rows: row %d is %v, %v, %d, %v", length, i, number[i], sum[i], text.Codes[i], is[i])
			}
		}
	}
}

func TestEvalIntoABareColumnCopiesIt(t *testing.T) {
	numbers, dst := []float64{1, na, 3}, make([]float64, 3)
	mustParse(t, "one").EvalInto(dst, func(string) expr.Vector { return expr.Vector{Numbers: numbers} })
	dst[0]++
	if numbers[0] != 1 || dst[0] != 2 || !math.IsNaN(dst[1]) || dst[2] != 3 {
		t.Errorf("dst is %v, the column %v", dst, numbers)
	}
}

func TestAConditionThatIsAColumnOrALiteralChooses(t *testing.T) {
	column := func(name string) expr.Vector {
		switch name {
		case "yes":
			return expr.Vector{Numbers: []float64{1, 0, na}}
		case "plan":
			return expr.Vector{Codes: []int32{0, 1, 0}, Levels: []string{"a", "b"}}
		default:
			return expr.Vector{Numbers: []float64{10, 20, 30}}
		}
	}
	for src, want := range map[string][]float64{
		"yes ? one : -one":                       {10, -20, na},
		"true ? one : nil":                       {10, 20, 30},
		"(yes ? plan : 'b') == 'b'":              {0, 1, na},
		"(yes ? not yes : yes) == no":            {na, na, na},
		"missing(yes ? plan : plan)":             {0, 0, 1},
		"coalesce(yes ? 1 : nil, 7)":             {1, 7, 7},
		"coalesce(yes, plan == 'a')":             {1, 0, 1},
		"yes and one > 5 or one == 20":           {1, 1, na},
		"if(yes, 'x', plan) in ['b']":            {0, 1, na},
		"coalesce(yes ? 'x' : nil, plan) == 'x'": {1, 0, 0},
	} {
		got := mustParse(t, src).Eval(3, func(name string) expr.Vector {
			if name == "no" {
				return expr.Vector{}
			}
			return column(name)
		}).Numbers
		if !slices.EqualFunc(got, want, sameNumber) {
			t.Errorf("%s = %v, want %v", src, got, want)
		}
	}
}
