package main

import "testing"

func TestACountHasItsPluralAndItsCommas(t *testing.T) {
	for n, want := range map[int]string{0: "0 rows", 1: "1 row", 2: "2 rows", 1234: "1,234 rows"} {
		if got := counted(n, "row"); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
