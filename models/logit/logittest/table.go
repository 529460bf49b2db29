package logittest

import (
	"encoding/csv"
	"os"
	"strconv"
	"strings"
	"testing"

	"holdfast/dataset/beside"
)

// Table is a published table of numbers, column by name.
type Table map[string][]float64

// ReadTable reads a CSV of published/, or skips the test where it is not present.
func ReadTable(t testing.TB, name string) Table {
	t.Helper()
	file, err := os.Open(beside.Path(t, "published results on "+name, "published", name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := make(Table)
	for _, row := range rows[1:] {
		for j, cell := range row {
			v, err := strconv.ParseFloat(cell, 64)
			if err != nil {
				t.Fatal(err)
			}
			out[rows[0][j]] = append(out[rows[0][j]], v)
		}
	}
	return out
}

// Pick lists columns by name; "race=2" is the dummy of a level.
func (tab Table) Pick(names ...string) [][]float64 {
	var out [][]float64
	for _, name := range names {
		base, level, dummy := strings.Cut(name, "=")
		column := tab[base]
		if dummy {
			want, _ := strconv.ParseFloat(level, 64)
			column = make([]float64, len(tab[base]))
			for i, v := range tab[base] {
				if v == want {
					column[i] = 1
				}
			}
		}
		out = append(out, column)
	}
	return out
}
