package parquetio

import (
	"fmt"
	"io"
	"slices"

	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// GroupWriter writes a Parquet file of which the row groups are made on several goroutines: each has an Encoder that turns
// columns into the bytes of a row group, and one after the other appends what it made. What Writer says of types and of who
// can read them holds here too: data pages of version 1, PLAIN numbers, page checksums; texts that come with Levels are
// dictionaries. Those that come as Texts are stored by what they share (see grouptexts.go), as pyarrow, DuckDB and Polars
// read it. The bytes depend on the fields and on the row groups alone.
type GroupWriter struct {
	w      io.Writer
	fields []Field
	at     int64
	groups []format.RowGroup
	rows   int64
	failed error
}

// EncodedGroup is a row group that is ready to be written.
type EncodedGroup struct {
	pages  [][]byte             // header and content in turn
	chunks []format.ColumnChunk // with offsets from the beginning of the group
	rows   int
	size   int

	memory []byte      // of the pages
	spare  chan []byte // takes it when they are in the file
}

// Size is its length in the file.
func (g *EncodedGroup) Size() int { return g.size }

// NewGroupWriter begins a file with the given columns, of Kind Float, Bool, Text or Day.
func NewGroupWriter(w io.Writer, fields []Field) (*GroupWriter, error) {
	if _, err := writerSchema(fields); err != nil {
		return nil, err
	}
	for _, f := range fields {
		if f.Kind != Float && f.Kind != Bool && f.Kind != Text && f.Kind != Day {
			return nil, fmt.Errorf("parquetio: cannot write column %s: kind %s is not for row groups", quoteName(f.Name), f.Kind)
		}
	}
	g := &GroupWriter{w: w, fields: slices.Clone(fields)}
	return g, g.write([]byte(magicPlain))
}

// write appends bytes to the file.
func (g *GroupWriter) write(b []byte) error {
	if g.failed == nil {
		n, err := g.w.Write(b)
		g.at += int64(n)
		if err != nil {
			g.failed = fmt.Errorf("parquetio: writing: %w", err)
		}
	}
	return g.failed
}

// Append writes a row group behind those there are. Its encoder then has the memory of it for another one, so that a group
// can be appended once.
func (g *GroupWriter) Append(e *EncodedGroup) error {
	out := format.RowGroup{NumRows: int64(e.rows), FileOffset: g.at, Ordinal: int16(len(g.groups))}
	for _, c := range e.chunks {
		m := &c.MetaData
		m.DataPageOffset += g.at
		if m.DictionaryPageOffset > 0 {
			m.DictionaryPageOffset += g.at - 1 // see Encoder.chunk
		}
		out.TotalByteSize += m.TotalUncompressedSize
		out.TotalCompressedSize += m.TotalCompressedSize
		out.Columns = append(out.Columns, c)
	}
	g.groups = append(g.groups, out)
	g.rows += int64(e.rows)
	for _, b := range e.pages {
		if err := g.write(b); err != nil {
			return err
		}
	}
	select {
	case e.spare <- e.memory:
	default: // it has enough
	}
	return nil
}

// Close writes the footer. It does not close the underlying writer.
func (g *GroupWriter) Close() error {
	if g.failed != nil {
		return g.failed
	}
	meta := format.FileMetaData{Version: 1, NumRows: g.rows, RowGroups: g.groups, CreatedBy: "holdfast",
		Schema: []format.SchemaElement{{Name: "holdfast", NumChildren: thrift.New(int32(len(g.fields)))}}}
	for _, f := range g.fields {
		meta.Schema = append(meta.Schema, schemaElement(f))
	}
	footer, err := marshal(&meta)
	if err != nil {
		return err
	}
	footer = appendUint32(footer, uint32(len(footer)))
	return g.write(append(footer, magicPlain...))
}

// schemaElement is a field as the footer describes it.
func schemaElement(f Field) format.SchemaElement {
	e := format.SchemaElement{Name: f.Name, RepetitionType: thrift.New(format.Required), Type: thrift.New(physicalOf(f.Kind))}
	if f.Nullable {
		e.RepetitionType = thrift.New(format.Optional)
	}
	switch f.Kind {
	case Text:
		e.ConvertedType = thrift.New(utf8Converted)
		e.LogicalType = format.LogicalType{Value: &format.StringType{}}
	case Day:
		e.ConvertedType = thrift.New(dateConverted)
		e.LogicalType = format.LogicalType{Value: &format.DateType{}}
	}
	return e
}

// physicalOf is how a kind is stored.
func physicalOf(k Kind) format.Type {
	switch k {
	case Text:
		return format.ByteArray
	case Day:
		return format.Int32
	case Bool:
		return format.Boolean
	}
	return format.Double
}

// marshal encodes a Thrift structure.
func marshal(v any) (b []byte, err error) {
	defer recoverAs(&err)
	return thrift.Marshal(new(thrift.CompactProtocol), v)
}
