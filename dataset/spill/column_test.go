package spill

import (
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

// create makes a file that the test closes.
func create(t testing.TB) *File {
	t.Helper()
	f, err := Create(t.TempDir(), 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// Whatever is written, in whatever pieces, is read back to the bit, by the block and by
// the row; columns do not touch each other, and rows that were not written are zero.
func TestColumnsHoldWhatWasWritten(t *testing.T) {
	file := create(t)
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 3*window).Draw(t, "rows")
		numbers, codes := Reserve[float64](file, n), Reserve[int32](file, n)
		wantNumbers, wantCodes := make([]float64, n), make([]int32, n)
		for range rapid.IntRange(0, 4).Draw(t, "writes") {
			from := rapid.IntRange(0, n).Draw(t, "from")
			to := rapid.IntRange(from, n).Draw(t, "to")
			seed := rapid.Uint64().Draw(t, "bits")
			for i := from; i < to; i++ {
				wantNumbers[i], wantCodes[i] = math.Float64frombits(seed*uint64(i+1)), int32(seed)*int32(i)
			}
			if err := errors.Join(numbers.Write(from, wantNumbers[from:to]), codes.Write(from, wantCodes[from:to])); err != nil {
				t.Fatal(err)
			}
		}
		sameColumn(t, numbers, wantNumbers, math.Float64bits)
		sameColumn(t, codes, wantCodes, func(c int32) uint64 { return uint64(uint32(c)) })
	})
	if err := file.Err(); err != nil {
		t.Error(err)
	}
}

// sameColumn reads a column both ways.
func sameColumn[T Value](t *rapid.T, column Column[T], want []T, bits func(T) uint64) {
	same := func(a, b T) bool { return bits(a) == bits(b) }
	from := rapid.IntRange(0, len(want)).Draw(t, "read from")
	block := make([]T, len(want)-from)
	if err := column.Read(from, block); err != nil || !slices.EqualFunc(block, want[from:], same) {
		t.Fatalf("rows from %d on differ (%v)", from, err)
	}
	if len(want) == 0 {
		return
	}
	rows := rapid.SliceOfN(rapid.Int32Range(0, int32(len(want)-1)), 0, 50).Draw(t, "rows read")
	if rapid.Bool().Draw(t, "rising") {
		slices.Sort(rows)
	}
	gathered := make([]T, len(rows))
	if err := column.Gather(gathered, rows); err != nil {
		t.Fatal(err)
	}
	for i, r := range rows {
		if !same(gathered[i], want[r]) {
			t.Fatalf("row %d is %v, want %v", r, gathered[i], want[r])
		}
	}
}

func TestColumnsMayBeUsedFromSeveralGoroutines(t *testing.T) {
	file := create(t)
	const n, workers = 20_000, 8
	column := Reserve[float64](file, n*workers)
	var wait sync.WaitGroup
	for w := range workers {
		wait.Go(func() {
			mine := make([]float64, n)
			for i := range mine {
				mine[i] = float64(w*n + i)
			}
			if err := column.Write(w*n, mine); err != nil {
				t.Error(err)
			}
			back := make([]float64, 3)
			if err := column.Gather(back, []int32{int32(w * n), int32(w*n + n/2), int32(w*n + n - 1)}); err != nil || back[2] != float64(w*n+n-1) {
				t.Errorf("worker %d reads %v, %v", w, back, err)
			}
		})
	}
	wait.Wait()
	all := make([]float64, n*workers)
	if err := column.Read(0, all); err != nil || !slices.IsSorted(all) || all[len(all)-1] != n*workers-1 {
		t.Errorf("columns were mixed up: %v", err)
	}
}

func TestRowsOutsideAColumnAreErrorsAndTouchNothing(t *testing.T) {
	for name, use := range map[string]func(c Column[float64]) error{
		"write behind it": func(c Column[float64]) error { return c.Write(9, []float64{1, 2}) },
		"write before it": func(c Column[float64]) error { return c.Write(-1, []float64{1}) },
		"read behind it":  func(c Column[float64]) error { return c.Read(10, make([]float64, 1)) },
		"row behind it":   func(c Column[float64]) error { return c.Gather(make([]float64, 1), []int32{10}) },
		"row before it":   func(c Column[float64]) error { return c.Gather(make([]float64, 1), []int32{-1}) },
	} {
		file := create(t)
		first, second := Reserve[float64](file, 10), Reserve[float64](file, 10)
		if err := use(first); err == nil {
			t.Errorf("%s: no error", name)
		}
		back := make([]float64, 10)
		if err := second.Read(0, back); err != nil || slices.Max(back) != 0 {
			t.Errorf("%s: the next column holds %v, %v", name, back, err)
		}
		if file.Err() == nil {
			t.Errorf("%s: the file forgot the error", name)
		}
	}
}

func TestNoFileIsLeftBehindOrSeen(t *testing.T) {
	dir := t.TempDir()
	f, err := Create(dir, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := Reserve[int32](f, 5).Write(0, []int32{1, 2, 3, 4, 5}); err != nil {
		t.Fatal(err)
	}
	if names, err := filepath.Glob(filepath.Join(dir, "*")); err != nil || len(names) > 0 {
		t.Errorf("the directory holds %v, %v", names, err)
	}
	other, err := f.Beside()
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Close(); err != nil {
		t.Error(err)
	}
}

func TestAnErrorNamesTheDirectoryAndTheCure(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "nowhere")
	_, err := Create(dir, 1<<20)
	var spilled *Error
	if !errors.As(err, &spilled) || spilled.Dir != dir || !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("%v", err)
	}
	for _, word := range []string{dir, "TMPDIR", "--memory"} {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("%q does not say %q", err, word)
		}
	}
}

func TestAClosedFileFailsAndRemembersIt(t *testing.T) {
	f := create(t)
	column := Reserve[float64](f, 1)
	if err := f.Err(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if err := column.Read(0, make([]float64, 1)); !errors.Is(err, os.ErrClosed) || !errors.Is(f.Err(), os.ErrClosed) {
		t.Errorf("read %v, remembered %v", err, f.Err())
	}
}

func BenchmarkGatherEveryOtherRow(b *testing.B) {
	const n = 1 << 20
	column := Reserve[float64](create(b), n)
	if err := column.Write(0, make([]float64, n)); err != nil {
		b.Fatal(err)
	}
	rows, dst := make([]int32, 4096), make([]float64, 4096)
	for i := range rows {
		rows[i] = int32(2 * i)
	}
	b.SetBytes(8 * int64(len(rows)))
	b.ReportAllocs()
	for b.Loop() {
		if err := column.Gather(dst, rows); err != nil {
			b.Fatal(err)
		}
	}
}
