package parquetio

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"

	"github.com/parquet-go/parquet-go/encoding/rle"
	"github.com/parquet-go/parquet-go/format"
)

// Nested columns are never turned into values, but a file whose nested columns are damaged is a damaged file, and Verify
// says so. A nested leaf stores, for every value, at which level of its path a new list element begins (repetition) and
// down to which level the path is defined (definition). A row begins where the repetition level is 0; a value is stored
// where the definition level is the highest. Source: Melnik et al., "Dremel: Interactive Analysis of Web-Scale Datasets",
// VLDB 2010, section 4.1.

// nestedLeaf is a leaf below a top-level column that is a group or repeated.
type nestedLeaf struct {
	leaf
	maxRepetition, maxDefinition int
}

// nested walks all pages of a nested chunk that holds the given rows, and decodes every level and value.
func (r *pageReader) nested(n *nestedLeaf, rows int64) error {
	begun := int64(0)
	for {
		found, err := r.more()
		if err != nil {
			return err
		}
		if !found {
			break
		}
		r.number++
		more, err := r.nestedPage(n)
		if err != nil {
			return fmt.Errorf("page %d %w", r.number, err)
		}
		begun += int64(more)
	}
	if r.left != 0 {
		return fmt.Errorf("ends %d values early; the file is damaged", r.left)
	}
	if begun != rows {
		return fmt.Errorf("holds %d rows where its row group has %d; the file is damaged", begun, rows)
	}
	return nil
}

// nestedPage reads one page and returns the number of rows that begin in it.
func (r *pageReader) nestedPage(n *nestedLeaf) (begun int, err error) {
	h, body, err := r.header()
	if err != nil {
		return 0, err
	}
	switch h.Type {
	case format.DictionaryPage:
		p, err := r.dictionary(h, body)
		if err == nil {
			err = p.values.check()
		}
		return 0, err
	case format.DataPage:
		return r.nestedV1(n, h, body)
	case format.DataPageV2:
		return r.nestedV2(n, h, body)
	case format.IndexPage:
		return 0, nil
	}
	return 0, fmt.Errorf("has the unknown type %d; the file is damaged", h.Type)
}

// nestedV1 reads a data page of the first version: both kinds of levels, each after its length, then the values.
func (r *pageReader) nestedV1(n *nestedLeaf, h *pageMeta, body []byte) (begun int, err error) {
	d := h.DataPageHeader.V
	if !h.DataPageHeader.Valid {
		return 0, errors.New("is a data page without its header; the file is damaged")
	}
	if err := r.take(d.NumValues); err != nil {
		return 0, err
	}
	count := int(d.NumValues)
	src, err := r.expand(&r.expanded, body, int(h.UncompressedPageSize), pageCap(r.leaf, count, len(body)))
	if err != nil {
		return 0, err
	}
	repetition, src, err := levelBytes(src, d.RepetitionLevelEncoding, n.maxRepetition, count)
	if err != nil {
		return 0, err
	}
	definition, src, err := levelBytes(src, d.DefinitionLevelEncoding, n.maxDefinition, count)
	if err != nil {
		return 0, err
	}
	return r.finishNested(n, d.Encoding, count, repetition, definition, src)
}

// nestedV2 reads a data page of the second version: uncompressed levels, whose lengths the header gives, then the values.
func (r *pageReader) nestedV2(n *nestedLeaf, h *pageMeta, body []byte) (begun int, err error) {
	d := h.DataPageHeaderV2.V
	if !h.DataPageHeaderV2.Valid {
		return 0, errors.New("is a data page without its header; the file is damaged")
	}
	if err := r.take(d.NumValues); err != nil {
		return 0, err
	}
	definition, repetition := int64(d.DefinitionLevelsByteLength), int64(d.RepetitionLevelsByteLength)
	size := int64(h.UncompressedPageSize) - definition - repetition
	if definition < 0 || repetition < 0 || size < 0 || definition+repetition > int64(len(body)) {
		return 0, fmt.Errorf("claims %d bytes of levels in %d; the file is damaged", definition+repetition, len(body))
	}
	src := body[definition+repetition:]
	if d.compressed() {
		if src, err = r.expand(&r.expanded, src, int(size), pageCap(r.leaf, int(d.NumValues), len(body))); err != nil {
			return 0, err
		}
	}
	return r.finishNested(n, d.Encoding, int(d.NumValues), body[:repetition], body[repetition:repetition+definition], src)
}

// finishNested checks the levels of a page and decodes its values.
func (r *pageReader) finishNested(n *nestedLeaf, enc format.Encoding, count int, repetition, definition, src []byte) (begun int, err error) {
	if begun, err = r.countLevels(repetition, n.maxRepetition, count, 0); err != nil {
		return 0, fmt.Errorf("%w in its repetition levels; the file is damaged", err)
	}
	stored, err := r.countLevels(definition, n.maxDefinition, count, n.maxDefinition)
	if err != nil {
		return 0, fmt.Errorf("%w in its definition levels; the file is damaged", err)
	}
	if enc == plainDictionary || enc == format.RLEDictionary {
		p := page{rows: stored, stored: stored}
		if p.indexes, err = r.decoder.indexes(src, stored, r.entries, &r.tools.indexes); err == nil {
			err = p.check()
		}
		return begun, err
	}
	v, err := r.decoder.decode(enc, r.leaf, src, stored)
	if err == nil {
		err = v.check()
	}
	return begun, err
}

// levelBytes cuts the levels of a version 1 page off src. A column that has only one level stores none.
func levelBytes(src []byte, enc format.Encoding, most, count int) (levels, rest []byte, err error) {
	if most == 0 {
		return nil, src, nil
	}
	if enc != format.RLE {
		return nil, nil, fmt.Errorf("has its levels in the encoding %s, which no current writer uses: write the file again", enc)
	}
	if len(src) < 4 {
		return nil, nil, errors.New("has no levels; the file is damaged")
	}
	n := binary.LittleEndian.Uint32(src)
	if uint64(n) > uint64(len(src)-4) {
		return nil, nil, fmt.Errorf("claims %d bytes of levels in %d; the file is damaged", n, len(src)-4)
	}
	return src[4 : 4+n], src[4+n:], nil
}

// countLevels decodes count levels of at most most and returns how many equal the given one.
func (r *pageReader) countLevels(src []byte, most, count, equal int) (int, error) {
	if most == 0 || count == 0 {
		return count, nil
	}
	width := bits.Len(uint(most))
	if err := checkHybrid(src, width, count); err != nil {
		return 0, err
	}
	var err error
	if r.definition, err = decodeWideLevels(r.definition, src, width); err != nil {
		return 0, err
	}
	n := 0
	for _, level := range r.definition[:count] {
		if int(level) > most {
			return 0, fmt.Errorf("has the level %d of at most %d", level, most)
		}
		if int(level) == equal {
			n++
		}
	}
	return n, nil
}

// decodeWideLevels lets parquet-go expand levels whose runs have been checked. maxThriftDepth does not bound the schema,
// whose tree is flat in the footer, so that a level may need more than the eight bits that the decoder has.
func decodeWideLevels(dst []uint8, src []byte, width int) (out []uint8, err error) {
	if width > 8 {
		return nil, errors.New("is nested more than 255 levels deep")
	}
	defer recoverAs(&err)
	return (&rle.Encoding{BitWidth: width}).DecodeLevels(dst, src)
}
