package backtest

import (
	"math"

	"holdfast/backtest/metrics"
	"holdfast/models"
)

// colours are the bands in the order of every table here: the risk of a band, as
// models.Band.Risk gives it, is its index.
var colours = [...]models.Band{models.Green, models.Yellow, models.Red}

// uncoloured is the band of a row that has none.
const uncoloured = int8(-1)

// Bands is what the colours of a candidate were worth. Where they begin was learned on the
// training rows of each fold and is judged on its test window.
type Bands struct {
	Rules     models.BandRules
	ByFold    []*models.Thresholds // per fold; nil where skipped, and of recipes, which have bands of their own
	List      []BandResult         // green, yellow, red: the test examples, each as if its account were seen first
	Uncolored int                  // test examples of folds in which everybody had one probability
	Final     *FinalThresholds     // on all mature labels; nil for recipes and where that fit failed
	Movement  *Movement            // nil without a Timeline
}

// BandResult is one band over all test windows.
type BandResult struct {
	Band         models.Band
	Rate         metrics.Rate     // of the event, Wilson's interval at the effective number of rows
	Share        metrics.Estimate // of the coloured test examples
	ShareOfChurn metrics.Estimate // of those with the event
	PerPeriod    metrics.Estimate // accounts, each counted once in a test window
	Value        metrics.Estimate // money at stake; NaN without values
	ChurnedValue metrics.Estimate
	Metrics      []Metric // within the band, as in Group; nil without rows
}

// FinalThresholds are those of the model that is shipped, with percentile intervals over
// draws of accounts.
type FinalThresholds struct {
	Red, Yellow metrics.Estimate // probabilities
	Replicates  int
}

// measureBands fills in what is known of the bands from the test examples alone.
func measureBands(r *Result, pooled *sample, b *banding) {
	_ = r.eachCandidate(func(c int, cand *CandidateResult) error { // no task fails
		code := r.Predictions.Band[c]
		if !anyColoured(code) {
			return nil
		}
		bands := &Bands{Rules: r.Options.Bands, ByFold: b.thresholdsOf(c, len(r.Folds))}
		bands.List = bandResults(r, pooled, code)
		for _, x := range code {
			if x == uncoloured {
				bands.Uncolored++
			}
		}
		cand.Bands = bands
		return nil
	})
}

// anyColoured says whether any row has a band.
func anyColoured(code []int8) bool {
	for _, x := range code {
		if x != uncoloured {
			return true
		}
	}
	return false
}

// bandResults count the bands. Intervals are those of what accounts have in a band, where the lines
// between bands are taken as given.
func bandResults(r *Result, s *sample, code []int8) (list []BandResult) {
	held := heldIn(s, code)
	rows, churned := make([]float64, s.accounts), make([]float64, s.accounts)
	for _, h := range held {
		for g := range rows {
			rows[g], churned[g] = rows[g]+h.rows[g], churned[g]+h.churned[g]
		}
	}
	level, once := r.Options.Level, 1/float64(usedFolds(r.Folds))
	for risk, band := range colours {
		h, none := held[risk], metrics.Estimate{Value: math.NaN(), StdErr: math.NaN(), Low: math.NaN(), High: math.NaN()}
		b := BandResult{Band: band, Rate: rateOfBand(s, code, int8(risk), level), Value: none, ChurnedValue: none,
			Share: ratioOf(h.rows, rows).counted(equalWeights(rows), level), ShareOfChurn: ratioOf(h.churned, churned).counted(equalWeights(churned), level),
			PerPeriod: total(h.visits).times(once).amount(level)}
		if s.value != nil {
			b.Value, b.ChurnedValue = total(h.value).amount(level), total(h.lost).amount(level)
		}
		list = append(list, b)
	}
	return list
}

// rateOfBand is the churn rate in a band.
func rateOfBand(s *sample, code []int8, risk int8, level float64) metrics.Rate {
	var churned []bool
	var cluster []int32
	for i, x := range code {
		if x == risk {
			churned, cluster = append(churned, s.churned[i]), append(cluster, s.cluster[i])
		}
	}
	return metrics.ClusteredRate(churned, cluster, level)
}

// held is what every account has in a band: rows, those of them with the event, test windows in which it
// was seen there, and money of all rows and of those with the event.
type held struct{ rows, churned, visits, value, lost []float64 }

// heldIn adds up by band and account.
func heldIn(s *sample, code []int8) (of [len(colours)]held) {
	latest := make([][]int32, len(colours)) // of each account, the period in which it was seen last in a band, plus one
	for risk := range of {
		columns := rowsOf(5, s.accounts)
		of[risk], latest[risk] = held{columns[0], columns[1], columns[2], columns[3], columns[4]}, make([]int32, s.accounts)
	}
	for i, x := range code {
		if x == uncoloured {
			continue
		}
		h, g, churned := of[x], s.cluster[i], oneIf(s.churned[i])
		h.rows[g]++
		h.churned[g] += churned
		if latest[x][g] != s.period[i]+1 { // an account's rows come period by period
			latest[x][g] = s.period[i] + 1
			h.visits[g]++
		}
		if s.value != nil {
			h.value[g] += s.value[i]
			h.lost[g] += s.value[i] * churned
		}
	}
	return of
}

// total is what all accounts have.
func total(of []float64) tilted { return tilted{sumOf(of), centred(of)} }

// usedFolds counts the folds that were tested.
func usedFolds(folds []Fold) int {
	n := 0
	for _, f := range folds {
		if f.Skipped == "" {
			n++
		}
	}
	return n
}

// oneIf is 1 for yes and 0 for no.
func oneIf(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}
