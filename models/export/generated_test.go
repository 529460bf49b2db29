package export

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/dataset/history"
	"holdfast/features"
	"holdfast/features/binning"
	"holdfast/features/sql/sqltest"
	"holdfast/models"
)

// Models that nobody thought of: any factors of any kinds with any policies, weighed,
// calibrated and routed in any way, and run in SQLite over numbers at the model's own edges.

// choose draws one of some values.
func choose[T any](r *rapid.T, what string, from ...T) T {
	return rapid.SampledFrom(from).Draw(r, what)
}

// drawn are factors of all kinds; members are the names of those that others may join.
type drawn struct {
	list    []features.Factor
	members []string
}

func drawFactors(r *rapid.T) []features.Factor {
	var d drawn
	for range rapid.IntRange(2, 7).Draw(r, "factors") {
		f := d.draw(r)
		f.Name = fmt.Sprintf("f%d", len(d.list))
		if f.Kind == features.Numeric && f.History == nil && f.Rule == "" {
			d.members = append(d.members, f.Name)
		}
		d.list = append(d.list, f)
	}
	return d.list
}

// draw draws a factor.
func (d *drawn) draw(r *rapid.T) features.Factor {
	number := features.Factor{
		Expr:    choose(r, "of", "usage", "tickets", "pulse", "usage / tickets", "coalesce(pulse, usage)", "pulse - usage"),
		Missing: choose(r, "missing", features.Median, features.Mean, features.Zero, features.Own, features.Drop),
	}
	kinds := []features.Kind{features.Numeric, features.Numeric, features.Bins, features.Tiers, features.Points, features.Spline, features.Category}
	if len(d.members) > 1 {
		kinds = append(kinds, features.Interaction, features.Group)
	}
	switch kind := choose(r, "kind", kinds...); kind {
	case features.Bins:
		return features.Factor{Expr: number.Expr, Kind: kind, Missing: choose(r, "missing bin", "", features.Own, features.Drop), Bins: &binning.Options{MaxBins: rapid.IntRange(2, 6).Draw(r, "bins"),
			Special: choose(r, "special", nil, []float64{0, 1}), Trend: choose(r, "trend", binning.Auto, "")}}
	case features.Tiers:
		return features.Factor{Expr: number.Expr, Kind: kind, Tiers: []features.Tier{{UpTo: given(2), Points: 100}, {UpTo: given(50), Points: 40}, {Points: 20}}}
	case features.Points:
		return features.Factor{Expr: number.Expr, Kind: kind, Points: []features.Anchor{{X: -1, Points: 0}, {X: 2.5, Points: 80}, {X: 70, Points: 10}}}
	case features.Spline:
		return features.Factor{Expr: number.Expr, Kind: kind, Spline: &features.Knots{Count: rapid.IntRange(3, 5).Draw(r, "knots")}}
	case features.Category:
		return features.Factor{Expr: choose(r, "levels", "plan", "region", "tickets", "renews", "coalesce(region, plan)"), Kind: kind, Missing: choose(r, "no level", features.Own, features.Drop),
			Rare: choose(r, "rare", 0, 30, 90), Unseen: choose(r, "unseen", features.UnseenReference, features.UnseenOther, features.UnseenError)}
	case features.Interaction, features.Group:
		return features.Factor{Kind: kind, Members: d.members[:2]}
	}
	return d.numeric(r, number)
}

// numeric draws what is done to a number, or where it comes from instead.
func (d *drawn) numeric(r *rapid.T, f features.Factor) features.Factor {
	f.Kind, f.Expect = features.Numeric, features.HigherChurn
	switch choose(r, "source", "expression", "expression", "history", "rule", "fresh", "only") {
	case "history":
		h := choose(r, "history", pool()...)
		f.Expr, f.History = "", &h
	case "rule":
		return features.Factor{Rule: choose(r, "rule", "usage > 40 and not renews", "tickets <= 2 or missing(pulse)", "plan in ['pro', 'it\\'s'] or usage == 50"), Missing: choose(r, "no rule", features.Zero, features.Own)}
	case "fresh":
		f.Fresh = &features.Freshness{Dated: "pulse_date", MaxAge: 60}
	case "only":
		f.Only = &features.Only{By: "plan", In: []string{"pro", "team", "it's"}}
	}
	f.Scale = choose(r, "scale", features.Linear, features.Log1p, features.Asinh)
	switch choose(r, "clip", "none", "learned", "given") {
	case "learned":
		f.Clip = []features.Bound{{Value: 1, Percentile: true}, {Value: 99, Percentile: true}}
	case "given":
		f.Clip = []features.Bound{{Value: -0.5}, {Value: 60}}
	}
	return f
}

// pool are the histories that a model may have.
func pool() []history.Spec {
	var list []history.Spec
	for i, as := range []history.Function{history.Change, history.PctChange, history.Slope, history.Mean, history.Min, history.Max, history.Sum, history.DaysSince} {
		list = append(list, history.Spec{Of: []string{"usage", "tickets"}[i%2], OverDays: 45, As: as})
	}
	return list
}

// drawCandidate draws how the factors become a probability.
func drawCandidate(r *rapid.T) models.Candidate {
	c := models.Candidate{Name: "drawn", Kind: models.Logistic, Penalty: models.Penalty{Kind: models.Ridge, Strength: choose(r, "ridge", 0.01, 0.3)}}
	c.Calibrate.Method = choose(r, "calibration", "", models.Platt, models.Isotonic, models.InterceptOnly, models.Uncalibrated)
	if rapid.Bool().Draw(r, "segments") {
		c.Segments = models.Segments{By: choose(r, "by", "region", "usage < 50 ? 'young' : plan == 'pro' ? 'old' : nil"), MinEvents: choose(r, "events", 5, 40)}
		c.PerSegment = rapid.Bool().Draw(r, "per segment")
		if !c.PerSegment {
			c.Calibrate.Method = models.BySegment
		}
	}
	return c
}

// edges are the numbers at which a model changes its mind, and their neighbours on both sides.
func edges(m *models.Model) []float64 {
	var list []float64
	add := func(v float64) {
		list = append(list, v, math.Nextafter(v, math.Inf(1)), math.Nextafter(v, math.Inf(-1)))
	}
	for _, f := range m.Encoder.Factors {
		for _, v := range []*float64{f.Low, f.High, &f.Fill} {
			if v != nil {
				add(*v)
			}
		}
		if f.Bins != nil {
			for _, v := range f.Bins.Edges {
				add(v)
			}
		}
		for _, v := range f.Knots {
			add(v)
		}
	}
	for _, v := range []float64{2, 50, -1, 2.5, 70} { // of tiers and points
		add(v)
	}
	// Beside 1e300, or 1e15, the digits of all other terms are lost, and what is left of a sum of
	// several such terms depends on its order: those are compared in models made for it.
	return slices.DeleteFunc(append(list, odd()...), func(v float64) bool { return math.Abs(v) > 1000 })
}

// absent writes what is missing in turn as NULL, NaN and the infinities, which are all the
// same to package expr.
func absent(table *sqltest.Table) {
	for j, c := range table.Columns {
		if c.Kind != expr.Number {
			continue
		}
		ways := []any{nil, math.NaN(), math.Inf(1), math.Inf(-1)}
		table.Columns[j].Cell = func(row int) any {
			if v := c.Cell(row); v != nil {
				return v
			}
			return ways[row%len(ways)]
		}
	}
}

func TestAnyModelGivesInSQLWhatTheScorerGives(t *testing.T) {
	var all []features.Factor
	for i, h := range pool() {
		all = append(all, features.Factor{Name: fmt.Sprint("h", i), History: &h})
	}
	all = append(all, features.Factor{Name: "fresh", Expr: "pulse", Fresh: &features.Freshness{Dated: "pulse_date", MaxAge: 60}})
	compiled, err := features.Compile(all, types())
	if err != nil {
		t.Fatal(err)
	}
	spec := company(t, 800, 1, nil)
	spec.Histories = features.Histories(compiled)
	examples, err := dataset.Load(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	engines := sqltest.Here(t)
	fitted, scored := 0, 0
	rapid.Check(t, func(r *rapid.T) {
		m, why := fitDrawn(t, r, examples)
		if m == nil {
			r.Skip(why) // such as levels that drop everyone
		}
		s := snapshotsOf(t, m, company(t, 120, rapid.Uint64().Draw(r, "rows"), edges(m)))
		uses, err := m.Uses()
		if err != nil {
			r.Fatal(err)
		}
		table := sheetOf(s, m.Columns, uses, nil, "")
		absent(table)
		for _, e := range engines {
			e.Load(t, table)
			for _, all := range []bool{true, false} {
				differ, summary := compareScores(goScores(t, m, s, everyRow(s), all), sqlScores(t, m, e, all), nil)
				if len(differ) > 0 {
					r.Fatalf("%s: %s\n%s", e.Dialect(), summary, strings.Join(differ[:min(3, len(differ))], "\n"))
				}
				scored += len(s.Date)
			}
		}
		fitted++
	})
	t.Logf("%d models, %d rows", fitted, scored)
	if fitted < 20 {
		t.Errorf("only %d of the models that were drawn could be fitted", fitted)
	}
}

// fitDrawn fits a model, if it can be: data without an event of a segment cannot.
func fitDrawn(t *testing.T, r *rapid.T, examples *dataset.Examples) (*models.Model, string) {
	factors, err := features.Compile(drawFactors(r), types())
	if err != nil {
		r.Fatal(err)
	}
	compiled, err := models.Compile([]models.Candidate{drawCandidate(r)}, factors, types())
	if err != nil {
		return nil, err.Error()
	}
	e := features.Complete(examples, factors)
	m, err := compiled[0].Fit(t.Context(), e.All())
	if err == nil {
		err = m.Introduce(t.Context(), e.All(), models.DefaultBandRules(), nil)
	}
	if err != nil {
		return nil, err.Error()
	}
	m.Columns = dataset.Columns{Account: "account_id", SnapshotDate: "snapshot_date"}
	return m, ""
}
