package expr_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"math"
	"os"
	"strings"
	"testing"

	"holdfast/dataset/beside"

	"holdfast/dataset/expr"
)

// corpusFile opens a file of the shared corpus of expressions, which lies
// beside the repository.
func corpusFile(t *testing.T, name string) *os.File {
	t.Helper()
	f, err := os.Open(beside.Path(t, "the corpus of expressions", "corpus", "expr", name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// The columns of the corpus. account_id, outcome and the dates are withheld,
// as the package that reads snapshots does; snapshot_date is there but of no
// type, as a date is.
func corpusColumns() expr.Columns {
	return expr.Columns{
		"a": expr.Number, "b": expr.Number, "x": expr.Number,
		"seats": expr.Number, "arr": expr.Number, "nps": expr.Number,
		"logins_30d": expr.Number, "segment": expr.Text, "snapshot_date": 0,
	}
}

func TestEveryBadExpressionOfTheCorpusIsRefusedWithAPositionOrMissing(t *testing.T) {
	lines := bufio.NewScanner(corpusFile(t, "bad.jsonl"))
	lines.Buffer(nil, 1<<20)
	refused, missing := 0, 0
	for lines.Scan() {
		var bad struct{ ID, Expr, Must string }
		if err := json.Unmarshal(lines.Bytes(), &bad); err != nil {
			t.Fatal(err)
		}
		wantQuick(t, bad.ID, bad.Expr, corpusColumns())
		e, err := expr.Parse(bad.Expr, corpusColumns())
		if strings.HasPrefix(bad.Must, "value becomes missing") {
			missing++
			if err != nil {
				t.Errorf("%s %.60q: %v, want a missing value", bad.ID, bad.Expr, err)
			} else if got := e.Eval(1, nothing).Numbers[0]; !math.IsNaN(got) {
				t.Errorf("%s %.60q = %v, want missing", bad.ID, bad.Expr, got)
			}
			continue
		}
		refused++
		wantRefusal(t, bad.ID, bad.Expr, err)
	}
	if refused != 71 || missing != 6 {
		t.Errorf("the corpus has %d expressions to refuse and %d missing values, want 71 and 6", refused, missing)
	}
}

func nothing(string) expr.Vector { return expr.Vector{} }

func wantRefusal(t *testing.T, id, src string, err error) {
	t.Helper()
	var e *expr.Error
	switch {
	case !errors.As(err, &e):
		t.Errorf("%s %.60q: got error %v, want an *expr.Error", id, src, err)
	case e.Offset < 0 || e.Offset > len(src):
		t.Errorf("%s %.60q: offset %d is outside the source", id, src, e.Offset)
	case strings.ContainsAny(e.Error(), "\n\x00\x1b"):
		t.Errorf("%s %.60q: message %q is not one clean line", id, src, e.Error())
	default:
		t.Logf("%s %.40q: %v", id, src, err)
	}
}

func TestEveryGoodExpressionOfTheCorpusHasItsValue(t *testing.T) {
	row := func(name string) expr.Vector {
		switch name {
		case "segment":
			return expr.Vector{Codes: []int32{1, 0}, Levels: []string{"enterprise", "smb"}}
		case "seats":
			return expr.Vector{Numbers: []float64{0, 4}}
		case "nps":
			return expr.Vector{Numbers: []float64{math.NaN(), 7}}
		default:
			return expr.Vector{Numbers: []float64{3, 10}}
		}
	}
	// Where the corpus leaves a choice, what doc.go says; where it says what
	// depends on a column, the values for the two rows above.
	want := map[string][2]float64{
		"2 ^ 3 ^ 2":                     {512, 512},
		"-2 ^ 2":                        {-4, -4},
		"if(seats > 0, arr / seats, 0)": {0, 2.5},
		"coalesce(nps, 0)":              {0, 7},
		"log(1 + logins_30d)":           {math.Log(4), math.Log(11)},
		"1_000":                         {1000, 1000},
		"true and not false":            {1, 1},
		`segment == "smb"`:              {1, 0},
		"logins_30d\n+ 1":               {4, 11},
		".5":                            {0.5, 0.5},
		"missing(nps)":                  {1, 0},
	}
	lines := bufio.NewScanner(corpusFile(t, "good.tsv"))
	lines.Scan() // header
	for lines.Scan() {
		src, value, _ := strings.Cut(lines.Text(), "\t")
		src = strings.ReplaceAll(src, `\n`, "\n")
		e, err := expr.Parse(src, corpusColumns())
		if err != nil {
			t.Errorf("%q: %v", src, err)
			continue
		}
		w, ok := want[src]
		if !ok {
			if err := json.Unmarshal([]byte(value), &w[0]); err != nil {
				t.Fatalf("%q: the corpus says %q and the test has no value", src, value)
			}
			w[1] = w[0]
		}
		got := e.Eval(2, row).Numbers
		if got[0] != w[0] || got[1] != w[1] {
			t.Errorf("%q = %v, want %v", src, got, w)
		}
	}
}
