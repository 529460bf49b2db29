package metrics

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// birthwt, fitted on odd rows and tested on even ones: R's loess with surface = "direct"
// and lowess with iter = 0, delta = 0. lowess sets the weights to 1 within a thousandth of
// the bandwidth, and to 0 in its last thousandth, which shows in the twelfth digit.
func TestSmoothCalibrationOfBirthWeightEqualsLoess(t *testing.T) {
	d := readPublished(t, "ICI against R's loess on birthwt", "birthwt_holdout.csv")
	y, eta := isEqual(d["y"], "1"), logits(floats(t, d["p"]))
	c := SmoothCalibration(eta, y, 0)
	checkPrinted(t, []printed{
		{"ICI", c.ICI, .0612957723076, 1e-12},
		{"E50", c.E50, .0589300950878, 1e-12},
		{"E90", c.E90, .0834521297933, 1e-12},
		{"EMax", c.EMax, .158151741142, 2e-12},
		{"Eavg", LowessCalibration(eta, y, 0), .0638043281933, 1e-11},
	})
}

// mlc_churn: R's loess with surface = "direct".
func TestSmoothCalibrationOfTelecomChurnEqualsLoess(t *testing.T) {
	d := readPublished(t, "ICI against R's loess on mlc_churn", "mlc_pred.csv")
	y, eta := isEqual(d["y"], "1"), logits(floats(t, d["pA"]))
	checkPrinted(t, []printed{{"ICI", SmoothCalibration(eta, y, 0).ICI, .0343997622844, 1e-11}})
}

// Fair's data: R's loess as it comes, which interpolates between vertices of a tree; the
// direct surface differs from it in the sixth digit.
func TestSmoothCalibrationOfFairAffairsIsNearInterpolatedLoess(t *testing.T) {
	d := readPublished(t, "ICI against R's loess on Fair's data", "fair_pred.csv")
	y, eta := isEqual(d["y"], "1"), logits(floats(t, d["p"]))
	exact := SmoothCalibration(eta, y, 0)
	fewer := SmoothCalibration(eta, y, 1000)
	checkPrinted(t, []printed{
		{"ICI", exact.ICI, .0174704786456, 5e-6},
		{"ICI at 1,000 places", fewer.ICI, exact.ICI, 5e-5},
		{"E50 at 1,000 places", fewer.E50, exact.E50, 1e-3},
		{"E90 at 1,000 places", fewer.E90, exact.E90, 1e-3},
	})
}

// slowCurve is the same regression written down: all distances sorted for every place, and
// the normal equations eliminated with pivots.
func slowCurve(at []place, nearest, degree, i int) float64 {
	centre := at[i].p
	var distances []float64
	for _, x := range at {
		for range int(x.n) {
			distances = append(distances, math.Abs(x.p-centre))
		}
	}
	h := nthSmallest(distances, nearest)
	if h == 0 {
		return at[i].rate
	}
	var m [3][4]float64
	used := 0
	for _, x := range at {
		u := (x.p - centre) / h
		if math.Abs(u) >= 1 {
			continue
		}
		used++
		w := float64(x.n) * math.Pow(1-math.Pow(math.Abs(u), 3), 3)
		for r := range 3 {
			for c := range 3 {
				m[r][c] += w * math.Pow(u, float64(r+c))
			}
			m[r][3] += w * math.Pow(u, float64(r)) * x.rate
		}
	}
	return eliminate(m, min(degree, used-1)+1)
}

// nthSmallest counts from one.
func nthSmallest(x []float64, n int) float64 {
	for _, v := range x {
		below, same := 0, 0
		for _, w := range x {
			if w < v {
				below++
			}
			if w == v {
				same++
			}
		}
		if below < n && n <= below+same {
			return v
		}
	}
	return math.Inf(1)
}

// eliminate solves the first size equations for the first unknown.
func eliminate(m [3][4]float64, size int) float64 {
	for c := size - 1; c > 0; c-- {
		for r := range c {
			f := m[r][c] / m[c][c]
			for k := range 4 {
				m[r][k] -= f * m[c][k]
			}
		}
	}
	return m[0][3] / m[0][0]
}

func TestLocalRegressionUsesTheNearestRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var at []place
		p, rows := 0.0, 0
		for range rapid.IntRange(1, 25).Draw(t, "places") {
			p += float64(rapid.IntRange(1, 64).Draw(t, "step")) / 4096 // distances tie now and then
			at = append(at, place{p, float64(rapid.IntRange(1, 4).Draw(t, "rows")), rapid.Float64Range(0, 1).Draw(t, "rate")})
			rows += int(at[len(at)-1].n)
		}
		for degree := 1; degree <= 2; degree++ {
			s := smoother{at: at, nearest: float64(rapid.IntRange(1, rows).Draw(t, "nearest")), degree: degree}
			for i, got := range s.curve() {
				want := slowCurve(at, int(s.nearest), degree, i)
				if math.Abs(got-want) > 1e-6*max(1, math.Abs(want)) {
					t.Fatalf("degree %d, nearest %v, place %d of %v: %v, want %v", degree, s.nearest, i, at, got, want)
				}
			}
		}
	})
}

// A straight calibration line is its own local regression, of any degree.
func TestLocalRegressionReproducesALine(t *testing.T) {
	var at []place
	for i := range 40 {
		p := math.Sqrt(float64(i+1)) / 8
		at = append(at, place{p, float64(1 + i%3), 0.1 + 0.7*p})
	}
	for degree := 1; degree <= 2; degree++ {
		for i, got := range (smoother{at: at, nearest: 20, degree: degree}).curve() {
			if want := 0.1 + 0.7*at[i].p; !near(got, want, 1e-13) {
				t.Errorf("degree %d at %v: %v, want %v", degree, at[i].p, got, want)
			}
		}
	}
}

func TestGatheredPlacesHoldEveryRow(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	eta, y := make([]float64, 5000), make([]bool, 5000)
	for i := range eta {
		eta[i], y[i] = rng.NormFloat64(), rng.Float64() < 0.3
	}
	for _, places := range []int{1, 7, 100, 4999, 5000, 0} {
		at, ok := NewForecast(eta, y).gatherPlaces(places)
		if !ok || places > 0 && len(at) > places {
			t.Errorf("%d places, want at most %d", len(at), places)
		}
		n, churned, last := 0, 0.0, -1.0
		for _, x := range at {
			if x.p <= last {
				t.Fatalf("%d places do not rise: %v after %v", places, x.p, last)
			}
			n, churned, last = n+int(x.n), churned+x.rate*x.n, x.p
		}
		if n != len(eta) || math.Abs(churned-float64(countTrue(y))) > 1e-9 {
			t.Errorf("%d places hold %d rows and %v churned", places, n, churned)
		}
	}
}

func TestSmoothCalibrationAtItsEdges(t *testing.T) {
	one := SmoothCalibration([]float64{0, 0, 0, 0}, bools(1, 0, 0, 0), 0)
	if one != (CalibrationError{0.25, 0.25, 0.25, 0.25}) {
		t.Errorf("one place off by a quarter: %+v", one)
	}
	for fact, c := range map[string]CalibrationError{
		"no rows":                     SmoothCalibration(nil, nil, 0),
		"a missing eta":               SmoothCalibration([]float64{math.NaN()}, bools(1), 0),
		"a negative number of places": SmoothCalibration([]float64{1}, bools(1), -1),
	} {
		if !math.IsNaN(c.ICI) || !math.IsNaN(c.EMax) {
			t.Errorf("%s: %+v", fact, c)
		}
	}
	if v := LowessCalibration(nil, nil, 0); !math.IsNaN(v) {
		t.Errorf("no rows: Eavg %v", v)
	}
}

func TestSmoothCalibrationDoesNotSeeTheOrderOfRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSample(t)
		other := s.shuffled(rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)))
		for _, places := range []int{0, 5} {
			a, b := SmoothCalibration(s.eta, s.churned, places), SmoothCalibration(other.eta, other.churned, places)
			sameFingerprint(t, []float64{a.ICI, a.E50, a.E90, a.EMax}, []float64{b.ICI, b.E50, b.E90, b.EMax})
		}
	})
}
