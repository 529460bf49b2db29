package dataset

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sort"

	"holdfast/dataset/expr"
	"holdfast/dataset/parquetio"
)

// Predictions is a file of scores that another tool gave to accounts, to be joined to the
// snapshots as a column.
type Predictions struct {
	Path    string // a file, directory, glob or partitioned tree
	Account string // the columns of the file
	AsOf    string // the day that a score is of
	Column  string // the score
	MadeAt  string // optional: the day on which it was computed, which must not be later than AsOf
	MaxAge  int    // how many days older than the as-of date a score may be; 0: it is of that very day
	Name    string // of the column that is added
}

// AddPredictions joins each file to all rows and adds it to the Table as a column of its
// Name. A row gets the newest score of its account that is of the row's as-of day or at
// most MaxAge days before it, and none from later days; a score that is null is no score.
//
// Scores that were computed after the day they are of are refused with a *RefusedError:
// they could know what happened since. So are two scores of one account and day that
// differ, and a file of which no score meets a row.
func (s *Snapshots) AddPredictions(ctx context.Context, wanted []Predictions, how Reading) error {
	for _, p := range wanted {
		scores, err := p.load(ctx, how, s.Table)
		if err != nil {
			return err
		}
		column, met := scores.at(s, p.MaxAge)
		if met == 0 {
			return refuse("no_match", p.Path, fmt.Sprintf(
				"none of %d predictions is of an account and a day in the snapshots; check %s and %s, or set max_age", len(scores.score), Quote(p.Account), Quote(p.AsOf)))
		}
		if unmet := len(scores.score) - met; unmet > 0 {
			s.Warnings = append(s.Warnings, Warning{Code: "unmatched_predictions", Where: p.Path, Message: fmt.Sprintf(
				"%d of %d predictions are of an account and a day without a snapshot; nothing reads them", unmet, len(scores.score))})
		}
		if err := s.Table.addNumbers(p.Name, column); err != nil {
			return err
		}
		s.Joined = append(s.Joined, scores.hash())
	}
	return nil
}

// foreignScores are predictions that were read, by account and then by day. After
// dropDuplicates an account has one score a day, and none is NaN.
type foreignScores struct {
	accounts []string
	account  []int32
	day      []Date
	score    []float64
}

// load reads the scores that were known by how.AsOf. The file is refused for null keys and
// infinite scores as snapshots are.
func (p Predictions) load(ctx context.Context, how Reading, t *Table) (*foreignScores, error) {
	want := []parquetio.Request{{Column: p.Account, As: parquetio.AsKey}, {Column: p.AsOf, As: parquetio.AsDay}, {Column: p.Column, As: parquetio.AsNumber}}
	if p.MadeAt != "" {
		want = append(want, parquetio.Request{Column: p.MadeAt, As: parquetio.AsDay})
	}
	d, err := read(ctx, p.Path, want, how, p.AsOf, p.known, t)
	if err != nil {
		return nil, err
	}
	if err := p.refuseLate(d); err != nil {
		return nil, err
	}
	f := &foreignScores{accounts: d.columns[0].Levels, account: d.columns[0].Codes, day: dates(d.columns[1].Days), score: d.columns[2].Numbers}
	if order := t.canonicalOrder(f.account, d.columns[1].Days, nil); order != nil {
		f.keep(order)
	}
	return f, f.dropDuplicates(p)
}

// known are the days from which scores are known.
func (p Predictions) known(columns []parquetio.Column) []int32 {
	days := columns[1].Days
	if p.MadeAt == "" {
		return days
	}
	known := make([]int32, len(days))
	for i, made := range columns[3].Days {
		known[i] = max(days[i], made)
	}
	return known
}

// refuseLate refuses scores that were computed after the day they are of.
func (p Predictions) refuseLate(d *decoded) error {
	if p.MadeAt == "" {
		return nil
	}
	late, first := 0, -1
	for i, made := range d.columns[3].Days {
		if made > d.columns[1].Days[i] {
			if late++; late == 1 {
				first = i
			}
		}
	}
	if late == 0 {
		return nil
	}
	return refuse("late_predictions", p.Path, fmt.Sprintf(
		"%d predictions have a %s after their %s, the first in %s; made later, they could know what happened since: leave them out, or date them by the day they were made",
		late, Quote(p.MadeAt), Quote(p.AsOf), d.place(first)))
}

// keep reduces the scores to the given rows, in the given order.
func (f *foreignScores) keep(rows []int32) {
	f.account, f.day, f.score = gather(f.account, rows), gather(f.day, rows), gather(f.score, rows)
}

// dropDuplicates keeps one score per account and day, and none that is null. Repeated equal
// scores are one score; two that differ are refused, all such pairs together.
func (f *foreignScores) dropDuplicates(p Predictions) error {
	var keep []int32
	var found findings
	for i := range f.score {
		if math.IsNaN(f.score[i]) {
			continue
		}
		if k := len(keep) - 1; k >= 0 && f.account[keep[k]] == f.account[i] && f.day[keep[k]] == f.day[i] {
			if before := f.score[keep[k]]; before != f.score[i] {
				found.add(Warning{Code: "contradicting_predictions", Where: p.Path, Message: fmt.Sprintf(
					"account %s has predictions %v and %v of %s; keep one per account and day", Quote(f.accounts[f.account[i]]), before, f.score[i], f.day[i])})
			}
			continue
		}
		keep = append(keep, int32(i))
	}
	f.keep(keep)
	return found.err()
}

// at returns the score of every snapshot row, NaN where there is none, and counts the
// scores that met a row.
func (f *foreignScores) at(s *Snapshots, maxAge int) (column []float64, met int) {
	from := make([]int, len(f.accounts)+1) // where the scores of each account begin
	for _, a := range f.account {
		from[a+1]++
	}
	for a := range f.accounts {
		from[a+1] += from[a]
	}
	numbers := renumber(s.Table, s.Accounts, f.accounts)
	column, used := make([]float64, len(s.Account)), make([]bool, len(f.score))
	for i, account := range s.Account {
		column[i] = math.NaN()
		number := numbers[account]
		if number < 0 {
			continue
		}
		first, asOf := from[number], s.asOf(int32(i))
		days := f.day[first:from[number+1]]
		k := sort.Search(len(days), func(k int) bool { return days[k] > asOf }) - 1
		if k < 0 || int(asOf-days[k]) > maxAge {
			continue
		}
		column[i] = f.score[first+k]
		if !used[first+k] {
			used[first+k] = true
			met++
		}
	}
	return column, met
}

// hash returns the content hash of the scores.
func (f *foreignScores) hash() string {
	h := newContentHash()
	h.texts(f.accounts)
	h.codes(f.account)
	h.days(f.day)
	h.numbers(f.score)
	return h.sum()
}

// withoutJoined leaves out the columns that do not lie in the snapshots but are joined to
// them.
func withoutJoined(uses expr.Columns, joined []Predictions) expr.Columns {
	read := make(expr.Columns, len(uses))
	for name, kind := range uses {
		if !slices.ContainsFunc(joined, func(p Predictions) bool { return p.Name == name }) {
			read[name] = kind
		}
	}
	return read
}
