package parquetio

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"golang.org/x/sync/semaphore"
)

// A request to an object store takes as long as decoding a megabyte, so a worker that asked for each chunk when it came to
// it would mostly wait. fetcher asks ahead instead: the wanted chunks of a row group, those that lie close together in
// one request, row group after row group in the order in which workers decode them, a bounded number of requests and of
// bytes at once. What is asked for does not depend on timing, only when.

const (
	// mostRequests is how many requests are under way at once. One carries 50 to 90 MB/s, so these fill the line of one
	// machine.
	mostRequests = 8
	// mostGap is how many unwanted bytes between two chunks are read along: they take less time than one more request.
	mostGap = 64 << 10
	// mostBytes bounds one request, so that a large chunk comes over several connections.
	mostBytes = 8 << 20
	// mostAhead bounds the bytes that wait for a worker. One row group is always let through.
	mostAhead = 64 << 20
)

// fetcher holds the chunks of a read that come from remote files.
type fetcher struct {
	groups   []fetchGroup
	ahead    *semaphore.Weighted // bytes
	requests *semaphore.Weighted
	running  sync.WaitGroup
	cancel   context.CancelFunc
}

// fetchGroup is what is wanted of one row group, of the keys or of the other columns.
type fetchGroup struct {
	part  *part
	spans []*span // in file order
	cost  int64   // what it takes from fetcher.ahead
	mu    sync.Mutex
	tasks int // that have not ended
}

// span is a range of a file with one or more wanted chunks.
type span struct {
	offset, size int64
	data         []byte
	errs         []error // by request
	pending      sync.WaitGroup
}

// startFetching asks for the chunks of a job; nil if all its files are local. Call stop when the job has ended.
func startFetching(ctx context.Context, j *job) *fetcher {
	if !slices.ContainsFunc(j.groups, func(g groupRef) bool { return j.parts[g.part].remote }) {
		return nil
	}
	ctx, cancel := context.WithCancel(ctx)
	f := &fetcher{cancel: cancel, ahead: semaphore.NewWeighted(mostAhead), requests: semaphore.NewWeighted(mostRequests)}
	f.groups = make([]fetchGroup, 2*len(j.groups)) // as batch numbers them
	keys, others := j.columns[:j.keys], j.columns[j.keys:]
	for i, g := range j.groups {
		f.groups[i].plan(&j.parts[g.part], j.chunks(g, keys), len(keys))
		f.groups[len(j.groups)+i].plan(&j.parts[g.part], j.chunks(g, others), len(others))
	}
	f.running.Go(func() { f.run(ctx) })
	return f
}

// batch is the number of the fetchGroup that a chunk comes with: the keys of all row groups come before the other columns.
func (j *job) batch(group, column int) int {
	if column < j.keys {
		return group
	}
	return len(j.groups) + group
}

// chunks lists the chunks that columns take from a row group.
func (j *job) chunks(g groupRef, columns []planned) []chunk {
	var chunks []chunk
	for i := range columns {
		if l := columns[i].sources[g.part].leaf; l != nil && !l.void {
			chunks = append(chunks, j.parts[g.part].layout.groups[g.group].chunks[l.column])
		}
	}
	return chunks
}

// plan joins the chunks of a row group to spans.
func (g *fetchGroup) plan(p *part, chunks []chunk, tasks int) {
	g.part, g.tasks = p, tasks
	slices.SortFunc(chunks, func(a, b chunk) int { return cmp.Compare(a.offset, b.offset) })
	for _, c := range chunks {
		last := len(g.spans) - 1
		if last >= 0 && c.offset <= g.spans[last].offset+g.spans[last].size+mostGap {
			g.spans[last].size = max(g.spans[last].size, c.offset+c.size-g.spans[last].offset)
		} else {
			g.spans = append(g.spans, &span{offset: c.offset, size: c.size})
		}
	}
	for _, s := range g.spans {
		g.cost = min(g.cost+s.size, mostAhead)
		s.errs = make([]error, (s.size+mostBytes-1)/mostBytes)
		s.pending.Add(len(s.errs))
	}
}

// run starts the requests of all row groups in order. Those that nobody will read, because ctx has ended, fail.
func (f *fetcher) run(ctx context.Context) {
	for i := range f.groups {
		g := &f.groups[i]
		err := f.ahead.Acquire(ctx, g.cost)
		for _, s := range g.spans {
			if err == nil {
				s.data = make([]byte, s.size)
			}
			for k := range s.errs {
				if err == nil {
					err = f.requests.Acquire(ctx, 1)
				}
				f.start(ctx, g.part, s, k, err)
			}
		}
	}
}

// start makes one request of a span in a goroutine of its own, unless it is known to fail.
func (f *fetcher) start(ctx context.Context, p *part, s *span, request int, err error) {
	if err != nil {
		s.errs[request] = err
		s.pending.Done()
		return
	}
	f.running.Go(func() {
		defer f.requests.Release(1)
		defer s.pending.Done()
		at := int64(request) * mostBytes
		s.errs[request] = p.readAt(ctx, s.data[at:min(at+mostBytes, s.size)], s.offset+at)
	})
}

// chunk waits for the bytes of a chunk that was planned for. They must not be used after the task has ended.
func (f *fetcher) chunk(group int, c chunk) ([]byte, error) {
	spans := f.groups[group].spans
	after := slices.IndexFunc(spans, func(s *span) bool { return s.offset > c.offset })
	if after < 0 {
		after = len(spans)
	}
	s := spans[after-1]
	s.pending.Wait()
	if err := cmp.Or(s.errs...); err != nil {
		return nil, err
	}
	from := c.offset - s.offset
	return s.data[from : from+c.size : from+c.size], nil
}

// done tells that a task on a row group has ended. The last one makes room for the row groups to come.
func (f *fetcher) done(group int) {
	g := &f.groups[group]
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.tasks--; g.tasks > 0 {
		return
	}
	for _, s := range g.spans {
		s.pending.Wait()
		s.data = nil
	}
	f.ahead.Release(g.cost)
}

// stop ends the requests that are under way.
func (f *fetcher) stop() {
	f.cancel()
	f.running.Wait()
}

// readAt fills b from an offset of the file.
func (p *part) readAt(ctx context.Context, b []byte, offset int64) error {
	f, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = f.ReadAt(b, offset)
	return err
}
