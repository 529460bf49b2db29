package backtest

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"holdfast/backtest/metrics"
	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/dataset/parquetio"
	"holdfast/features"
	"holdfast/models"
)

// company is a data set in memory: accounts that come up for renewal again and
// again, with three numbers, money, and outcomes that depend on the first two.
type company struct {
	account []int
	asOf    []dataset.Date
	known   []dataset.Date
	churned []bool
	numbers map[string][]float64
}

// newCompany gives every account a renewal every 180 days over three years. Its
// usage persists, so its rows are alike; junk tells nothing.
func newCompany(accounts int, seed uint64) company {
	rng := rand.New(rand.NewPCG(seed, 0))
	c := company{numbers: make(map[string][]float64)}
	start := dataset.NewDate(2022, 1, 1)
	for a := range accounts {
		usage, size := rng.NormFloat64(), 1000+rng.ExpFloat64()*9000
		for day := start + dataset.Date(rng.IntN(180)); day < start+3*365; day += 180 {
			x, tickets := usage+0.5*rng.NormFloat64(), rng.ExpFloat64()
			eta := -1.2 - 0.9*x + 0.5*tickets
			c.account, c.asOf, c.known = append(c.account, a), append(c.asOf, day), append(c.known, day+90)
			c.churned = append(c.churned, rng.Float64() < models.Probability(eta))
			c.add("usage", x)
			c.add("tickets", tickets)
			c.add("junk", rng.NormFloat64())
			c.add("arr", size)
		}
	}
	return c
}

func (c company) add(name string, v float64) { c.numbers[name] = append(c.numbers[name], v) }

func (c company) types() expr.Columns {
	return expr.Columns{"usage": expr.Number, "tickets": expr.Number, "junk": expr.Number}
}

// take returns the rows in another order, or a part of them.
func (c company) take(rows []int) company {
	out := company{numbers: make(map[string][]float64)}
	out.account, out.asOf, out.known, out.churned = pick(c.account, rows), pick(c.asOf, rows), pick(c.known, rows), pick(c.churned, rows)
	for name, values := range c.numbers {
		out.numbers[name] = pick(values, rows)
	}
	return out
}

func (c company) clone() company { return c.take(every[int](len(c.account))) }

// load writes the company as Parquet and reads it back through the label clock.
func (c company) load(t testing.TB) *dataset.Examples {
	t.Helper()
	return c.loadWith(t, c.types())
}

func (c company) loadWith(t testing.TB, uses expr.Columns) *dataset.Examples {
	t.Helper()
	return c.loadIn(t, uses, dataset.Reading{AsOf: dataset.NoDate})
}

// loadIn is loadWith within a budget of memory: one of 1 byte stores every column.
func (c company) loadIn(t testing.TB, uses expr.Columns, how dataset.Reading) *dataset.Examples {
	t.Helper()
	dir := t.TempDir()
	account, day, renewal, decided := parquetio.Column{}, parquetio.Column{}, parquetio.Column{}, parquetio.Column{}
	churned := parquetio.Column{}
	levels := make(map[int]int32)
	for i, a := range c.account {
		code, ok := levels[a]
		if !ok {
			code = int32(len(account.Levels))
			levels[a] = code
			account.Levels = append(account.Levels, fmt.Sprintf("A%06d", a))
		}
		account.Codes = append(account.Codes, code)
		day.Days, renewal.Days, decided.Days = append(day.Days, int32(c.asOf[i])), append(renewal.Days, int32(c.asOf[i])+90), append(decided.Days, int32(c.known[i]))
		churned.Numbers = append(churned.Numbers, one(c.churned[i]))
	}
	key := parquetio.Field{Name: "account_id", Kind: parquetio.Text}
	fields, columns := []parquetio.Field{key, {Name: "snapshot_date", Kind: parquetio.Day}}, []parquetio.Column{account, day}
	for _, name := range sortedKeys(c.numbers) {
		fields = append(fields, parquetio.Field{Name: name, Kind: parquetio.Float, Nullable: true})
		columns = append(columns, parquetio.Column{Numbers: c.numbers[name]})
	}
	spec := dataset.Spec{
		Snapshots: filepath.Join(dir, "snapshots.parquet"), Outcomes: filepath.Join(dir, "outcomes.parquet"),
		Columns: dataset.Columns{Account: "account_id", SnapshotDate: "snapshot_date", OutcomeDate: "renewal_date",
			Outcome: "churned", DecidedAt: "decided_at", Value: "arr"},
		Clock: dataset.Clock{Mode: dataset.Renewal, Lead: 90}, Uses: uses,
		ObservedUntil: dataset.NoDate, Reading: how,
	}
	writeParquet(t, spec.Snapshots, fields, columns)
	writeParquet(t, spec.Outcomes, []parquetio.Field{key, {Name: "renewal_date", Kind: parquetio.Day},
		{Name: "churned", Kind: parquetio.Bool}, {Name: "decided_at", Kind: parquetio.Day}},
		[]parquetio.Column{account, renewal, churned, decided})
	e, err := dataset.Load(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func sortedKeys(m map[string][]float64) []string {
	var names []string
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func one(yes bool) float64 {
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

// threeCandidates are a fit, hand weights and a vendor's column, and the baseline.
func threeCandidates(t testing.TB, types expr.Columns) []models.Candidate {
	t.Helper()
	factors, err := features.Compile([]features.Factor{
		{Name: "usage", Category: "usage", Expr: "usage", Expect: features.LowerChurn},
		{Name: "tickets", Category: "support", Expr: "tickets", Expect: features.HigherChurn},
		{Name: "junk", Expr: "junk"},
	}, types)
	if err != nil {
		t.Fatal(err)
	}
	compiled, err := models.Compile([]models.Candidate{
		{Name: "fit", Kind: models.Logistic},
		{Name: "hand", Kind: models.Weights, Weights: []models.FactorWeight{{Factor: "usage", Weight: 60}, {Factor: "tickets", Weight: 40}}},
		{Name: "junk", Kind: models.Vendor, Column: "junk", HigherIs: features.LowerChurn},
	}, factors, types)
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

// quick are options under which a run takes little time.
func quick() Options {
	return Options{Every: Step{Months: 6}, Champion: "hand", Capacity: 20, SaveRates: []float64{0.2}, ContactCost: 100, Replicates: 200, Seed: 7}
}

func mustRun(t testing.TB, e *dataset.Examples, candidates []models.Candidate, o Options) *Result {
	t.Helper()
	r, err := Run(t.Context(), e, candidates, o, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// gainWithin is the paired gain of candidate c over the champion in the primary metric within a part
// of the rows, as segments have it.
func gainWithin(r *Result, within part, c int) (metrics.Estimate, error) {
	if losses := r.segmentLosses([]part{within}); losses != nil {
		return losses[r.Champion][0].less(losses[c][0]).estimate(r.Options.Level), nil
	}
	return r.gainInAUC(within.sample, c, r.Options.Level)
}
