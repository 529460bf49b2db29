package export

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"holdfast/dataset"
	"holdfast/features/sql"
	"holdfast/features/sql/sqltest"
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

// put adds a row under its name. Versions of a day that are known from one day on have the
// same: the one with the smaller p goes first.
func (r scoredRow) put(rows map[string]scoredRow, name string) {
	if before, twice := rows[name]; twice {
		if before.p > r.p {
			before, r = r, before
		}
		rows[name] = before
		r.put(rows, name+" again")
		return
	}
	rows[name] = r
}

// goScores are those of the Go scorer: of some snapshots, ascending, or of those of them that
// are the newest of their account.
func goScores(t testing.TB, m *models.Model, s *dataset.Snapshots, rows []int32, all bool) map[string]scoredRow {
	t.Helper()
	predicted, _, err := m.Predict(t.Context(), len(rows), s.Table.Batches(rows))
	if err != nil {
		t.Fatal(err)
	}
	accounts := make([]int32, len(rows))
	for i, r := range rows {
		accounts[i] = s.Account[r]
	}
	bands := m.BandsInTurn(accounts, predicted)
	var outlook []models.Prospect
	if m.Outlook != nil {
		if outlook, _, err = m.Prospects(t.Context(), predicted.Eta, s.Table.Batches(rows)); err != nil {
			t.Fatal(err)
		}
	}
	newest := make(map[int32]bool)
	for _, r := range s.Newest() {
		newest[r] = true
	}
	scores := make(map[string]scoredRow, len(rows))
	for i, r := range rows {
		if !all && !newest[r] {
			continue
		}
		eta := predicted.Eta[i]
		one := scoredRow{p: models.Probability(eta), health: models.Health(eta), band: string(bands[i])}
		if outlook != nil {
			one.prospect = []float64{outlook[i].Leave, outlook[i].Shrink, outlook[i].Renew, outlook[i].Grow}
		}
		name := key(s.Accounts[s.Account[r]], s.Date[r].String())
		if s.Known != nil {
			name += " known " + s.Known[r].String()
		}
		one.put(scores, name)
	}
	return scores
}

// everyRow are all rows of snapshots.
func everyRow(s *dataset.Snapshots) []int32 {
	rows := make([]int32, len(s.Date))
	for i := range rows {
		rows[i] = int32(i)
	}
	return rows
}

// sqlScores are those of an engine.
func sqlScores(t testing.TB, m *models.Model, e sqltest.Engine, all bool) map[string]scoredRow {
	t.Helper()
	var text strings.Builder
	if err := SQL(&text, m, e.Dialect(), Options{AllSnapshots: all}); err != nil {
		t.Fatal(err)
	}
	scores := make(map[string]scoredRow)
	for _, row := range e.Query(t, text.String()) {
		name := key(fmt.Sprint(row[0]), dayOf(row[1]))
		if m.Columns.RecordedAt != "" {
			name += " known " + dayOf(row[2])
			row = row[1:]
		}
		one := scoredRow{p: sqltest.Number(t, row[2]), health: sqltest.Number(t, row[3])}
		if row[4] != nil {
			one.band = fmt.Sprint(row[4])
		}
		for _, v := range row[5:] {
			one.prospect = append(one.prospect, sqltest.Number(t, v))
		}
		if _, twice := scores[name]; twice && m.Columns.RecordedAt == "" {
			t.Fatalf("%s is there twice", name)
		}
		one.put(scores, name)
	}
	return scores
}

// dayOf is the day of a date as a driver gives it.
func dayOf(v any) string {
	if moment, ok := v.(time.Time); ok {
		return moment.Format(time.DateOnly)
	}
	day := fmt.Sprint(v)
	return day[:min(len(day), 10)]
}

// same compares two rows: p and health within the tolerance, relatively, bands always.
func same(got, want scoredRow) bool {
	return agrees(got.p, want.p) && agrees(got.health, want.health) && got.band == want.band &&
		slices.EqualFunc(got.prospect, want.prospect, func(a, b float64) bool {
			return math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) <= 2*tolerance
		})
}

// compareSQL demands that an engine, loaded with these rows, agrees with the Go scorer on each
// of them, as on the newest of each account, and says which row is worst.
func compareSQL(t testing.TB, m *models.Model, e sqltest.Engine, s *dataset.Snapshots, rows []int32) {
	t.Helper()
	for _, all := range []bool{true, false} {
		differ, summary := compareScores(goScores(t, m, s, rows, all), sqlScores(t, m, e, all), beyond(m, s))
		if len(differ) > 0 {
			t.Error(strings.Join(differ[:min(5, len(differ))], "\n"))
		}
		t.Logf("%s, %s, all %v: %s", m.Name, e.Dialect(), all, summary)
	}
}

// compareScores compares row by row, but those that are strange: what differs, and what is
// to be known of the rest.
func compareScores(want, got map[string]scoredRow, strange map[string]bool) (differ []string, summary string) {
	unscored, worst, at := 0, 0.0, "none"
	for _, name := range slices.Sorted(maps.Keys(want)) {
		w, g := want[name], got[name]
		if strange[name] {
			continue
		}
		if _, ok := got[name]; !ok || !same(g, w) {
			differ = append(differ, fmt.Sprintf("%s: %+v, of the scorer %+v", name, g, w))
		}
		if w.p != w.p {
			unscored++
		} else if by := math.Abs(g.p-w.p) / w.p; by > worst {
			worst, at = by, name
		}
	}
	if len(got) != len(want) {
		differ = append(differ, fmt.Sprintf("%d rows, and of the scorer %d", len(got), len(want)))
	}
	return differ, fmt.Sprintf("%d rows, %d beyond what is compared, %d unscored, %d differ; the worst is %s, by %.2g of p",
		len(want), len(strange), unscored, len(differ), at, worst)
}

// beyond are the rows that are not compared: the sums of a platform's card may be infinite in
// the Go scorer.
func beyond(m *models.Model, s *dataset.Snapshots) map[string]bool {
	rows := make(map[string]bool)
	for _, c := range s.Table.Columns() {
		for i, v := range c.Vector().Numbers {
			if m.Card != nil && math.Abs(v) > 1e299 {
				rows[key(s.Accounts[s.Account[i]], s.Date[i].String())] = true
			}
		}
	}
	return rows
}

// Every kind of model and of factor, every operator and function, over values that go wrong.
func TestSQLGivesWhatTheScorerGivesOnEveryOddRow(t *testing.T) {
	engines := sqltest.Here(t)
	spec := company(t, 600, 2, odd())
	for _, c := range candidates() {
		m := fit(t, c)
		uses, err := m.Uses()
		if err != nil {
			t.Fatal(err)
		}
		s, _ := rows(t, m)
		in := sheetOf(s, m.Columns, uses, nil, "")
		in.Parquet = spec.Snapshots
		for _, e := range engines {
			t.Run(c.Name+"/"+string(e.Dialect()), func(t *testing.T) {
				e.Load(t, in)
				compareSQL(t, m, e, s, everyRow(s))
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
	for name, c := range map[string]struct {
		m     *models.Model
		words string
	}{"predictions": {&foreign, "predictions"}} {
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
	e := sqltest.SQLite(t)
	e.Load(t, sheetOf(s, m.Columns, uses, nil, ""))
	compareSQL(t, m, e, s, everyRow(s))
}
