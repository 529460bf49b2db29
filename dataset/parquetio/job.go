package parquetio

import (
	"cmp"
	"context"
	"sync"
	"sync/atomic"
	"time"

	"holdfast/dataset/spill"
)

// Memory of a read is the result, plus for each worker one page, compressed and expanded, plus the texts of the
// columns until rank has sorted them. Nothing is sized by what a header claims before that claim has been compared
// with the bytes that are there.

// job is one read: the table that is filled, and what each (row group, column) has contributed so far.
type job struct {
	*plan
	groups       []groupRef
	starts       []int // first row of each group among all that are read
	rows         int   // that are read
	ordering     func(keys *Table) ([]int32, error)
	pack         bool
	packings     []*packing          // by column; nil: it is not to be packed
	keysLeft     atomic.Int64        // keys still to decode
	way          atomic.Pointer[way] // of the columns behind the keys; nil until the keys are decoded
	pending      pending
	table        *Table
	begun        []sync.Once    // by column
	left         []atomic.Int64 // row groups still to decode, by column
	laid         []*way         // by column: the way that was known when its first rows were decoded
	*Spare                      // of columns that have been placed
	tallies      [][]tally      // by column, then group
	vocabularies []vocabulary   // by column
	location     *time.Location
	fetched      *fetcher // nil when all files are local
}

// read decodes the wanted columns of some row groups.
func (p *plan) read(ctx context.Context, groups []groupRef, o Options) (*Table, error) {
	j := &job{plan: p, groups: groups, ordering: o.Order, pack: o.Packed, Spare: cmp.Or(o.Spare, new(Spare)), location: o.location(), table: &Table{Notices: p.notices}}
	j.lay()
	if err := j.checkMemory(o.memoryLimit(p.stored)); err != nil {
		return nil, err
	}
	if err := j.allocate(); err != nil {
		return nil, err
	}
	if j.fetched = startFetching(ctx, j); j.fetched != nil {
		defer j.fetched.stop()
	}
	if err := j.decodeAll(ctx, o.workers()); err != nil {
		return nil, err
	}
	if j.later != nil {
		return nil, j.later
	}
	j.table.Columns = j.table.Columns[j.keys:]
	return j.table, nil
}

// decodeAll decodes every chunk, and finishes the columns that had to wait for the order of the rows.
func (j *job) decodeAll(ctx context.Context, workers int) error {
	err := inOrder(ctx, workers, len(j.groups)*len(j.columns), func(w *worker, task int) error {
		j.finishPending(ctx)
		group, column := j.task(task)
		if err := j.decode(ctx, w, group, column); err != nil {
			return err
		}
		if j.left[column].Add(-1) > 0 {
			return nil
		}
		return j.complete(column)
	})
	if err != nil {
		return err
	}
	return inOrder(ctx, workers, workers, func(*worker, int) error {
		j.finishPending(ctx)
		return ctx.Err()
	})
}

// task says which chunk comes when: of local files column by column, so that few columns are under way at once and the
// memory of one serves the next; of remote ones in the order in which they are fetched, the keys of all row groups first.
func (j *job) task(task int) (group, column int) {
	if j.fetched == nil {
		return task % len(j.groups), task / len(j.groups)
	}
	if keys := j.keys * len(j.groups); task >= keys {
		others := len(j.columns) - j.keys
		return (task - keys) / others, j.keys + (task-keys)%others
	}
	return task / j.keys, task % j.keys
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
		j.starts = append(j.starts, j.rows)
		if i == 0 || !j.groups[i-1].before(g) {
			t.Parts = append(t.Parts, Part{Path: j.parts[g.part].path, FirstRow: j.rows, FileRow: g.fileRow})
		}
		t.Parts[len(t.Parts)-1].Rows += g.rows
		j.rows += g.rows
	}
	t.Rows = j.rows
}

// checkMemory refuses a table larger than the limit before anything is allocated. Run-length encoding lets a file of a
// few kilobytes claim, quite legally, any number of rows. Keys that fit are read even if the columns behind them do not: what
// is wrong with keys is said first.
func (j *job) checkMemory(limit int64) error {
	if err := j.checkColumns(j.columns[:j.keys], limit); err != nil {
		return err
	}
	if err := j.checkColumns(j.columns, limit); err != nil {
		j.plan = j.withoutOthers(err)
	}
	return nil
}

// checkColumns refuses columns larger than the limit.
func (j *job) checkColumns(columns []planned, limit int64) error {
	width := 0.0
	for _, c := range columns {
		if c.stored != Absent {
			width += float64(c.As.width())
		}
	}
	if need := width * float64(j.rows); need > float64(limit) {
		return fileErrorf(j.path, "claims %d rows, which would take %.0f MiB for the columns wanted; the limit is %d MiB: raise the memory limit if the file is right",
			j.rows, need/(1<<20), limit>>20)
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

// allocate makes the columns; their rows follow when the first row group is decoded. Without row groups there are none, and
// without keys nothing needs to be decoded for the order to be known.
func (j *job) allocate() error {
	j.table.Columns = make([]Column, len(j.columns))
	j.begun = make([]sync.Once, len(j.columns))
	j.left = make([]atomic.Int64, len(j.columns))
	j.laid = make([]*way, len(j.columns))
	j.tallies = make([][]tally, len(j.columns))
	j.vocabularies = make([]vocabulary, len(j.columns))
	j.packings = make([]*packing, len(j.columns))
	for i, c := range j.columns {
		j.table.Columns[i] = Column{Name: c.Column, As: c.As, Stored: c.stored, FirstInf: -1}
		j.tallies[i] = make([]tally, len(j.groups))
		j.left[i].Store(int64(len(j.groups)))
		if j.packable(i) {
			j.packings[i] = newPacking(len(j.groups))
		}
	}
	j.keysLeft.Store(int64(j.keys))
	if j.keys == 0 {
		if err := j.findWay(); err != nil {
			return err
		}
	}
	if len(j.groups) > 0 {
		return nil
	}
	for i := range j.columns {
		j.begin(i)
		if err := j.complete(i); err != nil {
			return err
		}
	}
	return nil
}

// begin gives a column room for all rows, in the order of the files; one that may be packed gets it when it is known for what.
func (j *job) begin(column int) {
	out := &j.table.Columns[column]
	j.laid[column] = j.way.Load()
	switch {
	case j.columns[column].absent() || j.packings[column] != nil:
	case out.As == AsNumber:
		out.Numbers = j.numbers.take(j.rows)
	case out.As == AsDay:
		out.Days = j.integers.take(j.rows)
	default:
		out.Codes = j.integers.take(j.rows)
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
	pages   pageReader
	window  window
	codesOf []uint16 // of the dictionary of a packed chunk
	decoding
}

// decode fills the rows of one row group in one column.
func (j *job) decode(ctx context.Context, w *worker, group, column int) error {
	g, c := j.groups[group], &j.columns[column]
	if j.fetched != nil {
		defer j.fetched.done(j.batch(group, column))
	}
	if c.absent() {
		j.tallies[column][group].nulls = g.rows
		return nil
	}
	j.begun[column].Do(func() { j.begin(column) })
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
	if err := j.open(ctx, w, group, column, *l, ch); err != nil {
		return err
	}
	defer w.window.close()
	from, to := j.starts[group], j.starts[group]+g.rows
	out, t := &j.table.Columns[column], &j.tallies[column][group]
	switch c.As {
	case AsNumber:
		if j.packings[column] != nil {
			return j.packedNumbers(w, group, column, from, to)
		}
		return numbers(&w.pages, &w.numbers, j.numberRows(column, from, to), t)
	case AsDay:
		return days(&w.pages, &w.ticks, out.Days[from:to], j.location, t)
	}
	return codes(&w.pages, &w.codes, out.Codes[from:to], &j.vocabularies[column], t)
}

// open makes the worker read the pages of a chunk. Close its window after the last.
func (j *job) open(ctx context.Context, w *worker, group, column int, l leaf, c chunk) error {
	p := &j.parts[j.groups[group].part]
	if j.fetched == nil || !p.remote {
		return p.openChunk(ctx, w, l, c)
	}
	data, err := j.fetched.chunk(j.batch(group, column), c)
	w.pages.reset(l, c, data)
	return err
}

// finish unites what the row groups of a column have contributed, in their order, and puts the rows in theirs.
func (j *job) finish(column int, w *way) {
	c := &j.table.Columns[column]
	var all tally
	for _, t := range j.tallies[column] {
		all.add(t)
	}
	c.Nulls, c.NaNs, c.Infs, c.TimesOfDay = all.nulls, all.nans, all.infs, all.timesOfDay
	if c.Infs > 0 {
		c.FirstInf = all.firstInf
	}
	if j.packings[column] != nil {
		j.settle(column, w)
	}
	if w.order != nil {
		j.arrange(c, w, j.laid[column])
	}
	if c.Codes != nil {
		var file *spill.File
		if c.As == AsKey { // levels of a factor outlive the table, in models
			file = j.file
		}
		c.Levels = j.vocabularies[column].rank(c.Codes, file)
		j.vocabularies[column] = vocabulary{} // its memory is free for others
	}
}
