package dataset

import (
	"cmp"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"holdfast/dataset/parquetio"
)

// TestCanonicalOrderIsThatOfASort checks the counting sort against a sort of whole rows
// by all their keys.
func TestCanonicalOrderIsThatOfASort(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 60).Draw(t, "rows")
		accounts := rapid.SliceOfN(rapid.Int32Range(0, 5), n, n).Draw(t, "accounts")
		days := rapid.SliceOfN(rapid.Int32Range(-3, 3), n, n).Draw(t, "days")
		var recorded []int32
		if rapid.Bool().Draw(t, "versions") {
			recorded = rapid.SliceOfN(rapid.SampledFrom([]int32{parquetio.NullDay, -1, 4}), n, n).Draw(t, "recorded")
		}
		want := make([]int32, n)
		for i := range want {
			want[i] = int32(i)
		}
		slices.SortStableFunc(want, func(a, b int32) int {
			c := cmp.Or(cmp.Compare(accounts[a], accounts[b]), cmp.Compare(days[a], days[b]))
			if c == 0 && recorded != nil {
				c = cmp.Compare(recorded[a], recorded[b])
			}
			return c
		})
		got := new(Table).canonicalOrder(accounts, days, recorded)
		if sorted := isAll(want, n); sorted != (got == nil) || !sorted && !slices.Equal(got, want) {
			t.Fatalf("order %v, want %v (nil where it is the order of the files)", got, want)
		}
	})
}

func TestReorderMovesEveryColumnByItself(t *testing.T) {
	const n = 100
	order := make([]int32, n)
	for i := range order {
		order[i] = int32((i*37 + 5) % n) // 37 and 100 have no common factor: every row once
	}
	var columns []parquetio.Column
	for k := range 12 {
		numbers, integers := make([]float64, n), make([]int32, n)
		for i := range n {
			numbers[i], integers[i] = float64(1000*k+i), int32(1000*k+i)
		}
		columns = append(columns, []parquetio.Column{
			{As: parquetio.AsNumber, Numbers: numbers}, {As: parquetio.AsDay, Days: integers}, {As: parquetio.AsText, Codes: integers},
		}[k%3])
	}
	newTable(0, nil).reorder(columns, order)
	for k, c := range columns {
		for i, r := range order {
			want := int32(1000*k) + r
			if c.Numbers != nil && c.Numbers[i] != float64(want) || c.Days != nil && c.Days[i] != want || c.Codes != nil && c.Codes[i] != want {
				t.Fatalf("column %d, row %d: not row %d of the files: %+v", k, i, r, c)
			}
		}
		if len(c.Numbers)+len(c.Days)+len(c.Codes) != n {
			t.Errorf("column %d lost its rows", k)
		}
	}
}
