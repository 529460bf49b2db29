package parquetio

import (
	"errors"
	"fmt"
	"slices"

	"github.com/parquet-go/parquet-go/encoding/delta"
	"github.com/parquet-go/parquet-go/format"
)

var errDeltaText = errors.New("has damaged text lengths; the file is damaged")

// maxJoined bounds what the shared prefixes of one page may expand to: a few hundred bytes could otherwise repeat a
// long prefix without end.
const maxJoined = 256 << 20

// deltaBytes decodes DELTA_LENGTH_BYTE_ARRAY (lengths, then the bytes end to end) and DELTA_BYTE_ARRAY (how much of the
// value before is kept, then the rest as the former). Source: parquet-format Encodings.md.
func (d *decoder) deltaBytes(enc format.Encoding, l leaf, src []byte, n int) (values, error) {
	if l.physical != format.ByteArray && (l.physical != format.FixedLenByteArray || enc != format.DeltaByteArray) {
		return values{}, fmt.Errorf("has %s values in an encoding for text; the file is damaged", l.physical)
	}
	var prefixes []int32
	var err error
	if enc == format.DeltaByteArray {
		if prefixes, src, err = d.deltaLengths(src, n); err != nil {
			return values{}, err
		}
		prefixes = slices.Clone(prefixes)
	}
	lengths, src, err := d.deltaLengths(src, n)
	if err != nil {
		return values{}, err
	}
	out := d.values.bytes[:0]
	for _, size := range lengths {
		if size < 0 || int(size) > len(src) {
			return values{}, errDeltaText
		}
		out = append(out, src[:size:size])
		src = src[size:]
	}
	if len(src) > 0 {
		return values{}, errLength
	}
	d.values.bytes = out
	if err := d.join(prefixes, out); err != nil {
		return values{}, err
	}
	return values{n: n, bytes: out}, fixedWidths(l, out)
}

// deltaLengths decodes the DELTA_BINARY_PACKED lengths at the start of src and returns what follows them.
func (d *decoder) deltaLengths(src []byte, n int) (lengths []int32, rest []byte, err error) {
	rest, err = checkDelta(src, 32, n)
	if err != nil {
		return nil, nil, fmt.Errorf("%w; the file is damaged", err)
	}
	d.lengths, err = decodeInt32(new(delta.BinaryPackedEncoding), d.lengths, src[:len(src)-len(rest)])
	if err == nil && len(d.lengths) != n {
		err = errLength
	}
	return d.lengths, rest, err
}

// join puts in front of each suffix what it shares with the value before it, in place. Values without a shared prefix
// keep pointing into the page.
func (d *decoder) join(prefixes []int32, out [][]byte) error {
	total := 0
	for i, p := range prefixes {
		if p < 0 || (i == 0 && p > 0) {
			return errDeltaText
		}
		if total += int(p) + len(out[i]); total > maxJoined {
			return errors.New("expands to more than 256 MiB of text; write smaller pages")
		}
	}
	d.joined = slices.Grow(d.joined[:0], total) // no growth below, so that earlier values stay where they are
	for i, p := range prefixes {
		if p == 0 {
			continue
		}
		if int(p) > len(out[i-1]) {
			return errDeltaText
		}
		start := len(d.joined)
		d.joined = append(d.joined, out[i-1][:p]...)
		d.joined = append(d.joined, out[i]...)
		out[i] = d.joined[start:len(d.joined):len(d.joined)]
	}
	return nil
}

// fixedWidths checks that the values of a fixed-length type have that length.
func fixedWidths(l leaf, out [][]byte) error {
	if l.physical != format.FixedLenByteArray {
		return nil
	}
	for _, b := range out {
		if len(b) != l.width {
			return errDeltaText
		}
	}
	return nil
}
