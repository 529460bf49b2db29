package metrics

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// inTheirCells are the cells of rows of few probabilities, each a cell of its own, as they are.
func inTheirCells(t fataler, s sample) *tallied {
	t.Helper()
	f := NewForecast(s.eta, s.churned)
	weight, all := inPlaces(s.value, f.order), 0.0
	for _, w := range weight {
		all += w
	}
	spans, ok := f.inPlacesOf(len(s.eta))
	r, told := f.counted(s.cluster, weight, all, spans)
	if !ok || !told {
		t.Fatalf("cells of %+v: %v, %v", s, ok, told)
	}
	c := newCells(r, 0)
	x := c.tallied()
	for k, g := range c.gap {
		x.rates[k] = c.p[k] + g
	}
	x.bend()
	return x
}

// drawCells draws rows of few probabilities and whole weights.
func drawCells(t *rapid.T) sample {
	s := drawSample(t)
	for i := range s.eta {
		s.eta[i], s.value[i] = math.Round(s.eta[i]/2), 1+math.Round(s.value[i]/2e4)
	}
	return s
}

// saysSomething is false of one account or one outcome alone.
func saysSomething(s sample) bool {
	accounts := map[int32]bool{}
	for _, g := range s.cluster {
		accounts[g] = true
	}
	return len(accounts) > 1 && !math.IsNaN(AUC(s.eta, s.churned))
}

// Without noise, cells of one probability each have the distances that the metrics have of their rows.
func TestDistancesOfCellsAreThoseOfTheirRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawCells(t)
		if !saysSomething(s) {
			return
		}
		x := inTheirCells(t, s)
		brier, entropy := x.brierLoss(), x.entropyLoss()
		b, l := DecomposeBrier(s.eta, s.churned, s.value), DecomposeLogLoss(s.eta, s.churned, s.value)
		quiet := x.quiet()
		for fact, of := range map[string][2]float64{
			"ICI":                         {x.meanOff(quiet), WeightedSmoothCalibration(s.eta, s.churned, s.value, 0).ICI},
			"Brier, miscalibration":       {x.miscalibration(brier)(quiet), b.Miscalibration},
			"Brier, discrimination":       {x.discrimination(brier)(quiet), b.Discrimination},
			"log loss, miscalibration":    {x.miscalibration(entropy)(quiet), l.Miscalibration},
			"log loss, discrimination":    {x.discrimination(entropy)(quiet), l.Discrimination},
			"KS":                          {x.widest(quiet), WeightedCurve(s.eta, s.churned, s.value).KS},
			"mean gap: rates and chances": {x.meanGap(quiet), gapsByHand(s)},
		} {
			if math.Abs(of[0]-of[1]) > 1e-9 {
				t.Fatalf("%s: %v, want %v", fact, of[0], of[1])
			}
		}
	})
}

// gapsByHand is the mean over weight of how far the rate of a probability is from it.
func gapsByHand(s sample) float64 {
	excess, all := map[float64]float64{}, 0.0
	for i, e := range s.eta {
		excess[e] += s.value[i] * residual(e, s.churned[i])
		all += s.value[i]
	}
	sum := 0.0
	for _, v := range excess {
		sum += math.Abs(v) / all
	}
	return sum
}

// What noise makes of cells are the distances of cells that are so: of those masses, and rates by as
// much higher.
func TestDistancesUnderNoiseAreThoseOfCellsThatAreSo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawCells(t)
		if !saysSomething(s) {
			return
		}
		x, y := inTheirCells(t, s), inTheirCells(t, s)
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		noise, all := disturbance{make([]float64, len(x.mass)), make([]float64, len(x.mass))}, 0.0
		for k := range noise.mass {
			noise.mass[k], noise.gap[k] = rng.Float64(), rng.NormFloat64()/20
			all += noise.mass[k]
		}
		for k := range noise.mass {
			noise.mass[k] /= all
			y.rates[k] += noise.gap[k]
			y.bent[k] += noise.gap[k] // of curves, the noise is that of a curve
		}
		so := disturbance{noise.mass, make([]float64, len(noise.gap))}
		for fact, of := range map[string][2]float64{
			"ICI":            {x.meanOff(noise), y.meanOff(so)},
			"E50":            {x.medianOff(noise), y.medianOff(so)},
			"ECE":            {x.meanGap(noise), y.meanGap(so)},
			"miscalibration": {x.miscalibration(x.brierLoss())(noise), y.miscalibration(y.brierLoss())(so)},
			"discrimination": {x.discrimination(x.entropyLoss())(noise), y.discrimination(y.entropyLoss())(so)},
			"KS":             {x.widest(noise), y.widest(so)},
		} {
			if math.Abs(of[0]-of[1]) > 1e-12*(1+math.Abs(of[1])) {
				t.Fatalf("%s: %v, of cells that are so %v", fact, of[0], of[1])
			}
		}
	})
}

// Masses of 0.2, 0.2, 0.6 that are off by 1, -2 and 5 have their middles at 0.1, 0.3 and 0.7: the
// median lies half way from 2 to 5, in any order of cells. One that has all is its own median.
func TestMedianOffByHand(t *testing.T) {
	for _, c := range []struct {
		off, mass [3]float64
		want      float64
	}{
		{[3]float64{1, -2, 5}, [3]float64{0.2, 0.2, 0.6}, 3.5},
		{[3]float64{5, 1, -2}, [3]float64{0.6, 0.2, 0.2}, 3.5},
		{[3]float64{0.5, 2, 2}, [3]float64{1, 0, 0}, 0.5},
		{[3]float64{4, 8, 9}, [3]float64{0.4, 0.4, 0.2}, 4 + 4*0.3/0.4}, // middles at 0.2, 0.6, 0.9
	} {
		x := (&cells{mass: c.mass[:]}).tallied()
		copy(x.bent, c.off[:])
		if got := x.medianOff(disturbance{c.mass[:], make([]float64, 3)}); !near(got, c.want, 1e-14) {
			t.Errorf("%v of %v: %v, want %v", c.off, c.mass, got, c.want)
		}
	}
}
