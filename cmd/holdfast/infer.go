package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"holdfast/cmd/holdfast/internal/project"
	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/dataset/parquetio"
	"holdfast/features"
)

// The names under which roles are usually found, the likeliest first.
var (
	accountNames = []string{"account_id", "account", "customer_id", "customer", "company_id", "client_id", "org_id", "tenant_id", "user_id", "id",
		"account_name", "customer_name", "company_name", "company"}
	snapshotDateNames = []string{"snapshot_date", "as_of_date", "as_of", "snapshot", "report_date", "reporting_date", "report_month", "reporting_month",
		"month_end", "date", "month", "week", "period", "day"}
	outcomeDateNames = []string{"renewal_date", "outcome_date", "churn_date", "churned_on", "churned_at", "cancelled_on", "cancelled_at", "cancellation_date", "event_date", "close_date",
		"closed_on", "closed_at", "end_date", "date"}
	outcomeNames     = []string{"churned", "churn", "is_churned", "outcome", "renewal_status", "status", "stage", "stage_name", "result", "label"}
	decidedNames     = []string{"decided_at", "decision_date", "decided_on"}
	valueBeforeNames = []string{"value_before", "arr_before", "acv_before", "mrr_before", "old_arr"}
	valueAfterNames  = []string{"value_after", "arr_after", "acv_after", "mrr_after", "new_arr", "renewed_arr", "renewal_value", "renewed_value"}
	recordedNames    = []string{"recorded_at", "recorded_on", "loaded_at", "inserted_at", "written_at"}
	valueNames       = []string{"arr", "acv", "contract_value", "annual_value", "mrr", "revenue", "value"}
)

// maxLevels is how many levels a text column may have to be made a factor.
const maxLevels = 30

// infer finds roles, label mode and factors.
func infer(ctx context.Context, snapshots, outcomes string) (*draft, error) {
	s, err := dataset.Inspect(ctx, snapshots)
	if err != nil {
		return nil, unreadable(err)
	}
	o, err := dataset.Inspect(ctx, outcomes)
	if err != nil {
		return nil, unreadable(err)
	}
	d := &draft{Every: "1q"}
	for _, column := range slices.Concat(nameable(s), nameable(o)) {
		d.leaveOut(column, "the name has a line break, a blank at an end or what cannot be seen; rename the column to use it")
	}
	if err := d.inferRoles(s, o); err != nil {
		return nil, fail(exitData, err)
	}
	if err := d.inferOutcome(ctx, o); err != nil {
		return nil, fail(exitData, err)
	}
	candidates := d.inferFactors(s)
	compiled, err := features.Compile(candidates, s.Types())
	if err != nil {
		return nil, fail(exitData, err)
	}
	e, err := d.inferClock(ctx, s.Path, o.Path, features.Uses(compiled))
	if err != nil {
		return nil, fail(exitData, err)
	}
	d.Counts = e.Counts
	first := slices.Min(e.AsOf)
	days, period := slices.Max(e.AsOf)-first, dataset.Date(91)
	if days < 500 {
		d.Every, period = "1m", 30
	}
	d.Capacity = max(5, round2(visits(e, first, period)/(10*max(1, int(days/period)))))
	return d, d.screen(ctx, compiled, e)
}

// visits is how often an account came up in a period, from the first day on: once, however many snapshots
// it has in it.
func visits(e *dataset.Examples, first, period dataset.Date) (n int) {
	for i, a := range e.Account {
		if i == 0 || a != e.Account[i-1] || (e.AsOf[i]-first)/period != (e.AsOf[i-1]-first)/period {
			n++
		}
	}
	return n
}

// round2 keeps the two leading digits.
func round2(n int) int {
	unit := 1
	for n/unit >= 100 {
		unit *= 10
	}
	return n / unit * unit
}

// swapped says whether the table of snapshots has what only one of outcomes has, an outcome or the
// date of a renewal, and that of outcomes has none.
func (d *draft) swapped(s, o *dataset.Schema) bool {
	is := func(schema *dataset.Schema) bool {
		anything := func(parquetio.Kind) bool { return true }
		return named(schema, outcomeNames, anything) != "" && named(schema, []string{"renewal_date", "outcome_date", "churn_date"}, anything) != ""
	}
	return is(s) && !is(o)
}

// nameable takes the columns out of a schema whose names cannot stand in a project file, such as
// a heading of two lines in a spreadsheet, and returns them.
func nameable(s *dataset.Schema) (odd []string) {
	s.Fields = slices.DeleteFunc(slices.Clone(s.Fields), func(f parquetio.Field) bool {
		if project.Holds(f.Name) {
			return false
		}
		odd = append(odd, f.Name)
		return true
	})
	return odd
}

// inferRoles picks a column for every role by name and type.
func (d *draft) inferRoles(s, o *dataset.Schema) error {
	key := func(k parquetio.Kind) bool {
		return k == parquetio.Text || k == parquetio.Int || k == parquetio.Uint || k == parquetio.UUID
	}
	date := func(k parquetio.Kind) bool { return k == parquetio.Day || k == parquetio.Instant }
	c := &d.Columns
	c.Account = pickColumn(s, accountNames, key, func(name string) bool { _, ok := o.Kind(name); return ok })
	c.SnapshotDate = pickColumn(s, snapshotDateNames, date, nil)
	d.RecordedAt = named(s, recordedNames, date)
	c.OutcomeDate = pickColumn(o, outcomeDateNames, date, nil)
	c.DecidedAt = named(o, decidedNames, date)
	c.Value = named(s, priced(valueNames), isNumber)
	if c.ValueAfter = named(o, priced(valueAfterNames), isNumber); c.ValueAfter != "" {
		c.ValueBefore = named(o, priced(valueBeforeNames), isNumber)
	}
	c.Outcome = named(o, outcomeNames, func(k parquetio.Kind) bool {
		return k == parquetio.Bool || k == parquetio.Int || k == parquetio.Text || k == parquetio.Float
	})
	if c.Outcome == "" && hasAny(c.OutcomeDate, "churn", "cancel", "lost", "left", "terminat") {
		c.Outcome = c.OutcomeDate // a list of those who left
	}
	for _, role := range []struct {
		what, found string
		of          *dataset.Schema
		kind        func(parquetio.Kind) bool
	}{
		{"account", c.Account, s, key}, {"snapshot date", c.SnapshotDate, s, date}, {"outcome date", c.OutcomeDate, o, date}, {"outcome", c.Outcome, o, nil},
	} {
		switch {
		case role.found != "":
		case d.swapped(s, o):
			return fmt.Errorf("%s has no column that could be the %s, and looks like the other table: are --snapshots and --outcomes the wrong way round?", role.of.Path, role.what)
		case role.what == "outcome":
			return fmt.Errorf("%s: found no column that could be the outcome; rename it (churned) or write holdfast.yaml by hand; if every row is a churn, name the column of its day churn_date", role.of.Path)
		default:
			return fmt.Errorf("%s: found no column that could be the %s%s; rename it (account_id, snapshot_date, renewal_date) or write holdfast.yaml by hand", role.of.Path, role.what, among(role.of, role.kind))
		}
	}
	return nil
}

// among names the columns of a kind, of which none has a name that tells it from the others.
func among(s *dataset.Schema, kind func(parquetio.Kind) bool) string {
	var names []string
	for _, f := range s.Fields {
		if kind(f.Kind) && len(names) < 5 {
			names = append(names, dataset.Quote(f.Name))
		}
	}
	if len(names) == 0 {
		return ""
	}
	return " among " + strings.Join(names, ", ")
}

// priced are names of money, as they are and with a currency behind them.
func priced(names []string) []string {
	all := slices.Clone(names)
	for _, currency := range []string{"_usd", "_eur", "_gbp"} {
		for _, name := range names {
			all = append(all, name+currency)
		}
	}
	return all
}

func isNumber(k parquetio.Kind) bool {
	return k == parquetio.Float || k == parquetio.Int || k == parquetio.Uint || k == parquetio.Decimal
}

// pickColumn takes the column with a usual name, or else the only one of its kind.
func pickColumn(s *dataset.Schema, names []string, kind func(parquetio.Kind) bool, also func(string) bool) string {
	if also == nil {
		also = func(string) bool { return true }
	}
	if name := named(s, names, kind); name != "" && also(name) {
		return name
	}
	var fitting []string
	for _, f := range s.Fields {
		if kind(f.Kind) && also(f.Name) {
			fitting = append(fitting, f.Name)
		}
	}
	if len(fitting) == 1 {
		return fitting[0]
	}
	return ""
}

// named takes the column whose name is the first of names, in any case and with
// any separator.
func named(s *dataset.Schema, names []string, kind func(parquetio.Kind) bool) string {
	fold := func(name string) string {
		return strings.ToLower(strings.NewReplacer(" ", "_", "-", "_", "€", "eur", "$", "usd", "£", "gbp").Replace(strings.TrimSpace(name)))
	}
	for _, want := range names {
		for _, f := range s.Fields {
			if kind(f.Kind) && fold(f.Name) == want {
				return f.Name
			}
		}
	}
	return ""
}

// inferOutcome guesses which words of a text outcome mean churned and which are still open, and the label
// mode: outcomes that hold churners only, and those who came back, are events, not decisions.
func (d *draft) inferOutcome(ctx context.Context, o *dataset.Schema) error {
	roles, decisions := d.Columns, true
	if kind, _ := o.Kind(roles.Outcome); kind == parquetio.Text {
		words, err := parquetio.Read(ctx, o.Path, []parquetio.Request{{Column: roles.Outcome, As: parquetio.AsText}}, parquetio.Options{})
		if err != nil {
			return err
		}
		decisions = false
		for _, word := range words.Columns[0].Levels {
			switch {
			case hasAny(word, "churn", "lost", "cancel"):
				d.Columns.ChurnedWhen = append(d.Columns.ChurnedWhen, word)
			case hasAny(word, "open", "negotiat", "pending", "in progress", "proposal", "prospect", "forecast", "upcoming"):
				d.Columns.OpenWhen = append(d.Columns.OpenWhen, word)
			case hasAny(word, "reactivat", "return", "won back", "win back", "winback", "resum", "restart"):
				d.Renewed = append(d.Renewed, word)
			default:
				d.Renewed, decisions = append(d.Renewed, word), true
			}
		}
	}
	const shown = 8 // in a comment
	if len(d.Renewed) > shown {
		d.Renewed = append(d.Renewed[:shown:shown], "…")
	}
	outcomes, err := dataset.LoadOutcomes(ctx, o.Path, d.Columns, dataset.Reading{AsOf: dataset.NoDate})
	if err != nil {
		return err
	}
	d.Clock.Mode = dataset.Renewal
	if !decisions || !slices.Contains(outcomes.Label, dataset.Renewed) {
		d.Clock.Mode = dataset.Horizon
	}
	return nil
}

// hasAny says whether a word has one of these parts, in any case.
func hasAny(word string, parts ...string) bool {
	low := strings.ToLower(word)
	return slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(low, part) })
}

// inferFactors proposes every usable column that has no role.
func (d *draft) inferFactors(s *dataset.Schema) []features.Factor {
	c := d.Columns
	var factors []features.Factor
	for _, f := range s.Fields {
		switch {
		case f.Name == c.Account || f.Name == c.SnapshotDate:
		case strings.Contains(strings.ToLower(f.Name), "leak"):
			d.leaveOut(f.Name, "its name says that it leaks the outcome")
		case strings.HasPrefix(f.Name, "__index_level_"):
			d.leaveOut(f.Name, "a pandas index")
		case isNumber(f.Kind) && strings.Contains(strings.ToLower(f.Name), "score"):
			d.Scores = append(d.Scores, f.Name)
			d.leaveOut(f.Name, "looks like a score; see candidates")
		case isNumber(f.Kind) || f.Kind == parquetio.Bool:
			factors = append(factors, features.Factor{Name: f.Name, Expr: expr.Quote(f.Name)})
		case f.Kind == parquetio.Text:
			factors = append(factors, features.Factor{Name: f.Name, Expr: expr.Quote(f.Name), Kind: features.Category, Rare: 20})
		case f.Kind == parquetio.Day || f.Kind == parquetio.Instant:
			d.leaveOut(f.Name, "a date; compute days from it where it is made")
		default:
			d.leaveOut(f.Name, "nested or of a kind that cannot be used")
		}
	}
	return factors
}

func (d *draft) leaveOut(column, why string) {
	d.LeftOut = append(d.LeftOut, leftOut{column, why})
}

// The leads that init tries, the usual ones first, and the horizon.
var leads = []int{90, 60, 30, 0, 180, 365}

const (
	defaultMaxAge  = 45
	defaultHorizon = 90
)

// inferClock takes the first lead at which outcomes have snapshots, unless a later one
// has twice as many.
func (d *draft) inferClock(ctx context.Context, snapshots, outcomes string, uses expr.Columns) (*dataset.Examples, error) {
	load := func() (*dataset.Examples, error) {
		return dataset.Load(ctx, dataset.Spec{Snapshots: snapshots, Outcomes: outcomes, Columns: d.Columns, Clock: d.Clock,
			Uses: uses, ObservedUntil: dataset.NoDate, Reading: dataset.Reading{AsOf: dataset.NoDate}})
	}
	if d.Clock.Mode == dataset.Horizon {
		d.Clock.Horizon = defaultHorizon
		return load()
	}
	d.Clock.MaxAge = defaultMaxAge
	var best *dataset.Examples
	var bestLead int
	var firstErr error
	for _, lead := range leads {
		d.Clock.Lead = lead
		e, err := load()
		if err != nil {
			if firstErr == nil {
				firstErr = err
			}
			continue
		}
		if best == nil || e.Len() > 2*best.Len() {
			best, bestLead = e, lead
		}
	}
	d.Clock.Lead = bestLead
	if best == nil {
		return nil, firstErr
	}
	return best, nil
}

// screen drops factors that cannot help: leaks, empty and constant columns, texts
// with too many levels.
func (d *draft) screen(ctx context.Context, factors []features.Factor, e *dataset.Examples) error {
	leaks, err := features.Leaks(ctx, factors, e.All())
	if err != nil {
		return fail(exitData, err)
	}
	profiles, err := features.Describe(ctx, factors, e.All())
	if err != nil {
		return fail(exitData, err)
	}
	why := make(map[string]string)
	for _, w := range leaks {
		why[strings.TrimPrefix(w.Where, "factor ")] = w.Message
	}
	for _, p := range profiles {
		switch {
		case why[p.Name] != "":
		case p.Missing == 1:
			why[p.Name] = "all values are missing"
		case p.Levels > maxLevels:
			why[p.Name] = fmt.Sprintf("%d different texts", p.Levels)
		case p.Levels == 1 || p.Levels == 0 && p.Min == p.Max:
			why[p.Name] = "the same value everywhere"
		}
	}
	for _, f := range factors {
		if reason := why[f.Name]; reason != "" {
			d.leaveOut(f.Name, reason)
			continue
		}
		d.Factors = append(d.Factors, f)
	}
	if len(d.Factors) == 0 {
		return fail(exitData, fmt.Errorf("no column of the snapshots can be a factor"))
	}
	return nil
}
