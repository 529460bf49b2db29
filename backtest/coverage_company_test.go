package backtest

import (
	"math"
	"math/rand/v2"
	"testing"

	"holdfast/dataset"
	"holdfast/models"
)

// portfolio is a company of accounts that come up once in each of four periods, in three
// segments. What an account is like stays with it and moves its outcomes; two scores see it
// through errors of their own, which stay as well, the first one more clearly. Values are
// log-normal: an account in twenty is worth 3.7 times the median or more.
func portfolio(rng *rand.Rand, accounts int) *Predictions {
	const periods = 4
	type customer struct{ risk, value, first, second float64 }
	list := make([]customer, accounts)
	for a := range list {
		list[a] = customer{rng.NormFloat64(), 1000 * math.Exp(0.8*rng.NormFloat64()), 0.7 * rng.NormFloat64(), rng.NormFloat64()}
	}
	p := &Predictions{Score: make([][]float64, 2), Eta: make([][]float64, 2), Segments: []string{"small", "mid", "big"}}
	for k := range periods {
		for a, c := range list {
			p.Fold, p.Account = append(p.Fold, int32(k)), append(p.Account, int32(a))
			p.Churned = append(p.Churned, rng.Float64() < models.Probability(1.2*c.risk-1.5))
			p.Value, p.Segment = append(p.Value, c.value), append(p.Segment, int32(a%3))
			for i, own := range [2]float64{c.first, c.second} {
				eta := 0.8*(c.risk+own+0.4*rng.NormFloat64()) - 1.5
				p.Score[i], p.Eta[i] = append(p.Score[i], eta), append(p.Eta[i], eta)
			}
		}
	}
	return p
}

// warnings are days from a warning to a churn, of accounts that churn up to three times: an
// account that was warned of early tends to be so again. One in six had no warning.
func warnings(rng *rand.Rand, accounts int) (days []int, number []int32) {
	for a := range accounts {
		own := rng.NormFloat64()
		for range 1 + rng.IntN(3) {
			d := int(60 * math.Exp(0.5*own+0.5*rng.NormFloat64()))
			if rng.IntN(6) == 0 {
				d = -1
			}
			days, number = append(days, d), append(number, int32(a))
		}
	}
	return days, number
}

// ladderOfPortfolio is what bands are learned from: examples in the order of accounts.
func ladderOfPortfolio(t *testing.T, p *Predictions) *models.Ladder {
	t.Helper()
	e, eta := new(dataset.Examples), []float64(nil)
	accounts := int(p.Account[len(p.Account)-1]) + 1
	for a := range accounts {
		for i := a; i < len(p.Account); i += accounts {
			e.Account, e.AsOf = append(e.Account, p.Account[i]), append(e.AsOf, dataset.Date(91*p.Fold[i]))
			e.Churned, eta = append(e.Churned, p.Churned[i]), append(eta, p.Eta[0][i])
		}
	}
	rules := models.BandRules{Red: models.BandRule{Share: 0.1}, Yellow: models.BandRule{Precision: 0.35}}
	ladder, err := models.NewLadder(rules, eta, e.All())
	if err != nil {
		t.Fatal(err)
	}
	return ladder
}
