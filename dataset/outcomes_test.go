package dataset

import (
	"context"
	"slices"
	"strings"
	"testing"
)

func loadOutcomes(t testing.TB, roles Columns, how Reading, columns ...column) (*Outcomes, error) {
	t.Helper()
	return LoadOutcomes(context.Background(), write(t, columns...), roles, how)
}

// outcomeRows is one outcome a day of one account, with the given outcome column.
func outcomeRows(n int, outcome column) []column {
	account, date := make([]string, n), make([]string, n)
	for i := range n {
		account[i], date[i] = "a", (day("2026-01-01") + Date(i)).String()
	}
	return []column{texts("account_id", account...), days("outcome_date", date...), outcome}
}

func TestOutcomesAreReadInWhateverFormTheyAreWritten(t *testing.T) {
	want := []Label{Churned, Renewed, Unknown, Churned}
	for name, outcome := range map[string]column{
		"booleans":     bools("churned", 1, 0, nan, 1),
		"whole":        ints("churned", 1, 0, nan, 1),
		"floats":       optional(floats("churned", 1, 0, nan, 1)),
		"floats, NaN":  floats("churned", 1, 0, nan, 1),
		"yes and no":   texts("churned", "Yes", "No", null, "YES"),
		"y and n":      texts("churned", "y", "N", null, "Y"),
		"truths":       texts("churned", "true", "False", null, "TRUE"),
		"digits":       texts("churned", "1", "0", null, "1"),
		"churned":      texts("churned", "churned", "renewed", null, "Churn"),
		"lost, gained": texts("churned", "lost", "retained", null, "Lost"),
	} {
		t.Run(name, func(t *testing.T) {
			o, err := loadOutcomes(t, standard, everything, outcomeRows(4, outcome)...)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(o.Label, want) {
				t.Errorf("labels %v, want %v", o.Label, want)
			}
			if got := warned(o.Warnings, "unknown_outcomes"); len(got) != 1 || got[0] != `outcome column "churned" is null in 1 of 4 rows; they count neither as churned nor as renewed` {
				t.Errorf("warnings %q", got)
			}
		})
	}
}

// Of a list of those who left the date is all there is.
func TestEveryRowIsAChurnWhereTheOutcomeIsItsDate(t *testing.T) {
	roles := standard
	roles.Outcome = roles.OutcomeDate
	o, err := loadOutcomes(t, roles, everything, outcomeRows(3, texts("why", "price", "", "price"))...)
	if err != nil {
		t.Fatal(err)
	}
	if want := []Label{Churned, Churned, Churned}; !slices.Equal(o.Label, want) || o.Date[2] != day("2026-01-03") || len(o.Warnings) > 0 {
		t.Errorf("labels %v on %v, want %v; warnings %q", o.Label, o.Date, want, o.Warnings)
	}
}

func TestOutcomeWordsAreMapped(t *testing.T) {
	words := texts("churned", "cancelled", "active", "lapsed", "active")
	for name, c := range map[string]struct {
		roles Columns
		want  []Label
	}{
		"all others renewed":     {Columns{ChurnedWhen: []string{"cancelled", "lapsed"}}, []Label{Churned, Renewed, Churned, Renewed}},
		"both lists":             {Columns{ChurnedWhen: []string{"cancelled", "lapsed"}, RenewedWhen: []string{"active"}}, []Label{Churned, Renewed, Churned, Renewed}},
		"what is open":           {Columns{ChurnedWhen: []string{"cancelled"}, OpenWhen: []string{"lapsed", "nowhere"}}, []Label{Churned, Renewed, Unknown, Renewed}},
		"all three":              {Columns{ChurnedWhen: []string{"cancelled"}, RenewedWhen: []string{"active"}, OpenWhen: []string{"lapsed"}}, []Label{Churned, Renewed, Unknown, Renewed}},
		"one churned word":       {Columns{ChurnedWhen: []string{"lapsed"}}, []Label{Renewed, Renewed, Churned, Renewed}},
		"case counts in mapping": {Columns{ChurnedWhen: []string{"Lapsed", "cancelled"}}, []Label{Churned, Renewed, Renewed, Renewed}},
	} {
		t.Run(name, func(t *testing.T) {
			roles := standard
			roles.ChurnedWhen, roles.RenewedWhen, roles.OpenWhen = c.roles.ChurnedWhen, c.roles.RenewedWhen, c.roles.OpenWhen
			o, err := loadOutcomes(t, roles, everything, outcomeRows(4, words)...)
			if err != nil {
				t.Fatal(err)
			}
			if got := warned(o.Warnings, "unknown_outcomes"); len(roles.OpenWhen) > 0 && (len(got) != 1 || !strings.Contains(got[0], "is null or open in 1 of 4 rows")) {
				t.Errorf("warnings %q", o.Warnings)
			}
			if !slices.Equal(o.Label, c.want) {
				t.Errorf("labels %v, want %v", o.Label, c.want)
			}
		})
	}
}

func TestWholeNumbersAreMappedToo(t *testing.T) {
	for name, roles := range map[string]Columns{
		"churned": {ChurnedWhen: []string{"3"}},
		"renewed": {ChurnedWhen: []string{"3"}, RenewedWhen: []string{"1", "2"}},
	} {
		t.Run(name, func(t *testing.T) {
			both := standard
			both.ChurnedWhen, both.RenewedWhen = roles.ChurnedWhen, roles.RenewedWhen
			o, err := loadOutcomes(t, both, everything, outcomeRows(3, ints("churned", 1, 3, 2))...)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(o.Label, []Label{Renewed, Churned, Renewed}) {
				t.Errorf("labels %v", o.Label)
			}
		})
	}
}

func TestUnknownOutcomeWordsAreListedWithTheirCounts(t *testing.T) {
	roles := standard
	roles.ChurnedWhen, roles.RenewedWhen = []string{"churned"}, []string{"renewed"}
	_, err := loadOutcomes(t, roles, everything, outcomeRows(5, texts("churned", "churned", "cancelled", "", "cancelled", "renewed"))...)
	mentions(t, refusal(t, err)[0].String(), "rows.parquet", `"churned"`, `"cancelled" (2 rows)`, `"" (1 rows)`, "churned_when")
	_, err = loadOutcomes(t, standard, everything, outcomeRows(2, texts("churned", "yes", "maybe"))...)
	mentions(t, refusal(t, err)[0].String(), `"maybe" (1 rows)`)
	_, err = loadOutcomes(t, standard, everything, outcomeRows(2, ints("churned", 1, 2))...)
	mentions(t, refusal(t, err)[0].String(), "rows.parquet", "holds 2", "churned_when")
}

func TestALongListOfUnknownWordsIsCut(t *testing.T) {
	words := make([]string, 12)
	for i := range words {
		words[i] = string(rune('a' + i))
	}
	_, err := loadOutcomes(t, standard, everything, outcomeRows(12, texts("churned", words...))...)
	mentions(t, refusal(t, err)[0].String(), `"a" (1 rows)`, `"h" (1 rows)`, "and 4 more")
}

func TestAMappedWordThatNeverOccursIsToldOf(t *testing.T) {
	roles := standard
	roles.ChurnedWhen = []string{"canceled"} // the column writes it with two l
	o, err := loadOutcomes(t, roles, everything, outcomeRows(2, texts("churned", "cancelled", "active"))...)
	if err != nil {
		t.Fatal(err)
	}
	if got := warned(o.Warnings, "outcome_value"); len(got) != 1 {
		t.Errorf("warnings %q", o.Warnings)
	} else {
		mentions(t, got[0], `"canceled"`, "renewed")
	}
}

func TestOutcomesThatAreAllNullAreRefused(t *testing.T) {
	_, err := loadOutcomes(t, standard, everything, outcomeRows(2, bools("churned", nan, nan))...)
	mentions(t, refusal(t, err)[0].String(), "rows.parquet", `"churned"`, "null")
}

func TestRepeatedOutcomesAreDroppedAndCounted(t *testing.T) {
	roles := standard
	roles.DecidedAt = "decided_at"
	o, err := loadOutcomes(t, roles, everything,
		texts("account_id", "a", "a", "a", "b"), days("outcome_date", "2026-01-31", "2026-01-31", "2026-03-31", "2026-01-31"),
		bools("churned", 0, 0, 1, 0), days("decided_at", "2026-02-05", "2026-01-20", null, "2026-01-20"))
	if err != nil {
		t.Fatal(err)
	}
	if got := warned(o.Warnings, "duplicate_outcomes"); len(got) != 1 || got[0] != "1 duplicate outcome rows were dropped" {
		t.Errorf("warnings %q", got)
	}
	if o.Read != 4 || !slices.Equal(o.Label, []Label{Renewed, Churned, Renewed}) {
		t.Errorf("%d rows, labels %v", o.Read, o.Label)
	}
	want := []Date{day("2026-01-20"), day("2026-03-31"), day("2026-01-20")} // the one known first stays; without decided_at, the day itself
	if !slices.Equal(o.Known, want) {
		t.Errorf("known on %v, want %v", o.Known, want)
	}
}

func TestContradictingOutcomesAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		outcome column
		words   []string
	}{
		"both":    {bools("churned", 0, 1), []string{"renewed", "churned"}},
		"unknown": {bools("churned", 1, nan), []string{"unknown", "churned"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := loadOutcomes(t, standard, everything, texts("account_id", "A0007", "A0007"), days("outcome_date", "2026-01-31", "2026-01-31"), c.outcome)
			mentions(t, refusal(t, err)[0].String(), append(c.words, "rows.parquet", `"A0007"`, "2026-01-31")...)
		})
	}
}

func TestOutcomesThatCannotBePlacedAreRefused(t *testing.T) {
	_, err := loadOutcomes(t, standard, everything, texts("account_id", null), days("outcome_date", null), bools("churned", 1))
	if found := refusal(t, err); len(found) != 2 {
		t.Errorf("findings %v", found)
	}
	_, err = loadOutcomes(t, standard, everything, texts("account_id"), days("outcome_date"), bools("churned"))
	mentions(t, refusal(t, err)[0].String(), "rows.parquet", "0 rows")
}

// TestRenewalsToComeDoNotMakeTheFutureObserved has a list of open renewals in the
// outcomes file, as customer-success platforms export them.
func TestRenewalsToComeDoNotMakeTheFutureObserved(t *testing.T) {
	o, err := loadOutcomes(t, standard, everything, texts("account_id", "a", "b"), days("outcome_date", "2026-01-31", "2027-01-31"), bools("churned", 1, nan))
	if err != nil {
		t.Fatal(err)
	}
	if got := o.lastSeen(); got != day("2026-01-31") {
		t.Errorf("observed until %s", got)
	}
}
