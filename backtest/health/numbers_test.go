package health

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/features"
	"holdfast/models"
)

// numpy.quantile([1, 2, 3, 4], q), whose default is type 7.
func TestQuantilesAreThoseOfNumpy(t *testing.T) {
	for q, want := range map[float64]float64{0: 1, 0.25: 1.75, 0.5: 2.5, 0.9: 3.7, 1: 4} {
		if got := quantile([]float64{1, 2, 3, 4}, q); math.Abs(got-want) > 1e-15 {
			t.Errorf("the quantile %v is %v, want %v", q, got, want)
		}
	}
	if got := quantile([]float64{7}, 0.99); got != 7 {
		t.Errorf("of one value it is %v", got)
	}
}

func TestTheMostFrequentValueIsTheSmallestOfSeveral(t *testing.T) {
	for _, c := range []struct {
		sorted          []float64
		mode            float64
		count, distinct int
	}{
		{[]float64{1, 2, 2, 3, 3}, 2, 2, 3},
		{[]float64{-1, 0, 5}, -1, 1, 3},
		{[]float64{4, 4, 4}, 4, 3, 1},
		{nil, 0, 0, 0},
	} {
		if mode, count, distinct := runs(c.sorted); mode != c.mode || count != c.count || distinct != c.distinct {
			t.Errorf("%v: %v occurs %d times among %d values, want %v, %d, %d", c.sorted, mode, count, distinct, c.mode, c.count, c.distinct)
		}
	}
}

func TestTheMedianOfCountsIsAValueThatWasCounted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.IntRange(0, 12), 1, 40).Draw(t, "values")
		counts := make([]int, 13)
		for _, v := range values {
			counts[v]++
		}
		slices.Sort(values)
		if got, want := countedMedian(counts, len(values)), values[(len(values)-1)/2]; got != want {
			t.Fatalf("the median of %v is %d, want the lower one, %d", values, got, want)
		}
	})
}

// TestTheAUCAloneIsAShareOfPairs counts them one by one: a tie is half.
func TestTheAUCAloneIsAShareOfPairs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 30).Draw(t, "n")
		x := rapid.SliceOfN(rapid.SampledFrom([]float64{math.NaN(), -1, 0, 0.5, 2}), n, n).Draw(t, "x")
		churned := rapid.SliceOfN(rapid.Bool(), n, n).Draw(t, "churned")
		won, pairs := 0.0, 0.0
		for i := range x {
			for j := range x {
				if churned[i] && !churned[j] && x[i] == x[i] && x[j] == x[j] {
					pairs++
					switch {
					case x[i] > x[j]:
						won++
					case x[i] == x[j]:
						won += 0.5
					}
				}
			}
		}
		var p Factor
		p.numbers(slices.Clone(x), churned)
		if got, want := float64(p.AUC), won/pairs; !(math.Abs(got-want) < 1e-12) && !(pairs == 0 && math.IsNaN(got)) {
			t.Fatalf("%v, want %v of %v pairs", got, want, pairs)
		}
	})
}

func TestInnerProductsMissNoElement(t *testing.T) {
	x, y := []float64{1, 2, 3, 4, 5, 6, 7, 8, 9}, []float64{1, 10, 100, 1000, 1e4, 1e5, 1e6, 1e7, 1e8}
	want := 0.0
	for n := range x {
		if got := dot(x[:n], y[:n]); got != want {
			t.Errorf("of %d elements: %v, want %v", n, got, want)
		}
		want += x[n] * y[n]
	}
}

// Of two columns with a correlation of 0.6 each has an inflation of 1/(1 - 0.36) = 1.5625;
// a column alone has none.
func TestInflationOfTwoColumnsIsByTheirCorrelation(t *testing.T) {
	got, aliases := inflate([][]float64{{1, 0.6}, {0.6, 1}}, []features.Name{{Factor: "a"}, {Factor: "b", Level: "x"}})
	if len(aliases) > 0 || !near(got[0].VIF, 1.5625) || !near(got[1].VIF, 1.5625) || got[1].Level != "x" {
		t.Errorf("%+v, aliases %+v", got, aliases)
	}
	if alone, _ := inflate([][]float64{{1}}, []features.Name{{Factor: "a"}}); alone[0].VIF != 1 {
		t.Errorf("a column alone has an inflation of %v", alone[0].VIF)
	}
}

func TestThePairsOfACorrelationMayBeSwapped(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 40).Draw(t, "n")
		value := rapid.SampledFrom([]float64{math.NaN(), 1, 2, 3.5, 7, 11})
		x, y := rapid.SliceOfN(value, n, n).Draw(t, "x"), rapid.SliceOfN(value, n, n).Draw(t, "y")
		ab, na := correlationOf(x, y)
		ba, nb := correlationOf(y, x)
		if na != nb || ab != ba && ab == ab {
			t.Fatalf("%v of %d rows, and swapped %v of %d", ab, na, ba, nb)
		}
		if math.Abs(ab) > 1 {
			t.Fatalf("a correlation of %v", ab)
		}
		var px, py []float64
		for i := range x {
			if x[i] == x[i] && y[i] == y[i] {
				px, py = append(px, x[i]), append(py, y[i])
			}
		}
		if len(px) != na {
			t.Fatalf("%d common rows, want %d", na, len(px))
		}
		if want := pearson(px, py); na > 2 && ab == ab && math.Abs(ab-want) > 1e-9 {
			t.Fatalf("%v, and in two passes %v", ab, want)
		}
	})
}

// Twenty-five levels: five of 40 examples, twenty of one. All are counted, twenty are shown.
func TestRareLevelsCountThoughTheyAreNotShown(t *testing.T) {
	v := expr.Vector{}
	for l := range 25 {
		v.Levels = append(v.Levels, string(rune('z'-l)))
		for range map[bool]int{true: 40, false: 1}[l < 5] {
			v.Codes = append(v.Codes, int32(l))
		}
	}
	accounts := make([]int32, len(v.Codes))
	for i := range accounts {
		accounts[i] = int32(i)
	}
	var p Factor
	p.categories(v, make([]bool, len(v.Codes)), accounts)
	if p.Distinct != 25 || p.Rare != 20 || p.OneAccount != 20 || len(p.Levels) != shownLevels {
		t.Errorf("%d levels, %d rare, %d of one account, %d shown", p.Distinct, p.Rare, p.OneAccount, len(p.Levels))
	}
	// z to v have 40 each, and of equals the first by name comes first.
	if p.Mode != "v" || p.Levels[4].Name != "z" || p.Levels[5].Name != "b" || !near(p.ModeShare, 40./220) {
		t.Errorf("the mode is %s (%v), the fifth %s, the sixth %s", p.Mode, p.ModeShare, p.Levels[4].Name, p.Levels[5].Name)
	}
	if p.Levels[0].Low != 0 || !(p.Levels[0].High > 0 && p.Levels[0].High < 0.1) {
		t.Errorf("nobody churned in 40: %+v", p.Levels[0])
	}
	if p.Median.Defined() || p.AUC.Defined() || p.Zero.Defined() {
		t.Errorf("a category has a median of %v, an AUC of %v and zeros of %v", p.Median, p.AUC, p.Zero)
	}
}

// Of 29 and 30 examples, of two accounts each, the one with fewer than 30 is rare.
func TestALevelOfThirtyIsNotRare(t *testing.T) {
	v := expr.Vector{Levels: []string{"few", "enough"}}
	var accounts []int32
	for i := range int32(59) {
		v.Codes, accounts = append(v.Codes, i%2), append(accounts, i/15)
	}
	v.Codes[0] = 1 // 29 of few, 30 of enough
	var p Factor
	p.categories(v, make([]bool, 59), accounts)
	if p.Levels[0].N != 30 || p.Levels[1].N != 29 || p.Rare != 1 {
		t.Errorf("%d rare of %+v, want the one of 29", p.Rare, p.Levels)
	}
}

// frameOf has one snapshot at risk in each of the given months.
func frameOf(first dataset.Date, months ...int) *frame {
	f := &frame{s: &dataset.Snapshots{}, first: first}
	for i, m := range months {
		f.s.Date, f.s.Account = append(f.s.Date, first.AddMonths(m)), append(f.s.Account, int32(i))
		f.rows = append(f.rows, int32(i))
	}
	f.last = slices.Max(f.s.Date)
	f.calendar = newCalendar(f.first, f.last)
	f.split(f.first, f.last)
	if err := f.place(); err != nil {
		panic(err) // of rows that were made above
	}
	return f
}

func TestTheReferenceIsTheLargerHalfOfTheQuarters(t *testing.T) {
	first := day(t, "2024-01-31")
	for _, c := range []struct {
		months   int
		until    string
		quarters int
	}{{0, "2024-04-01", 0}, {3, "2024-04-01", 1}, {8, "2024-07-01", 1}, {11, "2024-07-01", 2}, {14, "2024-10-01", 2}} {
		f := frameOf(first, 0, c.months)
		if f.until != day(t, c.until) || len(f.quarters) != c.quarters || f.from != day(t, "2024-01-01") {
			t.Errorf("%d months: the reference is from %s until %s, with %d quarters after it; want until %s and %d", c.months, f.from, f.until, len(f.quarters), c.until, c.quarters)
		}
		if c.quarters == 0 {
			continue
		}
		if f.periods[0] != 0 || f.periods[1] != int32(c.quarters) || f.periodOf(day(t, "9999-01-01")) != int32(c.quarters) {
			t.Errorf("%d months: the first row is of period %d, the last of %d, and a year 9999 of %d", c.months, f.periods[0], f.periods[1], f.periodOf(day(t, "9999-01-01")))
		}
	}
}

func TestEveryLevelHasABinAndTheRareOnesShareIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 80).Draw(t, "rows")
		v := expr.Vector{Codes: rapid.SliceOfN(rapid.Int32Range(-1, 29), n, n).Draw(t, "codes")}
		for l := range 30 {
			v.Levels = append(v.Levels, string(rune('A'+l)))
		}
		months := make([]int, n)
		for i := range months {
			months[i] = 6 * (i % 2) // every other row is after the reference
		}
		f := frameOf(dataset.NewDate(2024, 1, 31), months...)
		bin, bins := binnedLevels(v, f)
		counts := make([]int, 30)
		for i, code := range v.Codes {
			if code >= 0 && f.periods[i] == 0 {
				counts[code]++
			}
		}
		for i, code := range v.Codes {
			switch b := int(bin[i]); {
			case code < 0 && b != bins-1, code >= 0 && b >= bins-1:
				t.Fatalf("row %d with code %d is in bin %d of %d", i, code, b, bins)
			case code >= 0 && counts[code] == 0 && b != bins-2:
				t.Fatalf("the reference lacks level %d, and it has a bin of its own", code)
			}
		}
		if bins-2 > driftLevels {
			t.Fatalf("%d levels have a bin of their own", bins-2)
		}
	})
}

// TestAtRiskIsWhoHadNotLeft holds the walk over both lists against its definition: the last
// known outcome up to the day of the snapshot is no churn.
func TestAtRiskIsWhoHadNotLeft(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := []string{"a", "b", "c", "d"}
		s := &dataset.Snapshots{Accounts: names[:3]}
		o := &dataset.Outcomes{Accounts: names[1:]}
		days := rapid.SliceOfN(rapid.IntRange(0, 9), 0, 5)
		for a := range s.Accounts {
			for _, d := range slices.Sorted(slices.Values(days.Draw(t, "snapshots"))) {
				s.Account, s.Date = append(s.Account, int32(a)), append(s.Date, dataset.Date(d))
			}
		}
		for a := range o.Accounts {
			for _, d := range slices.Sorted(slices.Values(days.Draw(t, "outcomes"))) {
				o.Account, o.Date = append(o.Account, int32(a)), append(o.Date, dataset.Date(d))
				o.Label = append(o.Label, dataset.Label(rapid.IntRange(0, 2).Draw(t, "label")))
			}
		}
		var want []int32
		for i, a := range s.Account {
			gone := false
			for k, b := range o.Account {
				if o.Accounts[b] == s.Accounts[a] && o.Date[k] <= s.Date[i] && o.Label[k] != dataset.Unknown {
					gone = o.Label[k] == dataset.Churned
				}
			}
			if !gone {
				want = append(want, int32(i))
			}
		}
		if got := atRisk(s, o); !slices.Equal(got, want) {
			t.Fatalf("at risk %v, want %v of %+v with %+v", got, want, s, o)
		}
	})
}

func TestCalendarsAgreeWithCivilDates(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first := dataset.Date(rapid.IntRange(-10_000, 30_000).Draw(t, "first"))
		last := first + dataset.Date(rapid.IntRange(0, 2_000).Draw(t, "days"))
		c := newCalendar(first, last)
		d := dataset.Date(rapid.IntRange(int(first), int(last)).Draw(t, "day"))
		m := c.month(d)
		if c.starts[m] != monthStart(d) {
			t.Fatalf("%s is in the month of %s", d, c.starts[m])
		}
		if q := quarterStart(d); q > d || d >= q.AddMonths(3) || !slices.Contains(quartersBetween(first, last), q) {
			t.Fatalf("%s is in the quarter from %s, of %v", d, q, quartersBetween(first, last))
		}
	})
}

func TestSharesAndStrongerCorrelations(t *testing.T) {
	if share(1, 4) != 0.25 || share(0, 3) != 0 || share(0, 0).Defined() {
		t.Errorf("%v, %v, %v", share(1, 4), share(0, 3), share(0, 0))
	}
	if strongerOf(-0.9, 0.8) != -0.9 || strongerOf(0.5, -0.5) != 0.5 || strongerOf(models.Stat(0), 0.1) != 0.1 {
		t.Error("the stronger correlation is that of the larger magnitude, and of equals the first")
	}
}
