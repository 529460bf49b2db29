package csvio

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"

	"holdfast/dataset"
	"holdfast/dataset/parquetio"
)

// groupBytes is how much text goes into one row group at most, so that memory stays flat for rows of any width.
const groupBytes = 32 << 20

// Convert reads file i of the table again and writes it as Parquet. All columns are nullable, so that files of one table
// have the same schema. The bytes written depend on the text and the options alone.
func (t *Table) Convert(ctx context.Context, i int, w io.Writer) (err error) {
	f := t.Files[i]
	opts := t.opts
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

// nullsOf leaves the options of one column: it leaves the missing words of a column: one that was made text on request keeps NA and the like.
func (o Options) nullsOf(column string) Options {
	o.keepsWords = o.Types[column] == Text
	return o
}

// converter turns blocks into columns.
type converter struct {
	path    string
	width   int
	columns []filler
}

// converted is a block as columns.
type converted struct {
	columns []parquetio.Column
	rows    int
	bytes   int
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
	if rows != 0 {
		return changed(c.path)
	}
	return out.Close()
}

// fields are the columns of the Parquet file.
func (c *converter) fields() []parquetio.Field {
	kinds := map[Type]parquetio.Kind{Text: parquetio.Text, Int: parquetio.Int, Number: parquetio.Float, Bool: parquetio.Bool,
		Date: parquetio.Day, Timestamp: parquetio.Instant}
	fields := make([]parquetio.Field, len(c.columns))
	for i, f := range c.columns {
		fields[i] = parquetio.Field{Name: f.Name, Kind: kinds[f.Type], Nullable: true, Local: !f.Zoned}
	}
	return fields
}

func (c *converter) convert(b *block) (converted, error) {
	out := converted{columns: make([]parquetio.Column, len(c.columns)), rows: b.rows(), bytes: b.bytes}
	for i := range c.columns {
		if row, err := c.columns[i].fill(&out.columns[i], b, c.width); err != nil {
			return out, fmt.Errorf("csvio: %s: line %d: column %s: %w", c.path, b.lines[row], dataset.Quote(c.columns[i].Name), err)
		}
	}
	return out, nil
}

// filler reads the cells of one column as its type.
type filler struct {
	Column
	field int // of a record
	lexer *lexer
}

// fill reads the cells of a block. After an error, row is the one to blame.
func (f *filler) fill(into *parquetio.Column, b *block, width int) (row int, err error) {
	into.Name = f.Name
	codes := make(map[string]int32)
	var scratch []byte
	for row := range b.rows() {
		cell := b.cell(b.spans[row*width+f.field], &scratch)
		bare := trim(cell)
		null := len(bare) == 0 || f.lexer.nulls.holds(bare)
		switch f.Type {
		case Int, Number:
			err = f.number(into, bare, null)
		case Bool:
			err = f.yesNo(into, bare, null)
		case Date:
			err = f.day(into, bare, null)
		case Timestamp:
			err = f.instant(into, bare, null)
		default:
			addText(into, codes, cell, null)
		}
		if err != nil {
			return row, err
		}
	}
	return 0, nil
}

// addText gives a text its code in the block; the Writer unites the dictionaries.
func addText(into *parquetio.Column, codes map[string]int32, cell []byte, null bool) {
	code, known := int32(-1), null
	if !null {
		code, known = codes[string(cell)]
	}
	if !known {
		code = int32(len(into.Levels))
		into.Levels = append(into.Levels, string(cell))
		codes[into.Levels[code]] = code
	}
	into.Codes = append(into.Codes, code)
}

// The methods below read one cell each. Survey has seen every cell, so an error means that the file has changed since, or
// that a type was asked for whose last doubts only reading can settle: 20261332 is eight digits but no date.

func (f *filler) number(into *parquetio.Column, cell []byte, null bool) error {
	v := math.NaN()
	if !null {
		n, ok := parseNumeral(cell)
		if !ok || n.legible(f.decimal) == illegible {
			return unexpected(cell, "a number")
		}
		v = n.value(f.decimal)
	}
	into.Numbers = append(into.Numbers, v)
	return nil
}

func (f *filler) yesNo(into *parquetio.Column, cell []byte, null bool) error {
	v := math.NaN()
	if !null {
		yes, ok := parseBool(cell)
		if !ok && (len(cell) != 1 || cell[0] != '0' && cell[0] != '1') {
			return unexpected(cell, "yes or no")
		}
		v = 0
		if yes || cell[0] == '1' {
			v = 1
		}
	}
	into.Numbers = append(into.Numbers, v)
	return nil
}

func (f *filler) day(into *parquetio.Column, cell []byte, null bool) error {
	day := int32(parquetio.NullDay)
	if !null {
		m, ok := parseDateOf(cell)
		if ok {
			day, ok = m.day(f.order)
		}
		if !ok {
			return unexpected(cell, "a date")
		}
	}
	into.Days = append(into.Days, day)
	return nil
}

func (f *filler) instant(into *parquetio.Column, cell []byte, null bool) error {
	at := int64(parquetio.NullInstant)
	if !null {
		m, ok := parseDateOf(cell)
		if ok {
			at, ok = m.micros(f.order)
		}
		if !ok {
			return unexpected(cell, "a date or timestamp")
		}
	}
	into.Instants = append(into.Instants, at)
	return nil
}

// parseDateOf also reads a date that is written as one number, which only a type that was asked for allows.
func parseDateOf(cell []byte) (moment, bool) {
	if len(cell) == 8 && digits(cell) == 8 {
		return moment{order: YMD, parts: [3]int{atoi(cell[:4]), atoi(cell[4:6]), atoi(cell[6:])}}, true
	}
	return parseMoment(cell)
}

func unexpected(cell []byte, want string) error {
	return fmt.Errorf("%s is not %s; correct it, or read it as missing with --null", dataset.Quote(string(cell)), want)
}
