package platform_test

import (
	"fmt"
	"math"

	"holdfast/models/platform"
)

// The score of a platform for three accounts: usage counts 60 and the survey 40, and the
// second account never answered the survey.
func ExampleSheet_Card() {
	number := func(x float64) *float64 { return &x }
	sheet := platform.Sheet{Kind: platform.WeightedMean, Entries: []platform.Entry{
		{Name: "active_share", Weight: number(60), Points: number(100)},
		{Name: "nps", Weight: number(40), At0: number(0), At100: number(10)},
	}}
	card, err := sheet.Card()
	if err != nil {
		fmt.Println(err)
		return
	}
	scores := make([]float64, 3)
	card.Score([][]float64{{0.5, 0.5, 0.9}, {9, math.NaN(), 2}}, scores)
	fmt.Println(scores)

	parts := make([]float64, 3) // of each measure, and of rounding and limits
	fmt.Println(card.Parts([]float64{0.5, 9}, parts), parts)
	// Output:
	// [66 50 62]
	// 66 [30 36 0]
}

// The tiers of a factor hold their upper end: four posts earn 15 points, not 30.
func ExampleTier() {
	end := func(x float64) *float64 { return &x }
	card, err := platform.Sheet{Kind: platform.TierPoints, Entries: []platform.Entry{{Name: "posts", Tiers: []platform.Tier{
		{UpTo: end(0), Points: 0}, {UpTo: end(4), Points: 15}, {UpTo: end(9), Points: 30}, {Points: 100},
	}}}}.Card()
	if err != nil {
		fmt.Println(err)
		return
	}
	scores := make([]float64, 5)
	card.Score([][]float64{{0, 4, 5, 9, 10}}, scores)
	fmt.Println(scores)
	// Output: [0 15 30 30 100]
}
