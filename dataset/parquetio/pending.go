package parquetio

import (
	"context"
	"slices"
	"sync"
)

// The order of the rows is known when the keys are decoded and whoever asked for it has looked at them, which is work for one.
// Meanwhile the others decode the columns behind the keys: these wait, in the order of the files, until it is known.

// complete is called when the last chunk of a column is decoded. The last of the keys finds the order.
func (j *job) complete(column int) error {
	w := j.way.Load()
	switch {
	case column < j.keys:
		j.finish(column, new(way))
		if j.keysLeft.Add(-1) == 0 {
			return j.findWay()
		}
	case w == nil:
		j.pending.add(column)
	default:
		j.finish(column, w)
	}
	return nil
}

// findWay asks for the order of the rows behind the keys, which it gives away.
func (j *job) findWay() error {
	w, rows := new(way), j.rows
	if j.ordering != nil {
		keys := &Table{Rows: j.rows, Columns: slices.Clone(j.table.Columns[:j.keys]), Parts: j.table.Parts, Notices: j.keyNotices}
		clear(j.table.Columns[:j.keys])
		var err error
		if w.order, err = j.ordering(keys); err != nil {
			return err
		}
	}
	if w.order != nil {
		if err := j.checkOrder(w.order); err != nil {
			return err
		}
		w.detour = j.detourFor(w.order, j.rows)
		rows = len(w.order)
	}
	j.table.Rows = rows
	j.way.Store(w)
	return nil
}

// pending are columns that are decoded and wait for the order of the rows.
type pending struct {
	mu      sync.Mutex
	columns []int
}

func (p *pending) add(column int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.columns = append(p.columns, column)
}

// next takes a column; ok is false if there is none.
func (p *pending) next() (column int, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	last := len(p.columns) - 1
	if last < 0 {
		return 0, false
	}
	column, p.columns = p.columns[last], p.columns[:last]
	return column, true
}

// finishPending finishes columns that wait, if the order is known. Nobody waits for it: columns that come too late are those
// of the next call.
func (j *job) finishPending(ctx context.Context) {
	w := j.way.Load()
	for w != nil && ctx.Err() == nil {
		column, ok := j.pending.next()
		if !ok {
			return
		}
		j.finish(column, w)
	}
}
