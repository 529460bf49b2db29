package parquetio

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"
)

// severalParts writes a tree of three files, the first with two row groups, and returns it with its requests.
func severalParts(t testing.TB) (string, []Request) {
	t.Helper()
	fields, cols := snapshotTable(rowsPerGroup + 3000)
	fields, cols = append(fields[:3:3], fields[4:7]...), append(cols[:3:3], cols[4:7]...)
	dir := t.TempDir()
	for name, ends := range map[string][2]int{"a": {0, rowsPerGroup + 500}, "b": {rowsPerGroup + 500, rowsPerGroup + 500}, "c": {rowsPerGroup + 500, rowsPerGroup + 3000}} {
		b := fileOf(t.(failer), fields, rowsBetween(fields, cols, ends[0], ends[1]))
		if err := os.WriteFile(filepath.Join(dir, name+".parquet"), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir, requestsFor(fields)
}

func TestTheResultDoesNotDependOnWorkers(t *testing.T) {
	dir, want := severalParts(t)
	one := mustRead(t, dir, want, Options{Workers: 1})
	for _, workers := range []int{0, 2, 7, 100} {
		if diff := cmp.Diff(one, mustRead(t, dir, want, Options{Workers: workers}), sameNaN); diff != "" {
			t.Errorf("%d workers: %s", workers, diff[:min(len(diff), 500)])
		}
	}
}

func TestScanYieldsWhatReadReturns(t *testing.T) {
	dir, want := severalParts(t)
	whole := mustRead(t, dir, want, Options{})
	rows, groups := 0, 0
	for table, err := range Scan(t.Context(), dir, want, Options{}) {
		if err != nil {
			t.Fatal(err)
		}
		groups++
		for i := range table.Columns {
			for r := range table.Rows {
				if x, y := cell(&whole.Columns[i], rows+r), cell(&table.Columns[i], r); !alike(x, y, 0) {
					t.Fatalf("group %d, column %s, row %d: %v, Read has %v", groups, table.Columns[i].Name, r, y, x)
				}
			}
		}
		if p := table.Parts[0]; p.Rows != table.Rows || (groups == 2) != (p.FileRow == rowsPerGroup) {
			t.Errorf("group %d comes from %+v", groups, p)
		}
		rows += table.Rows
	}
	if rows != whole.Rows || groups != 3 {
		t.Errorf("%d rows in %d groups, want %d in 3", rows, groups, whole.Rows)
	}
}

func TestScanStopsWhenItsCallerDoes(t *testing.T) {
	dir, want := severalParts(t)
	n := 0
	for range Scan(t.Context(), dir, want, Options{}) {
		n++
		break
	}
	if n != 1 {
		t.Errorf("yielded %d times", n)
	}
}

func TestScanReportsErrorsOnce(t *testing.T) {
	dir, _ := severalParts(t)
	for name, path := range map[string]string{"a missing file": filepath.Join(dir, "none"), "a missing column": dir} {
		var errs []error
		for table, err := range Scan(t.Context(), path, []Request{{Column: "none", As: AsText}}, Options{}) {
			if table != nil {
				t.Errorf("%s: a table was yielded", name)
			}
			errs = append(errs, err)
		}
		if len(errs) != 1 || errs[0] == nil {
			t.Errorf("%s: errors %v, want one", name, errs)
		}
	}
}

func TestAnEndedContextEndsReading(t *testing.T) {
	dir, want := severalParts(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Read(ctx, dir, want, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("Read returned %v", err)
	}
	ctx, cancel = context.WithCancel(t.Context())
	defer cancel()
	for _, err := range Scan(ctx, dir, want, Options{}) {
		if err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("Scan yielded %v", err)
		}
		cancel()
	}
}

func TestTheFirstErrorInTaskOrderIsReported(t *testing.T) {
	bad := errors.New("task 3")
	for range 50 {
		var ran atomic.Int64
		err := inOrder(t.Context(), 8, 40, func(_ *worker, task int) error {
			ran.Add(1)
			if task == 3 {
				time.Sleep(time.Millisecond) // later failures come first
				return bad
			}
			if task > 3 {
				return errors.New("a later task")
			}
			return nil
		})
		if !errors.Is(err, bad) {
			t.Fatalf("error %v after %d tasks, want that of task 3", err, ran.Load())
		}
	}
}

func TestAFileThatChangesWhileReadIsNoticed(t *testing.T) {
	path := saved(t, "a.parquet", numbersFile(t, "x", 1, 2, 3))
	s, err := openSelection(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, numbersFile(t, "x", 1, 2, 3, 4), 0o644); err != nil {
		t.Fatal(err)
	}
	p, err := newPlan(s, []Request{{Column: "x", As: AsNumber}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.read(t.Context(), p.groups, Options{}); err == nil || !strings.Contains(err.Error(), "was changed by another program") {
		t.Errorf("error %v", err)
	}
}

func TestNestedColumnsAreSkippedAndRefusedByName(t *testing.T) {
	type row struct {
		ID   string   `parquet:"id"`
		Tags []string `parquet:"tags,list"`
		Raw  []byte   `parquet:"raw"`
		ARR  float64  `parquet:"arr"`
	}
	path := filepath.Join(t.TempDir(), "a.parquet")
	if err := parquet.WriteFile(path, []row{{"A", []string{"x", "y"}, []byte{1}, 5}, {"B", nil, nil, 6}}); err != nil {
		t.Fatal(err)
	}
	got := mustRead(t, path, []Request{{Column: "arr", As: AsNumber}, {Column: "id", As: AsKey}}, Options{})
	if diff := cmp.Diff([]float64{5, 6}, got.Columns[0].Numbers); diff != "" {
		t.Error(diff)
	}
	for _, name := range []string{"tags", "raw"} {
		if _, err := Read(t.Context(), path, []Request{{Column: name, As: AsText}}, Options{}); err == nil || !strings.Contains(err.Error(), "which cannot be used") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func numbersFileOf(t failer, v ...float64) []byte {
	return fileOf(t, []Field{{Name: "x", Kind: Float}}, []Column{{Numbers: v}})
}
