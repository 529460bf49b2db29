package dataset

import (
	"context"
	"fmt"
	"time"

	"holdfast/dataset/expr"
	"holdfast/dataset/parquetio"
)

// Columns says which column plays which role. Account, SnapshotDate and Value
// are columns of the snapshots (Value may be one of the outcomes instead);
// OutcomeDate, Outcome and DecidedAt are columns of the outcomes. Optional
// roles are empty.
type Columns struct {
	Account      string   `json:"account"`
	SnapshotDate string   `json:"snapshot_date"`
	OutcomeDate  string   `json:"-"`
	Outcome      string   `json:"-"`
	ChurnedWhen  []string `json:"-"` // values of a text or integer outcome that mean churned
	RenewedWhen  []string `json:"-"` // values that mean renewed; empty: all others
	DecidedAt    string   `json:"-"` // optional: the day the outcome became known
	Value        string   `json:"value,omitempty"`
	Segment      string   `json:"segment,omitempty"` // optional: a column or an expression over snapshot columns
}

// Schema is what a Parquet path holds, without its rows.
type Schema struct {
	Path   string
	Rows   int64
	Fields []parquetio.Field
}

// Inspect reads the schema of a file, directory, glob or partitioned tree.
func Inspect(ctx context.Context, path string) (*Schema, error) {
	fields, rows, err := parquetio.Schema(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	return &Schema{Path: path, Rows: rows, Fields: fields}, nil
}

// Types returns the columns that expressions may use, with their types. Dates
// and nested columns are left out.
func (s *Schema) Types() expr.Columns {
	types := make(expr.Columns, len(s.Fields))
	for _, f := range s.Fields {
		switch f.Kind {
		case parquetio.Float, parquetio.Int, parquetio.Uint, parquetio.Decimal:
			types[f.Name] = expr.Number
		case parquetio.Bool:
			types[f.Name] = expr.Bool
		case parquetio.Text, parquetio.UUID:
			types[f.Name] = expr.Text
		}
	}
	return types
}

// Kind returns how a column is stored; ok is false when there is none of that
// name.
func (s *Schema) Kind(name string) (kind parquetio.Kind, ok bool) {
	for _, f := range s.Fields {
		if f.Name == name {
			return f.Kind, true
		}
	}
	return 0, false
}

// Reading is how files are read.
type Reading struct {
	Location *time.Location // zone in which instants become days; nil is UTC
	AsOf     Date           // replay: nothing known after this day exists; NoDate reads everything
}

// read decodes the wanted columns of a path and refuses values that are not
// numbers a model can use.
func read(ctx context.Context, path string, want []parquetio.Request, how Reading) (*parquetio.Table, []Warning, error) {
	table, err := parquetio.Read(ctx, path, want, parquetio.Options{Location: how.Location})
	if err != nil {
		return nil, nil, fmt.Errorf("dataset: %w", err)
	}
	var warnings []Warning
	for _, n := range table.Notices {
		warnings = append(warnings, Warning{Code: "parts_differ", Message: n, Where: path})
	}
	for _, c := range table.Columns {
		if c.Infs > 0 {
			return nil, nil, refuse("infinite_values", path, fmt.Sprintf(
				"column %q holds %d infinite values, the first in %s; replace them before loading", c.Name, c.Infs, place(table, c.FirstInf)))
		}
		if c.NaNs > 0 {
			warnings = append(warnings, Warning{Code: "nan_values", Where: path, Message: fmt.Sprintf(
				"column %q holds %d NaN values, which count as missing", c.Name, c.NaNs)})
		}
	}
	return table, warnings, nil
}

// place names a row of a table that may come from many part files.
func place(t *parquetio.Table, row int) string {
	for _, p := range t.Parts {
		if row >= p.FirstRow && row < p.FirstRow+p.Rows {
			return fmt.Sprintf("row %d of %s", row-p.FirstRow+1, p.Path)
		}
	}
	return fmt.Sprintf("row %d", row+1)
}
