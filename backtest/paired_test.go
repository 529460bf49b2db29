package backtest

import (
	"context"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"holdfast/dataset"
)

// told is a table of predictions of one candidate, a row for each account and day.
func told(account []string, asOf []dataset.Date, churned []bool, eta []float64) *Predictions {
	p := &Predictions{AsOf: asOf, Churned: churned, Score: [][]float64{eta}, Eta: [][]float64{eta}, Fold: make([]int32, len(asOf))}
	for _, name := range account {
		k := slices.Index(p.Accounts, name)
		if k < 0 {
			k = len(p.Accounts)
			p.Accounts = append(p.Accounts, name)
		}
		p.Account = append(p.Account, int32(k))
	}
	return p
}

// reordered is a table with its rows, and its accounts' numbers, in another order.
func reordered(p *Predictions, rows []int32) *Predictions {
	out := &Predictions{Fold: pick(p.Fold, rows), AsOf: pick(p.AsOf, rows), Churned: pick(p.Churned, rows),
		Score: pickAll(p.Score, rows), Eta: pickAll(p.Eta, rows), Accounts: slices.Clone(p.Accounts)}
	slices.Reverse(out.Accounts)
	for _, row := range rows {
		out.Account = append(out.Account, int32(len(p.Accounts)-1)-p.Account[row])
	}
	if p.Value != nil {
		out.Value = pick(p.Value, rows)
	}
	return out
}

func mustPair(t *testing.T, first, second *Predictions, pairs [][2]int, o Options) *Pairing {
	t.Helper()
	out, err := Pair(t.Context(), first, second, pairs, o)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestARunPairedWithItselfGivesTheComparisonsOfTheRun(t *testing.T) {
	c := newCompany(200, 4)
	r := mustRun(t, c.load(t), threeCandidates(t, c.types()), quick())
	champion, fit, junk := r.index("hand"), r.index("fit"), r.index("junk")
	out := mustPair(t, &r.Predictions, &r.Predictions, [][2]int{{champion, fit}, {champion, junk}}, r.Options)
	n := len(r.Predictions.Churned)
	if out.Shared != n || out.OnlyFirst+out.OnlySecond+out.Relabelled+out.Revalued != 0 || out.Churned != Find(r.Candidates[fit].Pooled, AUC).Churned {
		t.Errorf("of %d examples: %+v", n, out)
	}
	for k, name := range []string{"fit", "junk"} {
		var want []Comparison
		for _, cmp := range r.Comparisons {
			if cmp.Challenger == name {
				cmp.Challenger, cmp.Champion = "", ""
				want = append(want, cmp)
			}
		}
		if got := out.Pairs[k].Comparisons; len(want) < 5 || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v, want %+v", name, got, want)
		}
		for _, metric := range []string{AUC, LogLoss, Capture, ValueCaptured} {
			if got, want := Find(out.Pairs[k].SecondMetrics, metric), Find(r.Candidates[r.index(name)].Pooled, metric); got != want {
				t.Errorf("%s: %+v, want %+v", name, got, want)
			}
		}
	}
}

func TestIdenticalPairsDoNotWidenTheFamily(t *testing.T) {
	c := newCompany(120, 7)
	r := mustRun(t, c.load(t), threeCandidates(t, c.types()), quick())
	alone := mustPair(t, &r.Predictions, &r.Predictions, [][2]int{{1, 0}}, quick())
	beside := mustPair(t, &r.Predictions, &r.Predictions, [][2]int{{1, 1}, {1, 0}, {2, 2}}, quick())
	if !beside.Pairs[0].Identical || beside.Pairs[1].Identical || !beside.Pairs[2].Identical {
		t.Errorf("%+v", beside.Pairs)
	}
	if !reflect.DeepEqual(alone.Pairs[0].Comparisons, beside.Pairs[1].Comparisons) {
		t.Errorf("alone %+v, beside identical pairs %+v", alone.Pairs[0].Comparisons, beside.Pairs[1].Comparisons)
	}
	for _, x := range beside.Pairs[0].Comparisons {
		if x.Gain != 0 || x.Low != 0 || x.High != 0 || x.P != 1 {
			t.Errorf("identical: %+v", x)
		}
	}
}

func TestPairingDoesNotDependOnTheOrderOfTheSecondRun(t *testing.T) {
	c := newCompany(120, 5)
	r := mustRun(t, c.load(t), threeCandidates(t, c.types()), quick())
	rows := every[int32](len(r.Predictions.Churned))
	rand.New(rand.NewPCG(2, 2)).Shuffle(len(rows), func(i, k int) { rows[i], rows[k] = rows[k], rows[i] })
	rows = rows[:300]
	slices.Sort(rows)
	part := reordered(&r.Predictions, rows)
	rand.New(rand.NewPCG(3, 3)).Shuffle(len(rows), func(i, k int) { rows[i], rows[k] = rows[k], rows[i] })
	mixed := reordered(&r.Predictions, rows)
	pairs := [][2]int{{1, 0}}
	one, other := mustPair(t, &r.Predictions, part, pairs, quick()), mustPair(t, &r.Predictions, mixed, pairs, quick())
	if one.Shared != 300 || one.OnlyFirst != len(r.Predictions.Churned)-300 || one.OnlySecond != 0 {
		t.Errorf("%+v", one)
	}
	if !reflect.DeepEqual(one.Pairs[0].Comparisons, other.Pairs[0].Comparisons) {
		t.Errorf("%+v, shuffled %+v", one.Pairs[0].Comparisons, other.Pairs[0].Comparisons)
	}
}

func TestSwappingTheRunsTurnsTheGainRound(t *testing.T) {
	c := newCompany(120, 6)
	r := mustRun(t, c.load(t), threeCandidates(t, c.types()), quick())
	there := mustPair(t, &r.Predictions, &r.Predictions, [][2]int{{1, 0}}, quick()).Pairs[0].Comparisons
	back := mustPair(t, &r.Predictions, &r.Predictions, [][2]int{{0, 1}}, quick()).Pairs[0].Comparisons
	for k, x := range there {
		y := back[k]
		// Percentiles are interpolated, from below one way and from above the other.
		if x.Gain != -y.Gain || x.StdErr != y.StdErr || math.Abs(x.Low+y.High) > 1e-12*(1+math.Abs(x.Low)) {
			t.Errorf("%s: %+v, the other way %+v", x.Metric, x, y)
		}
	}
}

// The Brier gain of probabilities 1/2 against 1/5, 4/5 is that of the squares, by hand:
// four shared rows, (4 * 0.25 - (0.04 + 0.04 + 0.04 + 0.64)) / 4 = 0.06.
func TestTheGainIsOfTheSharedExamplesOnly(t *testing.T) {
	day := dataset.NewDate(2025, 1, 31)
	odds := math.Log(4)
	first := told([]string{"a", "b", "c", "d", "gone"}, []dataset.Date{day, day, day, day, day},
		[]bool{true, false, false, true, true}, []float64{0, 0, 0, 0, 9})
	second := told([]string{"new", "d", "c", "b", "a", "a"}, []dataset.Date{day, day, day, day, day, day + 1},
		[]bool{false, true, false, false, true, true}, []float64{9, -odds, -odds, -odds, odds, -9})
	out := mustPair(t, first, second, [][2]int{{0, 0}}, Options{Replicates: 50})
	if out.Shared != 4 || out.OnlyFirst != 1 || out.OnlySecond != 2 || out.Churned != 2 || out.Accounts != 4 || out.Periods != 1 {
		t.Errorf("%+v", out)
	}
	at := slices.IndexFunc(out.Pairs[0].Comparisons, func(c Comparison) bool { return c.Metric == Brier })
	if got := out.Pairs[0].Comparisons[at].Gain; math.Abs(got-0.06) > 1e-15 {
		t.Errorf("the gain is %v, want 0.06", got)
	}
}

func TestExamplesWhoseOutcomeWasCorrectedAreLeftOut(t *testing.T) {
	day := dataset.NewDate(2025, 1, 31)
	days := []dataset.Date{day, day, day, day, day}
	first := told([]string{"a", "b", "c", "d", "e"}, days, []bool{true, false, true, true, false}, []float64{1, 2, 3, 4, 5})
	second := told([]string{"a", "b", "c", "d", "e"}, days, []bool{true, false, false, true, false}, []float64{1, 2, 3, 4, 5})
	// a has another value, and d and e have one in one run alone; what neither knows is the same.
	first.Value, second.Value = []float64{1, math.NaN(), 3, math.NaN(), 5}, []float64{2, math.NaN(), 3, 4, math.NaN()}
	if out := mustPair(t, first, second, nil, Options{}); out.Shared != 4 || out.Relabelled != 1 || out.OnlyFirst+out.OnlySecond != 0 || out.Revalued != 3 {
		t.Errorf("%+v", out)
	}
}

// Shared are a, b and d, of days 20, 10 and 30; the first and the last day of all are of one run alone.
func TestDaysOfAPairingAreThoseOfTheSharedExamples(t *testing.T) {
	first := told([]string{"c", "a", "b", "d"}, []dataset.Date{1, 20, 10, 30}, make([]bool, 4), make([]float64, 4))
	second := told([]string{"a", "b", "d", "e"}, []dataset.Date{20, 10, 30, 99}, make([]bool, 4), make([]float64, 4))
	if out := mustPair(t, first, second, nil, Options{}); out.Shared != 3 || out.FirstAsOf != 10 || out.LastAsOf != 30 {
		t.Errorf("%d shared of %v to %v, want 3 of day 10 to 30", out.Shared, out.FirstAsOf, out.LastAsOf)
	}
}

func TestSeveralDecisionsOfADayAreMatchedInTheirOrder(t *testing.T) {
	day := dataset.NewDate(2025, 1, 31)
	days := []dataset.Date{day, day}
	first := told([]string{"a", "a"}, days, []bool{true, false}, []float64{1, 2})
	if out := mustPair(t, first, first, nil, Options{}); out.Shared != 2 || out.Relabelled != 0 {
		t.Errorf("%+v", out)
	}
	once := told([]string{"a"}, days[:1], []bool{true}, []float64{1})
	if out := mustPair(t, first, once, nil, Options{}); out.Shared != 1 || out.OnlyFirst != 1 {
		t.Errorf("%+v", out)
	}
}

func TestRunsWithoutASharedExampleHaveNoPairs(t *testing.T) {
	day := dataset.NewDate(2025, 1, 31)
	first := told([]string{"a"}, []dataset.Date{day}, []bool{true}, []float64{1})
	second := told([]string{"a"}, []dataset.Date{day + 1}, []bool{true}, []float64{1})
	if out := mustPair(t, first, second, [][2]int{{0, 0}}, Options{}); out.Shared != 0 || out.Pairs != nil || out.FirstAsOf != dataset.NoDate {
		t.Errorf("%+v", out)
	}
}

func TestPairRefuses(t *testing.T) {
	p := told([]string{"a"}, []dataset.Date{1}, []bool{true}, []float64{1})
	for name, c := range map[string]struct {
		second *Predictions
		pairs  [][2]int
		o      Options
		want   string
	}{
		"no second run":                 {nil, nil, Options{}, "two sets of predictions"},
		"a candidate that is not there": {p, [][2]int{{0, 1}}, Options{}, "1 candidates in the first run and 1"},
		"nor in the first run":          {p, [][2]int{{0, 0}, {1, 0}}, Options{}, "pair [1 0]"},
		"a negative index":              {p, [][2]int{{-1, 0}}, Options{}, "pair [-1 0]"},
		"one of the second run":         {p, [][2]int{{0, -1}}, Options{}, "pair [0 -1]"},
		"a level of 1":                  {p, nil, Options{Level: 1}, "level 1"},
	} {
		if _, err := Pair(t.Context(), p, c.second, c.pairs, c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Pair(ctx, p, p, [][2]int{{0, 0}}, Options{Replicates: 10}); err == nil {
		t.Error("a cancelled context was not noticed")
	}
}
