package parquetio

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"
	"math/bits"
	"slices"

	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// The annotations of older readers.
const (
	utf8Converted = deprecated.UTF8
	dateConverted = deprecated.Date
)

// Encoder makes row groups for a GroupWriter. It keeps its buffers and belongs to one goroutine.
type Encoder struct {
	fields []Field
	zstd   *zstd.Encoder
	page   []byte // before compression
	packed []byte // after it
	codes  []int32
	out    []byte
	usual  int // bytes of a row group
	chunks []format.ColumnChunk
}

// Encoder makes an encoder for the columns of the file.
func (g *GroupWriter) Encoder() (*Encoder, error) {
	z, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithLowerEncoderMem(true))
	return &Encoder{fields: g.fields, zstd: z}, err
}

// Group encodes columns as one row group, of one page for each column. cols correspond to the fields: Numbers for Float and Bool
// (NaN is null in a nullable column), Days for Day, and for Text either Codes with Levels (-1 is null) or Texts. The
// slices are not kept.
func (e *Encoder) Group(cols []Column) (*EncodedGroup, error) {
	rows := 0
	e.out, e.chunks = make([]byte, 0, e.usual), make([]format.ColumnChunk, 0, len(cols))
	for i := range cols {
		n, err := columnRows(e.fields[i], &cols[i])
		if err == nil && i > 0 && n != rows {
			err = fmt.Errorf("has %d rows where the first column has %d", n, rows)
		}
		if err == nil {
			rows, err = n, e.chunk(e.fields[i], &cols[i], n)
		}
		if err != nil {
			return nil, fmt.Errorf("parquetio: cannot write column %s: %w", quoteName(e.fields[i].Name), err)
		}
	}
	e.usual = max(e.usual, len(e.out)+len(e.out)/16)
	return &EncodedGroup{bytes: e.out, chunks: e.chunks, rows: rows}, nil
}

// columnRows checks a column and counts its rows.
func columnRows(f Field, c *Column) (int, error) {
	if f.Kind == Text && c.Codes == nil && c.Levels == nil {
		if f.Nullable || len(c.NullRows) > 0 {
			return 0, fmt.Errorf("has nulls, and plain texts are never null")
		}
		return c.Texts.Len(), nil
	}
	return checkColumn(f, c)
}

// chunk encodes one column.
func (e *Encoder) chunk(f Field, c *Column, rows int) error {
	m := format.ColumnMetaData{Type: physicalOf(f.Kind), Encoding: []format.Encoding{format.Plain, format.RLE}, PathInSchema: []string{f.Name},
		Codec: format.Zstd, NumValues: int64(rows)}
	from := len(e.out)
	dictionary := f.Kind == Text && c.Texts.Ends == nil
	if f.Kind == Float || f.Kind == Text && !dictionary {
		m.Codec = format.Snappy // zstd would take three times as long to make noise of many digits a tenth smaller, and keys by a third
	}
	enc := format.Plain
	if dictionary {
		enc = format.RLEDictionary
		m.Encoding = append(m.Encoding, enc)
		m.DictionaryPageOffset = int64(from) + 1 // 0 means that there is none
		e.page = e.page[:0]
		for _, text := range c.Levels {
			e.page = append(appendUint32(e.page, uint32(len(text))), text...)
		}
		if err := e.dictionary(&m, len(c.Levels)); err != nil {
			return err
		}
	}
	m.DataPageOffset = int64(len(e.out))
	e.page = e.page[:0]
	nulls := 0
	if f.Nullable {
		nulls = e.levels(f, c, rows)
	}
	e.values(f, c, nulls)
	if m.Codec == format.Snappy && e.isNoise() {
		m.Codec = format.Uncompressed
	}
	if err := e.data(&m, rows, enc); err != nil {
		return err
	}
	m.TotalCompressedSize = int64(len(e.out) - from)
	e.chunks = append(e.chunks, format.ColumnChunk{MetaData: m})
	return nil
}

// levels puts the definition levels in front of a page: 1 for a value, 0 for null. It tells how many are null.
func (e *Encoder) levels(f Field, c *Column, rows int) (nulls int) {
	e.codes = slices.Grow(e.codes[:0], rows)[:rows]
	switch f.Kind {
	case Float, Bool:
		for i, v := range c.Numbers[:rows] {
			e.codes[i] = defined(v == v)
		}
	case Day:
		for i, d := range c.Days[:rows] {
			e.codes[i] = defined(d != NullDay)
		}
	default:
		for i, code := range c.Codes[:rows] {
			e.codes[i] = defined(code >= 0)
		}
	}
	nulls = rows
	for _, l := range e.codes {
		nulls -= int(l)
	}
	e.page = appendUint32(e.page, 0)
	e.page = appendHybrid(e.page, e.codes, 1)
	binary.LittleEndian.PutUint32(e.page, uint32(len(e.page)-4))
	return nulls
}

// defined is the definition level of a value.
func defined(is bool) int32 {
	if is {
		return 1
	}
	return 0
}

// values appends the values that are not null.
func (e *Encoder) values(f Field, c *Column, nulls int) {
	switch {
	case f.Kind == Float:
		at := len(e.page)
		e.page = slices.Grow(e.page, 8*len(c.Numbers))[:at+8*len(c.Numbers)]
		if nulls == 0 {
			for i, v := range c.Numbers {
				binary.LittleEndian.PutUint64(e.page[at+8*i:], math.Float64bits(v))
			}
			return
		}
		for _, v := range c.Numbers {
			if v == v {
				binary.LittleEndian.PutUint64(e.page[at:], math.Float64bits(v))
				at += 8
			}
		}
		e.page = e.page[:at]
	case f.Kind == Bool:
		e.page = appendBits(e.page, c.Numbers)
	case f.Kind == Day:
		for _, d := range c.Days {
			if d != NullDay || !f.Nullable {
				e.page = appendUint32(e.page, uint32(d))
			}
		}
	case c.Texts.Ends != nil:
		for i := range c.Texts.Ends {
			text := c.Texts.At(i)
			e.page = append(appendUint32(e.page, uint32(len(text))), text...)
		}
	default:
		width := max(1, bits.Len(uint(max(0, len(c.Levels)-1)))) // not every reader takes indexes of no bits
		e.codes = e.codes[:0]
		for _, code := range c.Codes {
			if code >= 0 {
				e.codes = append(e.codes, code)
			}
		}
		e.page = append(e.page, byte(width))
		e.page = appendHybrid(e.page, e.codes, width)
	}
}

// appendBits appends truths, eight a byte from the lowest bit on; what is null is left out.
func appendBits(b []byte, truths []float64) []byte {
	n := 0
	for _, x := range truths {
		if x != x {
			continue
		}
		if n%8 == 0 {
			b = append(b, 0)
		}
		if x != 0 {
			b[len(b)-1] |= 1 << (n % 8)
		}
		n++
	}
	return b
}

// dictionary writes the page as one of distinct values.
func (e *Encoder) dictionary(m *format.ColumnMetaData, n int) error {
	h := format.PageHeader{Type: format.DictionaryPage,
		DictionaryPageHeader: thrift.New(format.DictionaryPageHeader{NumValues: int32(n), Encoding: format.Plain})}
	return e.write(m, &h)
}

// data writes the page as one of rows.
func (e *Encoder) data(m *format.ColumnMetaData, rows int, enc format.Encoding) error {
	h := format.PageHeader{Type: format.DataPage, DataPageHeader: thrift.New(format.DataPageHeader{NumValues: int32(rows),
		Encoding: enc, DefinitionLevelEncoding: format.RLE, RepetitionLevelEncoding: format.RLE})}
	return e.write(m, &h)
}

// write compresses the page and appends it behind its header.
func (e *Encoder) write(m *format.ColumnMetaData, h *format.PageHeader) error {
	switch m.Codec {
	case format.Snappy:
		e.packed = s2.EncodeSnappy(e.packed[:cap(e.packed)], e.page)
	case format.Uncompressed:
		e.packed = append(e.packed[:0], e.page...)
	default:
		e.packed = e.zstd.EncodeAll(e.page, e.packed[:0])
	}
	h.UncompressedPageSize, h.CompressedPageSize = int32(len(e.page)), int32(len(e.packed))
	h.CRC = int32(crc32.ChecksumIEEE(e.packed))
	header, err := marshal(h)
	if err != nil {
		return err
	}
	e.out = append(append(e.out, header...), e.packed...)
	m.TotalUncompressedSize += int64(len(header) + len(e.page))
	return nil
}

// isNoise says of a page whether Snappy would not make a sample from its middle a sixteenth smaller: probabilities have no two
// bytes in a row in common, and go faster as they are.
func (e *Encoder) isNoise() bool {
	const sample = 1 << 14
	if len(e.page) < 2*sample {
		return false
	}
	middle := e.page[len(e.page)/2-sample/2:][:sample]
	e.packed = s2.EncodeSnappy(e.packed[:cap(e.packed)], middle)
	return len(e.packed) > sample-sample/16
}

// appendUint32 appends four bytes, little endian.
func appendUint32(b []byte, v uint32) []byte { return binary.LittleEndian.AppendUint32(b, v) }

// appendHybrid appends values of the given bit width as one run: of equal values if all are, else bit-packed, filled up with
// zeros to eight. It is what checkHybrid reads.
func appendHybrid(b []byte, values []int32, width int) []byte {
	if len(values) == 0 {
		return b
	}
	if !slices.ContainsFunc(values, func(v int32) bool { return v != values[0] }) {
		b = binary.AppendUvarint(b, uint64(len(values))<<1)
		for k := range (width + 7) / 8 {
			b = append(b, byte(values[0]>>(8*k)))
		}
		return b
	}
	groups := (len(values) + 7) / 8
	b = binary.AppendUvarint(b, uint64(groups)<<1|1)
	for group := range slices.Chunk(values, 8) {
		var acc uint64
		have := 0
		for k := range 8 {
			if k < len(group) {
				acc |= uint64(group[k]) << have
			}
			for have += width; have >= 8; have -= 8 {
				b = append(b, byte(acc))
				acc >>= 8
			}
		}
	}
	return b
}
