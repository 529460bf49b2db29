package backtest

import (
	"runtime"

	"golang.org/x/sync/errgroup"
)

// eachCandidate does the same for every candidate, a processor each. Each writes to its own
// CandidateResult only, so that it does not matter which comes first; of several errors
// that of the first candidate counts.
func (r *Result) eachCandidate(do func(c int, cand *CandidateResult) error) error {
	errs := make([]error, len(r.Candidates))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for c := range r.Candidates {
		group.Go(func() error {
			errs[c] = do(c, &r.Candidates[c])
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
