package dataset

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"holdfast/dataset/expr"
)

// newestUses are the columns of the files below.
var newestUses = expr.Columns{"logins": expr.Number, "plan": expr.Text, "since": expr.Day}

// newestRow is what is known of an account on one of its days.
type newestRow struct {
	account     string
	date, known Date
	value       uint64
	logins      uint64
	since       uint64
	plan        string
}

// rowAt reads a row of snapshots; the zero row for row -1.
func rowAt(s *Snapshots, row int32) newestRow {
	if row < 0 {
		return newestRow{}
	}
	number := func(name string) uint64 {
		c, _ := s.Table.Column(name)
		return math.Float64bits(c.gather([]int32{row}).Numbers[0])
	}
	r := newestRow{account: s.Accounts[s.Account[row]], date: s.Date[row], known: s.asOf(row), value: math.Float64bits(s.Value[row]), logins: number("logins"), since: number("since")}
	plan, _ := s.Table.Column("plan")
	if v := plan.gather([]int32{row}); v.Codes[0] >= 0 {
		r.plan = v.Levels[v.Codes[0]]
	}
	return r
}

// drawParts writes part files of a few accounts, days and recordings, in any order or in that
// of time. What a row says follows from its account, day and recording, so that duplicates are
// exact, but for the contradictions.
func drawParts(rt *rapid.T, t *testing.T, dir string, orderly, contradict bool) {
	row := 0
	for part := range rapid.IntRange(1, 3).Draw(rt, "parts") {
		n := rapid.SampledFrom([]int{12, 20, 6, 3, 1}).Draw(rt, "rows")
		account, date, recorded, plan, since := make([]string, n), make([]string, n), make([]string, n), make([]string, n), make([]string, n)
		logins, value := make([]float64, n), make([]float64, n)
		for i := range n {
			account[i] = rapid.SampledFrom([]string{"b", "a", "c"}).Draw(rt, "account")
			month := rapid.IntRange(1, 6).Draw(rt, "month")
			if orderly {
				month = 1 + row/6
			}
			date[i] = fmt.Sprintf("2024-%02d-28", month)
			late := rapid.IntRange(0, 3).Draw(rt, "recorded")
			recorded[i] = []string{null, date[i], "2024-05-01", "2024-06-15"}[late]
			kind := month + int(account[i][0]) + late
			plan[i], since[i] = []string{null, "pro", "basic"}[kind%3], []string{null, "2020-01-01"}[kind%2]
			logins[i] = []float64{1, 2, math.NaN(), 4}[kind%4]
			if contradict && rapid.IntRange(0, 15).Draw(rt, "odd") == 0 {
				logins[i] = rapid.SampledFrom([]float64{9, math.Inf(1)}).Draw(rt, "odd value")
			}
			row++
		}
		writeTo(t, filepath.Join(dir, fmt.Sprintf("part-%d.parquet", part)), texts("account_id", account...), days("snapshot_date", date...),
			days("recorded_at", recorded...), floats("arr", value...), floats("logins", logins...), texts("plan", plan...), days("since", since...))
	}
}

// Whatever the files, the newest rows, the rows before, the warnings and the refusals are
// those of all rows.
func TestTheNewestRowsAreThoseOfAllRows(t *testing.T) {
	loaded, small := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		dir := t.TempDir()
		drawParts(rt, t, dir, rapid.Bool().Draw(rt, "orderly"), rapid.IntRange(0, 9).Draw(rt, "contradict") > 6)
		roles := Columns{Account: "account_id", SnapshotDate: "snapshot_date", Value: "arr"}
		if rapid.IntRange(0, 9).Draw(rt, "no versions") < 7 {
			roles.RecordedAt = "recorded_at"
		}
		how := Reading{AsOf: rapid.SampledFrom([]Date{NoDate, day("2024-05-01"), day("2024-03-30"), day("2023-01-01")}).Draw(rt, "as of")}
		how.Memory = rapid.SampledFrom([]int64{0, 1}).Draw(rt, "memory")
		also := func(account string) Date {
			if account == "a" {
				return day("2024-02-28")
			}
			return NoDate
		}
		want, wantErr := LoadSnapshots(t.Context(), dir, roles, newestUses, how)
		got, err := LoadNewest(t.Context(), dir, roles, newestUses, how, also)
		if fmt.Sprint(err) != fmt.Sprint(wantErr) {
			rt.Fatalf("%v, want %v", err, wantErr)
		}
		if err != nil {
			return
		}
		defer want.Table.Close()
		defer got.Table.Close()
		if !slices.Equal(got.Warnings, want.Warnings) || !slices.Equal(got.Accounts, want.Accounts) || got.Read != want.Read {
			rt.Fatalf("%v of %v (%d), want %v of %v (%d)", got.Warnings, got.Accounts, got.Read, want.Warnings, want.Accounts, want.Read)
		}
		wantNow, wantBefore := want.NewestTwo()
		now, before := got.NewestTwo()
		if len(now) != len(wantNow) {
			rt.Fatalf("%d accounts, want %d", len(now), len(wantNow))
		}
		loaded++
		if len(got.Date) < len(want.Date) {
			small++
		}
		for k := range now {
			then, wantThen := int32(-1), int32(-1)
			if day := also(got.Accounts[k]); day != NoDate {
				then, wantThen = got.RowOn(now[k], day), want.RowOn(wantNow[k], day)
			}
			for _, pair := range [][2]newestRow{{rowAt(got, now[k]), rowAt(want, wantNow[k])}, {rowAt(got, before[k]), rowAt(want, wantBefore[k])}, {rowAt(got, then), rowAt(want, wantThen)}} {
				if pair[0] != pair[1] {
					rt.Fatalf("%+v, want %+v", pair[0], pair[1])
				}
			}
		}
	})
	if loaded < 10 || small < 3 {
		t.Errorf("%d tables were loaded, %d of them in part: too few to have tested anything", loaded, small)
	}
}

// What was kept of an account does not grow with its rows: two of a hundred days are kept.
func TestOnlyTwoDaysOfAnAccountAreKept(t *testing.T) {
	var dates, accounts, plans, since []string
	var logins, value []float64
	for i := range 100 {
		for _, account := range []string{"b", "a"} {
			accounts, dates, plans, since = append(accounts, account), append(dates, (day("2024-01-01")+Date(i)).String()), append(plans, "p"), append(since, null)
			logins, value = append(logins, float64(i)), append(value, 1)
		}
	}
	path := write(t, texts("account_id", accounts...), days("snapshot_date", dates...), floats("arr", value...), floats("logins", logins...), texts("plan", plans...), days("since", since...))
	s, err := LoadNewest(t.Context(), path, Columns{Account: "account_id", SnapshotDate: "snapshot_date", Value: "arr"}, newestUses, everything, nil)
	if err != nil || len(s.Date) != 4 || s.Table.Rows() != 4 || s.Read != 200 {
		t.Fatalf("%v, %v", s, err)
	}
	if got := s.Table.columns[0].Vector().Numbers; !slices.Equal(got, []float64{98, 99, 98, 99}) {
		t.Errorf("logins %v", got)
	}
}

func TestTheNewestOfADamagedFileIsAnError(t *testing.T) {
	_, err := LoadNewest(t.Context(), filepath.Join(t.TempDir(), "nowhere.parquet"), Columns{Account: "a", SnapshotDate: "b"}, nil, everything, nil)
	if err == nil || errors.Is(err, errWhole) {
		t.Errorf("%v, want that there is no such file", err)
	}
}
