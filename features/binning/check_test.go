package binning

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// learned is a sound binning of two bins, a code and missing values.
func learned(t *testing.T) *Binning {
	t.Helper()
	var x []float64
	var y []bool
	x, y = repeat(x, y, 1, 40, 20)
	x, y = repeat(x, y, 5, 40, 4)
	x, y = repeat(x, y, -1, 10, 5)
	x, y = repeat(x, y, nan, 10, 1)
	b, err := Learn(x, y, Options{Edges: []float64{3}, Special: []float64{-1}})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Every length and number that WoE relies on; a model file may hold anything.
func TestADamagedBinningIsRefused(t *testing.T) {
	if err := learned(t).Check(); err != nil {
		t.Fatalf("a sound one: %v", err)
	}
	for name, c := range map[string]struct {
		damage func(b *Binning)
		says   string
	}{
		"a bin too few":          {func(b *Binning) { b.Bins = b.Bins[:1] }, "1 bins for 1 edges"},
		"no bins at all":         {func(b *Binning) { b.Bins, b.Edges = nil, nil }, "0 bins for 0 edges"},
		"a code without a bin":   {func(b *Binning) { b.Special = nil }, "0 special bins for 1 codes"},
		"a bin without a code":   {func(b *Binning) { b.Codes = nil }, "1 special bins for 0 codes"},
		"edges out of order":     {func(b *Binning) { b.Edges, b.Bins = []float64{3, 3}, append(b.Bins, Bin{}) }, "ascending"},
		"an infinite edge":       {func(b *Binning) { b.Edges[0] = math.Inf(1) }, "finite"},
		"an edge that is NaN":    {func(b *Binning) { b.Edges[0] = nan }, "finite"},
		"a code that is NaN":     {func(b *Binning) { b.Codes[0] = nan }, "finite"},
		"an unknown trend":       {func(b *Binning) { b.Trend = "zigzag" }, `unknown trend "zigzag"`},
		"no information value":   {func(b *Binning) { b.IV = nan }, "information value NaN"},
		"rows below zero":        {func(b *Binning) { b.Bins[0].N = -1 }, "-1 rows"},
		"more churned than rows": {func(b *Binning) { b.Missing.Churned = b.Missing.N + 1 }, "10 rows, 11 churned"},
		"infinite evidence":      {func(b *Binning) { b.Special[0].WoE = math.Inf(-1) }, "evidence -Inf"},
	} {
		t.Run(name, func(t *testing.T) {
			b := learned(t)
			c.damage(b)
			if err := b.Check(); err == nil || !strings.HasPrefix(err.Error(), "binning: ") || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want %s", err, c.says)
			}
		})
	}
}

// What Learn makes passes Check, and gives the same weights after a model file.
func TestWhatIsLearnedSurvivesAFile(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.IntRange(4, 60).Draw(r, "rows")
		x, y := make([]float64, n), make([]bool, n)
		for i := range x {
			x[i] = rapid.SampledFrom([]float64{nan, -1, 0, 0.1, 0.3, 1, 2, 1e300, math.Inf(1), math.Inf(-1)}).Draw(r, "x")
			y[i] = rapid.Bool().Draw(r, "churned")
		}
		y[0], y[1] = true, false // both classes occur
		o := Options{Special: []float64{-1}, MinShare: 0.01,
			Method: rapid.SampledFrom([]Method{Quantile, Tree}).Draw(r, "method"),
			Trend:  rapid.SampledFrom(trends()).Draw(r, "trend")}
		b, err := Learn(x, y, o)
		if err != nil {
			r.Fatal(err)
		}
		if err := b.Check(); err != nil {
			r.Fatalf("%+v: %v", b, err)
		}
		text, err := json.Marshal(b)
		if err != nil {
			r.Fatal(err)
		}
		var again Binning
		if err := json.Unmarshal(text, &again); err != nil {
			r.Fatal(err)
		}
		rows := 0
		for _, bin := range b.Bins {
			rows += bin.N
		}
		for _, v := range x {
			if got, want := again.WoE(v), b.WoE(v); got != want || math.IsNaN(want) || math.IsInf(want, 0) {
				r.Fatalf("%v is worth %v, and %v after a file", v, want, got)
			}
		}
		if rows += b.Missing.N + b.Special[0].N; rows != n {
			r.Fatalf("%d rows in the bins, of %d", rows, n)
		}
	})
}

// A cut lies above the lower of two neighbours and not above the upper, also where there is no
// float between them, and is finite also where they are not.
func TestACutPartsItsNeighbours(t *testing.T) {
	for _, c := range [][3]float64{
		{1, 3, 2},
		{-math.MaxFloat64, math.MaxFloat64, 0}, // their sum would overflow
		{1, math.Nextafter(1, 2), math.Nextafter(1, 2)},
		{0, math.SmallestNonzeroFloat64, math.SmallestNonzeroFloat64},
		{math.Inf(-1), 5, 5},
		{5, math.Inf(1), 5.0/2 + math.MaxFloat64/2},
		{math.Inf(-1), math.Inf(1), math.MaxFloat64},
	} {
		if got := between(c[0], c[1]); got != c[2] {
			t.Errorf("between %v and %v: %v, want %v", c[0], c[1], got, c[2])
		}
	}
}

// Options that cannot be meant are told, not mended.
func TestOptionsThatCannotBeMeantAreRefused(t *testing.T) {
	for name, o := range map[string]Options{
		"an unknown method":    {Method: "chimerge"},
		"an unknown trend":     {Trend: "up"},
		"too many fine bins":   {PreBins: mostPreBins + 1},
		"a fine bin too few":   {PreBins: -1},
		"bins below one":       {MaxBins: -1},
		"half of the rows":     {MinShare: 0.6},
		"a negative share":     {MinShare: -0.1},
		"a share that is NaN":  {MinShare: nan},
		"edges that fall":      {Edges: []float64{2, 1}},
		"an edge twice":        {Edges: []float64{1, 1}},
		"an infinite edge":     {Edges: []float64{math.Inf(1)}},
		"missing as a code":    {Special: []float64{nan}},
		"an infinity as codes": {Special: []float64{math.Inf(-1)}},
	} {
		if err := o.withDefaults().Check(); err == nil {
			t.Errorf("%s passes: %+v", name, o)
		}
	}
	if err := (Options{}).withDefaults().Check(); err != nil {
		t.Errorf("the zero value: %v", err)
	}
}
