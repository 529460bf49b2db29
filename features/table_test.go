package features

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/dataset/parquetio"
)

// column is one column of the examples of a test.
type column struct {
	name    string
	numbers []float64 // NaN is missing
	texts   []string  // null is missing
	truths  bool      // numbers are booleans
}

const null = "\x00"

var nan = math.NaN()

// examples writes the columns to a Parquet file and reads them back as examples: row
// i is account i, churned where churned says so.
func examples(t testing.TB, churned []bool, columns ...column) *dataset.Examples {
	t.Helper()
	return examplesIn(t, 0, churned, columns...)
}

// examplesIn reads within so many bytes of memory: 0 is no limit, and 1 stores every column.
func examplesIn(t testing.TB, memory int64, churned []bool, columns ...column) *dataset.Examples {
	t.Helper()
	n := len(churned)
	fields := []parquetio.Field{{Name: "account_id", Kind: parquetio.Text}, {Name: "snapshot_date", Kind: parquetio.Day}}
	keys := parquetio.Column{Codes: make([]int32, n), Levels: make([]string, n)}
	dates := parquetio.Column{Days: make([]int32, n)}
	for i := range n {
		keys.Codes[i], keys.Levels[i], dates.Days[i] = int32(i), fmt.Sprintf("A%07d", i), 20000
	}
	values, uses := []parquetio.Column{keys, dates}, make(expr.Columns)
	for _, c := range columns {
		field := parquetio.Field{Name: c.name, Kind: parquetio.Float, Nullable: true}
		value := parquetio.Column{Numbers: c.numbers}
		uses[c.name] = expr.Number
		if c.truths {
			field.Kind, uses[c.name] = parquetio.Bool, expr.Bool
		}
		if c.texts != nil {
			field.Kind, uses[c.name] = parquetio.Text, expr.Text
			value = coded(c.texts)
		}
		fields, values = append(fields, field), append(values, value)
	}
	var file bytes.Buffer
	w, err := parquetio.NewWriter(&file, fields)
	if err == nil {
		err = w.Write(values)
	}
	if err == nil {
		err = w.Close()
	}
	path := filepath.Join(t.TempDir(), "snapshots.parquet")
	if err == nil {
		err = os.WriteFile(path, file.Bytes(), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	s, err := dataset.LoadSnapshots(context.Background(), path, dataset.Columns{Account: "account_id", SnapshotDate: "snapshot_date"}, uses, dataset.Reading{AsOf: dataset.NoDate, Memory: memory, TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	return &dataset.Examples{Accounts: s.Accounts, Account: s.Account, AsOf: s.Date, Outcome: s.Date, Known: s.Date, Churned: churned, Table: s.Table}
}

func coded(texts []string) parquetio.Column {
	c := parquetio.Column{Codes: make([]int32, len(texts))}
	numbers := map[string]int32{null: -1}
	for i, text := range texts {
		code, ok := numbers[text]
		if !ok {
			code = int32(len(c.Levels))
			numbers[text] = code
			c.Levels = append(c.Levels, text)
		}
		c.Codes[i] = code
	}
	return c
}

// some are n examples of whom every third churned.
func some(n int) []bool {
	churned := make([]bool, n)
	for i := range churned {
		churned[i] = i%3 == 0
	}
	return churned
}

// compile compiles factors against the columns of the examples.
func compile(t testing.TB, e *dataset.Examples, factors ...Factor) []Factor {
	t.Helper()
	compiled, err := Compile(factors, typesOf(e))
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

func typesOf(e *dataset.Examples) expr.Columns {
	types := make(expr.Columns)
	for _, c := range e.Table.Columns() {
		types[c.Name] = expr.Number
		switch {
		case c.Vector().Codes != nil:
			types[c.Name] = expr.Text
		case strings.HasPrefix(c.Name, "is_"): // the convention of these tests for truths
			types[c.Name] = expr.Bool
		}
	}
	return types
}

// fit fits factors on all examples.
func fit(t testing.TB, e *dataset.Examples, form Form, factors ...Factor) (*Encoder, *Design, []dataset.Warning) {
	t.Helper()
	encoder, design, warnings, err := Fit(context.Background(), compile(t, e, factors...), e.All(), form)
	if err != nil {
		t.Fatal(err)
	}
	return encoder, design, warnings
}

// encode encodes the given rows.
func encode(t testing.TB, encoder *Encoder, e *dataset.Examples, rows ...int32) (*Design, []dataset.Warning) {
	t.Helper()
	d, warnings, err := encoder.Encode(context.Background(), len(rows), e.Table.Batches(rows))
	if err != nil {
		t.Fatal(err)
	}
	return d, warnings
}

// sameBits compares two lists of columns bit for bit.
func sameBits(a, b [][]float64) bool {
	return slices.EqualFunc(a, b, func(x, y []float64) bool {
		return slices.EqualFunc(x, y, func(v, w float64) bool { return math.Float64bits(v) == math.Float64bits(w) || v != v && w != w })
	})
}

// names lists the columns of a design.
func names(e *Encoder) []string {
	var list []string
	for _, n := range e.Names() {
		list = append(list, n.String())
	}
	return list
}

// mixed is a table of two and a half batches with every kind of column there is.
func mixed(t testing.TB) *dataset.Examples { return mixedIn(t, 0) }

// mixedIn is mixed within so many bytes of memory.
func mixedIn(t testing.TB, memory int64) *dataset.Examples {
	n := 2*dataset.BatchRows + 2000
	rng := rand.New(rand.NewPCG(1, 2))
	number := func(name string, draw func() float64) column {
		c := column{name: name, numbers: make([]float64, n)}
		for i := range c.numbers {
			c.numbers[i] = draw()
		}
		return c
	}
	text := func(name string, levels ...string) column {
		c := column{name: name, texts: make([]string, n)}
		for i := range c.texts {
			c.texts[i] = levels[min(rng.IntN(len(levels)), rng.IntN(len(levels)))] // the last are rare
		}
		return c
	}
	truths := number("is_trial", func() float64 { return float64(rng.IntN(2)) })
	truths.truths = true
	return examplesIn(t, memory, some(n),
		number("skewed", func() float64 { return math.Exp(3 * rng.NormFloat64()) }),
		number("gappy", func() float64 { return []float64{nan, rng.NormFloat64()}[rng.IntN(2)] }),
		number("counts", func() float64 { return float64(rng.IntN(6)) }),
		number("constant", func() float64 { return 7 }),
		number("absent", func() float64 { return nan }),
		number("huge", func() float64 { return 1e300 * rng.NormFloat64() }),
		number("tiny", func() float64 { return 1e-300 * rng.NormFloat64() }),
		number("shares", func() float64 { return rng.Float64() }),
		truths,
		text("plan", "basic", "pro", "(missing)", "(other)", null, "team", "rare", "rarest"),
		text("country", "de", "fr", "it", "es", "ch"),
	)
}
