package dataset

import (
	"context"
	"fmt"

	"holdfast/dataset/parquetio"
	"holdfast/dataset/spill"
)

// runFactor is how many times its decoded columns a run takes when it keeps everything
// in memory: the columns in the order of the files, of the snapshots and of the examples,
// and the designs that are fitted, each for a while. Measured with 24 numeric factors:
// check and fit stay below 4.5, a backtest below 6.
const runFactor = 6

// keptShare is the part of the budget that columns take while they are read, before they
// go to the disk: as many at a time as fit, and one at least.
const keptShare = 8

// spills says whether the columns would not fit into the budget.
func (r Reading) spills(ctx context.Context, path string, want []parquetio.Request) (bool, error) {
	if r.Memory <= 0 || len(want) == 0 {
		return false, nil
	}
	_, rows, err := parquetio.Schema(ctx, path)
	if err != nil {
		return false, fmt.Errorf("dataset: %w", err)
	}
	return float64(rows)*float64(rowBytes(want))*runFactor > float64(r.Memory), nil
}

// rowBytes is what one decoded row of the columns takes.
func rowBytes(want []parquetio.Request) int {
	bytes := 0
	for _, w := range want {
		if w.As == parquetio.AsNumber {
			bytes += 8
		} else {
			bytes += 4
		}
	}
	return bytes
}

// storeColumns reads further columns of the rows that were read, a few at a time, and
// writes them to a temporary file in the given order of rows (nil: as they are). It
// refuses what read refuses; the warnings go to those of d.
func (d *decoded) storeColumns(ctx context.Context, want []parquetio.Request, how Reading, day string, order []int32) (*Table, error) {
	file, err := spill.Create(how.TempDir)
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	t := &Table{rows: d.rows, index: make(map[string]int, len(want)), file: file, memory: how.Memory}
	var found findings
	for len(want) > 0 && err == nil {
		n := how.columnsAtOnce(d.read, want)
		err = d.storeSome(ctx, t, want[:n], how, day, order, &found)
		want = want[n:]
	}
	if err == nil {
		err = found.err()
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return t, nil
}

// columnsAtOnce is how many of the columns are read together.
func (r Reading) columnsAtOnce(rows int, want []parquetio.Request) int {
	n := 1
	for n < len(want) && int64(rows)*int64(rowBytes(want[:n+1])) <= r.Memory/keptShare {
		n++
	}
	return n
}

// storeSome reads columns together and adds them to the table.
func (d *decoded) storeSome(ctx context.Context, t *Table, want []parquetio.Request, how Reading, day string, order []int32, found *findings) error {
	table, err := parquetio.Read(ctx, d.path, want, how.options(day))
	if err != nil {
		return fmt.Errorf("dataset: %w", err)
	}
	if table.Rows != d.read {
		return fmt.Errorf("dataset: %s: held %d rows when its keys were read and %d a moment later; do not write it while it is read", d.path, d.read, table.Rows)
	}
	some := &decoded{path: d.path, rows: table.Rows, columns: table.Columns, parts: table.Parts}
	some.judge(table, how)
	if d.original != nil {
		some.choose(d.original)
	}
	if err := some.lacking(table.Notices, how); err != nil {
		return err
	}
	some.infinite(found)
	some.plainZeros()
	d.warnings = append(d.warnings, some.warnings...)
	for i, c := range some.columns {
		some.columns[i] = parquetio.Column{} // its memory is free for the next one
		column, err := store(t.file, c, order)
		if err != nil {
			return fmt.Errorf("dataset: column %s: %w", Quote(c.Name), err)
		}
		t.add(column)
	}
	return ctx.Err()
}
