package monitor_test

import (
	"fmt"

	"holdfast/backtest/monitor"
	"holdfast/dataset"
)

// What somebody has to act on is what still holds in the newest quarter that was judged; what
// came and went is history.
func ExampleReport_Standing() {
	spring, summer, autumn := dataset.NewDate(2025, 4, 1), dataset.NewDate(2025, 7, 1), dataset.NewDate(2025, 10, 1)
	report := &monitor.Report{
		Quarters: []monitor.Quarter{{Start: spring, Judged: true}, {Start: summer, Judged: true}, {Start: autumn}}, // autumn has too few accounts yet
		Findings: []monitor.Finding{
			{Kind: monitor.MissingMore, Subject: "nps", Quarter: spring, Until: spring},
			{Kind: monitor.FactorDrift, Subject: "users_per_licence", Quarter: summer, Until: summer},
			{Kind: monitor.Performance, Subject: monitor.AUC, Quarter: spring, Until: autumn, Pooled: true},
		},
	}
	for _, f := range report.Standing() {
		fmt.Println(f.Kind, f.Subject)
	}
	// Output:
	// factor_drift users_per_licence
	// performance auc
}
