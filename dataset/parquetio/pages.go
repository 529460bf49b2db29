package parquetio

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/parquet-go/parquet-go/format"
)

// page is one page of a flat column, whose rows are decoded as they are taken (next). It is valid until the next page of its
// chunk is read.
type page struct {
	// number counts the pages of a chunk, for messages.
	number int
	// dictionary marks a page of dictionary entries instead of rows; values then holds them.
	dictionary bool
	// raw reports that the values were not compressed: they lie in the bytes that were read.
	raw bool
	// rows counts the rows of a data page that have not been taken.
	rows int
	// defined has a bit for each row, 1 where it has a value and 0 where it is null, the first in the lowest bit of the first
	// byte; nil means that no row is null.
	defined []byte
	// stored counts the rows with a value.
	stored int
	// values holds the values that are not null, unless they are in the dictionary.
	values values
	// indexes say which dictionary entries the values are that are not null; nil for pages without dictionary.
	indexes *packedIndexes
}

// A column chunk is a sequence of pages, each a Thrift header and then a body whose size the header gives:
//
//	[header][dictionary page] [header][data page] [header][data page] …
//
// The body of a data page of a flat column is, in version 1, compressed as a whole:
//
//	[4 bytes: length of levels][levels, if the column is nullable][values]
//
// and in version 2, with only the values compressed and the length of the levels in the header:
//
//	[levels, if the column is nullable][values]
//
// The levels say for each row whether it has a value; the values of nulls are not stored.

// pageReader walks the pages of one column chunk, which is in memory or read page by page. It belongs to one goroutine,
// which reuses it from chunk to chunk.
type pageReader struct {
	leaf       leaf
	codec      format.CompressionCodec
	data       []byte  // what is left of the chunk, as far as it was read
	window     *window // where the rest comes from; nil: there is none
	left       int64   // rows still to come
	entries    int     // of the dictionary; -1 before it was seen
	number     int     // of the page, for messages
	expanded   []byte  // the data page
	decoder    decoder
	definition []byte
	tools      *tools
}

// tools are what page readers that take turns may share: nothing is kept in them from one portion of a page to the next, nor
// are dictionaries, which whoever reads them converts at once.
type tools struct {
	expander   decompressor
	dictionary []byte
	indexes    []int32
}

// reset starts a new chunk.
func (r *pageReader) reset(l leaf, c chunk, data []byte) {
	r.leaf, r.codec, r.data, r.window = l, c.codec, data, nil
	r.left, r.entries, r.number = c.values, -1, -1
	if r.tools == nil {
		r.tools = new(tools)
	}
}

// next returns the next dictionary or data page, and io.EOF after a chunk that held exactly the rows it promised.
func (r *pageReader) next() (page, error) {
	for {
		found, err := r.more()
		if err != nil {
			return page{}, err
		}
		if !found {
			break
		}
		r.number++
		p, skipped, err := r.read()
		if err != nil {
			return page{}, pageError(r.number, err)
		}
		if !skipped {
			return p, nil
		}
	}
	if r.left != 0 {
		return page{}, fmt.Errorf("ends %d rows early; the file is damaged", r.left)
	}
	return page{}, io.EOF
}

// more reports whether there is another page. Unless the chunk is in memory, it reads it.
func (r *pageReader) more() (bool, error) {
	var err error
	if len(r.data) == 0 && r.window != nil {
		r.data, err = r.window.page()
	}
	return len(r.data) > 0, err
}

// pageError says in which page of a chunk an error was met.
func pageError(number int, err error) error { return fmt.Errorf("page %d %w", number, err) }

// read takes one page. Index pages, which nobody writes, are skipped.
func (r *pageReader) read() (p page, skipped bool, err error) {
	h, body, err := r.header()
	if err != nil {
		return page{}, false, err
	}
	switch h.Type {
	case format.DictionaryPage:
		p, err = r.dictionary(h, body)
	case format.DataPage:
		p, err = r.dataV1(h, body)
	case format.DataPageV2:
		p, err = r.dataV2(h, body)
	case format.IndexPage:
		if !h.IndexPageHeader.Valid {
			return page{}, false, errors.New("is an index page with another kind of header; the file is damaged")
		}
		return page{}, true, nil
	default:
		err = fmt.Errorf("has the unknown type %d; the file is damaged", h.Type)
	}
	p.raw = r.codec == format.Uncompressed || h.Type == format.DataPageV2 && !h.DataPageHeaderV2.V.compressed()
	p.number = r.number
	return p, false, err
}

// maxPageHeader bounds one page header. Statistics of long text make them a few kilobytes.
const maxPageHeader = 16 << 20

// header decodes one page header and returns it with the bytes of the page as stored, after checking its checksum.
func (r *pageReader) header() (*pageMeta, []byte, error) {
	n, err := skim(r.data[:min(len(r.data), maxPageHeader)])
	if err != nil {
		return nil, nil, fmt.Errorf("header %w; the file is damaged", err)
	}
	h := new(pageMeta)
	if err := unmarshal(r.data[:n], h); err != nil {
		return nil, nil, fmt.Errorf("header cannot be decoded: %w", err)
	}
	r.data = r.data[n:]
	size := int(h.CompressedPageSize)
	if size < 0 || size > len(r.data) || h.UncompressedPageSize < 0 {
		return nil, nil, fmt.Errorf("claims %d bytes (%d when expanded) of the %d left; the file is damaged", size, h.UncompressedPageSize, len(r.data))
	}
	body := r.data[:size:size]
	r.data = r.data[size:]
	// The checksum covers the bytes as stored, so it is checked before anything looks at them.
	if h.CRC.Valid && crc32.ChecksumIEEE(body) != uint32(h.CRC.V) {
		return nil, nil, errors.New("does not match its checksum; the file is damaged, copy or write it again")
	}
	return h, body, nil
}

// mostUnused is how many entries a dictionary may have although there are fewer rows: Arrow writes the whole dictionary of
// a column of which only some rows are kept.
const mostUnused = 1 << 20

// dictionary reads the page of distinct values that must come before all data pages.
func (r *pageReader) dictionary(h *pageMeta, body []byte) (page, error) {
	d := h.DictionaryPageHeader.V
	switch {
	case !h.DictionaryPageHeader.Valid || d.NumValues < 0:
		return page{}, errors.New("is a dictionary without a proper header; the file is damaged")
	case r.entries >= 0 || r.number > 0:
		return page{}, errors.New("is a dictionary that does not come first; the file is damaged")
	case int64(d.NumValues) > max(mostUnused, r.left):
		return page{}, fmt.Errorf("is a dictionary of %d entries for %d rows; the file is damaged", d.NumValues, r.left)
	case d.Encoding != format.Plain && d.Encoding != plainDictionary:
		return page{}, fmt.Errorf("is a dictionary in the encoding %s, which the format does not allow", d.Encoding)
	}
	src, err := r.expand(&r.tools.dictionary, body, int(h.UncompressedPageSize), pageCap(r.leaf, -1, len(body)))
	if err != nil {
		return page{}, err
	}
	r.entries = int(d.NumValues)
	v, err := r.decoder.plain(r.leaf, src, r.entries)
	return page{dictionary: true, values: v}, err
}

// dataV1 reads a data page of the first version: levels and values are compressed together.
func (r *pageReader) dataV1(h *pageMeta, body []byte) (page, error) {
	d := h.DataPageHeader.V
	if !h.DataPageHeader.Valid {
		return page{}, errors.New("is a data page without its header; the file is damaged")
	}
	if err := r.take(d.NumValues); err != nil {
		return page{}, err
	}
	rows := int(d.NumValues)
	src, err := r.expand(&r.expanded, body, int(h.UncompressedPageSize), pageCap(r.leaf, rows, len(body)))
	if err != nil {
		return page{}, err
	}
	if !r.leaf.Nullable {
		return r.finish(d.Encoding, rows, nil, src)
	}
	if d.DefinitionLevelEncoding != format.RLE {
		return page{}, fmt.Errorf("has its nulls in the encoding %s, which no current writer uses: write the file again", d.DefinitionLevelEncoding)
	}
	if len(src) < 4 {
		return page{}, errors.New("has no definition levels; the file is damaged")
	}
	n := binary.LittleEndian.Uint32(src)
	if uint64(n) > uint64(len(src)-4) {
		return page{}, fmt.Errorf("claims %d bytes of definition levels in %d; the file is damaged", n, len(src)-4)
	}
	defined, err := r.levels(src[4:4+n], rows)
	if err != nil {
		return page{}, err
	}
	return r.finish(d.Encoding, rows, defined, src[4+n:])
}

// dataV2 reads a data page of the second version: levels stand uncompressed before the values.
func (r *pageReader) dataV2(h *pageMeta, body []byte) (page, error) {
	d := h.DataPageHeaderV2.V
	if !h.DataPageHeaderV2.Valid {
		return page{}, errors.New("is a data page without its header; the file is damaged")
	}
	if err := r.take(d.NumValues); err != nil {
		return page{}, err
	}
	rows, levels, skip := int(d.NumValues), int64(d.DefinitionLevelsByteLength), int64(d.RepetitionLevelsByteLength)
	size := int64(h.UncompressedPageSize) - levels - skip
	if levels < 0 || skip < 0 || size < 0 || levels+skip > int64(len(body)) {
		return page{}, fmt.Errorf("claims %d bytes of definition levels in %d; the file is damaged", levels, len(body))
	}
	if int(d.NumRows) != rows {
		return page{}, fmt.Errorf("has %d rows but %d values; the file is damaged", d.NumRows, rows)
	}
	src := body[levels+skip:]
	if d.compressed() {
		var err error
		if src, err = r.expand(&r.expanded, src, int(size), pageCap(r.leaf, rows, len(body))); err != nil {
			return page{}, err
		}
	}
	if !r.leaf.Nullable {
		return r.finish(d.Encoding, rows, nil, src)
	}
	defined, err := r.levels(body[skip:skip+levels], rows)
	if err != nil {
		return page{}, err
	}
	// The header's count of nulls is redundant, and so it is a check: levels that were damaged in a way that still decodes
	// would shift all values behind them to other rows.
	if nulls := rows - present(defined, rows); nulls != int(d.NumNulls) {
		return page{}, fmt.Errorf("has %d nulls where its header says %d; the file is damaged", nulls, d.NumNulls)
	}
	return r.finish(d.Encoding, rows, defined, src)
}

// take counts the rows of a page against those the chunk promised. A page that claims a row less than it holds is found
// by next, when the chunk ends early: without this, all later rows would stand beside the wrong accounts.
func (r *pageReader) take(rows int32) error {
	if rows < 0 || int64(rows) > r.left {
		return fmt.Errorf("claims %d rows where %d are left; the file is damaged", rows, r.left)
	}
	r.left -= int64(rows)
	return nil
}

// expand decompresses a page body into a buffer, after comparing the size it claims with the most it can honestly need. A body
// that is not compressed is returned as it is.
func (r *pageReader) expand(into *[]byte, body []byte, size, most int) ([]byte, error) {
	if size > most {
		return nil, fmt.Errorf("claims to expand from %d to %d bytes, more than its values can need; the file is damaged, or its pages are too large", len(body), size)
	}
	if r.codec == format.Uncompressed {
		if len(body) != size {
			return nil, fmt.Errorf("has %d bytes where its header says %d", len(body), size)
		}
		return body, nil
	}
	if size == 0 {
		return nil, nil
	}
	if cap(*into) < size+vectorSlack {
		*into = make([]byte, size+vectorSlack)
	}
	out := (*into)[: size : size+vectorSlack]
	return out, r.tools.expander.expand(r.codec, out, body)
}

// pageCap is the most bytes a page of the given rows may expand to. For fixed-width types it follows from the rows: values
// in their most wasteful encoding, which is a run of its own for each (5 bytes for a dictionary index) or the plain value,
// with two lengths for bytes, and their levels. Text and dictionaries (rows < 0) are bounded by the compressed size, at a
// ratio that only a bomb exceeds.
func pageCap(l leaf, rows, compressed int) int {
	const floor, ratio, run, levels = 16 << 20, 64, 5, 3
	width := map[format.Type]int{
		format.Boolean: 1, format.Int32: 4, format.Int64: 8, format.Int96: 12, format.Float: 4, format.Double: 8, format.FixedLenByteArray: l.width + 8,
	}[l.physical]
	if rows < 0 || width == 0 {
		return floor + ratio*compressed
	}
	return 4096 + (max(width, run)+levels)*rows
}

// levels decodes the definition levels of a page, which for a flat column are one bit per row. It returns nil when no
// row is null.
func (r *pageReader) levels(src []byte, rows int) ([]byte, error) {
	defined, greatest, err := hybridBits(r.definition, src, rows)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w in its definition levels; the file is damaged", err)
	case greatest > 1:
		return nil, fmt.Errorf("has the definition level %d; the file is damaged", greatest)
	}
	r.definition = defined
	if present(defined, rows) == rows {
		return nil, nil
	}
	return defined, nil
}

// finish decodes the values of a data page, or prepares to.
func (r *pageReader) finish(enc format.Encoding, rows int, defined, src []byte) (page, error) {
	p := page{rows: rows, defined: defined, stored: present(defined, rows)}
	var err error
	if enc == plainDictionary || enc == format.RLEDictionary {
		p.indexes, err = r.decoder.indexes(src, p.stored, r.entries, &r.tools.indexes)
	} else {
		p.values, err = r.decoder.decode(enc, r.leaf, src, p.stored)
	}
	return p, err
}
