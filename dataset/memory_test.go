package dataset

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"holdfast/dataset/parquetio"
	"holdfast/dataset/store"
)

// A load that is stopped while columns are stored ends within a second and leaves
// nothing in the directory.
func TestAStoppedLoadStopsStoring(t *testing.T) {
	spec := twoAccounts(t, "account_id")
	spec.Reading.Memory, spec.Reading.TempDir = 1, t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	begun := time.Now()
	_, err := Load(ctx, spec)
	if !errors.Is(err, context.Canceled) || time.Since(begun) > time.Second {
		t.Errorf("%v after %v", err, time.Since(begun))
	}
	if names, _ := filepath.Glob(filepath.Join(spec.Reading.TempDir, "*")); len(names) > 0 {
		t.Errorf("it left %v", names)
	}
}

// Where the columns do not fit in memory, keys are read first and columns later: a file that has grown in between must not
// be joined row by row with what it was.
func TestAFileThatChangesWhileItIsReadIsRefused(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "snapshots.parquet")
	writeTo(t, path, texts("account_id", "a", "b"), days("snapshot_date", "2024-01-31", "2024-01-31"), floats("logins", 1, 2))
	files, err := parquetio.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer files.Close()
	d, err := readFrom(t.Context(), files, path, standard.ofSnapshots(nil), everything, "snapshot_date", standard.snapshotsKnown, nil)
	if err != nil {
		t.Fatal(err)
	}
	writeTo(t, path, texts("account_id", "a", "b", "c"), days("snapshot_date", "2024-01-31", "2024-01-31", "2024-01-31"), floats("logins", 1, 2, 3))
	want := []parquetio.Request{{Column: "logins", As: parquetio.AsNumber}}
	how := everything
	how.Memory, how.TempDir = 1, dir
	table, err := how.tableFor(3, want)
	if err != nil {
		t.Fatal(err)
	}
	defer table.Close()
	d.table = table
	if err := d.factors(t.Context(), files, new(parquetio.Table), want, how, parquetio.Options{}); !errors.Is(err, store.ErrChanged) {
		t.Errorf("3 rows of a column were joined with 2 rows of keys: %v", err)
	}
}
