package models

import (
	"math"
	"testing"

	"holdfast/features"
)

// actionable fits a model whose numeric factors a team can move.
func actionable(t *testing.T, tab table) *Model {
	t.Helper()
	factors := compileFactors(t, tab.types(),
		features.Factor{Name: "usage", Expr: "usage", Expect: features.LowerChurn, Actionable: true},
		features.Factor{Name: "tickets", Expr: "tickets", Scale: features.Log1p, Expect: features.HigherChurn, Actionable: true},
		features.Factor{Name: "plan", Expr: "plan", Kind: features.Category, Actionable: true},
	)
	m := fitOne(t, tab, Candidate{Kind: Logistic}, factors)
	if err := m.Introduce(t.Context(), tab.load(t).All(), DefaultBandRules(), nil); err != nil {
		t.Fatal(err)
	}
	return m
}

// What the way proposes is scored anew, as a row of its own: it must be in the band that
// was promised, and no row that moves less may be.
func TestWayReachesItsBandAndNoShorterOneDoes(t *testing.T) {
	tab := noisy(600, 61)
	m := actionable(t, tab)
	e := tab.load(t)
	ways, err := m.Ways(t.Context(), e.Len(), e.All().Batches())
	if err != nil {
		t.Fatal(err)
	}
	p, _, err := m.Predict(t.Context(), e.Len(), e.All().Batches())
	if err != nil {
		t.Fatal(err)
	}
	alone := 0
	for i, w := range ways {
		if band := m.Bands.Band(p.Eta[i]); w == nil || band == Green {
			if band != Green || w != nil {
				t.Fatalf("row %d is %s and has the way %+v", i, band, w)
			}
			continue
		}
		if !w.Reached {
			continue
		}
		after := afterMoves(t, m, tab, i, w.Moves, 1)
		if got := m.Bands.Band(after); got.Risk() > w.To.Risk() || !near(Probability(after), w.Moves[len(w.Moves)-1].P, 1e-9) {
			t.Fatalf("row %d becomes %s at %v, promised %+v", i, got, Probability(after), w)
		}
		if len(w.Moves) == 1 && w.Moves[0].SDs > 1e-6 {
			alone++
			if less := m.Bands.Band(afterMoves(t, m, tab, i, w.Moves, 0.7)); less.Risk() <= w.To.Risk() {
				t.Errorf("row %d: seven tenths of %+v suffice", i, w.Moves)
			}
		}
	}
	if alone < 20 {
		t.Errorf("%d rows need one move only; the test says too little", alone)
	}
}

// afterMoves scores a row with a part of the moves made.
func afterMoves(t *testing.T, m *Model, tab table, row int, moves []Move, part float64) float64 {
	t.Helper()
	one := table{churned: yes(0)}
	for _, c := range tab.numbers {
		v := c.values[row]
		for _, move := range moves {
			if move.Factor == c.name {
				v += part * (move.To - v)
			}
		}
		one.numbers = append(one.numbers, numberColumn{c.name, []float64{v}})
	}
	for _, c := range tab.texts {
		one.texts = append(one.texts, textColumn{c.name, c.values[row : row+1]})
	}
	p, _, err := m.Predict(t.Context(), 1, one.load(t).All().Batches())
	if err != nil {
		t.Fatal(err)
	}
	return p.Eta[0]
}

func TestWayMovesOnlyWhatIsActionable(t *testing.T) {
	tab := noisy(600, 62)
	for i, v := range tab.numbers[1].values {
		tab.numbers[1].values[i] = math.Round(v)
	}
	m := actionable(t, tab)
	for i := range m.Encoder.Factors {
		m.Encoder.Factors[i].Factor.Actionable = m.Encoder.Factors[i].Factor.Name == "tickets"
	}
	e := tab.load(t)
	ways, err := m.Ways(t.Context(), e.Len(), e.All().Batches())
	if err != nil {
		t.Fatal(err)
	}
	for i, w := range ways {
		if w == nil {
			continue
		}
		for _, move := range w.Moves {
			if move.Factor != "tickets" || move.To != math.Trunc(move.To) {
				t.Fatalf("row %d: %+v; tickets are counts, and all that a team can move", i, move)
			}
		}
	}
}

func TestModelThatWasNotIntroducedKnowsNoWay(t *testing.T) {
	tab := noisy(100, 63)
	m := fitOne(t, tab, Candidate{Kind: Logistic}, tab.factors(t))
	e := tab.load(t)
	ways, err := m.Ways(t.Context(), e.Len(), e.All().Batches())
	if err != nil || ways[0] != nil {
		t.Errorf("%+v %v", ways[0], err)
	}
}

// A factor that is for accounts of one plan is no way out for those of another.
func TestWayMovesNoFactorOfAnotherSegment(t *testing.T) {
	tab := noisy(600, 64)
	factors := compileFactors(t, tab.types(),
		features.Factor{Name: "usage", Expr: "usage", Expect: features.LowerChurn},
		features.Factor{Name: "tickets", Expr: "tickets", Expect: features.HigherChurn, Actionable: true, Only: &features.Only{By: "plan", In: []string{"pro"}}},
	)
	m := fitOne(t, tab, Candidate{Kind: Logistic}, factors)
	e := tab.load(t)
	if err := m.Introduce(t.Context(), e.All(), DefaultBandRules(), nil); err != nil {
		t.Fatal(err)
	}
	ways, err := m.Ways(t.Context(), e.Len(), e.All().Batches())
	if err != nil {
		t.Fatal(err)
	}
	moved := 0
	for i, w := range ways {
		if w != nil && len(w.Moves) > 0 {
			moved++
			if plan := tab.texts[0].values[i]; plan != "pro" {
				t.Errorf("row %d of plan %q is told to move %+v", i, plan, w.Moves)
			}
		}
	}
	if moved == 0 {
		t.Error("nobody is told to move anything; the test says nothing")
	}
}
