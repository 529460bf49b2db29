package parquetio

import (
	"fmt"
	"strconv"

	"github.com/parquet-go/parquet-go/format"
)

// codes decodes one chunk to the codes of words, the vocabulary of its column.
func codes(r *pageReader, b *buffers[int32], out []int32, words *vocabulary, c *tally) (err error) {
	c.nulls, err = fillRows(r, b, codeTarget(r.leaf, words), out)
	return err
}

// codeTarget decodes a leaf to codes of words.
func codeTarget(l leaf, words *vocabulary) target[int32] {
	t := target[int32]{null: -1, convert: codeConverter(l, words)}
	switch l.Kind {
	case Text:
		t.texts = words.lookup().texts
	case UUID:
		t.texts = words.uuids
	}
	return t
}

// codeConverter returns the conversion of booleans and integers to codes of their canonical text.
func codeConverter(l leaf, words *vocabulary) func([]int32, *values) error {
	if l.Kind != Bool {
		return integerCodes(l, words)
	}
	return func(dst []int32, v *values) error {
		words.mu.Lock()
		defer words.mu.Unlock()
		for i, b := range v.bools {
			dst[i] = words.code(strconv.AppendBool(nil, b == 1))
		}
		return nil
	}
}

// uuids numbers UUIDs.
func (v *vocabulary) uuids(dst []int32, ids [][]byte) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	for i, b := range ids {
		dst[i] = v.code(uuidText(b))
	}
	return nil
}

// errNotUTF8 refuses text that could not be shown, compared or joined safely.
func errNotUTF8(b []byte) error {
	return fmt.Errorf("holds the value %s, which is not UTF-8: write it again as UTF-8", quoteName(string(b)))
}

// integerCodes writes integers in decimal digits, exactly.
func integerCodes(l leaf, words *vocabulary) func([]int32, *values) error {
	var text []byte
	code := func(x int64) int32 {
		if l.Kind == Uint {
			text = strconv.AppendUint(text[:0], uint64(x), 10)
		} else {
			text = strconv.AppendInt(text[:0], x, 10)
		}
		return words.code(text)
	}
	return func(dst []int32, v *values) error {
		words.mu.Lock()
		defer words.mu.Unlock()
		for i, x := range v.i64 {
			dst[i] = code(x)
		}
		for i, x := range v.i32 {
			if l.physical == format.Int32 && l.Kind == Uint {
				dst[i] = code(int64(uint32(x)))
			} else {
				dst[i] = code(int64(x))
			}
		}
		return nil
	}
}

// uuidText is the canonical form of RFC 9562: lower-case hexadecimal in groups of 8-4-4-4-12.
func uuidText(b []byte) []byte {
	return fmt.Appendf(nil, "%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:16])
}
