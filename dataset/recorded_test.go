package dataset

import (
	"slices"
	"testing"

	"holdfast/dataset/expr"
)

// recordedAt are the standard roles with a column of recorded days.
func recordedAt() Columns {
	roles := standard
	roles.RecordedAt = "recorded_at"
	return roles
}

// versions writes snapshots with recorded days and loads them.
func versions(t *testing.T, how Reading, accounts, dates, recorded []string, logins ...float64) (*Snapshots, error) {
	t.Helper()
	path := write(t, texts("account_id", accounts...), days("snapshot_date", dates...), days("recorded_at", recorded...), floats("logins", logins...))
	return LoadSnapshots(t.Context(), path, recordedAt(), expr.Columns{"logins": expr.Number}, how)
}

func TestASnapshotIsKnownFromTheDayItWasRecorded(t *testing.T) {
	s, err := versions(t, everything, []string{"a", "a", "a"}, []string{"2026-01-31", "2026-02-28", "2026-03-31"}, []string{"2026-02-03", null, "2026-03-20"}, 1, 2, 3)
	if err != nil {
		t.Fatal(err)
	}
	want := []Date{day("2026-02-03"), day("2026-02-28"), day("2026-03-31")} // null: on its date; recorded early: not before its date
	if !slices.Equal(s.Known, want) {
		t.Errorf("known from %v, want %v", s.Known, want)
	}
}

func TestVersionsOfASnapshotAreKeptInTheOrderTheyWereRecorded(t *testing.T) {
	s, err := versions(t, everything, []string{"a", "a", "a", "a"}, []string{"2026-01-31", "2026-01-31", "2026-01-31", "2026-01-31"},
		[]string{"2026-03-05", "2026-01-31", "2026-02-04", "2026-02-01"}, 3, 1, 2, 1)
	if err != nil {
		t.Fatal(err)
	}
	logins, _ := s.Table.Column("logins")
	if got := logins.Vector().Numbers; !slices.Equal(got, []float64{1, 2, 3}) { // what was written again on 1 February had been known
		t.Errorf("versions %v of %v", got, s.Known)
	}
	if len(s.Warnings) != 0 {
		t.Errorf("a row that was written twice is no duplicate: %q", s.Warnings)
	}
}

func TestAVersionThatReturnsToAnOlderValueIsKept(t *testing.T) {
	same := "2026-01-31"
	s, err := versions(t, everything, []string{"a", "a", "a"}, []string{same, same, same}, []string{"2026-02-01", "2026-02-02", "2026-02-03"}, 1, 2, 1)
	if err != nil || len(s.Date) != 3 {
		t.Errorf("%d rows, %v", len(s.Date), err)
	}
}

func TestVersionsOfOneDayMayNotDiffer(t *testing.T) {
	same := "2026-01-31"
	_, err := versions(t, everything, []string{"a", "a"}, []string{same, same}, []string{"2026-02-01", "2026-02-01"}, 1, 2)
	mentions(t, refusal(t, err)[0].String(), "duplicate", `"a"`, same, `"logins"`)
	s, err := versions(t, everything, []string{"a", "a"}, []string{same, same}, []string{"2026-02-01", "2026-02-01"}, 1, 1)
	if err != nil || len(s.Date) != 1 || len(warned(s.Warnings, "duplicate_snapshot")) != 1 {
		t.Errorf("%v, %v", s, err)
	}
}

func TestAReplayForgetsWhatWasRecordedLater(t *testing.T) {
	how := Reading{AsOf: day("2026-02-28")}
	s, err := versions(t, how, []string{"a", "a", "b"}, []string{"2026-01-31", "2026-01-31", "2026-02-28"}, []string{null, "2026-03-01", "2026-03-01"}, 1, 2, 3)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Date) != 1 || !slices.Equal(s.Accounts, []string{"a"}) {
		t.Errorf("on 28 February %v of %v were known", s.Date, s.Accounts)
	}
}

// late writes a company whose March snapshots were written after the lead of the June
// renewals had begun, on 1 April.
func late(t *testing.T) Spec {
	spec := twoAccounts(t, "a")
	spec.Columns, spec.Clock = recordedAt(), Clock{Mode: Renewal, Lead: 90, MaxAge: 60}
	writeTo(t, spec.Snapshots, texts("account_id", "a", "a", "b", "b", "c"),
		days("snapshot_date", "2026-02-28", "2026-03-31", "2026-02-28", "2026-03-31", "2026-03-31"),
		days("recorded_at", null, "2026-04-01", null, "2026-04-05", "2026-04-05"), floats("logins", 1, 2, 3, 4, 5))
	writeTo(t, spec.Outcomes, texts("account_id", "a", "b", "c"), days("outcome_date", "2026-06-30", "2026-06-30", "2026-06-30"), bools("churned", 1, 0, 0))
	return spec
}

func TestRowsThatCameLateAreLeftOutAndCounted(t *testing.T) {
	e, err := Load(t.Context(), late(t))
	if err != nil {
		t.Fatal(err)
	}
	if want := (Counts{Total: 3, Mature: 2, Late: 1, Churned: 1, Accounts: 2, Open: 1}); e.Counts != want {
		t.Errorf("counts %+v, want %+v", e.Counts, want)
	}
	if logins, _ := e.Table.Column("logins"); !slices.Equal(logins.Vector().Numbers, []float64{2, 3}) {
		t.Errorf("logins %v", logins.Vector().Numbers)
	}
	if want := []Date{day("2026-04-01"), day("2026-02-28")}; !slices.Equal(e.AsOf, want) {
		t.Errorf("as of %v, want %v: the day the values were known", e.AsOf, want)
	}
	if got := warned(e.Warnings, "late_writes"); len(got) != 1 {
		t.Errorf("warnings %q", e.Warnings)
	} else {
		mentions(t, got[0], "2 snapshots of 2 accounts") // of b, which fell back to February, and of c, which has nothing else
	}
}

func TestInHorizonModeLateRowsAreCountedToo(t *testing.T) {
	spec := late(t)
	spec.Clock = Clock{Mode: Horizon, Horizon: 30}
	writeTo(t, spec.Snapshots, texts("account_id", "a", "a", "b"), days("snapshot_date", "2026-02-28", "2026-03-31", "2026-03-31"),
		days("recorded_at", "2026-04-02", null, null), floats("logins", 1, 2, 3))
	e, err := Load(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	if want := (Counts{Total: 3, Mature: 2, Late: 1, Accounts: 2}); e.Counts != want {
		t.Errorf("counts %+v, want %+v", e.Counts, want)
	}
	if got := warned(e.Warnings, "late_writes"); len(got) != 1 {
		t.Errorf("warnings %q", e.Warnings)
	} else {
		mentions(t, got[0], "1 snapshots of 1 accounts")
	}
}

// TestRecordedOnTimeChangesNothing: a column that always says the snapshot date gives
// what there is without it, but for the hash of what was read.
func TestRecordedOnTimeChangesNothing(t *testing.T) {
	spec := late(t)
	writeTo(t, spec.Snapshots, texts("account_id", "a", "b"), days("snapshot_date", "2026-03-31", "2026-03-31"), days("recorded_at", "2026-03-31", null), floats("logins", 1, 2))
	with, err := Load(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	spec.Columns.RecordedAt = ""
	without, err := Load(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	if with.Hashes == without.Hashes {
		t.Error("the hash does not see that recorded days were read")
	}
	with.Hashes = without.Hashes
	if got, want := contents(with), contents(without); got != want {
		t.Errorf("with recorded days\n%s\nwithout\n%s", got, want)
	}
}
