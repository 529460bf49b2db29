package health

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"holdfast/dataset"
)

// contracts are outcomes of accounts a, b, .. with their amounts, all known on their day.
type contract struct {
	account       string
	due           string
	label         dataset.Label
	before, after float64
}

// outcomesFrom makes outcomes of contracts that are sorted by account.
func outcomesFrom(t *testing.T, list []contract) *dataset.Outcomes {
	t.Helper()
	o := &dataset.Outcomes{}
	for _, c := range list {
		if n := len(o.Accounts); n == 0 || o.Accounts[n-1] != c.account {
			o.Accounts = append(o.Accounts, c.account)
		}
		d := day(t, c.due)
		o.Account, o.Date, o.Known = append(o.Account, int32(len(o.Accounts)-1)), append(o.Date, d), append(o.Known, d)
		o.Label, o.Value, o.ValueAfter = append(o.Label, c.label), append(o.Value, c.before), append(o.ValueAfter, c.after)
	}
	return o
}

// retained is the retention of contracts that are known until the end of 2025.
func retained(t *testing.T, o *dataset.Outcomes) []Retention {
	t.Helper()
	list, err := retention(context.Background(), o, day(t, "2025-12-31"), Options{Replicates: 50, Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// By hand: before 100 + 50 + 200 = 350. Of a's 100 stay 80, of b's 50 all (its 70 count once
// in GRR), of c, which churned, nothing, whatever the file says it paid. GRR = 130/350,
// NRR = (80 + 70)/350.
func TestKeptRevenueByHand(t *testing.T) {
	got := retained(t, outcomesFrom(t, []contract{
		{"a", "2025-02-01", dataset.Renewed, 100, 80}, {"b", "2025-03-31", dataset.Renewed, 50, 70}, {"c", "2025-01-01", dataset.Churned, 200, 999},
	}))
	if len(got) != 1 {
		t.Fatalf("%d quarters, want one", len(got))
	}
	r := got[0]
	if r.Due != 3 || r.Churned != 1 || r.Priced != 3 || r.PricedChurned != 1 || r.Before != 350 || r.After != 150 {
		t.Errorf("%+v", r)
	}
	if !near(r.GRR.Value, 130./350) || !near(r.NRR.Value, 150./350) || !near(r.LogoChurn.Value, 1./3) {
		t.Errorf("GRR %v, NRR %v, logo churn %v", r.GRR.Value, r.NRR.Value, r.LogoChurn.Value)
	}
	if !(r.GRR.Low <= r.GRR.Value && r.GRR.Value <= r.GRR.High) || r.GRR.Low < 0 {
		t.Errorf("the interval of GRR is %+v", r.GRR)
	}
	if r.Contracted+r.Flat+r.Expanded != 0 {
		t.Errorf("without events nobody contracted, stayed or expanded: %+v", r)
	}
}

func TestOnlyKnownOutcomesFallDue(t *testing.T) {
	o := outcomesFrom(t, []contract{
		{"a", "2025-02-01", dataset.Renewed, 1, 1}, {"a", "2025-08-01", dataset.Unknown, 1, 1}, {"a", "2025-11-01", dataset.Churned, 1, 0}, {"b", "2026-02-01", dataset.Renewed, 1, 1},
	})
	got := retained(t, o)
	// The quarter of the unknown one is left out, and 2026 is not known yet.
	if len(got) != 2 || got[0].Start != day(t, "2025-01-01") || got[1].Start != day(t, "2025-10-01") || got[1].Churned != 1 {
		t.Errorf("%+v", got)
	}
	if got := retained(t, &dataset.Outcomes{}); len(got) != 0 {
		t.Errorf("nothing fell due, and there is %+v", got)
	}
}

// A file of churns alone would have lost all that ever fell due.
func TestChurnsAloneDoNotTellWhatFellDue(t *testing.T) {
	churns := []contract{{"a", "2025-02-01", dataset.Churned, 1, 0}, {"b", "2025-02-01", dataset.Unknown, 1, 1}, {"c", "2026-02-01", dataset.Renewed, 1, 1}}
	if got := retained(t, outcomesFrom(t, churns)); got == nil || len(got) != 0 {
		t.Errorf("%+v, want no quarter, as the only renewal is not known yet", got)
	}
	r := &Report{}
	if r.judgeMoney(&dataset.Panel{Outcomes: &dataset.Outcomes{}}); !slices.Equal(said(r.Notes), []string{"no_renewals"}) {
		t.Errorf("%v", r.Notes)
	}
}

// One of a's renewals follows a churn; d's is not known yet. 2 of the 7 that fell due churned.
func TestRenewalsAfterAChurnAreNoted(t *testing.T) {
	list := []contract{
		{"a", "2025-01-01", dataset.Renewed, 1, 1}, {"a", "2025-02-01", dataset.Churned, 1, 0}, {"a", "2025-03-01", dataset.Unknown, 1, 1},
		{"a", "2025-04-01", dataset.Renewed, 1, 1}, {"a", "2025-05-01", dataset.Renewed, 1, 1}, {"b", "2025-06-01", dataset.Renewed, 1, 1},
		{"c", "2025-06-01", dataset.Renewed, 1, 1}, {"d", "2025-06-01", dataset.Churned, 1, 0}, {"d", "2026-06-01", dataset.Renewed, 1, 1},
	}
	noted := func(list []contract) []dataset.Warning {
		o := outcomesFrom(t, list)
		r := &Report{ObservedUntil: day(t, "2025-12-31"), Retention: retained(t, o)}
		r.judgeMoney(&dataset.Panel{Outcomes: o})
		return r.Notes
	}
	got := noted(list)
	if len(got) != 1 || got[0].Code != "won_back" || !strings.HasPrefix(got[0].Message, "1 renewal of accounts that had churned before") ||
		!strings.HasSuffix(got[0].Message, "logo churn is 33.3 % instead of 28.6 %") {
		t.Errorf("%v", got)
	}
	list[1].label = dataset.Renewed
	if got := noted(list); len(got) != 0 {
		t.Errorf("nobody came back: %v", got)
	}
}

func TestAmountsThatAreMissingOrNegativeAreNotPriced(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		fact   string
		one    contract
		priced int
	}{
		{"both amounts", contract{"a", "2025-02-01", dataset.Renewed, 10, 10}, 1},
		{"none before", contract{"a", "2025-02-01", dataset.Renewed, nan, 10}, 0},
		{"none after", contract{"a", "2025-02-01", dataset.Renewed, 10, nan}, 0},
		{"none after a churn, which is worth nothing then", contract{"a", "2025-02-01", dataset.Churned, 10, nan}, 1},
		{"a negative one", contract{"a", "2025-02-01", dataset.Renewed, -10, 10}, 0},
	} {
		r := retained(t, outcomesFrom(t, []contract{{"a", "2024-11-01", dataset.Renewed, 1, 1}, c.one}))[1]
		if r.Priced != c.priced || r.GRR.Value.Defined() != (c.priced > 0) || r.Before.Defined() != (c.priced > 0) {
			t.Errorf("%s: %d priced, before %v, GRR %+v", c.fact, r.Priced, r.Before, r.GRR)
		}
	}
	o := outcomesFrom(t, []contract{{"a", "2025-02-01", dataset.Renewed, 0, 10}})
	if r := retained(t, o)[0]; r.Priced != 1 || r.GRR.Value.Defined() || r.NRR.Low.Defined() {
		t.Errorf("a share of nothing: %+v", r)
	}
	o.ValueAfter = nil
	if r := retained(t, o)[0]; r.Priced != 0 || r.After.Defined() {
		t.Errorf("without a column of amounts: %+v", r)
	}
}

// Two contracts of one account in a quarter are one piece of evidence: the design effect of a
// rate of one half over a, a, b, b is 2, and the interval that of two accounts.
func TestContractsOfOneAccountAreOneCluster(t *testing.T) {
	twice := retained(t, outcomesFrom(t, []contract{
		{"a", "2025-02-01", dataset.Renewed, 1, 1}, {"a", "2025-03-01", dataset.Renewed, 1, 1}, {"b", "2025-02-01", dataset.Churned, 1, 0}, {"b", "2025-03-01", dataset.Churned, 1, 0},
	}))[0]
	apart := retained(t, outcomesFrom(t, []contract{
		{"a", "2025-02-01", dataset.Renewed, 1, 1}, {"b", "2025-03-01", dataset.Renewed, 1, 1}, {"c", "2025-02-01", dataset.Churned, 1, 0}, {"d", "2025-03-01", dataset.Churned, 1, 0},
	}))[0]
	if twice.LogoChurn.Value != apart.LogoChurn.Value || !(twice.LogoChurn.High-twice.LogoChurn.Low > apart.LogoChurn.High-apart.LogoChurn.Low) {
		t.Errorf("two accounts %+v, four accounts %+v", twice.LogoChurn, apart.LogoChurn)
	}
}

// TestANewQuarterChangesNoOldOne: what a quarter draws does not depend on those after it.
func TestANewQuarterChangesNoOldOne(t *testing.T) {
	list := []contract{
		{"a", "2025-02-01", dataset.Renewed, 100, 80}, {"b", "2025-02-01", dataset.Renewed, 50, 70}, {"c", "2025-01-01", dataset.Churned, 200, 0},
		{"d", "2025-05-01", dataset.Renewed, 70, 60}, {"e", "2025-05-01", dataset.Churned, 10, 0},
	}
	both, first := retained(t, outcomesFrom(t, list)), retained(t, outcomesFrom(t, list[:3]))
	if both[0] != first[0] {
		t.Errorf("%+v, and beside another quarter %+v", first[0], both[0])
	}
}
