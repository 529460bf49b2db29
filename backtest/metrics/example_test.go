package metrics_test

import (
	"context"
	"fmt"
	"log"

	"holdfast/backtest/metrics"
)

// Six renewals, two of which churned, and a score with a tie.
func ExampleAUC() {
	score := []float64{0.9, 0.5, 0.5, 0.3, 0.2, 0.1}
	churned := []bool{true, true, false, false, false, false}
	auc := metrics.AUC(score, churned)
	fmt.Printf("AUC %.4f, Gini %.3f\n", auc, metrics.Gini(auc))
	// Output: AUC 0.9375, Gini 0.875
}

// The team can call two accounts; second place is shared, so the list holds one
// and a half of the churners in expectation, and one or two of them in fact.
func ExampleCapacity() {
	score := []float64{0.9, 0.5, 0.5, 0.3, 0.2, 0.1}
	churned := []bool{true, true, false, false, false, false}
	arr := []float64{10_000, 40_000, 5_000, 5_000, 5_000, 5_000}
	at := metrics.Capacity(score, churned, arr, 2)
	fmt.Printf("precision %.2f (%.2f to %.2f), lift %.2f\n", at.Precision, at.PrecisionWorst, at.PrecisionBest, at.Lift)
	fmt.Printf("value captured %.0f, %.0f %% of what was lost\n", at.ValueCaptured, 100*at.ValueCapture)
	// Output:
	// precision 0.75 (0.50 to 1.00), lift 2.25
	// value captured 30000, 60 % of what was lost
}

// Two scores on four accounts with two snapshots each: the accounts, not the
// snapshots, are the observations.
func ExampleDeLong() {
	usage := []float64{7, 8, 3, 6, 5, 4, 1, 2}
	survey := []float64{5, 8, 7, 2, 6, 1, 4, 3}
	churned := []bool{true, true, true, true, false, false, false, false}
	account := []int32{0, 0, 1, 1, 2, 2, 3, 3}
	a, err := metrics.DeLong([][]float64{usage, survey}, churned, account)
	if err != nil {
		log.Fatal(err)
	}
	d := a.Difference(0, 1, 0.95)
	fmt.Printf("AUC %.3f and %.3f over %d accounts\n", a.AUC[0], a.AUC[1], a.Clusters)
	fmt.Printf("difference %.3f, standard error %.3f, p = %.2f\n", d.Value, d.StdErr, d.P)
	// Output:
	// AUC 0.875 and 0.750 over 4 accounts
	// difference 0.125, standard error 0.125, p = 0.32
}

// Any statistic can be bootstrapped over accounts; the ranking is sorted once.
func ExampleBootstrap() {
	score := []float64{7, 8, 3, 6, 5, 4, 1, 2, 9, 0}
	churned := []bool{true, true, true, true, false, false, false, false, true, false}
	account := []int32{0, 0, 1, 1, 2, 2, 3, 3, 4, 5}
	ranking := metrics.NewRanking(score, churned, account)
	ks := func() metrics.Statistic {
		return func(count []int32, out []float64) { out[0] = ranking.Curve(count).KS }
	}
	r, err := metrics.Bootstrap(context.Background(), 6, 1000, 1, 1, ks)
	if err != nil {
		log.Fatal(err)
	}
	low, high := r.Percentile(0, 0.95)
	fmt.Printf("KS %.2f, 95 %% interval %.2f to %.2f\n", metrics.KS(score, churned), low, high)
	fmt.Printf("%d replicates without both outcomes\n", r.Undefined(0))
	// Output:
	// KS 0.80, 95 % interval 0.50 to 1.00
	// 22 replicates without both outcomes
}
