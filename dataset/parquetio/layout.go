package parquetio

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go/deprecated"
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
	nested []nestedLeaf
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
	least  []byte // the smallest value as the footer claims it, of at most eight bytes
}

// newLayout checks the footer of a file whose chunks must end before dataEnd.
func newLayout(meta *fileMeta, dataEnd int64) (*layout, error) {
	l := &layout{rows: meta.NumRows}
	types, err := l.flatten(meta.Schema)
	if err != nil {
		return nil, err
	}
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

// flatten walks the schema tree, which is stored depth first, collects the top-level columns and the leaves of the nested
// ones, and returns the physical types of all leaves. The walk keeps a stack of its own instead of recursing, so depth
// costs no more than the elements do.
func (l *layout) flatten(schema []format.SchemaElement) ([]format.Type, error) {
	if len(schema) == 0 {
		return nil, errors.New("has no schema; the file is damaged")
	}
	t := &schemaWalk{schema: schema, at: 1}
	seen := map[string]bool{}
	for range schema[0].NumChildren.V {
		if t.at >= len(schema) {
			break
		}
		name := schema[t.at].Name
		err := t.topLevel(l)
		if err == nil && seen[name] {
			err = errors.New("exists twice; rename one of them")
		}
		if err != nil {
			return nil, fmt.Errorf("column %s %w", quoteName(name), err)
		}
		seen[name] = true
	}
	if int(schema[0].NumChildren.V) != len(l.leaves) || t.at != len(schema) {
		return nil, errors.New("has a schema whose counts do not add up; the file is damaged")
	}
	return t.types, nil
}

// schemaWalk is a position in the elements of a schema.
type schemaWalk struct {
	schema []format.SchemaElement
	at     int
	types  []format.Type // of the leaves passed
}

// topLevel reads the column that starts here.
func (t *schemaWalk) topLevel(l *layout) error {
	el := &t.schema[t.at]
	if !utf8.ValidString(el.Name) {
		return errors.New("has a name that is not UTF-8")
	}
	first := len(t.types)
	nested, err := t.subtree(el.Name)
	if err != nil {
		return err
	}
	if !el.Type.Valid || el.RepetitionType.V == format.Repeated {
		l.leaves = append(l.leaves, leaf{Field: Field{Name: el.Name, Kind: Other, Nullable: true, Detail: nestedDetail(el)}, column: -1})
		l.nested = append(l.nested, nested...)
		return nil
	}
	flat, err := newLeaf(el)
	flat.column = first
	l.leaves = append(l.leaves, flat)
	return err
}

// nestedDetail names the kind of a nested column.
func nestedDetail(el *format.SchemaElement) string {
	switch {
	case el.Type.Valid:
		return "nested (repeated " + el.Type.V.String() + ")"
	case el.LogicalType.Value != nil:
		return fmt.Sprintf("nested (%v)", el.LogicalType.Value)
	case el.ConvertedType.V == deprecated.List && el.ConvertedType.Valid:
		return "nested (LIST)"
	case el.ConvertedType.V == deprecated.Map || el.ConvertedType.V == deprecated.MapKeyValue:
		return "nested (MAP)"
	}
	return "nested (STRUCT)"
}

// level is an open group of the schema tree: the children still to come, and the highest levels below it.
type level struct {
	children, repetition, definition int
}

// subtree reads the element here and all below it, and returns its leaves.
func (t *schemaWalk) subtree(column string) (leaves []nestedLeaf, err error) {
	open := []level{{children: 1}}
	for len(open) > 0 {
		top := &open[len(open)-1]
		if top.children == 0 {
			open = open[:len(open)-1]
			continue
		}
		top.children--
		if t.at >= len(t.schema) {
			return nil, errors.New("has more children than the schema holds; the file is damaged")
		}
		el := &t.schema[t.at]
		in, err := top.enter(el, len(t.schema))
		if err != nil {
			return nil, err
		}
		if el.Type.Valid {
			leaves = append(leaves, nestedLeaf{maxRepetition: in.repetition, maxDefinition: in.definition, leaf: leaf{
				Field: Field{Name: column, Kind: Other}, physical: el.Type.V, width: int(el.TypeLength.V), column: len(t.types)}})
			t.types = append(t.types, el.Type.V)
		} else {
			open = append(open, in)
		}
		t.at++
	}
	return leaves, nil
}

// enter checks an element and returns the levels within it.
func (v level) enter(el *format.SchemaElement, elements int) (level, error) {
	in := level{int(el.NumChildren.V), v.repetition, v.definition}
	switch el.RepetitionType.V {
	case format.Required:
	case format.Optional:
		in.definition++
	case format.Repeated:
		in.definition++
		in.repetition++
	default:
		return in, fmt.Errorf("has the unknown repetition type %d", el.RepetitionType.V)
	}
	switch {
	case in.children < 0 || in.children > elements:
		return in, fmt.Errorf("claims %d children; the file is damaged", in.children)
	case !el.Type.Valid:
	case in.children > 0:
		return in, errors.New("is both a value and a group; the file is damaged")
	case el.Type.V < format.Boolean || el.Type.V > format.FixedLenByteArray:
		return in, fmt.Errorf("has the unknown physical type %d", el.Type.V)
	case el.Type.V == format.FixedLenByteArray && (el.TypeLength.V <= 0 || el.TypeLength.V > maxFixed):
		return in, fmt.Errorf("has fixed-length values of %d bytes", el.TypeLength.V)
	}
	return in, nil
}

// newRowGroup checks the chunks of one row group one by one.
func newRowGroup(rg *groupMeta, types []format.Type, dataEnd int64) (rowGroup, error) {
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
func newChunk(cc *chunkMeta, physical format.Type, dataEnd int64) (chunk, error) {
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
	if least := m.Statistics.MinValue; len(least) <= 8 {
		c.least = least
	}
	if d := m.DictionaryPageOffset; d < 0 || d > dataEnd {
		return chunk{}, fmt.Errorf("has its dictionary at byte %d, outside the data; the file is damaged", d)
	} else if d > 0 && d < c.offset {
		c.offset = d
	}
	if c.values < 0 {
		return chunk{}, fmt.Errorf("claims %d values; the file is damaged", c.values)
	}
	if c.values == 0 {
		return chunk{codec: c.codec}, nil // nothing to read, wherever it is: Arrow points before the file
	}
	first := int64(len(magicPlain))
	if c.offset < first || c.size <= 0 || c.size > dataEnd || m.DataPageOffset > dataEnd || c.offset > dataEnd-c.size {
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
