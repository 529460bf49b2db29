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

// The labels. Unknown is an outcome row without a value; it is neither churned
// nor renewed.
const (
	Unknown Label = iota
	Renewed
	Churned
)

// Outcomes are what the accounts did, sorted by account and then by day.
type Outcomes struct {
	Path     string
	Accounts []string // distinct keys in byte order
	Account  []int32
	Date     []Date // of the renewal or churn
	Known    []Date // the day it became known: decided_at, or the date itself
	Label    []Label
	Read     int // rows in the files
	Warnings []Warning
}

// LoadOutcomes reads the outcomes that were known by how.AsOf. Exact duplicates
// are dropped and counted; an account that both renewed and churned on one day
// is refused.
func LoadOutcomes(ctx context.Context, path string, roles Columns, how Reading) (*Outcomes, error) {
	schema, err := Inspect(ctx, path)
	if err != nil {
		return nil, err
	}
	as := parquetio.AsNumber
	if kind, ok := schema.Kind(roles.Outcome); ok && (kind == parquetio.Text || len(roles.ChurnedWhen) > 0) {
		as = parquetio.AsText
	}
	want := []parquetio.Request{
		{Column: roles.Account, As: parquetio.AsKey},
		{Column: roles.OutcomeDate, As: parquetio.AsDay},
		{Column: roles.Outcome, As: as},
	}
	if roles.DecidedAt != "" {
		want = append(want, parquetio.Request{Column: roles.DecidedAt, As: parquetio.AsDay})
	}
	table, warnings, err := read(ctx, path, want, how)
	if err != nil {
		return nil, err
	}
	o := &Outcomes{Path: path, Read: table.Rows, Warnings: warnings}
	if err := checkKeys(path, table); err != nil {
		return nil, err
	}
	labels, err := o.labels(table.Columns[2], roles)
	if err != nil {
		return nil, err
	}
	o.arrange(table, labels, how.AsOf)
	if err := o.dropDuplicates(); err != nil {
		return nil, err
	}
	o.warnUnknown(roles.Outcome)
	return o, nil
}

// labels turns the outcome column into labels.
func (o *Outcomes) labels(c parquetio.Column, roles Columns) ([]Label, error) {
	if c.As == parquetio.AsText {
		return o.textLabels(c, roles)
	}
	labels := make([]Label, len(c.Numbers))
	for i, v := range c.Numbers {
		switch v {
		case 0:
			labels[i] = Renewed
		case 1:
			labels[i] = Churned
		default:
			if v == v {
				return nil, refuse("outcome_value", o.Path, fmt.Sprintf(
					"column %q holds %v, which is neither 0 nor 1; say which values mean churned with churned_when", c.Name, v))
			}
		}
	}
	return labels, nil
}

// plainWords are the outcome texts that need no churned_when.
var plainWords = map[string]Label{
	"true": Churned, "yes": Churned, "y": Churned, "1": Churned, "churned": Churned, "churn": Churned, "lost": Churned,
	"false": Renewed, "no": Renewed, "n": Renewed, "0": Renewed, "renewed": Renewed, "retained": Renewed,
}

func (o *Outcomes) textLabels(c parquetio.Column, roles Columns) ([]Label, error) {
	meaning := make([]Label, len(c.Levels))
	var strange []int
	for code, level := range c.Levels {
		switch {
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
	labels := make([]Label, len(c.Codes))
	for i, code := range c.Codes {
		if code >= 0 {
			labels[i] = meaning[code]
			counts[code]++
		}
	}
	if len(strange) > 0 {
		return nil, refuse("outcome_value", o.Path, fmt.Sprintf(
			"column %q holds values that are neither churned nor renewed: %s; map them with churned_when and renewed_when",
			c.Name, listCounts(c.Levels, counts, strange)))
	}
	return labels, nil
}

func listCounts(levels []string, counts, codes []int) string {
	var parts []string
	for i, code := range codes {
		if i == 8 {
			parts = append(parts, fmt.Sprintf("and %d more", len(codes)-i))
			break
		}
		parts = append(parts, fmt.Sprintf("%q (%d rows)", levels[code], counts[code]))
	}
	return strings.Join(parts, ", ")
}

// arrange sorts the outcomes known by asOf into their canonical order.
func (o *Outcomes) arrange(table *parquetio.Table, labels []Label, asOf Date) {
	keys, days := table.Columns[0], table.Columns[1].Days
	known := slices.Clone(days)
	if len(table.Columns) > 3 {
		for i, d := range table.Columns[3].Days {
			if d != parquetio.NullDay {
				known[i] = d
			}
		}
	}
	order := make([]int32, 0, table.Rows)
	for i := range table.Rows {
		if asOf == NoDate || Date(known[i]) <= asOf {
			order = append(order, int32(i))
		}
	}
	slices.SortFunc(order, func(a, b int32) int {
		return cmp.Or(cmp.Compare(keys.Codes[a], keys.Codes[b]), cmp.Compare(days[a], days[b]),
			cmp.Compare(labels[a], labels[b]), cmp.Compare(known[a], known[b]))
	})
	o.Accounts = keys.Levels
	o.Account, o.Label = gather(keys.Codes, order), gather(labels, order)
	o.Date, o.Known = make([]Date, len(order)), make([]Date, len(order))
	for i, r := range order {
		o.Date[i], o.Known[i] = Date(days[r]), Date(known[r])
	}
}

// dropDuplicates keeps one outcome per account and day.
func (o *Outcomes) dropDuplicates() error {
	var keep []int32
	var findings []Warning
	for i := range o.Date {
		if i == 0 || o.Account[i] != o.Account[i-1] || o.Date[i] != o.Date[i-1] {
			keep = append(keep, int32(i))
			continue
		}
		if o.Label[i] != o.Label[i-1] && len(findings) < 5 {
			findings = append(findings, Warning{Code: "contradicting_outcomes", Where: o.Path, Message: fmt.Sprintf(
				"account %q has outcomes %s and %s on %s; keep one outcome per account and day",
				o.Accounts[o.Account[i]], o.Label[i-1], o.Label[i], o.Date[i])})
		}
	}
	if findings != nil {
		return &RefusedError{Findings: findings}
	}
	if dropped := len(o.Date) - len(keep); dropped > 0 {
		o.Warnings = append(o.Warnings, Warning{Code: "duplicate_outcomes", Where: o.Path, Message: fmt.Sprintf(
			"%d duplicate outcome rows were dropped", dropped)})
		o.Account, o.Date = gather(o.Account, keep), gather(o.Date, keep)
		o.Known, o.Label = gather(o.Known, keep), gather(o.Label, keep)
	}
	return nil
}

func (o *Outcomes) warnUnknown(column string) {
	unknown := 0
	for _, l := range o.Label {
		if l == Unknown {
			unknown++
		}
	}
	if unknown > 0 {
		o.Warnings = append(o.Warnings, Warning{Code: "unknown_outcomes", Where: o.Path, Message: fmt.Sprintf(
			"outcome column %q is null in %d of %d rows; they count neither as churned nor as renewed", column, unknown, len(o.Label))})
	}
}

// String returns the label as people say it.
func (l Label) String() string {
	return [...]string{"unknown", "renewed", "churned"}[l]
}
