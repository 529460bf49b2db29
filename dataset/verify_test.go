package dataset

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestWhatCannotMeanWhatItSaysIsRefusedOnceAColumn(t *testing.T) {
	path := write(t,
		texts("account_id", "a", "b", "c"),
		days("snapshot_date", "2026-01-31", "1900-01-01", "1899-12-31"),
		floats("usage", 1, math.Inf(1), math.Inf(-1)))
	_, _, err := Verify(context.Background(), path)
	found := refusal(t, err)
	if len(found) != 2 {
		t.Fatalf("findings %v, want one for each column", found)
	}
	for i, want := range []string{
		`column "snapshot_date" holds 1900-01-01 in 2 rows, the first is row 2; spreadsheets and databases show an empty date so: write null there`,
		`column "usage" holds 2 infinite values, the first (+Inf) in row 2`,
	} {
		if !strings.Contains(found[i].Message, want) || found[i].Where != path {
			t.Errorf("finding %v, want one about %s that says %s", found[i], path, want)
		}
	}
}

func TestNamesThatDifferOnlyInCaseAreWarnedOf(t *testing.T) {
	path := write(t, texts("account_id", "a"), floats("arr", 1), floats("ARR", 2), floats("logins", 3))
	s, warnings, err := Verify(context.Background(), path)
	if err != nil || s.Rows != 1 || len(s.Fields) != 4 {
		t.Fatal(s, err)
	}
	if len(warnings) != 1 || warnings[0].Code != "similar_names" || !strings.Contains(warnings[0].Message, `columns "arr" and "ARR" differ only in case`) {
		t.Errorf("warnings %v", warnings)
	}
	if _, _, err := Verify(context.Background(), filepath.Join(path, "none")); err == nil {
		t.Error("a missing file was verified")
	}
}

// TestAReplayDoesNotLookIntoLaterRowGroups damages the values of a part file that lies wholly after the day of a replay. Of
// three part files a replay must give what the first two alone give, and the damage must still stop everyone else.
func TestAReplayDoesNotLookIntoLaterRowGroups(t *testing.T) {
	dir := t.TempDir()
	part := func(name, date string) string {
		path := filepath.Join(dir, name)
		writeTo(t, path, texts("account_id", "a", "b"), days("snapshot_date", date, date), floats("logins", 1, 2), texts("plan", name, "pro"))
		return path
	}
	part("1.parquet", "2026-01-31")
	part("2.parquet", "2026-02-28")
	how := everything
	how.AsOf = day("2026-03-30")
	want, err := LoadSnapshots(context.Background(), dir, standard, numbersAndPlans, how)
	if err != nil {
		t.Fatal(err)
	}
	damage(t, part("3.parquet", "2026-03-31"))
	got, err := LoadSnapshots(context.Background(), dir, standard, numbersAndPlans, how)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(want, got) || want.hash() != got.hash() {
		t.Errorf("a part file of later days changes\n%+v\ninto\n%+v", want, got)
	}
	_, err = LoadSnapshots(context.Background(), dir, standard, numbersAndPlans, everything)
	if err == nil || !strings.Contains(err.Error(), "3.parquet: column \"logins\"") {
		t.Errorf("the damage is not where the test thinks: %v", err)
	}
}

// damage flips bits a quarter into a file, where the pages of a factor lie: behind those of the account and the date, and
// before the footer and the indexes.
func damage(t *testing.T, path string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := len(b) / 4
	for i := range 40 {
		b[at+i] ^= 0xff
	}
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
}
