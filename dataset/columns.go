package dataset

import (
	"context"
	"fmt"
	"time"

	"holdfast/dataset/expr"
	"holdfast/dataset/parquetio"
)

// Columns says which column plays which role. Account is a column of both files;
// SnapshotDate, RecordedAt and Value are columns of the snapshots; OutcomeDate,
// Outcome, DecidedAt, TouchedAt, ValueBefore and ValueAfter are columns of the outcomes.
// Optional roles are empty.
type Columns struct {
	Account      string   `json:"account"`
	SnapshotDate string   `json:"snapshot_date"`
	RecordedAt   string   `json:"recorded_at,omitempty"` // optional: the day the row was written
	OutcomeDate  string   `json:"-"`
	Outcome      string   `json:"-"`
	ChurnedWhen  []string `json:"-"` // values of a text or integer outcome that mean churned
	RenewedWhen  []string `json:"-"` // values that mean renewed; empty: all others
	DecidedAt    string   `json:"-"` // optional: the day the outcome became known
	TouchedAt    string   `json:"-"` // optional: the day the team worked the account before this outcome
	Value        string   `json:"value,omitempty"`
	ValueAfter   string   `json:"-"`                 // optional: what the account pays after the outcome
	ValueBefore  string   `json:"-"`                 // optional, with ValueAfter: what it paid before; else a column called Value, else the snapshot's
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

// Types returns the columns that expressions may use, with their types, and those of
// dates, of which histories may take an age. Nested columns are left out.
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
		case parquetio.Day, parquetio.Instant:
			types[f.Name] = expr.Day
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
	AsOf     Date           // replay: nothing known after this day exists; NoDate (not the zero Date) reads everything
	Memory   int64          // bytes that a run may take: snapshot columns beyond it lie in a temporary file (memory.go); 0: no limit
	TempDir  string         // of temporary files; empty: that of the system, which TMPDIR sets

	// MissingAsNull reads a column that some part files lack as null there, with a
	// warning; otherwise such files are refused.
	MissingAsNull bool
}
