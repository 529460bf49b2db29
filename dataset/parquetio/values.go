package parquetio

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/encoding"
	"github.com/parquet-go/parquet-go/encoding/bytestreamsplit"
	"github.com/parquet-go/parquet-go/encoding/delta"
	"github.com/parquet-go/parquet-go/encoding/plain"
	"github.com/parquet-go/parquet-go/format"
)

// The encodings of flat columns, and who decodes them here. Every decoder of parquet-go sits behind a check of the sizes
// that it would otherwise believe:
//
//	PLAIN                    doubles: here; other numbers: parquet-go; text and fixed bytes: cut out in pieces, without copying
//	RLE_DICTIONARY           checkHybrid, then indexes, here; every index is compared with the dictionary
//	RLE (booleans)           hybridBits
//	DELTA_BINARY_PACKED      checkDelta, then parquet-go
//	DELTA_LENGTH_BYTE_ARRAY  lengths as above, then cut
//	DELTA_BYTE_ARRAY         lengths as above, then cut and joined within a bound
//	BYTE_STREAM_SPLIT        parquet-go, after the length of the page
//
// parquet-go's own page reader is not used. It decompresses before it compares sizes, believes run headers, and cannot
// read the LZ4 blocks of DuckDB and Polars.

// values are the decoded values of one page, or of a portion of it, in their physical type; one slice is set. They alias the
// buffers of the decoder or the page and are valid until the next page.
type values struct {
	n     int
	bools []uint8
	i32   []int32
	i64   []int64
	i96   []deprecated.Int96
	f32   []float32
	f64   []float64
	// doubles are PLAIN doubles as they lie in the page, whose length has been checked.
	doubles []byte
	texts   *cutter // BYTE_ARRAY and FIXED_LEN_BYTE_ARRAY; used up by whoever takes them
}

// check cuts all values whose lengths have not been looked at yet.
func (v *values) check() error {
	if v.texts == nil {
		return nil
	}
	return v.texts.each(v.n, func(int, [][]byte) error { return nil })
}

// plainDictionary is PLAIN_DICTIONARY, the name that RLE_DICTIONARY (in data pages) and PLAIN (in dictionary pages) had
// until 2015. parquet-go marks its own constant as deprecated, but Spark and Arrow still write it.
const plainDictionary = format.Encoding(2)

// decoder decodes pages into buffers that it keeps.
type decoder struct {
	values            values
	packed            packedIndexes
	lengths, prefixes []int32
	fixed             []byte
	texts             cutter
}

var errLength = errors.New("holds more or fewer values than its header says; the file is damaged")

// decode decodes n values of the leaf's physical type.
func (d *decoder) decode(enc format.Encoding, l leaf, src []byte, n int) (values, error) {
	switch enc {
	case format.Plain:
		return d.plain(l, src, n)
	case format.RLE:
		return d.booleanRuns(l, src, n)
	case format.DeltaBinaryPacked:
		return d.delta(l, src, n)
	case format.DeltaLengthByteArray, format.DeltaByteArray:
		return d.deltaBytes(enc, l, src, n)
	case format.ByteStreamSplit:
		return d.split(l, src, n)
	}
	return values{}, fmt.Errorf("uses the encoding %s (%d), which is not supported for %s", enc, int(enc), l.physical)
}

// plain decodes PLAIN values, also those of dictionary pages.
func (d *decoder) plain(l leaf, src []byte, n int) (values, error) {
	switch l.physical {
	case format.Boolean:
		return d.booleanBits(src, n)
	case format.ByteArray, format.FixedLenByteArray:
		return d.plainTexts(l, src, n)
	case format.Double:
		if len(src) != 8*n {
			return values{}, errLength
		}
		return values{n: n, doubles: src}, nil
	}
	return d.numbers(new(plain.Encoding), l, src, n)
}

// split decodes BYTE_STREAM_SPLIT values.
func (d *decoder) split(l leaf, src []byte, n int) (v values, err error) {
	defer recoverAs(&err)
	enc := new(bytestreamsplit.Encoding)
	if l.physical != format.FixedLenByteArray {
		return d.numbers(enc, l, src, n)
	}
	if len(src) != n*l.width {
		return values{}, errLength
	}
	if d.fixed, err = enc.DecodeFixedLenByteArray(d.fixed, src, l.width); err != nil {
		return values{}, err
	}
	return d.plainTexts(l, d.fixed, n)
}

// delta decodes DELTA_BINARY_PACKED integers.
func (d *decoder) delta(l leaf, src []byte, n int) (values, error) {
	width := map[format.Type]int{format.Int32: 32, format.Int64: 64}[l.physical]
	if width == 0 {
		return values{}, fmt.Errorf("has %s values in an encoding for integers; the file is damaged", l.physical)
	}
	rest, err := checkDelta(src, width, n)
	if err != nil {
		return values{}, fmt.Errorf("%w; the file is damaged", err)
	}
	if len(rest) > 0 {
		return values{}, errLength
	}
	return d.numbers(new(delta.BinaryPackedEncoding), l, src, n)
}

// numbers lets parquet-go decode n values of a number type. The size of src bounds what the decoder allocates for the
// fixed-width encodings; checkDelta has done so for the other.
func (d *decoder) numbers(enc encoding.Encoding, l leaf, src []byte, n int) (v values, err error) {
	defer recoverAs(&err)
	got, b := 0, &d.values
	v.n = n
	switch l.physical {
	case format.Int32:
		b.i32, err = decodeInt32(enc, b.i32, src)
		v.i32, got = b.i32, len(b.i32)
	case format.Int64:
		b.i64, err = enc.DecodeInt64(b.i64, src)
		v.i64, got = b.i64, len(b.i64)
	case format.Int96:
		b.i96, err = enc.DecodeInt96(b.i96, src)
		v.i96, got = b.i96, len(b.i96)
	case format.Float:
		b.f32, err = enc.DecodeFloat(b.f32, src)
		v.f32, got = b.f32, len(b.f32)
	case format.Double:
		b.f64, err = enc.DecodeDouble(b.f64, src)
		v.f64, got = b.f64, len(b.f64)
	default:
		err = fmt.Errorf("has %s values in an encoding for numbers; the file is damaged", l.physical)
	}
	if err == nil && got != n {
		err = errLength
	}
	return v, err
}

// decodeInt32 calls a decoder of parquet-go and turns its panics into errors.
func decodeInt32(enc encoding.Encoding, dst []int32, src []byte) (out []int32, err error) {
	defer recoverAs(&err)
	return enc.DecodeInt32(dst, src)
}

// booleanBits expands PLAIN booleans: eight to a byte, lowest bit first.
func (d *decoder) booleanBits(src []byte, n int) (values, error) {
	if len(src) != (n+7)/8 {
		return values{}, errLength
	}
	d.values.bools = expandBits(d.values.bools, src, n)
	return values{n: n, bools: d.values.bools}, nil
}

// booleanRuns decodes RLE booleans: four bytes of length, then hybrid runs of one bit.
func (d *decoder) booleanRuns(l leaf, src []byte, n int) (values, error) {
	if l.physical != format.Boolean {
		return values{}, fmt.Errorf("has %s values in an encoding for booleans; the file is damaged", l.physical)
	}
	if len(src) < 4 || uint64(binary.LittleEndian.Uint32(src)) != uint64(len(src)-4) {
		return values{}, errLength
	}
	packed, _, err := hybridBits(d.fixed, src[4:], n)
	if err != nil {
		return values{}, fmt.Errorf("%w; the file is damaged", err)
	}
	d.fixed, d.values.bools = packed, expandBits(d.values.bools, packed, n)
	return values{n: n, bools: d.values.bools}, nil
}
