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
//
// The roles that a fitted model needs for scoring are in its JSON form; those of the outcomes
// are not, since a model file is read where there are no outcomes.
type Columns struct {
	Account      string   `json:"account"`               // the key: text, whole numbers or UUIDs
	SnapshotDate string   `json:"snapshot_date"`         // the day that a row describes, at its close
	RecordedAt   string   `json:"recorded_at,omitempty"` // optional: the day the row was written
	OutcomeDate  string   `json:"-"`                     // the day of the renewal or churn
	Outcome      string   `json:"-"`                     // what happened: 0 and 1, a truth, or words (ChurnedWhen); OutcomeDate: every row is a churn
	ChurnedWhen  []string `json:"-"`                     // values of a text or integer outcome that mean churned
	RenewedWhen  []string `json:"-"`                     // values that mean renewed; empty: all others
	OpenWhen     []string `json:"-"`                     // values of what is not decided yet, which count as null
	DecidedAt    string   `json:"-"`                     // optional: the day the outcome became known
	TouchedAt    string   `json:"-"`                     // optional: the day the team worked the account before this outcome
	Value        string   `json:"value,omitempty"`       // optional: money at stake, in whatever currency; nothing converts it
	ValueAfter   string   `json:"-"`                     // optional: what the account pays after the outcome
	ValueBefore  string   `json:"-"`                     // optional, with ValueAfter: what it paid before; else a column called Value, else the snapshot's
	Segment      string   `json:"segment,omitempty"`     // optional: a column or an expression over snapshot columns
}

// Schema is what a Parquet path holds, without its rows.
type Schema struct {
	Path   string
	Rows   int64             // of all files together
	Fields []parquetio.Field // the union of the columns of all files
}

// Inspect reads the schema of a file, directory, glob or partitioned tree from the footers of
// the files: no row is read, and damage within them is not seen (Verify).
func Inspect(ctx context.Context, path string) (*Schema, error) {
	fields, rows, err := parquetio.Schema(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	return &Schema{Path: path, Rows: rows, Fields: fields}, nil
}

// Types returns the columns that expressions may use, with their types, and those of
// dates, of which histories may take an age. Nested columns and plain bytes are left out: an
// expression that names one is told that there is no such column. The map is the caller's.
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

// Reading is how files are read. Of the zero value everything is a sound default but AsOf:
// the zero Date is 1 January 1970, and who wants all rows says NoDate.
type Reading struct {
	Location *time.Location // zone in which instants become days; nil is UTC
	AsOf     Date           // replay: nothing known after this day exists; NoDate (not the zero Date) reads everything
	Memory   int64          // bytes that a run may take: snapshot columns beyond it lie in a temporary file (memory.go); 0: no limit
	TempDir  string         // of temporary files; empty: that of the system, which TMPDIR sets

	// MissingAsNull reads a column that some part files lack as null there, with a
	// warning; otherwise such files are refused.
	MissingAsNull bool

	// BeforeColumns, if there is one, is called when the keys of snapshots are in memory and their columns go to a temporary
	// file: as much room as the keys take is gone for good by then, so that who limits the collector may want to give way.
	BeforeColumns func()
}
