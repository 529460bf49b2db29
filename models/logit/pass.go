package logit

import (
	"context"
	"runtime"
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
// between runs. Stripes of chunks are shared out to workers as they become free, but
// each writes to its own slot and slots are added in order: the result
// has the same bits on any number of processors.
type passes struct {
	d       *design
	padded  int // columns rounded up to the kernel's tile
	workers []*scratch
	windows []*window // of the workers
	slots   []float64 // stripes x stride
	stride  int
	place   *Place // in a convoy; nil: the passes go alone
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
// slot per stripe, so that a pass itself allocates nothing per row.
func newPasses(d *design) *passes {
	p := pad(len(d.source))
	s := &passes{d: d, padded: p, stride: slotGrad + gramRows(p)*p}
	s.slots = make([]float64, d.stripes()*s.stride)
	for range min(runtime.GOMAXPROCS(0), d.stripes()) {
		w := newScratch(d, p)
		s.workers, s.windows = append(s.workers, w), append(s.windows, w.window)
	}
	return s
}

// evaluate fills e at theta using every skip-th chunk (1: all of them).
func (s *passes) evaluate(ctx context.Context, theta []float64, skip int, e *evaluation) error {
	return s.over(ctx, theta, skip, e, (*scratch).chunk)
}

// slope fills in the loss and the gradient alone (the Hessian it leaves without meaning), which is half the work on two cores and
// less than half on one.
func (s *passes) slope(ctx context.Context, theta []float64, e *evaluation) error {
	return s.over(ctx, theta, 1, e, (*scratch).slope)
}

// over is evaluate with another way of filling the slot of a chunk.
func (s *passes) over(ctx context.Context, theta []float64, skip int, e *evaluation, fill func(w *scratch, chunk int, slot []float64) error) error {
	for _, w := range s.workers {
		copy(w.coef, theta[s.d.first():])
		if s.d.intercept {
			w.intercept = theta[0]
		}
	}
	err := s.place.sweep(&sweep{ctx: ctx, d: s.d, skip: skip, workers: len(s.workers), windows: s.windows, begin: func(stripe int) {
		clear(s.slot(stripe))
	}, do: func(worker, stripe, c int) error {
		return fill(s.workers[worker], c, s.slot(stripe))
	}, done: make(chan struct{})})
	if err != nil {
		return err
	}
	s.reduce(theta, e)
	return nil
}

// maxStripes bounds the slots, and with them memory, whatever the number of rows. It is
// large enough to keep any number of processors busy.
const maxStripes = 256

// stripes is the number of slots: chunks of one stripe are added up by one worker in
// order. It depends on the number of rows alone, as all that has a say in the bits.
func (d *design) stripes() int { return min(d.chunks(), maxStripes) }

// eachChunk calls do for chunks 0, skip, 2 skip, ... on the given number of workers,
// after one call of begin for their stripe. It returns the context's error if it ended
// first, or that of a chunk that could not be read.
func (d *design) eachChunk(ctx context.Context, skip, workers int, begin func(stripe int), do func(worker, stripe, chunk int) error) error {
	return (*Place)(nil).sweep(&sweep{ctx: ctx, d: d, skip: skip, workers: workers, begin: begin, do: do, done: make(chan struct{})})
}

// reduce adds the slots in order (the order, not the arrival, is what
// makes the bits reproducible), takes the mean and adds the penalty.
func (s *passes) reduce(theta []float64, e *evaluation) {
	total := s.slot(0)
	for k := 1; k < s.d.stripes(); k++ {
		for i, v := range s.slot(k) {
			total[i] += v
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

// slot is that of a stripe.
func (s *passes) slot(stripe int) []float64 {
	return s.slots[stripe*s.stride : (stripe+1)*s.stride]
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
