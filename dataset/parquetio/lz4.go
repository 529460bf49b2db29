package parquetio

import "errors"

var errLZ4 = errors.New("LZ4 block is damaged")

// decodeLZ4 expands one raw LZ4 block into dst, which must have exactly the length of the result. DuckDB and Polars
// write this codec, and parquet-go's decoder does not accept theirs. Source: LZ4 block format description, lz4_Block_format.md.
func decodeLZ4(dst, src []byte) error {
	out := 0
	for {
		if len(src) == 0 {
			return errLZ4
		}
		token := src[0]
		literals, rest, ok := lz4Length(int(token>>4), src[1:])
		if !ok || literals > len(rest) || literals > len(dst)-out {
			return errLZ4
		}
		out += copy(dst[out:], rest[:literals])
		src = rest[literals:]
		if len(src) == 0 { // the last sequence has literals only
			break
		}
		if len(src) < 2 {
			return errLZ4
		}
		offset := int(src[0]) | int(src[1])<<8
		match, rest, ok := lz4Length(int(token&15), src[2:])
		match += 4 // a match shorter than 4 bytes is never encoded
		if !ok || offset == 0 || offset > out || match > len(dst)-out {
			return errLZ4
		}
		out = lz4Copy(dst, out, offset, match)
		src = rest
	}
	if out != len(dst) {
		return errLZ4
	}
	return nil
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
