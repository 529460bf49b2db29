package metrics

import (
	"math"
	"math/rand/v2"
	"testing"
)

// heavy draws a value as those of customers are spread: the largest of a hundred is ten times
// the middle one, and a third of the accounts would say as much if they were alike (Kish).
func heavy(rng *rand.Rand) float64 { return math.Exp(rng.NormFloat64()) }

// rejected counts, of true forecasts, how often each test says at 5 % that they are not.
type rejected struct{ unsquared, spiegelhalter, clustered, hosmer int }

// trueForecasts are tested so many times: accounts of one row each, whose values are spread
// widely and go with the risk.
func trueForecasts(runs, accounts int) (r rejected) {
	for k := range runs {
		rng := rand.New(rand.NewPCG(51, uint64(k)))
		eta, w, y, cluster := make([]float64, accounts), make([]float64, accounts), make([]bool, accounts), make([]int32, accounts)
		var excess, variance float64
		for i := range eta {
			eta[i] = 1.2*rng.NormFloat64() - 1.5
			w[i] = heavy(rng) * math.Exp(-0.3*eta[i])
			y[i], cluster[i] = rng.Float64() < sigmoid(eta[i]), int32(i)
			p := sigmoid(eta[i])
			excess += w[i] * residual(eta[i], y[i]) * (1 - 2*p)
			variance += w[i] * (1 - 2*p) * (1 - 2*p) * p * (1 - p)
		}
		r.unsquared += index(twoSided(excess/math.Sqrt(variance)) < 0.05)
		r.spiegelhalter += index(WeightedSpiegelhalter(eta, y, w, nil).P < 0.05)
		r.clustered += index(WeightedSpiegelhalter(eta, y, w, cluster).P < 0.05)
		r.hosmer += index(WeightedHosmerLemeshow(eta, y, w, 10, false).P < 0.05)
	}
	return r
}

// Of 1,000 tests at 5 % a sound one rejects 50, give or take four standard deviations of 6.9.
// Hosmer and Lemeshow's groups get more room: money in a few rows of each is far from normal.
func TestWeightedTestsOfTrueForecastsHoldTheirSize(t *testing.T) {
	const runs = 1000
	r := trueForecasts(runs, 1000)
	t.Logf("of %d tests of true forecasts: Spiegelhalter %d, with accounts %d, Hosmer-Lemeshow %d; weights without the square %d",
		runs, r.spiegelhalter, r.clustered, r.hosmer, r.unsquared)
	for _, c := range []struct {
		what      string
		got, most int
	}{{"Spiegelhalter", r.spiegelhalter, 78}, {"Spiegelhalter with accounts", r.clustered, 78}, {"Hosmer-Lemeshow", r.hosmer, 100}} {
		if c.got < 22 || c.got > c.most {
			t.Errorf("%s rejects %d of %d, want 22 to %d", c.what, c.got, runs, c.most)
		}
	}
	if r.unsquared < 200 {
		t.Errorf("weights without the square reject %d: this simulation no longer shows why they are squared", r.unsquared)
	}
}

// Nothing has drifted: accounts of several rows in both periods, each with its own level and
// its own value. The null point must be exceeded once in twenty times.
func TestWeightedDriftHoldsItsSize(t *testing.T) {
	const runs, accounts = 500, 400
	beyond, plain := 0, 0
	for k := range runs {
		rng := rand.New(rand.NewPCG(52, uint64(k)))
		var bin, period, cluster []int32
		var w []float64
		for g := range int32(accounts) {
			level, value := rng.NormFloat64(), heavy(rng)
			for range 1 + rng.IntN(4) {
				bin = append(bin, BinOf([]float64{-1, -0.3, 0.3, 1}, level+0.5*rng.NormFloat64()))
				period, cluster, w = append(period, int32(rng.IntN(2))), append(cluster, g), append(w, value)
			}
		}
		list, err := WeightedDrift(bin, period, cluster, w, 5, 1)
		if err != nil {
			t.Fatal(err)
		}
		beyond += index(list[0].PSI > list[0].Null95)
		unweighted, err := Drift(bin, period, cluster, 5, 1)
		if err != nil {
			t.Fatal(err)
		}
		plain += index(list[0].PSI > unweighted[0].Null95)
	}
	t.Logf("of %d companies without drift %d lie beyond the null point of weights, %d beyond that of rows", runs, beyond, plain)
	if beyond < 6 || beyond > 44 { // 25, give or take four standard deviations of 4.9
		t.Errorf("%d of %d lie beyond the null point, want 25", beyond, runs)
	}
	if plain < 100 {
		t.Errorf("%d lie beyond the null point of rows: this simulation no longer shows why weights need their own", plain)
	}
}

// Coverage is that of the shares of churned value listed and of churned value in all, for
// accounts of several rows that weigh alike; of 400 intervals of 95 % a sound kind holds 380,
// give or take four standard deviations of 4.4.
func TestWeightedIntervalsHoldTheTruth(t *testing.T) {
	draw := func(rng *rand.Rand, accounts int) (s sample) {
		for g := range accounts {
			risk, value := rng.NormFloat64(), math.Exp(0.8*rng.NormFloat64())
			for range 1 + rng.IntN(4) {
				s.churned = append(s.churned, rng.Float64() < sigmoid(1.2*risk-1.5))
				s.score = append(s.score, risk+0.7*rng.NormFloat64())
				s.cluster, s.value = append(s.cluster, int32(g)), append(s.value, value)
			}
		}
		return s
	}
	truth := draw(rand.New(rand.NewPCG(53, 0)), 200_000)
	table, rate := WeightedGains(truth.score, truth.churned, truth.value, truth.cluster, 5, 0.95), WeightedRate(truth.churned, truth.value, truth.cluster, 0.95)
	const runs = 400
	held := make([]int, 3)
	for k := range runs {
		s := draw(rand.New(rand.NewPCG(54, uint64(k))), 600)
		g, r := WeightedGains(s.score, s.churned, s.value, s.cluster, 5, 0.95), WeightedRate(s.churned, s.value, s.cluster, 0.95)
		for i, in := range []bool{
			g[0].Capture.Low <= table[0].Capture.Value && table[0].Capture.Value <= g[0].Capture.High,
			g[1].CumulativeLift.Low <= table[1].CumulativeLift.Value && table[1].CumulativeLift.Value <= g[1].CumulativeLift.High,
			r.Low <= rate.Value && rate.Value <= r.High,
		} {
			held[i] += index(in)
		}
	}
	t.Logf("of %d intervals, capture of a fifth %d, lift of two fifths %d and the rate %d hold the truth", runs, held[0], held[1], held[2])
	for i, n := range held {
		if n < 362 || n > 398 {
			t.Errorf("kind %d holds the truth in %d of %d", i, n, runs)
		}
	}
}
