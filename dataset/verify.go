package dataset

import (
	"context"
	"fmt"
	"strings"

	"holdfast/dataset/parquetio"
)

// Verify reads every value of every column of a file, directory, glob or
// partitioned tree, whatever the columns are for. Damage is an error. Infinite
// values and dates that stand for "no date" are refused with a *RefusedError, since
// no column with them could be used as it is. Names that differ only in case are
// warned of. It is for who asks about a file as such; loading checks the columns it reads
// by itself.
func Verify(ctx context.Context, path string) (*Schema, []Warning, error) {
	v, err := parquetio.Verify(ctx, path, parquetio.Options{})
	if err != nil {
		return nil, nil, fmt.Errorf("dataset: %w", err)
	}
	var found findings
	for _, f := range v.Findings {
		found.add(oddValue(f))
	}
	if err := found.err(); err != nil {
		return nil, nil, err
	}
	return &Schema{Path: path, Rows: v.Rows, Fields: v.Fields}, warnSimilar(path, v.Fields), nil
}

// oddValue tells of a value that cannot mean what it says.
func oddValue(f parquetio.Finding) Warning {
	w := Warning{Code: "infinite_values", Where: f.Path, Message: fmt.Sprintf(
		"column %s holds %d infinite values, the first (%s) in row %d; replace them before loading", Quote(f.Column), f.Count, f.What, f.Row+1)}
	if f.Placeholder {
		w.Code = "placeholder_date"
		w.Message = fmt.Sprintf("column %s holds %s in %d rows, the first is row %d; spreadsheets and databases show an empty date so: write null there",
			Quote(f.Column), f.What, f.Count, f.Row+1)
	}
	return w
}

// warnSimilar tells of columns that are easily taken for one another.
func warnSimilar(path string, fields []parquetio.Field) []Warning {
	var warnings []Warning
	first := make(map[string]string, len(fields))
	for _, f := range fields {
		plain := strings.ToLower(f.Name)
		if other, known := first[plain]; known {
			warnings = append(warnings, Warning{Code: "similar_names", Where: path, Message: fmt.Sprintf(
				"columns %s and %s differ only in case; each is read under its own name: rename one", Quote(other), Quote(f.Name))})
			continue
		}
		first[plain] = f.Name
	}
	return warnings
}
