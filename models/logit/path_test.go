package logit

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"testing"

	"pgregory.net/rapid"
)

func mustPath(t testing.TB, p Problem, s PathSettings) *Path {
	t.Helper()
	path, err := FitPath(context.Background(), p, s)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// glmnet 4.1-6 with thresh 1e-14 on Hosmer and Lemeshow's low birth weight data. It ends
// when deviances stand still and leaves the optimality conditions violated by 5e-10, which
// is 3e-9 in a coefficient; TestGlmnetIsLessExact holds that against it.
func TestBirthwtAgreesWithGlmnet(t *testing.T) {
	_, p := birthwt(t) // age, lwt, race2, race3, smoke, ptl, ht, ui
	exact := func(s PathSettings) PathPoint {
		s.Tolerance = 1e-13
		return mustPath(t, p, s).Points[0]
	}
	lasso := exact(PathSettings{Alpha: 1, Lambdas: []float64{.05}})
	agree(t, "lasso", 5e-10, append([]float64{lasso.Intercept}, lasso.Coef...),
		[]float64{-.41431600015, 0, -.00441566909, .00298585339, 0, .15733919820, .26232849013, .55253504197, .24594546053})
	net := exact(PathSettings{Alpha: .5, Lambdas: []float64{.05}})
	agree(t, "elastic net, age and ht", 5e-9, []float64{net.Coef[0], net.Coef[6]}, []float64{-.01197876124, .98058177831})
	ridge := exact(PathSettings{Alpha: 0, Lambdas: []float64{.05}})
	agree(t, "ridge, ht", 5e-9, []float64{ridge.Coef[6]}, []float64{1.34672998976})
	first := exact(PathSettings{Alpha: 1})
	agree(t, "largest strength", 1e-12, []float64{first.Lambda}, []float64{.0908626233611})
	low := make([]float64, 8)
	low[0], low[1] = math.Inf(-1), math.Inf(-1)
	limited := exact(PathSettings{Alpha: .5, Lambdas: []float64{.02}, Low: low})
	agree(t, "limited, ht", 5e-9, []float64{limited.Coef[6]}, []float64{1.42443347594})
}

// drawPath makes settings of every kind, limits on either side of zero included.
func drawPath(t *rapid.T, p int) PathSettings {
	s := PathSettings{
		Alpha: rapid.SampledFrom([]float64{0, .1, .5, .95, 1}).Draw(t, "alpha"),
		Count: 6, Smallest: .01, Tolerance: 1e-9,
	}
	if rapid.Bool().Draw(t, "factors") {
		s.Factors = rapid.SliceOfN(rapid.SampledFrom([]float64{0, .5, 1, 3}), p, p).Draw(t, "factor")
	}
	if rapid.Bool().Draw(t, "limits") {
		for range p {
			low := rapid.SampledFrom([]float64{math.Inf(-1), -.3, 0, .1}).Draw(t, "low")
			s.Low = append(s.Low, low)
			s.High = append(s.High, rapid.SampledFrom([]float64{math.Inf(1), max(low, .2), max(low, 0)}).Draw(t, "high"))
		}
	}
	return s
}

// The conditions of Karush, Kuhn and Tucker, computed here from the rows and the columns
// as they were given, by nothing of the package.
func TestEveryPointOfAPathIsOptimal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t)
		p.NoIntercept = rapid.Bool().Draw(t, "no intercept")
		s := drawPath(t, len(p.Columns))
		path, err := FitPath(t.Context(), p, s)
		if err != nil {
			t.Fatal(err)
		}
		for _, point := range path.Points {
			if v := violated(p, s, point); !(v <= 2*s.Tolerance) {
				t.Fatalf("alpha %v, lambda %v: violated by %v, %v claimed\n%+v", s.Alpha, point.Lambda, v, point.Violation, point)
			}
		}
	})
}

// More columns than rows, and more than a Gram matrix is taken of at once: the strong rule
// is at work, and wrong at times, because every column resembles its neighbours.
func TestEveryPointOfAWidePathIsOptimal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 3))
		const n, columns = 60, wholeGram + 16
		p := Problem{Y: make([]float64, n), Weights: make([]float64, n), Offset: make([]float64, n)}
		walk := make([]float64, n)
		for range columns {
			for i := range walk {
				walk[i] = 0.8*walk[i] + rng.NormFloat64()
			}
			p.Columns = append(p.Columns, append([]float64(nil), walk...))
		}
		for i := range p.Y {
			p.Weights[i], p.Offset[i] = 1+float64(rng.IntN(3)), rng.Float64()
			if rng.Float64() < sigmoid(p.Columns[0][i]-p.Columns[7][i]) {
				p.Y[i] = 1
			}
		}
		p.Y[0], p.Y[1] = 0, 1
		s := drawPath(t, columns)
		s.Smallest = .05
		for j := range s.Factors { // more free columns than rows would separate
			s.Factors[j] = max(s.Factors[j], .5)
		}
		path, err := FitPath(t.Context(), p, s)
		if err != nil {
			t.Fatal(err)
		}
		for _, point := range path.Points {
			if v := violated(p, s, point); !(v <= 2*s.Tolerance) {
				t.Fatalf("alpha %v, lambda %v: violated by %v, %v claimed", s.Alpha, point.Lambda, v, point.Violation)
			}
		}
	})
}

// violated is the largest downhill slope per standard deviation.
func violated(p Problem, s PathSettings, at PathPoint) float64 {
	total, residual := 0.0, make([]float64, len(p.Y))
	for i, w := range p.Weights {
		eta := at.Intercept + p.Offset[i]
		for j, c := range p.Columns {
			eta += at.Coef[j] * c[i]
		}
		residual[i] = w * (1/(1+math.Exp(-eta)) - p.Y[i])
		total += w
	}
	worst, factors := 0.0, 0.0
	for _, r := range residual {
		worst += r / total
	}
	worst = math.Abs(worst)
	if p.NoIntercept {
		worst = 0
	}
	for j := range p.Columns {
		factors += orElse(s.Factors, j, 1)
	}
	for j, c := range p.Columns {
		var g, mean, square float64
		for i, x := range c {
			g += residual[i] * x / total
			mean += p.Weights[i] * x / total
		}
		for i, x := range c {
			square += p.Weights[i] * (x - mean) * (x - mean) / total
		}
		sd, b := math.Sqrt(square), at.Coef[j]
		factor := orElse(s.Factors, j, 1) * at.Lambda
		if factors > 0 {
			factor *= float64(len(p.Columns)) / factors
		}
		g = g/sd + factor*(1-s.Alpha)*b*sd
		down, up := g-factor*s.Alpha, g+factor*s.Alpha // slopes to the left and right of zero
		if b > 0 {
			down = up
		}
		if b < 0 {
			up = down
		}
		if b < orElse(s.High, j, math.Inf(1)) {
			worst = max(worst, -up)
		}
		if b > orElse(s.Low, j, math.Inf(-1)) {
			worst = max(worst, down)
		}
	}
	return worst
}

func TestLimitsHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawProblem(t)
		s := drawPath(t, len(p.Columns))
		path, err := FitPath(t.Context(), p, s)
		if err != nil {
			t.Fatal(err)
		}
		for _, point := range path.Points {
			for j, b := range point.Coef {
				if b < orElse(s.Low, j, math.Inf(-1)) || b > orElse(s.High, j, math.Inf(1)) {
					t.Fatalf("column %d: %v outside its limits", j, b)
				}
			}
		}
	})
}

func TestGlmnetIsLessExact(t *testing.T) {
	_, p := birthwt(t)
	p.Weights, p.Offset = make([]float64, len(p.Y)), make([]float64, len(p.Y))
	for i := range p.Y {
		p.Weights[i] = 1
	}
	s := PathSettings{Alpha: 1, Lambdas: []float64{.05}, Tolerance: 1e-13}
	ours := mustPath(t, p, s).Points[0]
	theirs := PathPoint{Lambda: .05, Intercept: -.41431600015, // as published
		Coef: []float64{0, -.00441566909, .00298585339, 0, .15733919820, .26232849013, .55253504197, .24594546053}}
	a, b := violated(p, s, ours), violated(p, s, theirs)
	t.Logf("optimality conditions violated by %.1e, glmnet %.1e", a, b)
	if !(a < 1e-12) || !(b > 1e-10) {
		t.Errorf("violations: ours %v, glmnet's %v", a, b)
	}
}

// The lasso of strength zero is the maximum of the likelihood, and a ridge point is the
// ridge fit whose penalties are the strength in the units of the columns.
func TestEndsOfThePathAreFits(t *testing.T) {
	_, p := birthwt(t)
	agree(t, "no penalty", 1e-9, mustPath(t, p, PathSettings{Alpha: 1, Lambdas: []float64{0}, Tolerance: 1e-12}).Points[0].all(), mustFit(t, p, Settings{}).all())
	point := mustPath(t, p, PathSettings{Lambdas: []float64{.05}, Tolerance: 1e-12}).Points[0]
	n := float64(len(p.Y))
	for _, c := range p.Columns {
		var sum, square float64
		for _, x := range c {
			sum += x
			square += x * x
		}
		p.L2 = append(p.L2, .05*n*(square/n-sum/n*sum/n))
	}
	agree(t, "ridge", 1e-9, point.all(), mustFit(t, p, Settings{}).all())
}

func (p PathPoint) all() []float64 { return append([]float64{p.Intercept}, p.Coef...) }

func TestAPathFromASourceIsTheSameToTheBitOnAnyNumberOfProcessors(t *testing.T) {
	p := skewed(3*chunkRows+17, 7)
	s := PathSettings{Alpha: .9, Count: 8}
	want := mustPath(t, p, s)
	for _, processors := range []int{1, 4} {
		previous := runtime.GOMAXPROCS(processors)
		got := mustPath(t, p.stored(), s)
		runtime.GOMAXPROCS(previous)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%d processors: the path differs", processors)
		}
	}
}

func TestTheFirstPointOfALassoIsEmptyAndTheNextIsNot(t *testing.T) {
	p := skewed(2000, 6)
	path := mustPath(t, p, PathSettings{Alpha: 1, Count: 50})
	agree(t, "first", 0, path.Points[0].Coef, make([]float64, 6))
	if reflect.DeepEqual(path.Points[1].Coef, make([]float64, 6)) {
		t.Error("nothing enters at the second strength")
	}
	for k := 1; k < len(path.Points); k++ {
		if path.Points[k].LogLik < path.Points[k-1].LogLik-1e-6 {
			t.Errorf("the likelihood falls at strength %d", k)
		}
	}
}

// As glmnet's: a hundred strengths down to 1e-4 of the first, or to 0.01 of it where columns are more
// than rows.
func TestAPathIsAsLongAsGlmnets(t *testing.T) {
	for _, c := range []struct {
		rows, columns int
		smallest      float64
	}{{40, 3, 1e-4}, {40, 40, 1e-4}, {40, 41, 0.01}} {
		s := PathSettings{}.withDefaults(c.rows, c.columns)
		strengths := (&walker{settings: s}).strengths(8)
		if len(strengths) != 100 || strengths[0] != 8 || math.Abs(strengths[99]/8/c.smallest-1) > 1e-14 || math.Abs(strengths[1]/8-math.Pow(c.smallest, 1./99)) > 1e-14 {
			t.Errorf("%d rows of %d columns: %d strengths from %v to %v", c.rows, c.columns, len(strengths), strengths[0], strengths[len(strengths)-1])
		}
	}
}

func TestPathSettingsThatMakeNoSenseAreRefused(t *testing.T) {
	p := skewed(100, 2)
	withL2, firth := p, p
	withL2.L2, firth.Firth = []float64{1, 1}, true
	for name, c := range map[string]struct {
		p Problem
		s PathSettings
	}{
		"alpha above 1":       {p, PathSettings{Alpha: 1.5}},
		"alpha not a number":  {p, PathSettings{Alpha: math.NaN()}},
		"a rising path":       {p, PathSettings{Smallest: 2}},
		"a negative strength": {p, PathSettings{Lambdas: []float64{-1}}},
		"one factor for two":  {p, PathSettings{Factors: []float64{1}}},
		"a negative factor":   {p, PathSettings{Factors: []float64{1, -1}}},
		"low above high":      {p, PathSettings{Low: []float64{0, 1}, High: []float64{0, 0}}},
		"a ridge beside":      {withL2, PathSettings{}},
		"Firth beside":        {firth, PathSettings{}},
	} {
		if path, err := FitPath(context.Background(), c.p, c.s); err == nil {
			t.Errorf("%s: accepted, %d points", name, len(path.Points))
		}
	}
}

// The slopes fall to nothing on the way to infinity, so they must not be the judge.
func TestSeparationByAnUnpenalisedColumnIsAnError(t *testing.T) {
	x, y := make([]float64, 40), make([]float64, 40)
	for i := range x {
		x[i] = float64(i)
		y[i] = float64(i / 20)
	}
	other := append([]float64(nil), x...)
	other[3], other[30] = 30, 3
	p := Problem{Columns: [][]float64{other, x}, Y: y}
	var separation *SeparationError
	_, err := FitPath(context.Background(), p, PathSettings{Alpha: 1, Factors: []float64{1, 0}, Count: 3})
	if !errors.As(err, &separation) || !reflect.DeepEqual(separation.Columns, []int{1}) {
		t.Errorf("without a penalty: %v", err)
	}
	if _, err = FitPath(context.Background(), p, PathSettings{Alpha: 1, Lambdas: []float64{.1, 0}}); !errors.As(err, &separation) {
		t.Errorf("at strength 0: %v", err)
	}
	if _, err = FitPath(context.Background(), p, PathSettings{Alpha: 1, Count: 3}); err != nil {
		t.Errorf("with a penalty: %v", err)
	}
	path := mustPath(t, p, PathSettings{Alpha: 1, Factors: []float64{1, 0}, High: []float64{math.Inf(1), 2}, Lambdas: []float64{.01}})
	agree(t, "at its limit", 0, path.Points[0].Coef[1:], []float64{2})
}
