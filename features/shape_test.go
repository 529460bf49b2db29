package features

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// upTo is the upper end of a tier.
func upTo(v float64) *float64 { return &v }

// The points are those of the two examples in the reference of the keys, computed by hand.
func TestPointsAndTiersAreWorthWhatTheySay(t *testing.T) {
	anchors := []Anchor{{0, 0}, {5, 50}, {10, 100}}
	valley := []Anchor{{-1, 80}, {0, 20}, {4, 100}}
	tiers := []Tier{{upTo(5), 20}, {upTo(10), 60}, {nil, 100}}
	for name, c := range map[string]struct {
		factor Factor
		points map[float64]float64
	}{
		"anchors":                     {Factor{Kind: Points, Points: anchors}, map[float64]float64{-3: 0, 0: 0, 2.5: 25, 5: 50, 7: 70, 10: 100, 1e300: 100}},
		"anchors that go down and up": {Factor{Kind: Points, Points: valley}, map[float64]float64{-1e300: 80, -1: 80, -0.5: 50, 0: 20, 1: 40, 4: 100, 5: 100}},
		"tiers hold their upper end":  {Factor{Kind: Tiers, Tiers: tiers}, map[float64]float64{-9: 20, 5: 20, math.Nextafter(5, 6): 60, 10: 60, 10.01: 100, 1e300: 100}},
		"one tier for all":            {Factor{Kind: Tiers, Tiers: []Tier{{nil, 70}}}, map[float64]float64{-1: 70, 8: 70}},
		"a missing value is filled before it is worth anything": {
			Factor{Kind: Tiers, Tiers: tiers, Missing: Value, Fill: 7}, map[float64]float64{nan: 60}},
	} {
		t.Run(name, func(t *testing.T) {
			var x, want []float64
			for v, points := range c.points {
				x, want = append(x, v), append(want, points)
			}
			c.factor.Name, c.factor.Expr = "x", "x"
			e := examples(t, some(len(x)), column{name: "x", numbers: x})
			for _, form := range []Form{Raw, Scores} { // points are scores as they are, to the bit
				if _, d, _ := fit(t, e, form, c.factor); !sameBits(d.Columns, [][]float64{want}) {
					t.Errorf("%s: %v of %v, want %v", form, d.Columns, x, want)
				}
			}
		})
	}
}

func TestPointsAreStandardisedForAFit(t *testing.T) {
	e := examples(t, some(4), column{name: "x", numbers: []float64{0, 5, 10, 5}})
	encoder, d, _ := fit(t, e, Standardised, Factor{Name: "x", Expr: "x", Kind: Points, Points: []Anchor{{0, 0}, {10, 100}}})
	// Points 0, 50, 100, 50 have mean 50 and population variance 1250.
	c := encoder.Kept()[0]
	if c.Mean != 50 || math.Abs(c.SD-math.Sqrt(1250)) > 1e-12 || math.Abs(d.Columns[0][2]-math.Sqrt2) > 1e-15 {
		t.Errorf("mean %v, deviation %v, column %v", c.Mean, c.SD, d.Columns[0])
	}
	if got := encoder.Factors[0].Factor.Expect; got != LowerChurn {
		t.Errorf("points expect %q, and 100 is healthy", got)
	}
}

func TestAnchoredPointsAreContinuousAndStayWithinTheirAnchors(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfNDistinct(rapid.Float64Range(-1e6, 1e6), 2, 8, rapid.ID).Draw(t, "x")
		slices.Sort(x)
		anchors := make([]Anchor, len(x))
		for i := range x {
			anchors[i] = Anchor{x[i], rapid.Float64Range(0, 100).Draw(t, "points")}
		}
		i := rapid.IntRange(1, len(x)-1).Draw(t, "between")
		v := min(x[i], x[i-1]+rapid.Float64Range(0, 1).Draw(t, "part")*(x[i]-x[i-1])) // rounding may pass the anchor
		got, low, high := anchored(anchors, v), anchors[i-1].Points, anchors[i].Points
		if got < min(low, high)-1e-12 || got > max(low, high)+1e-12 {
			t.Fatalf("%v points at %v, between %v and %v", got, v, low, high)
		}
		if anchored(anchors, x[i]) != high || anchored(anchors, x[i-1]) != low {
			t.Fatal("an anchor is not worth its points")
		}
	})
}

func TestPointsThatMeanNothingAreRefused(t *testing.T) {
	e := examples(t, some(3), column{name: "x", numbers: []float64{1, 2, 3}})
	for name, c := range map[string]struct {
		factor Factor
		words  string
	}{
		"one anchor":                {Factor{Kind: Points, Points: []Anchor{{0, 0}}}, "at least two anchors"},
		"anchors of one value":      {Factor{Kind: Points, Points: []Anchor{{5, 0}, {5, 50}}}, "strictly ascending"},
		"an infinite anchor":        {Factor{Kind: Points, Points: []Anchor{{0, 0}, {math.Inf(1), 50}}}, "must be finite"},
		"points above 100":          {Factor{Kind: Points, Points: []Anchor{{0, 0}, {5, 101}}}, "must be from 0 to 100"},
		"points that are no number": {Factor{Kind: Tiers, Tiers: []Tier{{nil, nan}}}, "must be from 0 to 100"},
		"no tiers":                  {Factor{Kind: Tiers}, "which need them"},
		"a last tier with an end":   {Factor{Kind: Tiers, Tiers: []Tier{{upTo(5), 0}}}, "the last holds all that is above"},
		"a middle tier without":     {Factor{Kind: Tiers, Tiers: []Tier{{nil, 0}, {nil, 1}}}, "needs upto"},
		"tiers out of order":        {Factor{Kind: Tiers, Tiers: []Tier{{upTo(5), 0}, {upTo(5), 1}, {nil, 2}}}, "strictly ascending"},
		"points of a plain number":  {Factor{Points: []Anchor{{0, 0}, {1, 1}}}, "belong to the kinds"},
		"a direction of its own":    {Factor{Kind: Points, Points: []Anchor{{0, 0}, {1, 1}}, Expect: HigherChurn}, "always has expect: lower_churn"},
		"a scale":                   {Factor{Kind: Tiers, Tiers: []Tier{{nil, 1}}, Scale: Log1p}, "neither clip nor scale"},
	} {
		t.Run(name, func(t *testing.T) {
			c.factor.Name, c.factor.Expr = "x", "x"
			_, err := Compile([]Factor{c.factor}, typesOf(e))
			if err == nil || !strings.Contains(err.Error(), c.words) {
				t.Errorf("got %v, want words %q", err, c.words)
			}
		})
	}
}
