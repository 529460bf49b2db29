package main

import (
	"bytes"
	"strings"
	"testing"

	"holdfast/backtest"
	"holdfast/backtest/metrics"
)

// A candidate that gave everyone the base rate in some folds has colours in the others only:
// what its share of green churners is of must be said.
func TestGreenAtTheLastIsOfThoseWithAColour(t *testing.T) {
	candidate := func(name string, coloured int) backtest.CandidateResult {
		return backtest.CandidateResult{Name: name, Warning: &backtest.EarlyWarning{
			Churns: 1096, Surprise: metrics.Rate{N: coloured, Churned: 7, Value: 0.5, Low: 0.3, High: 0.7}}}
	}
	var out bytes.Buffer
	a := &app{stdout: &out}
	a.printWarning(&backtest.Result{Candidates: []backtest.CandidateResult{candidate("today", 14), candidate("all", 1096)}})
	const want = "\n  green at the last: of the 14 churners, of 1,096, whose last score by today had a colour\n"
	if got := out.String(); !strings.HasSuffix(got, want) || strings.Count(got, "had a colour") != 1 {
		t.Errorf("%q does not end with %q alone", got, want)
	}
}
