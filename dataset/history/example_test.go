package history_test

import (
	"fmt"

	"holdfast/dataset/history"
)

// An account with snapshots at three month ends and one a quarter of a year later.
func ExampleCompute() {
	activeUsers := []float64{40, 44, 30, 33}
	account := []int32{0, 0, 0, 0}
	day := []int32{20483, 20511, 20542, 20634} // 2026-01-31, 02-28, 03-31, 07-01

	for _, as := range []history.Function{history.Change, history.Mean, history.Slope} {
		spec := history.Spec{Of: "active_users", OverDays: 90, As: as}
		fmt.Println(spec.Name(), history.Compute(activeUsers, account, day, nil, spec))
	}
	// Output:
	// change(active_users, 90d) [NaN NaN -10 3]
	// mean(active_users, 90d) [40 42 38 33]
	// slope(active_users, 90d) [NaN 4.285714285714286 -5.2353616532721015 NaN]
}
