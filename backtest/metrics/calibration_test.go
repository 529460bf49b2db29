package metrics

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// noisyPortfolio draws log-odds and outcomes that follow logit = a + b eta.
func noisyPortfolio(seed uint64, n int, a, b float64) (eta []float64, churned []bool) {
	rng := rand.New(rand.NewPCG(seed, 0))
	for range n {
		e := rng.NormFloat64() - 1
		eta = append(eta, e)
		churned = append(churned, rng.Float64() < sigmoid(a+b*e))
	}
	return eta, churned
}

func mustCalibrate(t fataler, eta []float64, churned []bool, cluster []int32) Calibration {
	t.Helper()
	c, err := Calibrate(eta, churned, cluster, 0.95)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return c
}

// At a maximum of the likelihood the residuals add up to zero, with and without
// eta as weight.
func TestFittedLinesSolveTheScoreEquations(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		c := mustCalibrate(t, s.eta, s.churned, s.cluster)
		if math.IsNaN(c.CITL.Value) {
			return
		}
		var offset, joint, weighted float64
		for i, e := range s.eta {
			offset += residual(c.CITL.Value+e, s.churned[i])
			if math.IsNaN(c.Slope.Value) {
				continue
			}
			r := residual(c.Intercept.Value+c.Slope.Value*e, s.churned[i])
			joint += r
			weighted += r * e
		}
		// A steep line magnifies the rounding error of its own coefficients.
		if steep := 1 + math.Abs(c.Slope.Value); math.Abs(offset) > 1e-12 || math.Abs(joint)+math.Abs(weighted) > 1e-13*steep {
			t.Fatalf("residuals add up to %v, %v and %v", offset, joint, weighted)
		}
	})
}

func TestCalibrationRecoversTheLineThatMadeTheData(t *testing.T) {
	eta, churned := noisyPortfolio(1, 200_000, 0.3, 0.7)
	c := mustCalibrate(t, eta, churned, nil)
	for _, e := range []struct {
		name  string
		got   Estimate
		truth float64
	}{{"slope", c.Slope, 0.7}, {"intercept", c.Intercept, 0.3}} {
		if z := (e.got.Value - e.truth) / e.got.StdErr; math.Abs(z) > 4 {
			t.Errorf("%s %v is %.1f standard errors from %v", e.name, e.got, z, e.truth)
		}
		if e.got.StdErr > 0.02 {
			t.Errorf("%s: standard error %v of 200,000 rows", e.name, e.got.StdErr)
		}
	}
}

func TestScalingAndShiftingEtaMovesTheLineAlong(t *testing.T) {
	eta, churned := noisyPortfolio(2, 500, 0, 1)
	before := mustCalibrate(t, eta, churned, nil)
	moved := make([]float64, len(eta))
	for i, e := range eta {
		moved[i] = 4*e + 1
	}
	after := mustCalibrate(t, moved, churned, nil)
	checkPrinted(t, []printed{
		{"slope", after.Slope.Value, before.Slope.Value / 4, 1e-13},
		{"its standard error", after.Slope.StdErr, before.Slope.StdErr / 4, 1e-12},
		{"intercept", after.Intercept.Value, before.Intercept.Value - before.Slope.Value/4, 1e-12},
	})
}

func TestRepeatingEveryRowInItsAccountKeepsTheStandardError(t *testing.T) {
	eta, churned := noisyPortfolio(3, 300, 0, 1)
	once := mustCalibrate(t, eta, churned, blocksOf(1, 300))
	var eta3 []float64
	var churned3 []bool
	for i := range eta {
		eta3 = append(eta3, eta[i], eta[i], eta[i])
		churned3 = append(churned3, churned[i], churned[i], churned[i])
	}
	thrice := mustCalibrate(t, eta3, churned3, blocksOf(3, 900))
	naive := mustCalibrate(t, eta3, churned3, nil)
	checkPrinted(t, []printed{
		{"slope", thrice.Slope.Value, once.Slope.Value, 1e-12},
		{"se of slope", thrice.Slope.StdErr, once.Slope.StdErr, 1e-12},
		{"se of CITL", thrice.CITL.StdErr, once.CITL.StdErr, 1e-12},
		{"E/O", thrice.ExpectedOverObserved, once.ExpectedOverObserved, 1e-14},
	})
	if ratio := once.Slope.StdErr / naive.Slope.StdErr; math.Abs(ratio-math.Sqrt(3)) > 0.01 {
		t.Errorf("taking repeats for information shrinks the error by %v, want sqrt 3", ratio)
	}
}

func TestUndefinedCalibrationIsNaN(t *testing.T) {
	for _, c := range []struct {
		name                   string
		eta                    []float64
		churned                []bool
		cluster                []int32
		slope, citl, citlError bool // defined?
	}{
		{"no rows", nil, nil, nil, false, false, false},
		{"nobody churned", []float64{-1, -2}, bools(0, 0), nil, false, false, false},
		{"eta separates", []float64{-2, -1, 1, 2}, bools(0, 0, 1, 1), nil, false, true, true},
		{"eta separates the wrong way round", []float64{-2, -1, 1, 2}, bools(1, 1, 0, 0), nil, false, true, true},
		{"eta separates but for a tie at the threshold", []float64{-2, 1, 1, 2}, bools(0, 0, 1, 1), nil, false, true, true},
		{"eta is constant", []float64{1, 1, 1}, bools(0, 1, 0), nil, false, true, true},
		{"the outcomes overlap", []float64{-2, 1, -1, 2}, bools(0, 0, 1, 1), nil, true, true, true},
		{"one account only", []float64{-2, 1, -1, 2}, bools(0, 0, 1, 1), []int32{3, 3, 3, 3}, true, true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := mustCalibrate(t, c.eta, c.churned, c.cluster)
			for _, d := range []struct {
				what string
				v    float64
				want bool
			}{
				{"slope", got.Slope.Value, c.slope},
				{"intercept", got.Intercept.Value, c.slope},
				{"CITL", got.CITL.Value, c.citl},
				{"E/O", got.ExpectedOverObserved, c.citl},
				{"standard error of CITL", got.CITL.StdErr, c.citlError},
			} {
				if math.IsNaN(d.v) == d.want {
					t.Errorf("%s = %v, want it defined: %v", d.what, d.v, d.want)
				}
			}
		})
	}
}

func TestNearSeparationStillConverges(t *testing.T) {
	for _, eps := range []float64{1e-3, 1e-6, 1e-9} {
		eta := []float64{-1, eps, -eps, 1, -2, 2}
		c := mustCalibrate(t, eta, bools(0, 0, 1, 1, 0, 1), nil)
		if !(c.Slope.Value > 0) || math.IsInf(c.Slope.Value, 0) {
			t.Errorf("overlap of %g: slope %v", eps, c.Slope)
		}
	}
}

func TestLogOddsFarFromZeroStillConverge(t *testing.T) {
	eta, churned := noisyPortfolio(5, 300, 0, 1)
	before := mustCalibrate(t, eta, churned, nil)
	for i := range eta {
		eta[i] += 500
	}
	after := mustCalibrate(t, eta, churned, nil)
	checkPrinted(t, []printed{
		{"CITL", after.CITL.Value, before.CITL.Value - 500, 1e-13},
		{"slope", after.Slope.Value, before.Slope.Value, 1e-11},
	})
}

func TestCalibrationRefusesBadInput(t *testing.T) {
	y := bools(0, 1)
	for _, c := range []struct {
		name    string
		eta     []float64
		cluster []int32
		level   float64
		says    string
	}{
		{"fewer etas than outcomes", []float64{1}, nil, 0.95, "equally many"},
		{"fewer accounts than outcomes", []float64{1, 2}, []int32{0}, 0.95, "equally many"},
		{"a level in percent", []float64{1, 2}, nil, 95, "between 0 and 1"},
		{"an infinite eta", []float64{1, math.Inf(1)}, nil, 0.95, "eta of row 1"},
		{"a missing eta", []float64{math.NaN(), 1}, nil, 0.95, "eta of row 0"},
		{"a negative account", []float64{1, 2}, []int32{0, -7}, 0.95, "account of row 1 is -7"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Calibrate(c.eta, y, c.cluster, c.level)
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("error %v, want one that says %q", err, c.says)
			}
			if len(c.eta) < len(y) {
				return
			}
			if _, err := NewForecast(c.eta, y).Calibrate(c.cluster, c.level); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("of a forecast: error %v, want one that says %q", err, c.says)
			}
			if _, err := NewForecast(c.eta, y).Weighing([]float64{1, 1}).Calibrate(c.cluster, c.level); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("by weight: error %v, want one that says %q", err, c.says)
			}
		})
	}
}
