package backtest

import (
	"flag"
	"maps"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"holdfast/backtest/metrics"
	"holdfast/models"
)

// The companies that TestCoverageOfWhatARunReports simulates. The table of CONTRIBUTING is
// that of 2,000, on which nothing was chosen:
//
//	go test ./backtest -run CoverageOfWhat -v -coverage-companies=2000 -coverage-first=50000
var (
	coverageCompanies = flag.Int("coverage-companies", 30, "companies simulated to measure the coverage of the intervals that a run reports")
	coverageFirst     = flag.Int("coverage-first", 0, "number of the first of these companies")
	coverageAccounts  = flag.Int("coverage-accounts", 300, "accounts of each of these companies")
	coverageList      = flag.Int("coverage-list", 30, "accounts on their lists")
	coverageIntervals = flag.String("coverage-intervals", Percentile, "percentile or bca")
)

// reported is an interval of a run by what it is of.
type reported struct {
	kind string
	metrics.Estimate
}

// covering counts the intervals of each kind that hold the truth.
type covering struct {
	order []string
	of    map[string][]metrics.Estimate
}

func (c *covering) note(list []reported) {
	for _, r := range list {
		if _, seen := c.of[r.kind]; !seen {
			c.order = append(c.order, r.kind)
		}
		c.of[r.kind] = append(c.of[r.kind], r.Estimate)
	}
}

// held says how often the intervals of a kind held the truth, and how often they lay above it
// and below.
func (c *covering) held(kind string, truth float64) (share, above, below float64) {
	list := c.of[kind]
	for _, e := range list {
		above += oneIf(e.Low > truth) / float64(len(list))
		below += oneIf(e.High < truth) / float64(len(list))
		share += oneIf(e.Low <= truth && truth <= e.High) / float64(len(list))
	}
	return share, above, below
}

// mean is the truth of what depends on the size of a company: the mean over the companies,
// whose own error, that of one over the root of their number, is next to nothing.
func (c *covering) mean(kind string) (mean float64) {
	for _, e := range c.of[kind] {
		mean += e.Value / float64(len(c.of[kind]))
	}
	return mean
}

// Intervals are to hold the truth in 93 to 97 % of companies. What is counted has a standard
// error of its own, sqrt(0.93 * 0.07 / n), two of which it may lie beyond either limit; none is
// exempt. With few companies one of sixty kinds is beyond two errors by chance alone, and the
// quick run of every change is not to fail for that: below 1,000 it may be four.
func coverageBand(companies int) (low, high float64) {
	errors := 2.0
	if companies < 1000 {
		errors = 4
	}
	slack := errors * math.Sqrt(0.93*0.07/float64(companies))
	return 0.93 - slack, 0.97 + slack
}

// The truth is what a company of 100,000 accounts measures, whose own error does not matter; of
// distances from the rates it is that of the law; of sums of dollars, which grow with the company, it is the mean of the companies.
func TestCoverageOfWhatARunReports(t *testing.T) {
	n := *coverageCompanies
	c := &covering{of: map[string][]metrics.Estimate{}}
	for i := range n {
		c.note(reportsOf(t, rand.New(rand.NewPCG(51, uint64(*coverageFirst+i))), *coverageAccounts, *coverageList, 500))
	}
	const large = 100_000
	truths := make(map[string]float64)
	for _, r := range reportsOf(t, rand.New(rand.NewPCG(52, 0)), large, large / *coverageAccounts * *coverageList, 1) {
		truths[r.kind] = r.Value
	}
	maps.Copy(truths, truthsOfDistances()) // of which even that company says too much
	low, high := coverageBand(n)
	for _, kind := range c.order {
		truth := truths[kind]
		switch {
		case strings.HasPrefix(kind, inDollars):
			truth = c.mean(kind)
		case strings.HasPrefix(kind, inQuarter):
			truth = 0
		}
		share, above, below := c.held(kind, truth)
		t.Logf("%-52s %5.1f %% (above the truth %4.1f, below %4.1f)", kind, 100*share, 100*above, 100*below)
		if share < low || share > high {
			t.Errorf("%s: coverage %.3f of a nominal 0.95, want [%.3f, %.3f]", kind, share, low, high)
		}
	}
}

// inDollars begins the names of sums of dollars.
const inDollars = "dollars"

// reportsOf measures one company as a run does.
func reportsOf(t *testing.T, rng *rand.Rand, accounts, list, replicates int) (out []reported) {
	t.Helper()
	p := portfolio(rng, accounts)
	o := Options{Level: 0.95, Capacity: list, Replicates: replicates, Seed: rng.Uint64(), Primary: LogLoss, SaveRates: []float64{0.3}, Intervals: *coverageIntervals}
	r := &Result{Options: o, Predictions: *p, Candidates: make([]CandidateResult, 2), Champion: 1}
	s := r.Predictions.take(nil)
	boot, err := resample(t.Context(), p, s, o, func(string, int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	out = append(out, reportsOfMetrics(t, r, s, boot)...)
	out = append(out, reportsInMoney(r, s, boot)...)
	out = append(out, reportsOfCurves(r, s)...)
	out = append(out, reportsOfDistances(s, r.Predictions.Eta[0], o)...)
	out = append(out, reportsOfSegment(t, r)...)
	out = append(out, reportsOfFold(t, r)...)
	out = append(out, reportsOfBand(r)...)
	out = append(out, reportsOfWarnings(t, rng, accounts, o)...)
	out = append(out, reportOfFlips(rng, accounts))
	out = append(out, reportsOfOpenQuarter(t, r)...)
	banded := []CandidateResult{{Bands: new(Bands)}}
	if err := drawThresholds(t.Context(), banded, []*models.Ladder{ladderOfPortfolio(t, p)}, o); err != nil {
		t.Fatal(err)
	}
	final := banded[0].Bands.Final
	return append(out, reported{"threshold of red, by share", final.Red}, reported{"threshold of yellow, by precision", final.Yellow})
}

// reportsOfMetrics are the metrics of the first score, and what it gains over the second.
func reportsOfMetrics(t *testing.T, r *Result, s *sample, boot *resampled) []reported {
	t.Helper()
	aucs, err := metrics.DeLong(r.Predictions.Score, s.churned, s.cluster)
	if err != nil {
		t.Fatal(err)
	}
	for c := range r.Candidates {
		list, err := pointMetrics(s, r.Predictions.Score[c], r.Predictions.Eta[c], r.Options)
		if err != nil {
			t.Fatal(err)
		}
		addIntervals(list, c, boot, aucs, r.Options.Level)
		r.Candidates[c].Pooled = list
	}
	own := s.rankedBy(r.Predictions.Score[0], r.Predictions.Eta[0])
	chance := listed(own.sample, own.score, r.Options.Capacity)
	out := reportsOfList("", r.Candidates[0].Pooled)
	out = append(out, reportsOfList("", qualityMetrics(own, r.Options))...)
	out = append(out, reportsOfList("", weightedMetrics(own.sample, own.score, own.eta, chance, r.Options.Level))...)
	for _, g := range comparisons(r, boot, aucs, 0, 1, r.Options.Level) {
		out = append(out, reported{"gain in " + g.Metric, metrics.Estimate{Value: g.Gain, Low: g.Low, High: g.High}})
	}
	return out
}

// reportsOfList are the metrics of a list that have an interval. Those in dollars are reported
// once more with the money.
func reportsOfList(where string, list []Metric) (out []reported) {
	for _, m := range list {
		if m.Low == m.Low && m.Name != ValueCaptured && m.Name != ValueMissed {
			out = append(out, reported{where + m.Name, metrics.Estimate{Value: m.Value, Low: m.Low, High: m.High}})
		}
	}
	return out
}

// reportsInMoney are the money on the lists of the first score, what they hold beyond those of
// the second, and the revenue that the team could have kept.
func reportsInMoney(r *Result, s *sample, boot *resampled) []reported {
	got, missed, all := boot.values3(0, r.Options.Level)
	gain := r.dollarGains(boot, 0, got.Value-Find(r.Candidates[1].Pooled, ValueCaptured).Value, "")[0]
	kept := retention(s, boot.dollars.on[0], r.Options)
	out := []reported{{inDollars + " at risk", all}, {inDollars + " captured by the lists", got}, {inDollars + " missed", missed},
		{inDollars + " captured beyond another score", metrics.Estimate{Value: gain.Gain, Low: gain.Low, High: gain.High}}}
	for i, name := range []string{"revenue kept (GRR)", "revenue kept, saving 30 % of the lists"} {
		out = append(out, reported{name, metrics.Estimate{Value: kept[i].GRR, Low: kept[i].Low, High: kept[i].High}})
	}
	return out
}

// reportsOfCurves are points of the gains table and of the decision curve.
func reportsOfCurves(r *Result, s *sample) []reported {
	own := s.rankedBy(r.Predictions.Score[0], r.Predictions.Eta[0])
	gains := gainsTable(own, r.Options.Level)[1]
	at := decisionCurve(own.sample, own.eta, r.Options.Level)[19]
	var w Worth
	w.measureValueCurves(own, r.Options.Level)
	byValue := w.Decision[19]
	return []reported{
		{"capture of two tenths by value", w.Gains[1].Capture}, {"lift of two tenths by value", w.Gains[1].CumulativeLift},
		{"net benefit by value at 20 %", metrics.Estimate{Value: byValue.Model, Low: byValue.Low, High: byValue.High}},
		{"net benefit by value at 20 % over working everybody", byValue.OverAll},
		{"capture of two tenths", metrics.Estimate{Value: gains.Capture, Low: gains.CaptureLow, High: gains.CaptureHigh}},
		{"lift of two tenths", metrics.Estimate{Value: gains.CumulativeLift, Low: gains.LiftLow, High: gains.LiftHigh}},
		{"net benefit at 20 %", metrics.Estimate{Value: at.Model, Low: at.Low, High: at.High}},
		{"net benefit at 20 % over working everybody", at.OverAll},
	}
}

// reportsOfSegment are what is said of one segment, a third of the accounts.
func reportsOfSegment(t *testing.T, r *Result) []reported {
	t.Helper()
	all := r.Predictions.take(nil)
	chance := listed(all, r.Predictions.Score[0], r.Options.Capacity)
	part := r.Predictions.bySegment()[1]
	part.first = pick(all.first, part.rows)
	list, err := r.groupMetrics(part.sample, r.rankingIn(part.sample, 0), metrics.NewTerms(r.Predictions.Eta[0], all.churned), pick(chance, part.rows))
	if err != nil {
		t.Fatal(err)
	}
	out := reportsOfList("segment: ", list)
	for _, primary := range []string{LogLoss, AUC} {
		r.Options.Primary = primary
		gain, err := gainWithin(r, part, 0)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, reported{"segment: gain in " + primary, gain})
	}
	return out
}
