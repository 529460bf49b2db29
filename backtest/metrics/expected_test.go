package metrics

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"holdfast/dataset/radix"
)

// Two rows, p = 0.8 and 0.2. The first churns and the second renews with 0.8*0.8 = 0.64, a
// won pair; the other way round with 0.2*0.2 = 0.04, a lost one: 0.64/0.68. The Brier score
// is 0.8*0.2 = 0.16.
func TestExpectedMetricsByHand(t *testing.T) {
	eta := []float64{math.Log(4), -math.Log(4)}
	auc, brier := Expected(eta, eta)
	if !near(auc, 0.64/0.68, 1e-12) || !near(brier, 0.16, 1e-12) {
		t.Errorf("AUC %v and Brier %v, want %v and 0.16", auc, brier, 0.64/0.68)
	}
}

// Against the expectation of wins and losses over all pairs, counted one by one.
func TestExpectedAUCIsThatOfAllPairs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		eta := rapid.SliceOfN(rapid.Float64Range(-3, 3), 2, 20).Draw(t, "eta")
		score := make([]float64, len(eta))
		for i := range score {
			score[i] = float64(rapid.IntRange(0, 4).Draw(t, "score"))
		}
		var won, all float64
		for i := range eta {
			for j := range eta {
				if i == j {
					continue
				}
				w := sigmoid(eta[i]) * sigmoid(-eta[j])
				all += w
				switch {
				case score[i] > score[j]:
					won += w
				case score[i] == score[j]:
					won += w / 2
				}
			}
		}
		if auc, _ := Expected(score, eta); !near(auc, won/all, 1e-9) {
			t.Fatalf("AUC %v, want %v", auc, won/all)
		}
	})
}

// Every row twice, once as churned and once as renewed, is what the curve of weighted rows is
// made for: its AUC is the same number, to the last bit, with ties and with none.
func TestRowsThatStandOnceEachWayHaveTheAUCOfTwiceTheRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		eta := rapid.SliceOfN(rapid.Float64Range(-30, 30), 1, 60).Draw(t, "eta")
		score, rows := make([]float64, len(eta)), radix.NewKeyed[uint32](len(eta))
		var churned []bool
		var p, q []float64
		levels := rapid.SampledFrom([]int{1, 3, 1 << 20}).Draw(t, "levels")
		for i, v := range eta {
			score[i] = float64(rapid.IntRange(0, levels).Draw(t, "score"))
			rows.Keys[i], rows.Rows[i] = descendingKey(score[i]), uint32(i)
			p, q, churned = append(p, sigmoid(v)), append(q, sigmoid(-v)), append(churned, true)
		}
		want := WeightedCurve(slices.Concat(score, score), append(churned, make([]bool, len(eta))...), slices.Concat(p, q)).AUC
		if got := doubledAUC(rows.Sort(), p, q); got != want {
			t.Fatalf("AUC %v, that of twice the rows is %v", got, want)
		}
	})
}

func TestNothingIsExpectedOfRowsWithoutANumber(t *testing.T) {
	for fact, rows := range map[string][2][]float64{
		"no rows":          {nil, nil},
		"one row":          {{1}, {1}},
		"a score of NaN":   {{1, math.NaN()}, {1, 2}},
		"log-odds of NaN":  {{1, 2}, {1, math.NaN()}},
		"nothing but NaNs": {{math.NaN(), math.NaN()}, {math.NaN(), math.NaN()}},
	} {
		if auc, _ := Expected(rows[0], rows[1]); auc == auc {
			t.Errorf("%s: AUC %v, want NaN", fact, auc)
		}
	}
}
