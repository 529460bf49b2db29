package parquetio

import (
	"encoding/binary"
	"errors"
)

var errLZ4 = errors.New("LZ4 block is damaged")

// decodeLZ4 expands one raw LZ4 block into dst, which must have exactly the length of the result. DuckDB and Polars
// write this codec, and parquet-go's decoder does not accept theirs.
func decodeLZ4(dst, src []byte) error {
	if n, err := expandLZ4(dst, src); err != nil || n != len(dst) {
		return errLZ4
	}
	return nil
}

// expandLZ4 expands one raw LZ4 block into the front of dst and returns its length. Source: LZ4 block format description,
// lz4_Block_format.md.
func expandLZ4(dst, src []byte) (out int, err error) {
	for {
		if len(src) == 0 {
			return 0, errLZ4
		}
		token := src[0]
		literals, rest, ok := lz4Length(int(token>>4), src[1:])
		if !ok || literals > len(rest) || literals > len(dst)-out {
			return 0, errLZ4
		}
		out += copy(dst[out:], rest[:literals])
		src = rest[literals:]
		if len(src) == 0 { // the last sequence has literals only
			return out, nil
		}
		if len(src) < 2 {
			return 0, errLZ4
		}
		offset := int(src[0]) | int(src[1])<<8
		match, rest, ok := lz4Length(int(token&15), src[2:])
		match += 4 // a match shorter than 4 bytes is never encoded
		if !ok || offset == 0 || offset > out || match > len(dst)-out {
			return 0, errLZ4
		}
		out = lz4Copy(dst, out, offset, match)
		src = rest
	}
}

// lz4Length completes a 4-bit length: 15 means that more bytes follow, each adding up to 255.
func lz4Length(n int, src []byte) (int, []byte, bool) {
	if n < 15 {
		return n, src, true
	}
	for i, b := range src {
		n += int(b)
		if b != 255 {
			return n, src[i+1:], true
		}
	}
	return 0, nil, false
}

// lz4Copy repeats what was written offset bytes ago; the ranges may overlap, which is how runs are encoded.
func lz4Copy(dst []byte, out, offset, n int) int {
	for n > 0 {
		step := min(n, offset)
		copy(dst[out:out+step], dst[out-offset:])
		out, n = out+step, n-step
	}
	return out
}

// decodeFramedLZ4 expands the deprecated codec LZ4 into dst. Its name stood for two layouts: parquet-mr wrote Hadoop's
// frames, other writers a bare block. The first is tried first; both must fill dst to the byte and use up src, which bytes
// of the one layout do not do by chance in the other. Source: parquet-format Compression.md.
func decodeFramedLZ4(dst, src []byte) error {
	if decodeHadoopLZ4(dst, src) == nil {
		return nil
	}
	return decodeLZ4(dst, src)
}

// decodeHadoopLZ4 expands frames of blocks; all sizes are big-endian. A frame says its expanded size once and the compressed
// size of each of its blocks (Hadoop's BlockCompressorStream):
//
//	[4 bytes: expanded size] [4 bytes: compressed size][block] [4 bytes: compressed size][block] …
func decodeHadoopLZ4(dst, src []byte) error {
	frame := uint32(0) // what is left of it
	for len(src) > 0 {
		if frame == 0 {
			if len(src) < 4 {
				return errLZ4
			}
			frame, src = binary.BigEndian.Uint32(src), src[4:]
		}
		if len(src) < 4 || uint64(frame) > uint64(len(dst)) {
			return errLZ4
		}
		size := binary.BigEndian.Uint32(src)
		if src = src[4:]; uint64(size) > uint64(len(src)) {
			return errLZ4
		}
		n, err := expandLZ4(dst[:frame], src[:size])
		if err != nil || n == 0 {
			return errLZ4
		}
		dst, src, frame = dst[n:], src[size:], frame-uint32(n)
	}
	if len(dst) > 0 || frame > 0 {
		return errLZ4
	}
	return nil
}
