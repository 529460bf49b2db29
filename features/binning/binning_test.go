package binning

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var nan = math.NaN()

// repeat makes rows of one value: n of them, of which churned ones.
func repeat(x []float64, y []bool, value float64, n, churned int) ([]float64, []bool) {
	for i := range n {
		x, y = append(x, value), append(y, i < churned)
	}
	return x, y
}

// TestPublishedBins: optbinning's README on "mean radius" of the breast cancer data
// (569 rows): edges, counts, WoE and an IV of 5.043925. Its sign is the opposite of ours
// and its event the benign class, so our churned are its malignant non-events; their
// numbers per bin follow from its counts and WoE.
func TestPublishedBins(t *testing.T) {
	edges := []float64{11.425, 12.33, 13.095, 13.705, 15.045, 16.925}
	counts := []int{118, 79, 68, 49, 83, 54, 118}
	malignant := []int{3, 3, 7, 10, 28, 44, 117}
	want := []float64{-3.12517, -2.71097, -1.64381, -0.839827, -0.153979, 2.00275, 5.28332}
	var x []float64
	var y []bool
	for i, n := range counts {
		value := 10.0
		if i > 0 {
			value = edges[i-1]
		}
		x, y = repeat(x, y, value, n, malignant[i])
	}
	b, err := Learn(x, y, Options{Edges: edges})
	if err != nil {
		t.Fatal(err)
	}
	for i, bin := range b.Bins {
		if bin.N != counts[i] || math.Abs(bin.WoE-want[i]) > 5e-6*max(1, math.Abs(want[i])) {
			t.Errorf("bin %d: %d rows, WoE %.6g; published %d and %.6g", i, bin.N, bin.WoE, counts[i], want[i])
		}
	}
	if math.Abs(b.IV-5.043925) > 5e-7 {
		t.Errorf("IV %.7f, published 5.043925", b.IV)
	}
}

// TestBinsHoldTheirLowerEdge looks values up on, below and above the edges.
func TestBinsHoldTheirLowerEdge(t *testing.T) {
	b := &Binning{
		Edges: []float64{0, 10}, Bins: []Bin{{WoE: 1}, {WoE: 2}, {WoE: 3}},
		Codes: []float64{-1, 99}, Special: []Bin{{WoE: 4}, {WoE: 5}}, Missing: Bin{WoE: 6},
	}
	for _, c := range []struct{ value, woe float64 }{
		{-5, 1}, {math.Nextafter(0, -1), 1}, {0, 2}, {math.Copysign(0, -1), 2}, {9.999, 2}, {10, 3}, {1e300, 3},
		{math.Inf(-1), 1}, {math.Inf(1), 3}, {-1, 4}, {99, 5}, {nan, 6},
	} {
		if got := b.WoE(c.value); got != c.woe {
			t.Errorf("WoE(%v) = %v, want %v", c.value, got, c.woe)
		}
	}
}

// TestHandComputedEvidence: 8 rows, 4 churned. Bins below and from 2 on hold 3 of 4 and
// 0 of 2 (half a row is added to both cells); the code -1 holds 1 of 1, and one missing
// row renewed.
func TestHandComputedEvidence(t *testing.T) {
	x := []float64{0, 0, 1, 1, 2, 3, -1, nan}
	y := []bool{true, true, true, false, false, false, true, false}
	b, err := Learn(x, y, Options{Edges: []float64{2}, Special: []float64{-1}})
	if err != nil {
		t.Fatal(err)
	}
	woe := func(churned, renewed float64) float64 { return math.Log(churned / 4 / (renewed / 4)) }
	want := &Binning{
		Edges: []float64{2}, Bins: []Bin{{4, 3, woe(3, 1)}, {2, 0, woe(0.5, 2.5)}},
		Codes: []float64{-1}, Special: []Bin{{1, 1, woe(1.5, 0.5)}}, Missing: Bin{1, 0, woe(0.5, 1.5)}, Trend: Free,
		IV: 0.5*math.Log(3) + 0.5*math.Log(5) + 0.25*math.Log(3) + 0.25*math.Log(3),
	}
	if diff := cmp.Diff(want, b, cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-14 })); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// TestTrendsFindTheirShape gives each trend rows of its own shape and expects the fine
// bins back; Auto takes the direction that there is.
func TestTrendsFindTheirShape(t *testing.T) {
	up, peak := []int{5, 15, 30, 60}, []int{5, 50, 60, 10}
	down, valley := slices.Clone(up), []int{60, 20, 10, 50}
	slices.Reverse(down)
	for _, c := range []struct {
		trend, became Trend
		churned       []int
		bins          int
	}{
		{Ascending, Ascending, up, 4}, {Descending, Descending, down, 4}, {Peak, Peak, peak, 4}, {Valley, Valley, valley, 4},
		{Free, Free, []int{40, 10, 50, 20}, 4}, {Auto, Ascending, up, 4}, {Auto, Descending, down, 4},
		{Ascending, Ascending, down, 1}, {Peak, Peak, up, 4}, {Valley, Valley, up, 4}, {Ascending, Ascending, peak, 2},
	} {
		var x []float64
		var y []bool
		for i, churned := range c.churned {
			x, y = repeat(x, y, float64(i), 100, churned)
		}
		b, err := Learn(x, y, Options{Trend: c.trend})
		if err != nil {
			t.Fatal(err)
		}
		if b.Trend != c.became || len(b.Bins) != c.bins {
			t.Errorf("%s on %v: %s with %d bins, want %s with %d", c.trend, c.churned, b.Trend, len(b.Bins), c.became, c.bins)
		}
	}
}

// TestTreeCutsWhereTheRateChanges: the label depends on x < 3 and x >= 7 only. A tree
// finds the two cuts at once; quantiles of 20 rows each straddle them.
func TestTreeCutsWhereTheRateChanges(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	x, y := make([]float64, 40_000), make([]bool, 40_000)
	for i := range x {
		x[i] = 10 * rng.Float64()
		y[i] = rng.Float64() < map[bool]float64{true: 0.05, false: 0.6}[x[i] >= 3 && x[i] < 7]
	}
	b, err := Learn(x, y, Options{Method: Tree, PreBins: 3})
	if err != nil {
		t.Fatal(err)
	}
	if len(b.Edges) != 2 || math.Abs(b.Edges[0]-3) > 0.02 || math.Abs(b.Edges[1]-7) > 0.02 {
		t.Errorf("edges %v, want about 3 and 7", b.Edges)
	}
}

// drawRows draws a small set of rows with ties, missing values and a special code.
func drawRows(t *rapid.T) ([]float64, []bool) {
	n := rapid.IntRange(2, 60).Draw(t, "rows")
	x, y := make([]float64, n), make([]bool, n)
	for i := range x {
		x[i] = rapid.SampledFrom([]float64{nan, -1, 0, 1, 2, 3, 4.5, 7, 8, math.Inf(1)}).Draw(t, "x")
		y[i] = rapid.Bool().Draw(t, "y")
	}
	y[0], y[1] = true, false
	return x, y
}

// TestMergeIsOptimal compares the dynamic programme with trying every way to join the
// fine bins.
func TestMergeIsOptimal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := drawRows(t)
		o := Options{
			Trend: rapid.SampledFrom([]Trend{Free, Ascending, Descending, Peak, Valley}).Draw(t, "trend"), PreBins: 8,
			MaxBins: rapid.IntRange(1, 5).Draw(t, "bins"), MinShare: rapid.SampledFrom([]float64{0.02, 0.1, 0.3}).Draw(t, "share"),
		}.withDefaults()
		var b Binning
		rows, total := b.setAside(x, y)
		fine := rows.fine(o)
		if len(fine) == 0 {
			return
		}
		_, got := newMerger(fine, total, phases(o.Trend), smallest(len(rows), o.MinShare), o.MaxBins).best()
		if want := bruteForce(fine, total, o, smallest(len(rows), o.MinShare)); math.Abs(got-want) > 1e-9 {
			t.Fatalf("information value %v, best of all ways %v", got, want)
		}
	})
}

// bruteForce is the best information value over all subsets of the inner cuts.
func bruteForce(fine []fineBin, total tally, o Options, least int) float64 {
	best := math.Inf(-1)
	for set := range 1 << (len(fine) - 1) {
		bins := []tally{fine[0].tally}
		for i := 1; i < len(fine); i++ {
			if set>>(i-1)&1 == 1 {
				bins = append(bins, fine[i].tally)
			} else {
				bins[len(bins)-1] = bins[len(bins)-1].plus(fine[i].tally)
			}
		}
		sum, woes, ok := 0.0, make([]float64, len(bins)), len(bins) <= o.MaxBins
		for i, b := range bins {
			var iv float64
			woes[i], iv = b.evidence(total)
			sum += iv
			ok = ok && b.n >= least
		}
		if ok && follows(woes, o.Trend) {
			best = max(best, sum)
		}
	}
	return best
}

// follows says whether WoEs keep strictly to a trend.
func follows(woe []float64, trend Trend) bool {
	var steps strings.Builder
	for i := 1; i < len(woe); i++ {
		steps.WriteByte(map[bool]byte{true: 'u', false: 'd'}[woe[i] > woe[i-1]])
		if woe[i] == woe[i-1] && trend != Free {
			return false
		}
	}
	s := steps.String()
	switch trend {
	case Ascending:
		return !strings.Contains(s, "d")
	case Descending:
		return !strings.Contains(s, "u")
	case Peak:
		return !strings.Contains(s, "du")
	case Valley:
		return !strings.Contains(s, "ud")
	}
	return true
}

// TestLearnedBinsKeepTheirPromises: every row is counted once, every bin is large
// enough, WoE follows the trend, no part of the IV is negative, and the order of the
// rows changes nothing.
func TestLearnedBinsKeepTheirPromises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y := drawRows(t)
		o := Options{
			Method: rapid.SampledFrom([]Method{Quantile, Tree}).Draw(t, "method"), Special: []float64{-1},
			Trend: rapid.SampledFrom([]Trend{Free, Ascending, Descending, Peak, Valley, Auto}).Draw(t, "trend"),
		}
		b, err := Learn(x, y, o)
		if err != nil {
			t.Fatal(err)
		}
		n, valued := b.Missing.N+b.Special[0].N, 0
		woes := make([]float64, len(b.Bins))
		for i, bin := range b.Bins {
			valued, woes[i] = valued+bin.N, bin.WoE
		}
		if n+valued != len(x) {
			t.Fatalf("%d rows counted, %d given", n+valued, len(x))
		}
		for _, bin := range b.Bins {
			if len(b.Bins) > 1 && bin.N < smallest(valued, defaultMinShare) {
				t.Fatalf("a bin of %d among %d rows", bin.N, valued)
			}
		}
		if valued > 0 && !follows(woes, b.Trend) {
			t.Fatalf("%s asked for, WoE %v", b.Trend, woes)
		}
		if b.IV < 0 || math.IsNaN(b.IV) {
			t.Fatalf("IV %v", b.IV)
		}
		if _, err := json.Marshal(b); err != nil {
			t.Fatal(err)
		}
		perm := rapid.Permutation(upTo(len(x))).Draw(t, "order")
		px, py := make([]float64, len(x)), make([]bool, len(x))
		for to, from := range perm {
			px[to], py[to] = x[from], y[from]
		}
		again, err := Learn(px, py, o)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(b, again); diff != "" {
			t.Fatalf("another order of rows\n%s", diff)
		}
	})
}

func upTo(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

// TestWhatLearnRefuses names each reason.
func TestWhatLearnRefuses(t *testing.T) {
	both := []bool{true, false}
	for _, c := range []struct {
		name string
		x    []float64
		y    []bool
		o    Options
		says string
	}{
		{"one class", []float64{1, 2}, []bool{true, true}, Options{}, "both churned and renewed"},
		{"labels of another length", []float64{1}, both, Options{}, "1 values but 2 labels"},
		{"edges out of order", []float64{1, 2}, both, Options{Edges: []float64{2, 1}}, "ascending"},
		{"an endless edge", []float64{1, 2}, both, Options{Edges: []float64{math.Inf(1)}}, "finite"},
		{"an unknown trend", []float64{1, 2}, both, Options{Trend: "up"}, "the trends are"},
		{"an unknown method", []float64{1, 2}, both, Options{Method: "magic"}, "the methods are"},
		{"a share that no bin can have", []float64{1, 2}, both, Options{MinShare: 0.9}, "share"},
		{"too many fine bins", []float64{1, 2}, both, Options{PreBins: 1e6}, "fine bins"},
		{"a code that is no number", []float64{1, 2}, both, Options{Special: []float64{nan}}, "special code"},
	} {
		if _, err := Learn(c.x, c.y, c.o); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want an error with %q", c.name, err, c.says)
		}
	}
}

// TestNothingToCut: without any value, or with a single one, there is one bin.
func TestNothingToCut(t *testing.T) {
	for _, x := range [][]float64{{nan, nan, nan}, {5, 5, 5}} {
		for _, m := range []Method{Quantile, Tree} {
			b, err := Learn(x, []bool{true, false, false}, Options{Method: m, Trend: Auto})
			if err != nil || len(b.Bins) != 1 || b.WoE(7) != 0 {
				t.Errorf("%v: %+v, %v", x, b, err)
			}
		}
	}
}

// BenchmarkLearn cuts a million values.
func BenchmarkLearn(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	x, y := make([]float64, 1_000_000), make([]bool, 1_000_000)
	for i := range x {
		x[i] = rng.NormFloat64()
		y[i] = rng.Float64() < 1/(1+math.Exp(2-x[i]))
	}
	for _, m := range []Method{Quantile, Tree} {
		b.Run(string(m), func(b *testing.B) {
			for b.Loop() {
				if _, err := Learn(x, y, Options{Method: m, Trend: Auto}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(len(x))*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
