package export

import (
	"fmt"
	"math"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/dataset/parquetio"
	"holdfast/features"
	"holdfast/features/sql/sqltest"
	"holdfast/models"
)

// lateRow is a row of a table that has a column recorded_at.
type lateRow struct {
	account            int
	day, recorded, set dataset.Date // recorded and set may be NoDate
	usage, tickets     float64
	pulse, arr         float64
	plan               string
}

// drawLate draws the rows of some accounts: written in time, late, months late, never, before
// their day, twice, again, and corrected once or more.
func drawLate(r *rapid.T) []lateRow {
	var rows []lateRow
	number := func(what string) float64 {
		return rapid.SampledFrom([]float64{0, 1, 2, 3, 10, 30, 50, 70, math.NaN()}).Draw(r, what)
	}
	for account := range rapid.IntRange(1, 4).Draw(r, "accounts") {
		day := dataset.NewDate(2024, 1, 31)
		for range rapid.IntRange(1, 7).Draw(r, "days") {
			day += dataset.Date(rapid.SampledFrom([]int{1, 14, 29, 31, 45}).Draw(r, "days on"))
			recorded := day + dataset.Date(rapid.SampledFrom([]int{-3, 0, 0, 1, 20, 60, 100}).Draw(r, "written after"))
			row := lateRow{account: account, day: day, recorded: recorded, set: day - 10}
			if rapid.IntRange(0, 9).Draw(r, "unwritten") == 0 {
				row.recorded = dataset.NoDate
			}
			for range rapid.SampledFrom([]int{1, 1, 1, 2, 3, 4}).Draw(r, "versions") {
				switch rapid.SampledFrom([]string{"other", "other", "other", "arr", "again"}).Draw(r, "says") {
				case "other":
					row.usage, row.tickets, row.pulse = number("usage"), number("tickets"), number("pulse")
					row.plan = rapid.SampledFrom([]string{"", "pro", "team"}).Draw(r, "plan")
				case "arr":
					row.arr++
				}
				rows = append(rows, row)
				if rapid.IntRange(0, 5).Draw(r, "copy") == 0 {
					rows = append(rows, row)
				}
				if row.recorded == dataset.NoDate {
					row.recorded = day - 5
				}
				row.recorded += dataset.Date(rapid.IntRange(1, 40).Draw(r, "corrected after"))
			}
		}
	}
	return rows
}

// lateTable is the table of such rows, as a file and for engines.
func lateTable(t testing.TB, rows []lateRow) (path string, table *sqltest.Table) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "snapshots.parquet")
	table = &sqltest.Table{Rows: len(rows)}
	var fields []parquetio.Field
	var columns []parquetio.Column
	add := func(name string, kind parquetio.Kind, of expr.Type, cell func(r *lateRow) any) {
		c := parquetio.Column{Name: name}
		for i := range rows {
			switch v := cell(&rows[i]).(type) {
			case string:
				c.Codes, c.Levels = append(c.Codes, int32(len(c.Levels))), append(c.Levels, v)
			case dataset.Date:
				c.Days = append(c.Days, int32(v))
			case float64:
				c.Numbers = append(c.Numbers, v)
			default: // nothing
				c.Codes, c.Days, c.Numbers = append(c.Codes, -1), append(c.Days, parquetio.NullDay), append(c.Numbers, math.NaN())
			}
		}
		switch of {
		case expr.Text:
			c.Days, c.Numbers = nil, nil
		case expr.Day:
			c.Codes, c.Numbers = nil, nil
		default:
			c.Codes, c.Days = nil, nil
		}
		fields, columns = append(fields, parquetio.Field{Name: name, Kind: kind, Nullable: true}), append(columns, c)
		table.Columns = append(table.Columns, sqltest.Column{Name: name, Kind: of, Cell: func(i int) any {
			if v, ok := cell(&rows[i]).(float64); ok && math.IsNaN(v) {
				return nil
			}
			return cell(&rows[i])
		}})
	}
	date := func(d dataset.Date) any {
		if d == dataset.NoDate {
			return nil
		}
		return d
	}
	add("account_id", parquetio.Text, expr.Text, func(r *lateRow) any { return fmt.Sprintf("A%d", r.account) })
	add("snapshot_date", parquetio.Day, expr.Day, func(r *lateRow) any { return r.day })
	add("recorded_at", parquetio.Day, expr.Day, func(r *lateRow) any { return date(r.recorded) })
	add("pulse_date", parquetio.Day, expr.Day, func(r *lateRow) any { return r.set })
	add("usage", parquetio.Float, expr.Number, func(r *lateRow) any { return r.usage })
	add("tickets", parquetio.Float, expr.Number, func(r *lateRow) any { return r.tickets })
	add("pulse", parquetio.Float, expr.Number, func(r *lateRow) any { return r.pulse })
	add("arr", parquetio.Float, expr.Number, func(r *lateRow) any { return r.arr })
	add("plan", parquetio.Text, expr.Text, func(r *lateRow) any {
		if r.plan == "" {
			return nil
		}
		return r.plan
	})
	put(t, path, fields, columns)
	return path, table
}

// lateModels look at the row alone, at its age, at the past by every function, and at the band
// before.
func lateModels(t *testing.T) []*models.Model {
	plain := []features.Factor{{Name: "usage", Expr: "usage"}, {Name: "tickets", Expr: "tickets", Clip: []features.Bound{{Value: 0}, {Value: 20}}}, {Name: "plan", Expr: "plan", Kind: features.Category}}
	fresh := append(plain[:1:1], features.Factor{Name: "fresh", Expr: "pulse", Fresh: &features.Freshness{Dated: "pulse_date", MaxAge: 60}})
	past := append([]features.Factor(nil), fresh...)
	for i, h := range pool() {
		past = append(past, features.Factor{Name: fmt.Sprint("past", i), History: &h})
	}
	ridge := models.Penalty{Kind: models.Ridge, Strength: 0.01}
	var list []*models.Model
	for name, factors := range map[string][]features.Factor{"plain": plain, "fresh": fresh, "past": past} {
		for _, hysteresis := range []float64{0, 0.1} {
			m := fit(t, candidate{models.Candidate{Name: fmt.Sprint(name, " with hysteresis ", hysteresis), Kind: models.Logistic, Penalty: ridge}, factors})
			m.Bands.Hysteresis = hysteresis
			m.Columns.RecordedAt, m.Columns.Value = "recorded_at", "arr"
			list = append(list, m)
		}
	}
	return list
}

// A row is scored from what was known when it became known itself, as in Go: of every version,
// and of the newest row of each account.
func TestLateAndCorrectedRowsGiveInSQLWhatTheScorerGives(t *testing.T) {
	engines, list := sqltest.Here(t), lateModels(t)
	rows := 0
	rapid.Check(t, func(r *rapid.T) {
		path, table := lateTable(t, drawLate(r))
		m := list[rapid.IntRange(0, len(list)-1).Draw(r, "model")]
		s := snapshotsOf(t, m, dataset.Spec{Snapshots: path, Reading: dataset.Reading{AsOf: dataset.NoDate}})
		rows += len(s.Date)
		for _, e := range engines {
			e.Load(t, table)
			for _, all := range []bool{true, false} {
				if differ, summary := compareScores(goScores(t, m, s, everyRow(s), all), sqlScores(t, m, e, all), nil); len(differ) > 0 {
					r.Fatalf("%s, %s, all %v: %s\n%v", m.Name, e.Dialect(), all, summary, differ)
				}
			}
		}
	})
	t.Logf("%d rows", rows)
}
