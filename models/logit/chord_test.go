package logit

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// randomGradient is what a gradient looks like to code that only takes differences.
func randomGradient(rng *rand.Rand, q int) []float64 {
	g := make([]float64, q)
	for i := range g {
		g[i] = rng.NormFloat64()
	}
	return g
}

// The secant equation: a corrected Hessian takes the last step to the change of gradient.
func TestTheMemoryOfAStepSolvesForThatStep(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 4))
	const q = 6
	n := &newton{step: make([]float64, q), now: newEvaluation(q)}
	n.chol.Factorize(mat.NewDiagDense(q, []float64{1, 2, 3, 4, 5, 6}))
	curved := func(theta []float64) []float64 { // gradient of a quadratic of another shape
		g := make([]float64, q)
		for i := range g {
			g[i] = float64(q-i)*theta[i] + 0.3*theta[(i+1)%q] + 0.3*theta[(i+q-1)%q]
		}
		return g
	}
	var m memory
	theta := randomGradient(rng, q)
	for range 4 {
		m.arrive(theta, curved(theta))
		theta = append([]float64(nil), theta...)
		for i, s := range m.direction(n) {
			theta[i] += s
		}
	}
	m.arrive(theta, curved(theta))
	last := m.pairs[len(m.pairs)-1]
	m.grad = last.change
	for i, s := range m.direction(n) {
		agree(t, "step", 1e-12, []float64{-s}, last.step[i:i+1])
	}
}

// Of nine tenths of the rows the coefficients are near, and gradients go the rest of the way. A fit of something else is
// gone on from no further than it helps, and one of other columns not at all.
func TestAFitGoesOnFromThatOfMostRows(t *testing.T) {
	p := skewed(60_000, 6)
	most := p
	most.Y = p.Y[:54_000]
	most.Columns = make([][]float64, len(p.Columns))
	for j, c := range p.Columns {
		most.Columns[j] = c[:len(most.Y)]
	}
	turned := p
	turned.Y = make([]float64, len(p.Y))
	for i, y := range p.Y {
		turned.Y[i] = 1 - y
	}
	twice := p
	twice.Columns = slices.Clone(p.Columns)
	twice.Columns[5] = p.Columns[0]
	ridged := most
	ridged.L2 = slices.Repeat([]float64{0.03 * float64(len(most.Y))}, len(p.Columns))
	fewer := p
	fewer.Columns = p.Columns[:5]

	plain := Settings{Exact: ExactNever}
	want := mustFit(t, p, plain)
	d, err := newDesign(p, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, from := range map[string]*Fitted{
		"nine tenths": mustFit(t, most, plain), "a ridge": mustFit(t, ridged, plain), "these rows": want, "other outcomes": mustFit(t, turned, plain),
		"an alias": mustFit(t, twice, plain), "fewer columns": mustFit(t, fewer, plain),
	} {
		n := newNewton(d, plain.withDefaults(false), d.start(nil))
		followed := n.goOn(from, nil)
		if followed != (name != "an alias" && name != "fewer columns") {
			t.Errorf("%s: gone on from: %v", name, followed)
		}
		if followed {
			arrived, err := n.approach(t.Context())
			if err != nil || arrived != (name != "other outcomes") {
				t.Errorf("%s: arrived: %v (%v)", name, arrived, err)
			}
		}
		s := plain
		s.From = from
		got := mustFit(t, p, s)
		agree(t, name+": coefficient", 1e-13, got.all(), want.all())
		// Of the Hessian one step before the end, where the gradient is within the tolerance.
		agree(t, name+": standard error", s.withDefaults(false).Tolerance, got.allStdErr(), want.allStdErr())
		if name == "these rows" && got.Iterations > 2 {
			t.Errorf("%d steps from the answer", got.Iterations)
		}
	}
}

// A fit of more columns lets one expect what a fit of some of them is, under a ridge too, and in another order: it changes
// nothing but the way, which is not longer where those that are gone said little.
func TestAFitGoesOnFromThatOfMoreColumns(t *testing.T) {
	whole := skewed(60_000, 6)
	whole.L2 = slices.Repeat([]float64{600}, 6)
	plain := Settings{Exact: ExactNever}
	from := mustFit(t, whole, plain)
	for _, kept := range [][]int{{1, 0, 4, 3, 2, 5}, {3, 0, 1, 4, 5}, {5, 2}} {
		p := whole
		p.Columns, p.L2 = nil, gather(whole.L2, kept)
		for _, j := range kept {
			p.Columns = append(p.Columns, whole.Columns[j])
		}
		s := plain
		s.From, s.Kept = from, kept
		got, want := mustFit(t, p, s), mustFit(t, p, plain)
		agree(t, fmt.Sprint(kept, ": coefficient"), 1e-13, got.all(), want.all())
		agree(t, fmt.Sprint(kept, ": standard error"), s.withDefaults(false).Tolerance, got.allStdErr(), want.allStdErr())
		if len(kept) > 2 && got.Iterations >= want.Iterations {
			t.Errorf("%v: %d steps, %d alone", kept, got.Iterations, want.Iterations)
		}
	}
}

func TestAPathsHessianLearnsTheLastStep(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 4))
	const q = 5
	m := &quadratic{q: q, hess: make([]float64, q*q), known: slices.Repeat([]bool{true}, q)}
	for i := range q {
		m.hess[i*q+i] = float64(i + 1)
	}
	from, to := randomGradient(rng, q), randomGradient(rng, q)
	before, after := &evaluation{grad: randomGradient(rng, q)}, &evaluation{grad: make([]float64, q)}
	for i := range q {
		after.grad[i] = before.grad[i] + float64(q-i)*(to[i]-from[i])
	}
	m.learn(from, to, before, after)
	for i := range q {
		got := 0.0
		for k := range q {
			got += m.hess[i*q+k] * (to[k] - from[k])
		}
		agree(t, "change of slope", 1e-13, []float64{got}, []float64{after.grad[i] - before.grad[i]})
	}
}

func TestEveryChunkIsVisitedOnceAndByItsStripe(t *testing.T) {
	for _, chunks := range []int{1, 2, 255, 256, 257, 1000, 2441} {
		for _, skip := range []int{1, 8, 64} {
			d := &design{n: chunks * chunkRows}
			var mutex sync.Mutex
			seen, begun := map[int]int{}, map[int]bool{}
			err := d.eachChunk(t.Context(), skip, 3, func(stripe int) {
				mutex.Lock()
				defer mutex.Unlock()
				begun[stripe] = true
			}, func(_, stripe, chunk int) error {
				mutex.Lock()
				defer mutex.Unlock()
				if _, twice := seen[chunk]; twice || chunk%skip != 0 || !begun[stripe] {
					t.Errorf("%d chunks, every %d: chunk %d, stripe %d", chunks, skip, chunk, stripe)
				}
				seen[chunk] = stripe
				return nil
			})
			if err != nil || len(seen) != (chunks+skip-1)/skip || len(begun) != d.stripes() {
				t.Errorf("%d chunks, every %d: %d seen, %d stripes: %v", chunks, skip, len(seen), len(begun), err)
			}
			for chunk, stripe := range seen {
				if chunk > 0 && chunk%skip == 0 && seen[max(0, chunk-skip)] > stripe {
					t.Errorf("%d chunks: chunk %d is in an earlier stripe than the one before", chunks, chunk)
				}
			}
		}
	}
}
