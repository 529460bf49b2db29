package health

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"holdfast/dataset"
	"holdfast/features"
)

// When something is worth telling. Shares are between 0 and 1.
const (
	// goodCoverage is the share of the renewals with a usable snapshot at a lead that was
	// asked for, and of the customers that can be scored, from which on all is well.
	goodCoverage = 0.8

	// manyStrangers is the share of the accounts of the outcomes without any snapshot, and
	// gappy that of the accounts with gaps, beyond which somebody should know.
	manyStrangers = 0.05
	gappy         = 0.05

	// mostlyMissing is the share of the examples without a value, and missingJump the rise of
	// the share by month over the median of the months before: a column that was lost.
	mostlyMissing = 0.5
	missingJump   = 0.4

	// nearlyConstant is the share of the most frequent value from which on a weight rests on
	// a handful of examples.
	nearlyConstant = 0.995

	// someDrift and muchDrift are the rule of thumb of the PSI. An index must also be beyond
	// chance at testLevel, divided by the number of quarters (Bonferroni).
	someDrift = 0.1
	muchDrift = 0.25
	testLevel = 0.05

	// highVIF is the rule of thumb for a variance inflation (Marquardt 1970).
	highVIF = 10

	// someLevels is how many levels of one account each a category may have.
	someLevels = 10

	// unpriced is the share of the contracts due that may lack an amount.
	unpriced = 0.01
)

// find adds a finding: something to act on. where is the place as the user knows it: a file
// role, a key of the project, or "factor NAME", by which gathered knows a factor.
func (r *Report) find(code, where, format string, args ...any) {
	r.Findings = append(r.Findings, dataset.Warning{Code: code, Where: where, Message: fmt.Sprintf(format, args...)})
}

// note adds something worth knowing.
func (r *Report) note(code, where, format string, args ...any) {
	r.Notes = append(r.Notes, dataset.Warning{Code: code, Where: where, Message: fmt.Sprintf(format, args...)})
}

// judge turns the numbers into findings and notes, the most consequential first: is there
// enough, is it covered, is it all there, then factor by factor. What concerns factors
// together comes after the gathering, as it names them already. All numbers must be in.
func (r *Report) judge(panel *dataset.Panel) {
	r.judgeAmount()
	r.judgeCoverage()
	r.judgeRows()
	for i := range r.Factors {
		r.judgeFactor(&r.Factors[i])
	}
	r.Findings, r.Notes = gathered(r.Findings), gathered(r.Notes)
	r.judgeRelations()
	r.judgeMoney(panel)
}

// gatherFrom is from how many factors on a finding is told once for all of them: a
// company that changed as a whole changes every factor.
const gatherFrom = 4

// gathered tells findings of one code about many factors in one, at the place and with
// the words of the first. The order is kept, and the result is never nil.
func gathered(list []dataset.Warning) []dataset.Warning {
	about := make(map[string][]string)
	for _, w := range list {
		if name, ok := strings.CutPrefix(w.Where, "factor "); ok {
			about[w.Code] = append(about[w.Code], name)
		}
	}
	out := []dataset.Warning{}
	for _, w := range list {
		names := about[w.Code]
		name, isFactor := strings.CutPrefix(w.Where, "factor ")
		switch {
		case !isFactor || len(names) < gatherFrom:
			out = append(out, w)
		case name == names[0]:
			w.Where = fmt.Sprintf("%d factors", len(names))
			w.Message = fmt.Sprintf("%s %s; the like holds for %s", name, w.Message, strings.Join(names[1:], ", "))
			out = append(out, w)
		}
	}
	return out
}

// judgeMoney tells of contracts without an amount: those that lack one because their
// account left early make revenue look better kept than it was.
func (r *Report) judgeMoney(panel *dataset.Panel) {
	if len(r.Retention) == 0 {
		r.note("no_renewals", "outcomes", "tell of churns alone, so that nobody knows what fell due: logo churn and revenue retention need a row for every renewal as well")
		return
	}
	r.judgeReturns(panel)
	if panel.Outcomes.ValueAfter == nil {
		r.note("no_amounts", "outcomes", "without amounts after the renewal there is no revenue retention: name the column in columns.value_after")
		return
	}
	due, churned, priced, pricedChurned := 0, 0, 0, 0
	for _, q := range r.Retention {
		due, churned, priced, pricedChurned = due+q.Due, churned+q.Churned, priced+q.Priced, pricedChurned+q.PricedChurned
	}
	if without := due - priced; float64(without) > unpriced*float64(due) {
		r.note("no_amount_before", "outcomes", "%s of %s contracts have no amount before the renewal, %.0f %% of them churned (of the others %.0f %%): GRR and NRR are without them; write the amount into the outcomes under the name of columns.value",
			grouped(without), grouped(due), 100*float64(share(churned-pricedChurned, without)), 100*float64(share(pricedChurned, priced)))
	}
}

// judgeReturns tells of renewals after a churn. Rows alone do not say whether a customer was won
// back, to whom nothing was due, or another contract of theirs was renewed; so they count as due.
func (r *Report) judgeReturns(panel *dataset.Panel) {
	back := returns(panel.Outcomes, r.ObservedUntil)
	if back == 0 {
		return
	}
	due, churned := 0, 0
	for _, q := range r.Retention {
		due, churned = due+q.Due, churned+q.Churned
	}
	r.note("won_back", "outcomes", "%s of accounts that had churned before count as fallen due; where the customer was won back nothing was due, and if all were, logo churn is %.1f %% instead of %.1f %%",
		count(back, "renewal"), 100*float64(share(churned, due-back)), 100*float64(share(churned, due)))
}

// judgeAmount tells when there is too little to fit, in the words of the verdict; nothing
// when there is enough.
func (r *Report) judgeAmount() {
	s := r.Sufficiency
	words := fmt.Sprintf("%s for %s, %.1f a column: %s", rarerWords(s), count(s.Columns, "design column"), float64(s.EventsPerColumn), s.Advice)
	switch s.Verdict {
	case tooLittle:
		r.find("too_little_data", "examples", "%s", words)
	case thin:
		r.note("thin_data", "examples", "%s", words)
	}
}

// judgeCoverage tells of renewals and accounts that cannot be scored. Of the leads only those
// of the project count: that few have a snapshot a year ahead is no finding where nobody asks.
// Who has left is no customer, and not missing among them.
func (r *Report) judgeCoverage() {
	for _, l := range r.Leads {
		if l.Asked && float64(l.Covered) < goodCoverage {
			r.find("lead_coverage", "label.lead", "at %d days only %.0f %% of the decided renewals have a usable snapshot (%d have none so early, %d only a stale one); use a shorter label.lead or a larger label.max_age",
				l.Days, 100*l.Covered, l.Counts.NoSnapshot, l.Counts.Stale)
		}
	}
	for _, reason := range r.Standing.Reasons {
		if reason.Code == dataset.NotCustomer || reason.Code == dataset.NotOpen {
			continue
		}
		if customers := r.Standing.Scoreable + reason.Accounts; float64(r.Standing.Scoreable) < goodCoverage*float64(customers) {
			where := "snapshots"
			if reason.Detail != "" {
				where = "factor " + reason.Detail
			}
			r.find("not_scoreable", where, "%s of %s customers cannot be scored today: %s; %s", grouped(reason.Accounts), grouped(customers), reason.Meaning, cure(reason.Code))
		}
	}
	if o := r.Outcomes; float64(o.Strangers) > manyStrangers*float64(o.Accounts) {
		r.find("unknown_accounts", "outcomes", "%d of %d accounts of the outcomes have no snapshot at all; data.snapshots may not hold all files", o.Strangers, o.Accounts)
	}
}

// cure is what to do about accounts that cannot be scored.
func cure(code string) string {
	switch code {
	case missingFactor:
		return "set missing: median or own"
	case unseenLevel:
		return "set unseen: reference or other"
	}
	return "load newer files into data.snapshots, or raise label.max_age"
}

// judgeRows tells of rows that are not there: thin months, gaps, snapshots that end before the
// outcomes do, and dates that stand for none, such as 1900-01-01 or a year 9999.
func (r *Report) judgeRows() {
	s := r.Snapshots
	for _, t := range s.Cadence.Thin {
		if t.Partial {
			r.note("partial_month", "snapshots", "the last month, %s, has snapshots of %s accounts so far, after %s", month(t.Month), grouped(t.Accounts), grouped(t.Before))
			continue
		}
		r.find("thin_month", "snapshots", "in %s only %s accounts have a snapshot, after %s; a file may be missing from data.snapshots", month(t.Month), grouped(t.Accounts), grouped(t.Before))
	}
	if c := s.Cadence; float64(c.AccountsWithGaps) > gappy*float64(s.Accounts) {
		r.note("gaps", "snapshots", "%s of %s accounts lack %s %s snapshots between their first and last, such as %s", grouped(c.AccountsWithGaps), grouped(s.Accounts), grouped(c.Skipped), c.Name, quoted(c.Examples))
	}
	if behind := int(r.ObservedUntil) - int(s.Last); s.Cadence.MedianGap > 0 && float64(behind) > skippedGap*float64(s.Cadence.MedianGap) {
		r.note("old_snapshots", "snapshots", "the newest snapshot, %s, is %d days older than the outcomes, which are known until %s", s.Last, behind, r.ObservedUntil)
	}
	if int(s.Last)-int(s.First) > century || int(r.Outcomes.Last)-int(r.Outcomes.First) > century {
		r.find("odd_dates", "snapshots", "the dates span more than a century, from %s to %s: correct those that stand for a missing date", min(s.First, r.Outcomes.First), max(s.Last, r.Outcomes.Last))
	}
}

// month is the month that starts on a day, such as 2026-03.
func month(start dataset.Date) string { return start.String()[:len("2026-03")] }

// quoted lists names from the data, which may hold anything.
func quoted(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = dataset.Quote(n)
	}
	return strings.Join(out, ", ")
}

// judgeFactor tells what is odd about one factor.
func (r *Report) judgeFactor(p *Factor) {
	where := "factor " + p.Name
	switch {
	case p.Distinct <= 1 && p.Missing == 0 && p.N > 0:
		r.find("constant", where, "is %s in every example and carries nothing; leave it out of factors", p.Mode)
	case p.Distinct > 1 && float64(p.ModeShare) >= nearlyConstant:
		r.note("near_constant", where, "is %s in %.1f %% of the examples; its weight rests on the others", p.Mode, 100*p.ModeShare)
	}
	if share := float64(p.MissingShare); share >= mostlyMissing && p.Policy != features.Own && p.Segments == nil {
		r.note("mostly_missing", where, "is missing in %.0f %% of the examples; missing: own lets a model learn from its absence", 100*share)
	}
	r.judgeMissingOverTime(p, where)
	r.judgeDrift(p, where)
	if p.Rare > 0 {
		r.note("rare_levels", where, "has %d of %d levels with fewer than %d examples; pool them with rare: %d", p.Rare, p.Distinct, rareRows, rareRows)
	}
	if p.OneAccount >= someLevels {
		r.note("one_account_levels", where, "has %d of %d levels that belong to one account each: it names accounts more than it describes them", p.OneAccount, p.Distinct)
	}
}

// judgeMissingOverTime tells of a column that is no longer filled, and of one that was
// not filled at first.
func (r *Report) judgeMissingOverTime(p *Factor, where string) {
	var months []dataset.Date
	var shares []float64
	for m, s := range p.MissingByMonth {
		if s.Defined() {
			months, shares = append(months, r.Months[m].Start), append(shares, float64(s))
		}
	}
	if len(shares) < 4 {
		return
	}
	last := len(shares) - 1
	before := slices.Clone(shares[:last])
	slices.Sort(before)
	if usual := quantile(before, 0.5); shares[last] > usual+missingJump {
		from := last
		for from > 0 && shares[from-1] > usual+missingJump {
			from--
		}
		r.find("missing_lately", where, "is missing in %.0f %% of the snapshots since %s, before in %.0f %%: the column may no longer be filled; mend the source, or leave the factor out",
			100*shares[last], month(months[from]), 100*usual)
	}
	begin := slices.IndexFunc(shares, func(s float64) bool { return s < 1 })
	if begin > 0 {
		r.note("begins_late", where, "has no value before %s; examples from before then say nothing about it", month(months[begin]))
	}
}

// judgeDrift tells of the newest quarter that differs much from the reference, beyond
// the rule of thumb and beyond what chance does. The rule alone calls noise a drift where rows
// are few, the test alone calls a drift what does not matter where they are many. Some drift is
// noted of the last quarter only: what came back is past.
func (r *Report) judgeDrift(p *Factor, where string) {
	k := len(p.Drift.Periods)
	for i := k - 1; i >= 0; i-- {
		d := p.Drift.Periods[i]
		if !(float64(d.PSI) >= muchDrift && float64(d.P) < testLevel/float64(k)) {
			continue
		}
		r.find("drift", where, "has other values in the quarter from %s than before %s: PSI %.2f, where chance alone stays below %.3f in 95 of 100 cases; look at what changed in the source, or set backtest.window so that models forget",
			d.Start, p.Drift.Until, float64(d.PSI), float64(d.Null95))
		return
	}
	if k == 0 {
		return
	}
	if d := p.Drift.Periods[k-1]; float64(d.PSI) >= someDrift && float64(d.P) < testLevel/float64(k) {
		r.note("some_drift", where, "has moved since before %s: PSI %.2f in the last quarter", p.Drift.Until, float64(d.PSI))
	}
}

// judgeRelations tells of factors that say the same, from the certain to the vague: exact
// combinations, pairs, and what all others together say.
func (r *Report) judgeRelations() {
	for _, a := range r.Aliases {
		r.find("aliased", "factor "+a.Column, "is a combination of %s: a fit cannot give both a weight; leave one out of factors", strings.Join(a.Of, ", "))
	}
	for _, g := range r.Groups {
		r.note("correlated", "factors", "%s say nearly the same (Spearman up to %.2f): their weights are shared at random; keep one, or penalty: {ridge: auto}", strings.Join(g.Factors, ", "), float64(g.Strongest))
	}
	for i := range r.Factors {
		if p := &r.Factors[i]; float64(p.VIF) > highVIF && !math.IsInf(float64(p.VIF), 1) {
			r.note("inflated", "factor "+p.Name, "has a variance inflation of %.0f: the other factors say most of what it says", float64(p.VIF))
		}
	}
}
