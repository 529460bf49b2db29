package platform

import (
	"math"
	"testing"
)

var na = math.NaN()

// fixture is a sheet, rows of values in the order of its entries, and what the platform
// makes of them.
type fixture struct {
	sheet Sheet
	rows  []row
}

type row struct {
	fact   string
	values []float64
	want   float64
}

// check scores every row on its own and among the others.
func (f fixture) check(t *testing.T) {
	t.Helper()
	card := compile(t, f.sheet)
	columns := make([][]float64, len(card.Measures))
	for _, r := range f.rows {
		for j, v := range r.values {
			columns[j] = append(columns[j], v)
		}
	}
	out := make([]float64, len(f.rows))
	card.Score(columns, out)
	for i, r := range f.rows {
		if !same(out[i], r.want) {
			t.Errorf("%s: %v scores %v, want %v", r.fact, r.values, out[i], r.want)
		}
	}
}

func compile(t testing.TB, s Sheet) *Card {
	t.Helper()
	card, err := s.Card()
	if err != nil {
		t.Fatal(err)
	}
	if err := card.Check(); err != nil {
		t.Fatal(err)
	}
	return card
}

// same compares to the last bits of a division; whole numbers compare exactly.
func same(got, want float64) bool {
	return got == want || math.IsNaN(got) && math.IsNaN(want) || want != math.Trunc(want) && math.Abs(got-want) < 1e-12
}

func weighted(name string, weight float64) Entry { return Entry{Name: name, Weight: &weight} }

// Gainsight, Calculation of Measure Group Scores: the example of three measures, 2287/57 =
// 40.1228…; the other rows by hand. Its NA switch shares the weight out, or not.
func TestWeightedMean(t *testing.T) {
	entries := []Entry{weighted("tickets", 20), weighted("time to resolve", 15), weighted("frequency", 22)}
	fixture{Sheet{Kind: WeightedMean, Entries: entries}, []row{
		{"the published example", []float64{47, 59, 21}, 2287.0 / 57},
		{"the weight of a missing measure goes to the others: (20*47 + 22*21)/42", []float64{47, na, 21}, 1402.0 / 42},
		{"of one measure left it is that one", []float64{na, 59, na}, 59},
		{"nothing there gives no score", []float64{na, na, na}, na},
	}}.check(t)
	fixture{Sheet{Kind: WeightedMean, Entries: entries, Missing: Zero}, []row{
		{"without re-weighting a missing measure counts as 0", []float64{47, na, 21}, 1402.0 / 57},
	}}.check(t)
	fixture{Sheet{Kind: WeightedMean, Entries: entries, Missing: Unscored}, []row{
		{"or nothing is said", []float64{47, na, 21}, na},
		{"of accounts that lack something", []float64{47, 59, 21}, 2287.0 / 57},
	}}.check(t)
}

func TestWeightedMeanTakesWeightsFrom0To999999ThatNeedNotSumTo100(t *testing.T) {
	fixture{Sheet{Kind: WeightedMean, Entries: []Entry{weighted("a", 999999), weighted("b", 0), weighted("c", 1)}}, []row{
		{"(999999*50 + 0*100 + 1*10)/1000000", []float64{50, 100, 10}, 49.99996},
		{"a measure without weight has no say", []float64{50, 0, 10}, 49.99996},
		{"and alone no score", []float64{na, 100, na}, na},
	}}.check(t)
}

func TestWeightedMeanOfGroups(t *testing.T) {
	in := func(name, group string, weight float64) Entry {
		return Entry{Name: name, Group: group, Weight: &weight}
	}
	fixture{Sheet{Kind: WeightedMean,
		Groups:  []Heading{{Name: "usage", Weight: number(60)}, {Name: "voice", Weight: number(20)}},
		Entries: []Entry{in("depth", "usage", 1), in("breadth", "usage", 3), in("nps", "voice", 1), in("pulse", "", 20)},
	}, []row{
		{"usage (40 + 3*80)/4 = 70: (60*70 + 20*50 + 20*90)/100", []float64{40, 80, 50, 90}, 70},
		{"inside a group the rest stands for it: usage 80", []float64{na, 80, 50, 90}, 76},
		{"a group without values leaves its 60 to the others: (20*50 + 20*90)/40", []float64{na, na, 50, 90}, 70},
		{"a stale pulse leaves its 20 to the groups: (60*70 + 20*50)/80", []float64{40, 80, 50, na}, 65},
	}}.check(t)
}

// Gainsight, Scorecard FAQs: but for the first range, From is not included. 0-50 is red,
// 50-75 yellow, 75-100 green.
func TestRangesExcludeTheirFrom(t *testing.T) {
	colours := []Tier{{number(50), 0}, {number(75), 50}, {nil, 100}}
	fixture{Sheet{Kind: WeightedMean, Entries: []Entry{{Name: "score", Tiers: colours}}}, []row{
		{"0 is red", []float64{0}, 0}, {"50 is red", []float64{50}, 0},
		{"just above 50 is yellow", []float64{math.Nextafter(50, 51)}, 50},
		{"75 is yellow", []float64{75}, 50}, {"76 is green", []float64{76}, 100},
	}}.check(t)
}

func banded(name, group string, weight, good, poor float64) Entry {
	return Entry{Name: name, Group: group, Weight: &weight, Good: &good, Poor: &poor}
}

// Totango, profiles for multidimensional health: 100, 60 or 0 by weight, each dimension
// rounded, then the dimensions by weight, rounded again. By hand.
func TestBandPoints(t *testing.T) {
	fixture{Sheet{Kind: BandPoints,
		Groups: []Heading{{Name: "usage", Weight: number(50)}, {Name: "support", Weight: number(50)}},
		Entries: []Entry{
			banded("logins", "usage", 1, 60, 20), banded("seats", "usage", 2, 0.5, 0.2),
			banded("tickets", "support", 1, 3, 10), banded("age", "support", 7, 5, 20),
		},
	}, []row{
		{"all good", []float64{60, 0.5, 3, 5}, 100},
		{"at the threshold it is good, below it average: usage (100 + 2*60)/3 = 73.3 -> 73, (73 + 100)/2 = 86.5 -> 87", []float64{60, 0.4999, 3, 5}, 87},
		{"at the poor threshold it is average, below it poor: usage (60 + 0)/3 = 20, (20 + 100)/2", []float64{20, 0.1999, 3, 5}, 60},
		{"fewer are better: 11 tickets are poor, 10 average; support (60 + 700)/8 = 95, (100 + 95)/2 = 97.5 -> 98", []float64{60, 0.5, 10, 5}, 98},
		{"support (0 + 700)/8 = 87.5 -> 88, (100 + 88)/2 = 94; rounded once it would be 93.75 -> 94", []float64{60, 0.5, 11, 5}, 94},
		// Rounding twice is not rounding once: dimensions 73.3 and 87.5 have the mean 80.4,
		// rounded 80; their roundings 73 and 88 have the mean 80.5, rounded 81.
		{"rounded twice", []float64{60, 0.4, 11, 5}, 81},
		{"a metric without a value: usage is seats alone, 60; (60 + 100)/2", []float64{na, 0.3, 3, 5}, 80},
		{"a dimension without values", []float64{na, na, 3, 20}, 65}, // (100 + 7*60)/8
		{"nothing at all", []float64{na, na, na, na}, na},
	}}.check(t)
}

// Totango, profiles for account health: poor if one attribute with a value is poor, good if
// all with a value are good, else average.
func TestWorstOf(t *testing.T) {
	bands := func(name string) Entry { return Entry{Name: name, Good: number(50), Poor: number(20)} }
	fixture{Sheet{Kind: WorstOf, Entries: []Entry{bands("a"), bands("b"), bands("c")}}, []row{
		{"all good", []float64{50, 60, 70}, 100},
		{"one average", []float64{50, 49, 70}, 60},
		{"one poor", []float64{19, 49, 70}, 0},
		{"what has no value is not looked at", []float64{na, 60, 70}, 100},
		{"nor does it hide what is poor", []float64{na, 10, na}, 0},
		{"no value at all: health unknown", []float64{na, na, na}, na},
	}}.check(t)
}

// ChurnZero, Setting up ChurnScore Factors: the top of a range is inclusive, the bottom is
// not, and where two tiers share a value the top wins; the factors' points sum to 100.
func TestTierPoints(t *testing.T) {
	posts := []Tier{{number(0), 0}, {number(4), 15}, {number(9), 30}, {nil, 60}}
	seats := []Tier{{number(0.5), 0}, {number(0.8), 25}, {nil, 40}}
	sheet := Sheet{Kind: TierPoints, Entries: []Entry{{Name: "posts", Tiers: posts}, {Name: "seats", Tiers: seats}}}
	fixture{sheet, []row{
		{"the best of both", []float64{10, 0.81}, 100},
		{"no posts", []float64{0, 0.81}, 40},
		{"the top of a tier is in it: 4 posts and 0.8", []float64{4, 0.8}, 40},
		{"its bottom is not: 5 posts and 0.5", []float64{5, 0.5}, 30},
		{"just above a top is the next tier", []float64{math.Nextafter(4, 5), math.Nextafter(0.8, 1)}, 70},
		{"what is missing earns nothing", []float64{na, 0.9}, 40},
		{"of nothing the score is 0, as the platform shows it", []float64{na, na}, 0},
	}}.check(t)
	sheet.Missing = Reweight
	fixture{sheet, []row{
		{"re-weighted, the 40 that can be had stand for 100: 25 * 100/40", []float64{na, 0.8}, 62.5},
		{"and the 60: 30 * 100/60", []float64{9, na}, 50},
		{"with all values nothing changes", []float64{9, 0.8}, 55},
	}}.check(t)
}

// Planhat, How health is calculated: 5 is neutral, factors add or subtract, and what is
// outside of 0 to 10 becomes 0 or 10.
func TestOffsetPoints(t *testing.T) {
	logins := []Tier{{number(1), -4}, {number(5), 0}, {nil, 4}}
	fixture{Sheet{Kind: OffsetPoints, Entries: []Entry{{Name: "logins", Tiers: logins}, {Name: "promoter", Points: number(2.5)}}}, []row{
		{"neutral", []float64{3, 0}, 5},
		{"5 + 4", []float64{6, 0}, 9},
		{"5 + 4 + 2.5 is held at 10", []float64{6, 1}, 10},
		{"5 - 4", []float64{1, 0}, 1},
		{"5 - 4 - 2.5 is held at 0", []float64{0, -1}, 0},
		{"half points are kept", []float64{3, 1}, 7.5},
		{"what is missing adds nothing", []float64{na, 1}, 7.5},
	}}.check(t)
}

// Planhat, Group Health Scores: companies at 10, 5, 5 and 5 have 6.25, shown as 6; at 0, 5,
// 5 and 5 they have 3.75, shown as 4.
func TestOffsetPointsOfSeveralCompanies(t *testing.T) {
	companies := Sheet{Kind: OffsetPoints}
	for _, name := range []string{"parent", "first", "second", "third"} {
		companies.Groups = append(companies.Groups, Heading{Name: name})
		companies.Entries = append(companies.Entries, Entry{Name: name, Group: name, Points: number(1)})
	}
	fixture{companies, []row{
		{"the published 6.25", []float64{7, 0, 0, 0}, 6},
		{"the published 3.75", []float64{-8, 0, 0, 0}, 4},
		{"halves go up: (10 + 5 + 5 + 10)/4 = 7.5", []float64{5, 0, 0, 6}, 8},
	}}.check(t)
}

// HubSpot, health scores of the customer success workspace: criteria add and subtract, each
// group up to its maximum, the maxima sum to 100. More subtracted than added is negative.
func TestCappedPoints(t *testing.T) {
	in := func(name, group string, points float64) Entry {
		return Entry{Name: name, Group: group, Points: &points}
	}
	fixture{Sheet{Kind: CappedPoints,
		Groups: []Heading{{Name: "engagement", Cap: number(60)}, {Name: "sentiment", Cap: number(40)}},
		Entries: []Entry{
			in("meeting", "engagement", 40), in("call", "engagement", 30), in("silent", "engagement", -50),
			in("promoter", "sentiment", 40), in("at risk", "sentiment", -70),
		},
	}, []row{
		{"all that is good", []float64{1, 1, 0, 1, 0}, 100},
		{"40 + 30 count 60, the cap", []float64{1, 1, 0, 0, 0}, 60},
		{"below the cap they add up", []float64{1, 0, 0, 1, 0}, 80},
		{"points are taken off before the cap: 40 + 30 - 50", []float64{1, 1, 1, 0, 0}, 20},
		{"below zero", []float64{0, 0, 1, 0, 1}, -120},
		{"a criterion that cannot be judged is not met", []float64{1, na, na, na, 0}, 40},
	}}.check(t)
}

// Natero, Define health criteria: session time of 0 at 7 minutes and 100 at 30.
func TestAnchoredMean(t *testing.T) {
	fixture{Sheet{Kind: AnchoredMean, Entries: []Entry{{Name: "session", At0: number(7), At100: number(30)}}}, []row{
		{"the published example: (18 - 7)/(30 - 7) = 47.8 -> 48", []float64{18}, 48},
		{"the published 5 minutes", []float64{5}, 0},
		{"the published 35 minutes", []float64{35}, 100},
		{"at the anchors", []float64{7}, 0}, {"and at the other", []float64{30}, 100},
	}}.check(t)
	fixture{Sheet{Kind: AnchoredMean, Entries: []Entry{
		{Name: "session", Weight: number(3), At0: number(7), At100: number(30)},
		{Name: "tickets", Weight: number(1), At0: number(8), At100: number(0)}, // inverted
	}}, []row{
		{"fewer tickets are better: (3*48 + 75)/4", []float64{18, 2}, 54.75},
		{"the weight of what is missing goes to the other", []float64{na, 2}, 75},
	}}.check(t)
}

// Salesforce, Customer Success Score signals: all four growths and both indicators are
// published; 62.5 is shown as 62.
func TestSignals(t *testing.T) {
	one := func(s Signal) Sheet { return Sheet{Kind: Signals, Entries: []Entry{{Name: "x", Signal: s}}} }
	fixture{one(Growth), []row{
		{"693 work orders after 564: 61.4", []float64{693.0 / 564}, 61},
		{"499 after 564: 44.2", []float64{499.0 / 564}, 44},
		{"15 rangers after 12: 62.5", []float64{15.0 / 12}, 62},
		{"13 after 15: 43.3", []float64{13.0 / 15}, 43},
		{"no change", []float64{1}, 50},
		{"twice as many and more", []float64{2.5}, 100},
	}}.check(t)
	fixture{one(Ratio), []row{
		{"67 % of the licences", []float64{0.67}, 67},
		{"more used than bought", []float64{1.2}, 100},
	}}.check(t)
	fixture{one(Indicator), []row{
		{"used", []float64{1}, 100}, {"not used", []float64{0}, 0}, {"one review of two", []float64{0.5}, 50},
	}}.check(t)
	fixture{Sheet{Kind: Signals, Entries: []Entry{{Name: "licences", Signal: Ratio}, {Name: "orders", Signal: Growth}, {Name: "swarming", Signal: Indicator}}}, []row{
		{"(67 + 61 + 100)/3", []float64{0.67, 693.0 / 564, 1}, 76},
		{"a signal without data is left out", []float64{0.67, na, 1}, 83.5},
	}}.check(t)
}

// The article's table: an impact, any whole number, times a count, summed.
func TestLinearCounts(t *testing.T) {
	fixture{Sheet{Kind: LinearCounts, Entries: []Entry{
		{Name: "logins", Points: number(1)}, {Name: "exports", Points: number(5)}, {Name: "bugs", Points: number(-25)},
	}}, []row{
		{"40*1 + 6*5 - 2*25", []float64{40, 6, 2}, 20},
		{"nothing happened", []float64{0, 0, 0}, 0},
		{"what is not known is not counted", []float64{40, na, 2}, -10},
	}}.check(t)
}

// No ticket at all scores 70 (Zudo, issue resolution), a pulse that was never set is left
// out: a measure may say what its own silence means.
func TestAMeasureMayHavePointsForAMissingValue(t *testing.T) {
	silence := weighted("resolution", 1)
	silence.Absent = number(70)
	fixture{Sheet{Kind: WeightedMean, Entries: []Entry{silence, weighted("pulse", 1)}}, []row{
		{"(70 + 90)/2", []float64{na, 90}, 80},
		{"70 alone", []float64{na, na}, 70},
		{"a value comes before it", []float64{50, 90}, 70},
	}}.check(t)
}

// The score that the package comment works out.
func TestTheWorkedScoreOfThePackageComment(t *testing.T) {
	in := func(name, group string, weight float64) Entry {
		return Entry{Name: name, Group: group, Weight: &weight}
	}
	groups := []Heading{{Name: "usage", Weight: number(60)}, {Name: "voice", Weight: number(40)}}
	sheet := Sheet{Kind: WeightedMean, Groups: groups, Entries: []Entry{in("first", "usage", 1), in("second", "usage", 3), in("survey", "voice", 1)}}
	fixture{sheet, []row{
		{"with the survey", []float64{40, 80, 50}, 62},
		{"never surveyed", []float64{40, 80, na}, 70},
	}}.check(t)
	parts := make([]float64, 4)
	compile(t, sheet).Parts([]float64{40, 80, 50}, parts)
	for j, want := range []float64{6, 36, 20, 0} {
		if math.Abs(parts[j]-want) > 1e-12 {
			t.Errorf("part %d is %v, want %v", j, parts[j], want)
		}
	}
	fixture{Sheet{Kind: BandPoints, Groups: groups, Entries: []Entry{
		banded("first", "usage", 1, 60, 20), banded("second", "usage", 3, 60, 20), banded("survey", "voice", 1, 60, 20),
	}}, []row{{"as bands", []float64{40, 80, 10}, 54}}}.check(t)
}
