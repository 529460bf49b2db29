package binning_test

import (
	"fmt"

	"holdfast/features/binning"
)

// Tenure in months: of 40 accounts below a year 16 churned, of 60 others 6. Both classes are
// weighed by their shares: ln(16/22 / (24/78)) = 0.86.
func ExampleLearn() {
	var months []float64
	var churned []bool
	for i := range 40 {
		months, churned = append(months, float64(i%12)), append(churned, i < 16)
	}
	for i := range 60 {
		months, churned = append(months, 12+float64(i)), append(churned, i < 6)
	}
	b, err := binning.Learn(months, churned, binning.Options{Edges: []float64{12}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, bin := range b.Bins {
		fmt.Printf("bin %d: %d rows, %d churned, WoE %.2f\n", i, bin.N, bin.Churned, bin.WoE)
	}
	fmt.Printf("IV %.2f; 12 months: %.2f\n", b.IV, b.WoE(12))
	// Output:
	// bin 0: 40 rows, 16 churned, WoE 0.86
	// bin 1: 60 rows, 6 churned, WoE -0.93
	// IV 0.75; 12 months: -0.93
}
