package dataset

import (
	"math"
	"path/filepath"
	"strings"
	"testing"

	"holdfast/dataset/expr"
)

// lackingParts writes two part files, the second, of February, without nps.
func lackingParts(t *testing.T) string {
	dir := t.TempDir()
	writeTo(t, filepath.Join(dir, "part-0.parquet"), texts("account_id", "a", "b"), days("snapshot_date", "2026-01-31", "2026-01-31"), floats("nps", 1, 2))
	writeTo(t, filepath.Join(dir, "part-1.parquet"), texts("account_id", "a"), days("snapshot_date", "2026-02-28"))
	return dir
}

var usesNPS = expr.Columns{"nps": expr.Number}

func TestAColumnThatAPartLacksIsRefusedWithItsCure(t *testing.T) {
	_, err := LoadSnapshots(t.Context(), lackingParts(t), standard, usesNPS, everything)
	mentions(t, refusal(t, err)[0].String(), `"nps"`, "part-1.parquet", "1 of 2 files", "data.missing_columns: null")
}

func TestAColumnThatAPartLacksIsMissingThereIfSaidSo(t *testing.T) {
	how := everything
	how.MissingAsNull = true
	s, err := LoadSnapshots(t.Context(), lackingParts(t), standard, usesNPS, how)
	if err != nil {
		t.Fatal(err)
	}
	if nps, _ := s.Table.Column("nps"); nps.Vector().Numbers[0] != 1 || !math.IsNaN(nps.Vector().Numbers[1]) || nps.Vector().Numbers[2] != 2 {
		t.Errorf("nps %v", nps.Vector().Numbers)
	}
	if got := warned(s.Warnings, "parts_differ"); len(got) != 1 {
		t.Errorf("warnings %q", s.Warnings)
	} else {
		mentions(t, got[0], `"nps"`, "part-1.parquet", "1 of 2 files", "1 rows")
	}
}

func TestAColumnOfAnotherCaseIsNamed(t *testing.T) {
	dir := lackingParts(t)
	writeTo(t, filepath.Join(dir, "part-1.parquet"), texts("account_id", "a"), days("snapshot_date", "2026-02-28"), floats("NPS", 1))
	_, err := LoadSnapshots(t.Context(), dir, standard, usesNPS, everything)
	mentions(t, refusal(t, err)[0].String(), `"nps" is missing in 1 of 2 files`, `where "NPS" may be meant`)
}

func TestAnAccountThatAPartLacksIsNeverNull(t *testing.T) {
	dir := lackingParts(t)
	writeTo(t, filepath.Join(dir, "part-1.parquet"), days("snapshot_date", "2026-02-28"), floats("nps", 1))
	how := everything
	how.MissingAsNull = true
	_, err := LoadSnapshots(t.Context(), dir, standard, usesNPS, how)
	mentions(t, refusal(t, err)[0].String(), `"account_id"`, "null in 1 rows")
}

// TestAReplayJudgesOnlyThePartsThatWereThere: on 31 January there was no second file.
func TestAReplayJudgesOnlyThePartsThatWereThere(t *testing.T) {
	dir := lackingParts(t)
	s, err := LoadSnapshots(t.Context(), dir, standard, usesNPS, Reading{AsOf: day("2026-01-31")})
	if err != nil || len(s.Date) != 2 {
		t.Errorf("%v, %v", s, err)
	}
	_, err = LoadSnapshots(t.Context(), dir, standard, usesNPS, Reading{AsOf: day("2026-02-28")})
	mentions(t, refusal(t, err)[0].String(), `"nps"`, "part-1.parquet", "1 of 2 files")
}

// A file that was written later counts from then on, whatever days its rows are of: no statistics of days say so.
func TestAReplayDoesNotAskPartsWrittenLater(t *testing.T) {
	dir := t.TempDir()
	writeTo(t, filepath.Join(dir, "part-0.parquet"), texts("account_id", "a"), days("snapshot_date", "2026-01-31"), days("written", "2026-01-31"), floats("nps", 1))
	writeTo(t, filepath.Join(dir, "part-1.parquet"), texts("account_id", "b"), days("snapshot_date", "2026-01-31"), days("written", "2026-03-15"))
	roles := standard
	roles.RecordedAt = "written"
	for _, memory := range []int64{0, 1} {
		s, err := LoadSnapshots(t.Context(), dir, roles, usesNPS, Reading{AsOf: day("2026-02-28"), Memory: memory, TempDir: t.TempDir()})
		if err != nil || len(s.Date) != 1 {
			t.Fatalf("memory %d: %v, %v", memory, s, err)
		}
		s.Table.Close()
	}
	_, err := LoadSnapshots(t.Context(), dir, roles, usesNPS, Reading{AsOf: day("2026-03-31")})
	mentions(t, refusal(t, err)[0].String(), `"nps"`, "part-1.parquet", "1 of 2 files")
}

func TestColumnsThatOnlySomePartsHaveAreNamed(t *testing.T) {
	dir := t.TempDir()
	writeTo(t, filepath.Join(dir, "part-0.parquet"), texts("account_id", "a"), days("snapshot_date", "2026-01-31"), floats("nps", 1))
	writeTo(t, filepath.Join(dir, "part-1.parquet"), texts("account_id", "b"), days("snapshot_date", "2026-01-31"), floats("nps", 1),
		floats("e1", 1), floats("e2", 1), floats("e3", 1), floats("e4", 1), floats("e5", 1))
	s, err := LoadSnapshots(t.Context(), dir, standard, usesNPS, everything)
	if err != nil {
		t.Fatal(err)
	}
	if got := warned(s.Warnings, "parts_differ"); len(got) != 1 {
		t.Errorf("warnings %q", s.Warnings)
	} else {
		mentions(t, got[0], `"e1", "e2", "e3", "e4" and 1 more`, "part-1.parquet", "2 files")
		if strings.Contains(got[0], "nps") {
			t.Errorf("a column of both files is named: %q", got[0])
		}
	}
}
