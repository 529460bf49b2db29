package parquetio

import (
	"encoding/binary"
	"math"
	"math/bits"
	"slices"

	"github.com/parquet-go/parquet-go/format"
)

// This file turns the values of a column into the content of a page: levels that say which of them are null, then those
// that are not. Source: parquet-format Encodings.md.

// countNulls counts the rows of a nullable column that are null.
func countNulls(kind Kind, c *Column) (nulls int) {
	switch kind {
	case Float, Bool:
		for _, v := range c.Numbers {
			if v != v {
				nulls++
			}
		}
	case Day:
		for _, d := range c.Days {
			if d == NullDay {
				nulls++
			}
		}
	default:
		for _, code := range c.Codes {
			nulls += int(uint32(code) >> 31) // without a branch, which is as often wrong as the band changes
		}
	}
	return nulls
}

// appendLevels appends definition levels, 1 for a value and 0 for null: one run where all rows are alike.
func (e *Encoder) appendLevels(b []byte, kind Kind, c *Column, rows, nulls int) []byte {
	at := len(b)
	b = appendUint32(b, 0)
	if nulls == 0 || nulls == rows {
		b = append(binary.AppendUvarint(b, uint64(rows)<<1), byte(defined(nulls == 0)))
	} else {
		b = appendHybrid(b, e.levels(kind, c, rows), 1)
	}
	binary.LittleEndian.PutUint32(b[at:], uint32(len(b)-at-4))
	return b
}

// levels are the definition levels of rows.
func (e *Encoder) levels(kind Kind, c *Column, rows int) []int32 {
	e.codes = slices.Grow(e.codes[:0], rows)[:rows]
	switch kind {
	case Float, Bool:
		for i, v := range c.Numbers[:rows] {
			e.codes[i] = defined(v == v)
		}
	case Day:
		for i, d := range c.Days[:rows] {
			e.codes[i] = defined(d != NullDay)
		}
	default:
		for i, code := range c.Codes[:rows] {
			e.codes[i] = defined(code >= 0)
		}
	}
	return e.codes
}

// defined is the definition level of a value.
func defined(is bool) int32 {
	if is {
		return 1
	}
	return 0
}

// appendValues appends the values that are not null.
func (e *Encoder) appendValues(b []byte, kind Kind, c *Column, as format.Encoding, nulls int) []byte {
	switch {
	case kind == Float && nulls == 0:
		return appendNumbers(b, c.Numbers)
	case kind == Float:
		for _, v := range c.Numbers {
			if v == v {
				b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
			}
		}
		return b
	case kind == Bool:
		return appendBits(b, c.Numbers)
	case kind == Day && as == format.RLEDictionary:
		return append(binary.AppendUvarint(append(b, 1), uint64(len(c.Days))<<1), 0) // index 0, of one bit, in one run
	case kind == Day:
		for _, d := range c.Days {
			if d != NullDay || nulls == 0 {
				b = appendUint32(b, uint32(d))
			}
		}
		return b
	case c.Texts.Ends != nil:
		return e.appendTexts(b, &c.Texts, as)
	}
	width := max(1, bits.Len(uint(max(0, len(c.Levels)-1)))) // not every reader takes indexes of no bits
	return appendHybrid(append(b, byte(width)), e.present(c.Codes, nulls), width)
}

// present are the codes that are not null.
func (e *Encoder) present(codes []int32, nulls int) []int32 {
	if nulls == 0 {
		return codes
	}
	e.codes = e.codes[:0]
	for _, code := range codes {
		if code >= 0 {
			e.codes = append(e.codes, code)
		}
	}
	return e.codes
}

// appendNumbers appends doubles.
func appendNumbers(b []byte, numbers []float64) []byte {
	at := len(b)
	b = slices.Grow(b, 8*len(numbers))[:at+8*len(numbers)]
	for to := b[at:]; len(numbers) >= 4 && len(to) >= 32; numbers, to, at = numbers[4:], to[32:], at+32 {
		binary.LittleEndian.PutUint64(to, math.Float64bits(numbers[0]))
		binary.LittleEndian.PutUint64(to[8:], math.Float64bits(numbers[1]))
		binary.LittleEndian.PutUint64(to[16:], math.Float64bits(numbers[2]))
		binary.LittleEndian.PutUint64(to[24:], math.Float64bits(numbers[3]))
	}
	for i, v := range numbers {
		binary.LittleEndian.PutUint64(b[at+8*i:], math.Float64bits(v))
	}
	return b
}

// appendBits appends truths, eight a byte from the lowest bit on; what is null is left out.
func appendBits(b []byte, truths []float64) []byte {
	n := 0
	for _, x := range truths {
		if x != x {
			continue
		}
		if n%8 == 0 {
			b = append(b, 0)
		}
		if x != 0 {
			b[len(b)-1] |= 1 << (n % 8)
		}
		n++
	}
	return b
}

// appendUint32 appends four bytes, little endian.
func appendUint32(b []byte, v uint32) []byte { return binary.LittleEndian.AppendUint32(b, v) }

// allAlike says whether there are values, and all of them are equal.
func allAlike(values []int32) bool {
	return len(values) > 0 && !slices.ContainsFunc(values, func(v int32) bool { return v != values[0] })
}

// appendHybrid appends values of the given bit width as one run: of equal values if all are, else bit-packed, filled up with
// zeros to eight. It is what checkHybrid reads.
func appendHybrid(b []byte, values []int32, width int) []byte {
	if len(values) == 0 {
		return b
	}
	if allAlike(values) {
		b = binary.AppendUvarint(b, uint64(len(values))<<1)
		for k := range (width + 7) / 8 {
			b = append(b, byte(values[0]>>(8*k)))
		}
		return b
	}
	groups := (len(values) + 7) / 8
	b = binary.AppendUvarint(b, uint64(groups)<<1|1)
	if width <= 8 {
		return appendNarrow(b, values, width)
	}
	for group := range slices.Chunk(values, 8) {
		var acc uint64
		have := 0
		for k := range 8 {
			if k < len(group) {
				acc |= uint64(group[k]) << have
			}
			for have += width; have >= 8; have -= 8 {
				b = append(b, byte(acc))
				acc >>= 8
			}
		}
	}
	return b
}

// appendNarrow appends bit-packed values of up to eight bits: eight of them fill one word of which width bytes are used.
func appendNarrow(b []byte, values []int32, width int) []byte {
	for ; len(values) >= 8; values = values[8:] {
		v, w := values[:8], uint(width)
		word := uint64(v[0]) | uint64(v[1])<<w | uint64(v[2])<<(2*w) | uint64(v[3])<<(3*w) |
			uint64(v[4])<<(4*w) | uint64(v[5])<<(5*w) | uint64(v[6])<<(6*w) | uint64(v[7])<<(7*w)
		b = binary.LittleEndian.AppendUint64(b, word)
		b = b[:len(b)-8+width]
	}
	if len(values) == 0 {
		return b
	}
	var last [8]int32
	copy(last[:], values)
	return appendNarrow(b, last[:], width)
}
