package dataset

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"holdfast/dataset/expr"
	"holdfast/dataset/parquetio"
)

var numbersAndPlans = expr.Columns{"logins": expr.Number, "plan": expr.Text}

func load(t testing.TB, roles Columns, uses expr.Columns, how Reading, columns ...column) (*Snapshots, error) {
	t.Helper()
	return LoadSnapshots(context.Background(), write(t, columns...), roles, uses, how)
}

func TestSnapshotsComeInCanonicalOrder(t *testing.T) {
	roles := standard
	roles.Value = "arr"
	s, err := load(t, roles, numbersAndPlans, everything,
		texts("account_id", "b", "a", "b", "a"),
		days("snapshot_date", "2026-02-28", "2026-03-31", "1969-12-31", "2026-01-31"),
		floats("logins", 1, 2, 3, 4),
		texts("plan", "pro", "basic", null, "pro"),
		floats("arr", 10, 20, 30, 40),
		texts("unused", "x", "x", "x", "x"))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(s.Accounts, []string{"a", "b"}) || !slices.Equal(s.Account, []int32{0, 0, 1, 1}) {
		t.Errorf("accounts %q %v", s.Accounts, s.Account)
	}
	if want := []Date{day("2026-01-31"), day("2026-03-31"), day("1969-12-31"), day("2026-02-28")}; !slices.Equal(s.Date, want) {
		t.Errorf("dates %v, want %v", s.Date, want)
	}
	logins, _ := s.Table.Column("logins")
	plan, _ := s.Table.Column("plan")
	if !slices.Equal(logins.Vector().Numbers, []float64{4, 2, 3, 1}) || !slices.Equal(s.Value, []float64{40, 20, 30, 10}) || !slices.Equal(plan.Vector().Codes, []int32{1, 0, -1, 1}) {
		t.Errorf("logins %v, arr %v, plans %v", logins.Vector(), s.Value, plan.Vector())
	}
	if _, ok := s.Table.Column("unused"); ok {
		t.Error("a column nobody uses was read")
	}
	if newest := s.Newest(); !slices.Equal(newest, []int32{1, 3}) {
		t.Errorf("the newest rows are %v", newest)
	}
}

func TestSnapshotsThatCannotBePlacedAreRefused(t *testing.T) {
	_, err := load(t, standard, nil, everything,
		texts("account_id", "a", null, "c", null),
		days("snapshot_date", "2026-01-31", "2026-01-31", null, "2026-01-31"))
	found := refusal(t, err)
	if len(found) != 2 {
		t.Fatalf("%d findings in %v", len(found), err)
	}
	mentions(t, found[0].String(), "rows.parquet", `"account_id" is null in 2 rows`, "row 2 of")
	mentions(t, found[1].String(), "rows.parquet", `"snapshot_date" is null in 1 rows`, "row 3 of")
}

func TestANullKeyIsNamedInItsPartFile(t *testing.T) {
	dir := t.TempDir()
	writeTo(t, filepath.Join(dir, "part-0.parquet"), texts("account_id", "a", "b"), days("snapshot_date", "2026-01-31", "2026-01-31"))
	writeTo(t, filepath.Join(dir, "part-1.parquet"), texts("account_id", "c", null), days("snapshot_date", "2026-01-31", "2026-01-31"))
	_, err := LoadSnapshots(context.Background(), dir, standard, nil, everything)
	mentions(t, refusal(t, err)[0].String(), "row 2 of", "part-1.parquet")
}

func TestExactDuplicatesAreDroppedAndCounted(t *testing.T) {
	s, err := load(t, standard, numbersAndPlans, everything,
		texts("account_id", "a", "a", "a", "b", "a"),
		days("snapshot_date", "2026-01-31", "2026-01-31", "2026-02-28", "2026-01-31", "2026-01-31"),
		optional(floats("logins", nan, nan, 1, 0, nan)),
		texts("plan", "pro", "pro", "pro", null, "pro"))
	if err != nil {
		t.Fatal(err)
	}
	if s.Read != 5 || len(s.Date) != 3 || s.Table.Rows() != 3 {
		t.Errorf("%d of %d rows stay", len(s.Date), s.Read)
	}
	if got := warned(s.Warnings, "duplicate_snapshot"); len(got) != 1 || got[0] != "2 exact duplicate snapshot rows were dropped" {
		t.Errorf("warnings %q", got)
	}
}

func TestContradictingSnapshotsAreRefused(t *testing.T) {
	rows := []column{texts("account_id", "b", "a", "b"), days("snapshot_date", "2026-01-31", "2026-01-31", "2026-01-31")}
	roles := standard
	roles.Value = "arr"
	for name, c := range map[string]struct {
		differs []column
		column  string
	}{
		"in a number":    {[]column{floats("logins", 1, 1, 2), texts("plan", "x", "x", "x"), floats("arr", 1, 1, 1)}, "logins"},
		"in a text":      {[]column{floats("logins", 1, 1, 1), texts("plan", "x", "x", "y"), floats("arr", 1, 1, 1)}, "plan"},
		"in a null":      {[]column{optional(floats("logins", nan, 1, 1)), texts("plan", "x", "x", "x"), floats("arr", 1, 1, 1)}, "logins"},
		"in the value":   {[]column{floats("logins", 1, 1, 1), texts("plan", "x", "x", "x"), floats("arr", 1, 1, 2)}, "arr"},
		"in a null text": {[]column{floats("logins", 1, 1, 1), texts("plan", "x", "x", null), floats("arr", 1, 1, 1)}, "plan"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := load(t, roles, numbersAndPlans, everything, append(rows, c.differs...)...)
			mentions(t, refusal(t, err)[0].String(), "rows.parquet", `account "b"`, "2026-01-31", "row 1 of", "row 3 of", `column "`+c.column+`"`)
		})
	}
}

func TestManyContradictionsAreCountedNotListed(t *testing.T) {
	var account, date []string
	var logins []float64
	for i := range 40 {
		account = append(account, string(rune('a'+i/2)))
		date = append(date, "2026-01-31")
		logins = append(logins, float64(i))
	}
	_, err := load(t, standard, expr.Columns{"logins": expr.Number}, everything, texts("account_id", account...), days("snapshot_date", date...), floats("logins", logins...))
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != 5 || !strings.Contains(lines[4], "and 16 more") {
		t.Errorf("the message is %q", lines)
	}
}

func TestInfiniteValuesAreRefused(t *testing.T) {
	for _, v := range []float64{math.Inf(1), math.Inf(-1)} {
		_, err := load(t, standard, numbersAndPlans, everything,
			texts("account_id", "a", "b", "c"), days("snapshot_date", "2026-01-31", "2026-01-31", "2026-01-31"),
			floats("logins", 1, v, v), texts("plan", "x", "x", "x"))
		mentions(t, refusal(t, err)[0].String(), "rows.parquet", `"logins"`, "2 infinite", "row 2 of")
	}
}

func TestNaNCountsAsMissing(t *testing.T) {
	s, err := load(t, standard, expr.Columns{"logins": expr.Number}, everything,
		texts("account_id", "a", "b", "c"), days("snapshot_date", "2026-01-31", "2026-01-31", "2026-01-31"), floats("logins", 1, nan, nan))
	if err != nil {
		t.Fatal(err)
	}
	if logins, _ := s.Table.Column("logins"); logins.Missing() != 2 {
		t.Errorf("%d missing", logins.Missing())
	}
	if got := warned(s.Warnings, "nan_values"); len(got) != 1 || got[0] != `column "logins" holds 2 NaN values, which count as missing` {
		t.Errorf("warnings %q", got)
	}
}

func TestMinusZeroIsZero(t *testing.T) {
	s, err := load(t, standard, expr.Columns{"logins": expr.Number}, everything,
		texts("account_id", "a", "a"), days("snapshot_date", "2026-01-31", "2026-01-31"), floats("logins", math.Copysign(0, -1), 0))
	if err != nil {
		t.Fatal(err)
	}
	if logins, _ := s.Table.Column("logins"); len(s.Date) != 1 || math.Signbit(logins.Vector().Numbers[0]) {
		t.Errorf("%d rows, logins %v", len(s.Date), logins.Vector().Numbers)
	}
}

func TestNoRowsAreRefused(t *testing.T) {
	_, err := load(t, standard, nil, everything, texts("account_id"), days("snapshot_date"))
	mentions(t, refusal(t, err)[0].String(), "rows.parquet", "0 rows")
	early := Reading{AsOf: day("2020-01-01")}
	_, err = load(t, standard, nil, early, texts("account_id", "a"), days("snapshot_date", "2026-01-31"))
	mentions(t, refusal(t, err)[0].String(), "rows.parquet", "0 rows", "2020-01-01")
}

func TestAMissingColumnIsNamed(t *testing.T) {
	_, err := load(t, standard, expr.Columns{"login": expr.Number}, everything,
		texts("account_id", "a"), days("snapshot_date", "2026-01-31"), floats("logins", 1))
	if err == nil {
		t.Fatal("a column that is not there was read")
	}
	mentions(t, err.Error(), "rows.parquet", `"login"`, `did you mean "logins"`)
}

func TestWholeNumbersAreKeys(t *testing.T) {
	s, err := load(t, standard, nil, everything, ints("account_id", 10, 9, 9007199254740992), days("snapshot_date", "2026-01-31", "2026-01-31", "2026-01-31"))
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"10", "9", "9007199254740992"}; !slices.Equal(s.Accounts, want) { // byte order, as texts have it
		t.Errorf("accounts %q, want %q", s.Accounts, want)
	}
}

func TestAMissingFileIsNamed(t *testing.T) {
	_, err := LoadSnapshots(context.Background(), filepath.Join(t.TempDir(), "nowhere.parquet"), standard, nil, everything)
	if err == nil {
		t.Fatal("a file that is not there was read")
	}
	mentions(t, err.Error(), "nowhere.parquet", "no such file")
}

func TestTextFromTheDataCannotActOnATerminal(t *testing.T) {
	for text, want := range map[string]string{
		"plain":                  `"plain"`,
		"clear\x1b[2J":           `"clear\x1b[2J"`,
		"turned\u202eround":      `"turned\u202eround"`,
		strings.Repeat("x", 200): `"` + strings.Repeat("x", 80) + `…"`,
		strings.Repeat("é", 80):  `"` + strings.Repeat("é", 80) + `"`,
		"broken\xff":             `"broken\xff"`,
	} {
		if got := Quote(text); got != want {
			t.Errorf("%q is shown as %s, want %s", text, got, want)
		}
	}
}

// Columns are decoded while the keys are looked at, and still what is wrong with keys is said first.
func TestRefusalsOfKeysComeBeforeThoseOfColumns(t *testing.T) {
	null := []column{texts("account_id", "a", null, "b"), days("snapshot_date", "2026-01-31", "2026-01-31", "2026-01-31")}
	good := []column{texts("account_id", "a", "c", "b"), null[1]}
	infinite := floats("logins", 1, 2, math.Inf(1))
	cases := []struct {
		name    string
		columns []column
		uses    expr.Columns
		says    string
	}{
		{"null keys and infinite values", append(null, infinite), expr.Columns{"logins": expr.Number}, "null_key"},
		{"null keys and no such column", null, expr.Columns{"logins": expr.Number}, "null_key"},
		{"null keys and words for numbers", append(null, texts("logins", "x", "y", "z")), expr.Columns{"logins": expr.Number}, "null_key"},
		{"infinite values", append(good, infinite), expr.Columns{"logins": expr.Number}, "infinite_values"},
	}
	for _, c := range cases {
		for _, memory := range []int64{0, 1} {
			how := everything
			how.Memory, how.TempDir = memory, t.TempDir()
			_, err := load(t, standard, c.uses, how, c.columns...)
			var refused *RefusedError
			if !errors.As(err, &refused) || refused.Findings[0].Code != c.says || strings.HasPrefix(err.Error(), "dataset: dataset") {
				t.Errorf("%s, memory %d: %v, want %s", c.name, memory, err, c.says)
			}
		}
	}
	var missing *parquetio.ColumnError
	if _, err := load(t, standard, expr.Columns{"logins": expr.Number}, everything, good...); !errors.As(err, &missing) {
		t.Errorf("no such column: %v", err)
	}
}

// Whatever the order of the files and however many processors there are: the same snapshots, whether columns are read beside
// the keys or after them, and whether a replay leaves rows out.
func TestSnapshotsDoNotDependOnWhenColumnsAreRead(t *testing.T) {
	const rows = 80_000 // enough for a detour
	rng := rand.New(rand.NewPCG(1, 2))
	names, dates, plans := make([]string, rows), make([]string, rows), make([]string, rows)
	logins, seats, row := make([]float64, rows), make([]float64, rows), make([]float64, rows)
	for i, k := range rng.Perm(rows) {
		names[i], dates[i] = fmt.Sprintf("a%05d", k/40), Date(20000+k%40*25).String()
		plans[i], logins[i], seats[i], row[i] = fmt.Sprint("plan ", rng.IntN(9)), rng.NormFloat64(), float64(rng.IntN(50)), float64(i)
		if rng.IntN(5) == 0 {
			seats[i], plans[i] = math.NaN(), null
		}
	}
	path := write(t, texts("account_id", names...), days("snapshot_date", dates...), texts("plan", plans...),
		floats("logins", logins...), floats("seats", seats...), floats("row", row...))
	uses := expr.Columns{"logins": expr.Number, "seats": expr.Number, "plan": expr.Text, "row": expr.Number}
	for _, asOf := range []Date{NoDate, 20500} {
		how := everything
		how.AsOf = asOf
		var first *Snapshots
		for _, processors := range []int{1, 2, 8} {
			for _, memory := range []int64{0, 1} {
				before := runtime.GOMAXPROCS(processors)
				how.Memory, how.TempDir = memory, t.TempDir()
				s, err := LoadSnapshots(t.Context(), path, standard, uses, how)
				runtime.GOMAXPROCS(before)
				if err != nil {
					t.Fatal(err)
				}
				defer s.Table.Close()
				if first == nil {
					first = s
					column, _ := s.Table.Column("row")
					for i, k := range column.Vector().Numbers {
						if s.Accounts[s.Account[i]] != names[int(k)] || s.Date[i].String() != dates[int(k)] {
							t.Fatalf("row %d of the file is of %s on %s", int(k), s.Accounts[s.Account[i]], s.Date[i])
						}
					}
				}
				if !slices.Equal(s.Accounts, first.Accounts) || !slices.Equal(s.Account, first.Account) || !slices.Equal(s.Date, first.Date) {
					t.Fatalf("as of %s, %d processors, memory %d: other keys", asOf, processors, memory)
				}
				for i, c := range s.Table.columns {
					if c.hash() != first.Table.columns[i].hash() {
						t.Errorf("as of %s, %d processors, memory %d: column %s differs", asOf, processors, memory, c.Name)
					}
				}
			}
		}
	}
}
