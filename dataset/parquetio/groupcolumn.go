package parquetio

import (
	"fmt"

	"github.com/parquet-go/parquet-go/format"
)

// EncodedColumn is a column that is ready to be in any number of row groups: what several have
// in common is encoded once. It is only read, and may be used on several goroutines at once.
type EncodedColumn struct {
	field int
	rows  int
	pages [][]byte           // header and content in turn
	chunk format.ColumnChunk // with offsets from the beginning of the column
	size  int
}

// Column encodes the column of a field, by its number, as [Encoder.Group] would.
func (e *Encoder) Column(field int, c Column) (*EncodedColumn, error) {
	f := e.fields[field]
	e.memory, e.group = nil, new(EncodedGroup) // its memory is never used again
	if err := e.add(f, &c); err != nil {
		return nil, fmt.Errorf("parquetio: cannot write column %s: %w", quoteName(f.Name), err)
	}
	return &EncodedColumn{field: field, rows: e.group.rows, pages: e.group.pages, chunk: e.group.chunks[0], size: e.group.size}, nil
}

// adopt puts a column behind those that the group has.
func (g *EncodedGroup) adopt(c *EncodedColumn) error {
	if err := g.hold(c.rows); err != nil {
		return err
	}
	chunk := c.chunk
	chunk.MetaData.DataPageOffset += int64(g.size)
	if chunk.MetaData.DictionaryPageOffset > 0 {
		chunk.MetaData.DictionaryPageOffset += int64(g.size)
	}
	g.chunks, g.pages, g.size = append(g.chunks, chunk), append(g.pages, c.pages...), g.size+c.size
	return nil
}
