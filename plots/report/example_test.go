package report_test

import (
	"fmt"
	"strings"

	"holdfast/backtest"
	"holdfast/plots"
	"holdfast/plots/report"
)

// A Result becomes pictures, and both become one page.
func ExampleWrite() {
	result := &backtest.Result{
		Champion: -1, // nothing was compared
		Verdict:  backtest.Verdict{Decision: backtest.Hold, Headline: "Keep today: there is no challenger to compare it with."},
	}
	charts, err := plots.All(result)
	if err != nil {
		fmt.Println(err)
		return
	}
	var page strings.Builder
	if err := report.Write(&page, report.Page{Title: "Renewals 2026", Result: result, Charts: charts}); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(strings.Contains(page.String(), "<title>Renewals 2026: Hold</title>"))
	// Output: true
}
