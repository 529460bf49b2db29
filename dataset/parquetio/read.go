package parquetio

import (
	"context"
	"iter"
	"math"
	"sync"
	"sync/atomic"
	"time"
)

// Read returns the wanted columns of all rows that path stands for: a file, a directory of part files (recursive), or a
// glob. Rows come in path order, then in file order. Columns are found by name; one that some part files lack is null
// there, with a notice.
//
// Errors name the file. A *ColumnError says that a column is not there or cannot be what is wanted. Every other error
// means that a file is damaged, encrypted or not Parquet, or that ctx ended.
func Read(ctx context.Context, path string, want []Request, o Options) (*Table, error) {
	s, err := openSelection(ctx, path)
	if err != nil {
		return nil, err
	}
	defer s.close()
	p, err := newPlan(s, want)
	if err != nil {
		return nil, err
	}
	groups, err := p.wanted(ctx, p.groups, o)
	if err != nil {
		return nil, err
	}
	return p.read(ctx, groups, o)
}

// Scan yields the same rows and columns as Read, one row group at a time, so that memory is bounded by the largest row
// group. Levels are those of the row group alone. The sequence ends after the first error.
func Scan(ctx context.Context, path string, want []Request, o Options) iter.Seq2[*Table, error] {
	return func(yield func(*Table, error) bool) {
		s, err := openSelection(ctx, path)
		if err != nil {
			yield(nil, err)
			return
		}
		defer s.close()
		p, err := newPlan(s, want)
		if err != nil {
			yield(nil, err)
			return
		}
		for i := range p.groups {
			t, err := p.readGroup(ctx, i, o)
			if t == nil && err == nil {
				continue
			}
			if !yield(t, err) || err != nil {
				return
			}
		}
	}
}

// readGroup reads one row group; nil if o.Until spares it.
func (p *plan) readGroup(ctx context.Context, i int, o Options) (*Table, error) {
	groups, err := p.wanted(ctx, p.groups[i:i+1], o)
	if err != nil || len(groups) == 0 {
		return nil, err
	}
	return p.read(ctx, groups, o)
}

// Memory of a read is the result, plus for each worker one compressed chunk and one expanded page, plus the texts of the
// dictionaries until merge has united them. Nothing is sized by what a header claims before that claim has been compared
// with the bytes that are there.

// job is one read: the table that is filled, and what each (row group, column) has contributed so far.
type job struct {
	*plan
	groups       []groupRef
	starts       []int // first row of each group in the table
	table        *Table
	tallies      [][]tally    // by column, then group
	vocabularies [][][]string // likewise
	location     *time.Location
	fetched      *fetcher // nil when all files are local
}

// read decodes the wanted columns of some row groups.
func (p *plan) read(ctx context.Context, groups []groupRef, o Options) (*Table, error) {
	j := &job{plan: p, groups: groups, location: o.location(), table: &Table{Notices: p.notices}}
	j.lay()
	if err := j.checkMemory(o.memoryLimit(p.stored)); err != nil {
		return nil, err
	}
	j.allocate()
	workers := o.workers()
	if j.fetched = startFetching(ctx, j); j.fetched != nil {
		defer j.fetched.stop()
	}
	tasks := len(groups) * len(p.columns)
	if err := inOrder(ctx, workers, tasks, func(w *worker, task int) error {
		return j.decode(ctx, w, task/len(p.columns), task%len(p.columns))
	}); err != nil {
		return nil, err
	}
	return j.table, inOrder(ctx, workers, len(p.columns), func(_ *worker, column int) error {
		j.finish(column)
		return nil
	})
}

// before reports whether h is the row group that follows g in one file, empty ones aside.
func (g groupRef) before(h groupRef) bool {
	return g.part == h.part && g.fileRow+g.rows == h.fileRow
}

// lay places the row groups one after the other and lists the parts. A file of which a row group is left out is listed
// once for each run of row groups.
func (j *job) lay() {
	t := j.table
	for i, g := range j.groups {
		j.starts = append(j.starts, t.Rows)
		if i == 0 || !j.groups[i-1].before(g) {
			t.Parts = append(t.Parts, Part{Path: j.parts[g.part].path, FirstRow: t.Rows, FileRow: g.fileRow})
		}
		t.Parts[len(t.Parts)-1].Rows += g.rows
		t.Rows += g.rows
	}
}

// checkMemory refuses a table larger than the limit before anything is allocated. Run-length encoding lets a file of a
// few kilobytes claim, quite legally, any number of rows.
func (j *job) checkMemory(limit int64) error {
	width := 0.0
	for _, c := range j.columns {
		if c.stored != Absent {
			width += float64(c.As.width())
		}
	}
	if need := width * float64(j.table.Rows); need > float64(limit) {
		return fileErrorf(j.path, "claims %d rows, which would take %.0f MiB for the columns wanted; the limit is %d MiB: raise the memory limit if the file is right",
			j.table.Rows, need/(1<<20), limit>>20)
	}
	return nil
}

// width is the size of one row of a column in bytes.
func (a As) width() int {
	if a == AsNumber {
		return 8
	}
	return 4
}

// allocate makes the result slices.
func (j *job) allocate() {
	rows := j.table.Rows
	j.table.Columns = make([]Column, len(j.columns))
	j.tallies = make([][]tally, len(j.columns))
	j.vocabularies = make([][][]string, len(j.columns))
	for i, c := range j.columns {
		out := &j.table.Columns[i]
		*out = Column{Name: c.Column, As: c.As, Stored: c.stored, FirstInf: -1}
		j.tallies[i] = make([]tally, len(j.groups))
		switch {
		case c.absent():
		case c.As == AsNumber:
			out.Numbers = make([]float64, rows)
		case c.As == AsDay:
			out.Days = make([]int32, rows)
		default:
			out.Codes = make([]int32, rows)
			j.vocabularies[i] = make([][]string, len(j.groups))
		}
	}
}

// absent reports whether no part has the column.
func (c *planned) absent() bool {
	for _, s := range c.sources {
		if s != (source{}) {
			return false
		}
	}
	return true
}

// worker holds what one goroutine reuses from chunk to chunk.
type worker struct {
	pages  pageReader
	buffer []byte
	ticks  []int64
}

// decode fills the rows of one row group in one column.
func (j *job) decode(ctx context.Context, w *worker, group, column int) error {
	g, c := j.groups[group], &j.columns[column]
	if j.fetched != nil {
		defer j.fetched.done(group)
	}
	if c.absent() {
		j.tallies[column][group].nulls = g.rows
		return nil
	}
	p := &j.parts[g.part]
	src := c.sources[g.part]
	if src.leaf == nil || src.leaf.void {
		if err := j.fillConstant(group, column, src.key); err != nil {
			return fileErrorf(p.path, "directory name: column %s %w", quoteName(c.Column), err)
		}
		return nil
	}
	return p.inColumn(c.Column, g, j.decodeChunk(ctx, w, p, group, column))
}

// inColumn says where in a file an error was met; nil stays nil.
func (p *part) inColumn(name string, g groupRef, err error) error {
	if err == nil {
		return nil
	}
	return fileErrorf(p.path, "column %s, row group %d: %w", quoteName(name), g.group, err)
}

// decodeChunk reads one chunk from its file and decodes it into its place in the table.
func (j *job) decodeChunk(ctx context.Context, w *worker, p *part, group, column int) error {
	g, c := j.groups[group], &j.columns[column]
	l := c.sources[g.part].leaf
	ch := p.layout.groups[g.group].chunks[l.column]
	if err := checkCodec(ch.codec); err != nil {
		return err
	}
	data, err := j.chunk(ctx, w, group, ch)
	if err != nil {
		return err
	}
	w.pages.reset(*l, ch, data)
	from, to := j.starts[group], j.starts[group]+g.rows
	out, t := &j.table.Columns[column], &j.tallies[column][group]
	switch c.As {
	case AsNumber:
		return numbers(&w.pages, out.Numbers[from:to], from, t)
	case AsDay:
		return days(&w.pages, out.Days[from:to], j.location, t, &w.ticks)
	}
	j.vocabularies[column][group], err = codes(&w.pages, out.Codes[from:to], t)
	return err
}

// chunk returns the bytes of a chunk, which are good until the worker's next one.
func (j *job) chunk(ctx context.Context, w *worker, group int, c chunk) ([]byte, error) {
	if j.fetched != nil && j.parts[j.groups[group].part].remote {
		return j.fetched.chunk(group, c)
	}
	return j.parts[j.groups[group].part].readChunk(ctx, c, &w.buffer)
}

// readChunk reads the bytes of a chunk into a buffer.
func (p *part) readChunk(ctx context.Context, c chunk, buffer *[]byte) ([]byte, error) {
	if int64(cap(*buffer)) < c.size {
		*buffer = make([]byte, c.size)
	}
	data := (*buffer)[:c.size:c.size]
	return data, p.readAt(ctx, data, c.offset)
}

// finish unites what the row groups of a column have contributed, in their order.
func (j *job) finish(column int) {
	c := &j.table.Columns[column]
	for _, t := range j.tallies[column] {
		if c.Infs == 0 && t.infs > 0 {
			c.FirstInf = t.firstInf
		}
		c.Nulls += t.nulls
		c.NaNs += t.nans
		c.Infs += t.infs
		c.TimesOfDay += t.timesOfDay
	}
	if c.Codes != nil {
		spans := make([]int, len(j.groups))
		for i, g := range j.groups {
			spans[i] = g.rows
		}
		c.Levels = merge(c.Codes, spans, j.vocabularies[column])
	}
}

// inOrder runs n tasks on a number of goroutines and returns the error of the first task, in task order, that failed.
// Tasks are started in order, so those before a failed one have been started and are waited for: the error reported does
// not depend on timing.
func inOrder(ctx context.Context, workers, n int, run func(w *worker, task int) error) error {
	var next, failed atomic.Int64
	failed.Store(math.MaxInt64)
	errs := make([]error, n)
	var wait sync.WaitGroup
	for range min(workers, n) {
		wait.Go(func() {
			w := new(worker)
			for {
				task := next.Add(1) - 1
				if task >= int64(n) || task > failed.Load() {
					return
				}
				err := ctx.Err()
				if err == nil {
					err = run(w, int(task))
				}
				if errs[task] = err; err != nil {
					lower(&failed, task)
				}
			}
		})
	}
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// lower sets v to x if that is less.
func lower(v *atomic.Int64, x int64) {
	for old := v.Load(); x < old; old = v.Load() {
		if v.CompareAndSwap(old, x) {
			return
		}
	}
}
