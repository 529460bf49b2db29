package models

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// drawScores draws log-odds, of which some are none, and the memory for what they are worth.
func drawScores(t *rapid.T, near float64) *Scores {
	odd := rapid.SampledFrom([]float64{0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), math.NaN(), near, math.Nextafter(near, 9), math.Nextafter(near, -9)})
	eta := rapid.SliceOfN(rapid.OneOf(rapid.Float64Range(-40, 40), rapid.Float64(), odd), 0, 40).Draw(t, "eta")
	out := &Scores{}
	out.size(len(eta), 0)
	copy(out.Eta, eta)
	for i := range out.Score {
		out.Score[i] = rapid.SampledFrom([]float64{0, 1, 2}).Draw(t, "score")
	}
	return out
}

// What is said of a batch is what is said of each of its rows alone, with bands that are cut
// out of probabilities, with those of recipes, and with none.
func TestABatchStandsWhereItsRowsStand(t *testing.T) {
	cut := &Thresholds{Yellow: 0.25, Red: 0.75}
	for _, m := range []*Model{
		{Bands: cut, Calibration: Calibration{Slope: 1}},
		{Bands: &Thresholds{Yellow: 0.25, Red: 0.25}, Calibration: Calibration{Slope: 1}},
		{Calibration: Calibration{Bands: []float64{-1, 0, 1}}},
		{Bands: cut, Calibration: Calibration{Bands: []float64{-1, 0, 1}}},
		{},
	} {
		rapid.Check(t, func(t *rapid.T) {
			out := drawScores(t, logOdds(0.25))
			unscored := 0
			for _, eta := range out.Eta {
				if eta != eta {
					unscored++
				}
			}
			if got := m.stand(out); got != unscored {
				t.Fatalf("%d rows without a score, want %d", got, unscored)
			}
			for i, eta := range out.Eta {
				band := int32(m.BandOf(m.Bands, "", out.Score[i], eta).Code())
				if !oneNumber(out.P[i], Probability(eta)) || !oneNumber(out.Health[i], Health(eta)) || out.Band[i] != band {
					t.Fatalf("%v: %v, %v, %d; want %v, %v, %d", eta, out.P[i], out.Health[i], out.Band[i], Probability(eta), Health(eta), band)
				}
			}
		})
	}
}

// oneNumber says whether two numbers are the same one; two NaN are.
func oneNumber(a, b float64) bool {
	return math.Float64bits(a) == math.Float64bits(b) || a != a && b != b
}

// The log-odds of many scores are those of each, for a line, a staircase and bands.
func TestManyScoresAreCalibratedLikeOne(t *testing.T) {
	for _, c := range []Calibration{
		{Slope: 1}, {Slope: 0.3, Intercept: -2},
		{Method: Isotonic, Knots: []Knot{{Score: -1, Eta: -3}, {Score: 2, Eta: 1}}},
		{Bands: []float64{-1, 0, 1}},
	} {
		rapid.Check(t, func(t *rapid.T) {
			score := rapid.SliceOf(rapid.OneOf(rapid.Float64Range(-5, 5), rapid.SampledFrom([]float64{0, 1, 2, math.NaN()}))).Draw(t, "score")
			eta := make([]float64, len(score))
			c.etas(eta, score)
			for i, s := range score {
				if !oneNumber(eta[i], c.Eta(s)) {
					t.Fatalf("%v becomes %v, want %v", s, eta[i], c.Eta(s))
				}
			}
		})
	}
}

// A block of rows on either side of both thresholds.
func BenchmarkStand(b *testing.B) {
	const rows = 8192
	m := &Model{Bands: &Thresholds{Yellow: 0.2, Red: 0.5}, Calibration: Calibration{Slope: 1}}
	out := &Scores{}
	out.size(rows, 0)
	for i := range out.Eta {
		out.Eta[i] = 3*math.Sin(float64(i*i)) - 1
	}
	for b.Loop() {
		m.stand(out)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/row")
}
