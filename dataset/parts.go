package dataset

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"holdfast/dataset/parquetio"
)

// lacking looks at wanted columns that some part files do not have. Their rows would
// hold nulls that nobody wrote, which no later reader could tell from values that were
// not known: so they are refused, or, if how says so, warned of. Part files of which a
// replay keeps no row are not there yet and not asked.
func (d *decoded) lacking(notices []parquetio.Notice, how Reading) error {
	var found findings
	kept := d.partRows()
	for _, n := range notices {
		if n.Kind != parquetio.MissingColumn {
			continue
		}
		files, rows := 0, 0
		var first string
		for _, file := range n.Files {
			if kept[file] > 0 {
				if files++; files == 1 {
					first = file
				}
				rows += kept[file]
			}
		}
		if files == 0 {
			continue
		}
		w := Warning{Code: "parts_differ", Where: d.path, Message: fmt.Sprintf("column %s is missing in %d of %d files (first: %s)", Quote(n.Column), files, len(kept), strconv.Quote(inside(d.path, first)))}
		if how.MissingAsNull {
			w.Message += fmt.Sprintf("; it counts as missing in their %d rows", rows)
			d.warnings = append(d.warnings, w)
			continue
		}
		if other := calledElse(notices, n.Column); other != "" {
			w.Message += fmt.Sprintf(", where %s may be meant (case counts)", Quote(other))
		}
		w.Message += "; nulls that nobody wrote are not data: write the column into every file, leave it out, or set data.missing_columns: null to read it as missing there"
		found.add(w)
	}
	return found.err()
}

// calledElse finds a column that only some part files have and that differs from another
// in case only.
func calledElse(notices []parquetio.Notice, column string) string {
	for _, n := range notices {
		if n.Kind == parquetio.ExtraColumn && strings.EqualFold(n.Column, column) {
			return n.Column
		}
	}
	return ""
}

// partRows counts the rows of each part file that were kept. A file of which a replay kept none
// is not in the map; without a replay every file is, also one without rows.
func (d *decoded) partRows() map[string]int {
	kept := make(map[string]int, len(d.parts))
	if d.original == nil {
		for _, p := range d.parts {
			kept[p.Path] += p.Rows
		}
		return kept
	}
	next := 0
	for _, p := range d.parts {
		from := next
		for next < len(d.original) && int(d.original[next]) < p.FirstRow+p.Rows {
			next++
		}
		if next > from {
			kept[p.Path] += next - from
		}
	}
	return kept
}

// inside is the name of a part file as seen from the folder that holds it.
func inside(path, file string) string {
	return strings.TrimLeft(strings.TrimPrefix(file, strings.TrimRight(path, `/\`)), `/\`)
}

// warnMixed tells of dates that are timestamps in other part files, and of columns
// with a twin.
func warnMixed(path string, notices []parquetio.Notice) []Warning {
	var warnings []Warning
	for _, n := range notices {
		if n.Kind == parquetio.MixedDays {
			warnings = append(warnings, Warning{Code: "parts_differ", Where: path, Message: fmt.Sprintf(
				"%s; a timestamp counts as the day it falls on in data.timezone: check that both mean the same days", n)})
		}
		if n.Kind == parquetio.SimilarColumn {
			warnings = append(warnings, Warning{Code: "similar_names", Where: path, Message: fmt.Sprintf("%s; rename one", n)})
		}
	}
	return warnings
}

// warnExtras tells of columns that are in some part files only and that nobody asked
// for: a column that was renamed half-way looks like this.
func warnExtras(path string, notices []parquetio.Notice, want []parquetio.Request) []Warning {
	const told = 4
	var names []string
	var first parquetio.Notice
	for _, n := range notices {
		if n.Kind != parquetio.ExtraColumn || slices.ContainsFunc(want, func(r parquetio.Request) bool { return r.Column == n.Column }) {
			continue
		}
		if names = append(names, Quote(n.Column)); len(names) == 1 {
			first = n
		}
	}
	if len(names) == 0 {
		return nil
	}
	list := strings.Join(names[:min(told, len(names))], ", ")
	if len(names) > told {
		list += fmt.Sprintf(" and %d more", len(names)-told)
	}
	return []Warning{{Code: "parts_differ", Where: path, Message: fmt.Sprintf(
		"only some of the %d files have column %s (such as %s); nothing reads it", first.Of, list, strconv.Quote(inside(path, first.Files[0])))}}
}
