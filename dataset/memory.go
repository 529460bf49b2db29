package dataset

import (
	"cmp"
	"context"
	"fmt"

	"holdfast/dataset/parquetio"
	"holdfast/dataset/spill"
)

// runFactor is how many times its decoded columns a run takes when it keeps everything
// in memory: the columns, where few of their rows become examples a copy of those, and the
// designs that are fitted, each for a while. Measured with 24 numeric factors:
// check and fit stay below 4.5, a backtest below 6.
const runFactor = 6

// heldShare is the part of the budget that work on a stored table takes by the row (Table.Holds).
const heldShare = 8

// readShare is the part of the budget that columns take while they are read, before they
// go to the disk: as many at a time as fit, and one at least. It is larger, for there is little else
// in memory by then, and one column at a time would leave all processors but one idle.
const readShare = 4

// spills says whether the columns of so many rows would not fit into the budget. It goes by
// the footers of the files alone, before anything is decoded, so that the same files under the
// same budget always take the same way.
func (r Reading) spills(rows int64, want []parquetio.Request) bool {
	return r.Memory > 0 && float64(rows)*float64(rowBytes(want))*runFactor > float64(r.Memory)
}

// rowBytes is what one decoded row of the columns takes: a float64 for numbers, an int32 for
// codes and days. Levels of texts are not counted; there are few of them beside the rows.
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

// tableFor is a table without columns yet: of so many rows of the ones that are wanted, in memory or in a temporary file.
func (r Reading) tableFor(rows int64, want []parquetio.Request) (*Table, error) {
	if !r.spills(rows, want) {
		return newTable(0, nil), nil
	}
	file, err := spill.Create(r.TempDir, r.Memory)
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	t := newTable(0, nil)
	t.file, t.rooms, t.memory = file, file, r.Memory
	return t, nil
}

// factors fills the table of d with the rows that were read: of the columns that were read beside the keys, and of the rest, of
// which as many are read at a time as how.Memory allows, in the order of the options. It refuses what read refuses; the
// warnings go to those of d.
func (d *decoded) factors(ctx context.Context, files *parquetio.Files, beside *parquetio.Table, rest []parquetio.Request, how Reading, options parquetio.Options) error {
	t := d.table
	t.rows = d.rows
	var found findings
	err := d.addFactors(ctx, t, beside, how, options.Spare, &found)
	for len(rest) > 0 && err == nil {
		n := how.columnsAtOnce(d.read, rest)
		var some *parquetio.Table
		if some, err = files.Read(ctx, rest[:n], options); err != nil {
			err = fmt.Errorf("dataset: %w", err)
		} else {
			err = d.addFactors(ctx, t, some, how, options.Spare, &found)
		}
		rest = rest[n:]
	}
	return cmp.Or(err, found.err())
}

// columnsAtOnce is how many of the columns are read together: the first n whose rows fit into
// their share of the budget, at least one. Fewer passes over the files are faster, and a column
// that is put into order needs a copy of itself beside the others.
func (r Reading) columnsAtOnce(rows int, want []parquetio.Request) int {
	const ordered = 8 // of each row, for the column that is put into order
	n := 1
	for n < len(want) && int64(rows)*int64(rowBytes(want[:n+1])+ordered) <= r.Memory/readShare {
		n++
	}
	return n
}

// addFactors adds columns that were read together to the table. Infinite values go to found, so that all columns with some
// are refused together, whichever call they were read in. What went to the file leaves its memory to spare.
func (d *decoded) addFactors(ctx context.Context, t *Table, table *parquetio.Table, how Reading, spare *parquetio.Spare, found *findings) error {
	some := &decoded{path: d.path, rows: d.rows, columns: table.Columns, parts: table.Parts}
	some.judge(table, how)
	d.warnings = append(d.warnings, some.warnings...)
	if err := d.lacking(table.Notices, how); err != nil { // d knows of which part files rows were kept
		return err
	}
	some.infinite(found)
	dayNumbers(some.columns)
	for i, c := range some.columns {
		some.columns[i] = parquetio.Column{} // its memory is free for the next one
		if err := t.addDecoded(c); err != nil {
			return err
		}
		if t.Stored() {
			spare.Give(c)
		}
	}
	return ctx.Err()
}
