package dataset

import (
	"context"
	"fmt"

	"holdfast/dataset/parquetio"
)

// commonShare is the share of its columns that a file has in common with all others, if
// they are parts of one table: schemas grow, but not to twice their width at once.
const commonShare = 0.5

// Unrelated warns of a path that merges files of different tables: of the columns that
// occur, only a few are in every file. Snapshots and outcomes in one directory share the
// account key, and read together they would be one table with half of its cells empty. It
// reads footers only. No warning is nil, and an error that of parquetio.
func Unrelated(ctx context.Context, s *Schema) ([]Warning, error) {
	table, err := parquetio.Read(ctx, s.Path, nil, parquetio.Options{})
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	var some []string // columns that only some files have, by name
	for _, n := range table.Notices {
		if n.Kind == parquetio.ExtraColumn {
			some = append(some, n.Column)
		}
	}
	common := len(s.Fields) - len(some)
	if len(some) == 0 || float64(common) >= commonShare*float64(len(s.Fields)) {
		return nil, nil
	}
	return []Warning{{Code: "unrelated_files", Where: s.Path, Message: fmt.Sprintf(
		"only %d of the %d columns are in every file (%s, for one, is not): these may be files of different tables; check them one at a time, and give data.snapshots and data.outcomes paths of their own",
		common, len(s.Fields), Quote(some[0]))}}, nil
}
