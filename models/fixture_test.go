package models

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/dataset/parquetio"
	"holdfast/features"
)

// table is a small data set in memory. Row i is one example; what is left nil is
// filled in by defaults.
type table struct {
	churned []bool
	account []int          // nil: every row its own
	asOf    []dataset.Date // nil: all on day1
	known   []dataset.Date // nil: the day after asOf
	numbers []numberColumn
	texts   []textColumn
}

type numberColumn struct {
	name   string
	values []float64
}

type textColumn struct {
	name   string
	values []string // "" is null
}

// day1 is a Monday; any day would do.
var day1 = dataset.NewDate(2024, 1, 1)

// yes turns 0/1 into labels.
func yes(y ...int) []bool {
	out := make([]bool, len(y))
	for i, v := range y {
		out[i] = v == 1
	}
	return out
}

// write writes the table as snapshots and outcomes, and returns what to load: an
// outcome the day after each snapshot.
func (tab table) write(t testing.TB) dataset.Spec {
	t.Helper()
	n := len(tab.churned)
	account := parquetio.Column{Name: "account_id"}
	asOf, renewal, decided := parquetio.Column{Name: "snapshot_date"}, parquetio.Column{Name: "renewal_date"}, parquetio.Column{Name: "decided_at"}
	churned := parquetio.Column{Name: "churned"}
	for i := range n {
		number, day := i, day1
		if tab.account != nil {
			number = tab.account[i]
		}
		if tab.asOf != nil {
			day = tab.asOf[i]
		}
		known := day + 1
		if tab.known != nil {
			known = tab.known[i]
		}
		account.Codes, account.Levels = append(account.Codes, int32(i)), append(account.Levels, fmt.Sprintf("A%07d", number))
		asOf.Days, renewal.Days = append(asOf.Days, int32(day)), append(renewal.Days, int32(day)+1)
		decided.Days = append(decided.Days, int32(known))
		churned.Numbers = append(churned.Numbers, indicator(tab.churned[i]))
	}
	fields := []parquetio.Field{{Name: "account_id", Kind: parquetio.Text}, {Name: "snapshot_date", Kind: parquetio.Day}}
	columns := []parquetio.Column{account, asOf}
	for _, c := range tab.numbers {
		fields = append(fields, parquetio.Field{Name: c.name, Kind: parquetio.Float, Nullable: true})
		columns = append(columns, parquetio.Column{Name: c.name, Numbers: c.values})
	}
	for _, c := range tab.texts {
		fields = append(fields, parquetio.Field{Name: c.name, Kind: parquetio.Text, Nullable: true})
		columns = append(columns, c.column())
	}
	dir := t.TempDir()
	spec := dataset.Spec{
		Snapshots: filepath.Join(dir, "snapshots.parquet"), Outcomes: filepath.Join(dir, "outcomes.parquet"),
		Columns:       dataset.Columns{Account: "account_id", SnapshotDate: "snapshot_date", OutcomeDate: "renewal_date", Outcome: "churned", DecidedAt: "decided_at"},
		Clock:         dataset.Clock{Mode: dataset.Renewal, Lead: 1},
		ObservedUntil: dataset.NoDate, Reading: dataset.Reading{AsOf: dataset.NoDate},
	}
	writeParquet(t, spec.Snapshots, fields, columns)
	writeParquet(t, spec.Outcomes, []parquetio.Field{
		{Name: "account_id", Kind: parquetio.Text}, {Name: "renewal_date", Kind: parquetio.Day},
		{Name: "churned", Kind: parquetio.Bool}, {Name: "decided_at", Kind: parquetio.Day},
	}, []parquetio.Column{account, renewal, churned, decided})
	return spec
}

func (c textColumn) column() parquetio.Column {
	out := parquetio.Column{Name: c.name}
	for _, v := range c.values {
		code := int32(-1)
		if v != "" {
			code = int32(len(out.Levels))
			out.Levels = append(out.Levels, v)
		}
		out.Codes = append(out.Codes, code)
	}
	return out
}

func indicator(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

func writeParquet(t testing.TB, path string, fields []parquetio.Field, columns []parquetio.Column) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w, err := parquetio.NewWriter(f, fields)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(columns); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// types are the columns as expressions see them.
func (tab table) types() expr.Columns {
	types := make(expr.Columns)
	for _, c := range tab.numbers {
		types[c.name] = expr.Number
	}
	for _, c := range tab.texts {
		types[c.name] = expr.Text
	}
	return types
}

// load writes the table and reads it back through the label clock.
func (tab table) load(t testing.TB) *dataset.Examples {
	t.Helper()
	return tab.loadIn(t, 0)
}

// loadIn loads within so many bytes of memory: 0 is no limit, and 1 stores every column.
func (tab table) loadIn(t testing.TB, memory int64) *dataset.Examples {
	t.Helper()
	spec := tab.write(t)
	spec.Uses, spec.Reading.Memory, spec.Reading.TempDir = tab.types(), memory, t.TempDir()
	e, err := dataset.Load(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// factors are all columns of the table, used as they are.
func (tab table) factors(t testing.TB) []features.Factor {
	t.Helper()
	var factors []features.Factor
	for _, c := range tab.numbers {
		factors = append(factors, features.Factor{Name: c.name, Expr: expr.Quote(c.name)})
	}
	for _, c := range tab.texts {
		factors = append(factors, features.Factor{Name: c.name, Expr: expr.Quote(c.name), Kind: features.Category})
	}
	return compileFactors(t, tab.types(), factors...)
}

func compileFactors(t testing.TB, types expr.Columns, factors ...features.Factor) []features.Factor {
	t.Helper()
	compiled, err := features.Compile(factors, types)
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

// fitOne compiles one candidate and fits it on all examples of the table.
func fitOne(t testing.TB, tab table, c Candidate, factors []features.Factor) *Model {
	t.Helper()
	m, err := tryFit(t, tab, c, factors)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func tryFit(t testing.TB, tab table, c Candidate, factors []features.Factor) (*Model, error) {
	t.Helper()
	return compileOne(t, tab, c, factors).Fit(t.Context(), tab.load(t).All())
}

func compileOne(t testing.TB, tab table, c Candidate, factors []features.Factor) Candidate {
	t.Helper()
	if c.Name == "" {
		c.Name = "candidate"
	}
	compiled, err := Compile([]Candidate{c}, factors, tab.types())
	if err != nil {
		t.Fatal(err)
	}
	return compiled[0]
}

// predict scores all rows of the table.
func predict(t testing.TB, m *Model, tab table) *Predictions {
	t.Helper()
	e := tab.load(t)
	p, _, err := m.Predict(t.Context(), e.Len(), e.All().Batches())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// noisy is n rows of two numbers, a category with nulls and an outcome that
// depends on them, so that no fit is degenerate.
func noisy(n int, seed uint64) table {
	rng := rand.New(rand.NewPCG(seed, 0))
	usage, tickets, plan := make([]float64, n), make([]float64, n), make([]string, n)
	tab := table{churned: make([]bool, n), asOf: make([]dataset.Date, n)}
	for i := range n {
		usage[i], tickets[i] = 50+20*rng.NormFloat64(), rng.ExpFloat64()*3
		plan[i] = []string{"basic", "pro", "team", ""}[rng.IntN(4)]
		eta := -0.8 - 0.03*(usage[i]-50) + 0.3*tickets[i]
		if plan[i] == "pro" {
			eta -= 0.7
		}
		tab.churned[i] = rng.Float64() < Probability(eta)
		tab.asOf[i] = day1 + dataset.Date(rng.IntN(700))
	}
	tab.numbers = []numberColumn{{"usage", usage}, {"tickets", tickets}}
	tab.texts = []textColumn{{"plan", plan}}
	return tab
}

// codes are the codes of warnings, in order.
func codes(warnings []dataset.Warning) []string {
	var list []string
	for _, w := range warnings {
		list = append(list, w.Code)
	}
	return list
}

// text is the model file of a model.
func text(t testing.TB, m *Model) string {
	t.Helper()
	var b strings.Builder
	if err := m.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
