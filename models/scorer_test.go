package models

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"holdfast/dataset"
	"holdfast/features"
	"holdfast/models/trigger"
)

// scored is a model with a category and bands, and the examples it was fitted on: enough of
// them for several batches.
func scoredTable() table {
	rng := rand.New(rand.NewPCG(3, 4))
	tab := table{numbers: []numberColumn{{name: "usage"}, {name: "nps"}}, texts: []textColumn{{name: "plan"}}}
	for range 2*dataset.BatchRows + 77 {
		usage, nps := rng.NormFloat64(), rng.NormFloat64()
		if rng.IntN(9) == 0 {
			nps = math.NaN()
		}
		tab.numbers[0].values, tab.numbers[1].values = append(tab.numbers[0].values, usage), append(tab.numbers[1].values, nps)
		tab.texts[0].values = append(tab.texts[0].values, []string{"basic", "pro", "team"}[rng.IntN(3)])
		tab.churned = append(tab.churned, rng.Float64() < Probability(-1-usage))
	}
	return tab
}

// A row has the same score to the bit in the whole, in a batch, and alone.
func TestScoresOfABatchAreThoseOfTheWhole(t *testing.T) {
	tab := scoredTable()
	e := tab.load(t)
	for _, c := range []Candidate{{Name: "plain", Kind: Logistic}, {Name: "by_plan", Kind: Logistic, PerSegment: true, Segments: Segments{By: "plan", MinEvents: 20}}} {
		m := fitOne(t, tab, c, tab.factors(t))
		if err := m.Introduce(t.Context(), e.All(), DefaultBandRules(), nil); err != nil {
			t.Fatal(err)
		}
		want, _, err := m.Predict(t.Context(), e.Len(), e.All().Batches())
		if err != nil {
			t.Fatal(err)
		}
		scorer, scores, row := m.Scorer(), new(Scores), 0
		for b, err := range e.All().Batches() {
			if err == nil {
				err = scorer.Score(t.Context(), b, scores)
			}
			if err != nil {
				t.Fatal(err)
			}
			for i := range b.Len() {
				eta := want.Eta[row]
				if scores.Eta[i] != eta || scores.P[i] != Probability(eta) || scores.Health[i] != Health(eta) || scores.Score[i] != want.Score[row] ||
					trigger.Bands()[scores.Band[i]] != string(m.BandOf(m.Bands, "", want.Score[row], eta)) {
					t.Fatalf("%s, row %d: %v and %v, want %v", c.Name, row, scores.Eta[i], scores.P[i], eta)
				}
				row++
			}
		}
		for _, r := range []int32{0, 4100, int32(e.Len() - 1)} {
			for b, err := range e.Table.Batches([]int32{r}) {
				if err == nil {
					err = scorer.Score(t.Context(), b, scores)
				}
				if err != nil || scores.Eta[0] != want.Eta[r] {
					t.Errorf("%s, row %d alone: %v (%v), want %v", c.Name, r, scores.Eta[0], err, want.Eta[r])
				}
			}
		}
	}
}

// By hand: each row misses what its reason says, and the first factor is to blame.
func TestAnUnscoredRowHasOneReason(t *testing.T) {
	tab := table{churned: yes(0, 1, 0, 1, 0, 1), numbers: []numberColumn{{"usage", []float64{1, 2, 3, 4, 2, 3}}}, texts: []textColumn{{"plan", []string{"a", "b", "a", "b", "b", "a"}}}}
	factors := compileFactors(t, tab.types(), features.Factor{Name: "usage", Expr: "usage", Missing: features.Drop},
		features.Factor{Name: "plan", Expr: "plan", Kind: features.Category, Unseen: features.UnseenError})
	m := fitOne(t, tab, Candidate{Name: "m", Kind: Logistic, Penalty: Penalty{Kind: Ridge, Strength: 1}}, factors)
	nan := math.NaN()
	later := table{churned: yes(0, 1, 0, 1, 0), numbers: []numberColumn{{"usage", []float64{1, nan, 3, nan, 2}}}, texts: []textColumn{{"plan", []string{"a", "a", "c", "c", ""}}}}
	e := later.load(t)
	want := []Unscored{{}, {MissingFactor, "usage"}, {UnseenLevel, "plan"}, {MissingFactor, "usage"}, {UnseenLevel, "plan"}}
	x, _, err := m.Explain(t.Context(), e.Len(), e.All().Batches(), 1)
	if err != nil || !slices.Equal(x.Unscored, want) {
		t.Errorf("Explain: %v, %v; want %v", x.Unscored, err, want)
	}
	scorer, scores := m.Scorer(), new(Scores)
	for b, err := range e.All().Batches() {
		if err == nil {
			err = scorer.Score(t.Context(), b, scores)
		}
		if err != nil {
			t.Fatal(err)
		}
		if got, err := scorer.Unscored(t.Context(), b, scores); err != nil || !slices.Equal(got, want) {
			t.Errorf("Scorer: %v, %v; want %v", got, err, want)
		}
	}
	if w := scorer.Warnings(); len(w) != 1 || !strings.Contains(w[0].Message, `"c" (2 rows)`) {
		t.Errorf("warnings %v", w)
	}
}

// Red from 0.5 and 0.1 of hysteresis: p of 0.45 stays red after red, and is not red alone.
func TestBandsInTurnRememberTheRowBefore(t *testing.T) {
	m := &Model{Calibration: Calibration{Slope: 1}, Bands: &Thresholds{Red: 0.5, Yellow: 0.2, Hysteresis: 0.1}}
	p := &Predictions{Eta: append(etasOf(0.6, 0.45, 0.35), math.NaN(), logOdds(0.45), logOdds(0.45)), Score: make([]float64, 6)}
	got := m.BandsInTurn([]int32{1, 1, 1, 1, 1, 2}, p)
	if want := []Band{Red, Red, Yellow, "", Yellow, Yellow}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// From 80 to 50 points, of which the model took 10 and the data 20.
func TestAMovementIsModelAndData(t *testing.T) {
	for _, c := range []struct {
		fact               string
		then, between, now float64
		want               Movement
		cause              Cause
	}{
		{"mostly data", 80, 70, 50, Movement{-30, -20, -10}, ByData},
		{"mostly model", 80, 60, 50, Movement{-30, -10, -20}, ByModel},
		{"against each other, the one that won", 50, 90, 60, Movement{10, -30, 40}, ByModel},
		{"nothing", 50, 50, 50, Movement{}, ""},
	} {
		got := NewMovement(c.then, c.between, c.now)
		if got != c.want || got.Cause() != c.cause {
			t.Errorf("%s: %+v by %q, want %+v by %q", c.fact, got, got.Cause(), c.want, c.cause)
		}
	}
	unknown := NewMovement(80, math.NaN(), 50)
	if unknown.Health != -30 || unknown.Data.Defined() || unknown.Model.Defined() || unknown.Cause() != "" {
		t.Errorf("without the old snapshot: %+v", unknown)
	}
}

func TestPlaybooksAreNamedWhereTheyHold(t *testing.T) {
	m := &Model{Name: "m", Playbooks: []trigger.Rule{{Name: "call", When: "band == 'red'"}, {Name: "review", When: "dropped and top_category == 'usage'"}}}
	s := &trigger.Standings{Rows: 3, P: []float64{.9, .1, .4}, Band: []int8{2, 0, 1}, BandBefore: []int8{1, 0, -1}, TopCategory: trigger.NamesOf([]string{"usage", "usage", "voice"})}
	got, err := m.PlaybooksOf(s)
	if err != nil || !slices.Equal(got[0], []string{"call", "review"}) || got[1] != nil || got[2] != nil {
		t.Errorf("%v, %v", got, err)
	}
	m.Playbooks[0].When = "bnd == 'red'"
	if _, err := m.PlaybooksOf(s); err == nil || m.checkPlaybooks() == nil {
		t.Error("a rule about a name that nobody knows was taken")
	}
}

// Two models that differ in one weight have different IDs, and a model has one.
func TestTheIDIsThatOfTheFile(t *testing.T) {
	tab := scoredTable()
	m := fitOne(t, tab, Candidate{Name: "m", Kind: Logistic}, tab.factors(t))
	first, err := m.ID()
	again, _ := m.ID()
	m.Coef[0] = math.Nextafter(m.Coef[0], 9)
	other, _ := m.ID()
	if err != nil || first != again || first == other || !strings.HasPrefix(first, "m@") || len(first) != 2+idDigits {
		t.Errorf("%q, %q, %q (%v)", first, again, other, err)
	}
}
