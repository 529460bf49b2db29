package export

import (
	"math"
	"testing"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/dataset/parquetio"
	"holdfast/features/sql/sqltest"
)

// sheetOf is what was read of the snapshots, as a table for an engine.
func sheetOf(s *dataset.Snapshots, roles dataset.Columns, uses expr.Columns, ints map[string]bool, parquet string) *sqltest.Table {
	out := &sqltest.Table{Rows: len(s.Date), Parquet: parquet}
	out.Columns = []sqltest.Column{
		{Name: roles.Account, Kind: expr.Text, Cell: func(i int) any { return s.Accounts[s.Account[i]] }},
		{Name: roles.SnapshotDate, Kind: expr.Day, Cell: func(i int) any { return s.Date[i] }},
	}
	for _, c := range s.Table.Columns() {
		kind, used := uses[c.Name]
		if !used || c.Name == roles.Account || c.Name == roles.SnapshotDate {
			continue // a history
		}
		v := c.Vector()
		out.Columns = append(out.Columns, sqltest.Column{Name: c.Name, Kind: kind, Ints: ints[c.Name], Cell: func(i int) any { return cellOf(v, kind, i) }})
	}
	return out
}

// cellOf is a value of a column.
func cellOf(v expr.Vector, kind expr.Type, i int) any {
	switch {
	case kind == expr.Text:
		if v.Codes[i] < 0 {
			return nil
		}
		return v.Levels[v.Codes[i]]
	case math.IsNaN(v.Numbers[i]):
		return nil
	case kind == expr.Bool:
		return v.Numbers[i] != 0
	case kind == expr.Day:
		return dataset.Date(v.Numbers[i])
	}
	return v.Numbers[i]
}

// wholes are the columns of a file that hold integers.
func wholes(t testing.TB, path string) map[string]bool {
	t.Helper()
	schema, err := dataset.Inspect(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	ints := make(map[string]bool)
	for _, f := range schema.Fields {
		ints[f.Name] = f.Kind == parquetio.Int || f.Kind == parquetio.Uint
	}
	return ints
}
