package dataset

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"math"
	"slices"
	"sync"

	"holdfast/dataset/expr"
	"holdfast/dataset/parquetio"
)

// Stream is the snapshots of a path as they lie in the files, a few rows at a time: for what
// looks at each row by itself, of files of any size. Rows keep their order, and nothing is
// known of one beside another: versions and duplicates stay, and there are no histories.
//
//	s, err := dataset.StreamSnapshots(ctx, path, roles, uses, how)
//	...
//	defer s.Close()
//	r := s.Reader()
//	defer r.Close()
//	for group := range s.Groups() {
//		for p, err := range r.Group(ctx, group) { ... }
//	}
type Stream struct {
	path   string
	files  *parquetio.Files
	stream *parquetio.Stream
	roles  Columns
	how    Reading
	keys   int // columns before those of factors
	parts  []parquetio.Part

	mu       sync.Mutex
	found    map[string]*streamCounts // by column
	warnings []Warning
}

// streamCounts is what all readers have found in a column.
type streamCounts struct{ nans, timesOfDay int }

// StreamSnapshots opens the snapshots of a path, as LoadSnapshots does and with the same
// refusals, but for those of what is met only while the rows are read. Close it after use.
func StreamSnapshots(ctx context.Context, path string, roles Columns, uses expr.Columns, how Reading) (*Stream, error) {
	files, err := parquetio.Open(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	s, err := streamOf(ctx, files, path, roles, uses, how)
	if err != nil {
		files.Close()
	}
	return s, err
}

// streamOf is StreamSnapshots of files that are open.
func streamOf(ctx context.Context, files *parquetio.Files, path string, roles Columns, uses expr.Columns, how Reading) (*Stream, error) {
	want := roles.ofSnapshots(uses)
	s := &Stream{path: path, files: files, roles: roles, how: how, keys: len(want) - len(uses), found: make(map[string]*streamCounts)}
	var err error
	if s.stream, err = files.NewStream(ctx, want, how.options(roles.SnapshotDate)); err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	s.parts = s.stream.Parts()
	return s, s.judge(want)
}

// judge says what is odd about the files before their rows are read.
func (s *Stream) judge(want []parquetio.Request) error {
	d := &decoded{path: s.path, parts: s.parts}
	for _, p := range s.parts {
		d.rows += p.Rows
	}
	if d.rows == 0 {
		return d.check(s.how.AsOf)
	}
	if s.how.AsOf == NoDate {
		d.warnings = warnMixed(s.path, s.stream.Notices())
	}
	if err := d.lacking(s.stream.Notices(), s.how); err != nil {
		return err
	}
	if s.how.AsOf == NoDate {
		d.warnings = append(d.warnings, warnExtras(s.path, s.stream.Notices(), want)...)
	}
	s.warnings = d.warnings
	return nil
}

// Rows is the number of rows, those among them that Group leaves out.
func (s *Stream) Rows() (rows int) {
	for _, p := range s.parts {
		rows += p.Rows
	}
	return rows
}

// Groups is the number of row groups. Each can be read by itself.
func (s *Stream) Groups() int { return s.stream.Groups() }

// Warnings are what was found; those of rows that have been read among them. Row groups count
// when their last row has been read, so that after all of them the warnings are those of
// LoadSnapshots, whatever the readers and their order.
func (s *Stream) Warnings() []Warning {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.how.AsOf != NoDate { // files cannot be judged without the rows that were not there yet
		return s.warnings
	}
	return slices.Concat(s.warnings, fileWarnings(s.path, &parquetio.Table{Columns: s.tallies(slices.Sorted(maps.Keys(s.found)))}))
}

// tallies are columns that hold nothing but what was found odd in them.
func (s *Stream) tallies(names []string) []parquetio.Column {
	var columns []parquetio.Column
	for _, name := range names {
		c := parquetio.Column{Name: name}
		if odd := s.found[name]; odd != nil {
			c.NaNs, c.TimesOfDay = odd.nans, odd.timesOfDay
		}
		columns = append(columns, c)
	}
	return columns
}

// Close lets go of the files.
func (s *Stream) Close() { s.files.Close() }

// StreamPiece is some rows of a row group, in their order. It is good until the next one, and
// so is all that it holds: what is kept of it has to be copied. Row i of each field is row i
// of the piece; a piece has at least one row and at most BatchRows.
type StreamPiece struct {
	Account parquetio.Texts // the keys, as bytes
	Date    []Date          // the day that a row describes
	Value   []float64       // nil when no such column was asked for
	Batch   *Batch          // the factor columns

	First    int     // the number of the first row among all rows of the files, those left out counted
	Recorded []int32 // the days on which the rows were written, as they were read; nil when no such column was asked for
	kept     []int32 // of each row, how many rows of the files lie between it and the first; nil: they are side by side
}

// Row is the number of row i among all rows of the files, those left out counted.
func (p *StreamPiece) Row(i int) int {
	if p.kept == nil {
		return p.First + i
	}
	return p.First + int(p.kept[i])
}

// StreamReader reads row groups, one at a time, with memory of its own. It belongs to one
// goroutine; several readers of one stream may be at work at once.
type StreamReader struct {
	stream *Stream
	reader *parquetio.Reader
	batch  Batch   // of the last piece; its columns are laid into the cache
	rows   []int32 // 0 to BatchRows-1, or those that are kept
	dates  []Date  // memory of StreamPiece.Date, as the next ones are of their fields
	keys   parquetio.Texts
	value  []float64
	days   map[string][]float64   // of columns of days, which become numbers
	kept   map[string]expr.Vector // of columns of which not all rows are kept
}

// Reader makes a reader, which the caller closes. It opens no file until Group is called.
func (s *Stream) Reader() *StreamReader {
	r := &StreamReader{stream: s, reader: s.stream.Reader(), days: make(map[string][]float64), kept: make(map[string]expr.Vector)}
	r.batch = Batch{table: newTable(0, nil), cache: make(map[string]expr.Vector)}
	return r
}

// Close lets go of the open file.
func (r *StreamReader) Close() error { return r.reader.Close() }

// Group yields the rows of a row group in pieces of at most BatchRows. A row without a key
// and an infinite value are a *RefusedError, and so are an end of ctx and a damaged file an
// error: what was done with the pieces before is worth nothing then. Rows that were not known
// by Reading.AsOf are left out.
func (r *StreamReader) Group(ctx context.Context, group int) iter.Seq2[*StreamPiece, error] {
	return func(yield func(*StreamPiece, error) bool) {
		defer r.reader.Close()
		err := r.reader.Open(ctx, group)
		for err == nil {
			var p *parquetio.Piece
			if p, err = r.reader.Next(ctx, BatchRows); errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				break
			}
			if p.FileRow+p.Rows == r.stream.parts[group].FileRow+r.stream.parts[group].Rows {
				r.count(p)
			}
			var piece *StreamPiece
			if piece, err = r.piece(p, group); err == nil && len(piece.Date) > 0 && !yield(piece, nil) {
				return
			}
		}
		if refused := (*RefusedError)(nil); !errors.As(err, &refused) {
			err = fmt.Errorf("dataset: %w", err)
		}
		yield(nil, err)
	}
}

// count adds what was found in a row group, after its last row.
func (r *StreamReader) count(p *parquetio.Piece) {
	s := r.stream
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range p.Columns {
		if c.NaNs > 0 || c.TimesOfDay > 0 {
			if s.found[c.Name] == nil {
				s.found[c.Name] = new(streamCounts)
			}
			s.found[c.Name].nans += c.NaNs
			s.found[c.Name].timesOfDay += c.TimesOfDay
		}
	}
}

// piece lays the columns out for who scores them. Where all rows are kept the fields are the
// memory of the decoder itself; only a replay copies.
func (r *StreamReader) piece(p *parquetio.Piece, group int) (*StreamPiece, error) {
	s := r.stream
	r.choose(s.roles.snapshotsKnown(p.Columns), p.Rows)
	if err := r.check(p, group); err != nil {
		return nil, err
	}
	all := len(r.rows) == p.Rows
	out := &StreamPiece{Account: p.Columns[0].Texts, Date: r.dates[:0], Batch: &r.batch}
	for _, i := range r.rows {
		out.Date = append(out.Date, Date(p.Columns[1].Days[i]))
	}
	r.dates = out.Date
	if s.roles.Value != "" {
		out.Value = p.Columns[s.keys-1].Numbers
	}
	out.First = s.parts[group].FirstRow + p.FileRow - s.parts[group].FileRow
	if s.roles.RecordedAt != "" {
		out.Recorded = p.Columns[2].Days
	}
	if !all {
		out.kept = r.rows
		if out.Recorded != nil {
			out.Recorded = gather(out.Recorded, r.rows)
		}
		r.keys.Reset()
		r.value = r.value[:0]
		for _, i := range r.rows {
			r.keys.Add(p.Columns[0].Texts.At(int(i)))
			if out.Value != nil {
				r.value = append(r.value, out.Value[i])
			}
		}
		out.Account = r.keys
		if out.Value != nil {
			out.Value = r.value
		}
	}
	r.batch.rows = r.rows
	for _, c := range p.Columns[s.keys:] {
		r.batch.cache[c.Name] = r.vector(&c, all)
	}
	return out, nil
}

// choose lists the rows that were known by the as-of day.
func (r *StreamReader) choose(known []int32, n int) {
	r.rows = r.rows[:0]
	for i := range n {
		if asOf := r.stream.how.AsOf; asOf == NoDate || Date(known[i]) <= asOf {
			r.rows = append(r.rows, int32(i))
		}
	}
}

// vector is a factor column as expressions see it. Finite tells the expressions that they need
// not look for infinities, where decoding has met none.
func (r *StreamReader) vector(c *parquetio.Column, all bool) expr.Vector {
	v := expr.Vector{Numbers: c.Numbers, Codes: c.Codes, Levels: c.Levels, Finite: c.Infs == 0}
	if c.As == parquetio.AsDay {
		v.Numbers = r.days[c.Name][:0]
		for _, d := range c.Days {
			x := float64(d)
			if d == parquetio.NullDay {
				x = math.NaN()
			}
			v.Numbers = append(v.Numbers, x)
		}
		r.days[c.Name] = v.Numbers
	}
	if all {
		return v
	}
	had := r.kept[c.Name]
	kept := expr.Vector{Levels: v.Levels, Finite: v.Finite}
	if v.Numbers != nil {
		kept.Numbers = had.Numbers[:0]
	} else {
		kept.Codes = had.Codes[:0]
	}
	for _, i := range r.rows {
		if v.Numbers != nil {
			kept.Numbers = append(kept.Numbers, v.Numbers[i])
		} else {
			kept.Codes = append(kept.Codes, v.Codes[i])
		}
	}
	r.kept[c.Name] = kept
	return kept
}

// check refuses kept rows without a key and infinite values, as decoded.check does.
func (r *StreamReader) check(p *parquetio.Piece, group int) error {
	s := r.stream
	var found findings
	place := func(i int32) string {
		return fmt.Sprintf("row %d of %s", p.FileRow+int(i)+1, s.parts[group].Path)
	}
	for _, c := range p.Columns[:2] {
		for _, i := range r.rows {
			if c.As == parquetio.AsDay && c.Days[i] == parquetio.NullDay || c.As == parquetio.AsKey && len(c.NullRows) > 0 && slices.Contains(c.NullRows, int(i)) {
				found.add(Warning{Code: "null_key", Where: s.path, Message: fmt.Sprintf(
					"column %s is null in %s; every row needs an account and a date", Quote(c.Name), place(i))})
				break
			}
		}
	}
	for _, c := range p.Columns {
		if c.Infs == 0 {
			continue
		}
		for _, i := range r.rows {
			if math.IsInf(c.Numbers[i], 0) {
				found.add(Warning{Code: "infinite_values", Where: s.path, Message: fmt.Sprintf(
					"column %s is infinite in %s; replace such values before loading", Quote(c.Name), place(i))})
				break
			}
		}
	}
	return found.err()
}
