package dataset

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"holdfast/dataset/expr"
	"holdfast/dataset/history"
)

// Spec says what to load. Paths are files, directories, globs or partitioned trees. The two
// dates, ObservedUntil and Reading.AsOf, must be NoDate where nothing is meant: their zero
// value is 1 January 1970.
type Spec struct {
	Snapshots     string
	Outcomes      string
	Columns       Columns
	Clock         Clock
	OtherLeads    []int          // renewal mode: further leads in days, to see how early the warning comes
	Uses          expr.Columns   // snapshot columns that factors and candidates use
	Histories     []history.Spec // what factors look at of the past; the columns of each are among Uses
	Predictions   []Predictions  // files that are joined to the snapshots; the name of each is among Uses
	ObservedUntil Date           // NoDate: the last date seen in the outcomes
	Reading       Reading
}

// Examples are accounts at as-of dates with what became of them, until their Table is closed, sorted by
// account, as-of date and outcome date. Row i of every slice and of Table is
// example i. Whoever holds them may read all slices and write none: views, folds and
// further leads share them. Of an account with several contracts there may be examples with
// one snapshot and several outcomes.
//
// For every example AsOf < Known in horizon mode; in renewal mode AsOf < Known or Known is the
// day of the outcome. Labels that are not known by ObservedUntil are immature in renewal mode;
// in horizon mode the end of the window is what must have passed, and Known may lie beyond it
// for churn that was booked late.
type Examples struct {
	Accounts   []string  // distinct keys in byte order
	Account    []int32   // index into Accounts; rises
	AsOf       []Date    // the day on which the snapshot was known, its date or later
	Outcome    []Date    // the renewal (renewal mode) or the end of the window (horizon mode)
	Known      []Date    // the day on which the label became known
	Churned    []bool    // the label
	Value      []float64 // money at stake, NaN where unknown; nil without such a column
	Event      []Event   // Churned in four values, and ValueAfter what the account paid then,
	ValueAfter []float64 // NaN where unknown; both nil without such a column
	Touched    []Date    // the first day between as-of date and outcome on which the team worked the account, NoDate for none; nil without such a column
	Segment    []int32   // index into Segments, -1 where missing; nil without segments
	Segments   []string  // names; of a number or truth in the order in which they first occur
	Decided    []bool    // by horizon: a renewal or a churn lies between as-of date and outcome; nil where all are of a decision, and where nobody knows
	Table      *Table    // the factor columns, histories and predictions

	// EverChurned says of each of Accounts whether any known outcome is a churn, however
	// late. It is no label: it is there to unmask factors that know more than their day.
	EverChurned []bool

	Clock         Clock
	Counts        Counts
	ObservedUntil Date      // the last day on which an outcome could have been seen
	Hashes        Hashes    // of what was read, so that a run can say on which data it ran
	Warnings      []Warning // of both files and of the join, in a fixed order

	// OtherLeads are the same outcomes seen from the further leads of the Spec. They
	// carry no segments, hashes or warnings of their own.
	OtherLeads []*Examples

	// Timeline is what the accounts looked like on all other days; nil unless who loaded
	// the examples has set it to that of the Panel.
	Timeline *Timeline
}

// Hashes identify what was read by content: the rows in their canonical order,
// so that shuffled rows or other part files hash alike.
type Hashes struct {
	Snapshots string `json:"snapshots"`
	Outcomes  string `json:"outcomes"`

	Predictions string `json:"predictions,omitempty"` // of each file that was joined, in order
}

// checkUses refuses an account key that is used as a factor or a segment.
func checkUses(spec Spec, uses expr.Columns) error {
	if _, used := uses[spec.Columns.Account]; !used {
		return nil
	}
	return refuse("leak", spec.Snapshots, fmt.Sprintf(
		"column %s is the account: it names accounts instead of describing them; use it neither in a factor nor as a segment", Quote(spec.Columns.Account)))
}

// join lets the clock label the snapshots and gathers what it found. Two things run beside it,
// since both only read the snapshots and take about as long: the hash, and the search for what
// does not fit. It refuses files without a common account (checkKeys) and a clock that finds
// no example (checkMatches).
func join(s *Snapshots, o *Outcomes, spec Spec) (*Examples, error) {
	p := pair(s, o)
	if err := checkKeys(p, spec.Columns.Account); err != nil {
		return nil, err
	}
	observed := spec.ObservedUntil
	if observed == NoDate {
		observed = o.lastSeen()
	}
	if asOf := spec.Reading.AsOf; asOf != NoDate {
		observed = min(observed, asOf) // a replay has not seen the days after it
	}
	hashes := Hashes{Outcomes: o.hash(), Predictions: strings.Join(s.Joined, " ")} // of what was read: before anything is added to it
	var odd []Warning
	var beside sync.WaitGroup
	beside.Go(func() { hashes.Snapshots = s.hash() }) // join only reads s
	defer beside.Wait()
	matches, counts := spec.Clock.label(p, observed)
	if err := checkMatches(s, o, spec.Clock, counts, matches.len(), observed); err != nil {
		return nil, err
	}
	beside.Go(func() { odd = misfits(p, spec.Clock) })
	o.settleBy(p, matches, spec.Clock)
	e := gatherExamples(p, matches, spec.Clock)
	e.Counts, e.ObservedUntil = counts, observed
	e.decide(p)
	for _, lead := range spec.OtherLeads {
		e.OtherLeads = append(e.OtherLeads, atLead(p, spec.Clock, lead, observed))
	}
	e.EverChurned = everChurned(p)
	e.count(len(s.Accounts))
	beside.Wait()
	e.Warnings = slices.Concat(s.Warnings, o.Warnings, odd)
	e.lateLabels()
	e.quietLabels(o)
	e.negativeValues(spec.Columns.Value)
	e.Hashes = hashes
	return e, nil
}

// atLead joins the same snapshots and outcomes once more at another lead.
func atLead(p pairing, c Clock, lead int, observed Date) *Examples {
	c.Lead = lead
	matches, counts := c.label(p, observed)
	e := gatherExamples(p, matches, c)
	e.Counts, e.ObservedUntil = counts, observed
	e.count(len(p.s.Accounts))
	return e
}

// segmentExpr compiles the segment column or expression and adds the columns it
// uses to those that are read.
func segmentExpr(ctx context.Context, spec Spec) (*expr.Expr, expr.Columns, error) {
	if spec.Columns.Segment == "" {
		return nil, spec.Uses, nil
	}
	schema, err := Inspect(ctx, spec.Snapshots)
	if err != nil {
		return nil, nil, err
	}
	types := schema.Types()
	segment, err := expr.Parse(spec.Columns.Segment, types)
	if err != nil {
		return nil, nil, fmt.Errorf("dataset: columns.segment: %w", err)
	}
	uses := make(expr.Columns, len(spec.Uses))
	for name, kind := range spec.Uses {
		uses[name] = kind
	}
	for _, name := range segment.Columns() {
		uses[name] = types[name]
	}
	return segment, uses, nil
}

// everChurned looks at all known outcomes of every account of the snapshots.
func everChurned(p pairing) []bool {
	churned := Room[bool](p.s.Table, len(p.outcomes))
	for account, run := range p.outcomes {
		churned[account] = slices.Contains(p.o.Label[run.from:run.to], Churned)
	}
	return churned
}

// gatherExamples takes the matched snapshot rows, in the order of the matches, whose columns it
// keeps. A row that met several outcomes is taken several times.
func gatherExamples(p pairing, m matches, c Clock) *Examples {
	s := p.s
	e := &Examples{Accounts: s.Accounts, Clock: c, Outcome: m.outcome, Known: m.known, Churned: m.churned}
	e.Account, e.AsOf, e.Value = s.columnsOf(m.snapshot)
	e.events(p, m)
	e.touches(p)
	e.Table = s.Table.take(m.snapshot)
	return e
}

// count fills in the counts that depend on the examples themselves; accounts are those that
// have snapshots.
func (e *Examples) count(accounts int) {
	c := &e.Counts
	c.Mature, c.Churned, c.Accounts = len(e.Account), 0, 0
	for i, churned := range e.Churned {
		if churned {
			c.Churned++
		}
		if i == 0 || e.Account[i] != e.Account[i-1] {
			c.Accounts++
		}
	}
	c.Open = accounts - c.Accounts
}

// NumberLevel is the text of a number that is used as a level: whole numbers up to
// 10^21 in full, as people write them, and others in their shortest form. Two numbers have one
// text only if they are equal; 0 and -0 are. NaN must have been told apart before: as missing.
func NumberLevel(x float64) string {
	switch {
	case x == 0:
		return "0" // also for -0
	case math.Abs(x) < 1e21 && math.Abs(x) >= 1e-6:
		return strconv.FormatFloat(x, 'f', -1, 64)
	}
	return strconv.FormatFloat(x, 'g', -1, 64)
}

// segmentBy evaluates the segment of every example. Numbers and booleans become
// text, so that tenure_days > 90 gives the segments "true" and "false".
func (e *Examples) segmentBy(segment *expr.Expr) {
	e.Segment, e.Segments = segmentsOf(segment, segment.Eval(e.Len(), e.vector))
}

// segmentsOf names the values of a segment: codes into names, -1 for a missing one. Names of
// numbers and truths come in the order of their first occurrence, so that codes of two calls
// are not comparable, only names are.
func segmentsOf(segment *expr.Expr, v expr.Vector) (codes []int32, names []string) {
	if segment.Type() == expr.Text {
		return v.Codes, v.Levels
	}
	number := make(map[string]int32)
	codes = make([]int32, len(v.Numbers))
	for i, x := range v.Numbers {
		if math.IsNaN(x) {
			codes[i] = -1
			continue
		}
		name := NumberLevel(x)
		if segment.Type() == expr.Bool {
			name = fmt.Sprint(x != 0)
		}
		code, seen := number[name]
		if !seen {
			code = int32(len(names))
			number[name] = code
			names = append(names, name)
		}
		codes[i] = code
	}
	return codes, names
}

// vector returns a column of the examples as expressions see it.
func (e *Examples) vector(name string) expr.Vector {
	c, _ := e.Table.Column(name)
	return c.Vector()
}

// Len is the number of examples.
func (e *Examples) Len() int { return len(e.Account) }

// InMemory returns the same examples, whose Room is ordinary memory from now on: for work that would not Vacate it.
func (e *Examples) InMemory() *Examples {
	out := *e
	out.Table = e.Table.inMemory()
	if e.Timeline != nil {
		timeline := *e.Timeline
		timeline.table = timeline.table.inMemory()
		out.Timeline = &timeline
	}
	return &out
}

// Keep returns the examples of the given rows; incomplete says how many were left
// out because a factor that may not be missing is, and is added to
// Counts.Incomplete. The examples themselves stay as they are. OtherLeads, EverChurned and
// Timeline are handed on whole: they speak of all accounts, whatever is kept.
func (e *Examples) Keep(rows []int32, incomplete int) *Examples {
	out := *e
	t := e.Table
	out.Account, out.AsOf, out.Outcome = gatherFor(t, e.Account, rows), gatherFor(t, e.AsOf, rows), gatherFor(t, e.Outcome, rows)
	out.Known, out.Churned = gatherFor(t, e.Known, rows), gatherFor(t, e.Churned, rows)
	if e.Value != nil {
		out.Value = gatherFor(t, e.Value, rows)
	}
	if e.Event != nil {
		out.Event, out.ValueAfter = gatherFor(t, e.Event, rows), gatherFor(t, e.ValueAfter, rows)
	}
	if e.Segment != nil {
		out.Segment = gatherFor(t, e.Segment, rows)
	}
	if e.Touched != nil {
		out.Touched = gatherFor(t, e.Touched, rows)
	}
	if e.Decided != nil {
		out.Decided = gatherFor(t, e.Decided, rows)
	}
	out.Table = t.take(rows)
	out.Counts.Incomplete += incomplete
	out.count(e.Counts.Accounts + e.Counts.Open)
	return &out
}
