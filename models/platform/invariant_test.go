package platform

import (
	"encoding/json"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// drawWeighted is a weighted mean of values that are their own points, with whole weights
// above 0, so that sums are exact and equality can be asked for.
func drawWeighted(t *rapid.T, least int) (Sheet, []float64) {
	n := rapid.IntRange(least, 5).Draw(t, "n")
	s, values := Sheet{Kind: WeightedMean}, make([]float64, n)
	for j := range n {
		s.Entries = append(s.Entries, weighted(string(rune('a'+j)), float64(rapid.IntRange(1, 1000).Draw(t, "weight"))))
		values[j] = float64(rapid.IntRange(0, 100).Draw(t, "value"))
	}
	return s, values
}

func mustCard(t *rapid.T, s Sheet) *Card {
	card, err := s.Card()
	if err != nil {
		t.Fatal(err)
	}
	return card
}

// What re-weighting means: a measure without a value counts as if it were not on the sheet.
func TestAMissingMeasureIsAsIfItWereNotThere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, values := drawWeighted(t, 2)
		gone := rapid.IntRange(0, len(values)-1).Draw(t, "gone")
		without := Sheet{Kind: s.Kind, Entries: slices.Delete(slices.Clone(s.Entries), gone, gone+1)}
		rest := slices.Delete(slices.Clone(values), gone, gone+1)
		values[gone] = na
		if a, b := mustCard(t, s).scoreOf(values), mustCard(t, without).scoreOf(rest); a != b {
			t.Fatalf("%v with it missing, %v without it", a, b)
		}
	})
}

// Only the ratios of weights count: with a power of two times as much, to the last bit.
func TestWeightsCountByTheirRatios(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, values := drawWeighted(t, 1)
		larger := Sheet{Kind: s.Kind}
		for _, e := range s.Entries {
			larger.Entries = append(larger.Entries, weighted(e.Name, 64**e.Weight))
		}
		if a, b := mustCard(t, s).scoreOf(values), mustCard(t, larger).scoreOf(values); a != b {
			t.Fatalf("%v and, with 64 times the weights, %v", a, b)
		}
	})
}

func TestTheOrderOfMeasuresDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, values := drawWeighted(t, 2)
		turned, back := Sheet{Kind: s.Kind, Entries: slices.Clone(s.Entries)}, slices.Clone(values)
		slices.Reverse(turned.Entries)
		slices.Reverse(back)
		if a, b := mustCard(t, s).scoreOf(values), mustCard(t, turned).scoreOf(back); a != b {
			t.Fatalf("%v, and in the other order %v", a, b)
		}
	})
}

// A higher value of a measure whose points rise with it never lowers the score, through
// groups, caps, rounding and limits.
func TestMoreIsNeverLessWherePointsRise(t *testing.T) {
	rising := func(name, group string) Entry {
		return Entry{Name: name, Group: group, Good: number(10), Poor: number(0)}
	}
	tiers := []Tier{{number(0), 0}, {number(10), 20}, {nil, 50}}
	sheets := []Sheet{
		{Kind: BandPoints, Groups: []Heading{{Name: "g", Weight: number(3)}}, Entries: []Entry{rising("a", "g"), rising("b", "g"), rising("c", "")}},
		{Kind: WorstOf, Entries: []Entry{rising("a", ""), rising("b", ""), rising("c", "")}},
		{Kind: TierPoints, Entries: []Entry{{Name: "a", Tiers: tiers}, {Name: "b", Tiers: tiers}, {Name: "c", Tiers: []Tier{{nil, 0}}}}},
		{Kind: CappedPoints, Groups: []Heading{{Name: "g", Cap: number(100)}}, Entries: []Entry{
			{Name: "a", Group: "g", Points: number(7)}, {Name: "b", Group: "g", Points: number(3)}, {Name: "c", Group: "g", Points: number(0)}}},
		{Kind: OffsetPoints, Entries: []Entry{{Name: "a", Points: number(1)}, {Name: "b", Tiers: tiers}, {Name: "c", Points: number(0)}}},
		{Kind: AnchoredMean, Entries: []Entry{
			{Name: "a", At0: number(0), At100: number(10)}, {Name: "b", At0: number(-5), At100: number(5)}, {Name: "c", At0: number(0), At100: number(1)}}},
		{Kind: Signals, Entries: []Entry{{Name: "a", Signal: Ratio}, {Name: "b", Signal: Growth}, {Name: "c", Signal: Indicator}}},
	}
	rapid.Check(t, func(t *rapid.T) {
		card := mustCard(t, rapid.SampledFrom(sheets).Draw(t, "sheet"))
		values := make([]float64, 3)
		for j := range values {
			values[j] = rapid.Float64Range(-20, 20).Draw(t, "value")
		}
		before := card.scoreOf(values)
		values[rapid.IntRange(0, 2).Draw(t, "which")] += rapid.Float64Range(0, 20).Draw(t, "more")
		if after := card.scoreOf(values); after < before {
			t.Fatalf("%s fell from %v to %v", card.Kind, before, after)
		}
	})
}

// The stated ranges of the kinds that have one.
func TestScoresStayInTheRangeOfTheirKind(t *testing.T) {
	ranges := map[Kind][2]float64{
		BandPoints: {0, 100}, WorstOf: {0, 100}, OffsetPoints: {0, 10}, AnchoredMean: {0, 100}, Signals: {0, 100},
		CappedPoints: {math.Inf(-1), 100}, TierPoints: {math.Inf(-1), 100},
	}
	rapid.Check(t, func(t *rapid.T) {
		s := drawSheet(t)
		limits, ok := ranges[s.Kind]
		card := mustCard(t, s)
		score := card.scoreOf(drawValues(t, len(card.Measures)))
		if ok && (score < limits[0] || score > limits[1]+1e-9) {
			t.Fatalf("%s scores %v, outside of %v", s.Kind, score, limits)
		}
		if (s.Kind == BandPoints) && len(s.Groups) > 0 && score == score && score != math.Trunc(score) {
			t.Fatalf("%s scores %v, which is not whole", s.Kind, score)
		}
	})
}

// A card of a file that was tampered with is refused, or it scores; it never panics.
func FuzzCardOfAFile(f *testing.F) {
	for _, s := range []Sheet{
		{Kind: WeightedMean, Entries: []Entry{weighted("a", 1), weighted("b", 2)}},
		{Kind: BandPoints, Groups: []Heading{{Name: "g"}}, Entries: []Entry{banded("a", "g", 1, 2, 1)}},
		{Kind: OffsetPoints, Entries: []Entry{{Name: "a", Tiers: []Tier{{number(1), 2}, {nil, 3}}}}},
	} {
		card, err := s.Card()
		if err != nil {
			f.Fatal(err)
		}
		text, err := json.Marshal(card)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text, 1.5)
	}
	f.Add([]byte(`{"kind":"worst_of","measures":[{"group":-1}]}`), 0.0)
	f.Fuzz(func(t *testing.T, text []byte, value float64) {
		card := new(Card)
		if json.Unmarshal(text, card) != nil || card.Check() != nil {
			return
		}
		values := make([]float64, len(card.Measures))
		for j := range values {
			values[j] = value
		}
		card.scoreOf(values)
		card.Parts(values, make([]float64, len(values)+1))
		card.Shares()
	})
}
