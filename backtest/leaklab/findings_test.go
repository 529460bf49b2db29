package leaklab

import (
	"math"
	"strings"
	"testing"

	"holdfast/dataset"
)

var nan = math.NaN()

// TestWhatIsALeakAndWhatIsNot has one factor at a time beside a column of noise, on 800
// accounts of which one in four leaves.
func TestWhatIsALeakAndWhatIsNot(t *testing.T) {
	gone := func(a int) bool { return oneInFour(a) > 0 }
	for name, c := range map[string]struct {
		column func(a, month int) float64
		after  int
		code   string // empty: honest
		words  []string
	}{
		"noise":                                  {func(a, m int) float64 { return scatter(a+7, m) }, 0, "", nil},
		"a trait with a risk of its own":         {func(a, _ int) float64 { return scatter(a+7, 0) - 0.3*one(gone(a)) }, 0, "", nil},
		"usage that falls as the end comes near": {func(a, m int) float64 { return scatter(a+7, m) + min(1, float64(monthsToEnd(a, m))/6)/2 }, 0, "", nil},
		"a mark that comes after the as-of date": {func(a, m int) float64 { return mark(monthsToEnd(a, m) <= 2 || scatter(a, 5) < 0.02) }, 0, "", nil},
		"the same mark, dated back":              {func(a, m int) float64 { return mark(monthsToEnd(a, m) <= 2+int(3*scatter(a, 0))) }, 0, "leak_time_shift", []string{"marked at the as-of date", "jumps"}},
		"gone from the first day on":             {func(a, _ int) float64 { return one(gone(a)) }, 0, "leak_answer", []string{"ever churn"}},
		"a reason for two in three of the gone":  {func(a, _ int) float64 { return one(gone(a) && scatter(a, 0) < 0.67) * (1 + float64(a%3)) }, 0, "leak_only_the_gone", []string{"from their first example on"}},
		"wiped for those about to leave":         {func(a, m int) float64 { return blank(monthsToEnd(a, m) < 12, scatter(a, m)) }, 0, "leak_missing", []string{"missing"}},
		"known for three in four":                {func(a, m int) float64 { return scatter(a+7, m) + 2*one(monthsToEnd(a, m) < 12 && scatter(a, 0) < 0.75) }, 0, "leak_too_good", []string{"singles out"}},
		"the day of the churn":                   {func(a, _ int) float64 { return lastDay(a) }, 0, "leak_end_date", []string{"as a date"}},
		"days to the churn":                      {func(a, m int) float64 { return lastDay(a) - float64(start.AddMonths(m)) }, 0, "leak_end_date", []string{"as days to go"}},
		"a running number":                       {func(a, _ int) float64 { return float64(5000 + a*37%800) }, 0, "leak_names_accounts", []string{"names accounts"}},
		"never there":                            {func(int, int) float64 { return nan }, 0, "all_missing", []string{"missing"}},
		"set when the account is closed":         {func(a, m int) float64 { return one(monthsToEnd(a, m) <= 0) }, 3, "changes_after_churn", []string{"cannot foretell"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := tiny{accounts: 800, leaves: oneInFour, after: c.after, columns: map[string]func(a, m int) float64{
				"x": c.column, "noise": func(a, m int) float64 { return scatter(a+7000, m) }}}.project(t)
			r := p.run(t, Options{Permutations: -1})
			if c.code == "" {
				if len(r.Findings) > 0 {
					t.Errorf("findings %v", r.Findings)
				}
				return
			}
			if len(r.Findings) != 1 || r.Findings[0].Code != c.code || r.Findings[0].Factor != "x" {
				t.Fatalf("findings %v, want %s", r.Findings, c.code)
			}
			f := r.Findings[0]
			if f.Key != "remove factors[].name: x" || !f.Evidence.Defined() || f.Measure == "" || f.Column != "x" {
				t.Errorf("%+v lacks a key or evidence", f)
			}
			for _, word := range c.words {
				if !strings.Contains(f.Message, word) {
					t.Errorf("%q does not say %q", f.Message, word)
				}
			}
		})
	}
}

// The month of the contract tells when a decision is due, which everybody knows in advance. By horizon it
// also tells churned from renewed, as nobody leaves in between: in the last month before a renewal are all
// that churn and one in twelve of the others. It is a leak for who does not tell of renewals.
func TestWhenADecisionIsDueIsNoLeak(t *testing.T) {
	month := func(a, m int) float64 { return float64((m + 24 - 4 - a%12) % 12) }
	anyone := func(a int) int { // in whatever month its contract ends
		if scatter(a, 3) < 0.25 {
			return 1 + a%2
		}
		return 0
	}
	for name, c := range map[string]struct {
		x      func(a, m int) float64
		leaves func(a int) int
		untold bool
		code   string
	}{
		"renewals are told":     {month, anyone, false, ""},
		"churns alone are told": {month, anyone, true, "leak_too_good"},
		"a leak all the same":   {func(a, m int) float64 { return scatter(a+7, m) + 2*one(monthsToEnd(a, m) < 12 && scatter(a, 0) < 0.75) }, oneInFour, false, "leak_too_good"},
	} {
		t.Run(name, func(t *testing.T) {
			p := tiny{accounts: 800, leaves: c.leaves, horizon: 31, untold: c.untold, columns: map[string]func(a, m int) float64{
				"x": c.x, "noise": func(a, m int) float64 { return scatter(a+7000, m) }}}.project(t)
			found := p.run(t, Options{Permutations: -1}).Findings
			if c.code == "" && len(found) > 0 || c.code != "" && (len(found) != 1 || found[0].Code != c.code || found[0].Factor != "x") {
				t.Errorf("findings %v, want %q", found, c.code)
			}
		})
	}
}

func one(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

// mark is a value that is only there when something happened.
func mark(yes bool) float64 { return blank(!yes, 1) }

func blank(missing bool, v float64) float64 {
	if missing {
		return nan
	}
	return v
}

// lastDay is the day of the churn, or of a renewal far ahead.
func lastDay(a int) float64 {
	if n := oneInFour(a); n > 0 {
		return float64(renewalDay(a, n))
	}
	return float64(renewalDay(a, 5))
}

// TestAFixedColumnThatKnowsWhenIsFound: the number of snapshots an account will ever have,
// with so much noise that no value is sure.
func TestAFixedColumnThatKnowsWhenIsFound(t *testing.T) {
	leaves := func(a int) int { return 1 + int(3*scatter(a, 99)) }
	total := func(a, _ int) float64 { return float64(leaves(a)) + 3*scatter(a, 1) }
	trait := func(a, _ int) float64 { return scatter(a, 2) }
	p := tiny{accounts: 900, leaves: leaves, columns: map[string]func(a, m int) float64{"total": total, "trait": trait}}.project(t)
	r := p.run(t, Options{Permutations: -1})
	if len(r.Findings) != 1 || r.Findings[0].Code != "knows_lifetime" || r.Findings[0].Factor != "total" || r.Findings[0].Severity != Warn {
		t.Errorf("findings %v", r.Findings)
	}
}

// TestWhereAllLeaveNobodyIsHeldAgainstThem: the number against accounts that never churned is
// not shown where there are none.
func TestWhereAllLeaveNobodyIsHeldAgainstThem(t *testing.T) {
	leaves := func(a int) int { return 1 + int(2*scatter(a, 99)) }
	total := func(a, _ int) float64 { return float64(leaves(a)) + 2*scatter(a, 1) }
	p := tiny{accounts: 900, leaves: leaves, columns: map[string]func(a, m int) float64{"total": total}}.project(t)
	r := p.run(t, Options{Permutations: -1})
	if len(r.Findings) != 1 || r.Findings[0].Code != "knows_lifetime" {
		t.Fatalf("findings %v", r.Findings)
	}
	if words := r.Findings[0].Message; strings.Contains(words, "NaN") || strings.Contains(words, "never churned") {
		t.Errorf("said %q of accounts that all churned", words)
	}
}

// TestAFixedColumnThatHoldsWhatComesIsFound: the highest level that another column
// reaches, and as an honest one its first.
func TestAFixedColumnThatHoldsWhatComesIsFound(t *testing.T) {
	level := func(a, m int) float64 { return float64(a%5 + m/6) }
	columns := map[string]func(a, m int) float64{
		"level": level,
		"first": func(a, _ int) float64 { return level(a, 0) },
		"peak":  func(a, _ int) float64 { return level(a, 35) },
	}
	p := tiny{accounts: 300, leaves: func(int) int { return 0 }, columns: columns}.project(t)
	l := newLab(p.panel)
	var exhibits []*exhibit
	for _, f := range p.factors {
		c, err := l.evaluate(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		exhibits = append(exhibits, &exhibit{factor: f, past: l.pastOf(c)})
	}
	for _, x := range exhibits {
		f, ok := l.foresees(x, exhibits)
		if ok != (x.factor.Name == "peak") {
			t.Errorf("%s: %v %v", x.factor.Name, ok, f)
		}
	}
}

func TestAFindingIsAWarningWithItsAccounts(t *testing.T) {
	f := Finding{Code: "leak_answer", Factor: "x", Message: "x knows", Accounts: []string{"A1", "A\x1b2"}, Key: "remove factors[].name: x"}
	want := dataset.Warning{Code: "leak_answer", Where: "factor x", Message: `x knows (look at "A1", "A\x1b2"); in holdfast.yaml: remove factors[].name: x`}
	if got := f.Warning(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	r := Report{Findings: []Finding{{Code: "a", Severity: Refuse}, {Code: "b", Severity: Warn}, {Code: "c", Severity: Refuse}}}
	if len(r.Refusals()) != 2 || len(r.Warnings()) != 1 || r.Warnings()[0].Code != "b" {
		t.Errorf("refusals %v, warnings %v", r.Refusals(), r.Warnings())
	}
}
