package csvio

import (
	"context"
	"errors"
	"fmt"
	"io"

	"holdfast/dataset"
	"holdfast/dataset/parquetio"
)

// groupBytes is how much text goes into one row group at most, so that memory stays flat for rows of any width.
const groupBytes = 32 << 20

// Convert reads file i of the table again and writes it as Parquet. All columns are nullable, so that files of one table
// have the same schema. The bytes written depend on the text and the options alone: not on the number of workers.
//
// A file that is not what Survey saw (other names, more or fewer rows, a cell that no longer has its type) is an error,
// and so is a cell that only reading can judge, with its line and column; what was written to w is no Parquet file then.
// The caller closes w. i must be an index into Files.
func (t *Table) Convert(ctx context.Context, i int, w io.Writer) (err error) {
	f := t.Files[i]
	opts := t.opts
	// Sniffing again could come to another result only if the file has changed, and that is noticed below.
	opts.Delimiter = f.Delimiter
	s, err := openSheet(f.Source, opts)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	if len(s.names) != len(f.columns) {
		return changed(f.Path)
	}
	c := converter{path: f.Path, width: len(s.names)}
	for field, at := range f.columns {
		if at < 0 {
			continue
		}
		column := t.Columns[at]
		if column.Name != s.names[field] {
			return changed(f.Path)
		}
		c.columns = append(c.columns, filler{Column: column, field: field, lexer: newLexer(t.opts.nullsOf(column.Name))})
	}
	return c.write(ctx, s, w, f.Rows, opts.Workers)
}

// changed is the error of a file that is not what it was.
func changed(path string) error {
	return fmt.Errorf("csvio: %s changed while it was being read; try again", path)
}

// converter turns blocks into columns. It is only read while workers are at it.
type converter struct {
	path    string
	width   int      // fields of a record, the empty one after a last delimiter among them
	columns []filler // in the order of the file, which is that of its Parquet columns
}

// converted is a block as columns.
type converted struct {
	columns []parquetio.Column
	rows    int
	bytes   int // of text, by which row groups are cut
}

// write converts block by block. Where row groups end follows from the bytes of the blocks, and those from the file, so
// that it is the same on every machine.
func (c *converter) write(ctx context.Context, s *sheet, w io.Writer, rows, workers int) error {
	out, err := parquetio.NewWriter(w, c.fields())
	if err != nil {
		return err
	}
	group := 0
	use := func(b converted) error {
		if group += b.bytes; group > groupBytes {
			group = b.bytes
			if err := out.EndGroup(); err != nil {
				return err
			}
		}
		rows -= b.rows
		return out.Write(b.columns)
	}
	if err := ordered(ctx, s, workers, c.convert, use); err != nil {
		return err
	}
	// Rows that were added since the survey were never looked at, and may not have the types.
	if rows != 0 {
		return changed(c.path)
	}
	return out.Close()
}

// fields are the columns of the Parquet file. Times without a zone are stored as such (Local): to
// call them UTC would move renewals near midnight to another day for most of the world.
func (c *converter) fields() []parquetio.Field {
	kinds := map[Type]parquetio.Kind{Text: parquetio.Text, Int: parquetio.Int, Number: parquetio.Float, Bool: parquetio.Bool,
		Date: parquetio.Day, Timestamp: parquetio.Instant}
	fields := make([]parquetio.Field, len(c.columns))
	for i, f := range c.columns {
		fields[i] = parquetio.Field{Name: f.Name, Kind: kinds[f.Type], Nullable: true, Local: !f.Zoned}
	}
	return fields
}

// convert turns one block into columns, which is independent of all other blocks.
func (c *converter) convert(b *block) (converted, error) {
	out := converted{columns: make([]parquetio.Column, len(c.columns)), rows: b.rows(), bytes: b.bytes}
	for i := range c.columns {
		if row, err := c.columns[i].fill(&out.columns[i], b, c.width); err != nil {
			return out, fmt.Errorf("csvio: %s: line %d: column %s: %w", c.path, b.lines[row], dataset.Quote(c.columns[i].Name), err)
		}
	}
	return out, nil
}
