package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
)

// scoreAllWith scores every row into a file of the given ending and returns its name.
func scoreAllWith(t *testing.T, model, snapshots, ending string, more ...string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "all"+ending)
	mustHoldfast(t, append([]string{"score", "--model", model, "--snapshots", snapshots, "--out", out, "--all"}, more...)...)
	return out
}

// The newest row of an account has the same score whether it is read as a stream or sorted
// in memory, in every format.
func TestStreamedScoresAreThoseInMemoryToTheBit(t *testing.T) {
	snapshots, model := fitted(t)
	newest := readScoresCSV(t, scoreWith(t, model, snapshots, ".csv"))
	inCSV := readScoresCSV(t, scoreAllWith(t, model, snapshots, ".csv", "--reasons", "3")) // sorted by account and day: the newest row wins
	sameRows(t, "streamed", newest, inCSV)
	sameRows(t, ".jsonl", inCSV, readScoresJSON(t, scoreAllWith(t, model, snapshots, ".jsonl", "--reasons", "3")))
	sameRows(t, ".parquet", inCSV, readScoresParquet(t, scoreAllWith(t, model, snapshots, ".parquet", "--reasons", "3")))
}

// Any number of workers, and any part files, give the same bytes; rows stay in the order of
// the input.
func TestStreamedScoresDoNotDependOnWorkers(t *testing.T) {
	snapshots, model := fitted(t)
	all, err := readFrame(snapshots)
	if err != nil {
		t.Fatal(err)
	}
	parts := filepath.Join(t.TempDir(), "parts")
	if err := all.shuffled(7).writeParts(parts, 9); err != nil {
		t.Fatal(err)
	}
	for _, ending := range []string{".csv", ".jsonl", ".parquet"} {
		var want []byte
		for _, workers := range []int{1, 2, 8} {
			old := runtime.GOMAXPROCS(workers)
			got, err := os.ReadFile(scoreAllWith(t, model, parts, ending))
			runtime.GOMAXPROCS(old)
			if err != nil {
				t.Fatal(err)
			}
			if want == nil {
				want = got
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s: %d workers write other bytes than one", ending, workers)
			}
		}
	}
}

// A run that is stopped, or that meets a bad row after it has written good ones, leaves the
// file of before as it was, and nothing else.
func TestAStreamThatFailsLeavesNothing(t *testing.T) {
	snapshots, model := fitted(t)
	all, err := readFrame(snapshots)
	if err != nil {
		t.Fatal(err)
	}
	parts := filepath.Join(t.TempDir(), "parts")
	if err := all.writeParts(parts, 3); err != nil {
		t.Fatal(err)
	}
	names, err := filepath.Glob(filepath.Join(parts, "*.parquet"))
	if err != nil || len(names) != 3 {
		t.Fatal(names, err)
	}
	data, err := os.ReadFile(names[2])
	if err != nil {
		t.Fatal(err)
	}
	copy(data[len(data)/4:], make([]byte, 64))
	if err := os.WriteFile(names[2], data, 0o644); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	out := filepath.Join(dir, "all.csv")
	if err := os.WriteFile(out, []byte("before"), 0o644); err != nil {
		t.Fatal(err)
	}
	r := holdfast("score", "--model", model, "--snapshots", parts, "--out", out, "--all")
	left, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(out)
	if r.code != exitData || err != nil || string(text) != "before" || len(left) != 1 || !strings.Contains(r.stderr, filepath.Base(names[2])) {
		t.Errorf("exit code %d, %q and %d files left, stderr %q", r.code, text, len(left), r.stderr)
	}
}

// Groups write in their order, and the error is that of the first that fails.
func TestTurnsAreInOrderAndFailInOrder(t *testing.T) {
	for _, workers := range []int{1, 3, 16} {
		var wrote []int
		worker := func() (func(*turn) error, func(), error) {
			return func(one *turn) error {
				for range 3 {
					if err := one.write(mostAhead, func() error { wrote = append(wrote, one.number); return nil }); err != nil {
						return err
					}
				}
				if one.number == 20 || one.number == 25 {
					return fmt.Errorf("group %d", one.number)
				}
				return nil
			}, func() {}, nil
		}
		order := newTurns(t.Context())
		err := order.each(workers, 40, worker)
		order.stop()
		if err == nil || err.Error() != "group 20" {
			t.Errorf("%d workers: %v, want group 20", workers, err)
		}
		for i, number := range wrote {
			if number != i/3 {
				t.Fatalf("%d workers: write %d is of group %d", workers, i, number)
			}
		}
	}
}

func TestTurnsEndWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	order := newTurns(ctx)
	defer order.stop()
	var begun atomic.Int32
	err := order.each(4, 100, func() (func(*turn) error, func(), error) {
		return func(one *turn) error {
			if begun.Add(1) == 10 {
				cancel()
			}
			return one.write(1, func() error { return ctx.Err() })
		}, func() {}, nil
	})
	if !errors.Is(err, context.Canceled) || begun.Load() > 20 {
		t.Errorf("%v after %d groups", err, begun.Load())
	}
}

// BenchmarkScoreAll is the whole command over a simulated company, Parquet to Parquet.
func BenchmarkScoreAll(b *testing.B) {
	dir := b.TempDir()
	run := func(args ...string) {
		if code := holdfast(args...).code; code != exitDone {
			b.Fatalf("%v: exit code %d", args, code)
		}
	}
	demo := filepath.Join(dir, "demo")
	run("simulate", "--accounts", "4000", "--out", demo)
	run("fit", "-c", filepath.Join(demo, "holdfast.yaml"), "--candidate", "logistic", "--out", filepath.Join(dir, "fit"))
	frame, err := readFrame(filepath.Join(demo, "snapshots"))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		run("score", "--model", filepath.Join(dir, "fit", "model.json"), "--snapshots", filepath.Join(demo, "snapshots"), "--out", filepath.Join(dir, "all.parquet"), "--all", "--quiet")
	}
	b.ReportMetric(float64(frame.rows*b.N)/b.Elapsed().Seconds(), "rows/s")
}
