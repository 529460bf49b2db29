package backtest

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/dataset/parquetio"
	"holdfast/models"
)

// diary is a company that looks at every account every 30 days and asks it once a year
// whether it stays. Usage drifts, and whoever uses little tends to leave.
type diary struct {
	account []int32
	day     []int32
	numbers map[string][]float64
	plan    []int32

	decided struct {
		account, day []int32
		churned      []float64
	}
	accounts int
}

func newDiary(accounts int, seed uint64) *diary {
	rng := rand.New(rand.NewPCG(seed, 1))
	d := &diary{numbers: make(map[string][]float64), accounts: accounts}
	start := int32(dataset.NewDate(2021, 1, 1))
	for a := range int32(accounts) {
		usage, arr := rng.NormFloat64(), 1000+float64(rng.IntN(9))*1000
		renewal := start + 120 + int32(rng.IntN(365))
		for day := start + int32(rng.IntN(30)); day < start+4*365; day += 30 {
			if day >= renewal {
				left := rng.Float64() < models.Probability(-1.5-1.2*usage)
				d.decided.account, d.decided.day = append(d.decided.account, a), append(d.decided.day, renewal)
				d.decided.churned = append(d.decided.churned, oneIf(left))
				if left {
					break
				}
				renewal += 365
			}
			usage = 0.9*usage + 0.4*rng.NormFloat64()
			d.account, d.day, d.plan = append(d.account, a), append(d.day, day), append(d.plan, a%3)
			for name, v := range map[string]float64{"usage": usage, "tickets": rng.ExpFloat64(), "junk": rng.NormFloat64(), "arr": arr} {
				d.numbers[name] = append(d.numbers[name], v)
			}
		}
	}
	return d
}

// load reads the diary with its timeline.
func (d *diary) load(t testing.TB, clock dataset.Clock) *dataset.Examples {
	t.Helper()
	dir := t.TempDir()
	keys := make([]string, d.accounts)
	for a := range keys {
		keys[a] = fmt.Sprintf("A%06d", a)
	}
	key := parquetio.Field{Name: "account_id", Kind: parquetio.Text}
	fields := []parquetio.Field{key, {Name: "snapshot_date", Kind: parquetio.Day}, {Name: "plan", Kind: parquetio.Text}}
	columns := []parquetio.Column{{Codes: d.account, Levels: keys}, {Days: d.day}, {Codes: d.plan, Levels: []string{"big", "mid", "small"}}}
	for _, name := range sortedKeys(d.numbers) {
		fields, columns = append(fields, parquetio.Field{Name: name, Kind: parquetio.Float}), append(columns, parquetio.Column{Numbers: d.numbers[name]})
	}
	spec := dataset.Spec{
		Snapshots: filepath.Join(dir, "snapshots.parquet"), Outcomes: filepath.Join(dir, "outcomes.parquet"),
		Columns: dataset.Columns{Account: "account_id", SnapshotDate: "snapshot_date", OutcomeDate: "renewal_date",
			Outcome: "churned", Value: "arr", Segment: "plan"},
		Clock: clock, Uses: expr.Columns{"usage": expr.Number, "tickets": expr.Number, "junk": expr.Number},
		ObservedUntil: dataset.NoDate, Reading: dataset.Reading{AsOf: dataset.NoDate},
	}
	writeParquet(t, spec.Snapshots, fields, columns)
	writeParquet(t, spec.Outcomes, []parquetio.Field{key, {Name: "renewal_date", Kind: parquetio.Day}, {Name: "churned", Kind: parquetio.Bool}},
		[]parquetio.Column{{Codes: d.decided.account, Levels: keys}, {Days: d.decided.day}, {Numbers: d.decided.churned}})
	p, err := dataset.Survey(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	p.Examples.Timeline = p.Timeline()
	return p.Examples
}

// yearly is the clock of the diary, and leaving that of churn within 90 days.
func yearly() dataset.Clock  { return dataset.Clock{Mode: dataset.Renewal, Lead: 60, MaxAge: 45} }
func leaving() dataset.Clock { return dataset.Clock{Mode: dataset.Horizon, Horizon: 90} }

// watchful are quick options with rules to watch by.
func watchful() Options {
	o := quick()
	o.Goal = 0.05
	o.Playbooks = []Trigger{{Name: "call", When: "band == 'red' and value > 5000"}}
	return o
}
