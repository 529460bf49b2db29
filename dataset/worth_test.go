package dataset

import (
	"math"
	"testing"
)

// One account owes on two days and one on another; what is missing or 0 is no debt.
func TestExamplesWorthLessThanNothingAreNamed(t *testing.T) {
	e := &Examples{Accounts: []string{"a", "b", "c", "d"}, Account: []int32{0, 1, 2, 2, 3}, Value: []float64{0, math.NaN(), -1, -2, -5},
		AsOf: []Date{1, 2, NewDate(2026, 3, 4), NewDate(2026, 4, 4), 5}}
	e.negativeValues("arr")
	if got := warned(e.Warnings, "negative_value"); len(got) != 1 {
		t.Fatalf("warnings %q", e.Warnings)
	}
	mentions(t, e.Warnings[0].String(), `column "arr"`, "3 examples of 2 accounts", `such as "c" on 2026-03-04`)

	e = &Examples{Accounts: []string{"a"}, Account: []int32{0}, Value: []float64{0}, AsOf: []Date{1}}
	if e.negativeValues("arr"); len(e.Warnings) > 0 {
		t.Errorf("warnings %q of a value of 0", e.Warnings)
	}
}
