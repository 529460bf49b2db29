package backtest

import (
	"runtime"

	"golang.org/x/sync/errgroup"
)

// eachCandidate does the same for every candidate, a processor each. Each writes to its own
// CandidateResult only, so that it does not matter which comes first.
func (r *Result) eachCandidate(do func(c int, cand *CandidateResult) error) error {
	return sideBySide(len(r.Candidates), func(c int) error { return do(c, &r.Candidates[c]) })
}

// sideBySide runs the tasks 0..n-1 on all processors, begun in that order: the long ones had
// better come first. Each has a place of its own for its result, so that it does not matter
// which ends first; of several errors that of the first task counts.
func sideBySide(n int, task func(i int) error) error {
	return someAtOnce(runtime.GOMAXPROCS(0), n, task)
}

// someAtOnce is sideBySide of no more than some tasks at a time: those that take memory by the
// row are as many as fit.
func someAtOnce(some, n int, task func(i int) error) error {
	errs := make([]error, n)
	var group errgroup.Group
	group.SetLimit(some)
	for i := range n {
		group.Go(func() error {
			errs[i] = task(i)
			return nil
		})
	}
	_ = group.Wait() // the errors are in errs
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
