package backtest

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"holdfast/backtest/metrics"
	"holdfast/dataset"
	"holdfast/dataset/expr"

	"pgregory.net/rapid"
)

// Two periods, lists of two. Period 0: scores 3, 2, 2, 1: the first is on the list, the
// tied two share the one place left. Period 1: two accounts, both fit. The second row of an
// account in a period has no place of its own.
func TestListedSharesThePlaceAmongTies(t *testing.T) {
	p := Predictions{Fold: []int32{0, 0, 0, 0, 0, 1, 1}, Account: []int32{0, 0, 1, 2, 3, 0, 1}, Churned: make([]bool, 7)}
	got := listed(p.take(nil), []float64{3, 9, 2, 2, 1, 1, 1}, 2)
	if want := []float64{1, 0, 0.5, 0.5, 0, 1, 1}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// fewScores draws predictions of one candidate with many ties and repeated accounts.
func fewScores(t *rapid.T) *Predictions {
	n := rapid.IntRange(1, 40).Draw(t, "rows")
	rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
	p := &Predictions{Score: make([][]float64, 1), Eta: make([][]float64, 1), Segments: []string{"a", "b", "c"}}
	for i := range n {
		p.Fold, p.Account = append(p.Fold, int32(3*i/n)), append(p.Account, rng.Int32N(12))
		p.Churned, p.Value = append(p.Churned, rng.IntN(3) == 0), append(p.Value, float64(rng.IntN(9)))
		p.Segment = append(p.Segment, rng.Int32N(3))
		s := float64(rng.IntN(5))
		p.Score[0], p.Eta[0] = append(p.Score[0], s), append(p.Eta[0], s-2)
	}
	// rows of an account are neighbours within a fold
	order := every[int](n)
	slices.SortStableFunc(order, func(a, b int) int {
		return int(p.Fold[a]-p.Fold[b])*100 + int(p.Account[a]-p.Account[b])
	})
	p.Account, p.Segment = pick(p.Account, order), pick(p.Segment, order)
	return p
}

func TestListedAddsUpToTheListsAtCapacity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := fewScores(t)
		s, k := p.take(nil), rapid.IntRange(1, 6).Draw(t, "capacity")
		chance := listed(s, p.Score[0], k)
		at := newLists(s, p.Score[0]).atCapacity(nil, k)
		var worked, value float64
		for i, c := range chance {
			worked += c
			if s.churned[i] {
				value += c * s.value[i]
			}
		}
		if !near(worked, at.worked, 1e-9) || !near(value, at.value, 1e-9) {
			t.Fatalf("chances add up to %v rows and %v money, the lists to %v and %v", worked, value, at.worked, at.value)
		}
		if got := s.captured(chance, nil, 0.95).Value; !same(got, at.capture) {
			t.Fatalf("capture %v, the lists say %v", got, at.capture)
		}
	})
}

func same(a, b float64) bool { return near(a, b, 1e-9) || a != a && b != b }

func TestGroupsAddUpToTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := fewScores(t)
		r := &Result{Options: Options{Level: 0.95, Capacity: 2}, Predictions: *p, Candidates: make([]CandidateResult, 1)}
		s := r.Predictions.take(nil)
		if err := measureGroups(r, r.Predictions.fieldOf(s), new(dataset.Examples)); err != nil {
			t.Fatal(err)
		}
		n, churned, loss := 0, 0, 0.0
		for _, g := range r.Candidates[0].Groups {
			m := Find(g.Metrics, LogLoss)
			n, churned, loss = n+m.N, churned+m.Churned, loss+float64(m.N)*m.Value
		}
		if whole := metrics.LogLoss(p.Eta[0], p.Churned); n != len(p.Fold) || churned != s.events() || !near(loss/float64(n), whole, 1e-9) {
			t.Fatalf("%d rows, %d churned, log loss %v; want %d, %d and %v", n, churned, loss/float64(n), len(p.Fold), s.events(), whole)
		}
	})
}

func TestAGroupOfOneOutcomeHasNoAUC(t *testing.T) {
	r := &Result{Options: Options{Level: 0.95, Capacity: 1}, Candidates: make([]CandidateResult, 1)}
	r.Predictions = Predictions{Fold: make([]int32, 3), Account: []int32{0, 1, 2}, Churned: []bool{true, false, false}, Segment: []int32{0, 1, 1},
		Segments: []string{"lost", "kept"}, Score: [][]float64{{1, 2, 0}}, Eta: [][]float64{{1, 2, 0}}}
	if err := measureGroups(r, r.Predictions.fieldOf(r.Predictions.take(nil)), new(dataset.Examples)); err != nil {
		t.Fatal(err)
	}
	for _, g := range r.Candidates[0].Groups {
		if m := Find(g.Metrics, AUC); !math.IsNaN(m.Value) {
			t.Errorf("%s: AUC %v, want none", g.Name, m.Value)
		}
	}
	// the one place goes to row 1, which stayed: nobody of the lost was captured, and nobody of the kept could be
	if lost, kept := Find(r.Candidates[0].Groups[0].Metrics, Capture).Value, Find(r.Candidates[0].Groups[1].Metrics, Capture).Value; lost != 0 || !math.IsNaN(kept) {
		t.Errorf("captured %v of the lost and %v of the kept, want 0 and nothing", lost, kept)
	}
}

func TestQuartilesNameTheirLimits(t *testing.T) {
	codes, names := quartiles([]float64{1, 2, 3, 4, 5, 6, 7, math.NaN(), 8}, "tenure")
	// type 7 quartiles of 1..8: 2.75, 4.5, 6.25
	if want := []int32{0, 0, 1, 1, 2, 2, 3, -1, 3}; !slices.Equal(codes, want) {
		t.Errorf("codes %v, want %v", codes, want)
	}
	if want := []string{"tenure below 2.75", "tenure 2.75 to below 4.5", "tenure 4.5 to below 6.25", "tenure from 6.25"}; !slices.Equal(names, want) {
		t.Errorf("names %q, want %q", names, want)
	}
	if _, names := quartiles([]float64{5, 5}, "tenure"); !slices.Equal(names, []string{"tenure all"}) {
		t.Errorf("one value: %q", names)
	}
}

// One account of 1, sixty of 2, twenty of 3 and nineteen of 4: no limit is moved to make quarters of them.
func TestFourValuesAreFourGroups(t *testing.T) {
	values := slices.Concat([]float64{1}, slices.Repeat([]float64{2}, 60), slices.Repeat([]float64{3}, 20), slices.Repeat([]float64{4}, 19))
	codes, names := quartiles(values, "tenure")
	if want := []string{"tenure below 2", "tenure 2 to below 3", "tenure 3 to below 4", "tenure from 4"}; !slices.Equal(names, want) {
		t.Errorf("names %q, want %q", names, want)
	}
	for i, v := range values {
		if codes[i] != int32(v)-1 {
			t.Fatalf("%v is in group %d, want one of its own", v, codes[i])
		}
	}
}

func TestALimitBetweenManyEqualsLeavesNobodyAlone(t *testing.T) {
	values := []float64{-20, 300, 301, 400, 500, 600}
	for range 5 {
		values = append(values, 275) // the tenure of everybody before a first renewal
	}
	codes, names := quartiles(values, "tenure")
	if names[0] != "tenure below 300" || slices.Contains(names, "tenure below 275") {
		t.Errorf("names %q", names)
	}
	count := make([]int, len(names))
	for _, c := range codes {
		count[c]++
	}
	if slices.Min(count) < 2 || count[0] != 6 {
		t.Errorf("%v of %q, want six below 300 and nobody alone", count, names)
	}
}

// The captured share of what the two had rounds to 1, though half of one was not captured.
func TestCaptureOfNearlyAllStaysAShare(t *testing.T) {
	s := &sample{accounts: 2, churned: []bool{true, true}, first: []bool{true, true}, cluster: []int32{0, 1}, value: []float64{1e-13, 1024}}
	if e := s.captured([]float64{0.5, 1}, s.value, 0.95); e.Value != 1 || e.High != 1 || !(0 < e.Low && e.Low < 1) {
		t.Errorf("%v in [%v, %v]", e.Value, e.Low, e.High)
	}
}

func TestCaptureOfAFewStaysAShare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "rows")
		s := &sample{accounts: n, churned: make([]bool, n), first: make([]bool, n), cluster: make([]int32, n), value: make([]float64, n)}
		chance := make([]float64, n)
		for i := range n {
			s.churned[i], s.first[i], s.cluster[i] = rapid.Bool().Draw(t, "churned"), true, rapid.Int32Range(0, int32(n-1)).Draw(t, "account")
			s.value[i], chance[i] = rapid.Float64Range(0, 1e6).Draw(t, "value"), rapid.Float64Range(0, 1).Draw(t, "chance")
		}
		for _, value := range [][]float64{nil, s.value} {
			e := s.captured(chance, value, 0.95)
			if e.Value == e.Value && e.Low == e.Low && !(e.Low >= -1e-12 && e.Low <= e.Value+1e-9 && e.Value <= e.High+1e-9 && e.High <= 1+1e-12) {
				t.Fatalf("%v in [%v, %v]", e.Value, e.Low, e.High)
			}
		}
	})
}

func TestCohortsAreTheExpressionsOrThoseOfTenure(t *testing.T) {
	c := newCompany(120, 5)
	for i := range c.account {
		c.add("tenure_days", float64(100*c.account[i]))
	}
	types := c.types()
	types["tenure_days"] = expr.Number
	e := c.loadWith(t, types)
	names := func(o Options) (list []string) {
		r := mustRun(t, e, threeCandidates(t, c.types()), o)
		for _, g := range r.Candidates[0].Groups {
			if g.By != ByCohort {
				t.Errorf("group by %q", g.By)
			}
			list = append(list, g.Name)
		}
		return list
	}
	if got := names(quick()); len(got) != 4 || got[0][:18] != "tenure_days below " {
		t.Errorf("by tenure: %q", got)
	}
	for source, want := range map[string][]string{
		"tenure_days < 3000 ? 'new' : 'old'": {"new", "old"},
		"tenure_days < 3000":                 {"false", "true"},
	} {
		o := quick()
		var err error
		if o.Cohort, err = expr.Parse(source, types); err != nil {
			t.Fatal(err)
		}
		got := names(o)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", source, got, want)
		}
	}
}
