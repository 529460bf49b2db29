package parquetio

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go/format"
)

// What a footer must satisfy before a byte of data is read, and what would happen otherwise:
//
//   - the rows of the row groups add up to the rows of the file (else rows vanish silently);
//   - each flat column has as many values as its row group has rows (else columns shift against each other);
//   - each chunk lies between the opening magic and the footer (else a reader may return zeros without an error);
//   - no two chunks share bytes (else kilobytes claim terabytes, or one column is read as another);
//   - the schema tree uses up its elements exactly (else chunks belong to other columns than it says);
//   - names are distinct and UTF-8 (else a column would be picked by luck, or could not be shown).

// layout is a footer that has been checked against itself and against the size of its file: the columns, and where the
// chunks of the flat ones lie.
type layout struct {
	rows   int64
	leaves []leaf // top-level columns in file order, nested ones with column -1
	groups []rowGroup
}

// rowGroup is a horizontal slice of a file.
type rowGroup struct {
	rows   int64
	chunks []chunk // one per leaf of the schema tree
}

// chunk is one column of one row group: a byte range that holds pages.
type chunk struct {
	codec  format.CompressionCodec
	offset int64
	size   int64
	values int64
}

// newLayout checks the footer of a file whose chunks must end before dataEnd.
func newLayout(meta *format.FileMetaData, dataEnd int64) (*layout, error) {
	leaves, types, err := flatten(meta.Schema)
	if err != nil {
		return nil, err
	}
	l := &layout{rows: meta.NumRows, leaves: leaves}
	var rows int64
	for g := range meta.RowGroups {
		group, err := newRowGroup(&meta.RowGroups[g], types, dataEnd)
		if err != nil {
			return nil, fmt.Errorf("row group %d: %w", g, err)
		}
		l.groups = append(l.groups, group)
		rows += group.rows
		if rows < 0 {
			return nil, errors.New("row groups claim more rows than can be counted; the file is damaged")
		}
	}
	if rows != meta.NumRows {
		return nil, fmt.Errorf("footer claims %d rows but its row groups hold %d; the file is damaged", meta.NumRows, rows)
	}
	if err := l.checkCounts(); err != nil {
		return nil, err
	}
	return l, l.checkOverlap()
}

// flatten walks the schema tree, which is stored depth first, and returns the top-level columns and the physical types
// of all leaves. The walk keeps a count instead of recursing, so depth costs nothing.
func flatten(schema []format.SchemaElement) ([]leaf, []format.Type, error) {
	if len(schema) == 0 {
		return nil, nil, errors.New("has no schema; the file is damaged")
	}
	var leaves []leaf
	var types []format.Type
	seen := map[string]bool{}
	at := 1
	for range schema[0].NumChildren.V {
		if at >= len(schema) {
			break
		}
		l, end, err := topLevel(schema, at, &types)
		if err == nil && seen[l.Name] {
			err = errors.New("exists twice; rename one of them")
		}
		if err != nil {
			return nil, nil, fmt.Errorf("column %s %w", quoteName(schema[at].Name), err)
		}
		seen[l.Name] = true
		leaves = append(leaves, l)
		at = end
	}
	if int(schema[0].NumChildren.V) != len(leaves) || at != len(schema) {
		return nil, nil, errors.New("has a schema whose counts do not add up; the file is damaged")
	}
	return leaves, types, nil
}

// topLevel reads the column that starts at element at, appends the physical types of its leaves, and returns it with the
// index of the next column.
func topLevel(schema []format.SchemaElement, at int, types *[]format.Type) (leaf, int, error) {
	el := &schema[at]
	if !utf8.ValidString(el.Name) {
		return leaf{}, 0, errors.New("has a name that is not UTF-8")
	}
	if r := el.RepetitionType.V; r < format.Required || r > format.Repeated {
		return leaf{}, 0, fmt.Errorf("has the unknown repetition type %d", r)
	}
	first := len(*types)
	end, err := subtree(schema, at, types)
	if err != nil {
		return leaf{}, 0, err
	}
	if !el.Type.Valid || el.RepetitionType.V == format.Repeated {
		return leaf{Field: Field{Name: el.Name, Kind: Other, Nullable: true, Detail: "nested"}, column: -1}, end, nil
	}
	l, err := newLeaf(el)
	l.column = first
	return l, end, err
}

// subtree returns the index after the subtree that starts at element at, and appends the types of its leaves.
func subtree(schema []format.SchemaElement, at int, types *[]format.Type) (int, error) {
	for open := 1; open > 0; open-- {
		if at >= len(schema) {
			return 0, errors.New("has more children than the schema holds; the file is damaged")
		}
		el := &schema[at]
		children := int(el.NumChildren.V)
		switch {
		case children < 0 || children > len(schema):
			return 0, fmt.Errorf("claims %d children; the file is damaged", children)
		case !el.Type.Valid:
			open += children
		case children > 0:
			return 0, errors.New("is both a value and a group; the file is damaged")
		case el.Type.V < format.Boolean || el.Type.V > format.FixedLenByteArray:
			return 0, fmt.Errorf("has the unknown physical type %d", el.Type.V)
		default:
			*types = append(*types, el.Type.V)
		}
		at++
	}
	return at, nil
}

// newRowGroup checks the chunks of one row group one by one.
func newRowGroup(rg *format.RowGroup, types []format.Type, dataEnd int64) (rowGroup, error) {
	g := rowGroup{rows: rg.NumRows}
	if rg.NumRows < 0 {
		return g, fmt.Errorf("claims %d rows", rg.NumRows)
	}
	if len(rg.Columns) != len(types) {
		return g, fmt.Errorf("has %d column chunks but the schema has %d columns; the file is damaged", len(rg.Columns), len(types))
	}
	for i := range rg.Columns {
		c, err := newChunk(&rg.Columns[i], types[i], dataEnd)
		if err != nil {
			return g, fmt.Errorf("column %s %w", quoteName(strings.Join(rg.Columns[i].MetaData.PathInSchema, ".")), err)
		}
		g.chunks = append(g.chunks, c)
	}
	return g, nil
}

// newChunk checks that a chunk lies between the opening magic and the footer.
func newChunk(cc *format.ColumnChunk, physical format.Type, dataEnd int64) (chunk, error) {
	m := &cc.MetaData
	if cc.FilePath != "" {
		return chunk{}, fmt.Errorf("is kept in another file (%s), which is not supported", quoteName(cc.FilePath))
	}
	if cc.CryptoMetadata.Value != nil || len(cc.EncryptedColumnMetadata) > 0 {
		return chunk{}, errEncrypted
	}
	if m.Type != physical {
		return chunk{}, fmt.Errorf("is stored as %s but the schema says %s; the file is damaged", m.Type, physical)
	}
	c := chunk{codec: m.Codec, offset: m.DataPageOffset, size: m.TotalCompressedSize, values: m.NumValues}
	if d := m.DictionaryPageOffset; d < 0 || d > dataEnd {
		return chunk{}, fmt.Errorf("has its dictionary at byte %d, outside the data; the file is damaged", d)
	} else if d > 0 && d < c.offset {
		c.offset = d
	}
	if c.values < 0 {
		return chunk{}, fmt.Errorf("claims %d values; the file is damaged", c.values)
	}
	empty := c.values == 0 && c.size == 0
	first := int64(len(magicPlain))
	if !empty && (c.offset < first || c.size <= 0 || c.size > dataEnd || m.DataPageOffset > dataEnd || c.offset > dataEnd-c.size) {
		return chunk{}, fmt.Errorf("claims bytes %d to %d, but the data ends at byte %d; the file is damaged", c.offset, c.offset+c.size, dataEnd)
	}
	return c, nil
}

// checkCounts compares the values of flat columns with the rows. A nested column may have more.
func (l *layout) checkCounts() error {
	for g, group := range l.groups {
		for _, f := range l.leaves {
			if f.column >= 0 && group.chunks[f.column].values != group.rows {
				return fmt.Errorf("row group %d: column %s has %d values for %d rows; the file is damaged",
					g, quoteName(f.Name), group.chunks[f.column].values, group.rows)
			}
		}
	}
	return nil
}

// checkOverlap refuses chunks that share bytes: a small file could so claim the same rows any number of times.
func (l *layout) checkOverlap() error {
	var all []chunk
	for _, g := range l.groups {
		for _, c := range g.chunks {
			if c.size > 0 {
				all = append(all, c)
			}
		}
	}
	slices.SortFunc(all, func(a, b chunk) int { return int(min(max(a.offset-b.offset, -1), 1)) })
	for i := 1; i < len(all); i++ {
		if all[i-1].offset+all[i-1].size > all[i].offset {
			return fmt.Errorf("two column chunks share the bytes from %d on; the file is damaged", all[i].offset)
		}
	}
	return nil
}
