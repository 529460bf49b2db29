package parquetio

import (
	"fmt"
	"hash/crc32"
	"slices"

	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/encoding/delta"
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
	group  *EncodedGroup // that is being made
	memory []byte        // of its pages
	spare  chan []byte   // memory of groups that are in the file
	usual  int           // bytes of a row group
	page   []byte        // before compression
	packed []byte        // after it
	codes  []int32

	delta             delta.BinaryPackedEncoding
	prefixes, lengths []int32 // of texts
}

// mostSpare is how many pieces of memory an encoder keeps for the next groups.
const mostSpare = 2

// zstdWindow is how far back zstd looks for what repeats. The pages of a group that are
// compressed by it are codes and days, which repeat at once; its own choice takes 4 MB.
const zstdWindow = 1 << 18

// Encoder makes an encoder for the columns of the file.
func (g *GroupWriter) Encoder() (*Encoder, error) {
	z, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithLowerEncoderMem(true), zstd.WithWindowSize(zstdWindow))
	return &Encoder{fields: g.fields, zstd: z, spare: make(chan []byte, mostSpare)}, err
}

// Group encodes columns as one row group, of one page for each column. cols correspond to the fields: Numbers for Float and Bool
// (NaN is null in a nullable column), Days for Day, and for Text either Codes with Levels (-1 is null) or Texts. The
// slices are not kept. What cols has in the place of a column that is ready is not looked at.
func (e *Encoder) Group(cols []Column, ready ...*EncodedColumn) (*EncodedGroup, error) {
	e.memory, e.group = e.room(), &EncodedGroup{chunks: make([]format.ColumnChunk, 0, len(cols)), spare: e.spare}
	for i := range cols {
		var err error
		if at := slices.IndexFunc(ready, func(c *EncodedColumn) bool { return c.field == i }); at >= 0 {
			err = e.group.adopt(ready[at])
		} else {
			err = e.add(e.fields[i], &cols[i])
		}
		if err != nil {
			return nil, fmt.Errorf("parquetio: cannot write column %s: %w", quoteName(e.fields[i].Name), err)
		}
	}
	e.usual = max(e.usual, len(e.memory)+len(e.memory)/16)
	e.group.memory = e.memory
	return e.group, nil
}

// add encodes a column behind those that the group has.
func (e *Encoder) add(f Field, c *Column) error {
	n, err := columnRows(f, c)
	if err != nil {
		return err
	}
	if err := e.group.hold(n); err != nil {
		return err
	}
	return e.chunk(f, c)
}

// hold wants all columns as long as the first.
func (g *EncodedGroup) hold(rows int) error {
	if len(g.chunks) > 0 && rows != g.rows {
		return fmt.Errorf("has %d rows where the first column has %d", rows, g.rows)
	}
	g.rows = rows
	return nil
}

// room is memory for a group, that of an earlier one if there is some.
func (e *Encoder) room() []byte {
	select {
	case memory := <-e.spare:
		return memory[:0]
	default:
		return make([]byte, 0, e.usual)
	}
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

// storage is how the values of a chunk are written.
type storage struct {
	encoding format.Encoding
	codec    format.CompressionCodec
}

// storage chooses by what a sample of the values takes.
func (e *Encoder) storage(f Field, c *Column, nulls int) storage {
	switch {
	case f.Kind == Text && c.Texts.Ends != nil:
		return e.textStorage(&c.Texts)
	case f.Kind == Text:
		return storage{format.RLEDictionary, format.Zstd}
	case f.Kind == Float && e.isNoise(c.Numbers):
		return storage{format.Plain, format.Uncompressed}
	case f.Kind == Float: // zstd would take three times as long to make noise of many digits a tenth smaller
		return storage{format.Plain, format.Snappy}
	case f.Kind == Day && nulls == 0 && allAlike(c.Days):
		return storage{format.RLEDictionary, format.Uncompressed}
	}
	return storage{format.Plain, format.Zstd}
}

// chunk encodes one column.
func (e *Encoder) chunk(f Field, c *Column) error {
	nulls := 0
	if f.Nullable {
		nulls = countNulls(f.Kind, c)
	}
	as, rows, from := e.storage(f, c, nulls), e.group.rows, e.group.size
	m := format.ColumnMetaData{Type: physicalOf(f.Kind), Encoding: []format.Encoding{as.encoding, format.RLE}, PathInSchema: []string{f.Name},
		Codec: as.codec, NumValues: int64(rows)}
	if as.encoding == format.RLEDictionary {
		m.Encoding = append(m.Encoding, format.Plain) // of the dictionary itself
		m.DictionaryPageOffset = int64(from) + 1      // 0 means that there is none
		if err := e.dictionary(&m, f.Kind, c); err != nil {
			return err
		}
	}
	m.DataPageOffset = int64(e.group.size)
	h := format.PageHeader{Type: format.DataPage, DataPageHeader: thrift.New(format.DataPageHeader{NumValues: int32(rows),
		Encoding: as.encoding, DefinitionLevelEncoding: format.RLE, RepetitionLevelEncoding: format.RLE})}
	err := e.write(&m, &h, func(b []byte) []byte {
		if f.Nullable {
			b = e.appendLevels(b, f.Kind, c, rows, nulls)
		}
		return e.appendValues(b, f.Kind, c, as.encoding, nulls)
	})
	m.TotalCompressedSize = int64(e.group.size - from)
	e.group.chunks = append(e.group.chunks, format.ColumnChunk{MetaData: m})
	return err
}

// dictionary writes the page of distinct values: the levels of texts, or the day that all rows have.
func (e *Encoder) dictionary(m *format.ColumnMetaData, kind Kind, c *Column) error {
	n := 1
	if kind == Text {
		n = len(c.Levels)
	}
	h := format.PageHeader{Type: format.DictionaryPage,
		DictionaryPageHeader: thrift.New(format.DictionaryPageHeader{NumValues: int32(n), Encoding: format.Plain})}
	return e.write(m, &h, func(b []byte) []byte {
		if kind == Day {
			return appendUint32(b, uint32(c.Days[0]))
		}
		for _, text := range c.Levels {
			b = append(appendUint32(b, uint32(len(text))), text...)
		}
		return b
	})
}

// write adds a page to the group. What is not compressed is made where it stays.
func (e *Encoder) write(m *format.ColumnMetaData, h *format.PageHeader, content func([]byte) []byte) error {
	from := len(e.memory)
	size := 0
	if m.Codec == format.Uncompressed {
		e.memory = content(e.memory)
		size = len(e.memory) - from
	} else {
		e.page = content(e.page[:0])
		size = len(e.page)
		e.compress(m.Codec)
	}
	body := e.memory[from:len(e.memory):len(e.memory)]
	h.UncompressedPageSize, h.CompressedPageSize, h.CRC = int32(size), int32(len(body)), int32(crc32.ChecksumIEEE(body))
	header, err := marshal(h)
	if err != nil {
		return err
	}
	e.group.pages = append(e.group.pages, header, body)
	e.group.size += len(header) + len(body)
	m.TotalUncompressedSize += int64(len(header) + size)
	return nil
}

// compress appends the page to the memory of the group.
func (e *Encoder) compress(codec format.CompressionCodec) {
	if codec == format.Snappy {
		e.packed = s2.EncodeSnappy(e.packed[:cap(e.packed)], e.page)
		e.memory = append(e.memory, e.packed...)
		return
	}
	e.memory = e.zstd.EncodeAll(e.page, e.memory)
}

// noiseSample is how many numbers are looked at to find out whether they are noise.
const noiseSample = 1 << 11

// isNoise says of numbers whether Snappy would not make a sample from their middle a sixteenth smaller: probabilities have no
// two bytes in a row in common, and go faster as they are.
func (e *Encoder) isNoise(numbers []float64) bool {
	if len(numbers) < 2*noiseSample {
		return false
	}
	e.page = appendNumbers(e.page[:0], numbers[len(numbers)/2-noiseSample/2:][:noiseSample])
	e.packed = s2.EncodeSnappy(e.packed[:cap(e.packed)], e.page)
	return len(e.packed) > len(e.page)-len(e.page)/16
}
