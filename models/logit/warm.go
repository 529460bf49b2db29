package logit

import "context"

const (
	warmSteps    = 8    // Newton steps per level before it is abandoned
	warmGradient = 1e-3 // a subset need not be solved better than it is sampled
	warmChunks   = 4    // the fewest chunks worth a level of their own
)

// warm moves theta close to the optimum on every 64th and then every 8th
// chunk of rows, so that the passes over all rows start where Newton's method
// is already quadratic: two or three of them instead of seven. A level that
// does not settle, because its rows are separated or dependent although the
// whole is not, leaves theta as it was. The choice of rows depends on the
// number of rows alone. It changes the path and never the answer.
func (n *newton) warm(ctx context.Context) error {
	for _, skip := range []int{64, 8} {
		if n.d.chunks() < warmChunks*skip {
			continue
		}
		copy(n.next, n.theta)
		settled, err := n.settle(ctx, skip)
		if err != nil {
			return err
		}
		if !settled {
			copy(n.theta, n.next)
		}
	}
	return nil
}

// settle takes full Newton steps on every skip-th chunk. It reports whether
// the loss fell all the way to a small gradient.
func (n *newton) settle(ctx context.Context, skip int) (bool, error) {
	loss := 0.0
	for k := range warmSteps {
		if err := n.pass.evaluate(ctx, n.theta, skip, n.now); err != nil {
			return false, err
		}
		if k > 0 && !(n.now.loss <= loss*(1+lossNoise)) {
			return false, nil
		}
		loss = n.now.loss
		if !n.direction() {
			return false, nil
		}
		for i, s := range n.step {
			n.theta[i] += s
		}
		if maxAbs(n.now.grad) <= warmGradient {
			return true, nil
		}
	}
	return false, nil
}
