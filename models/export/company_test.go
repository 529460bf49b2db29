package export

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/dataset/history"
	"holdfast/dataset/parquetio"
	"holdfast/features"
	"holdfast/features/binning"
	"holdfast/models"
	"holdfast/models/platform"
)

// A company of a few hundred snapshots with numbers, a truth, texts and a date, most of
// them missing now and then, and its odd twin, whose values are those that go wrong.

// types are the columns of the company as expressions see them.
func types() expr.Columns {
	return expr.Columns{"usage": expr.Number, "tickets": expr.Number, "pulse": expr.Number, "renews": expr.Bool,
		"plan": expr.Text, "region": expr.Text, "pulse_date": expr.Day}
}

// odd are the values that a scorer gets wrong first.
func odd() []float64 {
	return []float64{math.NaN(), 0, math.Copysign(0, -1), 1, -1, 0.5, 2.5, -2.5, 0.49999999999999994, 3, 30, 70, 1e15 + 0.5,
		1e-300, 5e-324, 1e300, -1e300, math.MaxFloat64, -math.MaxFloat64, 1 << 53, 709.5, 710, -745, 1e-9, 0.1, 0.2, 0.30000000000000004, 999}
}

// oddTexts are those of categories; "" stands for a missing one.
func oddTexts() []string {
	return []string{"", "pro", "team", "basic", "never seen", "it's", `back\slash`, `"quoted"`, "Zürich 東京 🙂", " pro", "pro ", "PRO", "line\nbreak", "a<b>&c", "(missing)", "(other)", "NULL"}
}

// company writes n snapshots of n/4 accounts and their renewals. Its odd twin has half of its
// numbers from those that are strange, and odd texts.
func company(t testing.TB, n int, seed uint64, strange []float64) dataset.Spec {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 7))
	account, asOf := parquetio.Column{Name: "account_id"}, parquetio.Column{Name: "snapshot_date"}
	plan, region := parquetio.Column{Name: "plan"}, parquetio.Column{Name: "region"}
	date := parquetio.Column{Name: "pulse_date"}
	usage, tickets, pulse, renews, churned := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	renewal, decided := parquetio.Column{Name: "renewal_date"}, parquetio.Column{Name: "decided_at"}
	day := dataset.NewDate(2024, 1, 1)
	text := func(c *parquetio.Column, s string) {
		code := int32(-1)
		if s != "" {
			code = int32(len(c.Levels))
			c.Levels = append(c.Levels, s)
		}
		c.Codes = append(c.Codes, code)
	}
	for i := range n {
		text(&account, fmt.Sprintf("A%04d", i/4))
		on := int32(day) + int32(i%4*30+rng.IntN(20)) + int32(i/4%40)
		asOf.Days, renewal.Days, decided.Days = append(asOf.Days, on), append(renewal.Days, on+1), append(decided.Days, on+1)
		date.Days = append(date.Days, on-int32(rng.IntN(120)))
		if rng.IntN(5) == 0 {
			date.Days[i] = int32(dataset.NoDate)
		}
		usage[i], tickets[i], pulse[i] = math.Round(50+20*rng.NormFloat64()), math.Floor(rng.ExpFloat64()*3), 5+2*rng.NormFloat64()
		renews[i] = float64(rng.IntN(2))
		if rng.IntN(6) == 0 {
			usage[i] = math.NaN()
		}
		if rng.IntN(3) == 0 {
			pulse[i] = math.NaN()
		}
		if rng.IntN(8) == 0 {
			renews[i] = math.NaN()
		}
		levels := []string{"basic", "pro", "team", "", "it's", `back\slash`, "Zürich 東京 🙂", "a<b>&c"}
		if strange != nil {
			levels = oddTexts()
			for _, column := range [][]float64{usage, tickets, pulse} {
				if rng.IntN(2) == 0 {
					column[i] = strange[rng.IntN(len(strange))]
				}
			}
		}
		text(&plan, levels[rng.IntN(len(levels))])
		text(&region, []string{"pro", "emea", "", "apac"}[rng.IntN(4)])
		eta := -0.5 + 0.2*tickets[i]
		if plan.Codes[i] >= 0 && plan.Levels[plan.Codes[i]] == "pro" {
			eta -= 1
		}
		if rng.Float64() < models.Probability(eta) {
			churned[i] = 1
		}
	}
	nullable := func(name string, kind parquetio.Kind) parquetio.Field {
		return parquetio.Field{Name: name, Kind: kind, Nullable: true}
	}
	dir := t.TempDir()
	spec := dataset.Spec{
		Snapshots: filepath.Join(dir, "snapshots.parquet"), Outcomes: filepath.Join(dir, "outcomes.parquet"),
		Columns:       dataset.Columns{Account: "account_id", SnapshotDate: "snapshot_date", OutcomeDate: "renewal_date", Outcome: "churned", DecidedAt: "decided_at"},
		Clock:         dataset.Clock{Mode: dataset.Renewal, Lead: 1},
		ObservedUntil: dataset.NoDate, Reading: dataset.Reading{AsOf: dataset.NoDate}, Uses: types(),
	}
	put(t, spec.Snapshots, []parquetio.Field{{Name: "account_id", Kind: parquetio.Text}, {Name: "snapshot_date", Kind: parquetio.Day},
		nullable("usage", parquetio.Float), nullable("tickets", parquetio.Float), nullable("pulse", parquetio.Float), nullable("renews", parquetio.Bool),
		nullable("plan", parquetio.Text), nullable("region", parquetio.Text), nullable("pulse_date", parquetio.Day)},
		[]parquetio.Column{account, asOf, {Name: "usage", Numbers: usage}, {Name: "tickets", Numbers: tickets}, {Name: "pulse", Numbers: pulse},
			{Name: "renews", Numbers: renews}, plan, region, date})
	put(t, spec.Outcomes, []parquetio.Field{{Name: "account_id", Kind: parquetio.Text}, {Name: "renewal_date", Kind: parquetio.Day},
		{Name: "churned", Kind: parquetio.Bool}, {Name: "decided_at", Kind: parquetio.Day}},
		[]parquetio.Column{account, renewal, {Name: "churned", Numbers: churned}, decided})
	return spec
}

// put writes a Parquet file.
func put(t testing.TB, path string, fields []parquetio.Field, columns []parquetio.Column) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w, err := parquetio.NewWriter(f, fields)
	if err == nil {
		err = w.Write(columns)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
}

// given is a limit that is there.
func given(x float64) *float64 { return &x }

// everyKind are factors of every kind, policy and scale.
func everyKind() []features.Factor {
	return []features.Factor{
		{Name: "usage", Expr: "usage", Expect: features.LowerChurn, Missing: features.Own, Category: "usage"},
		{Name: "few", Expr: "tickets", Clip: []features.Bound{{Value: 1, Percentile: true}, {Value: 99, Percentile: true}}, Scale: features.Log1p, Expect: features.HigherChurn},
		{Name: "pulse", Expr: "pulse", Scale: features.Asinh, Missing: features.Value, Fill: 5, Expect: features.LowerChurn},
		{Name: "load", Expr: "tickets", Kind: features.Bins, Bins: &binning.Options{Trend: binning.Auto, MaxBins: 4, Special: []float64{0, 999}}},
		{Name: "mood", Expr: "pulse", Kind: features.Bins},
		{Name: "calm", Expr: "tickets", Kind: features.Tiers, Tiers: []features.Tier{{UpTo: given(2), Points: 100}, {UpTo: given(5), Points: 40}, {Points: 20}}},
		{Name: "depth", Expr: "usage", Kind: features.Points, Points: []features.Anchor{{X: 30, Points: 0}, {X: 50, Points: 80}, {X: 70, Points: 100}}},
		{Name: "curve", Expr: "usage", Kind: features.Spline, Spline: &features.Knots{Count: 4}, Only: &features.Only{By: "plan", In: []string{"pro", "team", "it's"}}},
		{Name: "quiet", Rule: "usage < 40 and few < 3 or renews", Expect: features.HigherChurn},
		{Name: "both", Kind: features.Interaction, Members: []string{"usage", "load"}},
		{Name: "whole", Kind: features.Group, Members: []string{"calm", "quiet", "pulse"}},
		{Name: "plan", Expr: "plan", Kind: features.Category, Rare: 20, Unseen: features.UnseenOther},
		{Name: "same", Expr: "plan == region ? 'same' : coalesce(region, plan)", Kind: features.Category},
		{Name: "level", Expr: "tickets", Kind: features.Category, Rare: 5},
		{Name: "yes", Expr: "renews", Kind: features.Category},
		{Name: "trend", History: &history.Spec{Of: "usage", OverDays: 60, As: history.Change}},
		{Name: "fresh", Expr: "pulse", Fresh: &features.Freshness{Dated: "pulse_date", MaxAge: 60}},
	}
}

// remainders are how many of the expressions, the first ones, use %.
const remainders = 2

// expressions use every operator and function of the language.
func expressions() []features.Factor {
	sources := []string{
		"usage % 7", "-usage % tickets", "usage / tickets", "tickets ^ 0.5", "usage ^ 2 - pulse * 3", "abs(pulse) + floor(usage / 3) + ceil(pulse)",
		"round(pulse) - round(-usage / 4)", "sqrt(usage) + exp(pulse / 100)", "log(usage) * log1p(pulse)", "expm1(tickets / 50) - expm1(pulse / 1e9)",
		"min(usage, pulse, 3) + max(tickets, pulse)", "clip(usage, 10, 60)", "coalesce(pulse, usage, -1)", "missing(pulse) ? 1 : usage > 50 ? 2 : 3",
		"usage in [50, 51, 52] or tickets not in [0, 1]", "not renews", "coalesce(renews, usage >= 40)", "plan in ['pro', 'it\\'s'] and region != 'emea'",
		"plan != region", "(renews ? plan : region) == 'pro'", "coalesce(plan, region, 'none') == \"a<b>&c\"", "missing(plan) or missing(renews) and missing(pulse)",
		"renews == (usage <= 50)", "(renews ? usage : nil) != 50", "if(renews, missing(region), tickets > 2)", "0 < usage - 40 < 20",
	}
	var list []features.Factor
	for i, s := range sources {
		list = append(list, features.Factor{Name: fmt.Sprintf("x%02d", i), Expr: s, Clip: []features.Bound{{Value: -1e6}, {Value: 1e6}}})
	}
	return list
}

// candidate is a candidate with the factors that it may use.
type candidate struct {
	models.Candidate
	factors []features.Factor
}

// candidates are models of all kinds.
func candidates() []candidate {
	ridge := models.Penalty{Kind: models.Ridge, Strength: 0.01}
	scores := []features.Factor{
		{Name: "usage", Category: "usage", Expr: "usage", Clip: []features.Bound{{Value: 0}, {Value: 100}}, Expect: features.LowerChurn},
		{Name: "tickets", Expr: "tickets", Clip: []features.Bound{{Value: 0}, {Value: 20}}, Expect: features.HigherChurn, Missing: features.Drop},
		{Name: "pulse", Expr: "pulse", Clip: []features.Bound{{Value: 0}, {Value: 10}}, Expect: features.LowerChurn, Missing: features.Mean},
	}
	weights := []models.FactorWeight{{Factor: "usage", Weight: 50}, {Factor: "tickets", Weight: 20}, {Factor: "pulse", Weight: 30}}
	strict := []features.Factor{{Name: "usage", Expr: "usage"}, {Name: "plan", Expr: "plan", Kind: features.Category, Missing: features.Drop, Unseen: features.UnseenError}}
	stages := models.Segments{By: "usage < 50 ? 'young' : plan == 'pro' ? 'old' : nil", MinEvents: 20}
	list := []candidate{
		{models.Candidate{Name: "every kind", Kind: models.Logistic, Penalty: ridge}, everyKind()},
		{models.Candidate{Name: "expressions", Kind: models.Logistic, Penalty: ridge}, expressions()},
		{models.Candidate{Name: "strict", Kind: models.Logistic}, strict},
		{models.Candidate{Name: "by stage", Kind: models.Logistic, PerSegment: true, Segments: stages}, scores},
		{models.Candidate{Name: "by region", Kind: models.Logistic, Segments: models.Segments{By: "region", MinEvents: 5}, Calibrate: models.Calibrate{Method: models.BySegment}}, scores},
		{models.Candidate{Name: "staircase", Kind: models.Logistic, Calibrate: models.Calibrate{Method: models.Isotonic}}, scores},
		{models.Candidate{Name: "percent", Kind: models.Logistic, Fitting: models.Fitting{Form: models.Percent}}, scores},
		{models.Candidate{Name: "hand", Kind: models.Weights, Weights: weights}, scores},
		{models.Candidate{Name: "rules", Kind: models.Rules, Recipes: &models.Recipes{Red: "tickets > 5 or usage < 20", Yellow: "pulse < 4 and not renews", Else: models.Green, Unknown: platform.Unscored}}, scores},
	}
	for _, missing := range []platform.Missing{platform.Reweight, platform.Zero, platform.Unscored} {
		list = append(list, candidate{models.Candidate{Name: "card " + string(missing), Kind: models.Weights, Weights: weights, Missing: missing}, scores})
	}
	return append(list, cards(scores)...)
}

// cards are the scores of platforms.
func cards(factors []features.Factor) []candidate {
	points := func(name string, x float64) platform.Entry { return platform.Entry{Name: name, Points: &x} }
	bands := func(name string, good, poor float64) platform.Entry {
		return platform.Entry{Name: name, Good: &good, Poor: &poor}
	}
	anchors := func(name string, at0, at100 float64) platform.Entry {
		return platform.Entry{Name: name, At0: &at0, At100: &at100}
	}
	tiers := func(name string, low, end, high float64) platform.Entry {
		return platform.Entry{Name: name, Tiers: []platform.Tier{{UpTo: &end, Points: low}, {Points: high}}}
	}
	in := func(group string, e platform.Entry) platform.Entry { e.Group = group; return e }
	sheets := []struct {
		kind  platform.Kind
		sheet platform.Sheet
	}{
		{platform.WeightedMean, platform.Sheet{Entries: []platform.Entry{points("usage", 1), points("pulse", 10)}}},
		{platform.BandPoints, platform.Sheet{Groups: []platform.Heading{{Name: "g"}}, Entries: []platform.Entry{in("g", bands("usage", 60, 30)), in("g", bands("pulse", 4, 2)), bands("tickets", 1, 5)}}},
		{platform.WorstOf, platform.Sheet{Entries: []platform.Entry{bands("usage", 60, 30), bands("pulse", 4, 2)}}},
		{platform.TierPoints, platform.Sheet{Entries: []platform.Entry{tiers("usage", 0, 50, 70), tiers("tickets", 30, 2, 0)}}},
		{platform.OffsetPoints, platform.Sheet{Entries: []platform.Entry{points("tickets", -0.5), tiers("usage", -3, 50, 3)}}},
		{platform.CappedPoints, platform.Sheet{Groups: []platform.Heading{{Name: "g", Cap: given(100)}}, Entries: []platform.Entry{in("g", points("usage", 2)), in("g", points("tickets", -10))}}},
		{platform.AnchoredMean, platform.Sheet{Entries: []platform.Entry{anchors("usage", 10, 90), anchors("tickets", 10, 0)}}},
		{platform.Signals, platform.Sheet{Entries: []platform.Entry{{Name: "pulse", Signal: platform.Growth}}}},
		{platform.LinearCounts, platform.Sheet{Entries: []platform.Entry{points("tickets", -4), points("usage", 1)}}},
	}
	var list []candidate
	for _, s := range sheets {
		list = append(list, candidate{models.Candidate{Name: string(s.kind), Kind: models.Kind(s.kind), HigherIs: features.LowerChurn, Sheet: &s.sheet}, factors})
	}
	return list
}

// fit learns a candidate from the company, with bands.
func fit(t testing.TB, c candidate) *models.Model {
	t.Helper()
	factors, err := features.Compile(c.factors, types())
	if err != nil {
		t.Fatal(err)
	}
	compiled, err := models.Compile([]models.Candidate{c.Candidate}, factors, types())
	if err != nil {
		t.Fatal(err)
	}
	spec := company(t, 800, 1, nil)
	spec.Histories = features.Histories(factors)
	e, err := dataset.Load(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	e = features.Complete(e, used(factors, c))
	m, err := compiled[0].Fit(t.Context(), e.All())
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Introduce(t.Context(), e.All(), models.DefaultBandRules(), nil); err != nil {
		t.Fatal(err)
	}
	m.Columns = dataset.Columns{Account: "account_id", SnapshotDate: "snapshot_date"}
	return m
}

// used are the factors that the candidate encodes: a card reads them as they are.
func used(factors []features.Factor, c candidate) []features.Factor {
	if c.Sheet != nil || c.Missing != "" || c.Kind == models.Rules {
		return nil
	}
	return factors
}

// rows are the odd company, with the model's histories, and what the Go scorer says of each.
func rows(t testing.TB, m *models.Model) (*dataset.Snapshots, *models.Predictions) {
	t.Helper()
	s := snapshotsOf(t, m, company(t, 600, 2, odd()))
	all := everyRow(s)
	p, _, err := m.Predict(t.Context(), len(all), s.Table.Batches(all))
	if err != nil {
		t.Fatal(err)
	}
	return s, p
}
