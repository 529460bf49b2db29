package logit

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// What a path must keep under changes of its problem that change nothing, and how it must
// move along its strengths. Optimality of every point is checked in path_test.go; these
// hold for the way the problem is written down.

// drawNet is a path of three strengths that are the same for two writings of a problem.
func drawNet(t *rapid.T) PathSettings {
	return PathSettings{
		Alpha:   rapid.SampledFrom([]float64{0, .3, .95, 1}).Draw(t, "alpha"),
		Lambdas: []float64{.2, .05, .01}, Tolerance: 1e-11,
	}
}

// points are the coefficients of every point, intercepts first, one after the other.
func points(t *rapid.T, p Problem, s PathSettings) []float64 {
	path, err := FitPath(t.Context(), p, s)
	if err != nil {
		t.Fatal(err)
	}
	var out []float64
	for _, point := range path.Points {
		out = append(out, point.all()...)
	}
	return out
}

func TestAPathTakesWeightTwoForTheRowTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, s := drawProblem(t), drawNet(t)
		p.NoIntercept = rapid.Bool().Draw(t, "no intercept")
		var list []int
		for i, w := range p.Weights {
			for range int(w) {
				list = append(list, i)
			}
		}
		expanded := p.rows(list)
		expanded.Weights = nil
		near(t, "coefficient", 1e-8, points(t, expanded, s), points(t, p, s))
	})
}

func TestAPathForgetsTheOrderOfRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, s := drawProblem(t), drawNet(t)
		shuffled := p.rows(rapid.Permutation(order(len(p.Y))).Draw(t, "order"))
		near(t, "coefficient", 1e-8, points(t, shuffled, s), points(t, p, s))
	})
}

// The penalty is on coefficients per standard deviation, so that units do not matter, and
// on no intercept, so that origins do not.
func TestAPathForgetsUnitsAndOrigins(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, s := drawProblem(t), drawNet(t)
		scale := math.Ldexp(1, rapid.IntRange(-30, 30).Draw(t, "exponent"))
		shift := float64(rapid.IntRange(-100, 100).Draw(t, "shift"))
		moved := p.rows(order(len(p.Y)))
		for i, x := range moved.Columns[0] {
			moved.Columns[0][i] = scale * (x + shift)
		}
		got, want := points(t, moved, s), points(t, p, s)
		q := len(p.Columns) + 1
		for k := 0; k < len(got); k += q {
			got[k] += got[k+1] * scale * shift
			got[k+1] *= scale
		}
		near(t, "coefficient", 1e-7, got, want)
	})
}

func TestSwappingTheOutcomesTurnsEverySignOfAPath(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, s := drawProblem(t), drawNet(t)
		p.NoIntercept = rapid.Bool().Draw(t, "no intercept")
		swapped := p.rows(order(len(p.Y)))
		for i := range swapped.Y {
			swapped.Y[i], swapped.Offset[i] = 1-swapped.Y[i], -swapped.Offset[i]
		}
		got := points(t, swapped, s)
		for i := range got {
			got[i] = -got[i]
		}
		near(t, "coefficient", 1e-8, got, points(t, p, s))
	})
}

// Were the penalty larger under the larger strength, the two optima could change places
// and both would be better off.
func TestTheStrongerThePenaltyTheSmallerWhatItPenalises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, s := drawProblem(t), drawNet(t)
		path, err := FitPath(t.Context(), p, s)
		if err != nil {
			t.Fatal(err)
		}
		d, err := newDesign(p, nil)
		if err != nil {
			t.Fatal(err)
		}
		var size, likelihood []float64
		for _, point := range path.Points {
			sum := 0.0
			for j, b := range point.Coef {
				c := b * spread(p, d.source[j])
				sum += (1-s.Alpha)/2*c*c + s.Alpha*math.Abs(c)
			}
			size, likelihood = append(size, sum), append(likelihood, point.LogLik)
		}
		for k := 1; k < len(size); k++ {
			if size[k] < size[k-1]-1e-8 || likelihood[k] < likelihood[k-1]-1e-6 {
				t.Fatalf("penalised sizes %v, log likelihoods %v under falling strengths %v", size, likelihood, s.Lambdas)
			}
		}
	})
}

// spread is the weighted standard deviation of a column.
func spread(p Problem, j int) float64 {
	var total, mean, square float64
	for i, w := range p.Weights {
		total += w
		mean += w * p.Columns[j][i]
	}
	for i, w := range p.Weights {
		d := p.Columns[j][i] - mean/total
		square += w * d * d
	}
	return math.Sqrt(square / total)
}

// Nothing penalised is in the model at the largest strength or above, something is below.
func TestTheLargestStrengthIsWhereTheFirstColumnEnters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t)
		s := PathSettings{Alpha: rapid.SampledFrom([]float64{.3, 1}).Draw(t, "alpha"), Count: 2, Tolerance: 1e-11}
		path, err := FitPath(t.Context(), p, s)
		if err != nil {
			t.Fatal(err)
		}
		largest := path.Points[0].Lambda
		if largest < 1e-6 {
			return // the columns say nothing: rounding decides who enters
		}
		for _, c := range []struct {
			strength float64
			empty    bool
		}{{2 * largest, true}, {1.0001 * largest, true}, {.99 * largest, false}} {
			s.Lambdas = []float64{c.strength}
			coef := points(t, p, s)[1:]
			empty := true
			for _, b := range coef {
				empty = empty && b == 0
			}
			if empty != c.empty {
				t.Fatalf("strength %v, largest %v: coefficients %v", c.strength, largest, coef)
			}
		}
	})
}
