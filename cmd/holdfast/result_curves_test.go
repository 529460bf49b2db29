package main

import (
	"testing"

	"holdfast/backtest"
	"holdfast/backtest/metrics"
)

func TestDecisionCurveIsWrittenAtEveryFifthPercent(t *testing.T) {
	var list []backtest.DecisionPoint
	var byValue []backtest.ValueDecision
	for i := 1; i < 100; i++ {
		p := backtest.DecisionPoint{NetBenefit: metrics.NetBenefit{Threshold: float64(i) / 100, Model: float64(i)}}
		list, byValue = append(list, p), append(byValue, backtest.ValueDecision{DecisionPoint: p, PerAccount: metrics.Estimate{Value: 7 * float64(i)}})
	}
	points, money := decisionOf(list), valueDecisionOf(byValue)
	if len(points) != 19 || len(money) != 19 {
		t.Fatalf("%d and %d points, want 5 %% to 95 %%", len(points), len(money))
	}
	for k, p := range points {
		if at := float64(5 * (k + 1)); float64(p.Model.Value) != at || float64(money[k].Model.Value) != at || float64(money[k].PerAccount.Value) != 7*at {
			t.Errorf("point %d is %+v and %+v, want those at %v %%", k, p, money[k], at)
		}
	}
}

func TestNoGainsAreNoTable(t *testing.T) {
	if gainsOf(nil) != nil || valueGainsOf(nil) != nil || stabilityOf(metrics.Stability{}) != nil {
		t.Error("tables of nothing are there")
	}
}
