package dataset

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"holdfast/dataset/parquetio"
)

// Label is what became of an account.
type Label uint8

// The labels. Unknown is an outcome row without a value, or an open one; it is neither churned
// nor renewed.
const (
	Unknown Label = iota
	Renewed
	Churned
)

// Outcomes are what the accounts did, sorted by account and then by day, one for each account
// and day. Row i of every slice is outcome i; a null outcome has a row too (Unknown).
type Outcomes struct {
	Path     string
	Accounts []string // distinct keys in byte order
	Account  []int32  // index into Accounts
	Date     []Date   // of the renewal or churn
	Known    []Date   // the day it became known: decided_at, or the date itself
	Label    []Label
	Touched  []Date // the day the account was worked before, NoDate for none; nil without such a column

	// What the account paid before and after, NaN where missing; nil without a column of
	// amounts after. Before is the outcome's own amount; Survey takes one that is missing
	// from the snapshot the clock matched.
	Value      []float64
	ValueAfter []float64
	Event      []Event   // what the amounts make of Label
	own        []float64 // Value as it was read

	Read     int // rows known by the as-of day, before repeated ones were dropped
	Warnings []Warning
}

// LoadOutcomes reads the outcomes that were known by how.AsOf. Repeated outcomes are
// dropped and counted (the one known first stays); an account that both renewed
// and churned on one day, or did so for two amounts, is refused with a *RefusedError,
// and so are null keys and words that were not mapped.
func LoadOutcomes(ctx context.Context, path string, roles Columns, how Reading) (*Outcomes, error) {
	return outcomesFor(ctx, path, roles, how, new(Table))
}

// outcomesFor is LoadOutcomes to the room of a table.
func outcomesFor(ctx context.Context, path string, roles Columns, how Reading, t *Table) (*Outcomes, error) {
	schema, err := Inspect(ctx, path)
	if err != nil {
		return nil, err
	}
	known := cmp.Or(roles.DecidedAt, roles.OutcomeDate)
	want := roles.ofOutcomes(schema)
	d, err := read(ctx, path, want, how, known, roles.outcomesKnown, t)
	if err != nil {
		return nil, err
	}
	o := &Outcomes{Path: path, Read: d.rows, Warnings: append(d.warnings, warnExtras(path, d.notices, want)...)}
	labels, err := o.labels(d.columns[2], roles, t)
	if err != nil {
		return nil, err
	}
	o.arrange(d, labels, roles)
	if err := o.dropDuplicates(roles, t); err != nil {
		return nil, err
	}
	o.warnAmounts(roles)
	o.settle()
	return o, o.countUnknown(roles)
}

// labels turns the outcome column into labels: 1 and true are churned, 0 and false renewed,
// a missing one is Unknown. Any other number is refused, since 2 may be a code for anything. In a list
// of churns the outcome is the day of it.
func (o *Outcomes) labels(c parquetio.Column, roles Columns, t *Table) ([]Label, error) {
	labels := Room[Label](t, max(len(c.Days), len(c.Codes), len(c.Numbers)))
	switch c.As {
	case parquetio.AsDay:
		for i := range labels {
			labels[i] = Churned
		}
		return labels, nil
	case parquetio.AsText:
		return labels, o.textLabels(labels, c, roles)
	}
	for i, v := range c.Numbers {
		switch v {
		case 0:
			labels[i] = Renewed
		case 1:
			labels[i] = Churned
		default:
			if v == v {
				return nil, refuse("outcome_value", o.Path, fmt.Sprintf(
					"column %s holds %v, which is neither 0 nor 1; say which values mean churned with churned_when", Quote(c.Name), v))
			}
		}
	}
	return labels, nil
}

// plainWords are the outcome texts that need no churned_when, in small letters; it is only
// read. A word that is not here is Unknown, the zero Label, and refused.
var plainWords = map[string]Label{
	"true": Churned, "yes": Churned, "y": Churned, "1": Churned, "churned": Churned, "churn": Churned, "lost": Churned,
	"false": Renewed, "no": Renewed, "n": Renewed, "0": Renewed, "renewed": Renewed, "retained": Renewed,
}

// textLabels fills in the labels: it gives every word its meaning: what the mapping says, else, without a
// mapping, what the word says plainly. All words that mean neither are refused
// together, with their counts.
func (o *Outcomes) textLabels(labels []Label, c parquetio.Column, roles Columns) error {
	meaning := make([]Label, len(c.Levels))
	var strange []int
	for code, level := range c.Levels {
		switch {
		case slices.Contains(roles.OpenWhen, level):
			meaning[code] = Unknown
		case slices.Contains(roles.ChurnedWhen, level):
			meaning[code] = Churned
		case slices.Contains(roles.RenewedWhen, level) || (len(roles.ChurnedWhen) > 0 && len(roles.RenewedWhen) == 0):
			meaning[code] = Renewed
		case len(roles.ChurnedWhen) == 0 && plainWords[strings.ToLower(level)] != Unknown:
			meaning[code] = plainWords[strings.ToLower(level)]
		default:
			strange = append(strange, code)
		}
	}
	counts := make([]int, len(c.Levels))
	for i, code := range c.Codes {
		if code >= 0 {
			labels[i] = meaning[code]
			counts[code]++
		}
	}
	if len(strange) > 0 {
		return refuse("outcome_value", o.Path, fmt.Sprintf(
			"column %s holds values that are neither churned nor renewed: %s; map them with churned_when and renewed_when, and what is not decided yet with open_when",
			Quote(c.Name), listCounts(c.Levels, counts, strange)))
	}
	o.warnUnheld(c, roles)
	return nil
}

// warnUnheld names values of churned_when that the column does not hold. Where all
// other values mean renewed, a slip of the pen there turns churn into renewals.
func (o *Outcomes) warnUnheld(c parquetio.Column, roles Columns) {
	if len(roles.RenewedWhen) > 0 {
		return
	}
	for _, value := range roles.ChurnedWhen {
		if !slices.Contains(c.Levels, value) {
			o.Warnings = append(o.Warnings, Warning{Code: "outcome_value", Where: o.Path, Message: fmt.Sprintf(
				"column %s never holds %s, which churned_when lists; all its other values count as renewed", Quote(c.Name), Quote(value))})
		}
	}
}

// listCounts names values with their number of rows, in byte order, the first eight
// of them.
func listCounts(levels []string, counts, codes []int) string {
	var parts []string
	for i, code := range codes {
		if i == 8 {
			parts = append(parts, fmt.Sprintf("and %d more", len(codes)-i))
			break
		}
		parts = append(parts, fmt.Sprintf("%s (%d rows)", Quote(levels[code]), counts[code]))
	}
	return strings.Join(parts, ", ")
}

// arrange puts the outcomes into their canonical order: by account and day, and rows of one day
// by all that they say, so that which of several repeated rows stays does not depend on the
// order of the files.
func (o *Outcomes) arrange(d *decoded, labels []Label, roles Columns) {
	accounts, days, known := d.columns[0].Codes, d.columns[1].Days, roles.outcomesKnown(d.columns)
	before, after := roles.amounts(d)
	touched := roles.touched(d)
	t := d.table
	order := t.sortedRows(accounts, func(a, b int32) int {
		c := cmp.Or(cmp.Compare(days[a], days[b]), cmp.Compare(labels[a], labels[b]), cmp.Compare(known[a], known[b]))
		if c == 0 && after != nil {
			c = cmp.Or(cmp.Compare(before[a], before[b]), cmp.Compare(after[a], after[b]))
		}
		if c == 0 && touched != nil {
			c = cmp.Compare(uint32(touched[a]), uint32(touched[b])) // NoDate last: of repeated rows the touched one stays
		}
		return c
	})
	o.Accounts = d.columns[0].Levels
	o.Account, o.Label = gatherFor(t, accounts, order), gatherFor(t, labels, order)
	o.Date, o.Known = dates(gatherFor(t, days, order)), dates(gatherFor(t, known, order))
	if after != nil {
		o.Value, o.ValueAfter = gatherFor(t, before, order), gatherFor(t, after, order)
	}
	if touched != nil {
		o.Touched = gatherFor(t, touched, order)
	}
}

// dropDuplicates keeps one outcome per account and day, the first in canonical order: the one
// that was known first. It needs the rows arranged.
func (o *Outcomes) dropDuplicates(roles Columns, t *Table) error {
	keep := EmptyRoom[int32](t, len(o.Date))
	var found findings
	for i := range o.Date {
		if i == 0 || o.Account[i] != o.Account[i-1] || o.Date[i] != o.Date[i-1] {
			keep = append(keep, int32(i))
			continue
		}
		if contradiction := o.contradiction(i-1, i, roles); contradiction != "" {
			found.add(Warning{Code: "contradicting_outcomes", Where: o.Path, Message: fmt.Sprintf(
				"account %s has %s on %s; keep one outcome per account and day",
				Quote(o.Accounts[o.Account[i]]), contradiction, o.Date[i])})
		}
	}
	if err := found.err(); err != nil {
		return err
	}
	if dropped := len(o.Date) - len(keep); dropped > 0 {
		o.Warnings = append(o.Warnings, Warning{Code: "duplicate_outcomes", Where: o.Path, Message: fmt.Sprintf(
			"%d duplicate outcome rows were dropped", dropped)})
		o.keep(keep, t)
	}
	return nil
}

// contradiction says how two outcomes of one account and day differ, "" if they do not.
// Amounts that differ are usually contracts that ended together: to take one of them
// would lose the money of the other.
func (o *Outcomes) contradiction(a, b int, roles Columns) string {
	switch {
	case o.Label[a] != o.Label[b]:
		return fmt.Sprintf("outcomes %s and %s", o.Label[a], o.Label[b])
	case o.ValueAfter == nil:
		return ""
	case !sameNumber(o.Value[a], o.Value[b]):
		return fmt.Sprintf("two outcomes with %s %v and %v (sum the contracts that end on one day)", Quote(cmp.Or(roles.ValueBefore, roles.Value)), o.Value[a], o.Value[b])
	case !sameNumber(o.ValueAfter[a], o.ValueAfter[b]):
		return fmt.Sprintf("two outcomes with %s %v and %v (sum the contracts that end on one day)", Quote(roles.ValueAfter), o.ValueAfter[a], o.ValueAfter[b])
	}
	return ""
}

// keep reduces the outcomes to the given rows.
func (o *Outcomes) keep(rows []int32, t *Table) {
	o.Account, o.Date = gatherFor(t, o.Account, rows), gatherFor(t, o.Date, rows)
	o.Known, o.Label = gatherFor(t, o.Known, rows), gatherFor(t, o.Label, rows)
	if o.ValueAfter != nil {
		o.Value, o.ValueAfter = gatherFor(t, o.Value, rows), gatherFor(t, o.ValueAfter, rows)
	}
	if o.Touched != nil {
		o.Touched = gatherFor(t, o.Touched, rows)
	}
}

// countUnknown warns of null outcomes and open ones, and refuses a column that holds nothing else.
func (o *Outcomes) countUnknown(roles Columns) error {
	column, unknown, is := roles.Outcome, 0, "null"
	if len(roles.OpenWhen) > 0 {
		is = "null or open"
	}
	for _, l := range o.Label {
		if l == Unknown {
			unknown++
		}
	}
	if unknown == len(o.Label) {
		return refuse("no_outcomes", o.Path, fmt.Sprintf("outcome column %s is %s in every row; nobody is known to have churned or renewed", Quote(column), is))
	}
	if unknown > 0 {
		o.Warnings = append(o.Warnings, Warning{Code: "unknown_outcomes", Where: o.Path, Message: fmt.Sprintf(
			"outcome column %s is %s in %d of %d rows; they count neither as churned nor as renewed", Quote(column), is, unknown, len(o.Label))})
	}
	return nil
}

// lastSeen is the last day on which an outcome became known. A null outcome is not
// known: a list of renewals to come does not make the months until then observed.
func (o *Outcomes) lastSeen() Date {
	last := NoDate
	for i, d := range o.Known {
		if o.Label[i] != Unknown {
			last = max(last, d)
		}
	}
	return last
}

// String returns the label as people say it.
func (l Label) String() string {
	return [...]string{"unknown", "renewed", "churned"}[l]
}
