package backtest

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"holdfast/dataset"
)

// onDisk is what open files without a name in a directory take up.
func onDisk(t *testing.T, dir string) (files int, bytes int64) {
	t.Helper()
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	for _, fd := range open {
		path := filepath.Join("/proc/self/fd", fd.Name())
		if target, err := os.Readlink(path); err != nil || !strings.HasPrefix(target, dir) {
			continue
		}
		var stat syscall.Stat_t
		if err := syscall.Stat(path, &stat); err != nil {
			t.Fatal(err)
		}
		files, bytes = files+1, bytes+512*stat.Blocks
	}
	return files, bytes
}

// Folds write their columns over those of the folds before, candidates share them, and when the run is
// over nothing but the table is left on the disk.
func TestFoldsOfStoredColumnsLeaveNothingOnTheDisk(t *testing.T) {
	c := newCompany(600, 3)
	dir := t.TempDir()
	e := c.loadIn(t, c.types(), dataset.Reading{AsOf: dataset.NoDate, Memory: 1, TempDir: dir})
	defer e.Table.Close()
	_, table := onDisk(t, dir)
	// In step usage, tickets, junk, the knots of curve, bins and level; junk is never missing.
	candidates, columns := append(rivals(t, c)[:5:5], rivals(t, c)[7]), int64(3+4+1+1+1)
	most, o := int64(0), quick()
	o.Champion = ""
	var looking sync.Mutex
	r, err := Run(t.Context(), e, candidates, o, func(stage string, _, _ int) {
		looking.Lock()
		defer looking.Unlock()
		files, bytes := onDisk(t, dir)
		if most = max(most, bytes); files > 2 { // of the table, and of one notebook
			t.Errorf("%s: %d files", stage, files)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if files, bytes := onDisk(t, dir); files != 1 || bytes != table {
		t.Errorf("%d files of %d bytes are open after the run, %d bytes of the table", files, bytes, table)
	}
	rows := int64(0)
	for _, f := range r.Folds {
		rows = max(rows, int64(f.Train.Examples), int64(e.Len()))
	}
	const page = 4096
	if design := columns * (rows*8 + page); len(r.Folds) < 3 || most <= table || most > table+design {
		t.Errorf("%d folds: %d bytes beside the %d of the table; a design of all columns takes %d", len(r.Folds), most-table, table, design)
	}
}
