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

// A forecast that says too little about the risky half: recalibrating it would gain nearly
// as much as its order is worth.
func ExampleDecomposeBrier() {
	eta := []float64{-2, -2, -2, -2, -1, -1, -1, -1}
	churned := []bool{false, false, false, false, true, true, true, false}
	d := metrics.DecomposeBrier(eta, churned, nil)
	fmt.Printf("%.3f = miscalibration %.3f - discrimination %.3f + uncertainty %.3f\n",
		d.Score, d.Miscalibration, d.Discrimination, d.Uncertainty)
	// Output: 0.217 = miscalibration 0.123 - discrimination 0.141 + uncertainty 0.234
}

// At a threshold of one in five a contact in vain costs a quarter of a find.
func ExampleDecisionCurve() {
	eta := []float64{2, 1, 0, -1, -2, -3, -3, -3}
	churned := []bool{true, true, false, false, false, false, false, false}
	for _, n := range metrics.DecisionCurve(eta, churned, nil, []float64{0.2, 0.6}) {
		fmt.Printf("threshold %.1f: %.3f, everybody %.3f, %.1f %% worked\n", n.Threshold, n.Model, n.All, 100*n.Worked)
	}
	// Output:
	// threshold 0.2: 0.188, everybody 0.062, 50.0 % worked
	// threshold 0.6: 0.250, everybody -0.875, 25.0 % worked
}

// Contacts cost 10, the offer 50, and an account kept is worth 1,000. Nobody knows the save
// rate; about 30 % is likely.
func ExampleCampaign_ExpectedMaxProfit() {
	score := []float64{0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2}
	churned := []bool{true, false, true, false, false, false, false, false}
	best := metrics.Campaign{Value: 1000, Incentive: 50, Contact: 10}.ExpectedMaxProfit(score, churned, 6, 14)
	fmt.Printf("%.2f an account, contacting %.0f %%\n", best.Profit, 100*best.Targeted)
	// Output: 61.25 an account, contacting 37 %
}

// The top half holds three quarters of the churners, and who is on it at the tie is chance.
func ExampleGains() {
	score := []float64{9, 8, 8, 7, 6, 5, 4, 3}
	churned := []bool{true, true, false, true, false, false, true, false}
	for _, g := range metrics.Gains(score, churned, nil, 4) {
		fmt.Printf("top %d: rate %.2f, lift %.1f, capture %.3f\n", g.K, g.Rate, g.CumulativeLift, g.Capture)
	}
	// Output:
	// top 2: rate 0.75, lift 1.5, capture 0.375
	// top 4: rate 0.75, lift 1.5, capture 0.750
	// top 6: rate 0.00, lift 1.0, capture 0.750
	// top 8: rate 0.50, lift 1.0, capture 1.000
}

// Two scores on the same draws: intervals of each and of their difference.
func ExampleBootstrapRanks() {
	usage := []float64{7, 8, 3, 6, 5, 4, 1, 2, 9, 0}
	survey := []float64{5, 8, 7, 2, 6, 1, 4, 3, 0, 9}
	churned := []bool{true, true, true, true, false, false, false, false, true, false}
	account := []int32{0, 0, 1, 1, 2, 2, 3, 3, 4, 5}
	m := metrics.RankMetrics{Lists: []int{3}}
	rankings := []*metrics.Ranking{metrics.NewRanking(usage, churned, account), metrics.NewRanking(survey, churned, account)}
	r, err := metrics.BootstrapRanks(context.Background(), rankings, m, 2000, 1)
	if err != nil {
		log.Fatal(err)
	}
	first := m.Of(rankings[0], nil)[metrics.ColumnAP]
	a := metrics.Acceleration(m.Influence(rankings[0])[metrics.ColumnAP])
	low, high, _ := r.BCa(metrics.ColumnAP, first, a, 0.95)
	gap, err := r.Contrast([2]int{metrics.ColumnAP, m.Width() + metrics.ColumnAP})
	if err != nil {
		log.Fatal(err)
	}
	least, most := gap.Percentile(0, 0.95)
	fmt.Printf("average precision %.2f, %.2f to %.2f\n", first, low, high)
	fmt.Printf("ahead of the survey by %.2f to %.2f\n", least, most)
	// Output:
	// average precision 0.94, 0.60 to 1.00
	// ahead of the survey by 0.00 to 0.89
}

// A gain of 0.02 with a standard error of 0.012 on 1,000 renewals is not decided yet.
func ExampleFurtherRows() {
	more := metrics.FurtherRows(0.02, 0.012, 1000, 0, 0.95, 0.8)
	fmt.Printf("power now %.0f %%, %.0f more renewals for 80 %%\n", 100*metrics.Power(0.02, 0.012, 0, 0.95), more)
	// Output: power now 38 %, 1826 more renewals for 80 %
}
