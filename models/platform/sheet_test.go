package platform

import (
	"math"
	"strings"
	"testing"
)

func TestSheetsAreToldWhatIsWrong(t *testing.T) {
	points := func(name string, x float64) Entry { return Entry{Name: name, Points: &x} }
	tiers := func(tiers ...Tier) Entry { return Entry{Name: "a", Tiers: tiers} }
	bands := Entry{Name: "a", Good: number(1), Poor: number(0)}
	for _, c := range []struct {
		fact  string
		sheet Sheet
		said  string
	}{
		{"an unknown kind", Sheet{Kind: "average"}, `unknown kind "average"`},
		{"no measures", Sheet{Kind: Signals}, "it has no measures"},
		{"no name", Sheet{Kind: LinearCounts, Entries: []Entry{points("", 1)}}, "it needs the name"},
		{"no way to score", Sheet{Kind: LinearCounts, Entries: []Entry{{Name: "a"}}}, "it needs one way to score it, points, and has 0"},
		{"two ways", Sheet{Kind: OffsetPoints, Entries: []Entry{{Name: "a", Points: number(1), Tiers: []Tier{{nil, 1}}}}}, "it needs one way to score it, tiers or points, and has 2"},
		{"a way of another kind", Sheet{Kind: TierPoints, Entries: []Entry{points("a", 1)}}, "kind tier_points does not score by points"},
		{"one anchor", Sheet{Kind: AnchoredMean, Entries: []Entry{{Name: "a", At0: number(1)}}}, "it needs both at_0 and at_100"},
		{"anchors on one spot", Sheet{Kind: AnchoredMean, Entries: []Entry{{Name: "a", At0: number(1), At100: number(1)}}}, "between them lies no line"},
		{"one threshold", Sheet{Kind: WorstOf, Entries: []Entry{{Name: "a", Good: number(1)}}}, "it needs both good and poor"},
		{"a signal elsewhere", Sheet{Kind: WeightedMean, Entries: []Entry{{Name: "a", Signal: Ratio}}}, "signal belongs to kind signals"},
		{"an unknown signal", Sheet{Kind: Signals, Entries: []Entry{{Name: "a", Signal: "rate"}}}, `unknown signal "rate"`},
		{"half an impact", Sheet{Kind: LinearCounts, Entries: []Entry{points("a", 1.5)}}, "the impact 1.5 must be a whole number"},
		{"weights of a sum", Sheet{Kind: LinearCounts, Entries: []Entry{{Name: "a", Points: number(1), Weight: number(2)}}}, "knows no weights"},
		{"a negative weight", Sheet{Kind: WeightedMean, Entries: []Entry{weighted("a", -1)}}, "must be a number from 0 on"},
		{"an infinite one", Sheet{Kind: WeightedMean, Entries: []Entry{weighted("a", math.Inf(1))}}, "must be a number from 0 on"},
		{"points that are none", Sheet{Kind: LinearCounts, Entries: []Entry{points("a", math.NaN())}}, "the impact NaN"},
		{"tiers out of order", Sheet{Kind: OffsetPoints, Entries: []Entry{tiers(Tier{number(5), 1}, Tier{number(5), 2})}}, "tier 2: the upper end 5 must be above"},
		{"an open tier before others", Sheet{Kind: OffsetPoints, Entries: []Entry{tiers(Tier{nil, 1}, Tier{number(5), 2})}}, "tier 1 has no upper end"},
		{"tiers that do not sum to 100", Sheet{Kind: TierPoints, Entries: []Entry{tiers(Tier{nil, 99})}}, "sum to 99; kind tier_points needs them to sum to 100"},
		{"caps that do not sum to 100", Sheet{Kind: CappedPoints, Groups: []Heading{{Name: "g", Cap: number(90)}}, Entries: []Entry{{Name: "a", Group: "g", Points: number(1)}}}, "sum to 90"},
		{"a group without a cap", Sheet{Kind: CappedPoints, Groups: []Heading{{Name: "g"}}, Entries: []Entry{{Name: "a", Group: "g", Points: number(1)}}}, "has a cap for each group"},
		{"a measure outside of the caps", Sheet{Kind: CappedPoints, Entries: []Entry{points("a", 1)}}, "it needs a group, whose cap"},
		{"an unknown group", Sheet{Kind: WeightedMean, Entries: []Entry{{Name: "a", Group: "x"}}}, `there is no group "x"`},
		{"an empty group", Sheet{Kind: WeightedMean, Groups: []Heading{{Name: "g"}}, Entries: []Entry{{Name: "a"}}}, `group "g" has no measures`},
		{"two groups of a name", Sheet{Kind: WeightedMean, Groups: []Heading{{Name: "g"}, {Name: "g"}}, Entries: []Entry{{Name: "a", Group: "g"}}}, `two groups are named "g"`},
		{"groups where there are none", Sheet{Kind: WorstOf, Groups: []Heading{{Name: "g"}}, Entries: []Entry{bands}}, "kind worst_of knows no groups"},
		{"re-weighting a sum", Sheet{Kind: LinearCounts, Missing: Reweight, Entries: []Entry{points("a", 1)}}, "knows missing: zero, unscored, not reweight"},
	} {
		if _, err := c.sheet.Card(); err == nil || !strings.Contains(err.Error(), c.said) {
			t.Errorf("%s: %v, want %q", c.fact, err, c.said)
		}
	}
}

func TestAllMeasuresAreJudgedAtOnce(t *testing.T) {
	_, err := Sheet{Kind: LinearCounts, Entries: []Entry{{Name: "a"}, {Name: "b"}}}.Card()
	if err == nil || !strings.Contains(err.Error(), `"a"`) || !strings.Contains(err.Error(), `"b"`) {
		t.Errorf("%v, want both measures", err)
	}
}

func TestCheckRefusesCardsThatNoSheetGives(t *testing.T) {
	for fact, damage := range map[string]func(*Card){
		"an unknown kind":                  func(c *Card) { c.Kind = "" },
		"no measures":                      func(c *Card) { c.Measures = nil },
		"a group that is not there":        func(c *Card) { c.Measures[0].Group = 9 },
		"a group before the first":         func(c *Card) { c.Measures[0].Group = -1 },
		"an unknown form":                  func(c *Card) { c.Measures[0].Points.Form = "guess" },
		"a factor that is no number":       func(c *Card) { c.Measures[0].Points.Times = math.Inf(1) },
		"an unknown rounding":              func(c *Card) { c.Measures[0].Points.Round = "up" },
		"a weight below zero":              func(c *Card) { c.Measures[0].Weight = -1 },
		"a group of no weight at all":      func(c *Card) { c.Groups[0].Weight = math.NaN() },
		"an unknown way to combine":        func(c *Card) { c.Total.Combine = "median" },
		"an unknown policy":                func(c *Card) { c.Groups[0].Missing = "guess" },
		"limits that cross":                func(c *Card) { c.Total.Low, c.Total.High = number(1), number(0) },
		"a start that is no number":        func(c *Card) { c.Total.Start = math.NaN() },
		"a limit that is no number":        func(c *Card) { c.Total.Low = number(math.NaN()) },
		"points for silence that are none": func(c *Card) { c.Measures[0].Points.Absent = number(math.Inf(-1)) },
		"tiers without tiers":              func(c *Card) { c.Measures[0].Points = Points{Form: Tiers} },
		"a tier without points":            func(c *Card) { c.Measures[0].Points = Points{Form: Tiers, Tiers: []Tier{{nil, math.NaN()}}} },
	} {
		card := compile(t, Sheet{Kind: WeightedMean, Entries: []Entry{weighted("a", 1)}})
		damage(card)
		if card.Check() == nil {
			t.Errorf("%s was accepted", fact)
		}
	}
}

func TestHealthyKindsAreThoseThatSayGood(t *testing.T) {
	for _, k := range Kinds() {
		if k.Healthy() != (k == BandPoints || k == WorstOf) {
			t.Errorf("%s", k)
		}
	}
}
