package health

import (
	"math"
	"slices"
	"strings"
	"testing"

	"holdfast/dataset"
	"holdfast/features"
	"holdfast/models"
)

// months makes a report of so many months from January 2025 on.
func months(n int) *Report {
	r := &Report{}
	for m := range n {
		r.Months = append(r.Months, Month{Start: dataset.NewDate(2025, 1, 1).AddMonths(m)})
	}
	return r
}

// quarter1 is a factor that is in order but for its drift in four quarters.
func quarter1(psi ...models.Stat) Factor {
	f := Factor{Name: "usage", N: 100, Distinct: 50, ModeShare: 0.1}
	for k, v := range psi {
		f.Drift.Periods = append(f.Drift.Periods, DriftPeriod{Start: dataset.NewDate(2025, 1, 1).AddMonths(3 * k), PSI: v, Null95: 0.02, P: 0.001})
	}
	return f
}

func TestFindingsAboutAFactor(t *testing.T) {
	chance := quarter1(0.3)
	chance.Drift.Periods[0].P = 0.2
	for _, c := range []struct {
		fact     string
		factor   Factor
		findings []string
		notes    []string
	}{
		{"nothing odd", quarter1(), nil, nil},
		{"one value", Factor{N: 10, Distinct: 1, ModeShare: 1, Mode: "3"}, []string{"constant"}, nil},
		{"one value or none is a flag", Factor{N: 10, Distinct: 1, ModeShare: 1, Missing: 3, MissingShare: 0.3}, nil, nil},
		{"nearly one value", Factor{N: 1000, Distinct: 2, ModeShare: 0.995}, nil, []string{"near_constant"}},
		{"mostly missing", Factor{N: 10, Distinct: 3, Missing: 5, MissingShare: 0.5, Policy: features.Median}, nil, []string{"mostly_missing"}},
		{"mostly missing, and meant so", Factor{N: 10, Distinct: 3, Missing: 5, MissingShare: 0.5, Policy: features.Own}, nil, nil},
		{"much drift in the last quarter", quarter1(0.01, 0.3), []string{"drift"}, nil},
		{"much drift in an earlier one", quarter1(0.3, 0.01), []string{"drift"}, nil},
		{"some drift", quarter1(0.01, 0.15), nil, []string{"some_drift"}},
		{"as much as chance gives in few rows", chance, nil, nil},
		{"rare levels", Factor{N: 90, Distinct: 4, ModeShare: 0.5, Rare: 2}, nil, []string{"rare_levels"}},
		{"levels of one account each", Factor{N: 90, Distinct: 40, ModeShare: 0.5, OneAccount: 10}, nil, []string{"one_account_levels"}},
	} {
		r := months(0)
		r.judgeFactor(&c.factor)
		if !slices.Equal(said(r.Findings), append([]string{}, c.findings...)) || !slices.Equal(said(r.Notes), append([]string{}, c.notes...)) {
			t.Errorf("%s: findings %v, notes %v; want %v, %v", c.fact, said(r.Findings), said(r.Notes), c.findings, c.notes)
		}
	}
}

func TestFindingsAboutRows(t *testing.T) {
	monthly := Cadence{Name: "monthly", MedianGap: 30}
	first, last := dataset.NewDate(2024, 1, 31), dataset.NewDate(2025, 6, 30)
	for _, c := range []struct {
		fact            string
		snapshots       Snapshots
		observed        dataset.Date
		findings, notes []string
	}{
		{"in order", Snapshots{Accounts: 100, First: first, Last: last, Cadence: monthly}, last + 20, nil, nil},
		{"a thin month", Snapshots{Accounts: 100, First: first, Last: last, Cadence: Cadence{Name: "monthly", Thin: []ThinMonth{{Month: first}}}}, last, []string{"thin_month"}, nil},
		{"a month that may grow", Snapshots{Accounts: 100, First: first, Last: last, Cadence: Cadence{Name: "monthly", Thin: []ThinMonth{{Month: first, Partial: true}}}}, last, nil, []string{"partial_month"}},
		{"gaps", Snapshots{Accounts: 100, First: first, Last: last, Cadence: Cadence{Name: "monthly", AccountsWithGaps: 6}}, last, nil, []string{"gaps"}},
		{"few gaps", Snapshots{Accounts: 100, First: first, Last: last, Cadence: Cadence{Name: "monthly", AccountsWithGaps: 5}}, last, nil, nil},
		{"snapshots that ended before the outcomes", Snapshots{Accounts: 100, First: first, Last: last, Cadence: monthly}, last + 46, nil, []string{"old_snapshots"}},
		{"a date that stands for none", Snapshots{Accounts: 100, First: dataset.NewDate(1900, 1, 1), Last: last, Cadence: monthly}, last, []string{"odd_dates"}, nil},
	} {
		r := &Report{Snapshots: c.snapshots, ObservedUntil: c.observed, Outcomes: Outcomes{First: first, Last: last}}
		r.judgeRows()
		if !slices.Equal(said(r.Findings), append([]string{}, c.findings...)) || !slices.Equal(said(r.Notes), append([]string{}, c.notes...)) {
			t.Errorf("%s: findings %v, notes %v; want %v, %v", c.fact, said(r.Findings), said(r.Notes), c.findings, c.notes)
		}
	}
}

func TestFindingsAboutCoverage(t *testing.T) {
	for _, c := range []struct {
		fact string
		r    Report
		want []string
	}{
		{"a lead that was asked for and is poor", Report{Leads: []Lead{{Days: 90, Asked: true, Covered: 0.79}}}, []string{"lead_coverage"}},
		{"a poor lead of the grid", Report{Leads: []Lead{{Days: 365, Covered: 0.1}}}, nil},
		{"customers without a recent snapshot", Report{Standing: Standing{Scoreable: 10, Reasons: []Reason{{Code: dataset.NotRecent, Accounts: 5}}}}, []string{"not_scoreable"}},
		{"a few of them", Report{Standing: Standing{Scoreable: 100, Reasons: []Reason{{Code: dataset.NotRecent, Accounts: 5}}}}, nil},
		{"those who churned are no customers", Report{Standing: Standing{Scoreable: 10, Reasons: []Reason{{Code: dataset.NotCustomer, Accounts: 500}}}}, nil},
		{"outcomes of strangers", Report{Outcomes: Outcomes{Accounts: 100, Strangers: 6}}, []string{"unknown_accounts"}},
	} {
		c.r.judgeCoverage()
		for _, f := range c.r.Findings {
			if f.Code == "lead_coverage" && !strings.HasPrefix(f.Message, "at 90 days only 79 % of the decided renewals") {
				t.Errorf("%s: %q", c.fact, f.Message)
			}
		}
		if !slices.Equal(said(c.r.Findings), append([]string{}, c.want...)) {
			t.Errorf("%s: %v, want %v", c.fact, c.r.Findings, c.want)
		}
	}
}

// Contracts that churned before they had a snapshot lack the amount before: revenue looks
// better kept than it was, and that is said.
func TestContractsWithoutAnAmountAreTold(t *testing.T) {
	r := &Report{Retention: []Retention{{Due: 100, Churned: 20, Priced: 90, PricedChurned: 10}}}
	r.judgeMoney(&dataset.Panel{Outcomes: &dataset.Outcomes{ValueAfter: []float64{1}}})
	if len(r.Notes) != 1 || !strings.Contains(r.Notes[0].Message, "10 of 100 contracts have no amount before the renewal, 100 % of them churned (of the others 11 %)") {
		t.Errorf("%+v", r.Notes)
	}
}

func TestVerdictsOnTheAmountOfData(t *testing.T) {
	for _, c := range []struct {
		fact                   string
		examples, events, cols int
		want                   string
	}{
		{"no column", 1000, 100, 0, tooLittle},
		{"nobody churned", 1000, 0, 5, tooLittle},
		{"nine a column", 1000, 90, 10, tooLittle},
		{"the rarer class counts", 1000, 950, 6, tooLittle},
		{"fifteen a column", 10_000, 150, 10, thin},
		{"plenty", 10_000, 2000, 10, enough},
		{"enough cases by the rule of thumb, too few by Riley's", 600, 300, 15, thin},
	} {
		s := Sufficiency{Examples: c.examples, Events: c.events, Columns: c.cols, Factors: c.cols, Effective: c.examples}
		rarer, one, several := s.Rarer()
		s.EventsPerColumn = share(rarer, c.cols)
		s.riley(float64(c.events) / float64(c.examples))
		s.judge()
		if c.events > 500 && c.examples == 1000 && (rarer != 50 || one+several != "renewalrenewals" || !strings.Contains(s.Advice, "10 more renewals give 10 a column")) {
			t.Errorf("%s: %d %s, %s", c.fact, rarer, several, s.Advice)
		}
		if s.Verdict != c.want || s.Advice == "" {
			t.Errorf("%s: %s (%+v), want %s", c.fact, s.Verdict, s, c.want)
		}
	}
}

// Riley's criteria turned round: as many columns as the examples support need no more than
// the examples, and one more needs more.
func TestSupportedColumnsAreWhatTheExamplesSupport(t *testing.T) {
	s := Sufficiency{Effective: 3000, Columns: 20}
	s.riley(0.15)
	at := Sufficiency{Effective: 3000, Columns: s.Riley.Columns}
	at.riley(0.15)
	over := Sufficiency{Effective: 3000, Columns: s.Riley.Columns + 2} // rows are rounded up per column
	over.riley(0.15)
	if at.Riley.Rows > 3000 || over.Riley.Rows <= 3000 {
		t.Errorf("%d columns need %d rows, two more %d; there are 3000", s.Riley.Columns, at.Riley.Rows, over.Riley.Rows)
	}
}

func TestSummarySaysWhatTheDataAreEnoughFor(t *testing.T) {
	r := &Report{
		Clock:     dataset.Clock{Mode: dataset.Horizon, Horizon: 60},
		Counts:    dataset.Counts{Mature: 1234, Churned: 100},
		Snapshots: Snapshots{Rows: 1500, Accounts: 1, Cadence: Cadence{Name: "weekly"}},
		Standing:  Standing{Accounts: 1, Scoreable: 1},
		Sufficiency: Sufficiency{Events: 100, Factors: 1, Columns: 2, Verdict: thin, AUC: 0.75,
			Detectable: models.Stat(math.NaN())},
	}
	text := strings.Join(r.summarise(), "\n")
	for _, want := range []string{"1,500 snapshots of 1 account (weekly", "1,234 snapshots became examples of the next 60 days, 8.1 % with churn; 1 of 1 account can be scored today",
		"100 cases of churn for 1 factor in 2 design columns are thin", "Nothing needs to be done"} {
		if !strings.Contains(text, want) {
			t.Errorf("the summary lacks %q:\n%s", want, text)
		}
	}
}

func TestSeenLevelsGoByTheExamples(t *testing.T) {
	snapshots, outcomes := twoYears(t)
	for i := range snapshots.words["plan"] {
		if snapshots.days[i] > day(t, "2025-11-30") {
			snapshots.words["plan"][i] = "new"
		}
	}
	r := examine2(t, snapshots, outcomes, []features.Factor{{Name: "plan", Kind: features.Category, Expr: "plan", Unseen: features.UnseenError}}, nil)
	if r.Standing.Scoreable != 0 || !slices.Contains(said(r.Findings), "not_scoreable") {
		t.Errorf("every customer has a plan that no example has: %+v", r.Standing)
	}
}

// In horizon mode there is no lead to look at, and a window is dated by its beginning.
func TestHorizonModeHasNoLeads(t *testing.T) {
	snapshots, outcomes := twoYears(t)
	r := examine2(t, snapshots, outcomes, plainFactors(), func(s *dataset.Spec) { s.Clock = dataset.Clock{Mode: dataset.Horizon, Horizon: 60} })
	if len(r.Leads) != 0 || len(r.Quarters) != 8 || r.Quarters[0].Start != day(t, "2024-01-01") || r.Quarters[0].N != 30 {
		t.Errorf("leads %v, quarters %+v", r.Leads, r.Quarters)
	}
	// The window of 31 October 2025 ends on 30 December, a day before the churn; those of later
	// snapshots are not mature.
	if last := r.Quarters[7]; last.N != 10 || last.Churned != 0 || r.Counts.Immature == 0 {
		t.Errorf("the last quarter %+v, counts %+v", last, r.Counts)
	}
}
