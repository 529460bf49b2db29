package health

import (
	"strings"
	"testing"

	"holdfast/dataset"
	"holdfast/models"
)

func TestCountsAreGrouped(t *testing.T) {
	for n, want := range map[int]string{0: "0 accounts", 1: "1 account", 999: "999 accounts", 1000: "1,000 accounts", 1234567: "1,234,567 accounts"} {
		if got := count(n, "account"); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
		}
	}
	if got := month(dataset.NewDate(2026, 3, 1)); got != "2026-03" {
		t.Errorf("March 2026 is %q", got)
	}
	if got := quoted([]string{"a", "b\x1b"}); strings.Contains(got, "\x1b") || !strings.HasPrefix(got, `"a", "b`) {
		t.Errorf("hostile names are quoted as %q", got)
	}
}

func TestASummaryOfRenewalsSaysHowFarAhead(t *testing.T) {
	r := &Report{
		Clock: dataset.Clock{Mode: dataset.Renewal, Lead: 90}, Counts: dataset.Counts{Mature: 1, Churned: 1},
		Findings:    []dataset.Warning{{Code: "drift"}},
		Sufficiency: Sufficiency{Events: 1, Factors: 2, Columns: 1, Verdict: tooLittle, AUC: 0.75, Detectable: 0.05, DetectableHalf: 0.0712},
	}
	text := strings.Join(r.summarise(), "\n")
	for _, want := range []string{"1 renewal became examples 90 days ahead, 100.0 % with churn", "1 case of churn for 2 factors in 1 design column are too few",
		"two scores of AUC 0.75 must differ by 0.071 for a backtest of half of the examples", "1 finding to act on"} {
		if !strings.Contains(text, want) {
			t.Errorf("the summary lacks %q:\n%s", want, text)
		}
	}
	r.Sufficiency.Verdict = enough
	if text := strings.Join(r.summarise(), "\n"); !strings.Contains(text, "are enough for a stable fit") {
		t.Errorf("the summary of enough data is %s", text)
	}
}

func TestEveryReasonHasAMeaningAndACure(t *testing.T) {
	meant := map[string]bool{}
	for _, code := range []string{dataset.NotCustomer, dataset.NotOpen, dataset.NotRecent, missingFactor, unseenLevel} {
		m := meaning(code)
		if m == "" || meant[m] {
			t.Errorf("%s means %q", code, m)
		}
		meant[m] = true
	}
	for code, want := range map[string]string{missingFactor: "missing:", unseenLevel: "unseen:", dataset.NotRecent: "label.max_age"} {
		if got := cure(code); !strings.Contains(got, want) {
			t.Errorf("against %s one is told %q", code, got)
		}
	}
	if got := meaning("something else"); got != "" {
		t.Errorf("an unknown code means %q", got)
	}
}

// shares are a factor's missing shares by month, with a month without rows where negative.
func missingBy(shares ...float64) Factor {
	f := Factor{Name: "usage", N: 100, Distinct: 50, ModeShare: 0.1}
	for _, s := range shares {
		if s < 0 {
			f.MissingByMonth = append(f.MissingByMonth, models.Undefined())
			continue
		}
		f.MissingByMonth = append(f.MissingByMonth, models.Stat(s))
	}
	return f
}

func TestWhatGoesMissingOverTimeIsTold(t *testing.T) {
	for _, c := range []struct {
		fact   string
		factor Factor
		code   string // empty: nothing
		words  string
	}{
		{"always there", missingBy(0, 0, 0, 0, 0), "", ""},
		{"three months say nothing", missingBy(0, 0, 1), "", ""},
		{"lost in the last month", missingBy(0, 0, 0, 0, 1), "missing_lately", "since 2025-05"},
		{"lost for two months", missingBy(0, 0, 0, 0.9, 1), "missing_lately", "since 2025-04"},
		{"a rise of just 40 points is none", missingBy(0.1, 0.1, 0.1, 0.1, 0.5), "", ""},
		{"lost and found again", missingBy(0, 0, 1, 0, 0), "", ""},
		{"months without rows are passed over", missingBy(0, -1, 0, 0, -1, 1), "missing_lately", "since 2025-06"},
		{"begins in the third month", missingBy(1, 1, 0, 0, 0), "begins_late", "before 2025-03"},
	} {
		r := months(len(c.factor.MissingByMonth))
		r.judgeMissingOverTime(&c.factor, "factor usage")
		told := append(append([]dataset.Warning{}, r.Findings...), r.Notes...)
		if (c.code == "") != (len(told) == 0) || c.code != "" && (told[0].Code != c.code || !strings.Contains(told[0].Message, c.words)) {
			t.Errorf("%s: %v, want %q with %q", c.fact, told, c.code, c.words)
		}
	}
}

// The newest quarter that drifts is told, not the largest; and p is held against 5 % over the
// number of quarters: 0.05/4 = 0.0125.
func TestDriftIsToldOfTheNewestQuarterAndAllowsForTheirNumber(t *testing.T) {
	f := quarter1(0.9, 0.3, 0.26, 0.01)
	r := months(0)
	r.judgeDrift(&f, "factor usage")
	if len(r.Findings) != 1 || !strings.Contains(r.Findings[0].Message, "from 2025-07-01") || !strings.Contains(r.Findings[0].Message, "PSI 0.26") {
		t.Errorf("%v", r.Findings)
	}
	for p, found := range map[models.Stat]bool{0.012: true, 0.013: false} {
		f := quarter1(0, 0, 0, 0.3)
		f.Drift.Periods[3].P = p
		r := months(0)
		r.judgeDrift(&f, "factor usage")
		if (len(r.Findings) == 1) != found {
			t.Errorf("p = %v in four quarters: %v", p, r.Findings)
		}
	}
	// Some drift is noted of the last quarter alone.
	passed := quarter1(0.15, 0.01)
	r = months(0)
	if r.judgeDrift(&passed, "factor usage"); len(r.Notes)+len(r.Findings) != 0 {
		t.Errorf("what is past is told: %v %v", r.Notes, r.Findings)
	}
}

func TestAdviceSaysHowManyColumnsAndCases(t *testing.T) {
	s := Sufficiency{Examples: 1000, Events: 90, Columns: 12, EventsPerColumn: 7.5}
	s.judge()
	// Nine columns at ten cases each; twelve need 30 cases more.
	if s.Verdict != tooLittle || !strings.Contains(s.Advice, "at most 9 design columns") || !strings.Contains(s.Advice, "30 more cases of churn give 10 a column") {
		t.Errorf("%s: %s", s.Verdict, s.Advice)
	}
	s = Sufficiency{Examples: 1000, Events: 150, Columns: 10, EventsPerColumn: 15, Effective: 1000, Riley: Riley{Rows: 100, Columns: 5}}
	s.judge()
	// 150 / 20 = 7 by the one rule, 5 by the other.
	if s.Verdict != thin || !strings.Contains(s.Advice, "about 5 columns") {
		t.Errorf("%s: %s", s.Verdict, s.Advice)
	}
	if s.Riley.Columns = 0; s.supported(150) != 7 {
		t.Errorf("%d columns are supported where Riley's rule has nothing to say", s.supported(150))
	}
}

func TestRelationsAndInflationAreTold(t *testing.T) {
	r := &Report{
		Aliases: []Alias{{Column: "sum", Of: []string{"a", "b"}}}, Groups: []Group{{Factors: []string{"a", "c"}, Strongest: -0.91}},
		Factors: []Factor{{Name: "a", VIF: 10.4}, {Name: "b", VIF: 10}, {Name: "c", VIF: models.Undefined()}},
	}
	r.judgeRelations()
	if len(r.Findings) != 1 || r.Findings[0].Code != "aliased" || !strings.Contains(r.Findings[0].Message, "combination of a, b") {
		t.Errorf("findings %v", r.Findings)
	}
	if len(r.Notes) != 2 || r.Notes[0].Code != "correlated" || r.Notes[1].Where != "factor a" {
		t.Errorf("notes %v", r.Notes)
	}
}
