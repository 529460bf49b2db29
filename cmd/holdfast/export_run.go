package main

import (
	"bytes"
	"errors"
	"io"

	"holdfast/cmd/holdfast/internal/rundir"
	"holdfast/features/sql"
	"holdfast/models"
	"holdfast/models/export"
)

// writeModelSQL puts model.sql beside the model.json of a run, in the dialect of DuckDB,
// which reads the snapshots where they lie: a view called snapshots is all that it takes.
// A model that SQL cannot say has none; holdfast export says why.
func writeModelSQL(d *rundir.Dir, m *models.Model) error {
	var text bytes.Buffer
	err := export.SQL(&text, m, sql.DuckDB, export.Options{})
	if part := (*export.UnsupportedError)(nil); errors.As(err, &part) {
		return nil
	}
	if err != nil {
		return err
	}
	return d.Write("model.sql", func(w io.Writer) error { _, err := w.Write(text.Bytes()); return err })
}
