package metrics_test

import (
	"math"
	"testing"

	"holdfast/backtest/metrics"
)

func TestShareIntervalIsWilsonsAtTheEffectiveNumber(t *testing.T) {
	share := 5.0 / 40
	for _, c := range []struct {
		fact              string
		share, stdErr, n  float64
		wantLow, wantHigh float64
	}{
		{"the error of 40 independent trials is that of 40 trials", share, math.Sqrt(share * (1 - share) / 40), 9, 0.054595002509, 0.261121198389}, // Wilson of 5 in 40, statsmodels
		{"none of five says little", 0, 0, 5, 0, 0.4344825}, // z^2 / (n + z^2), z = 1.959964
		{"all of five likewise", 1, 0, 5, 0.5655175, 1},
		{"what cannot vary has no width", 0.099, 0, 7, 0.099, 0.099},
	} {
		t.Run(c.fact, func(t *testing.T) {
			low, high := metrics.ShareInterval(c.share, c.stdErr, c.n, 0.95)
			if math.Abs(low-c.wantLow) > 1e-6 || math.Abs(high-c.wantHigh) > 1e-6 {
				t.Errorf("[%v, %v], want [%v, %v]", low, high, c.wantLow, c.wantHigh)
			}
		})
	}
	if low, high := metrics.ShareInterval(math.NaN(), 0, 5, 0.95); low == low || high == high {
		t.Errorf("[%v, %v] of nothing", low, high)
	}
}
