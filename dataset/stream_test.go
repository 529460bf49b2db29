package dataset

import (
	"context"
	"errors"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"holdfast/dataset/expr"
)

// streamRow is one row of a stream.
type streamRow struct {
	account string
	date    Date
	value   float64
	logins  float64
	plan    string
}

// streamRows reads a stream group by group.
func streamRows(t *testing.T, path string, roles Columns, uses expr.Columns, how Reading) ([]streamRow, error) {
	t.Helper()
	s, err := StreamSnapshots(t.Context(), path, roles, uses, how)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	r := s.Reader()
	defer r.Close()
	var rows []streamRow
	for g := range s.Groups() {
		for p, err := range r.Group(t.Context(), g) {
			if err != nil {
				return nil, err
			}
			logins, plan := p.Batch.Column("logins"), p.Batch.Column("plan")
			for i := range p.Date {
				row := streamRow{account: string(p.Account.At(i)), date: p.Date[i], value: p.Value[i], logins: logins.Numbers[i]}
				if code := plan.Codes[i]; code >= 0 {
					row.plan = plan.Levels[code]
				}
				rows = append(rows, row)
			}
		}
	}
	return rows, nil
}

var streamRoles = Columns{Account: "account_id", SnapshotDate: "snapshot_date", Value: "arr"}
var streamUses = expr.Columns{"logins": expr.Number, "plan": expr.Text}

func TestAStreamKeepsTheOrderOfTheFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "snapshots.parquet")
	writeTo(t, path, texts("account_id", "b", "a", "b"), days("snapshot_date", "2024-02-29", "2024-01-31", "2024-01-31"),
		floats("logins", 1, 2, 3), floats("arr", 10, 20, 30), texts("plan", "pro", null, "basic"))
	rows, err := streamRows(t, path, streamRoles, streamUses, Reading{AsOf: NoDate})
	if err != nil {
		t.Fatal(err)
	}
	want := []streamRow{{"b", NewDate(2024, 2, 29), 10, 1, "pro"}, {"a", NewDate(2024, 1, 31), 20, 2, ""}, {"b", NewDate(2024, 1, 31), 30, 3, "basic"}}
	if len(rows) != 3 || rows[0] != want[0] || rows[1] != want[1] || rows[2] != want[2] {
		t.Errorf("%+v, want %+v", rows, want)
	}
}

// Rows that were not known on the day are not there, and neither is what is wrong with them.
func TestAStreamForgetsWhatIsLater(t *testing.T) {
	path := filepath.Join(t.TempDir(), "snapshots.parquet")
	writeTo(t, path, texts("account_id", "b", "a", "b"), days("snapshot_date", "2024-01-31", "2024-02-29", "2024-01-31"),
		floats("logins", 1, math.Inf(1), 3), floats("arr", 10, 20, 30), texts("plan", "pro", "pro", "basic"))
	if _, err := streamRows(t, path, streamRoles, streamUses, Reading{AsOf: NoDate}); err == nil || !strings.Contains(err.Error(), "infinite in row 2 of") {
		t.Errorf("%v, want a refusal of row 2", err)
	}
	rows, err := streamRows(t, path, streamRoles, streamUses, Reading{AsOf: NewDate(2024, 1, 31)})
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 2 || rows[0].account != "b" || rows[1].logins != 3 || rows[1].plan != "basic" || rows[1].value != 30 {
		t.Errorf("%+v", rows)
	}
}

func TestAStreamRefusesRowsWithoutADate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "snapshots.parquet")
	writeTo(t, path, texts("account_id", "a", "b"), days("snapshot_date", "2024-01-31", null), floats("logins", 1, 2), floats("arr", 1, 2), texts("plan", "x", "x"))
	_, err := streamRows(t, path, streamRoles, streamUses, Reading{AsOf: NoDate})
	var refused *RefusedError
	if !errors.As(err, &refused) || refused.Findings[0].Code != "null_key" {
		t.Errorf("%v, want a null_key", err)
	}
}

func TestAStreamStopsWithItsContext(t *testing.T) {
	path := filepath.Join(t.TempDir(), "snapshots.parquet")
	writeTo(t, path, texts("account_id", "a"), days("snapshot_date", "2024-01-31"), floats("logins", 1), floats("arr", 1), texts("plan", "x"))
	s, err := StreamSnapshots(t.Context(), path, streamRoles, streamUses, Reading{AsOf: NoDate})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, err := range s.Reader().Group(ctx, 0) {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%v, want %v", err, context.Canceled)
		}
	}
}
