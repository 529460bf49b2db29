package logit

import (
	"context"
	"runtime"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// evaluation is the objective at one theta: the mean penalised negative log
// likelihood, its gradient and (if asked for) its Hessian.
type evaluation struct {
	loss float64
	grad []float64 // q
	hess []float64 // q x q row-major, symmetric
}

func newEvaluation(q int) *evaluation {
	return &evaluation{grad: make([]float64, q), hess: make([]float64, q*q)}
}

// passes runs over the rows of a design in fixed chunks and keeps the buffers
// between runs. Chunks are shared out to workers as they become free, but
// each writes to its own slot and slots are added in chunk order: the result
// has the same bits on any number of processors.
type passes struct {
	d       *design
	padded  int // columns rounded up to the kernel's tile
	workers []*scratch
	slots   []float64 // chunks x stride
	stride  int
}

// Positions of the parts of a slot. Gradient and Hessian of the columns are
// padded; the border is the Hessian's row for the intercept.
const (
	slotLoss = iota
	slotWeight
	slotGrad0 // intercept
	slotHess0 // intercept with itself
	slotGrad  // padded gradient, then border, then Gram matrix
)

// newPasses allocates everything a pass needs, one scratch per worker and one
// slot per chunk, so that a pass itself allocates nothing per row.
func newPasses(d *design) *passes {
	p := pad(len(d.source))
	s := &passes{d: d, padded: p, stride: slotGrad + 2*p + p*p}
	s.slots = make([]float64, d.chunks()*s.stride)
	for range min(runtime.GOMAXPROCS(0), d.chunks()) {
		s.workers = append(s.workers, newScratch(d, p))
	}
	return s
}

// evaluate fills e at theta using every skip-th chunk (1: all of them).
func (s *passes) evaluate(ctx context.Context, theta []float64, skip int, e *evaluation) error {
	return s.over(ctx, theta, skip, e, (*scratch).chunk)
}

// over is evaluate with another way of filling the slot of a chunk.
func (s *passes) over(ctx context.Context, theta []float64, skip int, e *evaluation, fill func(w *scratch, chunk int, slot []float64) error) error {
	for _, w := range s.workers {
		copy(w.coef, theta[s.d.first():])
		if s.d.intercept {
			w.intercept = theta[0]
		}
	}
	err := eachChunk(ctx, s.d.chunks(), skip, len(s.workers), func(worker, c int) error {
		slot := s.slots[c*s.stride : (c+1)*s.stride]
		clear(slot)
		return fill(s.workers[worker], c, slot)
	})
	if err != nil {
		return err
	}
	s.reduce(theta, skip, e)
	return nil
}

// eachChunk calls do for chunks 0, skip, 2 skip, ... on the given number of
// workers and returns the context's error if it ended first, or that of a chunk
// that could not be read.
func eachChunk(ctx context.Context, chunks, skip, workers int, do func(worker, chunk int) error) error {
	var next atomic.Int64
	group, ctx := errgroup.WithContext(ctx)
	for worker := range workers {
		group.Go(func() error {
			// The context is looked at once per chunk: half a millisecond.
			for ctx.Err() == nil {
				c := int(next.Add(1)-1) * skip
				if c >= chunks {
					return nil
				}
				if err := do(worker, c); err != nil {
					return err
				}
			}
			return ctx.Err()
		})
	}
	return group.Wait()
}

// reduce adds the slots in chunk order (the order, not the arrival, is what
// makes the bits reproducible), takes the mean and adds the penalty.
func (s *passes) reduce(theta []float64, skip int, e *evaluation) {
	// Chunk 0 is always part of a pass, and its slot serves as the total.
	total := s.slots[:s.stride]
	for c := skip; c < s.d.chunks(); c += skip {
		for k, v := range s.slots[c*s.stride : (c+1)*s.stride] {
			total[k] += v
		}
	}
	s.unpack(total, e)
	mean := 1 / total[slotWeight]
	e.loss *= mean
	for i := range e.grad {
		e.grad[i] *= mean
	}
	for i := range e.hess {
		e.hess[i] *= mean
	}
	s.d.addPenalty(theta, e)
}

// unpack turns a padded slot into the gradient and the full Hessian.
func (s *passes) unpack(slot []float64, e *evaluation) {
	p, f, q := s.padded, s.d.first(), s.d.size()
	grad, border, gram := slot[slotGrad:slotGrad+p], slot[slotGrad+p:slotGrad+2*p], slot[slotGrad+2*p:]
	e.loss = slot[slotLoss]
	if s.d.intercept {
		e.grad[0], e.hess[0] = -slot[slotGrad0], slot[slotHess0]
	}
	for j := range s.d.source {
		e.grad[f+j] = -grad[j]
		if s.d.intercept {
			e.hess[f+j], e.hess[(f+j)*q] = border[j], border[j]
		}
		for i := 0; i <= j; i++ {
			v := gram[i*p+j]
			e.hess[(f+i)*q+f+j], e.hess[(f+j)*q+f+i] = v, v
		}
	}
}

// addPenalty adds theta'P theta / (2 sum w) and its derivatives.
func (d *design) addPenalty(theta []float64, e *evaluation) {
	if d.penalty == nil {
		return
	}
	q := d.size()
	for i := range q {
		var row float64
		for j, t := range theta {
			v := d.penalty[i*q+j] / d.sumW
			e.hess[i*q+j] += v
			row += v * t
		}
		e.grad[i] += row
		e.loss += theta[i] * row / 2
	}
}
