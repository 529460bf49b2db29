package dataset

import "holdfast/dataset/spill"

// decide tells by horizon in which examples something was decided. In the middle of its contract an
// account cannot leave, so that whatever says how old a contract is tells who stays; with a short
// horizon nearly without error. Where fewer renew than churn, renewals are taken to be told by chance.
func (e *Examples) decide(p pairing) {
	o := p.o
	if e.Clock.Mode != Horizon || !tellOfRenewals(o, p.outcomes) {
		return
	}
	e.Decided = Room[bool](e.Table, e.Len())
	for i, account := range e.Account {
		if i%storeBlock == 0 {
			spill.Look()
		}
		run := p.outcomes[account]
		for k := outcomesBy(o, run, e.AsOf[i]); k < run.to && o.Date[k] <= e.Outcome[i]; k++ {
			e.Decided[i] = e.Decided[i] || o.Label[k] != Unknown
		}
	}
}

// tellOfRenewals says whether the outcomes of the accounts are not of churns alone.
func tellOfRenewals(o *Outcomes, runs []span) bool {
	var n [Churned + 1]int // by label
	for _, run := range runs {
		for k := run.from; k < run.to; k++ {
			n[o.Label[k]]++
		}
	}
	return n[Renewed] >= n[Churned]
}
