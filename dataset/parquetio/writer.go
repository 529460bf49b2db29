package parquetio

import (
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"
)

// rowsPerGroup is the size of all row groups but the last: large enough to compress well, small enough that a reader
// that streams row groups holds a few megabytes per column.
const rowsPerGroup = 1 << 17

// The choices below favour being read everywhere over the last percent of size: data pages version 1 and dictionaries have
// been readable by every implementation since 2013, and zstd by all that are maintained. The newer delta and split encodings
// save little behind zstd, and arrow/go v17 stops with a panic on some of them.

// mostDictionary is the size of a dictionary, in bytes, beyond which a column of a row group goes on as PLAIN: half of its
// numbers. Counts and days repeat, and are read a quarter faster by their indexes; numbers with a fraction may be noise, of
// which a seventh is lost before it is found out, and are PLAIN from the beginning.
const mostDictionary = rowsPerGroup * 8 / 2

// boxRows is how many values are boxed for parquet-go at a time.
const boxRows = 4096

// Writer writes flat columns as one Parquet file: zstd, data pages version 1, page checksums, dictionaries of what repeats. The
// bytes depend on the fields and the rows alone, not on how the rows were divided into batches.
type Writer struct {
	fields  []Field
	out     *parquet.GenericWriter[any]
	pending []Column // rows of the row group that is being filled
	rows    int
	boxes   []parquet.Value
	failed  error
}

// NewWriter prepares a file with the given columns, of Kind Float, Int, Bool, Text, Day or Instant. Detail and
// Partition are ignored.
func NewWriter(w io.Writer, fields []Field) (*Writer, error) {
	schema, err := writerSchema(fields)
	if err != nil {
		return nil, err
	}
	wr := &Writer{fields: slices.Clone(fields), pending: make([]Column, len(fields)), boxes: make([]parquet.Value, boxRows)}
	wr.out = parquet.NewGenericWriter[any](w, schema,
		parquet.CreatedBy("holdfast", "", ""),
		parquet.DataPageVersion(1),
		parquet.Compression(&zstd.Codec{Level: zstd.SpeedDefault}),
		parquet.DictionaryMaxBytes(mostDictionary),
		parquet.MaxRowsPerRowGroup(math.MaxInt64), // row groups end where flush says
	)
	return wr, nil
}

// orderedGroup is a parquet.Group that keeps the columns in the order given; the map alone would sort them by name.
// parquet-go asks for the fields often, so that their places are looked up and not searched for: with 10,000 columns the
// search took most of a minute.
type orderedGroup struct {
	parquet.Group
	place map[string]int
}

// Fields implements parquet.Node.
func (g orderedGroup) Fields() []parquet.Field {
	fields := g.Group.Fields()
	slices.SortFunc(fields, func(a, b parquet.Field) int {
		return g.place[a.Name()] - g.place[b.Name()]
	})
	return fields
}

// writerSchema turns fields into a parquet-go schema.
func writerSchema(fields []Field) (*parquet.Schema, error) {
	g := orderedGroup{Group: parquet.Group{}, place: make(map[string]int)}
	for i, f := range fields {
		node, err := writerNode(f)
		if err != nil {
			return nil, err
		}
		if _, twice := g.Group[f.Name]; twice || f.Name == "" {
			return nil, fmt.Errorf("parquetio: cannot write column %s: names must be distinct and not empty", quoteName(f.Name))
		}
		g.Group[f.Name] = node
		g.place[f.Name] = i
	}
	if len(fields) == 0 {
		return nil, fmt.Errorf("parquetio: cannot write a file without columns")
	}
	return parquet.NewSchema("holdfast", g), nil
}

// writerNode is the stored form of one field. The encodings are those that every reader since 2013 understands.
func writerNode(f Field) (parquet.Node, error) {
	var node parquet.Node
	switch f.Kind {
	case Float:
		node = parquet.Encoded(parquet.Leaf(parquet.DoubleType), &parquet.Plain)
	case Int:
		node = parquet.Encoded(parquet.Leaf(parquet.Int64Type), &parquet.RLEDictionary)
	case Bool:
		node = parquet.Encoded(parquet.Leaf(parquet.BooleanType), &parquet.Plain)
	case Day:
		node = parquet.Encoded(parquet.Date(), &parquet.RLEDictionary)
	case Instant:
		node = parquet.Encoded(parquet.TimestampAdjusted(parquet.Microsecond, !f.Local), &parquet.Plain)
	case Text:
		node = parquet.Encoded(parquet.String(), &parquet.RLEDictionary)
	default:
		return nil, fmt.Errorf("parquetio: cannot write column %s: kind %s is read only", quoteName(f.Name), f.Kind)
	}
	if f.Nullable {
		node = parquet.Optional(node)
	}
	return node, nil
}

// Write adds a batch of rows. cols correspond to the fields in order: Numbers for Float, Int and Bool (NaN is null in a
// nullable column), Codes with Levels for Text (-1 is null), Days for Day (NullDay is null), Instants for Instant
// (NullInstant is null). The slices are copied. After an error the file must be thrown away.
func (w *Writer) Write(cols []Column) error {
	if w.failed != nil {
		return w.failed
	}
	w.failed = w.write(cols)
	return w.failed
}

func (w *Writer) write(cols []Column) error {
	rows, err := w.check(cols)
	if err != nil {
		return err
	}
	for at := 0; at < rows; {
		n := min(rows-at, rowsPerGroup-w.rows)
		for i := range cols {
			appendRows(&w.pending[i], &cols[i], w.fields[i].Kind, at, at+n)
		}
		w.rows += n
		at += n
		if w.rows == rowsPerGroup {
			if err := w.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

// EndGroup ends the row group here, for rows so wide that 131,072 of them should not be held in memory. Where row groups
// end shows in the bytes of the file.
func (w *Writer) EndGroup() error {
	if w.failed == nil {
		w.failed = w.flush()
	}
	return w.failed
}

// Close writes the rows left and the footer. It does not close the underlying writer.
func (w *Writer) Close() (err error) {
	if w.failed != nil {
		return w.failed
	}
	defer recoverAs(&err)
	if err := w.flush(); err != nil {
		return err
	}
	if err := w.out.Close(); err != nil {
		return fmt.Errorf("parquetio: writing: %w", err)
	}
	return nil
}

// check verifies lengths and values before a row is taken, and returns the number of rows.
func (w *Writer) check(cols []Column) (int, error) {
	if len(cols) != len(w.fields) {
		return 0, fmt.Errorf("parquetio: cannot write %d columns to a file of %d", len(cols), len(w.fields))
	}
	rows := 0
	for i := range cols {
		n, err := checkColumn(w.fields[i], &cols[i])
		if err == nil && i > 0 && n != rows {
			err = fmt.Errorf("has %d rows where the first column has %d", n, rows)
		}
		if err != nil {
			return 0, fmt.Errorf("parquetio: cannot write column %s: %w", quoteName(w.fields[i].Name), err)
		}
		rows = n
	}
	return rows, nil
}

// checkColumn returns the length of the slice that the field's kind uses.
func checkColumn(f Field, c *Column) (int, error) {
	switch f.Kind {
	case Day:
		if !f.Nullable && slices.Contains(c.Days, NullDay) {
			return 0, fmt.Errorf("has a null day but is not nullable")
		}
		return len(c.Days), nil
	case Instant:
		if !f.Nullable && slices.Contains(c.Instants, NullInstant) {
			return 0, fmt.Errorf("has a null instant but is not nullable")
		}
		return len(c.Instants), nil
	case Text:
		return len(c.Codes), checkCodes(f, c)
	}
	return len(c.Numbers), checkNumbers(f, c.Numbers)
}

func checkCodes(f Field, c *Column) error {
	for row, code := range c.Codes {
		if code < -1 || int(code) >= len(c.Levels) {
			return fmt.Errorf("row %d: code %d is not one of %d levels", row, code, len(c.Levels))
		}
		if code == -1 && !f.Nullable {
			return fmt.Errorf("row %d: is null but the column is not nullable", row)
		}
	}
	return nil
}

// checkNumbers refuses numbers that the stored type would change.
func checkNumbers(f Field, numbers []float64) error {
	if f.Kind == Float {
		return nil
	}
	for row, v := range numbers {
		null := f.Nullable && v != v
		switch {
		case null:
		case f.Kind == Bool && v != 0 && v != 1:
			return fmt.Errorf("row %d: %v is not 0 or 1", row, v)
		case v != math.Trunc(v) || math.Abs(v) > 1<<53:
			return fmt.Errorf("row %d: %v is not a whole number up to 2^53", row, v)
		}
	}
	return nil
}

// appendRows copies rows [from, to) of a batch.
func appendRows(into, c *Column, kind Kind, from, to int) {
	switch kind {
	case Day:
		into.Days = append(into.Days, c.Days[from:to]...)
	case Instant:
		into.Instants = append(into.Instants, c.Instants[from:to]...)
	case Text:
		appendCodes(into, c, from, to)
	default:
		into.Numbers = append(into.Numbers, c.Numbers[from:to]...)
	}
}

// appendCodes copies codes and moves their levels behind those already pending; the file's dictionary unites them again.
func appendCodes(into, c *Column, from, to int) {
	moved := make([]int32, len(c.Levels))
	for _, code := range c.Codes[from:to] {
		if code >= 0 && moved[code] == 0 {
			into.Levels = append(into.Levels, c.Levels[code])
			moved[code] = int32(len(into.Levels)) // one more than the new code, so that zero means not moved yet
		}
		if code >= 0 {
			code = moved[code] - 1
		}
		into.Codes = append(into.Codes, code)
	}
}

// flush writes the pending rows as one row group.
func (w *Writer) flush() (err error) {
	defer recoverAs(&err)
	if w.rows == 0 {
		return nil
	}
	for i, column := range w.out.ColumnWriters() {
		if err := w.writeColumn(column, i); err != nil {
			return fmt.Errorf("parquetio: writing column %s: %w", quoteName(w.fields[i].Name), err)
		}
		p := &w.pending[i]
		p.Numbers, p.Codes, p.Days, p.Instants, p.Levels = p.Numbers[:0], p.Codes[:0], p.Days[:0], p.Instants[:0], p.Levels[:0]
	}
	w.rows = 0
	if err := w.out.Flush(); err != nil {
		return fmt.Errorf("parquetio: writing: %w", err)
	}
	return nil
}

// writeColumn boxes the pending rows of column i and hands them to parquet-go.
func (w *Writer) writeColumn(out *parquet.ColumnWriter, i int) error {
	for at := 0; at < w.rows; at += boxRows {
		n := min(boxRows, w.rows-at)
		box(w.boxes[:n], w.fields[i], &w.pending[i], at, i)
		if _, err := out.WriteRowValues(w.boxes[:n]); err != nil {
			return err
		}
	}
	return nil
}

// box turns len(into) rows from row at on into parquet values with the definition level of their column.
func box(into []parquet.Value, f Field, c *Column, at, column int) {
	defined := 0
	if f.Nullable {
		defined = 1
	}
	for k := range into {
		v, null := boxed(f.Kind, c, at+k)
		if null && f.Nullable {
			into[k] = parquet.NullValue().Level(0, 0, column)
		} else {
			into[k] = v.Level(0, defined, column)
		}
	}
}

// boxed returns one row as a value and whether it stands for null.
func boxed(kind Kind, c *Column, row int) (parquet.Value, bool) {
	switch kind {
	case Day:
		d := c.Days[row]
		return parquet.Int32Value(d), d == NullDay
	case Instant:
		at := c.Instants[row]
		return parquet.Int64Value(at), at == NullInstant
	case Text:
		code := c.Codes[row]
		if code < 0 {
			return parquet.Value{}, true
		}
		return parquet.ByteArrayValue([]byte(c.Levels[code])), false
	}
	v := c.Numbers[row]
	switch kind {
	case Int:
		return parquet.Int64Value(int64(v)), v != v
	case Bool:
		return parquet.BooleanValue(v == 1), v != v
	}
	return parquet.DoubleValue(v), v != v
}
