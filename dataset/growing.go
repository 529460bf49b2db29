package dataset

import (
	"holdfast/dataset/parquetio"
	"holdfast/dataset/spill"
)

// growing is a column of numbers that is being computed, for a table in memory or for a
// stored one. It is no part of the table until column is called: readers never see rows that
// are not written yet.
type growing struct {
	name    string
	numbers []float64
	stored  *stored // nil: in memory
}

// grow starts a column of the table.
func (t *Table) grow(name string) *growing {
	if t.file == nil {
		return &growing{name: name, numbers: make([]float64, t.rows)}
	}
	return &growing{name: name, stored: &stored{numbers: spill.Reserve[float64](t.file, t.rows)}}
}

// write sets the rows from the given one on. Different rows may be written at once. The values
// are copied; the error is that of the temporary file, and a table in memory has none.
func (g *growing) write(from int, values []float64) error {
	if g.stored != nil {
		return g.stored.numbers.Write(from, values)
	}
	copy(g.numbers[from:], values)
	return nil
}

// column is the column when all rows are written.
func (g *growing) column() Column {
	if g.stored != nil {
		return Column{Name: g.name, as: parquetio.AsNumber, stored: g.stored}
	}
	return Column{Name: g.name, as: parquetio.AsNumber, numbers: g.numbers}
}
