package main

import (
	"context"
	"fmt"

	"holdfast/cmd/holdfast/internal/texttab"
	"holdfast/dataset"
	"holdfast/dataset/store"
)

// checkFile reads all of a path, so that damage is found whichever column it is in, and lists the columns.
func (a *app) checkFile(ctx context.Context, path string) error {
	if err := checkURLs(path); err != nil {
		return err
	}
	schema, warnings, err := dataset.Verify(ctx, path)
	if err != nil {
		return unreadable(err)
	}
	unrelated, err := dataset.Unrelated(ctx, schema)
	if err != nil {
		return unreadable(err)
	}
	warnings = append(warnings, unrelated...)
	path = store.Name(path)
	if a.json {
		if err := writeJSON(a.stdout, map[string]any{"path": path, "rows": schema.Rows, "columns": schema.Fields, "warnings": append([]dataset.Warning{}, warnings...)}); err != nil {
			return fail(exitOutput, err)
		}
		return a.warn(exitData, warnings)
	}
	a.printf("%s: %s rows\n\n", plain(path), texttab.Group(fmt.Sprint(schema.Rows)))
	t := texttab.New("column", "kind", "stored as", "nulls")
	for _, f := range schema.Fields {
		nulls := "never"
		if f.Nullable {
			nulls = "allowed"
		}
		t.Row(plain(f.Name), f.Kind.String(), plain(f.Detail), nulls)
	}
	if !a.quiet {
		t.Write(a.stdout)
	}
	return a.warn(exitData, warnings)
}
