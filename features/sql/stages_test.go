package sql

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/dataset/history"
)

func TestOneTextIsOneColumn(t *testing.T) {
	q := begun(t, DuckDB)
	x := q.Column("x", expr.Number)
	twice := q.Raw(expr.Number, "(%s + %[1]s)", x)
	first, again := q.Bind(twice, "double"), q.Bind(twice, "another name")
	if first.text != again.text || first.stage != 1 {
		t.Errorf("bound as %s in stage %d, and again as %s", first.text, first.stage, again.text)
	}
	if truth := q.Bind(q.Raw(expr.Bool, "(%s + %[1]s)", x), "double"); truth.text == first.text {
		t.Error("the same text of another type is the same column")
	}
}

// What is long is written once, what is short or known where it stands.
func TestOnlyLongTextsBecomeColumns(t *testing.T) {
	q := begun(t, Postgres)
	short := q.Raw(expr.Number, strings.Repeat("a", longest))
	if got := q.Once(short, "v"); got.text != short.text {
		t.Errorf("%d bytes became %s", longest, got.text)
	}
	if got := q.Once(q.Raw(expr.Number, strings.Repeat("a", longest+1)), "v"); len(got.text) > longest {
		t.Errorf("%d bytes stay as they are", longest+1)
	}
	if known := q.Number(1); q.Once(known, "v").text != known.text {
		t.Error("a number that is known became a column")
	}
}

// names of columns that a query defines, or reads.
var columnName = regexp.MustCompile(`\bc\d+_?\w*`)

// A stage may read what the stage before it gives, and nothing else.
func TestEveryStageReadsOnlyTheOneBefore(t *testing.T) {
	for _, d := range Dialects() {
		q := begun(t, d)
		q.Distinct()
		if err := q.Histories(everyHistory()); err != nil {
			t.Fatal(err)
		}
		q.Newest()
		outputs := []Output{{"account", q.Account()}, {"day", q.Date()}, {"v", q.expression(t, "x ^ y % 3 + (b ? round(x) : log1p(y))")}}
		for i, s := range everyHistory() {
			outputs = append(outputs, Output{fmt.Sprint("h", i), q.past[s.Name()]})
		}
		stages := strings.Split(q.written(t, outputs...), "\n), ")
		last := stages[len(stages)-1]
		split := strings.Index(last, "\n)\nSELECT")
		stages = append(stages[:len(stages)-1], last[:split], last[split:])
		var gives []string
		for i, stage := range stages {
			var defined []string
			reads, _, _ := strings.Cut(stage, "\n  FROM ")
			for _, item := range strings.Split(reads, ",\n    ") {
				if name := item[strings.LastIndex(item, " ")+1:]; columnName.MatchString(name) {
					defined = append(defined, strings.TrimSpace(name))
				}
			}
			for _, name := range columnName.FindAllString(stage, -1) {
				if !slices.Contains(gives, name) && !slices.Contains(defined, name) {
					t.Fatalf("%s: stage %d reads %s, which the one before does not give\n%s", d, i, name, stage)
				}
			}
			gives = defined
		}
		if len(stages) < 5 {
			t.Errorf("%s: %d stages", d, len(stages))
		}
	}
}

// everyHistory is one of each function.
func everyHistory() []history.Spec {
	list := []history.Spec{{As: history.Age, Of: "since", OverDays: 400}}
	for _, as := range []history.Function{history.Change, history.PctChange, history.Slope, history.Mean, history.Sum, history.Min, history.Max, history.DaysSince} {
		list = append(list, history.Spec{As: as, Of: "x", OverDays: 90})
	}
	return list
}

func TestWhatNoOutputNeedsIsNotComputed(t *testing.T) {
	q := begun(t, DuckDB)
	q.Bind(q.expression(t, "x + y"), "unused")
	text := q.written(t, Output{"account", q.Account()})
	if strings.Contains(text, "unused") || strings.Contains(text, `"x"`) {
		t.Errorf("it is computed all the same:\n%s", text)
	}
}

// A window that was bound before rows are left out has seen them, and one bound later has not.
func TestRowsAreLeftOutBetweenStages(t *testing.T) {
	q := begun(t, DuckDB)
	before := q.Bind(q.Raw(expr.Number, "COUNT(*) OVER (PARTITION BY %s)", q.Account()), "before")
	q.Keep(q.expression(t, "x > 1"))
	after := q.Bind(q.Raw(expr.Number, "COUNT(*) OVER (PARTITION BY %s ORDER BY 1)", q.Account()), "after")
	if before.stage >= after.stage || q.cuts[0].stage <= before.stage || q.cuts[0].stage >= after.stage {
		t.Errorf("before in stage %d, the cut in %d, after in %d", before.stage, q.cuts[0].stage, after.stage)
	}
	if text := q.written(t, Output{"a", before}, Output{"b", after}); strings.Count(text, "WHERE (c3_x > 1e0)") != 1 {
		t.Errorf("rows are not left out once:\n%s", text)
	}
}

// PostgreSQL would write each stage into the next, and SQLite as well.
func TestStagesAreKeptApartWhereAnEngineWouldMergeThem(t *testing.T) {
	for d, want := range map[Dialect]string{Postgres: "\n  OFFSET 0\n)", SQLite: " AS MATERIALIZED (", DuckDB: ""} {
		q := begun(t, d)
		text := q.written(t, Output{"v", q.Bind(q.expression(t, "x"), "v")})
		if n := strings.Count(text, want); want != "" && n != 2 {
			t.Errorf("%s: %q stands in %d of 2 stages\n%s", d, want, n, text)
		}
		if want == "" && (strings.Contains(text, "OFFSET") || strings.Contains(text, "MATERIALIZED")) {
			t.Errorf("%s: %s", d, text)
		}
	}
}

func TestStagesHaveNamesThatTheTableHasNot(t *testing.T) {
	q, err := New(DuckDB, "HF_1.xhf_", dataset.Columns{Account: "a", SnapshotDate: "d"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if text := q.written(t, Output{"a", q.Account()}); !strings.Contains(text, "WITH xxhf_0 AS") || !strings.Contains(text, `FROM "HF_1"."xhf_" AS t`) {
		t.Error(text)
	}
}

func TestTheSameCallsWriteTheSameText(t *testing.T) {
	write := func() string {
		q := begun(t, Snowflake)
		if err := q.Histories(everyHistory()); err != nil {
			t.Fatal(err)
		}
		return q.written(t, Output{"v", q.expression(t, "x / y")}, Output{"h", q.past[everyHistory()[1].Name()]})
	}
	first := write()
	for range 5 {
		if again := write(); again != first {
			t.Fatalf("once\n%s\nand once\n%s", first, again)
		}
	}
}

// full is a disk that is.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

var errFull = errors.New("no space left")

func TestAnErrorOfTheWriterIsReturned(t *testing.T) {
	q := begun(t, DuckDB)
	if err := q.Write(full{}, []Output{{"a", q.Account()}}); !errors.Is(err, errFull) {
		t.Errorf("got %v", err)
	}
}

// The days of a window of w days are (t-w, t]; the base of a change lies w/2 to 3w/2 days back.
func TestWindowsReachAsFarAsHistoriesDo(t *testing.T) {
	for as, want := range map[history.Function][]string{
		history.Sum:    {"RANGE BETWEEN 89 PRECEDING AND CURRENT ROW"},
		history.Change: {"RANGE BETWEEN 135 PRECEDING AND 90 PRECEDING", "RANGE BETWEEN 89 PRECEDING AND 45 PRECEDING"},
	} {
		q := begun(t, DuckDB)
		v, err := q.History(history.Spec{As: as, Of: "x", OverDays: 90})
		if err != nil {
			t.Fatal(err)
		}
		text := q.written(t, Output{"v", v})
		for _, frame := range want {
			if !strings.Contains(text, "OVER (PARTITION BY c0_account ORDER BY c1_day "+frame+")") {
				t.Errorf("%s has no window %s\n%s", as, frame, text)
			}
		}
	}
}

// One day back there is no day nearer than that of the base, and no window that could be empty.
func TestAChangeOverOneDayLooksAtTheDayBeforeOnly(t *testing.T) {
	q := begun(t, DuckDB)
	v, err := q.History(history.Spec{As: history.Change, Of: "x", OverDays: 1})
	if err != nil {
		t.Fatal(err)
	}
	if text := q.written(t, Output{"v", v}); strings.Count(text, " PRECEDING AND ") != 1 || !strings.Contains(text, "BETWEEN 1 PRECEDING AND 1 PRECEDING") {
		t.Error(text)
	}
}

func TestAHistoryOfWhatIsNotThereIsAnError(t *testing.T) {
	err := begun(t, DuckDB).Histories([]history.Spec{{As: history.Mean, Of: "logins", OverDays: 30}})
	if err == nil || !strings.HasPrefix(err.Error(), "sql: ") || !strings.Contains(err.Error(), "logins") {
		t.Errorf("got %v", err)
	}
}

// late is a query over rows that say when they were recorded.
func late(t *testing.T) *Query {
	t.Helper()
	q, err := New(DuckDB, "snapshots", dataset.Columns{Account: "account", SnapshotDate: "day", RecordedAt: "written"}, columns())
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// A row is known from the later of its day and the day on which it was recorded; one that says
// no such day from its own.
func TestALateRowIsKnownFromTheDayItWasRecorded(t *testing.T) {
	q := late(t)
	text := q.written(t, Output{"known", q.known}, Output{"as_of", q.AsOf()})
	for _, want := range []string{
		"COALESCE(date_diff('day', DATE '1970-01-01', CAST(t.\"written\" AS DATE)), -10000000)",
		`CASE WHEN CAST(t."written" AS DATE) > CAST(t."day" AS DATE) THEN CAST(t."written" AS DATE) ELSE CAST(t."day" AS DATE) END`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%s does not stand in\n%s", want, text)
		}
	}
	if q := begun(t, DuckDB); q.known.text != q.day.text {
		t.Error("without recorded_at a row is known on its day")
	}
}

// With versions the newest row is the last version of the newest day.
func TestTheNewestRowIsTheLastVersionOfItsDay(t *testing.T) {
	q := late(t)
	q.Newest()
	if text := q.written(t, Output{"a", q.Account()}); !strings.Contains(text, "ROW_NUMBER() OVER (PARTITION BY c0_account ORDER BY c1_day DESC, c2_recorded DESC)") {
		t.Error(text)
	}
	q = begun(t, DuckDB)
	q.Newest()
	if text := q.written(t, Output{"a", q.Account()}); !strings.Contains(text, "ROW_NUMBER() OVER (PARTITION BY c0_account ORDER BY c1_day DESC)") {
		t.Error(text)
	}
}

// A row looks back at the last word that was known by then on each day, no further than the
// longest history reaches, and itself comes out once.
func TestALateRowSeesWhatWasKnownThen(t *testing.T) {
	q := late(t)
	q.Distinct()
	q.Views([]history.Spec{{As: history.Mean, Of: "x", OverDays: 30}, {As: history.Change, Of: "x", OverDays: 90}}, true)
	v, err := q.History(history.Spec{As: history.Mean, Of: "x", OverDays: 30})
	if err != nil {
		t.Fatal(err)
	}
	q.Own()
	text := q.written(t, Output{"v", v})
	for _, want := range []string{" = v_row OR ", " < v_day AND ", " >= v_day - 135 AND ", " <= v_known AND (", "_newest = 1) AS v ON v_account = c0_account", "PARTITION BY c0_account, "} {
		if !strings.Contains(text, want) {
			t.Errorf("%q does not stand in\n%s", want, text)
		}
	}
	if len(q.viewed) != 1 {
		t.Error("windows after Own are still over what each row sees")
	}
}
