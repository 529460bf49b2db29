package backtest

import (
	"math"
	"math/rand/v2"
	"testing"

	"holdfast/backtest/metrics"
	"holdfast/models"
)

// contestants simulates a company whose accounts come back six to twelve times, each with
// a level of its own that persists. Two candidates see the same truth through errors that
// persist as well, of standard deviations noise[c]; each is calibrated on the first half of
// the renewals (a line in log-odds) and tested on the second, as a run would do.
func contestants(rng *rand.Rand, accounts int, noise [2]float64) *Predictions {
	var past, p Predictions
	past.Score, p.Score = make([][]float64, 2), make([][]float64, 2)
	for a := range accounts {
		level := math.Sqrt2 * rng.NormFloat64()
		bias := [2]float64{noise[0] * rng.NormFloat64(), noise[1] * rng.NormFloat64()}
		renewals := 6 + rng.IntN(7)
		for k := range renewals {
			to := &past
			if 2*k >= renewals {
				to = &p
			}
			truth := level + rng.NormFloat64()
			to.Fold, to.Account = append(to.Fold, int32(k)), append(to.Account, int32(a))
			to.Churned = append(to.Churned, rng.Float64() < models.Probability(-1.5+truth))
			for c := range to.Score {
				to.Score[c] = append(to.Score[c], truth+bias[c]+0.5*rng.NormFloat64())
			}
		}
	}
	for c, score := range p.Score {
		line, err := metrics.Calibrate(past.Score[c], past.Churned, past.Account, 0.95)
		if err != nil {
			panic(err) // a bug of the simulation
		}
		eta := make([]float64, len(score))
		for i, s := range score {
			eta[i] = line.Intercept.Value + line.Slope.Value*s
		}
		p.Eta = append(p.Eta, eta)
	}
	return &p
}

// verdictOn judges the second candidate against the first, as Run does, with 400 draws.
func verdictOn(t *testing.T, p *Predictions, seed uint64) (Verdict, Comparison) {
	t.Helper()
	r := &Result{Options: Options{Capacity: 20, Replicates: 400, Seed: seed}.withDefaults(), Predictions: *p, Folds: make([]Fold, 12)}
	events := 0.0
	for _, y := range p.Churned {
		events += one(y)
	}
	rate := events / float64(len(p.Churned))
	base := make([]float64, len(p.Churned))
	for i := range base {
		base[i] = math.Log(rate / (1 - rate))
	}
	r.Predictions.Score, r.Predictions.Eta = append(r.Predictions.Score, base), append(r.Predictions.Eta, base)
	r.Candidates = []CandidateResult{{Name: "champion", Kind: models.Weights}, {Name: "challenger", Kind: models.Logistic}, {Name: models.BaselineName, Kind: baseline}}
	s := r.Predictions.take(nil)
	boot, err := resample(t.Context(), &r.Predictions, s, r.Options, func(string, int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	aucs, err := metrics.DeLong(r.Predictions.Score, s.churned, s.cluster)
	if err != nil {
		t.Fatal(err)
	}
	r.boot = boot
	for c := range r.Candidates {
		list, err := pointMetrics(s, r.Predictions.Score[c], r.Predictions.Eta[c], r.Options)
		if err != nil {
			t.Fatal(err)
		}
		addIntervals(list, c, boot, aucs, r.Options.Level)
		r.Candidates[c].Pooled = list
	}
	compare(r, boot, aucs)
	gain, _ := r.comparison("challenger", AUC)
	return judge(r), gain
}

// TestFalsePromotions measures how often a challenger is promoted, by how much better it is
// in truth:
//
//	go test ./backtest -run FalsePromotions -companies=2000 -v
//
// Of two equally good candidates one may be promoted by chance in at most 5 % of the
// companies; the ordinary run is short and its band that of four standard errors. The
// chance of a promotion must rise with the true difference.
func TestFalsePromotions(t *testing.T) {
	n := max(20, *perSegmentCompanies)
	share := make([]float64, 0, 4)
	for _, noise := range []float64{1.5, 1.2, 0.9, 0.3} {
		counts, gains := make(map[Decision]int), 0.0
		companies := n
		if noise != 1.5 {
			companies = max(10, n/5) // power is a curve to look at; size is a promise
		}
		for i := range companies {
			v, gain := verdictOn(t, contestants(rand.New(rand.NewPCG(5, uint64(i))), 300, [2]float64{1.5, noise}), uint64(i))
			counts[v.Decision]++
			gains += gain.Gain / float64(companies)
		}
		promoted := float64(counts[Promote]) / float64(companies)
		t.Logf("noise %.1f against 1.5, AUC %+.3f: promoted in %5.1f %%, more data in %5.1f %%, held in %5.1f %% of %d companies", noise, gains,
			100*promoted, 100*float64(counts[NeedMoreData])/float64(companies), 100*float64(counts[Hold])/float64(companies), companies)
		share = append(share, promoted)
	}
	if limit := 0.05 + 4*math.Sqrt(0.05*0.95/float64(n)); share[0] > limit {
		t.Errorf("equal candidates: promoted in %.1f %%, want at most 5 %% (%.1f %% with this number of companies)", 100*share[0], 100*limit)
	}
	if share[len(share)-1] < 0.5 || share[len(share)-1] <= share[0] {
		t.Errorf("promotions %v do not rise with what a challenger is worth", share)
	}
}

// newRand is a stream of its own.
func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0)) }
