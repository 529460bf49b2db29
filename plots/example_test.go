package plots_test

import (
	"errors"
	"fmt"

	"holdfast/backtest"
	"holdfast/backtest/metrics"
	"holdfast/plots"
)

// A picture is asked for by name; what the Result does not hold is not drawn.
func ExampleROC() {
	result := &backtest.Result{Candidates: []backtest.CandidateResult{{
		Name:   "today",
		ROC:    []metrics.Point{{}, {FPR: 0.2, TPR: 0.7}, {FPR: 1, TPR: 1}},
		Pooled: []backtest.Metric{{Name: backtest.AUC, Value: 0.75, Low: 0.68, High: 0.82}},
	}}}
	chart, err := plots.ROC(result)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(chart.Alt)
	_, err = plots.Money(result)
	fmt.Println(errors.Is(err, plots.ErrNothingToDraw))
	// Output:
	// ROC curves of 1 candidate with the area under each and its 95% interval. today (champion): AUC 0.750 (0.680 to 0.820).
	// true
}
