package parquetio

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// n8 is how many values a byte of packed bits holds.
const n8 = 8

// bitmap is a sequence of bits, the first in the lowest bit of the first byte. The bits behind the last are zero.
type bitmap struct {
	bytes []byte
	n     int
}

// hybridBits reads hybrid runs of n values of one bit, with the checks of checkHybrid, into the memory of dst. It takes memory
// for runs that are there and not for what n promises. Of a run of equal values only the lowest bit counts, since parquet-go
// writes true as 255; the greatest value of such runs is returned too, for those to whom it would be damage.
func hybridBits(dst []byte, src []byte, n int) (out []byte, greatest byte, err error) {
	b := bitmap{bytes: dst[:0]}
	for b.n < n {
		r, rest, err := cutRun(src, 1, n-b.n)
		if err == nil && b.n+r.count >= n {
			err = endOfRuns(rest)
		}
		switch src = rest; {
		case err != nil:
			return dst[:0], 0, err
		case r.packed:
			b.add(r.bytes)
		default:
			greatest = max(greatest, r.bytes[0])
			b.repeat(r.bytes[0]&1, min(r.count, n-b.n))
		}
	}
	b.cut(n)
	return b.bytes, greatest, nil
}

// add appends whole bytes of bits.
func (b *bitmap) add(packed []byte) {
	shift := b.n % n8
	b.n += n8 * len(packed)
	if shift == 0 {
		b.bytes = append(b.bytes, packed...)
		return
	}
	last := len(b.bytes) - 1
	for _, p := range packed {
		b.bytes[last] |= p << shift
		b.bytes = append(b.bytes, p>>(n8-shift))
		last++
	}
}

// repeat appends n times the same bit.
func (b *bitmap) repeat(bit byte, n int) {
	fill := -bit // all bits like it
	if shift := b.n % n8; shift > 0 {
		k := min(n8-shift, n)
		b.bytes[len(b.bytes)-1] |= fill >> (n8 - k) << shift
		b.n, n = b.n+k, n-k
	}
	whole := len(b.bytes)
	b.bytes = slices.Grow(b.bytes, n/n8+1)[:whole+(n+n8-1)/n8]
	repeat(b.bytes[whole:], fill)
	b.n += n
	b.clear()
}

// cut leaves the first n bits.
func (b *bitmap) cut(n int) {
	b.bytes, b.n = b.bytes[:(n+n8-1)/n8], n
	b.clear()
}

// clear makes the bits behind the last zero.
func (b *bitmap) clear() {
	if k := b.n % n8; k > 0 {
		b.bytes[len(b.bytes)-1] &= 1<<k - 1
	}
}

// present counts the rows that have a value; nil means that all have one.
func present(defined []byte, rows int) int {
	if defined == nil {
		return rows
	}
	n := 0
	for ; len(defined) >= 8; defined = defined[8:] {
		n += bits.OnesCount64(binary.LittleEndian.Uint64(defined))
	}
	for _, b := range defined {
		n += bits.OnesCount8(b)
	}
	return n
}

// expandBits makes a byte of each of n bits.
func expandBits(dst []uint8, src []byte, n int) []uint8 {
	dst = slices.Grow(dst[:0], n)[:n]
	for i := range dst {
		dst[i] = src[i/n8] >> (i % n8) & 1
	}
	return dst
}
