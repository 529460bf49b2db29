package parquetio

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// The checks in this file read the run headers of an encoding before a decoder does. A run header of five bytes can
// claim two billion values; a decoder that believes it allocates them.

var errRuns = errors.New("has damaged run lengths")

// A hybrid run starts with a variable-length number. Its lowest bit tells the two kinds apart:
//
//	[count<<1    ][value in whole bytes]            count equal values
//	[groups<<1 | 1][groups * width bytes of bits]   8 * groups values, bit-packed
//
// Both counts are free to lie, in both directions. Too many values are a memory bomb; too few leave rows of a buffer that
// hold whatever the page before left there.

// maxPadding is how far a last bit-packed run may reach beyond the values of its page. The format packs groups of 8;
// DuckDB pads to 256. runPadding is the same for a run of equal values: parquet-go rounds those of booleans up to bytes.
const (
	maxPadding = 1 << 11
	runPadding = 7
)

// run is one run of a hybrid sequence.
type run struct {
	count  int    // of its values, padding among them
	packed bool   // the values are bit-packed, and not all equal
	bytes  []byte // the value, or all of them
}

// cutRun cuts the first run off src, whose values have the given bit width and of which left are still to come: no more than
// with the padding of a last run, and at least one.
func cutRun(src []byte, width, left int) (r run, rest []byte, err error) {
	header, used := uvarint(src)
	if used <= 0 {
		return r, nil, errRuns
	}
	count, length := header>>1, uint64(width+7)/8
	if r.packed = header&1 == 1; r.packed { // count is in groups of 8 values, each as many bytes as a value has bits
		if count > uint64(left+maxPadding)/8 {
			return r, nil, errRuns
		}
		length, count = count*uint64(width), count*8
	} else if count > uint64(left+runPadding) {
		return r, nil, errRuns
	}
	if src = src[used:]; count == 0 || length > uint64(len(src)) {
		return r, nil, errRuns
	}
	r.count, r.bytes = int(count), src[:length]
	return r, src[length:], nil
}

// uvarint is binary.Uvarint, sooner for one byte, which most runs need.
func uvarint(src []byte) (value uint64, used int) {
	if len(src) > 0 && src[0] < 0x80 {
		return uint64(src[0]), 1
	}
	return binary.Uvarint(src)
}

// checkHybrid verifies that the RLE / bit-packed hybrid runs in src hold n values of the given bit width, no fewer, and
// no more than the padding of a last run, and that nothing follows them. Source: parquet-format Encodings.md, "Run Length
// Encoding / Bit-Packing Hybrid".
func checkHybrid(src []byte, width, n int) error {
	if width < 0 || width > 32 {
		return fmt.Errorf("has values of %d bits", width)
	}
	for left := n; left > 0; {
		r, rest, err := cutRun(src, width, left)
		if err != nil {
			return err
		}
		if src, left = rest, left-r.count; left <= 0 {
			return endOfRuns(src)
		}
	}
	return nil
}

// endOfRuns refuses bytes behind the last run. They would be values that the page's count hides.
func endOfRuns(rest []byte) error {
	if len(rest) > 0 {
		return fmt.Errorf("has %d bytes behind its last run", len(rest))
	}
	return nil
}

// checkDelta verifies that the DELTA_BINARY_PACKED block sequence at the start of src holds exactly n values of at most
// width bits, and returns what follows it. Source: parquet-format Encodings.md, "Delta Encoding".
func checkDelta(src []byte, width, n int) (rest []byte, err error) {
	var head [4]uint64 // block size, miniblocks per block, values, first value
	for i := range head {
		v, used := binary.Uvarint(src)
		if used <= 0 {
			return nil, errRuns
		}
		head[i], src = v, src[used:]
	}
	block, minis := head[0], head[1]
	if head[2] != uint64(n) {
		return nil, fmt.Errorf("has %d values where its header says %d", head[2], n)
	}
	if block == 0 || block%128 != 0 || block > 1<<16 || minis == 0 || minis > block/32 || (block/minis)%32 != 0 || block%minis != 0 {
		return nil, fmt.Errorf("has delta blocks of %d values in %d parts", block, minis)
	}
	for left := n - 1; left > 0; {
		if src, left, err = checkDeltaBlock(src, width, left, int(block/minis), int(minis)); err != nil {
			return nil, err
		}
	}
	return src, nil
}

// checkDeltaBlock passes over one block and returns what follows and how many values are still to come.
func checkDeltaBlock(src []byte, width, left, perMini, minis int) ([]byte, int, error) {
	_, used := binary.Uvarint(src) // the smallest delta
	if used <= 0 || len(src)-used < minis {
		return nil, 0, errRuns
	}
	widths := src[used : used+minis]
	src = src[used+minis:]
	for _, w := range widths {
		if left <= 0 {
			break // widths of unused parts may be anything, and the parts are not stored
		}
		size := perMini * int(w) / 8
		if int(w) > width || size > len(src) {
			return nil, 0, errRuns
		}
		src = src[size:]
		left -= perMini
	}
	return src, left, nil
}
