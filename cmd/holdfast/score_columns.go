package main

import (
	"fmt"
	"slices"
	"strings"

	"holdfast/models"
)

// scoreColumnsOf are the columns that scores can have, in order: those of an outlook where the
// model has one, and those of the comparison with --diff.
func scoreColumnsOf(m *models.Model, diff bool) []scoreColumn {
	columns := scoreColumns()
	if m.Outlook != nil {
		columns = append(columns, outlookColumns()...)
	}
	if diff {
		columns = append(columns, diffColumns()...)
	}
	return columns
}

// chooseColumns are the columns that --columns names, in its order.
func chooseColumns(have []scoreColumn, names []string) ([]scoreColumn, error) {
	var chosen []scoreColumn
	for _, name := range names {
		at := slices.IndexFunc(have, func(c scoreColumn) bool { return c.name == name })
		if at < 0 {
			return nil, fail(exitUsage, fmt.Errorf("--columns: no column %q; scores of this run have %s", name, strings.Join(namesOf(have), ", ")))
		}
		if slices.ContainsFunc(chosen, func(c scoreColumn) bool { return c.name == name }) {
			return nil, fail(exitUsage, fmt.Errorf("--columns names %q twice", name))
		}
		chosen = append(chosen, have[at])
	}
	return chosen, nil
}

func namesOf(columns []scoreColumn) []string {
	names := make([]string, len(columns))
	for j, c := range columns {
		names[j] = c.name
	}
	return names
}

// choose finds out which columns to write. Where none of them is reasons, none are looked for;
// with --all a row has them only where somebody asks.
func (f *scoreFlags) choose(m *models.Model) ([]scoreColumn, error) {
	have := scoreColumnsOf(m, f.diff != "")
	if f.columns != nil {
		columns, err := chooseColumns(have, f.columns)
		if !writes(columns, "reasons") {
			f.reasons = 0
		}
		return columns, err
	}
	if f.all && !f.asksReasons {
		f.reasons = 0
	}
	if f.all && f.reasons == 0 {
		have = slices.DeleteFunc(have, func(c scoreColumn) bool { return c.name == "reasons" })
	}
	return have, nil
}

// writes says whether any of the columns is among them.
func writes(columns []scoreColumn, names ...string) bool {
	return slices.ContainsFunc(columns, func(c scoreColumn) bool { return slices.Contains(names, c.name) })
}
