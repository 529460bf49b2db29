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
	Rate         metrics.Rate // of the event, Wilson's interval at the effective number of rows
	Share        float64      // of the coloured test examples
	ShareOfChurn float64      // of those with the event
	PerPeriod    float64      // accounts, each counted once in a test window
	Value        float64      // money at stake; NaN without values
	ChurnedValue float64
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
		for risk, band := range colours {
			bands.List = append(bands.List, bandResult(r, pooled, code, int8(risk), band))
		}
		for _, x := range code {
			if x == uncoloured {
				bands.Uncolored++
			}
		}
		shares(bands.List)
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

// bandResult counts one band; shares come when all are counted.
func bandResult(r *Result, s *sample, code []int8, risk int8, band models.Band) BandResult {
	b := BandResult{Band: band, Value: math.NaN(), ChurnedValue: math.NaN()}
	if s.value != nil {
		b.Value, b.ChurnedValue = 0, 0
	}
	var churned []bool
	var cluster []int32
	visits, last := 0, make([]int32, s.accounts) // of each account, the period in which it was seen last, plus one
	for i, x := range code {
		if x != risk {
			continue
		}
		g := s.cluster[i]
		churned, cluster = append(churned, s.churned[i]), append(cluster, g)
		if last[g] != s.period[i]+1 { // an account's rows come period by period
			last[g] = s.period[i] + 1
			visits++
		}
		if s.value != nil {
			b.Value += s.value[i]
			b.ChurnedValue += s.value[i] * oneIf(s.churned[i])
		}
	}
	b.Rate = metrics.ClusteredRate(churned, cluster, r.Options.Level)
	b.PerPeriod = float64(visits) / float64(usedFolds(r.Folds))
	return b
}

// shares divides by what all bands have together.
func shares(list []BandResult) {
	n, churned := 0.0, 0.0
	for _, b := range list {
		n, churned = n+float64(b.Rate.N), churned+float64(b.Rate.Churned)
	}
	for i := range list {
		list[i].Share, list[i].ShareOfChurn = float64(list[i].Rate.N)/n, float64(list[i].Rate.Churned)/churned
	}
}

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
