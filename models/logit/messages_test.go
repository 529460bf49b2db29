package logit

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
)

// Errors are for people: each says what is wrong, where, and what to do. The tables hold
// the words that carry these three.

func TestRefusalsOfAFitSayWhatToDo(t *testing.T) {
	x, y := []float64{1, 2, 3, 4}, []float64{0, 1, 0, 1}
	good := [][]float64{x}
	for _, c := range []struct {
		name  string
		p     Problem
		s     Settings
		words []string
	}{
		{"no rows", Problem{}, Settings{}, []string{"no rows", "at least one renewal and one churn"}},
		{"nothing to estimate", Problem{Y: y, NoIntercept: true}, Settings{}, []string{"neither columns nor an intercept"}},
		{"a short column", Problem{Columns: [][]float64{x, {1, 2}}, Y: y}, Settings{}, []string{"column 1 has 2 rows", "the responses 4", "one value per response"}},
		{"a response of two", Problem{Columns: good, Y: []float64{0, 1, 2, 0}}, Settings{}, []string{"responses: entry 2 is 2", "between 0 and 1"}},
		{"a response that is no number", Problem{Columns: good, Y: []float64{0, 1, math.NaN(), 0}}, Settings{}, []string{"entry 2 is NaN"}},
		{"a negative weight", Problem{Columns: good, Y: y, Weights: []float64{1, 1, -1, 1}}, Settings{}, []string{"weights: entry 2 is -1", "between 0 and"}},
		{"three weights", Problem{Columns: good, Y: y, Weights: []float64{1, 1, 1}}, Settings{}, []string{"3 weights given, 4 expected"}},
		{"an infinite offset", Problem{Columns: good, Y: y, Offset: []float64{0, math.Inf(1), 0, 0}}, Settings{}, []string{"offset: entry 1 is +Inf", "finite"}},
		{"two penalties", Problem{Columns: good, Y: y, L2: []float64{1, 1}}, Settings{}, []string{"2 L2 penalties given, 1 expected"}},
		{"a negative penalty", Problem{Columns: good, Y: y, L2: []float64{-1}}, Settings{}, []string{"L2 penalties: entry 0 is -1"}},
		{"two kinds of penalty", Problem{Columns: good, Y: y, L2: []float64{1}, Firth: true}, Settings{}, []string{"Firth", "choose one"}},
		{"a short start", Problem{Columns: good, Y: y}, Settings{Start: []float64{1}}, []string{"1 start values given, 2 expected"}},
		{"columns twice", Problem{Columns: good, Source: held(good), Y: y}, Settings{}, []string{"both in memory and in a source", "one of them"}},
		{"one outcome", Problem{Columns: good, Y: []float64{1, 1, 1, 1}}, Settings{}, []string{"both outcomes", "widen the window or merge segments"}},
		{"a missing value", Problem{Columns: [][]float64{x, {1, math.NaN(), 3, 4}}, Y: y}, Settings{}, []string{"column 1, row 1", "impute or drop"}},
		{"separation", Problem{Columns: good, Y: []float64{0, 0, 1, 1}}, Settings{}, []string{"columns [0] separate", "completely", "leakage", "L2 penalty"}},
		{"sums that overflow", Problem{Columns: good, Y: y, Offset: []float64{1e308, 1e308, -1e308, -1e308}, Weights: []float64{9, 9, 9, 9}}, Settings{}, []string{"no convergence after 0 iterations"}},
		{"too few steps", skewed(500, 5), Settings{MaxIterations: 1}, []string{"no convergence after 1 iterations", "gradient", "L2 penalty"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Fit(context.Background(), c.p, c.s)
			says(t, err, c.words)
		})
	}
}

func TestRefusalsOfAPathSayWhatToDo(t *testing.T) {
	p := skewed(100, 2)
	withL2, short := p, p
	withL2.L2, short.Weights = []float64{1, 1}, []float64{1}
	for _, c := range []struct {
		name  string
		p     Problem
		s     PathSettings
		words []string
	}{
		{"alpha above one", p, PathSettings{Alpha: 1.5}, []string{"alpha is 1.5", "between 0 (ridge) and 1 (lasso)"}},
		{"a rising path", p, PathSettings{Smallest: 2}, []string{"smallest strength is 2 times", "below 1"}},
		{"a negative strength", p, PathSettings{Lambdas: []float64{.1, -1}}, []string{"strengths: entry 1 is -1"}},
		{"one factor for two columns", p, PathSettings{Factors: []float64{1}}, []string{"1 penalty factors given, 2 expected"}},
		{"limits the wrong way round", p, PathSettings{Low: []float64{0, 1}, High: []float64{0, 0}}, []string{"column 1", "lower limit 1 is above the upper limit 0"}},
		{"one limit for two columns", p, PathSettings{High: []float64{1}}, []string{"1 upper limits given, 2 expected"}},
		{"one lower limit for two columns", p, PathSettings{Low: []float64{1}}, []string{"1 lower limits given, 2 expected"}},
		{"one weight for a hundred rows", short, PathSettings{}, []string{"1 weights given, 100 expected"}},
		{"another penalty", withL2, PathSettings{}, []string{"brings its own penalty", "leave out L2 and Firth"}},
		{"too few steps", p, PathSettings{Alpha: .5, Lambdas: []float64{.001}, MaxIterations: 1, Tolerance: 1e-14}, []string{"elastic net of strength 0.001", "no convergence after 1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := FitPath(context.Background(), c.p, c.s)
			says(t, err, c.words)
		})
	}
}

func TestRefusalsOfProfilesAndFLICSayWhatToDo(t *testing.T) {
	p := skewed(100, 2)
	f := mustFit(t, p, Settings{})
	profile := func(at int, level float64) error {
		_, err := f.Profile(context.Background(), p, Settings{}, []int{at}, level)
		return err
	}
	without := p
	without.NoIntercept = true
	_, flic := FLIC(context.Background(), without, f)
	other := p
	other.Columns = p.Columns[:1]
	_, mixed := FLIC(context.Background(), other, f)
	_, short := f.Profile(context.Background(), Problem{Columns: p.Columns, Y: p.Y[1:]}, Settings{}, []int{1}, .95)
	says(t, short, []string{"column 0 has 100 rows", "the responses 99"})
	says(t, profile(1, 1), []string{"level is 1", "between 0 and 1"})
	says(t, profile(7, .95), []string{"no coefficient 7 among 3"})
	says(t, flic, []string{"without an intercept", "nothing to correct"})
	says(t, mixed, []string{"2 coefficients for 1 columns", "the problem of the fit"})
}

func says(t *testing.T, err error, words []string) {
	t.Helper()
	if err == nil {
		t.Fatal("accepted")
	}
	if !strings.HasPrefix(err.Error(), "logit: ") {
		t.Errorf("%q does not name the package", err)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%q does not say %q", err, w)
		}
	}
}

// Separation found on the way of a path or under a limit is the same error as that of a
// plain fit, so that callers name the factor to blame in one place.
func TestSeparationIsOneErrorWhoeverFindsIt(t *testing.T) {
	p := Problem{Columns: [][]float64{{1, 2, 3, 4, 5, 6}, {1, 0, 1, 1, 0, 1}}, Y: []float64{0, 0, 0, 1, 1, 1}}
	inf := math.Inf(1)
	_, plain := Fit(t.Context(), p, Settings{})
	_, path := FitPath(t.Context(), p, PathSettings{Alpha: 1, Lambdas: []float64{0}})
	_, limited := FitConstrained(t.Context(), p, Constraints{Low: []float64{-1, -inf}, High: []float64{inf, inf}}, Settings{})
	for name, err := range map[string]error{"plain": plain, "path": path, "limited": limited} {
		var separation *SeparationError
		if !errors.As(err, &separation) || len(separation.Columns) == 0 || separation.Columns[0] != 0 {
			t.Errorf("%s: %v, want a SeparationError of column 0", name, err)
		}
	}
}
