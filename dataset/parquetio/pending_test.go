package parquetio

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"holdfast/dataset/store"
)

// readers read a path from the disk and as if it lay in an object store.
var readers = map[string]func(ctx context.Context, path string, want []Request, o Options) (*Table, error){
	"local": Read,
	"distant": func(ctx context.Context, path string, want []Request, o Options) (*Table, error) {
		return readDistant(ctx, new(distant), path, want, o)
	},
}

// keyedTable is a file of two keys (account_id, snapshot_date), two texts and numbers with nulls, NaN, zeros of both signs and
// infinities, in row groups of the given rows, and its requests, keys first.
func keyedTable(t testing.TB, rng *rand.Rand, rows, group int) (file []byte, want []Request) {
	t.Helper()
	fields, cols := snapshotTable(rows)
	fields, cols = slices.Concat(fields[:3], fields[4:9]), slices.Concat(cols[:3], cols[4:9])
	for i := range rows {
		cols[0].Codes[i], cols[1].Days[i] = rng.Int32N(int32(len(cols[0].Levels))), 18000+rng.Int32N(30)
		special := []float64{math.Inf(1), math.Inf(-1), math.Copysign(0, -1), math.Float64frombits(0xFFF8000000000123)}
		if c := cols[3+rng.IntN(4)]; rng.IntN(9) == 0 {
			c.Numbers[i] = special[rng.IntN(len(special))]
		}
	}
	var b bytes.Buffer
	w, err := NewWriter(&b, fields)
	for from := 0; from < rows && err == nil; from += group {
		err = errors.Join(w.Write(rowsBetween(fields, cols, from, min(from+group, rows))), w.EndGroup())
	}
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), requestsFor(fields)
}

// damaged is a file whose chunks of some columns begin with a page of nothing, in the last row group.
func damaged(t testing.TB, file []byte, columns ...string) []byte {
	t.Helper()
	path := saved(t.(*testing.T), "whole.parquet", file)
	s, err := openSelection(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	file = slices.Clone(file)
	p := &s.parts[0]
	for _, name := range columns {
		c := p.layout.groups[len(p.layout.groups)-1].chunks[p.find(name).leaf.column]
		clear(file[c.offset:][:8])
	}
	return file
}

// Columns that were decoded before the order was known are those that were decoded after it, and both what picking the rows
// of a whole read gives: whichever columns had to wait, with a detour and without, with rows left out, on any number of
// workers, from the disk and from afar.
func TestColumnsThatWaitForTheOrderAreTheSame(t *testing.T) {
	for _, rows := range []int{200, 3*stretch + 100} {
		rng := rand.New(rand.NewPCG(uint64(rows), 3))
		file, want := keyedTable(t, rng, rows, rows/3)
		path := saved(t, "t.parquet", file)
		whole := mustRead(t, path, want, Options{})
		runs := byMonth(rows/4, 3) // without the last quarter
		orders := map[string][]int32{
			"as they are": nil, "from all over": scattered(rng, rows, 0), "some, from all over": scattered(rng, rows, rows/3),
			"some, in runs": runs, "none": {},
		}
		for name, order := range orders {
			if long := rows > 2*stretch; order != nil && (newDetour(order, rows, nil).places != nil) != (long && strings.Contains(name, "all over")) {
				t.Fatalf("%s of %d: the detour is not where the test thinks", name, rows)
			}
			expected := slices.Clone(whole.Columns[2:])
			for i, c := range expected {
				if order != nil {
					expected[i] = chosen(c, order)
					expected[i].recount(order)
				}
			}
			for place, read := range readers {
				for _, workers := range []int{1, 2, 8} {
					for _, wait := range []time.Duration{0, 20 * time.Millisecond} { // until all other columns are decoded
						got, err := read(t.Context(), path, want, Options{Workers: workers, Keys: 2, Order: func(keys *Table) ([]int32, error) {
							time.Sleep(wait)
							if keys.Rows != rows || !slices.EqualFunc(keys.Columns, whole.Columns[:2], func(a, b Column) bool { return sameColumn(&a, &b) }) || !gocmp.Equal(keys.Parts, whole.Parts) {
								t.Errorf("%s, %s: other keys", name, place)
							}
							return order, nil
						}})
						if err != nil {
							t.Fatal(err)
						}
						for i := range expected {
							if !sameColumn(&expected[i], &got.Columns[i]) || expected[i].Infs != got.Columns[i].Infs || expected[i].FirstInf != got.Columns[i].FirstInf {
								t.Fatalf("%d rows, %s, %s, %d workers, order after %v: column %s differs", rows, name, place, workers, wait, got.Columns[i].Name)
							}
						}
						if n := cmp.Or(len(order), map[bool]int{true: rows}[order == nil]); got.Rows != n || len(got.Columns) != len(want)-2 {
							t.Fatalf("%s: %d rows of %d columns", name, got.Rows, len(got.Columns))
						}
					}
				}
			}
		}
	}
}

// recount counts infinities of rows that were picked by an order, one by one.
func (c *Column) recount(order []int32) {
	c.Infs, c.FirstInf = 0, -1
	for i, row := range order {
		if c.Numbers != nil && math.IsInf(c.Numbers[i], 0) {
			c.Infs++
			if first := int(row); c.FirstInf == -1 || first < c.FirstInf {
				c.FirstInf = first
			}
		}
	}
}

// What is wrong with keys is said before what whoever knows the order says of them, and that before what is wrong with any
// other column, though that may be found first.
func TestWhatIsWrongWithKeysComesFirst(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 3))
	file, want := keyedTable(t, rng, 600, 100)
	missing := append(slices.Clone(want), Request{Column: "nps", As: AsNumber})
	refused := errors.New("two rows of one account")
	cases := []struct {
		name   string
		file   []byte
		want   []Request
		limit  int64
		refuse error
		says   string
	}{
		{"a damaged key, a refusal and damaged columns", damaged(t, file, "snapshot_date", "plan", "x00", "x04"), want, 0, refused, `column "snapshot_date", row group 5`},
		{"a refusal and damaged columns", damaged(t, file, "plan", "x00", "x04"), want, 0, refused, refused.Error()},
		{"a refusal and a column that is not there", file, missing, 0, refused, refused.Error()},
		{"a refusal and more columns than memory", file, want, 600 * 10, refused, refused.Error()},
		{"a damaged key and a column that is not there", damaged(t, file, "account_id"), missing, 0, nil, `column "account_id", row group 5`},
		{"damaged columns", damaged(t, file, "x00", "x04"), want, 0, nil, `column "x00", row group 5`},
		{"a column that is not there", damaged(t, file, "x00"), missing, 0, nil, "not found"},
		{"more columns than memory", damaged(t, file, "x00"), want, 600 * 10, nil, "claims 600 rows"},
		{"keys beyond the memory", file, want, 600 * 7, refused, "claims 600 rows"},
	}
	for _, c := range cases {
		path := saved(t, "t.parquet", c.file)
		for place, read := range readers {
			for _, workers := range []int{1, 2, 8} {
				for _, wait := range []time.Duration{0, 5 * time.Millisecond} {
					_, err := read(t.Context(), path, c.want, Options{Workers: workers, MemoryLimit: c.limit, Keys: 2, Order: func(*Table) ([]int32, error) {
						time.Sleep(wait)
						return nil, c.refuse
					}})
					if err == nil || !strings.Contains(err.Error(), c.says) {
						t.Errorf("%s, %s, %d workers: %v, want %s", c.name, place, workers, err, c.says)
					}
				}
			}
		}
	}
}

// Keys and columns are not of one table if the file was replaced in between.
func TestAFileThatChangesBehindItsKeysIsRefused(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 3))
	file, want := keyedTable(t, rng, 600, 100)
	other, _ := keyedTable(t, rng, 700, 100)
	path := saved(t, "t.parquet", file)
	_, err := Read(t.Context(), path, want, Options{Workers: 1, Keys: 2, Order: func(*Table) ([]int32, error) {
		return nil, os.WriteFile(path, other, 0o644)
	}})
	if !errors.Is(err, store.ErrChanged) {
		t.Errorf("error %v", err)
	}
}

// Without rows there is an order still to ask for, and a refusal to hear.
func TestKeysWithoutRowsAreShown(t *testing.T) {
	file, want := keyedTable(t, rand.New(rand.NewPCG(6, 3)), 1, 1)
	fields, _, err := Schema(t.Context(), saved(t, "t.parquet", file))
	if err != nil {
		t.Fatal(err)
	}
	empty := saved(t, filepath.Join("empty", "t.parquet"), fileOf(t, fields, make([]Column, len(fields))))
	refused := errors.New("0 rows")
	for _, keys := range []int{0, 2, len(want)} {
		_, err := Read(t.Context(), empty, want, Options{Keys: keys, Order: func(table *Table) ([]int32, error) {
			if table.Rows != 0 || len(table.Columns) != keys {
				t.Errorf("%d rows of %d keys", table.Rows, len(table.Columns))
			}
			return nil, refused
		}})
		if !errors.Is(err, refused) {
			t.Errorf("error %v", err)
		}
	}
}

// A read that is stopped while columns wait ends.
func TestAStoppedReadLeavesWhatWaits(t *testing.T) {
	file, want := keyedTable(t, rand.New(rand.NewPCG(7, 3)), 600, 100)
	path := saved(t, "t.parquet", file)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := Read(ctx, path, want, Options{Workers: 4, Keys: 2, Order: func(*Table) ([]int32, error) {
		time.Sleep(5 * time.Millisecond)
		cancel()
		return nil, nil
	}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// Whatever the files and the order: what is read beside the keys is what is read when the order is known before.
func TestColumnsReadBesideKeysAreThoseReadAfterThem(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 1))
		rows := rapid.IntRange(1, 400).Draw(rt, "rows")
		file, want := keyedTable(t, rng, rows, rapid.IntRange(1, rows).Draw(rt, "row group"))
		path := saved(t, "t.parquet", file)
		order := scattered(rng, rows, rapid.IntRange(0, rows).Draw(rt, "left out"))
		keys := rapid.IntRange(0, len(want)).Draw(rt, "keys")
		workers := rapid.SampledFrom([]int{1, 2, 8}).Draw(rt, "workers")
		after := mustRead(t, path, want[keys:], Options{Order: inOrderOf(order)})
		beside := mustRead(t, path, want, Options{Keys: keys, Order: inOrderOf(order), Workers: workers})
		if diff := gocmp.Diff(after, beside, sameNaN); diff != "" {
			rt.Fatalf("%s", diff[:min(len(diff), 500)])
		}
	})
}
