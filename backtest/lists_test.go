package backtest

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"holdfast/dataset"
)

func near(got, want, tolerance float64) bool { return math.Abs(got-want) <= tolerance }

// toy are eight accounts in two periods. Account 2 has two rows in period 0: the
// team acts on the first. Accounts 0 and 1 come back in period 1.
//
//	period 0  account  score  churned  value
//	             0       9      yes     100
//	             1       7      no      900
//	             2       7      yes     300    <- ties with 1
//	             2       8      yes     300    <- the same account again: not counted
//	             3       1      no       50
//	period 1     0       2      no      100
//	             1       5      yes     800
//	             4       4      no       10
//	             5       3      yes     NaN    <- money unknown: adds none
func toy() *Predictions {
	yes, no := true, false
	return &Predictions{
		Fold:    []int32{0, 0, 0, 0, 0, 1, 1, 1, 1},
		Account: []int32{0, 1, 2, 2, 3, 0, 1, 4, 5},
		AsOf:    make([]dataset.Date, 9),
		Churned: []bool{yes, no, yes, yes, no, no, yes, no, yes},
		Value:   []float64{100, 900, 300, 300, 50, 100, 800, 10, math.NaN()},
		Score:   [][]float64{{9, 7, 7, 8, 1, 2, 5, 4, 3}},
	}
}

func toyLists() *lists {
	p := toy()
	return newLists(p.take(every[int32](len(p.Fold))), p.Score[0])
}

// By hand: 4 rows count in each period, 4 of the 8 churned, churned money is
// 100 + 300 + 800 + 0 = 1200.
func TestCallListsByHand(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		fact string
		k    int
		want caught
	}{
		{"one call a period catches accounts 0 and 1", 1,
			caught{worked: 2, precision: 1, lift: 2, capture: 2.0 / 4, value: 900, valueShare: 900.0 / 1200}},
		{"two calls: the tie of 1 and 2 counts half", 2, // period 0: 1 + 1/2 of 2 calls, money 100 + 300/2; period 1: 1 of 2, 800
			caught{worked: 4, precision: 2.5 / 4, lift: 2.5 / 4 * 2, capture: 2.5 / 4, value: 1050, valueShare: 1050.0 / 1200}},
		{"three calls: the tie is on the list whole", 3,
			caught{worked: 6, precision: 4.0 / 6, lift: 4.0 / 6 * 2, capture: 1, value: 1200, valueShare: 1}},
		{"more calls than accounts work every account once", 100,
			caught{worked: 8, precision: 0.5, lift: 1, capture: 1, value: 1200, valueShare: 1}},
		{"no calls catch nothing, and their precision is undefined", 0,
			caught{worked: 0, precision: nan, lift: nan, capture: 0, value: 0, valueShare: 0}},
	} {
		t.Run(c.fact, func(t *testing.T) {
			got := toyLists().atCapacity(nil, c.k)
			for _, f := range []struct {
				name      string
				got, want float64
			}{
				{"worked", got.worked, c.want.worked}, {"precision", got.precision, c.want.precision}, {"lift", got.lift, c.want.lift},
				{"capture", got.capture, c.want.capture}, {"value", got.value, c.want.value}, {"value share", got.valueShare, c.want.valueShare},
			} {
				if !near(f.got, f.want, 1e-12) && !(math.IsNaN(f.got) && math.IsNaN(f.want)) {
					t.Errorf("%s = %v, want %v", f.name, f.got, f.want)
				}
			}
		})
	}
}

// A draw with account 0 twice, 1 never and the others once: period 0 has rows
// 0, 0, 2, 3, and period 1 has 0, 0, 4, 5.
func TestCallListsOfADrawCountAccountsAsOftenAsTheyWereDrawn(t *testing.T) {
	got := toyLists().atCapacity([]int32{2, 0, 1, 1, 1, 1}, 2)
	// Period 0: both calls go to account 0, churned, 100 each. Period 1: 4 (no), 5
	// (yes). Churned rows: 0, 0, 2, 5 of 8; churned money 100 + 100 + 300.
	want := caught{worked: 4, precision: 3.0 / 4, capture: 3.0 / 4, value: 200, valueShare: 200.0 / 500, missed: 300, lift: 3.0 / 4 / 0.5}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestCallListsPassOverAPeriodOfWhichNobodyWasDrawn(t *testing.T) {
	got := toyLists().atCapacity([]int32{0, 0, 1, 0, 0, 0}, 2)
	if want := (caught{worked: 1, precision: 1, lift: 1, capture: 1, value: 300, valueShare: 1}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestAccountsCountOncePerPeriodAtTheirFirstRow(t *testing.T) {
	p := toy()
	s := p.take(every[int32](len(p.Fold)))
	if want := []bool{true, true, true, false, true, true, true, true, true}; !slices.Equal(s.first, want) {
		t.Errorf("first rows %v, want %v", s.first, want)
	}
	if s.accounts != 6 || s.value[8] != 0 || math.IsNaN(p.Value[7]) {
		t.Errorf("%d accounts, unknown money counts %v", s.accounts, s.value[8])
	}
	if !math.IsNaN(p.Value[8]) {
		t.Error("the predictions lost that the money is unknown")
	}
}

// Whatever the scores: the list grows with k, catches no more than there is, and at
// k = n it is everybody.
func TestCallListsGrowWithCapacity(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.IntRange(1, 30).Draw(r, "n")
		p := &Predictions{AsOf: make([]dataset.Date, n), Score: [][]float64{make([]float64, n)}}
		for i := range n {
			p.Fold = append(p.Fold, int32(i*3/n))
			p.Account = append(p.Account, int32(rapid.IntRange(0, 6).Draw(r, "account")))
			p.Churned = append(p.Churned, rapid.Bool().Draw(r, "churned"))
			p.Value = append(p.Value, float64(rapid.IntRange(0, 9).Draw(r, "value")))
			p.Score[0][i] = float64(rapid.IntRange(0, 4).Draw(r, "score"))
		}
		l := newLists(p.take(every[int32](n)), p.Score[0])
		var before caught
		for k := 1; k <= n+1; k++ {
			at := l.atCapacity(nil, k)
			if at.worked < before.worked || at.value < before.value-1e-9 || at.precision*at.worked < before.precision*before.worked-1e-9 {
				r.Fatalf("capacity %d catches %+v, one less %+v", k, at, before)
			}
			if at.capture > 1+1e-12 || at.valueShare > 1+1e-12 || at.precision > 1+1e-12 {
				r.Fatalf("capacity %d catches %+v: more than there is", k, at)
			}
			before = at
		}
		if !math.IsNaN(before.capture) && !near(before.capture, 1, 1e-12) || !near(before.lift, 1, 1e-12) && !math.IsNaN(before.lift) {
			r.Fatalf("with room for all the lists catch %+v", before)
		}
	})
}

// Money rows by hand: two calls a period work 4 accounts, 4 * 50 = 200; the churned
// money on the lists is 1050 with an interval of, say, [400, 2000].
func TestMoneyRowsByHand(t *testing.T) {
	p := toy()
	s := p.take(every[int32](len(p.Fold)))
	list := []Metric{{Name: ValueCaptured, Value: 1050, Low: 400, High: 2000}}
	got := money(list, s, Options{Capacity: 2, SaveRates: []float64{0, 0.2, 1}, ContactCost: 50})
	want := []MoneyRow{
		{SaveRate: 0, CostEach: 50, ValueProtected: 0, ContactCost: 200, Net: -200, Low: -200, High: -200},
		{SaveRate: 0.2, CostEach: 50, ValueProtected: 210, ContactCost: 200, Net: 10, Low: -120, High: 200},
		{SaveRate: 1, CostEach: 50, ValueProtected: 1050, ContactCost: 200, Net: 850, Low: 200, High: 1800},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestWithoutMoneyThereAreNoMoneyRows(t *testing.T) {
	p := toy()
	p.Value = nil
	if got := money(nil, p.take(every[int32](len(p.Fold))), Options{Capacity: 2, SaveRates: []float64{0.5}}); got != nil {
		t.Errorf("got %+v", got)
	}
}

func TestWorkedCountsEachPeriodUpToCapacity(t *testing.T) {
	p := toy()
	s := p.take(every[int32](len(p.Fold)))
	for capacity, want := range map[int]int{0: 0, 1: 2, 3: 6, 4: 8, 9: 8} {
		if got := worked(s, capacity); got != want {
			t.Errorf("capacity %d works %d accounts, want %d", capacity, got, want)
		}
	}
}
