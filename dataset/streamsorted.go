package dataset

import (
	"context"
	"iter"

	"holdfast/dataset/expr"
	"holdfast/dataset/parquetio"
)

// sortedGroup is the number of rows of a group of snapshots that are sorted already: about what
// a row group of a file has, so that work is handed out in like pieces.
const sortedGroup = 1 << 17

// Groups is the number of groups of rows: what Stream.Groups is for rows as they lie in the
// files.
func (s *Snapshots) Groups() int { return (len(s.Date) + sortedGroup - 1) / sortedGroup }

// Group yields the rows of a group in pieces of at most BatchRows, sorted by account and day,
// with the histories that were added. Several groups may be read at once. Pieces are good until
// the next one, as those of a StreamReader; Recorded is nil, since versions have been told apart
// by now. StreamPiece.Row counts in the sorted rows, not in those of the files.
func (s *Snapshots) Group(ctx context.Context, group int) iter.Seq2[*StreamPiece, error] {
	return func(yield func(*StreamPiece, error) bool) {
		from := group * sortedGroup
		rows := make([]int32, min(sortedGroup, len(s.Date)-from))
		for i := range rows {
			rows[i] = int32(from + i)
		}
		p := &StreamPiece{}
		var keys parquetio.Texts
		for b, err := range s.Table.Batches(rows) {
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				yield(nil, err)
				return
			}
			keys.Reset()
			for _, row := range b.rows {
				keys.Add([]byte(s.Accounts[s.Account[row]]))
			}
			to := from + b.Len()
			p.Account, p.Date, p.Batch, p.First = keys, s.Date[from:to], b, from
			if s.Value != nil {
				p.Value = s.Value[from:to]
			}
			if from = to; !yield(p, nil) {
				return
			}
		}
	}
}

// Segments evaluates a segment, a column or an expression over columns that were read, for the
// rows of a batch: what Snapshots.SegmentsOf is for rows of snapshots.
func (b *Batch) Segments(segment *expr.Expr) []string {
	codes, names := segmentsOf(segment, segment.Eval(b.Len(), b.Column))
	out := make([]string, len(codes))
	for i, code := range codes {
		if code >= 0 {
			out[i] = names[code]
		}
	}
	return out
}
