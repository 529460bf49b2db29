package export

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/dataset/parquetio"
	"holdfast/features/sql"
	"holdfast/models"
)

var updateSQL = flag.Bool("update-sql", false, "write the reviewed SQL of every dialect")

// scoredRow is what the Go scorer says of a row, or an engine.
type scoredRow struct {
	p, health float64
	band      string
	prospect  []float64
}

// key names a row by account and day.
func key(account string, day string) string { return account + " on " + day }

// goScores are those of the Go scorer: of every snapshot, or of the newest of each account.
func goScores(t testing.TB, m *models.Model, s *dataset.Snapshots, all bool) map[string]scoredRow {
	t.Helper()
	every := make([]int32, len(s.Date))
	for i := range every {
		every[i] = int32(i)
	}
	predicted, _, err := m.Predict(t.Context(), len(every), s.Table.Batches(every))
	if err != nil {
		t.Fatal(err)
	}
	bands := m.BandsInTurn(s.Account, predicted)
	var outlook []models.Prospect
	if m.Outlook != nil {
		if outlook, _, err = m.Prospects(t.Context(), predicted.Eta, s.Table.Batches(every)); err != nil {
			t.Fatal(err)
		}
	}
	rows := every
	if !all {
		rows = s.Newest()
	}
	scores := make(map[string]scoredRow, len(rows))
	for _, r := range rows {
		eta := predicted.Eta[r]
		one := scoredRow{p: models.Probability(eta), health: models.Health(eta), band: string(bands[r])}
		if outlook != nil {
			one.prospect = []float64{outlook[r].Leave, outlook[r].Shrink, outlook[r].Renew, outlook[r].Grow}
		}
		scores[key(s.Accounts[s.Account[r]], s.Date[r].String())] = one
	}
	return scores
}

// sqlScores are those of an engine.
func sqlScores(t testing.TB, m *models.Model, e database, all bool) map[string]scoredRow {
	t.Helper()
	var text strings.Builder
	if err := SQL(&text, m, e.dialect(), Options{AllSnapshots: all}); err != nil {
		t.Fatal(err)
	}
	scores := make(map[string]scoredRow)
	for _, row := range e.query(t, text.String()) {
		one := scoredRow{p: numberOfCell(t, row[2]), health: numberOfCell(t, row[3])}
		if row[4] != nil {
			one.band = fmt.Sprint(row[4])
		}
		for _, v := range row[5:] {
			one.prospect = append(one.prospect, numberOfCell(t, v))
		}
		day := fmt.Sprint(row[1])
		if moment, ok := row[1].(time.Time); ok {
			day = moment.Format(time.DateOnly)
		}
		name := key(fmt.Sprint(row[0]), day[:min(len(day), 10)])
		if _, twice := scores[name]; twice {
			t.Fatalf("%s is there twice", name)
		}
		scores[name] = one
	}
	return scores
}

// same compares two rows: p and health within the tolerance, relatively, bands always.
func same(got, want scoredRow) bool {
	return agrees(got.p, want.p) && agrees(got.health, want.health) && got.band == want.band &&
		slices.EqualFunc(got.prospect, want.prospect, func(a, b float64) bool {
			return math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) <= 2*tolerance
		})
}

// compareSQL demands that an engine agrees with the Go scorer on every row, and says which row
// is worst.
func compareSQL(t testing.TB, m *models.Model, e database, s *dataset.Snapshots, all bool) {
	t.Helper()
	want, got := goScores(t, m, s, all), sqlScores(t, m, e, all)
	names := make([]string, 0, len(want))
	for name := range want {
		names = append(names, name)
	}
	slices.Sort(names)
	differ, unscored, worst, at := 0, 0, 0.0, "none"
	strange := beyond(m, s)
	for _, name := range names {
		w, g := want[name], got[name]
		if strange[name] {
			continue
		}
		if _, ok := got[name]; !ok || !same(g, w) {
			if differ++; differ <= 5 {
				t.Errorf("%s, %s: %+v, of the scorer %+v", e.dialect(), name, g, w)
			}
		}
		if w.p != w.p {
			unscored++
		} else if by := math.Abs(g.p-w.p) / w.p; by > worst {
			worst, at = by, name
		}
	}
	if len(got) != len(want) {
		t.Errorf("%s gives %d rows, and the scorer %d", e.dialect(), len(got), len(want))
	}
	t.Logf("%s, %s, all %v: %d rows, %d beyond what is compared, %d unscored, %d differ; the worst is %s, by %.2g of p", m.Name, e.dialect(), all, len(want), len(strange), unscored, differ, at, worst)
}

// beyond are the rows that are not compared, because what the Go scorer says of them is no
// number that another library would find: on amd64, package math has no logarithm of numbers
// below the normal ones and no power of e above 709.43; and the sums of a platform's card may
// be infinite.
func beyond(m *models.Model, s *dataset.Snapshots) map[string]bool {
	rows := make(map[string]bool)
	for _, c := range s.Table.Columns() {
		for i, v := range c.Vector().Numbers {
			size := math.Abs(v)
			if m.Name == "expressions" && (size > 0 && size < 0x1p-1022 || size > 709.4 && size < 709.8) || m.Card != nil && size > 1e299 {
				rows[key(s.Accounts[s.Account[i]], s.Date[i].String())] = true
			}
		}
	}
	return rows
}

// sheetOf is what was read of the snapshots, as a table for an engine.
func sheetOf(s *dataset.Snapshots, roles dataset.Columns, uses expr.Columns, ints map[string]bool, parquet string) *sheet {
	out := &sheet{rows: len(s.Date), parquet: parquet}
	out.columns = []sheetColumn{
		{name: roles.Account, kind: expr.Text, cell: func(i int) any { return s.Accounts[s.Account[i]] }},
		{name: roles.SnapshotDate, kind: expr.Day, cell: func(i int) any { return s.Date[i] }},
	}
	for _, c := range s.Table.Columns() {
		kind, used := uses[c.Name]
		if !used || c.Name == roles.Account || c.Name == roles.SnapshotDate {
			continue // a history
		}
		v := c.Vector()
		out.columns = append(out.columns, sheetColumn{name: c.Name, kind: kind, ints: ints[c.Name], cell: func(i int) any { return cellOf(v, kind, i) }})
	}
	return out
}

// cellOf is a value of a column.
func cellOf(v expr.Vector, kind expr.Type, i int) any {
	switch {
	case kind == expr.Text:
		if v.Codes[i] < 0 {
			return nil
		}
		return v.Levels[v.Codes[i]]
	case math.IsNaN(v.Numbers[i]):
		return nil
	case kind == expr.Bool:
		return v.Numbers[i] != 0
	case kind == expr.Day:
		return dataset.Date(v.Numbers[i])
	}
	return v.Numbers[i]
}

// wholes are the columns of a file that hold integers.
func wholes(t testing.TB, path string) map[string]bool {
	t.Helper()
	schema, err := dataset.Inspect(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	ints := make(map[string]bool)
	for _, f := range schema.Fields {
		ints[f.Name] = f.Kind == parquetio.Int || f.Kind == parquetio.Uint
	}
	return ints
}

// Every kind of model and of factor, every operator and function, over values that go wrong.
func TestSQLGivesWhatTheScorerGivesOnEveryOddRow(t *testing.T) {
	found := databases(t)
	spec := company(t, 600, 2, true)
	for _, c := range candidates() {
		m := fit(t, c)
		uses, err := m.Uses()
		if err != nil {
			t.Fatal(err)
		}
		s, _ := rows(t, m)
		in := sheetOf(s, m.Columns, uses, nil, "")
		in.parquet = spec.Snapshots
		for _, name := range inTurn(found) {
			t.Run(c.Name+"/"+name, func(t *testing.T) {
				e := found[name]
				e.load(t, in)
				compareSQL(t, m, e, s, true)
				compareSQL(t, m, e, s, false)
			})
		}
	}
}

// golden is the text of a model with histories, bins, levels and bands in every dialect: what
// changes there changes for every user of that engine.
func TestTheTextOfEveryDialectIsAsReviewed(t *testing.T) {
	m := fit(t, candidates()[0])
	for _, d := range sql.Dialects() {
		t.Run(string(d), func(t *testing.T) {
			var text strings.Builder
			if err := SQL(&text, m, d, Options{Table: "analytics.snapshots"}); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join("testdata", "sql", string(d)+".sql")
			if *updateSQL {
				if err := os.WriteFile(path, []byte(text.String()), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if text.String() != string(want) {
				t.Errorf("the text is no longer that of %s; read the difference, then run go test ./models/export -update-sql", path)
			}
		})
	}
}

func TestWhatSQLCannotSayIsRefusedByName(t *testing.T) {
	m := fit(t, candidates()[2])
	foreign := *m
	foreign.Kind = models.Predicted
	late := *fit(t, candidates()[0])
	late.Columns.RecordedAt = "recorded_at"
	for name, c := range map[string]struct {
		m     *models.Model
		words string
	}{"predictions": {&foreign, "predictions"}, "late rows": {&late, "recorded_at"}} {
		t.Run(name, func(t *testing.T) {
			err := SQL(io.Discard, c.m, sql.DuckDB, Options{})
			var refused *UnsupportedError
			if !errors.As(err, &refused) || !strings.Contains(err.Error(), c.words) {
				t.Errorf("got %v, want an UnsupportedError with the word %q", err, c.words)
			}
		})
	}
	if err := SQL(io.Discard, m, "oracle", Options{}); err == nil || !strings.Contains(err.Error(), "the dialects are duckdb") {
		t.Errorf("an unknown dialect gives %v", err)
	}
}

// A threshold is the probability of a training row, which lies exactly on it.
func TestTheLeastLogOddsOfAThresholdReachIt(t *testing.T) {
	for _, p := range []float64{1e-300, 1e-9, 0.05, 0.3, 0.5, 0.7, 0.999999, 1} {
		least := leastEta(func(eta float64) bool { return models.Probability(eta) >= p })
		if models.Probability(least) < p || models.Probability(math.Nextafter(least, math.Inf(-1))) >= p {
			t.Errorf("%v: log-odds %v have probability %v", p, least, models.Probability(least))
		}
	}
}

// A band that is left only well below its threshold is a matter of the rows before.
func TestHysteresisInSQLIsThatOfTheScorer(t *testing.T) {
	m := fit(t, candidates()[3])
	m.Bands.Hysteresis = 0.1
	s, _ := rows(t, m)
	uses, err := m.Uses()
	if err != nil {
		t.Fatal(err)
	}
	e := openSQLite(t)
	e.load(t, sheetOf(s, m.Columns, uses, nil, ""))
	compareSQL(t, m, e, s, true)
	compareSQL(t, m, e, s, false)
}
