package metrics

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"holdfast/dataset/radix"
)

// levelCounts counts the distinct values of a column in its first rows and in the rest.
func levelCounts(x []float64, first int) (expected, actual []int) {
	levels := slices.Compact(slices.Sorted(slices.Values(x)))
	expected, actual = make([]int, len(levels)), make([]int, len(levels))
	for i, v := range x {
		at, _ := slices.BinarySearch(levels, v)
		if i < first {
			expected[at]++
		} else {
			actual[at]++
		}
	}
	return expected, actual
}

// Rows 1 to 3183 of the Fair data (Fair 1978, 6,366 rows) against the rest, every value a
// bin and no prior. Numbers: an independent computation in numpy, to the digits printed
// there; with the prior, numpy once more with (count+0.5)/(n+0.5 B).
func TestPSIOfTheFairDataEqualsThePublishedNumbers(t *testing.T) {
	d := readPublished(t, "PSI of the Fair data", "fair.csv")
	for _, c := range []struct {
		column      string
		plain, with float64
	}{
		{"educ", 0.014440552719, 0.01440275704809461},
		{"rate_marriage", 0.214207246422, 0.21336650654595127},
		{"religious", 0.077400933371, 0.07725273973202165},
	} {
		expected, actual := levelCounts(floats(t, d[c.column]), 3183)
		checkPrinted(t, []printed{
			{"PSI " + c.column, PSI(expected, actual, 0), c.plain, 5e-11},
			{"PSI with prior " + c.column, PSI(expected, actual, PSIPrior), c.with, 1e-13},
		})
	}
}

func TestPSIAtItsEdges(t *testing.T) {
	for _, c := range []struct {
		fact             string
		expected, actual []int
		prior, want      float64
	}{
		{"equal shares have none", []int{10, 30}, []int{20, 60}, 0, 0},
		{"a side without rows has no index", []int{0, 0}, []int{1, 2}, 0.5, math.NaN()},
		{"an emptied bin is infinite without a prior", []int{5, 5}, []int{10, 0}, 0, math.Inf(1)},
		{"a bin that neither side has is none", []int{10, 30, 0}, []int{20, 60, 0}, 0, 0},
		// By hand: shares .5, .5 against .75, .25: .25 ln 1.5 + .25 ln 2 = .25 ln 3.
		{"by hand", []int{2, 2}, []int{3, 1}, 0, 0.25 * math.Log(3)},
	} {
		if got := PSI(c.expected, c.actual, c.prior); !near(got, c.want, 1e-15) && !(math.IsNaN(got) && math.IsNaN(c.want)) && got != c.want {
			t.Errorf("%s: %v, want %v", c.fact, got, c.want)
		}
	}
}

func TestPSIIsSymmetricWithoutPriorAndNeverNegative(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bins := rapid.IntRange(2, 12).Draw(t, "bins")
		counts := rapid.SliceOfN(rapid.IntRange(1, 50), bins, bins)
		a, b := counts.Draw(t, "a"), counts.Draw(t, "b")
		forth, back := PSI(a, b, 0), PSI(b, a, 0)
		if !(forth >= 0) || !near(forth, back, 1e-12) && math.Abs(forth-back) > 1e-15 {
			t.Fatalf("%v there, %v back", forth, back)
		}
	})
}

// (1/200 + 1/200) chi2_{4,.95} = 9.487729036781154 / 100 (scipy.stats.chi2.ppf(.95, 4)).
func TestPSINullIsThatOfChiSquare(t *testing.T) {
	checkPrinted(t, []printed{{"null of 5 bins, 200 and 200 rows", PSINull(200, 200, 5, 0.95), 0.09487729036781154, 1e-12}})
}

func TestEdgesNeverSplitEqualValues(t *testing.T) {
	for _, c := range []struct {
		fact string
		x    []float64
		bins int
		want []float64
	}{
		{"no values, no edges", nil, 10, nil},
		{"one value is one bin", []float64{3, 3, 3}, 10, []float64{}},
		{"few values have a bin each", []float64{0, 0, 1, 2}, 10, []float64{1, 2}},
		{"quantiles of many", []float64{0, 1, 2, 3, 4, 5, 6, 7, 8}, 4, []float64{2, 4, 6}},
		// numpy.quantile(x, [.25, .5, .75]) is 0, 0, 3.25: only one edge is above the smallest.
		{"any order, and what is missing", []float64{8, math.NaN(), 0, 4, 7, 1, 3, math.NaN(), 2, 5, 6}, 4, []float64{2, 4, 6}},
		{"heavy ties make fewer bins", []float64{0, 0, 0, 0, 0, 1, 4, 5, 6}, 4, []float64{4}},
	} {
		got := Edges(c.x, c.bins)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.fact, got, c.want)
		}
	}
}

// The reference is the sorted list, as it is written.
func TestEdgesAreThoseOfTheSortedList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.OneOf(rapid.Float64Range(-5, 5), rapid.SampledFrom([]float64{math.Copysign(0, -1), 0, 1, 2, 3}))
		x := rapid.SliceOfN(value, 1, 40).Draw(t, "x")
		bins := rapid.IntRange(2, 10).Draw(t, "bins")
		got := Edges(x, bins)
		sorted := radix.Sort(slices.Clone(x))
		want := slices.Compact(slices.Clone(sorted))
		if len(want) > bins {
			want = want[:1]
			for i := 1; i < bins; i++ {
				if edge := quantile(sorted, float64(i)/float64(bins)); edge > want[len(want)-1] {
					want = append(want, edge)
				}
			}
		}
		for i, edge := range want[1:] {
			if len(got) != len(want)-1 || math.Float64bits(got[i]) != math.Float64bits(edge) {
				t.Fatalf("edges of %v are %v, want %v", x, got, want[1:])
			}
		}
	})
}

func TestBinsAreClosedOnTheLeftAndMissingIsOneOfItsOwn(t *testing.T) {
	edges := []float64{1, 2}
	for v, want := range map[float64]int32{-5: 0, 0.99: 0, 1: 1, 1.5: 1, 2: 2, 99: 2} {
		if got := BinOf(edges, v); got != want {
			t.Errorf("%v falls into bin %d, want %d", v, got, want)
		}
	}
	if got := BinOf(edges, math.NaN()); got != 3 {
		t.Errorf("NaN falls into bin %d, want 3", got)
	}
}

// driftCase draws rows in bins: each account has its own propensities, which is what
// makes its rows alike.
func driftCase(stream *rand.Rand, accounts, perPeriod, periods, bins int, alike float64) (bin, period, cluster []int32) {
	for g := range accounts {
		own := int32(stream.IntN(bins))
		for k := range periods + 1 {
			for range perPeriod {
				b := own
				if stream.Float64() >= alike {
					b = int32(stream.IntN(bins))
				}
				bin, period, cluster = append(bin, b), append(period, int32(k)), append(cluster, int32(g))
			}
		}
	}
	return bin, period, cluster
}

func TestDriftOfIndependentRowsHasTheLawOfChiSquare(t *testing.T) {
	const n, m, bins = 4000, 6000, 8
	stream := rand.New(rand.NewPCG(3, 0))
	bin, period, cluster := make([]int32, n+m), make([]int32, n+m), make([]int32, n+m)
	for i := range bin {
		bin[i], cluster[i] = int32(stream.IntN(bins)), int32(i)
		if i < n {
			period[i] = 1
		}
	}
	got, err := Drift(bin, period, cluster, bins, 1)
	if err != nil {
		t.Fatal(err)
	}
	// The covariance is estimated, so the two agree to the sampling error of p(1-p).
	if want := PSINull(n, m, bins, 0.95); math.Abs(got[0].Null95/want-1) > 0.01 || math.Abs(got[0].DesignEffect-1) > 0.01 {
		t.Errorf("null %v (design effect %v), want %v (1)", got[0].Null95, got[0].DesignEffect, want)
	}
}

// How often unchanged data exceed their null point, at a nominal 5 %: in 4,000 runs of
// the cases 5.2, 4.8 and 4.6 %. The test makes 400, whose standard error is 1.1 points, and
// allows three of them.
func TestDriftHoldsItsSizeWhereAccountsRepeat(t *testing.T) {
	for _, c := range []struct {
		fact                string
		accounts, perPeriod int
		alike               float64
		wide                bool // the point for independent rows is never reached
	}{
		{"rows are independent", 1000, 1, 0, false},
		{"accounts repeat their values: the null of independent rows is far too wide", 400, 3, 0.9, true},
		{"accounts repeat half of their values", 300, 3, 0.5, true},
	} {
		const runs, bins = 400, 6
		hits, naive := 0, 0
		for r := range runs {
			bin, period, cluster := driftCase(rand.New(rand.NewPCG(11, uint64(r))), c.accounts, c.perPeriod, 1, bins, c.alike)
			got, err := Drift(bin, period, cluster, bins, 1)
			if err != nil {
				t.Fatal(err)
			}
			if got[0].PSI > got[0].Null95 {
				hits++
			}
			if got[0].PSI > PSINull(got[0].N, got[0].M, bins, 0.95) {
				naive++
			}
		}
		rate := float64(hits) / runs
		t.Logf("%s: %.3f at a nominal 0.05; as independent rows %.3f", c.fact, rate, float64(naive)/runs)
		if math.Abs(rate-0.05) > 0.033 {
			t.Errorf("%s: %.3f of the runs exceed the null point", c.fact, rate)
		}
		if c.wide && naive > runs/50 {
			t.Errorf("%s: the row-wise point is exceeded in %d of %d runs: the case shows nothing", c.fact, naive, runs)
		}
	}
}

// Different accounts in both periods, each with many alike rows: the naive point is
// exceeded almost always, the clustered one is not.
func TestDriftOfFewTalkativeAccountsIsNotTakenForAChange(t *testing.T) {
	const runs, bins, accounts = 400, 5, 120
	hits, naive := 0, 0
	for r := range runs {
		stream := rand.New(rand.NewPCG(5, uint64(r)))
		var bin, period, cluster []int32
		for g := range 2 * accounts {
			own := int32(stream.IntN(bins))
			for range 12 {
				bin, period, cluster = append(bin, own), append(period, int32(g%2)), append(cluster, int32(g))
			}
		}
		got, err := Drift(bin, period, cluster, bins, 1)
		if err != nil {
			t.Fatal(err)
		}
		if got[0].PSI > got[0].Null95 {
			hits++
		}
		if got[0].PSI > PSINull(got[0].N, got[0].M, bins, 0.95) {
			naive++
		}
	}
	rate, rowwise := float64(hits)/runs, float64(naive)/runs
	t.Logf("clustered %.3f, row-wise %.3f at a nominal 0.05", rate, rowwise)
	if math.Abs(rate-0.05) > 0.035 {
		t.Errorf("%.3f of the runs exceed the null point", rate)
	}
	if rowwise < 0.5 {
		t.Errorf("the row-wise point is exceeded in %.3f of the runs: the case shows nothing", rowwise)
	}
}

func TestDriftDoesNotDependOnTheOrderOfRows(t *testing.T) {
	bin, period, cluster := driftCase(rand.New(rand.NewPCG(1, 2)), 50, 2, 3, 4, 0.5)
	want, err := Drift(bin, period, cluster, 4, 3)
	if err != nil {
		t.Fatal(err)
	}
	stream := rand.New(rand.NewPCG(9, 9))
	stream.Shuffle(len(bin), func(i, j int) {
		bin[i], bin[j] = bin[j], bin[i]
		period[i], period[j] = period[j], period[i]
		cluster[i], cluster[j] = cluster[j], cluster[i]
	})
	got, err := Drift(bin, period, cluster, 4, 3)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got, want) {
		t.Errorf("shuffled %v, before %v", got, want)
	}
}

func TestDriftSeesAShift(t *testing.T) {
	bin, period, cluster := driftCase(rand.New(rand.NewPCG(1, 2)), 300, 1, 2, 5, 0.5)
	for i := range bin {
		if period[i] == 2 {
			bin[i] = min(bin[i]+1, 4)
		}
	}
	got, err := Drift(bin, period, cluster, 5, 2)
	if err != nil {
		t.Fatal(err)
	}
	if got[0].P < 1e-3 || got[1].P > 1e-6 || got[1].PSI < 0.1 {
		t.Errorf("unchanged %+v, shifted %+v", got[0], got[1])
	}
}

func TestDriftRefusesRowsThatDoNotBelong(t *testing.T) {
	for _, c := range []struct {
		fact                 string
		bin, period, cluster []int32
	}{
		{"lengths differ", []int32{0}, []int32{0, 1}, []int32{0}},
		{"a bin too many", []int32{2}, []int32{0}, []int32{0}},
		{"a period too many", []int32{0}, []int32{2}, []int32{0}},
		{"a negative account", []int32{0}, []int32{0}, []int32{-1}},
	} {
		if _, err := Drift(c.bin, c.period, c.cluster, 2, 1); err == nil {
			t.Errorf("%s: no error", c.fact)
		}
	}
	if got, err := Drift([]int32{7}, []int32{-1}, []int32{0}, 2, 1); err != nil || !math.IsNaN(got[0].PSI) {
		t.Errorf("a row outside all periods: %v, %v; want no index and no error", got, err)
	}
}
