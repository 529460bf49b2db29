package parquetio

import (
	"context"
	"errors"
	"io"

	"holdfast/dataset/store"
)

// Stream reads the rows of Files a piece at a time, so that memory depends on the pages and not on the rows or the row
// groups. Row groups are read by a Reader each, from as many goroutines as there are Readers:
//
//  1. NewStream resolves the columns and leaves out row groups as Read does (newPlan, wanted).
//  2. Reader.Open starts a row group: a cursor for each column, at the first page of its chunk.
//  3. Reader.Next reads pages, decodes of them the rows that are asked for, and returns these.
//
// Every page passes the checks of Read. What is found in a row group after some of its rows have been handed out is an
// error of a later Next: who writes results must throw them away then.
type Stream struct {
	plan    *plan
	groups  []groupRef
	options Options
}

// NewStream prepares to read columns of the files, which must stay open.
func (f *Files) NewStream(ctx context.Context, want []Request, o Options) (*Stream, error) {
	p, err := newPlan(f.selection, want)
	if err != nil {
		return nil, err
	}
	groups, err := p.wanted(ctx, p.groups, o)
	return &Stream{plan: p, groups: groups, options: o}, err
}

// Groups is the number of row groups to read.
func (s *Stream) Groups() int { return len(s.groups) }

// Notices tell how part files differ.
func (s *Stream) Notices() []Notice { return s.plan.notices }

// Parts are the row groups to read, one each.
func (s *Stream) Parts() []Part {
	parts, first := make([]Part, len(s.groups)), 0
	for i, g := range s.groups {
		parts[i] = Part{Path: s.plan.parts[g.part].path, FirstRow: first, Rows: g.rows, FileRow: g.fileRow}
		first += g.rows
	}
	return parts
}

// Piece is some consecutive rows of a row group. Its columns are good until the next piece of the same Reader.
type Piece struct {
	Rows    int
	FileRow int // the number of the first row in its file, from 0 on
	// Columns are as those of a Table, with these differences: a column AsKey has Texts and NullRows instead of codes; Levels
	// are in the order of their first row in the row group; NaNs, Infs and TimesOfDay count the row group as far as it has been
	// decoded, which may be further than the piece; Nulls and FirstInf are not told.
	Columns []Column
}

// Reader reads row groups one after the other, with buffers of its own. It belongs to one goroutine at a time.
type Reader struct {
	stream  *Stream
	tools   tools
	bytes   []byte // of the page that was read last, of a local file
	cursors []cursor
	columns []Column
	group   groupRef
	file    *store.File
	row     int // of the group: handed out so far
}

// Reader makes a reader of the stream.
func (s *Stream) Reader() *Reader {
	r := &Reader{stream: s, cursors: make([]cursor, len(s.plan.columns)), columns: make([]Column, len(s.plan.columns))}
	for i := range r.cursors {
		r.cursors[i].planned, r.cursors[i].pages.tools = &s.plan.columns[i], &r.tools
	}
	return r
}

// Open goes to the beginning of a row group.
func (r *Reader) Open(ctx context.Context, group int) error {
	r.Close()
	r.group, r.row = r.stream.groups[group], 0
	p := &r.stream.plan.parts[r.group.part]
	var err error
	if r.file, err = p.open(ctx); err != nil {
		return fileErrorf(p.path, "%w", err)
	}
	for i := range r.cursors {
		if err := r.cursors[i].open(r.file, p, r.group, r.stream.options.location()); err != nil {
			return p.inColumn(r.cursors[i].Column, r.group, err)
		}
	}
	return nil
}

// Close lets go of the file that is open.
func (r *Reader) Close() error {
	if r.file == nil {
		return nil
	}
	f := r.file
	r.file = nil
	return f.Close()
}

// Next returns the next rows of the row group, no more than most, and io.EOF after the last.
func (r *Reader) Next(ctx context.Context, most int) (*Piece, error) {
	p := &r.stream.plan.parts[r.group.part]
	n := min(most, r.group.rows-r.row)
	for i := range r.cursors {
		c := &r.cursors[i]
		for c.left() < n || n == 0 && !c.ended {
			if err := r.refill(c, n-c.left()); err != nil {
				return nil, p.inColumn(c.Column, r.group, err)
			}
			if c.ended && c.left() < n {
				return nil, p.inColumn(c.Column, r.group, errors.New("ends early; the file is damaged"))
			}
		}
	}
	if n == 0 {
		return nil, io.EOF
	}
	piece := &Piece{Rows: n, FileRow: r.group.fileRow + r.row, Columns: r.columns}
	for i := range r.cursors {
		r.columns[i] = r.cursors[i].take(n)
	}
	r.row += n
	return piece, ctx.Err()
}

// refill decodes rows of a column, n if its page has as many left.
func (r *Reader) refill(c *cursor, n int) error {
	if c.leaf == nil {
		c.repeat(min(r.group.rows-c.first, piece))
		c.ended = c.first == r.group.rows
		return nil
	}
	if c.page.rows > 0 {
		return c.add(n)
	}
	var err error
	switch c.page, err = r.page(c); {
	case errors.Is(err, io.EOF):
		c.ended = true
		return nil
	case err != nil:
		return err
	case c.page.dictionary:
		return c.look(&c.page)
	}
	return c.add(n)
}

// page reads the next page of a chunk. Those of a local file are read one at a time into the same memory, which is given
// away where a page was not compressed: its values lie there.
func (r *Reader) page(c *cursor) (page, error) {
	if r.file.Remote {
		return c.pages.next()
	}
	c.source.bytes, c.source.given = r.bytes[:0], 0
	p, err := c.pages.next()
	if r.bytes = c.source.bytes; p.raw {
		r.bytes, c.raw = c.raw, r.bytes
	}
	return p, err
}
