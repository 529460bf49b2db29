package dataset

import (
	"bytes"
	"fmt"
	"slices"
)

// This file says what of the snapshots and the outcomes does not fit together.

// misfits are the warnings about the join of the two, in a fixed order. It reads both and
// writes neither, so that it may run beside the gathering of the examples.
func misfits(p pairing, c Clock) []Warning {
	warnings := warnBefore(p)
	if c.Mode == Horizon {
		warnings = append(warnings, warnGone(p)...)
	}
	return slices.Concat(warnings, warnLate(p, c), warnBlank(p.s), warnForms(p.s, p.o), warnTwins(p.s, p.rows))
}

// warnGone counts the snapshots that horizon mode leaves out because the account
// had churned: usage that fell to nothing after the end foretells nothing.
func warnGone(p pairing) []Warning {
	rows, accounts := 0, 0
	for account, outcomes := range p.outcomes {
		if !slices.Contains(p.o.Label[outcomes.from:outcomes.to], Churned) {
			continue
		}
		before := rows
		for row := p.rows[account].from; row < p.rows[account].to; row++ {
			if gone(p.o, span{outcomes.from, outcomesBy(p.o, outcomes, p.s.asOf(row))}) {
				rows++
			}
		}
		if rows > before {
			accounts++
		}
	}
	if rows == 0 {
		return nil
	}
	return []Warning{{Code: "snapshots_after_churn", Where: p.s.Path, Message: fmt.Sprintf(
		"%d snapshots of %d accounts are dated on or after the churn of the account; they are not at risk and were left out", rows, accounts)}}
}

// countRows counts the snapshots that are marked, and their accounts: rows of one account
// are side by side.
func countRows(s *Snapshots, marked []bool) (rows, accounts int) {
	last := int32(-1)
	for i, account := range s.Account {
		if !marked[i] {
			continue
		}
		rows++
		if account != last {
			accounts, last = accounts+1, account
		}
	}
	return rows, accounts
}

// warnLate counts the snapshots that would have been used by their date and were not,
// because they were recorded too late.
func warnLate(p pairing, c Clock) []Warning {
	s, missed := p.s, missedRows(p, c)
	if missed == nil {
		return nil
	}
	rows, accounts := countRows(s, missed)
	if rows == 0 {
		return nil
	}
	return []Warning{{Code: "late_writes", Where: s.Path, Message: fmt.Sprintf(
		"%d snapshots of %d accounts were recorded too late for the day they would have been used on; nobody had them then, so they were left out", rows, accounts)}}
}

// missedRows marks the rows that an outcome would have met in renewal mode, or that
// would have been examples in horizon mode, had they been recorded on their date. It is
// nil when they were.
func missedRows(p pairing, c Clock) []bool {
	s, o := p.s, p.o
	if s.Known == nil {
		return nil
	}
	missed := make([]bool, len(s.Date))
	newest, dated := p.chronicles()
	if c.Mode == Horizon {
		for row := range missed {
			missed[row] = true
		}
		for _, row := range newest.rows {
			missed[row] = false
		}
		return missed
	}
	for i, date := range o.Date {
		account, limit := p.number[o.Account[i]], date-Date(c.Lead)
		row, ok := newest.by(account, limit)
		if early, exists := dated.by(account, limit); exists && (!ok || row != early) {
			missed[early] = true
		}
	}
	return missed
}

// warnBefore counts the accounts whose outcomes all lie before their first snapshot:
// those outcomes label nothing.
func warnBefore(p pairing) []Warning {
	accounts := 0
	for account, run := range p.outcomes {
		if run.from < run.to && p.o.Date[run.to-1] < p.s.Date[p.rows[account].from] {
			accounts++
		}
	}
	if accounts == 0 {
		return nil
	}
	return []Warning{{Code: "outcomes_before_snapshots", Where: p.o.Path, Message: fmt.Sprintf(
		"%d accounts have outcomes from before their first snapshot only; those label nothing", accounts)}}
}

// checkKeys refuses two files that share no account. In horizon mode nothing else
// would show it: accounts without outcomes have not churned.
func checkKeys(p pairing, account string) error {
	if slices.ContainsFunc(p.number, func(n int32) bool { return n >= 0 }) {
		return nil
	}
	s, o := p.s, p.o
	message := fmt.Sprintf("column %s: 0 of %d accounts of the outcomes are among the %d accounts of the snapshots, such as %s here and %s there; the keys must be written the same way",
		Quote(account), len(o.Accounts), len(s.Accounts), Quote(o.Accounts[0]), Quote(s.Accounts[0]))
	if keyDiffersOnlyByForm(s.Accounts, o.Accounts) {
		message += " (they differ only in case or blanks)"
	}
	return refuse("no_match", o.Path, message)
}

// checkMatches explains a join that found no match, with every count: which of them is the
// large one tells the reader what to change.
func checkMatches(s *Snapshots, o *Outcomes, c Clock, counts Counts, found int, observedUntil Date) error {
	if found > 0 {
		return nil
	}
	late := ""
	if counts.Late > 0 {
		late = fmt.Sprintf(", %d were recorded too late (check columns.recorded_at: rows loaded on one day are known from that day on)", counts.Late)
	}
	if c.Mode == Horizon {
		return refuse("no_mature_label", s.Path, fmt.Sprintf(
			"no label is mature: of %d snapshots the horizon of %d days ends after %s for %d, %d are not at risk, %d meet a null outcome%s; use a shorter horizon or wait",
			counts.Total, c.Horizon, observedUntil, counts.Immature, counts.NotAtRisk, counts.Unknown, late))
	}
	remedy := "change label.lead or label.max_age to meet the snapshots there are"
	if counts.Immature > counts.NoSnapshot+counts.Stale {
		remedy = fmt.Sprintf("they are taken to be known until %s: set data.observed_until to the day until which they are", observedUntil)
	}
	return refuse("no_examples", o.Path, fmt.Sprintf(
		"no example: of %d outcomes %d have no snapshot %d days before, %d only one older than max_age %d days allows, %d are not mature, %d were decided before their snapshot, %d are unknown%s; %s",
		counts.Total, counts.NoSnapshot, c.Lead, counts.Stale, c.MaxAge, counts.Immature, counts.NotAtRisk, counts.Unknown, late, remedy))
}

// keyDiffersOnlyByForm says whether two sets of keys would meet if case and
// surrounding blanks were ignored, a common reason for a join that finds
// nothing.
func keyDiffersOnlyByForm(a, b []string) bool {
	plain := make(map[string]bool, len(a))
	for _, k := range a {
		plain[plainKey(k)] = true
	}
	return slices.ContainsFunc(b, func(k string) bool { return plain[plainKey(k)] })
}

// plainKey is a key without case and surrounding blanks.
func plainKey(k string) string { return string(bytes.ToLower(bytes.TrimSpace([]byte(k)))) }
