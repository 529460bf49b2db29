package parquetio

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"time"
)

// Verified is what a path holds after all of it has been read once.
type Verified struct {
	Fields []Field
	Rows   int64
	// Findings are values that are well formed and still cannot mean what they say, one for each column and file.
	Findings []Finding
}

// Finding is a kind of value that no analysis should see, where it was first met, and how often it occurs in that file.
type Finding struct {
	Path, Column string
	// Row counts from 0 within the file.
	Row int
	// What names the value: "+Inf", "1900-01-01".
	What  string
	Count int
	// Placeholder tells a date from an infinity.
	Placeholder bool
}

// Verify reads every value of every column that path stands for, also of those that cannot be used, so that a file that
// passes will not fail later, whichever columns are asked for. It works on one row group of one column at a time. Errors
// are those of Read; an error is about the first damage in (file, row group, column) order.
func Verify(ctx context.Context, path string, o Options) (*Verified, error) {
	s, err := openSelection(ctx, path)
	if err != nil {
		return nil, err
	}
	defer s.close()
	v := &Verified{Fields: s.fields()}
	for i := range s.parts {
		if err := s.parts[i].verify(ctx, v, o); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// verify reads one file. Every column is taken for what this file stores, whatever other files have under its name.
func (p *part) verify(ctx context.Context, v *Verified, o Options) error {
	one := &selection{path: p.path, store: p.store, parts: []part{*p}, stored: p.Size}
	plan, err := newPlan(one, nil)
	if err != nil {
		return err
	}
	v.Rows += p.layout.rows
	leaves, nested := p.layout.leaves, p.layout.nested
	columns := len(leaves) + len(nested)
	seen := make([]Finding, len(plan.groups)*columns)
	if err := inOrder(ctx, o.workers(), len(seen), func(w *worker, task int) error {
		g, column := plan.groups[task/columns], task%columns
		if column < len(leaves) {
			return plan.verifyLeaf(ctx, w, g, &leaves[column], o, &seen[task])
		}
		n := &nested[column-len(leaves)]
		return p.inColumn(n.Name, g, p.verifyNested(ctx, w, g, n, o.memoryLimit(p.Size)))
	}); err != nil {
		return err
	}
	v.collect(seen, columns)
	return nil
}

// collect adds the findings of one file, which are listed by row group and then column.
func (v *Verified) collect(seen []Finding, columns int) {
	for column := range columns {
		var all Finding
		for at := column; at < len(seen); at += columns {
			f := seen[at]
			if all.Count == 0 {
				all = f
				continue
			}
			all.Count += f.Count
		}
		if all.Count > 0 {
			v.Findings = append(v.Findings, all)
		}
	}
}

// verifyLeaf reads one chunk of a flat column as what it naturally is; of one that cannot be used, the pages.
func (p *plan) verifyLeaf(ctx context.Context, w *worker, g groupRef, l *leaf, o Options, f *Finding) error {
	file := &p.parts[0]
	want := naturalRequests([]Field{l.Field})
	switch {
	case l.column < 0:
		return nil // nested; its own leaves are verified one by one
	case len(want) == 0 || l.void:
		return file.inColumn(l.Name, g, file.verifyPages(ctx, w, g, l, o.memoryLimit(p.stored)))
	}
	q := &plan{selection: p.selection, columns: []planned{{Request: want[0], stored: l.Kind, sources: []source{{leaf: l}}}}}
	o.Workers = 1
	t, err := q.read(ctx, []groupRef{g}, o)
	if err != nil {
		return err
	}
	*f = oddity(&t.Columns[0])
	f.Path, f.Column, f.Row = file.path, l.Name, f.Row+g.fileRow
	return nil
}

// naturalRequests asks for every usable column, as what it naturally is.
func naturalRequests(fields []Field) []Request {
	var want []Request
	for _, f := range fields {
		switch {
		case f.Kind.numeric():
			want = append(want, Request{Column: f.Name, As: AsNumber})
		case f.Kind.timed():
			want = append(want, Request{Column: f.Name, As: AsDay})
		case f.Kind == Text || f.Kind == UUID:
			want = append(want, Request{Column: f.Name, As: AsText})
		}
	}
	return want
}

// Placeholder reports whether a day is one that spreadsheets and databases show where they have no date: 1899-12-30 and
// 1899-12-31 are day 0 of LibreOffice and Excel, 1900-01-01 is day 1 of Excel and the zero of SQL Server's datetime.
func Placeholder(day int32) bool {
	const from, to = -25569, -25567 // 1899-12-30 and 1900-01-01
	return from <= day && day <= to
}

// oddity looks for infinities and placeholders.
func oddity(c *Column) (f Finding) {
	if c.Infs > 0 {
		f = Finding{Row: c.FirstInf, What: "+Inf", Count: c.Infs}
		if math.IsInf(c.Numbers[c.FirstInf], -1) {
			f.What = "-Inf"
		}
	}
	for row, day := range c.Days {
		if !Placeholder(day) {
			continue
		}
		if f.Count++; f.Count == 1 {
			f.Row, f.What, f.Placeholder = row, isoDay(day), true
		}
	}
	return f
}

// verifyPages decodes the pages of a flat chunk without giving the values a meaning.
func (p *part) verifyPages(ctx context.Context, w *worker, g groupRef, l *leaf, limit int64) error {
	if err := p.enter(ctx, w, g, *l, limit); err != nil {
		return err
	}
	defer w.window.close()
	for {
		p, err := w.pages.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = p.check()
		}
		if err != nil {
			return err
		}
	}
}

// verifyNested decodes the pages of a nested chunk.
func (p *part) verifyNested(ctx context.Context, w *worker, g groupRef, n *nestedLeaf, limit int64) error {
	if err := p.enter(ctx, w, g, n.leaf, limit); err != nil {
		return err
	}
	defer w.window.close()
	return w.pages.nested(n, int64(g.rows))
}

// enter makes the worker read the pages of a chunk, like openChunk. One page may claim all values of the chunk, and each takes up to
// eight bytes when decoded, so the claim is compared with the limit first.
func (p *part) enter(ctx context.Context, w *worker, g groupRef, l leaf, limit int64) error {
	c := p.layout.groups[g.group].chunks[l.column]
	if c.values > limit/8 {
		return fmt.Errorf("claims %d values, more than fit the limit of %d MiB: raise the memory limit if the file is right", c.values, limit>>20)
	}
	if err := checkCodec(c.codec); err != nil {
		return err
	}
	return p.openChunk(ctx, w, l, c)
}

// isoDay spells a day like 2026-03-31.
func isoDay(day int32) string {
	return time.Unix(int64(day)*secondsPerDay, 0).UTC().Format(time.DateOnly)
}
