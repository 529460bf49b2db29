package backtest

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"holdfast/models"
)

// valued is a sample of accounts with three rows each, with values.
func valued(seed uint64, n int, value func(i int) float64) (s *sample, score, eta []float64) {
	rng := rand.New(rand.NewPCG(seed, 4))
	s = &sample{accounts: (n + 2) / 3}
	for i := range n {
		e := rng.NormFloat64() - 1
		eta, score = append(eta, e), append(score, math.Round(4*e))
		s.churned = append(s.churned, rng.Float64() < models.Probability(0.3+0.8*e))
		s.cluster, s.period, s.first = append(s.cluster, int32(i/3)), append(s.period, int32(i%3)), append(s.first, true)
		s.value = append(s.value, value(i))
	}
	return s, score, eta
}

// plainTwins are the metrics without value of the same rows, by the name that their twin has.
func plainTwins(t *testing.T, s *sample, score, eta []float64) map[string]Metric {
	t.Helper()
	list, err := pointMetrics(s, score, eta, Options{Level: 0.95, Capacity: 20})
	if err != nil {
		t.Fatal(err)
	}
	list = append(list, qualityMetrics(s.rankedBy(score, eta), Options{Level: 0.95, Capacity: 20})...)
	twins := make(map[string]Metric)
	for _, m := range list {
		twins["value_"+m.Name] = m
	}
	return twins
}

// An account counts by its value: where all have the same, that is by its rows.
func TestEqualValuesGiveTheUnweightedNumbers(t *testing.T) {
	s, score, eta := valued(1, 600, func(int) float64 { return 512 })
	twins := plainTwins(t, s, score, eta)
	compared := 0
	for _, m := range weightedMetrics(s, score, eta, listed(s, score, 20), 0.95) {
		twin, has := twins[m.Name]
		if m.Name == ValueObservedExpected { // the plain twin is a quotient of two plain metrics
			twin, has = Metric{Value: twins["value_"+BaseRate].Value / twins["value_"+MeanP].Value, Low: math.NaN()}, true
		}
		if !has {
			t.Errorf("%s has no plain twin", m.Name)
			continue
		}
		compared++
		if m.Name == ValueCalibrationE50 || m.Name == ValueCalibrationE90 { // of a row, not between two
			if !near(m.Value, twin.Value, 0.02) {
				t.Errorf("%s is %v, the plain one %v", m.Name, m.Value, twin.Value)
			}
			continue
		}
		if !near(m.Value, twin.Value, 1e-12) {
			t.Errorf("%s is %v, the plain one %v", m.Name, m.Value, twin.Value)
		}
		// Where the plain metric has a closed interval that knows of leaving accounts, it is the same.
		if strings.HasSuffix(m.Name, "_uncertainty") {
			if !near(m.Low, twin.Low, 1e-12) || !near(m.High, twin.High, 1e-12) {
				if !(math.IsNaN(m.Low) && math.IsNaN(twin.Low)) {
					t.Errorf("%s has the interval %v %v, the plain one %v %v", m.Name, m.Low, m.High, twin.Low, twin.High)
				}
			}
		}
	}
	if compared != 28 {
		t.Errorf("%d metrics were compared, want 28", compared)
	}
}

func TestDoublingAllValuesChangesNothing(t *testing.T) {
	s, score, eta := valued(2, 450, func(i int) float64 { return float64(100 + (i*37)%900) })
	once := weightedMetrics(s, score, eta, listed(s, score, 20), 0.95)
	double := *s
	double.value = slices.Clone(s.value)
	for i := range double.value {
		double.value[i] *= 2
	}
	for k, m := range weightedMetrics(&double, score, eta, listed(&double, score, 20), 0.95) {
		same := m == once[k] || m.Name == once[k].Name && m.Value == once[k].Value && math.IsNaN(m.Low) && math.IsNaN(once[k].Low)
		if !same {
			t.Errorf("%+v with doubled values, %+v before", m, once[k])
		}
	}
}

// An account of value 2 counts as two of value 1, but for the intervals, which know that it
// is one account.
func TestAValueOfTwoCountsTwice(t *testing.T) {
	s, score, eta := valued(3, 300, func(i int) float64 { return float64(1 + i%2) })
	twice := &sample{accounts: s.accounts}
	var score2, eta2 []float64
	for i := range s.churned {
		for range int(s.value[i]) {
			twice.churned, twice.cluster, twice.value = append(twice.churned, s.churned[i]), append(twice.cluster, s.cluster[i]), append(twice.value, 1)
			twice.period, twice.first = append(twice.period, s.period[i]), append(twice.first, true)
			score2, eta2 = append(score2, score[i]), append(eta2, eta[i])
		}
	}
	chance := make([]float64, len(score))
	got := weightedMetrics(s, score, eta, chance, 0.95)
	want := weightedMetrics(twice, score2, eta2, make([]float64, len(score2)), 0.95)
	for k, m := range got {
		if m.Name == ValueECE || strings.HasPrefix(m.Name, ValueHosmerLemeshow) || m.Name == ValuePrecision || m.Name == ValueLift {
			continue // bins are of equally many rows, and rows of a test fall out independently; the lists are empty
		}
		if !near(m.Value, want[k].Value, 1e-11) {
			t.Errorf("%s is %v, of rows twice %v", m.Name, m.Value, want[k].Value)
		}
		if (m.Name == ValueCalibrationSlope || m.Name == ValueMeanP) && !near(m.Low, want[k].Low, 1e-10) {
			t.Errorf("%s begins at %v, of rows twice at %v", m.Name, m.Low, want[k].Low)
		}
	}
}

func TestNegativeValuesHaveNoCalibrationByValue(t *testing.T) {
	s, score, eta := valued(4, 90, func(i int) float64 { return float64(i - 3) })
	for _, m := range weightedMetrics(s, score, eta, make([]float64, len(score)), 0.95) {
		if (m.Name == ValueCalibrationSlope || m.Name == ValueECE || m.Name == ValueBrierMiscalibration || m.Name == ValueGini) && !math.IsNaN(m.Value) {
			t.Errorf("%s is %v", m.Name, m.Value)
		}
	}
}

func TestEveryBandIsMeasuredLikeASegment(t *testing.T) {
	_, _, r := measuredRun(t)
	measured, pooled := 0, r.Predictions.take(nil)
	for c, cand := range r.Candidates {
		if cand.Bands == nil {
			continue
		}
		captured, able := 0.0, 0.0
		for risk, b := range cand.Bands.List {
			if b.Rate.N == 0 {
				continue
			}
			measured++
			rate := Find(b.Metrics, BaseRate)
			if rate.N != b.Rate.N || rate.Churned != b.Rate.Churned || rate.Value != b.Rate.Value || rate.Low != b.Rate.Low {
				t.Errorf("%s, %s: %+v, the band says %+v", cand.Name, b.Band, rate, b.Rate)
			}
			inBand := 0.0 // churners that could be listed
			for i, code := range r.Predictions.Band[c] {
				inBand += oneIf(int(code) == risk && pooled.first[i] && pooled.churned[i])
			}
			able += inBand
			if inBand > 0 {
				captured += inBand * Find(b.Metrics, Capture).Value
			}
		}
		// The lists are those of the whole team: what the bands capture adds up.
		if want := Find(cand.Pooled, Capture).Value; cand.Bands.Uncolored == 0 && !near(captured/able, want, 1e-9) {
			t.Errorf("%s: the bands capture %v together, all %v", cand.Name, captured/able, want)
		}
	}
	if measured < 4 {
		t.Errorf("%d bands were measured", measured)
	}
}
