package parquetio

import (
	"fmt"

	"github.com/parquet-go/parquet-go/encoding/delta"
	"github.com/parquet-go/parquet-go/format"
)

// deltaBytes decodes DELTA_LENGTH_BYTE_ARRAY (lengths, then the bytes end to end) and DELTA_BYTE_ARRAY (how much of the
// value before is kept, then the rest as the former). Source: parquet-format Encodings.md.
func (d *decoder) deltaBytes(enc format.Encoding, l leaf, src []byte, n int) (values, error) {
	if l.physical != format.ByteArray && (l.physical != format.FixedLenByteArray || enc != format.DeltaByteArray) {
		return values{}, fmt.Errorf("has %s values in an encoding for text; the file is damaged", l.physical)
	}
	t := cutter{left: n}
	if l.physical == format.FixedLenByteArray {
		t.fixed = l.width
	}
	var err error
	if enc == format.DeltaByteArray {
		if d.prefixes, src, err = deltaLengths(d.prefixes, src, n); err != nil {
			return values{}, err
		}
		t.prefixes = d.prefixes
	}
	if d.lengths, t.src, err = deltaLengths(d.lengths, src, n); err != nil {
		return values{}, err
	}
	t.lengths = d.lengths
	return d.cutTexts(t), nil
}

// deltaLengths decodes the DELTA_BINARY_PACKED lengths at the start of src and returns what follows them.
func deltaLengths(dst []int32, src []byte, n int) (lengths []int32, rest []byte, err error) {
	rest, err = checkDelta(src, 32, n)
	if err != nil {
		return nil, nil, fmt.Errorf("%w; the file is damaged", err)
	}
	lengths, err = decodeInt32(new(delta.BinaryPackedEncoding), dst, src[:len(src)-len(rest)])
	if err == nil && len(lengths) != n {
		err = errLength
	}
	return lengths, rest, err
}
