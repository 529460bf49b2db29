package synth

import (
	"math"
	"strings"
	"testing"
	"time"
)

func TestACompanyThatCannotBeSimulatedIsRefused(t *testing.T) {
	cases := []struct {
		name    string
		company Company
		says    string
	}{
		{"no accounts", Company{}, "0 accounts"},
		{"negative accounts", Company{Accounts: -1}, "-1 accounts"},
		{"too many accounts", Company{Accounts: 10_000_001}, "choose 1 to 10000000"},
		{"negative months", Company{Accounts: 1, Months: -1}, "-1 months"},
		{"too many months", Company{Accounts: 1, Months: 601}, "601 months"},
		{"a start before dates count", Company{Accounts: 1, Start: time.Date(1969, 12, 31, 0, 0, 0, 0, time.UTC)}, "1969-12-31"},
		{"a start nobody means", Company{Accounts: 1, Start: time.Date(20230, 1, 1, 0, 0, 0, 0, time.UTC)}, "20230-01-01"},
		{"noise below 0", Company{Accounts: 1, Noise: -0.1}, "noise is -0.1"},
		{"noise that leaves nothing to explain", Company{Accounts: 1, Noise: 1}, "noise is 1"},
		{"noise that is no number", Company{Accounts: 1, Noise: math.NaN()}, "noise is NaN"},
		{"drift that is no number", Company{Accounts: 1, Drift: math.NaN()}, "drift is NaN"},
		{"drift beyond reason", Company{Accounts: 1, Drift: -2.5}, "drift is -2.5"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := newWorld(c.company)
			if err == nil || !strings.HasPrefix(err.Error(), "synth: ") || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got error %v, want one that begins with synth: and says %q", err, c.says)
			}
		})
	}
}

func TestTheExtremesOfACompanyAreAccepted(t *testing.T) {
	for _, c := range []Company{
		{Accounts: 1, Months: 1},
		{Accounts: 10_000_000, Months: 600, Noise: 0.999, Drift: 2},
		{Accounts: 500, Start: time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC), Drift: -2},
	} {
		if _, err := newWorld(c); err != nil {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

func TestTheDefaultWindowIsThreeYearsFromJanuary2023(t *testing.T) {
	w, err := newWorld(Company{Accounts: 1})
	if err != nil {
		t.Fatal(err)
	}
	if w.firstDay() != dayOf(2023, time.January, 31) || w.lastDay() != dayOf(2025, time.December, 31) {
		t.Errorf("window is %d to %d", w.firstDay(), w.lastDay())
	}
}

func TestAccountIDsSortAsTheirNumbers(t *testing.T) {
	cases := []struct {
		accounts, index int
		want            string
	}{
		{700, 0, "A000001"},
		{700, 122, "A000123"},
		{999_999, 999_998, "A999999"},
		{1_000_000, 122, "A0000123"},
		{10_000_000, 9_999_999, "A10000000"},
	}
	for _, c := range cases {
		w := &world{idWidth: accountDigits(c.accounts)}
		if got := w.accountID(c.index); got != c.want {
			t.Errorf("account %d of %d is %s, want %s", c.index, c.accounts, got, c.want)
		}
	}
}
