package parquetio

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/parquet-go/parquet-go/format"
)

// A view of a value takes 24 bytes, the length of an empty text in a page four, and less when encoded. So the values of a
// page are cut out of it in pieces, and a page of millions of empty texts costs little more than its own bytes.

// piece is how many values are cut at a time.
const piece = 1 << 13

// cutter holds the BYTE_ARRAY or FIXED_LEN_BYTE_ARRAY values of one page, of which the next ones can be cut.
type cutter struct {
	src      []byte  // what is left of the page
	left     int     // values still to come
	width    int     // of values of fixed length; 0: their lengths say
	lengths  []int32 // of the values, without their prefixes; nil: each stands in front of its value, in four bytes
	prefixes []int32 // how many bytes each value shares with the one before; nil: none
	fixed    int     // the length that every value must have; 0: any
	ascii    bool    // no byte of the page is above 127: all values are UTF-8
	total    int     // bytes of all values joined with their prefixes so far
	last     []byte  // the last value of the piece before
	joined   []byte
	views    [][]byte
}

var errTextLengths = errors.New("has damaged text lengths; the file is damaged")

// each hands the next n values to use, in pieces; at is the number of values before the piece.
func (t *cutter) each(n int, use func(at int, views [][]byte) error) error {
	for at := 0; at < n; {
		views, err := t.cut(min(n-at, piece))
		if err != nil {
			return err
		}
		if err := use(at, views); err != nil {
			return err
		}
		at += len(views)
	}
	return t.end()
}

// end refuses bytes behind the last value of a page.
func (t *cutter) end() error {
	if t.left == 0 && len(t.src) > 0 {
		return errLength
	}
	return nil
}

// cut returns views of the next n values, which are good until the next call.
func (t *cutter) cut(n int) ([][]byte, error) {
	t.views = t.views[:0]
	for range n {
		size, err := t.size()
		if err != nil {
			return nil, err
		}
		t.views = append(t.views, t.src[:size:size])
		t.src = t.src[size:]
	}
	t.left -= n
	if t.prefixes != nil {
		if err := t.join(); err != nil {
			return nil, err
		}
	}
	if t.fixed > 0 && slices.ContainsFunc(t.views, func(b []byte) bool { return len(b) != t.fixed }) {
		return nil, errTextLengths
	}
	return t.views, nil
}

// appendNext appends the next n values of a page of plain text.
func (t *cutter) appendNext(n int, into *Texts) error {
	if into.Ends = slices.Grow(into.Ends, n); n == t.left {
		into.Bytes = slices.Grow(into.Bytes, len(t.src))
	}
	t.left -= n
	for range n {
		size, err := t.size()
		if err != nil {
			return err
		}
		into.Add(t.src[:size])
		t.src = t.src[size:]
	}
	if len(into.Bytes) > math.MaxInt32 {
		return errPageText
	}
	return t.end()
}

// isASCII reports whether no byte is above 127.
func isASCII(b []byte) bool {
	var all uint64
	for ; len(b) >= 8; b = b[8:] {
		all |= binary.LittleEndian.Uint64(b)
	}
	for _, c := range b {
		all |= uint64(c)
	}
	return all&0x8080808080808080 == 0
}

// size returns the length of the next value as stored, which is there.
func (t *cutter) size() (int, error) {
	switch {
	case t.width > 0:
		if t.width > len(t.src) {
			return 0, errLength
		}
		return t.width, nil
	case t.lengths != nil:
		size := t.lengths[0]
		t.lengths = t.lengths[1:]
		if size < 0 || int(size) > len(t.src) {
			return 0, errTextLengths
		}
		return int(size), nil
	}
	if len(t.src) < 4 {
		return 0, errLength
	}
	size := binary.LittleEndian.Uint32(t.src)
	t.src = t.src[4:]
	if uint64(size) > uint64(len(t.src)) {
		return 0, fmt.Errorf("holds a text of %d bytes in the last %d; the file is damaged", size, len(t.src))
	}
	return int(size), nil
}

// maxJoined bounds what the shared prefixes of one page may expand to: a few hundred bytes could otherwise repeat a
// long prefix without end.
const maxJoined = 256 << 20

// join puts in front of each suffix what it shares with the value before it, in place. Values without a shared prefix
// keep pointing into the page.
func (t *cutter) join() error {
	prefixes := t.prefixes[:len(t.views)]
	t.prefixes = t.prefixes[len(t.views):]
	total := 0
	for i, p := range prefixes {
		if p < 0 {
			return errTextLengths
		}
		if total += int(p) + len(t.views[i]); t.total+total > maxJoined {
			return errors.New("expands to more than 256 MiB of text; write smaller pages")
		}
	}
	t.total += total
	before := t.last
	t.joined = slices.Grow(t.joined[:0], total) // no growth below, so that earlier values stay where they are
	for i, p := range prefixes {
		if int(p) > len(before) {
			return errTextLengths
		}
		if p > 0 {
			start := len(t.joined)
			t.joined = append(append(t.joined, before[:p]...), t.views[i]...)
			t.views[i] = t.joined[start:len(t.joined):len(t.joined)]
		}
		before = t.views[i]
	}
	t.last = append(t.last[:0], before...)
	return nil
}

// plainTexts are values that each follow their length in four bytes, or of a fixed width.
func (d *decoder) plainTexts(l leaf, src []byte, n int) (values, error) {
	if l.physical == format.FixedLenByteArray {
		if len(src) != n*l.width {
			return values{}, errLength
		}
		return d.cutTexts(cutter{src: src, left: n, width: l.width}), nil
	}
	if n > len(src)/4 {
		return values{}, errLength
	}
	// Lengths are bytes of the page too; those of up to 127 bytes are in its favour.
	return d.cutTexts(cutter{src: src, left: n, ascii: isASCII(src)}), nil
}

// cutTexts starts to cut a page, with the buffers of the page before.
func (d *decoder) cutTexts(t cutter) values {
	t.last, t.joined, t.views = d.texts.last[:0], d.texts.joined, d.texts.views
	d.texts = t
	return values{n: t.left, texts: &d.texts}
}
