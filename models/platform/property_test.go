package platform

import (
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// drawSheet is a sheet of a random kind with up to four measures, in one or two groups where
// the kind has some.
func drawSheet(t *rapid.T) Sheet {
	s := Sheet{Kind: rapid.SampledFrom(Kinds()).Draw(t, "kind")}
	p, _ := s.Kind.preset()
	s.Missing = rapid.SampledFrom(append(p.missing, "")).Draw(t, "missing")
	n := rapid.IntRange(1, 4).Draw(t, "measures")
	grouped := p.groups && (s.Kind == CappedPoints || rapid.Bool().Draw(t, "grouped"))
	if grouped {
		s.Groups = []Heading{{Name: "first"}}
		if s.Kind == CappedPoints {
			s.Groups[0].Cap = number(100)
		}
	}
	for j := range n {
		e := Entry{Name: string(rune('a' + j))}
		if grouped && (j == 0 || s.Kind == CappedPoints || rapid.Bool().Draw(t, "in")) {
			e.Group = "first"
		}
		if p.weights {
			e.Weight = number(float64(rapid.IntRange(0, 10).Draw(t, "weight")))
		}
		drawForm(t, &e, s.Kind, rapid.SampledFrom(p.forms).Draw(t, "form"), j, n)
		s.Entries = append(s.Entries, e)
	}
	return s
}

// drawForm fills in how a measure counts.
func drawForm(t *rapid.T, e *Entry, k Kind, f Form, j, n int) {
	whole := func(name string) float64 { return float64(rapid.IntRange(-20, 20).Draw(t, name)) }
	switch {
	case k == Signals:
		e.Signal = rapid.SampledFrom([]Signal{Ratio, Growth, Indicator}).Draw(t, "signal")
	case f == Times:
		e.Points = number(whole("points"))
	case f == Anchors:
		at0 := whole("at_0")
		e.At0, e.At100 = &at0, number(at0+1+math.Abs(whole("width")))
	case f == Bands:
		e.Good, e.Poor = number(whole("good")), number(whole("poor"))
	case k == TierPoints: // the best of all sum to 100
		most := 0.0
		if j == n-1 {
			most = 100
		}
		e.Tiers = []Tier{{number(0), most}, {nil, 0}}
	default:
		end := whole("end")
		e.Tiers = []Tier{{&end, whole("low")}, {number(end + 3), whole("middle")}, {nil, whole("high")}}
	}
}

func drawValues(t *rapid.T, n int) []float64 {
	values := make([]float64, n)
	for j := range values {
		values[j] = rapid.SampledFrom([]float64{na, 0, 1, -3, 0.5, 7, 20, rapid.Float64Range(-50, 50).Draw(t, "value")}).Draw(t, "pick")
	}
	return values
}

// scoreOf is the score of one row alone.
func (c *Card) scoreOf(values []float64) float64 {
	columns := make([][]float64, len(values))
	for j, v := range values {
		columns[j] = []float64{v}
	}
	out := make([]float64, 1)
	c.Score(columns, out)
	return out[0]
}

func TestPartsSumToTheScore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sheet := drawSheet(t)
		card, err := sheet.Card()
		if err != nil {
			t.Fatal(err)
		}
		values := drawValues(t, len(card.Measures))
		parts := make([]float64, len(values)+1)
		score := card.Parts(values, parts)
		if want := card.scoreOf(values); math.Float64bits(score) != math.Float64bits(want) && !math.IsNaN(want) {
			t.Fatalf("Parts gives %v, Score %v", score, want)
		}
		if math.IsNaN(score) {
			return
		}
		sum := 0.0
		for _, p := range parts {
			sum += p
		}
		if math.Abs(sum-score) > 1e-9*max(1, math.Abs(score)) {
			t.Fatalf("%s: parts %v of %v sum to %v, not %v", sheet.Kind, parts, values, sum, score)
		}
	})
}

func TestARowAloneScoresAsAmongOthers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		card, err := drawSheet(t).Card()
		if err != nil {
			t.Fatal(err)
		}
		n := rapid.IntRange(1, 6).Draw(t, "rows")
		columns, rows := make([][]float64, len(card.Measures)), make([][]float64, n)
		for i := range rows {
			rows[i] = drawValues(t, len(card.Measures))
			for j, v := range rows[i] {
				columns[j] = append(columns[j], v)
			}
		}
		out := make([]float64, n)
		card.Score(columns, out)
		for i, row := range rows {
			if alone := card.scoreOf(row); math.Float64bits(alone) != math.Float64bits(out[i]) && !math.IsNaN(alone) {
				t.Fatalf("row %d scores %v among others and %v alone", i, out[i], alone)
			}
		}
	})
}

// A mean lies between the least and the most of its points, with the weights of missing
// ones shared out too.
func TestMeansStayBetweenTheirPoints(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 5).Draw(t, "n")
		points, weights := make([]float64, n), make([]float64, n)
		low, high := math.Inf(1), math.Inf(-1)
		for k := range points {
			points[k] = float64(rapid.IntRange(0, 100).Draw(t, "points"))
			weights[k] = float64(rapid.IntRange(1, 999999).Draw(t, "weight"))
			if rapid.Bool().Draw(t, "absent") {
				points[k] = na
				continue
			}
			low, high = min(low, points[k]), max(high, points[k])
		}
		step := Step{Combine: Mean, Missing: Reweight}
		mean := step.of(points, weights)
		if high < low != math.IsNaN(mean) || mean < low-1e-9 || mean > high+1e-9 {
			t.Fatalf("mean %v of points from %v to %v", mean, low, high)
		}
	})
}

func TestRoundingIsToANeighbourAndHalvesAsSaid(t *testing.T) {
	for x, want := range map[float64][2]float64{ // half up, half even
		0.5: {1, 0}, 1.5: {2, 2}, 2.5: {3, 2}, -0.5: {0, 0}, -1.5: {-1, -2}, -2.5: {-2, -2},
		0.49999999999999994: {0, 0}, 62.5: {63, 62}, 3.75: {4, 4}, -0.2: {0, 0},
	} {
		if up, even := HalfUp.of(x), HalfEven.of(x); up != want[0] || even != want[1] || Exact.of(x) != x {
			t.Errorf("%v is rounded to %v and %v, want %v", x, up, even, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float64Range(-1e6, 1e6).Draw(t, "x")
		for _, r := range []Rounding{HalfUp, HalfEven} {
			if y := r.of(x); math.Abs(y-x) > 0.5 || y != math.Trunc(y) {
				t.Fatalf("%s of %v is %v", r, x, y)
			}
		}
	})
}

// What a model file holds is the card: it reads back to the same.
func TestCardsReadBackFromJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		card, err := drawSheet(t).Card()
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(card)
		if err != nil {
			t.Fatal(err)
		}
		back := new(Card)
		if err := json.Unmarshal(text, back); err != nil || back.Check() != nil || !reflect.DeepEqual(back, card) {
			t.Fatalf("%s (%v, %v)", text, err, back.Check())
		}
	})
}

func TestSharesAreWhatAPointMovesTheScoreBy(t *testing.T) {
	card := compile(t, Sheet{Kind: WeightedMean, Groups: []Heading{{Name: "g", Weight: number(60)}}, Entries: []Entry{
		{Name: "a", Group: "g", Weight: number(1)}, {Name: "b", Group: "g", Weight: number(3)}, {Name: "c", Weight: number(20)},
	}})
	if got, want := card.Shares(), []float64{0.75 * 0.25, 0.75 * 0.75, 0.25}; !slices.Equal(got, want) {
		t.Errorf("shares %v, want %v", got, want)
	}
	worst := compile(t, Sheet{Kind: WorstOf, Entries: []Entry{{Name: "a", Good: number(1), Poor: number(0)}}})
	if got := worst.Shares()[0]; !math.IsNaN(got) {
		t.Errorf("the worst of several has the share %v, want none", got)
	}
}

// Of a poor account the poor measure is the reason, of a good one nothing is.
func TestTheWorstIsOfTheMeasuresThatAreWorst(t *testing.T) {
	bands := func(name string) Entry { return Entry{Name: name, Good: number(50), Poor: number(20)} }
	card := compile(t, Sheet{Kind: WorstOf, Entries: []Entry{bands("a"), bands("b"), bands("c")}})
	for _, c := range []struct {
		values, want []float64
	}{
		{[]float64{60, 60, 60}, []float64{0, 0, 0, 100}},
		{[]float64{60, 10, 30}, []float64{0, -100, 0, 100}},
		{[]float64{30, 60, 40}, []float64{-20, 0, -20, 100}},
		{[]float64{na, 10, 15}, []float64{0, -50, -50, 100}},
	} {
		parts := make([]float64, 4)
		card.Parts(c.values, parts)
		if !slices.Equal(parts, c.want) {
			t.Errorf("%v has parts %v, want %v", c.values, parts, c.want)
		}
	}
	if word := card.Measures[0].Points.Word(30); word != "average" {
		t.Errorf("30 is %q", word)
	}
}
