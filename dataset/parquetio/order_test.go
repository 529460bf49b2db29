package parquetio

import (
	"bytes"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// chosen is what an order makes of a column that was read without one.
func chosen(c Column, rows []int32) Column {
	if c.Numbers != nil {
		c.Numbers = picked(c.Numbers, rows)
	}
	if c.Days != nil {
		c.Days = picked(c.Days, rows)
	}
	if c.Codes != nil {
		var words vocabulary
		codes := picked(c.Codes, rows)
		for i, code := range codes {
			if code >= 0 {
				codes[i] = words.code([]byte(c.Levels[code]))
			}
		}
		c.Codes, c.Levels = codes, words.rank(codes, nil)
	}
	return c
}

// inOrderOf wants rows whose order is known before any is read.
func inOrderOf(order []int32) func(*Table) ([]int32, error) {
	return func(*Table) ([]int32, error) { return order, nil }
}

// smallParts writes two files of two row groups each and returns their directory with its requests.
func smallParts(t *testing.T) (string, []Request) {
	const rows = 300
	fields, cols := snapshotTable(rows)
	fields, cols = append(fields[:3:3], fields[4:7]...), append(cols[:3:3], cols[4:7]...)
	dir := t.TempDir()
	for name, ends := range map[string][]int{"a.parquet": {0, 40, 100}, "b.parquet": {100, 101, rows}} {
		var b bytes.Buffer
		w, err := NewWriter(&b, fields)
		for i := 1; i < len(ends); i++ {
			err = errors.Join(err, w.Write(rowsBetween(fields, cols, ends[i-1], ends[i])), w.EndGroup())
		}
		if err = errors.Join(err, w.Close(), os.WriteFile(filepath.Join(dir, name), b.Bytes(), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	return dir, requestsFor(fields)
}

// Rows are put into an order, and left out, while they are decoded: the values are those that picking them afterwards gives,
// for every type, over row groups and files, with any number of workers.
func TestAnOrderGivesTheRowsItNames(t *testing.T) {
	dir, want := smallParts(t)
	whole := mustRead(t, dir, want, Options{})
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.SampledFrom([]int{0, 1, 50, whole.Rows - 1, whole.Rows}).Draw(t, "rows wanted")
		step := rapid.SampledFrom([]int{1, 7, 101}).Draw(t, "step") // primes that do not divide the rows
		order := make([]int32, n)
		for i := range order {
			order[i] = int32((i*step + 11) % whole.Rows)
		}
		got := mustRead(t, dir, want, Options{Order: inOrderOf(order), Workers: rapid.SampledFrom([]int{1, 3, 50}).Draw(t, "workers")})
		if got.Rows != n || !cmp.Equal(got.Parts, whole.Parts) {
			t.Fatalf("%d rows in %v", got.Rows, got.Parts)
		}
		for i, c := range whole.Columns {
			if diff := cmp.Diff(chosen(c, order), got.Columns[i], sameNaN); diff != "" {
				t.Fatalf("column %s: %s", c.Name, diff[:min(len(diff), 500)])
			}
		}
	})
}

// What is not wanted can cause no refusal: its infinities are not counted, its texts are no levels.
func TestRowsThatAreNotWantedAreNotSeen(t *testing.T) {
	fields := []Field{{Name: "x", Kind: Float, Nullable: true}, {Name: "plan", Kind: Text, Nullable: true}}
	path := saved(t, "t.parquet", fileOf(t, fields, []Column{
		{Numbers: []float64{math.Inf(1), 1, math.NaN(), math.Inf(-1)}}, {Codes: []int32{0, 1, -1, 1}, Levels: []string{"later", "now"}}}, 2, 4))
	got := mustRead(t, path, naturalRequests(fields), Options{Order: inOrderOf([]int32{3, 1})})
	x, plan := got.Columns[0], got.Columns[1]
	if x.Infs != 1 || x.FirstInf != 3 || x.Nulls != 1 || x.NaNs != 0 {
		t.Errorf("numbers: %+v", x)
	}
	if !cmp.Equal(plan.Levels, []string{"now"}) || !cmp.Equal(plan.Codes, []int32{0, 0}) {
		t.Errorf("texts: %+v", plan)
	}
}

func TestAnOrderBeyondTheRowsIsRefused(t *testing.T) {
	path := saved(t, "t.parquet", numbersFileOf(t, 1, 2, 3))
	for _, row := range []int32{-1, 3} {
		files, err := Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		if files.Rows() != 3 {
			t.Errorf("%d rows", files.Rows())
		}
		fields, _, _ := Schema(t.Context(), path)
		if _, err = files.Read(t.Context(), naturalRequests(fields), Options{Order: inOrderOf([]int32{0, row})}); err == nil || !strings.Contains(err.Error(), "do not write it while it is read") {
			t.Errorf("row %d of 3: %v", row, err)
		}
		files.Close()
	}
}
