package dataset

import (
	"context"
	"sync"

	"holdfast/dataset/expr"
)

// Panel is all that was read: the raw rows and the examples the clock made of them.
// Load forgets the rows; who asks what the data can support needs both. The examples share the
// tables of the snapshots: closing one table closes the other.
type Panel struct {
	Snapshots *Snapshots
	Outcomes  *Outcomes
	Examples  *Examples

	segment *expr.Expr // nil without segments
}

// Load reads snapshots and outcomes and lets the clock join them. Data that cannot
// support the spec is refused with a *RefusedError: see LoadSnapshots and
// LoadOutcomes; also a join that finds no mature example, and an account key that
// is used as a factor or a segment.
func Load(ctx context.Context, spec Spec) (*Examples, error) {
	p, err := Survey(ctx, spec)
	if err != nil {
		return nil, err
	}
	return p.Examples, nil
}

// Survey is Load that keeps the raw rows. It refuses what Load refuses. The outcomes are read
// beside the snapshots; if both are at fault, the error is that of the snapshots, whichever
// came first.
func Survey(ctx context.Context, spec Spec) (*Panel, error) {
	if err := spec.Clock.check(); err != nil {
		return nil, err
	}
	segment, uses, err := segmentExpr(ctx, spec)
	if err != nil {
		return nil, err
	}
	if err := checkUses(spec, uses); err != nil {
		return nil, err
	}
	uses = withoutJoined(uses, spec.Predictions)
	files, err := openSnapshots(ctx, spec.Snapshots, spec.Columns, uses, spec.Reading)
	if err != nil {
		return nil, err
	}
	p := &Panel{segment: segment}
	if err := p.load(ctx, spec, files, uses); err != nil {
		files.table.Close()
		return nil, err
	}
	return p, nil
}

// load reads both and joins them.
func (p *Panel) load(ctx context.Context, spec Spec, files *snapshotFiles, uses expr.Columns) error {
	outcomes := startOutcomes(ctx, spec, files.table)
	defer outcomes.stop()
	if files.table.Stored() {
		outcomes.running.Wait() // accounts of one file at a time: looking them up goes all over their memory
	}
	var err error
	if p.Snapshots, err = files.load(ctx); err != nil {
		return err
	}
	if err := p.Snapshots.AddHistories(ctx, spec.Histories, uses); err != nil {
		return err
	}
	if err := p.Snapshots.AddPredictions(ctx, spec.Predictions, spec.Reading); err != nil {
		return err
	}
	if p.Outcomes, err = outcomes.wait(); err != nil {
		return err
	}
	if p.Examples, err = join(p.Snapshots, p.Outcomes, spec); err != nil {
		return err
	}
	if p.segment != nil {
		p.Examples.segmentBy(p.segment)
	}
	return p.Examples.Table.Err()
}

// reading is a load of outcomes that is under way while the snapshots are read.
type reading struct {
	cancel   context.CancelFunc
	running  sync.WaitGroup
	outcomes *Outcomes
	err      error
}

// startOutcomes begins to load the outcomes, to the room of a table; stop must be called.
func startOutcomes(ctx context.Context, spec Spec, t *Table) *reading {
	r := new(reading)
	ctx, r.cancel = context.WithCancel(ctx)
	r.running.Go(func() { r.outcomes, r.err = outcomesFor(ctx, spec.Outcomes, spec.Columns, spec.Reading, t) })
	return r
}

// wait returns the outcomes when they are loaded.
func (r *reading) wait() (*Outcomes, error) {
	r.running.Wait()
	return r.outcomes, r.err
}

// stop ends a load that nobody waits for any more, and returns when it has ended: no goroutine
// outlives Survey. After wait it does nothing.
func (r *reading) stop() {
	r.cancel()
	r.running.Wait()
}

// AtLead counts what would become of every outcome at another lead: how many renewals
// have a usable snapshot that early. In horizon mode, which knows no lead, it returns
// the counts there are.
func (p *Panel) AtLead(lead int) Counts {
	e := p.Examples
	if e.Clock.Mode == Horizon {
		return e.Counts
	}
	clock := e.Clock
	clock.Lead = lead
	matches, counts := clock.label(pair(p.Snapshots, p.Outcomes), e.ObservedUntil)
	counts.ofMatches(matches, p.Snapshots)
	return counts
}

// ofMatches fills in the counts that depend on the examples themselves.
func (c *Counts) ofMatches(m matches, s *Snapshots) {
	c.Mature = m.len()
	last := int32(-1)
	for i, row := range m.snapshot {
		if m.churned[i] {
			c.Churned++
		}
		if account := s.Account[row]; account != last {
			c.Accounts, last = c.Accounts+1, account
		}
	}
	c.Open = len(s.Accounts) - c.Accounts
}
