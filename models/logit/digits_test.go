package logit

import (
	"fmt"
	"math"
	"math/big"
	"strings"
	"testing"
)

// This file prints one table: every problem of fitting whose answer is known from outside,
// as it was given and in bad units, and how many digits of it are reached.

// badUnits is an exact change of the units of a problem: column j becomes
// scale_j (x_j + shift_j) without any rounding, so that the answer is known as well as
// that of the problem as given:
//
//	b_j' = b_j / scale_j,   b_0' = b_0 - sum_j b_j shift_j.
type badUnits struct {
	scale   []float64
	shifted int     // the one column that is shifted; -1 for none
	shift   float64 // as large as keeps all sums exact
}

// spoil multiplies columns by powers of two between a millionth and a million, and moves
// the first column that can be moved far away from zero. It is one column, because the
// variance of the intercept then follows from the certified first row of the covariance.
func spoil(p Problem) (Problem, badUnits) {
	u := badUnits{shifted: -1}
	out := p
	out.Columns, out.L2 = nil, nil
	for j, c := range p.Columns {
		u.scale = append(u.scale, math.Ldexp(1, []int{20, -20, 10, -10}[j%4]))
		if shift := farthest(c); u.shifted < 0 && !p.NoIntercept && shift > 0 {
			u.shifted, u.shift = j, shift
		}
		spoilt := make([]float64, len(c))
		for i, x := range c {
			if j == u.shifted {
				x += u.shift
			}
			spoilt[i] = x * u.scale[j]
		}
		out.Columns = append(out.Columns, spoilt)
		if p.L2 != nil {
			out.L2 = append(out.L2, p.L2[j]*u.scale[j]*u.scale[j])
		}
	}
	return out, u
}

// farthest is the largest power of two, up to a billion or so, that can be added to every
// value of a column and taken away again; 0 if none of a thousand or more can.
func farthest(c []float64) float64 {
next:
	for e := 30; e >= 10; e-- {
		shift := math.Ldexp(1, e)
		for _, x := range c {
			if x+shift-shift != x {
				continue next
			}
		}
		return shift
	}
	return 0
}

// answer is what is known of a problem, as decimal strings. What is not known is nil, or
// a single number "".
type answer struct {
	beta, se, first []string // first row of the covariance
}

// in expresses an answer in bad units. The first entry is the intercept, if there is one.
func (a answer) in(u badUnits, intercept bool) answer {
	var out answer
	f := 0
	if intercept {
		f = 1
	}
	for k, b := range a.beta {
		out.beta = append(out.beta, divide(decimal(b), u.per(k-f)).Text('e', 40))
	}
	for k, s := range a.se {
		out.se = append(out.se, divide(decimal(s), u.per(k-f)).Text('e', 40))
	}
	if j := f + u.shifted; u.shifted >= 0 && intercept {
		out.beta[0] = minus(decimal(a.beta[0]), times(decimal(a.beta[j]), num(u.shift))).Text('e', 40)
		if a.first == nil && a.se != nil {
			out.se[0] = ""
		}
		if a.first != nil {
			// Var(b_0 - s b_j) = V_00 - 2 s V_0j + s^2 V_jj.
			v := plus(decimal(a.first[0]), times(num(u.shift*u.shift), times(decimal(a.se[j]), decimal(a.se[j]))))
			v = minus(v, times(num(2*u.shift), decimal(a.first[j])))
			out.se[0] = new(big.Float).SetPrec(400).Sqrt(v).Text('e', 40)
		}
	}
	return out
}

// per is the scale of column j, 1 for the intercept.
func (u badUnits) per(j int) *big.Float {
	if j < 0 {
		return num(1)
	}
	return num(u.scale[j])
}

func decimal(s string) *big.Float {
	v, _, err := big.ParseFloat(s, 10, 400, big.ToNearestEven)
	if err != nil {
		panic(err)
	}
	return v
}

// knownProblem is a row of the table.
type knownProblem struct {
	name    string
	p       Problem
	path    *PathSettings // the first point of a path instead of a fit
	answer  answer
	minimum float64 // digits wanted, of coefficients and of standard errors
}

// knownProblems are the certified problems, all digits of a float64 wanted, and the published
// ones, whose sources are named in published_test.go, path_test.go and firth_test.go. Of
// those, one digit less is wanted than is printed of the shortest number, or what the
// source is right to.
func knownProblems(t testing.TB) []knownProblem {
	var out []knownProblem
	for _, c := range certifiedProblems(t) {
		out = append(out, knownProblem{
			name: c.ID + " " + c.Title, p: c.problem(), minimum: 15.5,
			answer: answer{c.Certified.Beta, c.Certified.SE, c.Certified.CovFirstRow},
		})
	}
	spector := table(t, "spector.csv")
	_, low := birthwt(t)
	_, affairs := fair(t)
	lambda := PathSettings{Alpha: 1, Lambdas: []float64{.05}, Tolerance: 1e-13}
	return append(out,
		knownProblem{name: "Spector and Mazzeo, statsmodels", minimum: 10.5,
			p: Problem{Columns: pick(spector, "GPA", "TUCE", "PSI"), Y: spector["GRADE"]},
			answer: answer{beta: strings.Fields("-13.021346858116 2.826112594889 .095157661318 2.378687655093"),
				se: strings.Fields("4.931324213603 1.262941075629 .141554205674 1.064564254497")}},
		knownProblem{name: "birth weight, R", p: low, minimum: 10.5, answer: answer{beta: strings.Fields(
			".464403282651 -.027069779299 -.015182562863 1.263219375548 .861635107534 .923349157229 .541755119489 1.833695609913 .758596504211")}},
		knownProblem{name: "affairs, statsmodels and R", p: affairs, minimum: 7.5, answer: answer{beta: strings.Fields(
			"3.7257198666 -.7161071051 -.0604876807 .110017941 -.0042332262 -.3751576527 -.0392192041 .1602338332 .0124008189")}},
		knownProblem{name: "endometrial, Firth, brglm2", p: endometrial(t), minimum: 11.5,
			answer: answer{beta: strings.Fields("3.7745597136471 2.9292733531971 -.0347517598704 -2.6041639252937")}},
		// glmnet stops 5e-10 from the optimum: see TestGlmnetIsLessExact.
		knownProblem{name: "birth weight, lasso, glmnet", p: low, path: &lambda, minimum: 6.5, answer: answer{beta: strings.Fields(
			"-.41431600015 0 -.00441566909 .00298585339 0 .15733919820 .26232849013 .55253504197 .24594546053")}},
	)
}

// reached returns the fewest digits among coefficients and among standard errors, NaN
// where none are known.
func (k knownProblem) reached(t testing.TB, p Problem, want answer) (beta, se float64) {
	t.Helper()
	var b, s []float64
	if k.path != nil {
		b = mustPath(t, p, *k.path).Points[0].all()
	} else {
		f := mustFit(t, p, Settings{})
		b, s = f.all(), f.allStdErr()
	}
	if p.NoIntercept {
		b, s = b[1:], s[1:]
	}
	return fewest(t, b, want.beta), fewest(t, s, want.se)
}

func fewest(t testing.TB, got []float64, want []string) float64 {
	if want == nil {
		return math.NaN()
	}
	least := 17.0
	for i, w := range want {
		if w != "" {
			least = min(least, digits(t, got[i], w))
		}
	}
	return least
}

func TestDigitsReachedOnEveryKnownProblem(t *testing.T) {
	var out strings.Builder
	fmt.Fprintf(&out, "\n%-66s %13s %13s %8s\n", "digits of coefficients / standard errors", "as given", "in bad units", "wanted")
	for _, k := range knownProblems(t) {
		beta, se := k.reached(t, k.p, k.answer)
		bad, units := spoil(k.p)
		badBeta, badSE := k.reached(t, bad, k.answer.in(units, !k.p.NoIntercept))
		name := k.name
		if len(name) > 66 {
			name = name[:63] + "..."
		}
		row := fmt.Sprintf("%-66s %5.1f / %5.1f %5.1f / %5.1f %8.1f\n", name, beta, se, badBeta, badSE, k.minimum)
		out.WriteString(strings.ReplaceAll(row, "  NaN", "    -"))
		for _, d := range []float64{beta, se, badBeta, badSE} {
			if d < k.minimum {
				t.Errorf("%s: %.2f digits, %.1f wanted", k.name, d, k.minimum)
			}
		}
	}
	t.Log(out.String())
}
