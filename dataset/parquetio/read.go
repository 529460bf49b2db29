package parquetio

import (
	"context"
	"iter"
	"math"
	"sync"
	"sync/atomic"
)

// Read returns the wanted columns of all rows that path stands for: a file, a directory of part files (recursive), or a
// glob. Rows come in path order, then in file order. Columns are found by name; one that some part files lack is null
// there, with a notice.
//
// Errors name the file. A *ColumnError says that a column is not there or cannot be what is wanted. Every other error
// means that a file is damaged, encrypted or not Parquet, or that ctx ended.
func Read(ctx context.Context, path string, want []Request, o Options) (*Table, error) {
	f, err := Open(ctx, path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return f.Read(ctx, want, o)
}

// Scan yields the same rows and columns as Read, one row group at a time, so that memory is bounded by the largest row
// group. Levels are those of the row group alone. o.Keys and o.Order do not apply. The sequence ends after the first error.
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
	o.Keys, o.Order = 0, nil
	groups, err := p.wanted(ctx, p.groups[i:i+1], o)
	if err != nil || len(groups) == 0 {
		return nil, err
	}
	return p.read(ctx, groups, o)
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
