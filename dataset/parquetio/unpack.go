package parquetio

import "encoding/binary"

// unpacker expands bit-packed values of one width, up to 32 bits: value i stands in the bits from i*width on, the lowest first,
// counted through the bytes (parquet-format Encodings.md, "Run Length Encoding / Bit-Packing Hybrid").
type unpacker struct {
	width int
	lanes lanes
}

// newUnpacker prepares for a width.
func newUnpacker(width int) unpacker { return unpacker{width: width, lanes: newLanes(width)} }

// unpack expands values to dst, a multiple of eight of them, all of which are in src. What lies between the length of src and
// its capacity may be read, and does not matter.
func (u *unpacker) unpack(dst []int32, src []byte) {
	if u.width == 0 {
		clear(dst)
		return
	}
	done := u.fast(dst, src)
	u.loop(dst[done:], src[done/n8*u.width:])
}

// loop is unpack without vectors.
func (u *unpacker) loop(dst []int32, src []byte) {
	// A value of 32 bits that begins at the last bit of a byte ends within five bytes.
	mask, at, most := uint64(1)<<u.width-1, 0, 8*(len(src)-8)
	for ; len(dst) > 0 && at <= most; dst = dst[1:] {
		dst[0] = int32(binary.LittleEndian.Uint64(src[at/8:]) >> (at % 8) & mask)
		at += u.width
	}
	var last [16]byte
	copy(last[:], src[at/8:])
	for i := range dst {
		from := at%8 + i*u.width
		dst[i] = int32(binary.LittleEndian.Uint64(last[from/8:]) >> (from % 8) & mask)
	}
}
