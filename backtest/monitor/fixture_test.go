package monitor

import (
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/dataset/parquetio"
	"holdfast/features"
	"holdfast/models"
)

// world is a company in which nothing changes, unless a test says so: as many accounts sign
// in every quarter, all live for four quarters whoever they are, have values of their own
// that hardly move, and decide 40 days after their last snapshot. So the customers of every
// quarter have one distribution, and most of them are those of the quarter before.
type world struct {
	signing int // accounts per quarter
	seed    uint64
	change  func(s *state) // may change what a snapshot records; the truth is what was before
	wrong   bool           // from 2025 on, accounts leave for the opposite reasons
}

// state is one snapshot before it is written.
type state struct {
	quarter        int // since the first
	usage, tickets float64
	nps            float64 // NaN for three in ten
	plan           string
	lottery        float64 // uniform, for what happens to some accounts only
}

// The quarters of the world; the model is made late in the eighth.
const (
	worldQuarters = 12
	madeInQuarter = 7
	life          = 4
)

// quarterEnd is the last day of a quarter, counted from Q1 2023.
func quarterEnd(q int) dataset.Date {
	return dataset.NewDate(2023, time.January, 1).AddMonths(3*(q+1)) - 1
}

// books are the columns of the snapshots and of the outcomes.
type books struct {
	account, date, due, decided []int32
	usage, tickets, nps         []float64
	plan                        []int32
	churned                     []float64
}

// plans are the levels of the plan, with one that training never sees.
var plans = []string{"basic", "new", "pro", "team"}

// draw makes the books.
func (w world) draw() books {
	var b books
	rng := rand.New(rand.NewPCG(w.seed, 1))
	id := int32(0)
	for start := 1 - life; start < worldQuarters; start++ {
		for range w.signing {
			own := state{usage: rng.NormFloat64(), tickets: rng.ExpFloat64(), nps: 10 * rng.Float64(), plan: []string{"basic", "pro", "team"}[rng.IntN(3)]}
			if rng.Float64() < 0.3 {
				own.nps = math.NaN()
			}
			w.live(&b, rng, id, start, own)
			id++
		}
	}
	return b
}

// live writes one account.
func (w world) live(b *books, rng *rand.Rand, id int32, start int, own state) {
	for q := start; q < start+life; q++ {
		s := own
		s.quarter, s.lottery = q, rng.Float64()
		s.usage += 0.2 * rng.NormFloat64()
		eta := -1 - s.usage + 0.5*s.tickets
		if w.wrong && q > madeInQuarter {
			eta = -1 + s.usage - 0.5*s.tickets
		}
		chance := rng.Float64()
		if q < 0 || q >= worldQuarters {
			continue
		}
		if w.change != nil {
			w.change(&s)
		}
		b.account, b.date, b.usage, b.tickets = append(b.account, id), append(b.date, int32(quarterEnd(q))), append(b.usage, s.usage), append(b.tickets, s.tickets)
		b.nps, b.plan = append(b.nps, s.nps), append(b.plan, int32(slices.Index(plans, s.plan)))
		if q == start+life-1 {
			b.decided, b.due = append(b.decided, id), append(b.due, int32(quarterEnd(q))+40)
			b.churned = append(b.churned, 0)
			if chance < models.Probability(eta) {
				b.churned[len(b.churned)-1] = 1
			}
		}
	}
}

// worldTypes are the columns that factors use.
var worldTypes = expr.Columns{"usage": expr.Number, "tickets": expr.Number, "nps": expr.Number, "plan": expr.Text}

// write makes the files.
func (b books) write(t testing.TB) (dir string) {
	t.Helper()
	dir = t.TempDir()
	names := make([]string, slices.Max(b.account)+1)
	for i := range names {
		names[i] = "a" + string(rune('0'+i/10000%10)) + string(rune('0'+i/1000%10)) + string(rune('0'+i/100%10)) + string(rune('0'+i/10%10)) + string(rune('0'+i%10))
	}
	parquet(t, filepath.Join(dir, "snapshots.parquet"), []parquetio.Field{{Name: "account", Kind: parquetio.Text}, {Name: "date", Kind: parquetio.Day},
		{Name: "usage", Kind: parquetio.Float, Nullable: true}, {Name: "tickets", Kind: parquetio.Float}, {Name: "nps", Kind: parquetio.Float, Nullable: true}, {Name: "plan", Kind: parquetio.Text}},
		[]parquetio.Column{{Name: "account", Codes: b.account, Levels: names}, {Name: "date", Days: b.date}, {Name: "usage", Numbers: b.usage},
			{Name: "tickets", Numbers: b.tickets}, {Name: "nps", Numbers: b.nps}, {Name: "plan", Codes: b.plan, Levels: plans}})
	parquet(t, filepath.Join(dir, "outcomes.parquet"), []parquetio.Field{{Name: "account", Kind: parquetio.Text}, {Name: "due", Kind: parquetio.Day}, {Name: "churned", Kind: parquetio.Bool}},
		[]parquetio.Column{{Name: "account", Codes: b.decided, Levels: names}, {Name: "due", Days: b.due}, {Name: "churned", Numbers: b.churned}})
	return dir
}

func parquet(t testing.TB, path string, fields []parquetio.Field, columns []parquetio.Column) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w, err := parquetio.NewWriter(f, fields)
	if err == nil {
		err = w.Write(columns)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
}

// survey reads the files as they were on a day.
func survey(t testing.TB, dir string, asOf dataset.Date) *dataset.Examples {
	t.Helper()
	panel, err := dataset.Survey(t.Context(), dataset.Spec{
		Snapshots: filepath.Join(dir, "snapshots.parquet"), Outcomes: filepath.Join(dir, "outcomes.parquet"), Uses: worldTypes, ObservedUntil: dataset.NoDate,
		Columns: dataset.Columns{Account: "account", SnapshotDate: "date", OutcomeDate: "due", Outcome: "churned"},
		Clock:   dataset.Clock{Mode: dataset.Renewal, Lead: 30, MaxAge: 45}, Reading: dataset.Reading{AsOf: asOf},
	})
	if err != nil {
		t.Fatal(err)
	}
	panel.Examples.Timeline = panel.Timeline()
	return panel.Examples
}

// worldFactors are one of each kind.
func worldFactors() []features.Factor {
	return []features.Factor{{Name: "usage", Expr: "usage"}, {Name: "tickets", Expr: "tickets", Scale: features.Log1p},
		{Name: "nps", Expr: "nps", Missing: features.Own}, {Name: "plan", Expr: "plan", Kind: features.Category}}
}

// made fits and describes a model on what was known at the end of 2024, and says what the
// world was afterwards.
func (w world) made(t testing.TB, factors []features.Factor) (*models.Model, *dataset.Examples) {
	t.Helper()
	dir := w.draw().write(t)
	compiled, err := features.Compile(factors, worldTypes)
	if err != nil {
		t.Fatal(err)
	}
	candidates, err := models.Compile([]models.Candidate{{Name: "fitted", Kind: models.Logistic}}, compiled, worldTypes)
	if err != nil {
		t.Fatal(err)
	}
	then := survey(t, dir, quarterEnd(madeInQuarter))
	m, err := candidates[0].Fit(t.Context(), then.All())
	if err != nil {
		t.Fatal(err)
	}
	m.Columns, m.Clock = dataset.Columns{Account: "account", SnapshotDate: "date"}, then.Clock
	if err := m.Introduce(t.Context(), then.All(), models.BandRules{}, nil); err != nil {
		t.Fatal(err)
	}
	if m.Reference, err = Learn(t.Context(), m, then.Timeline); err != nil || m.Reference == nil {
		t.Fatalf("no reference: %v", err)
	}
	return m, survey(t, dir, dataset.NoDate)
}

// watched is the report of a model on what came after it.
func watched(t testing.TB, m *models.Model, e *dataset.Examples, o Options) *Report {
	t.Helper()
	r, err := Watch(t.Context(), m, e, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// promised makes a promise of what came true elsewhere.
func promised(s *Matured, level float64) *models.Promise {
	p := &models.Promise{Examples: s.N, Churned: s.Churned, Level: level}
	for _, k := range s.Metrics {
		p.Metrics = append(p.Metrics, models.Promised{Name: k.Name, Value: models.Stat(k.Observed.Value), Low: models.Stat(k.Observed.Low), High: models.Stat(k.Observed.High)})
	}
	return p
}
