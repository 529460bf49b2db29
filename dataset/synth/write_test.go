package synth

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"holdfast/dataset/parquetio"
)

// files reads every file below dir, by its path in it.
func files(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	found := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err == nil {
			found[filepath.ToSlash(name)], err = os.ReadFile(path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// written writes a company into a new directory and returns its files.
func written(t *testing.T, c Company) map[string][]byte {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "company")
	if err := c.Write(context.Background(), dir, nil); err != nil {
		t.Fatal(err)
	}
	return files(t, dir)
}

func TestTheSameCompanyGivesTheSameBytesOnAnyNumberOfCores(t *testing.T) {
	c := Company{Accounts: 4_000, Seed: 5} // more than two blocks
	first := written(t, c)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	second := written(t, c)
	if len(first) != 3 || len(second) != 3 {
		t.Fatalf("wrote %d and %d files, want 3", len(first), len(second))
	}
	for name, content := range first {
		if !bytes.Equal(content, second[name]) {
			t.Errorf("%s differs", name)
		}
	}
}

func TestAnotherSeedGivesOtherBytes(t *testing.T) {
	first, second := written(t, Company{Accounts: 50, Seed: 5}), written(t, Company{Accounts: 50, Seed: 6})
	for name, content := range first {
		if bytes.Equal(content, second[name]) {
			t.Errorf("%s is the same", name)
		}
	}
}

func TestASmallCompanyFitsIntoARepository(t *testing.T) {
	total := 0
	for _, content := range written(t, Company{Accounts: 700, Seed: 1}) {
		total += len(content)
	}
	if total > 600_000 {
		t.Errorf("700 accounts take %d bytes, want at most 600,000", total)
	}
}

func TestAnInterruptedWriteLeavesNothing(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "company")
	ctx, cancel := context.WithCancel(context.Background())
	calls := 0
	err := Company{Accounts: 20_000}.Write(ctx, dir, func(done, total int) {
		calls++
		cancel()
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v, want one that wraps context.Canceled", err)
	}
	if calls != 1 {
		t.Errorf("went on for %d blocks after the interruption", calls-1)
	}
	if left, _ := os.ReadDir(parent); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestAnInterruptedWriteLeavesADirectoryAsItFoundIt(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "notes.txt"), []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := (Company{Accounts: 10}).Write(ctx, dir, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v, want one that wraps context.Canceled", err)
	}
	if found := files(t, dir); len(found) != 1 || string(found["notes.txt"]) != "mine" {
		t.Errorf("found %d files", len(found))
	}
}

func TestFilesOfAnEarlierCompanyAreNotReplaced(t *testing.T) {
	for _, name := range entries() {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, name), []byte("mine"), 0o644); err != nil {
				t.Fatal(err)
			}
			if err := (Company{Accounts: 10}).Write(context.Background(), dir, nil); !errors.Is(err, fs.ErrExist) {
				t.Errorf("error is %v, want one that wraps fs.ErrExist", err)
			}
			if found := files(t, dir); len(found) != 1 || string(found[name]) != "mine" {
				t.Errorf("the directory was touched: %d files", len(found))
			}
		})
	}
}

func TestDraftsOfAKilledRunAreClearedAway(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a[b") // not to be taken for a pattern
	stale := filepath.Join(dir, ".simulate-123.partial", snapshotsName)
	if err := os.MkdirAll(stale, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := (Company{Accounts: 10}).Write(context.Background(), dir, nil); err != nil {
		t.Fatal(err)
	}
	var names []string
	found, _ := os.ReadDir(dir)
	for _, entry := range found {
		names = append(names, entry.Name())
	}
	if want := []string{outcomesName, snapshotsName, truthName}; !slices.Equal(names, want) {
		t.Errorf("found %v, want %v", names, want)
	}
}

func TestAWriteThatCannotPublishTakesBackWhatItPublished(t *testing.T) {
	dir := t.TempDir()
	d, err := newDraft(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer d.discard()
	// The draft holds snapshots only, so that publishing the outcomes fails.
	if err := d.publish(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error is %v, want one that wraps fs.ErrNotExist", err)
	}
	if _, err := os.Stat(filepath.Join(dir, snapshotsName)); !errors.Is(err, fs.ErrNotExist) {
		t.Error("snapshots stand without outcomes")
	}
}

func TestAPlaceThatIsNoDirectoryIsRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{file, filepath.Join(file, "below")} {
		if err := (Company{Accounts: 10}).Write(context.Background(), dir, nil); err == nil {
			t.Errorf("writing into %s succeeded", dir)
		}
	}
}

func TestACompanyThatCannotBeSimulatedTouchesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "company")
	if err := (Company{}).Write(context.Background(), dir, nil); err == nil {
		t.Error("writing no accounts succeeded")
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Error("the directory was made all the same")
	}
}

func TestProgressCountsAccountsToTheEnd(t *testing.T) {
	var seen []int
	err := Company{Accounts: 4_000}.Write(context.Background(), t.TempDir(), func(done, total int) {
		if total != 4_000 {
			t.Errorf("total is %d", total)
		}
		seen = append(seen, done)
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(seen) < 2 || !slices.IsSorted(seen) || seen[len(seen)-1] != 4_000 {
		t.Errorf("progress was %v", seen)
	}
}

// TestPartFilesAreCutBeforeTheyGrowTooLarge lowers the bound, which takes a
// million rows to reach.
func TestPartFilesAreCutBeforeTheyGrowTooLarge(t *testing.T) {
	const bound = 500
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, snapshotsName), 0o755); err != nil {
		t.Fatal(err)
	}
	out, err := createBooks(dir, bound)
	if err != nil {
		t.Fatal(err)
	}
	rows := int64(0)
	for block, err := range (Company{Accounts: 100}).Blocks(7) {
		if err != nil {
			t.Fatal(err)
		}
		rows += int64(block.Snapshots.Rows)
		if err := out.add(block); err != nil {
			t.Fatal(err)
		}
	}
	if err := out.close(); err != nil {
		t.Fatal(err)
	}
	parts, _ := filepath.Glob(filepath.Join(dir, snapshotsName, "part-?????.parquet"))
	if int64(len(parts)) < rows/bound {
		t.Fatalf("%d rows in %d parts", rows, len(parts))
	}
	for _, part := range parts {
		_, n, err := parquetio.Schema(context.Background(), part)
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 || n > bound {
			t.Errorf("%s has %d rows, want 1 to %d", part, n, bound)
		}
		rows -= n
	}
	if rows != 0 {
		t.Errorf("%d rows are in no part", rows)
	}
}
