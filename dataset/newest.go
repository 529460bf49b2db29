package dataset

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"holdfast/dataset/expr"
	"holdfast/dataset/parquetio"
)

// LoadNewest is LoadSnapshots for who asks about today: of each account, it reads the rows of
// its newest day and of the day before that on which it was seen, with all their versions, and
// of the day that also says for it, NoDate for none, unless also is nil. Memory grows with the accounts, not with their
// rows. Warnings and refusals are those of LoadSnapshots, about all rows:
//
//  1. newestOf reads the keys, in the order of the files, and remembers of each account what
//     its rows are (newestKeys). Where the rows of an account are not in the order of time, it
//     sorts the keys of all rows first (newestSorted).
//  2. chosenRows reads the other columns and keeps the rows that were chosen.
//  3. What is left is arranged and freed of duplicates as LoadSnapshots does it. Rows that
//     could be duplicates are chosen too, however old, so that those which contradict each
//     other are found.
//
// Where something is to be refused, LoadSnapshots itself says what: it then reads all rows.
//
// The snapshots are those of LoadSnapshots less the rows that were not chosen: Newest,
// NewestTwo, and RowOn of the day that also says, answer alike for both. Histories must not be
// added to them, since the past that these look at is not there.
func LoadNewest(ctx context.Context, path string, roles Columns, uses expr.Columns, how Reading, also func(account string) Date) (*Snapshots, error) {
	s, err := loadNewest(ctx, path, roles, uses, how, also)
	if refused := (*RefusedError)(nil); errors.As(err, &refused) || errors.Is(err, errWhole) {
		return LoadSnapshots(ctx, path, roles, uses, how)
	}
	return s, err
}

// errWhole tells that some rows do not suffice to know what is true of all.
var errWhole = errors.New("all rows are needed")

// loadNewest is LoadNewest that gives up, with errWhole or a *RefusedError, where all rows have
// to be looked at, or are more than an int32 can number.
func loadNewest(ctx context.Context, path string, roles Columns, uses expr.Columns, how Reading, also func(account string) Date) (*Snapshots, error) {
	files, err := parquetio.Open(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	defer files.Close()
	if files.Rows() > math.MaxInt32 {
		return nil, errWhole
	}
	keys, err := newestOf(ctx, files, path, roles, how, also)
	if err != nil {
		return nil, err
	}
	if keys.known == 0 {
		return nil, errWhole // to be told that nothing was known
	}
	chosen := keys.chosen()
	want := roles.ofSnapshots(uses)
	ofRoles, ofFactors := want[:len(want)-len(uses)], want[len(want)-len(uses):]
	c, err := chosenRows(ctx, files, ofRoles[len(chosen.columns):], ofFactors, chosen.rows, how, roles.SnapshotDate)
	if err != nil {
		return nil, err
	}
	s, err := newestSnapshots(ctx, files, keys, chosen, c, ofRoles, ofFactors, how)
	if err != nil {
		c.table.Close()
	}
	return s, err
}

// newestSnapshots makes the snapshots of rows that were read in the order of the files.
func newestSnapshots(ctx context.Context, files *parquetio.Files, keys *newestKeys, chosen *chosenKeys, c *chosenColumns, roles, factors []parquetio.Request, how Reading) (*Snapshots, error) {
	d := &decoded{path: keys.path, rows: len(chosen.rows), original: chosen.rows, parts: keys.parts, columns: chosen.columns}
	d.columns = append(d.columns, c.roles...)
	warnings, err := newestWarnings(ctx, files, keys, c, roles, factors, how)
	if err != nil {
		return nil, err
	}
	s := &Snapshots{Path: keys.path, Read: keys.known, Warnings: warnings, Table: c.table}
	order := d.canonical(keys.roles)
	s.arrange(d, order, keys.roles)
	if order != nil {
		if s.Table, err = c.table.sorted(order); err != nil {
			return nil, err
		}
	}
	return s, s.dropDuplicates(keys.roles, func(i int) string {
		if order != nil {
			i = int(order[i])
		}
		return d.place(i)
	})
}

// newestWarnings says of the files what LoadSnapshots would, which reads the roles first and
// the factors later.
func newestWarnings(ctx context.Context, files *parquetio.Files, keys *newestKeys, c *chosenColumns, roles, factors []parquetio.Request, how Reading) ([]Warning, error) {
	d := &decoded{path: keys.path, parts: keys.knownParts()}
	tallies := append(slices.Clone(keys.tallies), c.tallies...)
	var notices []parquetio.Notice
	for _, want := range [][]parquetio.Request{roles, factors} {
		plan, err := files.NewStream(ctx, want, parquetio.Options{})
		if err != nil {
			return nil, fmt.Errorf("dataset: %w", err)
		}
		table := &parquetio.Table{Columns: tallies[:len(want)], Notices: plan.Notices()}
		d.judge(table, how)
		if err := d.lacking(table.Notices, how); err != nil {
			return nil, err
		}
		tallies = tallies[len(want):]
		if notices == nil && how.AsOf == NoDate {
			notices = slices.Concat([]parquetio.Notice{}, table.Notices)
		}
	}
	return append(d.warnings, warnExtras(keys.path, notices, slices.Concat(roles, factors))...), nil
}

// chosenKeys are the keys of the rows that were chosen, in the order of the files.
type chosenKeys struct {
	rows    []int32            // numbers among all rows of the files
	columns []parquetio.Column // account, day, and day of recording if there is one
}
