package parquetio

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// n8 is how many values a byte of packed bits holds.
const n8 = 8

// bitmap is a sequence of bits, the first in the lowest bit of the first byte. It grows by words, since many writers make runs
// of a few dozen bits, which begin anywhere in a byte.
type bitmap struct {
	bytes []byte // of whole words
	word  uint64 // the bits behind these, and zeros
	n     int    // bits in all
}

// hybridBits reads hybrid runs of n values of one bit, with the checks of checkHybrid, into the memory of dst. It takes memory
// for runs that are there and not for what n promises. Of a run of equal values only the lowest bit counts, since parquet-go
// writes true as 255; the greatest value of such runs is returned too, for those to whom it would be damage.
func hybridBits(dst []byte, src []byte, n int) (out []byte, greatest byte, err error) {
	b := bitmap{bytes: dst[:0]}
	for b.n < n {
		src, greatest = b.shortRuns(src, n, greatest)
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
	return b.first(n), greatest, nil
}

const n64 = 64

// shortRuns appends the runs of at most 64 values at the front of src, as long as more than these are to come. It is no check:
// what is longer, ends the page, or is damaged is left to cutRun. Where nulls are strewn about, such runs are nearly all, of
// both kinds in turn, and most of the time of reading levels would go to telling what comes next.
func (b *bitmap) shortRuns(src []byte, n int, greatest byte) (rest []byte, most byte) {
	for len(src) > n8 && n-b.n > n64 {
		header, value := src[0], src[1]
		count := int(header >> 1)
		used, word := 2, -uint64(value&1)
		if header&1 == 1 {
			count, used, word, value = n8*count, 1+count, binary.LittleEndian.Uint64(src[1:]), 0
		}
		if header >= 0x80 || count == 0 || count > n64 {
			break
		}
		greatest = max(greatest, value)
		b.push(word<<(n64-count)>>(n64-count), count)
		src = src[used:]
	}
	return src, greatest
}

// push appends the lowest k bits of a word, up to all 64. The others are zero.
func (b *bitmap) push(word uint64, k int) {
	shift := b.n % n64
	b.word |= word << shift
	if b.n += k; shift+k >= n64 {
		b.bytes = binary.LittleEndian.AppendUint64(b.bytes, b.word)
		b.word = word >> (n64 - shift)
	}
}

// add appends whole bytes of bits.
func (b *bitmap) add(packed []byte) {
	for ; len(packed) >= 8; packed = packed[8:] {
		b.push(binary.LittleEndian.Uint64(packed), n64)
	}
	var rest uint64
	for i, p := range packed {
		rest |= uint64(p) << (n8 * i)
	}
	b.push(rest, n8*len(packed))
}

// repeat appends n times the same bit.
func (b *bitmap) repeat(bit byte, n int) {
	fill := -uint64(bit) // all bits like it
	for ; n >= n64; n -= n64 {
		b.push(fill, n64)
	}
	b.push(fill&(1<<n-1), n)
}

// first returns the first n bits, which are there, with zeros behind the last.
func (b *bitmap) first(n int) []byte {
	out := binary.LittleEndian.AppendUint64(b.bytes, b.word)[:(n+n8-1)/n8]
	if k := n % n8; k > 0 {
		out[len(out)-1] &= 1<<k - 1
	}
	return out
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
