package models

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"holdfast/dataset"
	"holdfast/models/logit"
)

// Influence is how the weights would move if one account were left out, by one Newton step
// (influential). Examples and Churned are the account's among the training rows.
type Influence struct {
	Account  string `json:"account"`
	Examples int    `json:"examples"`
	Churned  int    `json:"churned"`

	// The weight that moves most, counted in its own standard errors; Intercept is the
	// log-odds of the average account.
	Factor string `json:"factor"`
	Level  string `json:"level,omitempty"`
	Change Stat   `json:"change"`    // of Weight.PerSD: without the account, less with it
	InSE   Stat   `json:"change_se"` // Change in standard errors (dfbetas); undefined: without the account there is no finite weight

	Moves []Stat `json:"moves"` // of every coefficient of the design in standard errors, the intercept first
}

// influential leaves out every account in thought and returns those that move a weight
// most. One Newton step from the maximum without account g's rows (Pregibon 1981 for
// single rows; Preisser and Qaqish 1996 for clusters),
//
//	delta_g = -V (I - H_g V)^-1 u_g,   V = H^-1,
//
// needs nothing but the account's own score u_g and Hessian H_g, and of most accounts no more is
// computed than that they stay below those that are listed already (reach). A step is not the whole
// way: it falls short where an account moves weights far, but such an account is on
// top of the list all the same.
func (e *evidence) influential(ctx context.Context) ([]Influence, error) {
	if e.o.Influential < 0 {
		return []Influence{}, nil
	}
	leavers, err := e.leaveOut(ctx, newReach(e.fitted.Covariance))
	if err != nil {
		return nil, err
	}
	var top []mover
	for _, w := range leavers {
		for _, x := range w.top {
			top = keepLargest(top, x, e.o.Influential)
		}
	}
	listed := make([]Influence, len(top))
	for i, x := range top {
		listed[i] = x.Influence
	}
	return listed, nil
}

// leaveOut shares the accounts among as many leavers as there are processors. Who gets which differs from
// run to run, but not what is largest of all that they keep.
func (e *evidence) leaveOut(ctx context.Context, r *reach) ([]*leaver, error) {
	accounts := e.train.Accounts()
	spans := logit.Spans(accounts, dataset.BatchRows)
	leavers := make([]*leaver, min(runtime.GOMAXPROCS(0), len(spans)))
	var next atomic.Int64
	group, ctx := errgroup.WithContext(ctx)
	for i := range leavers {
		w := newLeaver(e, accounts, r)
		leavers[i] = w
		group.Go(func() error {
			for s := next.Add(1) - 1; int(s) < len(spans); s = next.Add(1) - 1 {
				if err := ctx.Err(); err != nil {
					return err
				}
				if err := w.walk(spans[s]); err != nil {
					return fmt.Errorf("models: inference: %w", err)
				}
			}
			return nil
		})
	}
	return leavers, group.Wait()
}

// mover is an account of the list.
type mover struct {
	Influence
	row int // its first: the order of accounts
}

// size is the largest move; without an account that leaves no fit at all it has no bounds.
func (x mover) size() float64 {
	if !x.InSE.Defined() {
		return math.Inf(1)
	}
	return math.Abs(float64(x.InSE))
}

// keepLargest inserts one account in the order of its largest move, and equal ones in the order of
// accounts.
func keepLargest(top []mover, x mover, most int) []mover {
	at, _ := slices.BinarySearchFunc(top, x, func(a, b mover) int {
		return cmp.Or(cmp.Compare(b.size(), a.size()), cmp.Compare(a.row, b.row))
	})
	if at == most {
		return top
	}
	top = slices.Insert(top, at, x)
	return top[:min(len(top), most)]
}
