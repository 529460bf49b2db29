package platform

import (
	"math"
	"testing"
)

// A ChurnZero factor that can only take points away (0 at best) weighs nothing when the points
// of a missing factor are shared out. Where it is the only one left, nothing is known of the
// 100 points, and the score is missing; it was -Inf, 100/0 times what the factor took.
func TestWhatWeighsNothingCannotStandForTheOthers(t *testing.T) {
	card := compile(t, Sheet{Kind: TierPoints, Missing: Reweight, Entries: []Entry{
		{Name: "escalations", Tiers: []Tier{{number(0), 0}, {nil, -5}}},
		{Name: "usage", Tiers: []Tier{{number(0.5), 20}, {nil, 100}}},
	}})
	for name, c := range map[string]struct{ escalations, usage, want float64 }{
		"both are there":                           {2, 0.8, 95},  // -5 + 100
		"the only one that can give is there":      {na, 0.3, 20}, // 20 of its 100
		"only the one that takes is there":         {2, na, na},
		"nor does it stand for others with 0 less": {0, na, na},
		"neither is there":                         {na, na, na},
	} {
		values := []float64{c.escalations, c.usage}
		parts := make([]float64, 3)
		if got := card.Parts(values, parts); !same(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
		if math.IsNaN(c.want) && (parts[0] != 0 || parts[1] != 0 || !math.IsNaN(parts[2])) {
			t.Errorf("%s: parts %v of no score", name, parts)
		}
	}
}

// Word is what an explanation calls a value, and is asked of values as they come.
func TestWordsAreOfBandsOnly(t *testing.T) {
	rising := Points{Form: Bands, Good: 8, Poor: 3}
	falling := Points{Form: Bands, Good: 3, Poor: 8}
	for _, c := range []struct {
		points Points
		value  float64
		want   string
	}{
		{rising, 8, "good"}, {rising, 7.9, "average"}, {rising, 3, "average"}, {rising, 2.9, "poor"},
		{falling, 3, "good"}, {falling, 3.1, "average"}, {falling, 8, "average"}, {falling, 8.1, "poor"},
		{rising, na, ""}, {Points{Form: Times, Times: 1}, 5, ""},
	} {
		if got := c.points.Word(c.value); got != c.want {
			t.Errorf("%v of %+v is %q, want %q", c.value, c.points, got, c.want)
		}
	}
}

// A value beyond the last tier is one that the table says nothing about.
func TestAValueAboveAllTiersHasNoPoints(t *testing.T) {
	p := Points{Form: Tiers, Tiers: []Tier{{number(5), 10}, {number(9), 20}}}
	for value, want := range map[float64]float64{math.Inf(-1): 10, 5: 10, math.Nextafter(5, 6): 20, 9: 20, math.Nextafter(9, 10): na, math.Inf(1): na} {
		if got := p.of(value); !same(got, want) {
			t.Errorf("%v has %v points, want %v", value, got, want)
		}
	}
}

// Of several worst measures each has its part of what is lacking, and the rest is good.
func TestWorstMeasuresShareWhatIsLacking(t *testing.T) {
	card := compile(t, Sheet{Kind: WorstOf, Entries: []Entry{judged("a"), judged("b"), judged("c")}})
	for name, c := range map[string]struct{ values, parts []float64 }{
		"one is poor":        {[]float64{0, 9, 5}, []float64{-100, 0, 0, 100}},
		"two are average":    {[]float64{5, 9, 5}, []float64{-20, 0, -20, 100}},
		"all are good":       {[]float64{9, 9, 9}, []float64{0, 0, 0, 100}},
		"one is not there":   {[]float64{na, 9, 0}, []float64{0, 0, -100, 100}},
		"nothing is there":   {[]float64{na, na, na}, []float64{0, 0, 0, na}},
		"two are poor alike": {[]float64{0, 1, 5}, []float64{-50, -50, 0, 100}},
	} {
		parts := make([]float64, 4)
		card.Parts(c.values, parts)
		for j, p := range parts {
			if !same(p, c.parts[j]) {
				t.Errorf("%s: parts %v, want %v", name, parts, c.parts)
				break
			}
		}
	}
}

// judged is good from 8 on and poor below 3.
func judged(name string) Entry { return Entry{Name: name, Good: number(8), Poor: number(3)} }
