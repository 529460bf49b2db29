package main

import (
	"strings"
	"testing"

	"holdfast/dataset/synth"
)

func TestOfTooSmallACompanyNoBacktestIsPromised(t *testing.T) {
	for _, c := range []struct {
		accounts, months int
		want             string
	}{
		{500, 18, "holdfast backtest -c demo/holdfast.yaml"},
		{499, 36, "holdfast check -c demo/holdfast.yaml (below 500 accounts "},
		{5000, 17, "holdfast check -c demo/holdfast.yaml (in less than 18 months "},
	} {
		if got := afterSimulate(synth.Company{Accounts: c.accounts, Months: c.months}, "demo/holdfast.yaml"); !strings.HasPrefix(got, c.want) {
			t.Errorf("%d accounts, %d months: %q, want %q", c.accounts, c.months, got, c.want)
		}
	}
}
