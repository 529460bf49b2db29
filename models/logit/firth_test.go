package logit

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"holdfast/models/logit/logittest"
)

// Heinze and Schemper (2002), 79 endometrial cancers, in which NV separates: brglm2 0.9,
// equal to logistf 1.26.1 to 1e-12.
func endometrial(t testing.TB) Problem {
	tab := logittest.ReadTable(t, "endometrial.csv")
	return Problem{Columns: tab.Pick("NV", "PI", "EH"), Y: tab["HG"], Firth: true}
}

func TestEndometrialAgreesWithBrglm2AndLogistf(t *testing.T) {
	p := endometrial(t)
	f := mustFit(t, p, Settings{})
	agree(t, "coefficient", 1e-13, f.all(), []float64{3.7745597136471, 2.9292733531971, -.0347517598704, -2.6041639252937})
	agree(t, "standard error of NV", 1e-13, f.StdErr[:1], []float64{1.5507637294530})
	agree(t, "penalised log likelihood", 1e-10, []float64{f.PenalisedLogLik}, []float64{-24.0372678007})
	profiles, err := f.Profile(context.Background(), p, Settings{}, []int{1, 2, 3}, 0.95)
	if err != nil {
		t.Fatal(err)
	}
	// logistf prints 9 decimals and ends its search there.
	agree(t, "NV", 1e-8, []float64{profiles[0].Low, profiles[0].High}, []float64{.609724436, 7.854631714})
	agree(t, "PI", 1e-8, []float64{profiles[1].Low, profiles[1].High}, []float64{-.124458721, .040455473})
	agree(t, "EH", 1e-8, []float64{profiles[2].Low, profiles[2].High}, []float64{-4.365183247, -1.232721057})
	agree(t, "p of NV", 1e-12, []float64{profiles[0].P}, []float64{.00912366754709})
	p.Firth = false
	var separation *SeparationError
	if _, err := Fit(context.Background(), p, Settings{}); !errors.As(err, &separation) || separation.Columns[0] != 0 {
		t.Errorf("maximum likelihood: %v; NV separates", err)
	}
}

// drawFirth makes a problem that anything may separate, as long as both outcomes occur.
func drawFirth(t *rapid.T) Problem {
	p := drawProblem(t)
	for i := range p.Y {
		p.Y[i] = float64(rapid.IntRange(0, 1).Draw(t, "response"))
	}
	p.Y[0], p.Y[len(p.Y)-1] = 0, 1
	p.Firth = true
	return p
}

// The score of Firth (1993), computed here from the rows with gonum's inverse, by nothing
// of the package.
func TestFirthsScoreIsZeroWhateverSeparates(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawFirth(t)
		f := fitDrawn(t, p)
		near(t, "score", 1e-9, firthScore(p, f), make([]float64, len(f.all())))
	})
}

// Samples of five rows and up, most of them separated, are where the steps are slowest.
func TestFirthFitsTheSmallestSamples(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for trial := range 400 {
		n, q := 5+rng.IntN(15), 1+rng.IntN(3)
		p := Problem{Firth: true, Y: make([]float64, n), Offset: make([]float64, n), Weights: make([]float64, n)}
		for range q {
			c := make([]float64, n)
			for i := range c {
				c[i] = rng.NormFloat64()
			}
			p.Columns = append(p.Columns, c)
		}
		for i := range p.Y {
			p.Weights[i] = 1
			if p.Columns[0][i] > 0.5 != (trial%2 == 0 && rng.Float64() < 0.2) {
				p.Y[i] = 1
			}
		}
		f, err := Fit(context.Background(), p, Settings{})
		if errors.Is(err, ErrOneClass) {
			continue
		}
		if err != nil {
			t.Fatalf("sample %d: %v", trial, err)
		}
		agree(t, "score", 1e-10, firthScore(p, f), make([]float64, q+1))
		if trial%10 == 0 {
			if _, err := f.Profile(context.Background(), p, Settings{}, []int{1}, .95); err != nil {
				t.Errorf("sample %d: %v", trial, err)
			}
		}
	}
}

func TestFirthsWeightTwoIsTheRowTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawFirth(t)
		var list []int
		for i, w := range p.Weights {
			for range int(w) {
				list = append(list, i)
			}
		}
		expanded := p.rows(list)
		expanded.Weights = nil
		a, b := fitDrawn(t, expanded), fitDrawn(t, p)
		near(t, "coefficient", 2e-14, a.all(), b.all())
		near(t, "penalised log likelihood", 1e-12, []float64{a.PenalisedLogLik}, []float64{b.PenalisedLogLik})
	})
}

// Float64 alone, from a source, and with nearly collinear columns.
func TestFirthWithoutRefinementAgreesWithTheRefinedOne(t *testing.T) {
	p := skewed(2*chunkRows+9, 6)
	p.Firth = true
	exact, fast := mustFit(t, p, Settings{}), mustFit(t, p.stored(), Settings{Exact: ExactNever})
	agree(t, "coefficient", 1e-11, fast.all(), exact.all())
	agree(t, "standard error", 1e-11, fast.allStdErr(), exact.allStdErr())
	agree(t, "penalised log likelihood", 1e-8, []float64{fast.PenalisedLogLik}, []float64{exact.PenalisedLogLik})
	for i, q := range []Problem{p, p.stored()} { // the mean probability is the mean response, over several chunks
		f, err := FLIC(t.Context(), q, exact)
		if err != nil {
			t.Fatal(err)
		}
		mean := 0.0
		for row := range p.Y {
			eta := f.Intercept
			for j, c := range p.Columns {
				eta += f.Coef[j] * c[row]
			}
			mean += sigmoid(eta)
		}
		agree(t, fmt.Sprint("events that FLIC expects, ", i), 1e-11, []float64{mean}, []float64{f.Events})
	}
}

func TestFirthInABasisAgreesWithTheColumnsItStandsFor(t *testing.T) {
	p := skewed(300, 2)
	p.Firth = true
	f := mustFit(t, p, Settings{})
	q := p
	// The second column hidden in the first: x1 + 2^-30 x2 has the coefficient 2^30 b2.
	mixed := make([]float64, len(p.Y))
	for i := range mixed {
		mixed[i] = p.Columns[0][i] + 0x1p-30*float64(float32(p.Columns[1][i]))
	}
	q.Columns = [][]float64{p.Columns[0], mixed}
	g := mustFit(t, q, Settings{})
	if len(g.Warnings) != 1 || g.Warnings[0].Code != WarnCollinear || !slices.Equal(g.Warnings[0].Columns, []int{1}) {
		t.Fatalf("warnings %+v", g.Warnings)
	}
	agree(t, "hidden coefficient", 1e-5, []float64{g.Coef[0] + g.Coef[1], g.Coef[1] * 0x1p-30}, f.Coef)
}

func TestFLICHasTheMeanOfTheResponses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawFirth(t)
		firth := fitDrawn(t, p)
		f, err := FLIC(t.Context(), p, firth)
		if err != nil {
			t.Fatal(err)
		}
		var mean, events, loglik float64
		for i, w := range p.Weights {
			eta := f.Intercept + p.Offset[i]
			for j, c := range p.Columns {
				eta += f.Coef[j] * c[i]
			}
			mean += w * sigmoid(eta) / f.SumWeights
			events += w * p.Y[i] / f.SumWeights
			loglik -= w * math.Log1p(math.Exp((1-2*p.Y[i])*eta))
		}
		near(t, "mean probability", 1e-12, []float64{mean}, []float64{events})
		near(t, "log likelihood", 1e-12, []float64{f.LogLik, -f.Deviance / 2}, []float64{loglik, loglik})
		k, n := float64(len(f.all())), float64(f.N) // AIC = -2l + 2k, BIC = -2l + k log n
		near(t, "AIC and BIC", 1e-12, []float64{f.AIC, f.BIC}, []float64{2*k - 2*loglik, k*math.Log(n) - 2*loglik})
		near(t, "what Firth's penalty gave", 0, append(f.Coef, f.PenalisedLogLik), append(firth.Coef, firth.PenalisedLogLik))
	})
}

func TestTheInverseRootByHand(t *testing.T) {
	root, logDet, ok := inverseRoot([]float64{4, 2, 2, 5}, 2) // L = (2 0; 1 2), of determinant 4
	if agree(t, "L^-1", 1e-15, root, []float64{0.5, 0, -0.25, 0.5}); !ok || math.Abs(logDet-math.Log(16)) > 1e-15 {
		t.Errorf("%v, log det %v", ok, logDet)
	}
	for fact, a := range map[string][]float64{"indefinite": {1, 2, 2, 1}, "no numbers": {math.NaN(), 0, 0, 1}} {
		if _, _, ok := inverseRoot(a, 2); ok {
			t.Errorf("%s: inverted", fact)
		}
	}
}

func TestFirthBesideARidgeIsRefused(t *testing.T) {
	p := skewed(100, 1)
	p.Firth, p.L2 = true, []float64{1}
	if _, err := Fit(context.Background(), p, Settings{}); err == nil {
		t.Error("accepted")
	}
}

// One column of a single one is a model of that row alone: (y + 1/2) / (1 + 1) = 3/4, whose log-odds are
// ln 3. From so far out that e^-|eta| is 0, there is a slope to come back by, or the start is dropped.
func TestFirthComesBackFromTerribleStarts(t *testing.T) {
	p := Problem{Columns: [][]float64{{1, 0, 0, 0}}, Y: []float64{1, 0, 1, 0}, Firth: true, NoIntercept: true}
	for _, start := range []float64{-1e120, -1000, -400, 400, 1000, 1e19, 1e120, math.MaxFloat64} {
		agree(t, "coefficient", 1e-14, mustFit(t, p, Settings{Start: []float64{0, start}}).Coef, []float64{math.Log(3)})
	}
	p = skewed(100, 2)
	p.Firth = true
	want := mustFit(t, p, Settings{}).all()
	for _, start := range []float64{-1e120, 1000, 1e120} {
		agree(t, "coefficient", 1e-13, mustFit(t, p, Settings{Start: []float64{start, start, -start}}).all(), want)
	}
}

// firthScore returns U* at the fit.
func firthScore(p Problem, f *Fitted) []float64 {
	q := len(f.Coef) + 1
	row := func(i int) []float64 {
		x := []float64{1}
		for _, c := range p.Columns {
			x = append(x, c[i])
		}
		return x
	}
	score := make([]float64, q)
	for i, w := range p.Weights {
		x := row(i)
		eta := p.Offset[i]
		for j, b := range f.all() {
			eta += b * x[j]
		}
		pi := 1 / (1 + math.Exp(-eta))
		h := 0.0
		for j := range x {
			for k := range x {
				h += w * pi * (1 - pi) * x[j] * x[k] * f.Covariance.At(j, k)
			}
		}
		for j := range x {
			score[j] += (w*(p.Y[i]-pi) + h*(0.5-pi)) * x[j]
		}
	}
	return score
}
