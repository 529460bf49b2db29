package parquetio

import (
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// scattered is an order of rows from all over, without those that are left out.
func scattered(rng *rand.Rand, rows, without int) []int32 {
	order := make([]int32, 0, rows)
	for _, row := range rng.Perm(rows)[:rows-without] {
		order = append(order, int32(row))
	}
	return order
}

// byMonth is the order by account of files in which each month lists the accounts in one order.
func byMonth(accounts, months int) []int32 {
	order := make([]int32, 0, accounts*months)
	for a := range accounts {
		for m := range months {
			order = append(order, int32(m*accounts+a))
		}
	}
	return order
}

// Every row has a place of its own, and the second step finds each where the first has put it.
func TestADetourEndsInTheOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.IntRange(1, 3*stretch).Draw(t, "rows")
		without := rapid.IntRange(0, rows).Draw(t, "left out")
		order := scattered(rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1)), rows, without)
		d := newDetour(order, rows, nil)
		if d.places == nil {
			if !slices.Equal(d.order, order) {
				t.Fatal("rows that stay where they are have another order")
			}
			return
		}
		taken := make([]bool, rows)
		for row, place := range d.places {
			if taken[place] {
				t.Fatalf("row %d has the place of another, %d", row, place)
			}
			taken[place] = true
		}
		for i, row := range order {
			if d.order[i] != d.places[row] || without == 0 && int(d.order[i])/stretch != i/stretch {
				t.Fatalf("row %d of the table comes from place %d, and is in %d", i, d.order[i], d.places[row])
			}
		}
	})
}

func TestFilesOfSortedRunsNeedNoDetour(t *testing.T) {
	if d := newDetour(byMonth(4*stretch, 20), 80*stretch, nil); d.places != nil {
		t.Error("twenty months make a detour")
	}
	if d := newDetour(scattered(rand.New(rand.NewPCG(1, 1)), 4*stretch, 0), 4*stretch, nil); d.places == nil {
		t.Error("rows from all over make none; the tests of it say nothing")
	}
}

// What is read on a detour is what is read without an order and picked afterwards: values, nulls, NaN of any writer, zeros
// of both signs and infinities, over row groups, with rows left out, and a column that not the file but its path holds.
func TestNumbersReadOnADetourAreThoseOfTheirRows(t *testing.T) {
	const rows = 2*stretch + 1000
	rng := rand.New(rand.NewPCG(2, 1))
	values := make([]float64, rows)
	for i := range values {
		special := []float64{math.NaN(), 0, math.Copysign(0, -1), math.Float64frombits(0xFFF8000000000123)}
		if values[i] = rng.NormFloat64(); rng.IntN(4) == 0 {
			values[i] = special[rng.IntN(len(special))]
		}
	}
	values[rows/2], values[7] = math.Inf(1), math.Inf(-1)
	file := saved(t, "month=3/t.parquet", fileOf(t, []Field{{Name: "x", Kind: Float, Nullable: true}, {Name: "y", Kind: Float}},
		[]Column{{Numbers: values}, {Numbers: values}}, 10, stretch))
	path := filepath.Dir(filepath.Dir(file))
	want := []Request{{Column: "x", As: AsNumber}, {Column: "y", As: AsNumber}, {Column: "month", As: AsNumber}}
	whole := mustRead(t, path, want, Options{})
	order := scattered(rng, rows, 5000)
	order = slices.DeleteFunc(order, func(row int32) bool { return row == 7 })
	if newDetour(order, rows, nil).places == nil {
		t.Fatal("no detour; the test says nothing")
	}
	for _, workers := range []int{1, 4} {
		got := mustRead(t, path, want, Options{Order: inOrderOf(order), Workers: workers})
		for i, c := range whole.Columns {
			for k, row := range order {
				if math.Float64bits(got.Columns[i].Numbers[k]) != math.Float64bits(c.Numbers[row]) {
					t.Fatalf("column %s, row %d: %v, want %v", c.Name, row, got.Columns[i].Numbers[k], c.Numbers[row])
				}
			}
			c.Numbers, got.Columns[i].Numbers = nil, nil
			if i < 2 {
				c.Infs, c.FirstInf = 1, rows/2 // the other one is left out
				if !slices.Contains(order, rows/2) {
					c.Infs, c.FirstInf = 0, -1
				}
			}
			if diff := cmp.Diff(c, got.Columns[i]); diff != "" {
				t.Errorf("column %s: %s", c.Name, diff)
			}
		}
	}
}
