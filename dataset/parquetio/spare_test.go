package parquetio

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// Columns are the same in memory of others, whatever that holds, as in memory of their own. That of two is enough for columns
// that are read one after the other: as the files have them, and in the order of the table, which may be of fewer rows.
func TestColumnsAreReadIntoMemoryOfOthers(t *testing.T) {
	dir, want := smallParts(t)
	files, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer files.Close()
	rng := rand.New(rand.NewPCG(1, 2))
	orders := map[string][]int32{"all": nil, "some, mixed": scattered(rng, int(files.Rows()), 17)}
	for name, order := range orders {
		for _, packed := range []bool{false, true} {
			spare := new(Spare)
			for range 3 {
				for _, request := range want {
					o := Options{Order: inOrderOf(order), Packed: packed}
					own, err := files.Read(t.Context(), []Request{request}, o)
					if err != nil {
						t.Fatal(err)
					}
					o.Spare = spare
					others, err := files.Read(t.Context(), []Request{request}, o)
					if err != nil {
						t.Fatal(err)
					}
					if diff := cmp.Diff(own, others, cmpopts.EquateNaNs()); diff != "" {
						t.Fatalf("%s rows, packed %v, column %s: %s", name, packed, request.Column, diff)
					}
					spoil(others.Columns[0])
					spare.Give(others.Columns[0])
				}
			}
			if n := max(len(spare.numbers.lists), len(spare.integers.lists), len(spare.small.lists)); n > 2 {
				t.Errorf("%s rows, packed %v: memory of %d columns is kept", name, packed, n)
			}
		}
	}
}

// spoil overwrites the values of a column.
func spoil(c Column) {
	for i := range c.Numbers {
		c.Numbers[i] = 1e300
	}
	for i := range c.Codes {
		c.Codes[i] = 12345
	}
	for i := range c.Days {
		c.Days[i] = -12345
	}
	if c.Packed != nil {
		for i := range c.Packed.Codes {
			c.Packed.Codes[i] = 54321
		}
	}
}

// Columns of days become numbers in memory that nobody asked for: it does not pile up.
func TestMemoryOfFewColumnsIsKept(t *testing.T) {
	var spare Spare
	for range 3 * spareColumns {
		spare.Give(Column{Numbers: make([]float64, 1)})
	}
	if n := len(spare.numbers.lists); n != spareColumns {
		t.Errorf("memory of %d columns is kept, want %d", n, spareColumns)
	}
}
