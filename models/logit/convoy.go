package logit

import (
	"context"
	"sync"
	"sync/atomic"
)

// A Convoy lets fits of the same rows go over them together: a pass waits until every fit that is
// under way wants one, and then a chunk that one of them has read is there for the others: in the
// cache, and of columns on a disk, on the shelf of the worker, so that a chunk of a column is read
// once for all of them (Source.Mark). What each computes, and in which order, stays as it is, and so
// do all bits.
//
// Fits that share no columns may go together too, and gain nothing by it.
type Convoy struct {
	mu      sync.Mutex
	places  int // of which none has left
	waiting []*sweep
	shelves []*Shelf // one per worker; of those who go together, since no two groups do at a time

	measured map[any]func() (moment, error) // of columns on a disk, by mark
}

// Place is that of one fit in a convoy (Settings.Place). All places of a convoy are to be used at
// the same time, since each waits for the others, until they Leave.
type Place struct {
	convoy *Convoy
	left   bool
}

// NewConvoy makes a convoy of so many places.
func NewConvoy(places int) []*Place {
	c := &Convoy{places: places}
	list := make([]*Place, places)
	for i := range list {
		list[i] = &Place{convoy: c}
	}
	return list
}

// Leave says that the fit is done, or will not come: nobody waits for it any more. It may be said
// again, and of no place.
func (p *Place) Leave() {
	if p == nil {
		return
	}
	c := p.convoy
	c.mu.Lock()
	defer c.mu.Unlock()
	if p.left {
		return
	}
	p.left = true
	c.places--
	if list := c.ready(); list != nil {
		go c.together(list)
	}
}

// ready are the sweeps that can begin: all, when each place waits for one.
func (c *Convoy) ready() []*sweep {
	if len(c.waiting) == 0 || len(c.waiting) < c.places {
		return nil
	}
	list := c.waiting
	c.waiting = nil
	return list
}

// sweep runs a sweep beside those of the other places, and waits for its end.
func (p *Place) sweep(s *sweep) error {
	if p == nil || !p.join(s) {
		for _, w := range s.windows {
			w.shelf = &w.own
		}
		together([]*sweep{s})
	}
	<-s.done
	return s.err
}

// join adds a sweep to those that wait, and takes them along if it is the last one. It says no where
// the place was left, and the sweep is to go alone.
func (p *Place) join(s *sweep) bool {
	c := p.convoy
	c.mu.Lock()
	if p.left {
		c.mu.Unlock()
		return false
	}
	c.waiting = append(c.waiting, s)
	list := c.ready()
	c.mu.Unlock()
	c.together(list)
	return true
}

// together takes sweeps along, with shelves that they share for as long.
func (c *Convoy) together(list []*sweep) {
	for _, s := range list {
		for len(c.shelves) < len(s.windows) {
			c.shelves = append(c.shelves, new(Shelf))
		}
		for worker, w := range s.windows {
			w.shelf = c.shelves[worker]
		}
	}
	together(list)
}

// moment measures a column with a mark once for all places.
func (p *Place) moment(mark any, measure func() (moment, error)) (moment, error) {
	if p == nil || mark == nil {
		return measure()
	}
	c := p.convoy
	c.mu.Lock()
	if c.measured == nil {
		c.measured = make(map[any]func() (moment, error))
	}
	once, known := c.measured[mark]
	if !known {
		once = sync.OnceValues(measure)
		c.measured[mark] = once
	}
	c.mu.Unlock()
	return once()
}

// sweep is a pass over every skip-th chunk of a design. begin and do are those of
// design.eachChunk.
type sweep struct {
	ctx           context.Context
	d             *design
	skip, workers int
	windows       []*window // through which do looks, one per worker; nil: through some of its own
	begin         func(stripe int)
	do            func(worker, stripe, chunk int) error

	failed atomic.Bool // no chunk need be done any more
	once   sync.Once
	err    error // the first one
	done   chan struct{}
}

// fail ends the sweep.
func (s *sweep) fail(err error) {
	s.once.Do(func() { s.err = err })
	s.failed.Store(true)
}

// together runs sweeps: those over as many rows as the first chunk by chunk, each chunk for all of
// them, and then the others.
func together(list []*sweep) {
	var same, others []*sweep
	for _, s := range list {
		if s.d.n == list[0].d.n && s.workers == list[0].workers {
			same = append(same, s)
		} else {
			others = append(others, s)
		}
	}
	if len(same) == 0 {
		return
	}
	var next atomic.Int64
	var group sync.WaitGroup
	for worker := range same[0].workers {
		group.Go(func() {
			for {
				stripe := int(next.Add(1) - 1)
				if stripe >= same[0].d.stripes() {
					return
				}
				for _, s := range same {
					s.begin(stripe)
				}
				stripeOf(same, worker, stripe)
			}
		})
	}
	group.Wait()
	for _, s := range same {
		close(s.done)
	}
	together(others)
}

// stripeOf takes the chunks of a stripe through the sweeps: those from stripe/stripes to
// (stripe+1)/stripes of all.
func stripeOf(list []*sweep, worker, stripe int) {
	chunks, stripes := list[0].d.chunks(), list[0].d.stripes()
	for c := stripe * chunks / stripes; c < (stripe+1)*chunks/stripes; c++ {
		for _, s := range list {
			if c%s.skip != 0 || s.failed.Load() {
				continue
			}
			err := s.ctx.Err() // once per chunk: a fraction of a millisecond
			if err == nil {
				err = s.do(worker, stripe, c)
			}
			if err != nil {
				s.fail(err)
			}
		}
	}
}
