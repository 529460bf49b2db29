package main

import (
	"testing"

	"holdfast/dataset"
)

func TestACountHasItsPluralAndItsCommas(t *testing.T) {
	for n, want := range map[int]string{0: "0 rows", 1: "1 row", 2: "2 rows", 1234: "1,234 rows"} {
		if got := counted(n, "row"); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// Weekly snapshots are one visit of an account in a period of thirty days: a in two periods, b in one.
func TestAnAccountComesUpOnceInAPeriod(t *testing.T) {
	e := &dataset.Examples{Account: []int32{0, 0, 0, 0, 1, 1}, AsOf: []dataset.Date{100, 107, 129, 130, 130, 137}}
	if got := visits(e, 100, 30); got != 3 {
		t.Errorf("%d visits, want 3", got)
	}
}
