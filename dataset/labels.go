package dataset

import (
	"fmt"
	"iter"
)

// Mode is how outcomes become labels.
type Mode string

// The label modes.
const (
	// Renewal makes one example of each outcome: the newest snapshot at least
	// Lead days before it.
	Renewal Mode = "renewal"
	// Horizon makes one example of each snapshot: did the account churn in the
	// Horizon days after it?
	Horizon Mode = "horizon"
)

// Clock is the label clock: it says which snapshot meets which outcome, and
// since when that outcome is known. Fields of the other mode are not looked at. There are no
// defaults: Load refuses a clock that is not complete.
type Clock struct {
	Mode    Mode `json:"mode"`
	Lead    int  `json:"lead_days,omitempty"`    // renewal: days between the snapshot and the outcome, at least
	MaxAge  int  `json:"max_age_days,omitempty"` // renewal: how many days older than Lead the snapshot may be
	Horizon int  `json:"horizon_days,omitempty"` // horizon: days after the snapshot in which churn counts
}

// Examples is what the examples of the clock are, in a word: by horizon an account is one at every
// snapshot.
func (c Clock) Examples() string {
	if c.Mode == Horizon {
		return "snapshots"
	}
	return "renewals"
}

// Counts says what became of every outcome (renewal mode) or snapshot (horizon
// mode). Total is the sum of the counts below it: nothing is dropped silently.
type Counts struct {
	Total      int `json:"total"`          // outcome rows in renewal mode, snapshot rows in horizon mode
	Mature     int `json:"mature"`         // became examples
	Immature   int `json:"immature"`       // the window has not fully passed by observed_until
	NotAtRisk  int `json:"not_at_risk"`    // already churned, or already decided before the as-of date
	NoSnapshot int `json:"no_snapshot"`    // no snapshot early enough
	Stale      int `json:"stale"`          // the newest snapshot early enough is older than max_age allows
	Late       int `json:"late,omitempty"` // recorded too late: not known by the as-of date, or overtaken by a newer snapshot
	Unknown    int `json:"unknown"`        // the outcome is null
	Incomplete int `json:"incomplete"`     // a factor with missing: drop has no value
	Churned    int `json:"churned"`        // of the mature
	Accounts   int `json:"accounts"`       // with a mature example
	Open       int `json:"open"`           // accounts with snapshots and no mature example: the future is theirs
}

// match is one example before its columns are gathered.
type match struct {
	snapshot int32 // row of the snapshots
	decision int32 // renewal: row of the outcomes; not kept in horizon mode, where a window may hold many
	outcome  Date  // the day of the renewal or churn, or the end of the window
	known    Date  // the day from which the label may be learned
	churned  bool
}

// matches are columns of matches, which the Examples take over as they are: by horizon there are
// nearly as many as rows.
type matches struct {
	snapshot, decision []int32 // decision is nil in horizon mode
	outcome, known     []Date
	churned            []bool
}

// matchesOf makes room for n matches of horizon mode.
func matchesOf(t *Table, n int) matches {
	return matches{snapshot: Room[int32](t, n), outcome: Room[Date](t, n), known: Room[Date](t, n), churned: Room[bool](t, n)}
}

// len is the number of matches.
func (m *matches) len() int { return len(m.snapshot) }

// add appends a match of renewal mode.
func (m *matches) add(one match) {
	m.snapshot, m.decision = append(m.snapshot, one.snapshot), append(m.decision, one.decision)
	m.outcome, m.known, m.churned = append(m.outcome, one.outcome), append(m.known, one.known), append(m.churned, one.churned)
}

// put writes a match of horizon mode.
func (m *matches) put(i int, one match) {
	m.snapshot[i], m.outcome[i], m.known[i], m.churned[i] = one.snapshot, one.outcome, one.known, one.churned
}

// move copies n matches of horizon mode to an earlier place.
func (m *matches) move(to, from, n int) {
	copy(m.snapshot[to:], m.snapshot[from:from+n])
	copy(m.outcome[to:], m.outcome[from:from+n])
	copy(m.known[to:], m.known[from:from+n])
	copy(m.churned[to:], m.churned[from:from+n])
}

// cut leaves the first n matches of horizon mode.
func (m *matches) cut(n int) {
	m.snapshot, m.outcome, m.known, m.churned = m.snapshot[:n], m.outcome[:n], m.known[:n], m.churned[:n]
}

// check refuses a clock that cannot label anything.
func (c Clock) check() error {
	switch {
	case c.Mode != Renewal && c.Mode != Horizon:
		return fmt.Errorf("dataset: unknown label mode %q; the modes are %s and %s", c.Mode, Renewal, Horizon)
	case c.Mode == Renewal && (c.Lead < 0 || c.MaxAge < 0):
		return fmt.Errorf("dataset: lead %d days and max_age %d days must not be negative", c.Lead, c.MaxAge)
	case c.Mode == Horizon && c.Horizon < 1:
		return fmt.Errorf("dataset: a horizon of %d days holds no churn; it must be at least 1", c.Horizon)
	}
	return nil
}

// label joins snapshots and outcomes by the rules of the clock. The matches come
// out sorted by account, as-of date and outcome date, because both inputs are sorted by
// account and day. It takes O((snapshots + outcomes) log n) for n rows of an account. Every
// outcome or snapshot goes to exactly one of the counts.
func (c Clock) label(p pairing, observedUntil Date) (matches, Counts) {
	if c.Mode == Horizon {
		return c.labelSnapshots(p, observedUntil)
	}
	return c.labelOutcomes(p, observedUntil)
}

// labelOutcomes is renewal mode. An outcome meets the newest snapshot that was known
// Lead days before it, if that is of a day in [date - Lead - MaxAge, date - Lead]. The cases
// are asked in an order that blames the data before the lateness of a row: a row that nobody
// had in time is Late only if it would have been used had it been there.
func (c Clock) labelOutcomes(p pairing, observedUntil Date) (matches, Counts) {
	s, o := p.s, p.o
	counts := Counts{Total: len(o.Date)}
	var found matches
	newest, dated := p.chronicles()
	for i, date := range o.Date {
		account, limit := p.number[o.Account[i]], date-Date(c.Lead)
		oldest := limit - Date(c.MaxAge)
		row, ok := newest.by(account, limit)
		early, exists := dated.by(account, limit)
		switch {
		case o.Known[i] > observedUntil:
			counts.Immature++
		case o.Label[i] == Unknown:
			counts.Unknown++
		case !exists:
			counts.NoSnapshot++
		case s.Date[early] < oldest:
			counts.Stale++
		case !ok || s.Date[row] < oldest:
			counts.Late++ // there is such a snapshot, but nobody had it yet
		case o.Known[i] <= s.asOf(row) && o.Known[i] < date:
			counts.NotAtRisk++ // decided early: the snapshot was taken after the answer was known
		default:
			found.add(match{snapshot: row, decision: int32(i), outcome: date, known: o.Known[i], churned: o.Label[i] == Churned})
		}
	}
	return found, counts
}

// labelSnapshots is horizon mode. A snapshot that is known from t on churned if the
// account churns in (t, t+Horizon]. It is mature only when the whole window has passed,
// for churners too: otherwise the last months would hold churners only. A window
// without churn but with a null outcome is unknown. A snapshot that was overtaken before
// it was known is nobody's newest on any day.
func (c Clock) labelSnapshots(p pairing, observedUntil Date) (matches, Counts) {
	newest := p.newChronicle()
	rows := newest.len()
	found := matchesOf(p.s.Table, rows)
	parts := make([]Counts, (rows+labelledAtOnce-1)/labelledAtOnce)
	inParallel(len(parts), func(tasks iter.Seq[int]) {
		for k := range tasks {
			from := k * labelledAtOnce
			parts[k] = c.labelRows(p, newest, from, min(from+labelledAtOnce, rows), observedUntil, &found)
		}
	})
	counts := Counts{Total: len(p.s.Date), Late: len(p.s.Date) - rows}
	to := 0
	for k, part := range parts {
		found.move(to, k*labelledAtOnce, part.Mature)
		to += part.Mature
		counts.NotAtRisk, counts.Immature, counts.Unknown = counts.NotAtRisk+part.NotAtRisk, counts.Immature+part.Immature, counts.Unknown+part.Unknown
	}
	found.cut(to)
	return found, counts
}

// labelledAtOnce is the number of snapshots that a processor labels at a time.
const labelledAtOnce = 1 << 16

// labelRows labels the snapshots [from, to) of the list: their matches go to found, side by side from place from on.
func (c Clock) labelRows(p pairing, newest chronicle, from, to int, observedUntil Date, found *matches) (counts Counts) {
	s, o := p.s, p.o
	for k := from; k < to; k++ {
		row := newest.row(k)
		t, run := s.asOf(row), p.outcomes[s.Account[row]]
		end, at := t+Date(c.Horizon), outcomesBy(o, run, t)
		label, known := within(o, span{at, run.to}, end)
		switch {
		case gone(o, span{run.from, at}):
			counts.NotAtRisk++
		case end > observedUntil:
			counts.Immature++
		case label == Unknown:
			counts.Unknown++
		default:
			found.put(from+counts.Mature, match{snapshot: row, outcome: end, known: max(end, known), churned: label == Churned})
			counts.Mature++
		}
	}
	return counts
}

// gone says whether an account with these outcomes had churned and not come back: the last
// known one is a churn.
func gone(o *Outcomes, past span) bool {
	for i := past.to - 1; i >= past.from; i-- {
		if o.Label[i] != Unknown {
			return o.Label[i] == Churned
		}
	}
	return false
}

// within says what an account with these outcomes to come did until a day, and for churn the first day
// on which it was known. Churn that was booked after the window had passed is known
// then and not before, or a model would learn from labels that nobody had.
func within(o *Outcomes, coming span, until Date) (label Label, known Date) {
	label, known = Renewed, NoDate
	for i := coming.from; i < coming.to && o.Date[i] <= until; i++ {
		switch {
		case o.Label[i] == Churned && label == Churned:
			known = min(known, o.Known[i])
		case o.Label[i] == Churned:
			label, known = Churned, o.Known[i]
		case o.Label[i] == Unknown && label != Churned:
			label = Unknown
		}
	}
	return label, known
}
