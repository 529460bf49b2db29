package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"holdfast/cmd/holdfast/internal/texttab"
	"holdfast/dataset"
	"holdfast/features/sql"
	"holdfast/models"
	"holdfast/models/export"
)

// verifyTolerance is by how much p and health may differ, relatively: another library's exp
// and ln, and sums over the past in another order, end on another digit.
const verifyTolerance = 1e-12

// database is an engine that runs an exported SELECT.
type database interface {
	dialect() sql.Dialect
	// run loads the snapshots into a table of the name, runs the SELECT, and gives its rows:
	// account, day, p, health and band.
	run(ctx context.Context, t *snapshotTable, name, text string) ([]verifiedRow, error)
}

// verifiedRow is what a database says of a snapshot. What is NULL there is NaN, or empty.
type verifiedRow struct {
	account   string
	day       string // of the snapshot, and from which day it was known if that is a later one
	p, health float64
	band      string
}

// verification is the finding, for people and as JSON.
type verification struct {
	Model     string      `json:"model"`
	Dialect   sql.Dialect `json:"dialect"`
	Rows      int         `json:"rows"`
	Unscored  int         `json:"unscored"`
	Differ    int         `json:"differ"`
	Tolerance float64     `json:"tolerance"`
	Worst     *worstRow   `json:"worst"` // null: no row has a score
}

// worstRow is the row that differs most.
type worstRow struct {
	Account string      `json:"account"`
	AsOf    string      `json:"as_of"`
	SQL     models.Stat `json:"p_sql"`
	Scorer  models.Stat `json:"p_scorer"`
	BandSQL string      `json:"band_sql"`
	Band    string      `json:"band_scorer"`
	By      models.Stat `json:"difference"` // of p, relative; null where one of the two has no score
}

// verify runs the SQL of a model over snapshots and compares every row with the scorer.
func (a *app) verify(ctx context.Context, m *models.Model, f exportFlags) error {
	db, err := f.database()
	if err != nil {
		return err
	}
	s, err := a.scoreSnapshots(ctx, m, f.verify)
	if err != nil {
		return err
	}
	if err := a.warn(exitData, s.Warnings); err != nil {
		return err
	}
	t, err := tableOf(m, s)
	if err != nil {
		return err
	}
	const table = "holdfast_verify"
	var text strings.Builder
	if err := export.SQL(&text, m, db.dialect(), export.Options{Table: table, AllSnapshots: f.all}); err != nil {
		return refusedExport(err)
	}
	got, err := db.run(ctx, t, table, text.String())
	if err != nil {
		return fail(exitOutput, fmt.Errorf("--verify: %s: %w", db.dialect(), err))
	}
	v, err := compareRows(ctx, m, s, f.all, got)
	if err != nil {
		return err
	}
	v.Dialect = db.dialect()
	return a.printVerification(v)
}

// compareRows holds what a database says against the scorer.
func compareRows(ctx context.Context, m *models.Model, s *dataset.Snapshots, all bool, got []verifiedRow) (*verification, error) {
	want, err := scorerRows(ctx, m, s, all)
	if err != nil {
		return nil, err
	}
	found := make(map[[2]string][]verifiedRow, len(got)) // several: versions that were known from one day on
	for _, r := range got {
		key := [2]string{r.account, r.day}
		found[key] = append(found[key], r)
	}
	v := &verification{Model: m.Name, Rows: len(want), Tolerance: verifyTolerance}
	v.Differ = max(0, len(got)-len(want)) // rows that should not be there
	worst := -1.0
	for _, w := range want {
		key := [2]string{w.account, w.day}
		g := verifiedRow{p: math.Inf(1), health: math.Inf(1), band: "(no such row)"}
		if rows := found[key]; len(rows) > 0 {
			k := nearest(rows, w)
			g = rows[k] // before it is deleted, which may overwrite it
			found[key] = slices.Delete(rows, k, k+1)
		}
		if math.IsNaN(w.p) {
			v.Unscored++
		}
		by := apartBy(g, w)
		if !(by <= verifyTolerance) {
			v.Differ++
		}
		if by > worst && !(math.IsNaN(w.p) && by == 0) {
			worst = by
			v.Worst = &worstRow{w.account, w.day, models.Stat(g.p), models.Stat(w.p), g.band, w.band, models.Stat(by)}
			if math.IsInf(by, 1) {
				v.Worst.By = models.Undefined()
			}
			if math.IsInf(g.p, 1) {
				v.Worst.SQL = models.Undefined()
			}
		}
	}
	return v, nil
}

// nearest is the place of the row that is most like another.
func nearest(rows []verifiedRow, to verifiedRow) int {
	best := 0
	for k := range rows {
		if apartBy(rows[k], to) < apartBy(rows[best], to) {
			best = k
		}
	}
	return best
}

// apartBy is by how much two rows differ, relatively; infinity where one has a score and
// the other none, or where the bands are not the same.
func apartBy(g, w verifiedRow) float64 {
	if g.band != w.band || math.IsNaN(g.p) != math.IsNaN(w.p) || math.IsInf(g.p, 0) {
		return math.Inf(1)
	}
	if math.IsNaN(w.p) {
		return 0
	}
	return max(relative(g.p, w.p), relative(g.health, w.health))
}

// relative is the difference of two numbers as a share of the second; infinity where one
// of them is none.
func relative(got, want float64) float64 {
	if got == want {
		return 0
	}
	by := math.Abs(got-want) / want
	if math.IsNaN(by) {
		return math.Inf(1)
	}
	return by
}

// scorerRows are the scores of every snapshot, or of the newest of each account.
func scorerRows(ctx context.Context, m *models.Model, s *dataset.Snapshots, all bool) ([]verifiedRow, error) {
	every := make([]int32, len(s.Date))
	for i := range every {
		every[i] = int32(i)
	}
	p, _, err := m.Predict(ctx, len(every), s.Table.Batches(every))
	if err != nil {
		return nil, err
	}
	bands := m.BandsInTurn(s.Account, p)
	rows := every
	if !all {
		rows = s.Newest()
	}
	list := make([]verifiedRow, len(rows))
	for i, r := range rows {
		known := s.Date[r]
		if s.Known != nil {
			known = s.Known[r]
		}
		list[i] = verifiedRow{account: s.Accounts[s.Account[r]], day: dayKnown(s.Date[r].String(), known.String()),
			p: models.Probability(p.Eta[r]), health: models.Health(p.Eta[r]), band: string(bands[r])}
	}
	return list, nil
}

// dayKnown is a day, and the one from which it was known if that is another.
func dayKnown(day, known string) string {
	if known == day {
		return day
	}
	return day + " (known " + known + ")"
}

// printVerification says how many rows were compared and which is worst; rows that differ
// are an error.
func (a *app) printVerification(v *verification) error {
	if a.json {
		if err := writeJSON(a.stdout, v); err != nil {
			return fail(exitOutput, err)
		}
	}
	a.printf("%s rows compared in %s, %s of them without a score; %s differ by more than %g of p or health, or in the band\n",
		texttab.Group(fmt.Sprint(v.Rows)), v.Dialect, texttab.Group(fmt.Sprint(v.Unscored)), texttab.Group(fmt.Sprint(v.Differ)), v.Tolerance)
	worst := ""
	if w := v.Worst; w != nil {
		worst = fmt.Sprintf("account %s on %s: p %s%s in %s, %s%s by the scorer", plain(w.Account), w.AsOf,
			exact(w.SQL), banded(models.Band(w.BandSQL)), v.Dialect, exact(w.Scorer), banded(models.Band(w.Band)))
		a.printf("the worst row is %s\n", worst)
	}
	if v.Differ > 0 {
		return fail(exitModel, fmt.Errorf("%d of %d rows differ between %s and the scorer, the worst %s; nothing was written: please report it with the model file", v.Differ, v.Rows, v.Dialect, worst))
	}
	return nil
}

// exact is a number with all of its digits.
func exact(v models.Stat) string {
	if !v.Defined() {
		return "none"
	}
	return number(float64(v))
}

// readDay is the day of a cell of a result, however the driver gives it.
func readDay(v any) (string, error) {
	switch v := v.(type) {
	case time.Time:
		return v.Format(time.DateOnly), nil
	case string:
		if len(v) >= len(time.DateOnly) {
			return v[:len(time.DateOnly)], nil
		}
	case []byte:
		return readDay(string(v))
	}
	return "", fmt.Errorf("the day of a row is %v, of type %T", v, v)
}

// errNoEngine says how to get an engine for the dialect.
var errNoEngine = errors.New("--verify with --dialect duckdb needs a duckdb: put its program on the path, or name it, or a python that has the module, with --engine")
