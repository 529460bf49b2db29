package trigger_test

import (
	"fmt"

	"holdfast/models/trigger"
)

// A playbook for accounts that dropped because they use less: the second account dropped as
// well, for another reason.
func ExampleCondition_Holds() {
	rule, err := trigger.Rule{Name: "adoption-review", When: "dropped and top_category == 'usage'"}.Compile()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(rule.Holds(&trigger.Standings{
		Rows: 3, Band: []int8{2, 1, 2}, BandBefore: []int8{0, 0, 2},
		TopCategory: trigger.NamesOf([]string{"usage", "support", "usage"}),
	}))
	_, err = trigger.Rule{Name: "adoption-review", When: "droped and top_category == 'usage'"}.Compile()
	fmt.Println(err)
	// Output:
	// [true false false]
	// trigger: "adoption-review": unknown column "droped" at 0; did you mean "dropped"?; rules know p, health, band, band_before, dropped, value, top_category and segment
}
