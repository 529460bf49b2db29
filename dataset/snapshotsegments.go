package dataset

import (
	"fmt"

	"holdfast/dataset/expr"
)

// SegmentsOf evaluates a segment, a column or an expression over columns that were read, for
// some rows: what Examples.Segment is for examples. A row without a segment is "". Name k is
// that of rows[k]. It is an error when the expression does not parse over uses, or when stored
// columns cannot be read.
func (s *Snapshots) SegmentsOf(rows []int32, segment string, uses expr.Columns) ([]string, error) {
	e, err := expr.Parse(segment, uses)
	if err != nil {
		return nil, fmt.Errorf("dataset: segment: %w", err)
	}
	out := make([]string, 0, len(rows))
	for b, err := range s.Table.Batches(rows) {
		if err != nil {
			return nil, err
		}
		codes, names := segmentsOf(e, e.Eval(b.Len(), b.Column))
		for _, code := range codes {
			name := ""
			if code >= 0 {
				name = names[code]
			}
			out = append(out, name)
		}
	}
	return out, nil
}

// NewestTwo returns the newest row of every account, in account order, and the row of the
// day before that on which the account was last seen; -1 for an account that has none.
func (s *Snapshots) NewestTwo() (newest, before []int32) {
	newest = s.Newest()
	before = make([]int32, len(newest))
	for k, row := range newest {
		before[k] = s.earlier(row)
	}
	return newest, before
}

// earlier is the newest row of the same account on an earlier day, -1 for none. It steps back
// over the versions of the row's own day.
func (s *Snapshots) earlier(row int32) int32 {
	for i := row - 1; i >= 0 && s.Account[i] == s.Account[row]; i-- {
		if s.Date[i] < s.Date[row] {
			return i
		}
	}
	return -1
}

// RowOn returns the row of a day of the account whose newest row is given, the last of its
// versions; -1 if it has none.
func (s *Snapshots) RowOn(newest int32, day Date) int32 {
	for i := newest; i >= 0 && s.Account[i] == s.Account[newest] && s.Date[i] >= day; i-- {
		if s.Date[i] == day {
			return i
		}
	}
	return -1
}
