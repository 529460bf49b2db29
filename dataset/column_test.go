package dataset

import (
	"slices"
	"testing"

	"holdfast/dataset/parquetio"
)

// A table of which most rows are taken keeps the memory of its columns once; of a table of
// which few are, only these stay in memory.
func TestManyRowsShareTheirColumnsAndFewAreCopied(t *testing.T) {
	numbers := []float64{0, 1, 2, 3, 4, 5, 6, 7}
	table := newTable(len(numbers), []parquetio.Column{{Name: "n", As: parquetio.AsNumber, Numbers: numbers}})
	many := table.take([]int32{7, 1, 2, 5})
	twice := many.take([]int32{3, 0, 1})
	shared, few := many.columns[0], twice.columns[0]
	if &shared.numbers[0] != &numbers[0] || shared.of == nil {
		t.Error("half of the rows were copied")
	}
	if len(few.numbers) != 3 || few.of != nil {
		t.Errorf("three of eight rows keep %d in memory", len(few.numbers))
	}
	if got := few.Vector().Numbers; !slices.Equal(got, []float64{5, 7, 1}) {
		t.Errorf("rows 3, 0, 1 of rows 7, 1, 2, 5 are %v", got)
	}
	for b, err := range many.Batches([]int32{3, 1}) {
		if err != nil || !slices.Equal(b.Column("n").Numbers, []float64{5, 1}) {
			t.Errorf("a batch of a selection: %v, %v", b.Column("n"), err)
		}
	}
}

// A column that is added to a selection is no column of the table it came from.
func TestATableThatWasTakenGrowsByItself(t *testing.T) {
	table := threeColumns()
	taken := table.take([]int32{2, 0})
	if err := taken.addNumbers("new", []float64{1, 2}); err != nil {
		t.Fatal(err)
	}
	if _, held := table.Column("new"); held || len(table.Columns()) != 3 {
		t.Errorf("the table has %d columns", len(table.Columns()))
	}
	if c, held := taken.Column("new"); !held || !slices.Equal(c.Vector().Numbers, []float64{1, 2}) || c.Missing() != 0 {
		t.Errorf("the new column is %v", c)
	}
}
