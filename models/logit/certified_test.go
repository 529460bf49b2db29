package logit

import (
	"context"
	"encoding/json"
	"math"
	"math/big"
	"os"
	"testing"

	"holdfast/dataset/beside"
)

// shared returns the path of a file under ../shared, seen from the root of
// the repository, or skips the test saying what goes unchecked.
func shared(t testing.TB, unchecked string, path ...string) string {
	t.Helper()
	return beside.Path(t, unchecked, path...)
}

// certifiedProblem is one entry of corpus/numerics/logistic.json. Its
// certified values are decimal strings of 25 digits, computed with 80.
type certifiedProblem struct {
	ID, Title string
	Columns   []string
	X         [][]float64
	Y         []float64
	Weights   []float64
	Trials    []float64
	Offset    []float64
	L2        float64
	Penalised []float64
	Firth     bool
	Certified struct {
		Beta, SE    []string
		LogLik      string
		Objective   string   `json:"objective_value"`
		CovFirstRow []string `json:"cov_first_row"`
	}
}

func certifiedProblems(t testing.TB) []certifiedProblem {
	file := shared(t, "digits against the certified problems", "corpus", "numerics", "logistic.json")
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var all struct{ Problems []certifiedProblem }
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	return all.Problems
}

// problem moves a leading column of ones into the intercept.
func (c certifiedProblem) problem() Problem {
	p := Problem{Y: c.Y, Weights: c.Weights, Offset: c.Offset, NoIntercept: true, Firth: c.Firth}
	first := 0
	if constant(c.X, 0, 1) {
		p.NoIntercept, first = false, 1
	}
	for j := first; j < len(c.X[0]); j++ {
		column := make([]float64, len(c.X))
		for i, row := range c.X {
			column[i] = row[j]
		}
		p.Columns = append(p.Columns, column)
		if c.L2 > 0 {
			p.L2 = append(p.L2, c.L2*c.Penalised[j])
		}
	}
	if c.Trials != nil {
		p.Y, p.Weights = make([]float64, len(c.Y)), c.Trials
		for i, y := range c.Y {
			p.Y[i] = y / c.Trials[i]
		}
	}
	return p
}

func constant(x [][]float64, j int, value float64) bool {
	for _, row := range x {
		if row[j] != value {
			return false
		}
	}
	return true
}

// digits is the log relative error: the number of correct decimal digits.
func digits(t testing.TB, got float64, want string) float64 {
	t.Helper()
	w, _, err := big.ParseFloat(want, 10, 200, big.ToNearestEven)
	if err != nil {
		t.Fatal(err)
	}
	diff := new(big.Float).SetPrec(200).Sub(new(big.Float).SetFloat64(got), w)
	if w.Sign() != 0 {
		diff.Quo(diff, w)
	}
	e, _ := diff.Abs(diff).Float64()
	return min(-math.Log10(e), 17)
}

// Coefficients and standard errors of these problems are in the table of digits_test.go.
func TestLogLikelihoodsOfCertifiedProblemsHaveFifteenDigits(t *testing.T) {
	for _, c := range certifiedProblems(t) {
		f, err := Fit(context.Background(), c.problem(), Settings{})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range []float64{digits(t, f.LogLik, c.Certified.LogLik), digits(t, f.PenalisedLogLik, c.Certified.Objective)} {
			if d < 15 {
				t.Errorf("%s %s: %.2f digits of the log likelihood, 15 wanted", c.ID, c.Title, d)
			}
		}
	}
}
