package main

import (
	"strings"
	"testing"

	"holdfast/dataset/synth"
)

func TestOfTooSmallACompanyNoBacktestIsPromised(t *testing.T) {
	for next, company := range map[string]synth.Company{
		"holdfast backtest -c demo.yaml":                             {Accounts: fewAccounts, Months: fewMonths},
		"holdfast check -c demo.yaml (below 500 accounts ":           {Accounts: fewAccounts - 1, Months: 36},
		"holdfast check -c demo.yaml (in less than 18 months a back": {Accounts: 5000, Months: fewMonths - 1},
	} {
		if got := afterSimulate(company, "demo.yaml"); !strings.HasPrefix(got, next) {
			t.Errorf("%d accounts, %d months: %q, want %q", company.Accounts, company.Months, got, next)
		}
	}
}
