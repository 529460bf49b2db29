package leaklab

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"holdfast/dataset"
	"holdfast/dataset/parquetio"
)

// tiny is a company whose every value is a function: monthly snapshots over three years,
// and a renewal every twelve months, in the month of the account.
type tiny struct {
	accounts int
	leaves   func(a int) int // the number of the renewal that is lost, from 1; 0: none
	after    int             // months of snapshots after the churn
	horizon  int             // days; 0: label mode renewal
	untold   bool            // outcomes are churns alone
	columns  map[string]func(a, month int) float64
}

// start is the first snapshot.
var start = dataset.NewDate(2022, 1, 31)

// renewalDay is the day of the n-th renewal of an account, from 1.
func renewalDay(a, n int) dataset.Date {
	return start.AddMonths(12*(n-1)+3+a%12) + dataset.Date(1+a*5%28)
}

// project writes the company and reads it back; every column is a factor.
func (c tiny) project(t testing.TB) project {
	t.Helper()
	names := make([]string, 0, len(c.columns))
	for name := range c.columns {
		names = append(names, name)
	}
	slices.Sort(names)
	snapshots := []parquetio.Column{{Name: "account"}, {Name: "day"}}
	kinds := []parquetio.Kind{parquetio.Text, parquetio.Day}
	for _, name := range names {
		snapshots, kinds = append(snapshots, parquetio.Column{Name: name}), append(kinds, parquetio.Float)
	}
	outcomes := []parquetio.Column{{Name: "account"}, {Name: "day"}, {Name: "churned"}}
	for a := range c.accounts {
		key := fmt.Sprintf("A%04d", a)
		snapshots[0].Levels, outcomes[0].Levels = append(snapshots[0].Levels, key), append(outcomes[0].Levels, key)
		end := start.AddMonths(36)
		for n := 1; n <= 2 || n == 3 && a%12 < 7; n++ {
			lost := 0.0
			if c.leaves(a) == n {
				lost, end = 1, renewalDay(a, n).AddMonths(c.after)
			}
			if lost == 1 || !c.untold {
				outcomes[0].Codes, outcomes[1].Days = append(outcomes[0].Codes, int32(a)), append(outcomes[1].Days, int32(renewalDay(a, n)))
				outcomes[2].Numbers = append(outcomes[2].Numbers, lost)
			}
			if lost == 1 {
				break
			}
		}
		for m := 0; m < 36 && start.AddMonths(m) < end; m++ {
			snapshots[0].Codes, snapshots[1].Days = append(snapshots[0].Codes, int32(a)), append(snapshots[1].Days, int32(start.AddMonths(m)))
			for i, name := range names {
				snapshots[2+i].Numbers = append(snapshots[2+i].Numbers, c.columns[name](a, m))
			}
		}
	}
	dir := t.TempDir()
	writeSheet(t, filepath.Join(dir, "snapshots.parquet"), snapshots, kinds...)
	writeSheet(t, filepath.Join(dir, "outcomes.parquet"), outcomes, parquetio.Text, parquetio.Day, parquetio.Bool)
	clock := renewal
	if c.horizon > 0 {
		clock = dataset.Clock{Mode: dataset.Horizon, Horizon: c.horizon}
	}
	return survey(t, dataset.Spec{Snapshots: filepath.Join(dir, "snapshots.parquet"), Outcomes: filepath.Join(dir, "outcomes.parquet"),
		Columns: dataset.Columns{Account: "account", SnapshotDate: "day", OutcomeDate: "day", Outcome: "churned"}, Clock: clock}, nil)
}

// oneInFour leaves at the first, second or third renewal, one account in four.
func oneInFour(a int) int {
	if a%4 != 0 {
		return 0
	}
	return 1 + a/4%2
}

// scatter is a number in [0, 1) that looks random and is the same on every run.
func scatter(a, month int) float64 {
	x := uint64(a)*0x9e3779b97f4a7c15 + uint64(month)*0xbf58476d1ce4e5b9
	x = (x ^ x>>30) * 0x94d049bb133111eb
	x = (x ^ x>>27) * 0xbf58476d1ce4e5b9
	return float64((x^x>>31)>>11) / (1 << 53)
}

// monthsToEnd is how many months before its churn a snapshot is; 99 without one.
func monthsToEnd(a, month int) int {
	n := oneInFour(a)
	if n == 0 {
		return 99
	}
	return 12*(n-1) + 4 + a%12 - month
}
