package main

import (
	"context"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"holdfast/features/sql"
	"holdfast/models"
	"holdfast/models/export"
)

// verified fits a model on a small simulated company, and returns the flags that export it.
func verified(t *testing.T) exportFlags {
	t.Helper()
	dir := t.TempDir()
	mustRun := func(args ...string) {
		var out, complaint strings.Builder
		if code := run(append(args, "--quiet"), &out, &complaint); code != exitDone {
			t.Fatalf("%v: exit %d: %s", args, code, complaint.String())
		}
	}
	mustRun("simulate", "--accounts", "60", "--months", "24", "--seed", "3", "--out", dir)
	mustRun("fit", "-c", filepath.Join(dir, "holdfast.yaml"), "--candidate", "today", "--out", filepath.Join(dir, "fitted"))
	return exportFlags{model: filepath.Join(dir, "fitted", "model.json"), to: "sql", table: "snapshots", all: true,
		verify: filepath.Join(dir, "snapshots"), dialect: string(sql.SQLite)}
}

// changed is a database that changes the rows which another gives.
type changed struct {
	database
	change func([]verifiedRow) []verifiedRow
}

func (c changed) run(ctx context.Context, t *snapshotTable, name, text string) ([]verifiedRow, error) {
	rows, err := c.database.run(ctx, t, name, text)
	return c.change(rows), err
}

// verifyIn runs the SELECT in a database and compares.
func verifyIn(t *testing.T, f exportFlags, db database) *verification {
	t.Helper()
	m, err := readModel(f.model)
	if err != nil {
		t.Fatal(err)
	}
	a := &app{quiet: true}
	s, err := a.scoreSnapshots(t.Context(), m, f.verify)
	if err != nil {
		t.Fatal(err)
	}
	table, err := tableOf(m, s)
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	if err := export.SQL(&text, m, db.dialect(), export.Options{Table: "rows", AllSnapshots: f.all}); err != nil {
		t.Fatal(err)
	}
	rows, err := db.run(t.Context(), table, "rows", text.String())
	if err != nil {
		t.Fatal(err)
	}
	v, err := compareRows(t.Context(), m, s, f.all, rows)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// Whatever is wrong with one row in a thousand is found, and that row is named.
func TestVerifyFindsEveryDifference(t *testing.T) {
	f := verified(t)
	at := 7
	for what, change := range map[string]func([]verifiedRow) []verifiedRow{
		"p differs in the twelfth digit": func(r []verifiedRow) []verifiedRow { r[at].p *= 1 + 3e-12; return r },
		"health differs":                 func(r []verifiedRow) []verifiedRow { r[at].health *= 1 - 3e-12; return r },
		"another band":                   func(r []verifiedRow) []verifiedRow { r[at].band = "purple"; return r },
		"no band":                        func(r []verifiedRow) []verifiedRow { r[at].band = ""; return r },
		"no score":                       func(r []verifiedRow) []verifiedRow { r[at].p, r[at].health = math.NaN(), math.NaN(); return r },
		"p is infinite":                  func(r []verifiedRow) []verifiedRow { r[at].p = math.Inf(1); return r },
		"a row too few":                  func(r []verifiedRow) []verifiedRow { return slices.Delete(r, at, at+1) },
	} {
		t.Run(what, func(t *testing.T) {
			var victim verifiedRow
			v := verifyIn(t, f, changed{&sqliteDatabase{}, func(r []verifiedRow) []verifiedRow { victim = r[at]; return change(r) }})
			if v.Differ != 1 || v.Worst.Account != victim.account || v.Worst.AsOf != victim.day {
				t.Errorf("%d differ, the worst is %+v, and not %s on %s", v.Differ, v.Worst, victim.account, victim.day)
			}
		})
	}
	v := verifyIn(t, f, changed{&sqliteDatabase{}, func(r []verifiedRow) []verifiedRow {
		return append(r, verifiedRow{account: "nobody", day: "2024-01-01"})
	}})
	if v.Differ != 1 {
		t.Errorf("of a row too many, %d differ", v.Differ)
	}
}

func TestVerifyRefusesAndWritesNothingWhenARowDiffers(t *testing.T) {
	a := &app{stdout: &strings.Builder{}, stderr: &strings.Builder{}}
	err := a.printVerification(&verification{Model: "m", Dialect: sql.SQLite, Rows: 10, Differ: 1, Tolerance: verifyTolerance,
		Worst: &worstRow{Account: "A1", AsOf: "2024-01-31", SQL: 0.5, Scorer: models.Undefined(), BandSQL: "red"}})
	if exitCode(t.Context(), err) != exitModel || !strings.Contains(err.Error(), "account A1 on 2024-01-31: p 0.5, red in sqlite, none by the scorer") {
		t.Errorf("%v", err)
	}
}

func TestVerifyAgreesInEveryEngineThatIsHere(t *testing.T) {
	f := verified(t)
	for _, dialect := range []sql.Dialect{sql.SQLite, sql.DuckDB, sql.Postgres} {
		t.Run(string(dialect), func(t *testing.T) {
			f := f
			f.dialect, f.engine = string(dialect), os.Getenv("HOLDFAST_DUCKDB")
			if dialect == sql.DuckDB && f.engine == "" || dialect == sql.Postgres && os.Getenv("HOLDFAST_POSTGRES") == "" {
				t.Skipf("HOLDFAST_%s is not set: that --verify works with it was not checked here; .ci/engines checks it", strings.ToUpper(string(dialect)))
			}
			db, err := f.database()
			if err != nil {
				t.Fatal(err)
			}
			for _, f.all = range []bool{true, false} {
				if v := verifyIn(t, f, db); v.Differ > 0 || v.Rows == 0 {
					t.Errorf("all %v: %d of %d rows differ: %+v", f.all, v.Differ, v.Rows, v.Worst)
				}
			}
		})
	}
}
