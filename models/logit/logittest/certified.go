package logittest

import (
	"encoding/json"
	"os"
	"testing"

	"holdfast/dataset/beside"
)

// Problem is a logistic regression with its answer, field by field as logit.Problem: the
// design column by column and without its intercept.
type Problem struct {
	Name               string
	Columns            [][]float64
	Y, Weights, Offset []float64
	NoIntercept        bool
	L2                 []float64 // one ridge penalty per column, nil for none
	Firth              bool
	Answer             Answer
	LogLik, Objective  string // at the answer; the objective is with the penalty
}

// Answer is what is known of a problem, as decimal strings: the intercept first unless
// there is none. What is not known is nil, or a single entry "".
type Answer struct {
	Beta, SE []string
	CovFirst []string // the first row of the covariance of the coefficients
}

// certified is one entry of corpus/numerics/logistic.json. Its rows hold the constant as
// a column, and its values have 25 digits, computed with 80.
type certified struct {
	ID, Title string
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

// Certified returns the certified problems in the order of their file, or skips the test
// where they are not present.
func Certified(t testing.TB) []Problem {
	t.Helper()
	raw, err := os.ReadFile(beside.Path(t, "digits against the certified problems", "corpus", "numerics", "logistic.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Problems []certified }
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	var out []Problem
	for _, c := range file.Problems {
		out = append(out, c.problem())
	}
	return out
}

// problem turns rows into columns, a leading column of ones into the intercept, and k of m
// trials into the fraction k/m with weight m.
func (c certified) problem() Problem {
	p := Problem{
		Name: c.ID + " " + c.Title, Y: c.Y, Weights: c.Weights, Offset: c.Offset, NoIntercept: !c.startsWithOnes(), Firth: c.Firth,
		Answer: Answer{Beta: c.Certified.Beta, SE: c.Certified.SE, CovFirst: c.Certified.CovFirstRow},
		LogLik: c.Certified.LogLik, Objective: c.Certified.Objective,
	}
	first := 1
	if p.NoIntercept {
		first = 0
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
		for i, k := range c.Y {
			p.Y[i] = k / c.Trials[i]
		}
	}
	return p
}

func (c certified) startsWithOnes() bool {
	for _, row := range c.X {
		if row[0] != 1 {
			return false
		}
	}
	return true
}
