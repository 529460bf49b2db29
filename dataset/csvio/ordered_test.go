package csvio

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"
)

// manyBlocks opens a file of at least n blocks and returns it with its number of rows.
func manyBlocks(t *testing.T, n int) (*sheet, int) {
	t.Helper()
	row := strings.Repeat("x", 1023) + "\n"
	rows := n * blockBytes / len(row)
	s, err := opened(t, Options{}, "name\n"+strings.Repeat(row, rows))
	if err != nil {
		t.Fatal(err)
	}
	return s, rows
}

func TestBlocksAreUsedInOrderHoweverLongWorkersTake(t *testing.T) {
	s, rows := manyBlocks(t, 20)
	var lines []int
	seen := 0
	err := ordered(t.Context(), s, 4, func(b *block) ([2]int, error) {
		time.Sleep(time.Duration(b.line%7) * time.Millisecond)
		return [2]int{b.lines[0], b.rows()}, nil
	}, func(f [2]int) error {
		lines = append(lines, f[0])
		seen += f[1]
		return nil
	})
	if err != nil || !slices.IsSorted(lines) || len(lines) < 20 || seen != rows {
		t.Errorf("%v: %d rows of %d, lines %v", err, seen, rows, lines)
	}
}

// The error is the one that a single worker would have met.
func TestTheFirstErrorOfTheFileIsTheOneReported(t *testing.T) {
	for name, c := range map[string]struct {
		look, use func(call int) error
	}{
		"of looking": {func(call int) error {
			if call < 3 {
				return nil
			}
			return fmt.Errorf("block %d", call)
		}, func(int) error { return nil }},
		"of using": {func(int) error { return nil }, func(call int) error {
			if call < 3 {
				return nil
			}
			return fmt.Errorf("block %d", call)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := manyBlocks(t, 12)
			perBlock, calls := blockBytes/1024, 0
			err := ordered(t.Context(), s, 4, func(b *block) (int, error) {
				at := b.lines[0] / perBlock
				time.Sleep(time.Duration(12-at) * time.Millisecond) // later blocks are done sooner
				return at, c.look(at)
			}, func(int) error { calls++; return c.use(calls - 1) })
			if err == nil || err.Error() != "block 3" {
				t.Errorf("got %v", err)
			}
		})
	}
}

// A disk that fails in the middle is reported after everything before it was looked at, with its place.
func TestAnErrorOfReadingNamesTheLine(t *testing.T) {
	broken := errors.New("input/output error")
	src := Source{Path: "x.csv", Open: func() (io.ReadCloser, error) {
		return io.NopCloser(io.MultiReader(strings.NewReader("a\n"+strings.Repeat("1\n", 500_000)), failingReader{broken})), nil
	}}
	_, err := Survey(t.Context(), []Source{src}, Options{Workers: 3})
	if !errors.Is(err, broken) || !strings.Contains(err.Error(), "csvio: x.csv: after line 500001") && !strings.Contains(err.Error(), "csvio: x.csv: after line 500002") {
		t.Errorf("got %v", err)
	}
}

type failingReader struct{ err error }

func (f failingReader) Read([]byte) (int, error) { return 0, f.err }

func TestACancelledContextEndsAllWorkers(t *testing.T) {
	s, _ := manyBlocks(t, 20)
	ctx, cancel := context.WithCancel(t.Context())
	calls := 0
	err := ordered(ctx, s, 3, func(*block) (int, error) { return 0, nil }, func(int) error {
		if calls++; calls == 2 {
			cancel()
		}
		return nil
	})
	if !errors.Is(err, context.Canceled) || calls > 20 {
		t.Errorf("%v after %d blocks", err, calls)
	}
}

func TestAFileThatCannotBeOpenedIsNamed(t *testing.T) {
	_, err := Survey(t.Context(), []Source{File("nowhere.csv")}, Options{})
	if err == nil || !strings.Contains(err.Error(), "csvio: open nowhere.csv") {
		t.Errorf("got %v", err)
	}
}
