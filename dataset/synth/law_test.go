package synth

import (
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestTheStagesMeetAtOneYear(t *testing.T) {
	cases := []struct {
		tenure float64
		want   Stage
	}{{0, Onboarding}, {364, Onboarding}, {365, Mature}, {3000, Mature}}
	for _, c := range cases {
		if got := StageAt(c.tenure); got != c.want {
			t.Errorf("tenure %v is %v, want %v", c.tenure, got, c.want)
		}
	}
}

func TestEveryTermNamesColumnsAndLevelsThatExist(t *testing.T) {
	for stage := range stageCount {
		seen := map[string]bool{}
		for _, term := range stage.Law().compile().terms {
			if seen[term.Name] {
				t.Errorf("%v: two terms are called %s", stage, term.Name)
			}
			seen[term.Name] = true
			if term.column == noColumn || term.Per != "" && term.per == noColumn {
				t.Errorf("%v: %s names a column that snapshots do not have", stage, term.Name)
			}
			if (term.Level != "") != (term.code >= 0) {
				t.Errorf("%v: %s names level %q, which %s does not have", stage, term.Name, term.Level, term.Column)
			}
		}
	}
}

func TestEveryTermOnANullableNumberSaysWhatMissingMeans(t *testing.T) {
	for stage := range stageCount {
		for _, term := range stage.Law().compile().terms {
			f := factors()[term.column]
			if f.nullable && f.levels == nil && term.Missing == 0 {
				t.Errorf("%v: %s is silent on missing values of %s", stage, term.Name, term.Column)
			}
		}
	}
}

func TestTheDocumentedLawIsTheLaw(t *testing.T) {
	source, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	for stage := range stageCount {
		law := stage.Law()
		want := fmt.Sprintf("//\t%+.2f  intercept\n", law.Intercept)
		for _, term := range law.Terms {
			want += fmt.Sprintf("//\t%+.2f  %s\n", term.Weight, term)
		}
		if !strings.Contains(string(source), "//\n"+want+"//\n") {
			t.Errorf("doc.go does not contain the law of the stage %v:\n%s", stage, want)
		}
	}
}

func TestLawsAreFreshValues(t *testing.T) {
	law := Mature.Law()
	law.Terms[0].Weight = 99
	if Mature.Law().Terms[0].Weight == 99 {
		t.Error("a caller can change the law of the next one")
	}
}

func TestTermsAreWrittenAsExpressions(t *testing.T) {
	cases := []struct {
		term       Term
		expr, text string
	}{
		{Term{Column: "nps", Missing: 7}, "nps", "nps (missing: 7)"},
		{Term{Column: "a", Per: "b", Log1p: true}, "a / b", "ln(1 + a / b)"},
		{Term{Column: "plan", Level: "starter"}, "plan == 'starter'", "plan == 'starter'"},
	}
	for _, c := range cases {
		if got := c.term.Expr(); got != c.expr {
			t.Errorf("Expr is %q, want %q", got, c.expr)
		}
		if got := c.term.String(); got != c.text {
			t.Errorf("String is %q, want %q", got, c.text)
		}
	}
}

func TestLogOddsFollowTheFormula(t *testing.T) {
	var r row
	r[colPlan], r[colPulse] = planStarter, pulseRed
	r[colLicences], r[colActiveUsers], r[colStickyUses] = 10, 5, 10
	r[colCSAT], r[colNPS] = missing(), 9
	r[colTenureDays] = 999
	// By hand: 2.9 - 2.4*0.5 - 0.8 ln 2 - 0.35*4 - 0.1*9 + 0.7 - 0.2 ln 1000 + 0.3
	want := 2.9 - 1.2 - 0.8*math.Ln2 - 1.4 - 0.9 + 0.7 - 0.2*math.Log(1000) + 0.3
	if got := Mature.Law().compile().logOdds(&r); math.Abs(got-want) > 1e-14 {
		t.Errorf("log-odds are %v, want %v", got, want)
	}
	r[colPulse] = missing()
	if got := Mature.Law().compile().logOdds(&r); math.Abs(got-(want-0.7)) > 1e-14 {
		t.Errorf("log-odds without a pulse are %v, want %v", got, want-0.7)
	}
}

// TestTheHiddenPartAveragesToALogistic integrates over the quantiles of the
// hidden part by the midpoint rule. At its ends the integrand behaves as
// exp(|eta|/phi) u^(1/phi), so that an error of at most exp(6/phi) points^-2.25,
// below 1e-9, is left.
func TestTheHiddenPartAveragesToALogistic(t *testing.T) {
	const points = 400_000
	for _, eta := range []float64{-6, -2.5, -1, 0, 0.5, 3} {
		sum := 0.0
		for i := range points {
			sum += ChurnProbability(eta/Attenuation+Hidden((float64(i)+0.5)/points), 0)
		}
		if got, want := sum/points, ChurnProbability(eta, 0); math.Abs(got-want) > 1e-9 {
			t.Errorf("eta %v: average is %v, want %v", eta, got, want)
		}
	}
}

// TestTheHiddenPartHasTheBridgeVariance checks pi^2/3 (1/phi^2 - 1), the
// variance of the bridge distribution (Wang and Louis 2003).
func TestTheHiddenPartHasTheBridgeVariance(t *testing.T) {
	const points = 1_000_000
	sum := 0.0
	for i := range points {
		b := Hidden((float64(i) + 0.5) / points)
		sum += b * b
	}
	want := math.Pi * math.Pi / 3 * (1/(Attenuation*Attenuation) - 1)
	if got := sum / points; math.Abs(got-want) > 2e-4 {
		t.Errorf("variance is %v, want %v", got, want)
	}
}

func TestTheHiddenPartIsSymmetricAndRises(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		u := rapid.Float64Range(1e-6, 0.999).Draw(t, "u")
		if sum := Hidden(u) + Hidden(1-u); math.Abs(sum) > 1e-9 {
			t.Errorf("quantiles %v and %v do not mirror each other: their sum is %v", u, 1-u, sum)
		}
		if !(Hidden(u) < Hidden(u+1e-4)) {
			t.Errorf("the quantile function does not rise at %v", u)
		}
	})
}

func TestChurnProbabilityMixesLogisticAndCoin(t *testing.T) {
	cases := []struct{ logOdds, noise, want float64 }{
		{0, 0, 0.5},
		{math.Log(3), 0, 0.75},
		{0, 0.5, 0.5*BaseChurn + 0.25},
		{math.Inf(1), 0.25, 0.25*BaseChurn + 0.75},
		{math.Inf(-1), 0.25, 0.25 * BaseChurn},
	}
	for _, c := range cases {
		if got := ChurnProbability(c.logOdds, c.noise); math.Abs(got-c.want) > 1e-15 {
			t.Errorf("ChurnProbability(%v, %v) = %v, want %v", c.logOdds, c.noise, got, c.want)
		}
	}
}

func TestChurnProbabilityIsAProbabilityThatRisesWithTheOdds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		noise := rapid.Float64Range(0, 0.99).Draw(t, "noise")
		eta := rapid.Float64Range(-20, 20).Draw(t, "eta")
		p, higher := ChurnProbability(eta, noise), ChurnProbability(eta+0.1, noise)
		if !(p > 0 && p < 1 && higher > p) {
			t.Errorf("P(%v) = %v, P(%v) = %v", eta, p, eta+0.1, higher)
		}
	})
}
