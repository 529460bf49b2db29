package parquetio

import (
	"encoding/binary"
	"slices"
)

// expandBits expands hybrid runs of one bit, which checkHybrid has found to hold n values, to a byte each. Of a run of equal
// values only the lowest bit counts, since parquet-go writes true as 255; the greatest value of such runs is returned too,
// for those to whom it would be damage.
func expandBits(dst []uint8, src []byte, n int) (out []uint8, greatest uint32) {
	const padded = n8 + maxPadding
	out = slices.Grow(dst[:0], n+padded)[:n+padded]
	for at := 0; at < n; {
		header, used := binary.Uvarint(src)
		src = src[used:]
		count := int(header >> 1)
		if header&1 == 0 {
			greatest = max(greatest, uint32(src[0]))
			run := out[at:min(at+count, n)]
			for i := range run {
				run[i] = src[0] & 1
			}
			src, at = src[1:], at+count
			continue
		}
		for i, packed := range src[:count] {
			binary.LittleEndian.PutUint64(out[at+n8*i:], eightBits(packed))
		}
		src, at = src[count:], at+n8*count
	}
	return out[:n], greatest
}

// n8 is how many values a byte of packed bits holds.
const n8 = 8

// eightBits spreads a byte to eight, the lowest bit first: each byte of a copy keeps its own bit, and a carry from that bit
// to the byte's highest makes it a 1.
func eightBits(b byte) uint64 {
	const copies, own, carry = 0x0101010101010101, 0x8040201008040201, 0x7F7F7F7F7F7F7F7F
	return ((uint64(b)*copies&own + carry) >> 7) & copies
}

// present counts the rows that have a value, eight at a time.
func present(defined []uint8, rows int) int {
	if defined == nil {
		return rows
	}
	n := 0
	for ; len(defined) >= n8; defined = defined[n8:] {
		n += int(binary.LittleEndian.Uint64(defined) * 0x0101010101010101 >> 56) // the sum of the bytes, in the highest one
	}
	for _, d := range defined {
		n += int(d)
	}
	return n
}
