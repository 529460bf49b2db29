package parquetio

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"

	"github.com/parquet-go/parquet-go/format"
)

// numberRows are where the numbers of a chunk go.
type numberRows struct {
	out    []float64
	places []int32 // of each row of the chunk in out; nil: one after the other
	first  int     // the number of the chunk's first row
}

// numberBuffers are what the numbers of a chunk are decoded with.
type numberBuffers struct {
	buffers[float64]
	odd     bool // the dictionary has an entry that is not finite
	portion []float64
}

// numbers decodes one chunk to float64, with -0 as 0, and counts nulls, NaN, and infinities. What is
// done with the rows of a portion is done while they are in the cache.
func numbers(r *pageReader, b *numberBuffers, to numberRows, c *tally) error {
	return r.each(func(p *page) error { return b.look(p, r.leaf) }, func(p *portion) error { return b.numbers(&to, p, r.leaf, c) })
}

// numbers decodes a portion of a page.
func (b *numberBuffers) numbers(to *numberRows, p *portion, l leaf, c *tally) error {
	rows := b.room(to, p.rows)
	odd, err := b.decode(rows, p, l)
	if err != nil {
		return err
	}
	found := tally{nulls: p.rows - p.stored}
	if odd {
		found.countSpecials(rows, to.first)
	}
	c.add(found)
	to.place(rows)
	return nil
}

// room is where the next n numbers are decoded to.
func (b *numberBuffers) room(to *numberRows, n int) []float64 {
	if to.places == nil {
		return to.out[:n]
	}
	b.portion = slices.Grow(b.portion[:0], n)[:n]
	return b.portion
}

// look converts a dictionary. Most have no entry that is not finite, and then no row needs to be looked at.
func (b *numberBuffers) look(p *page, l leaf) error {
	err := b.buffers.look(p, numberTarget(l))
	b.odd = l.Kind == Float && err == nil && plainZeros(b.dictionary[1:])
	return err
}

// decode decodes a portion of a page. Rows are odd if a value among them may be infinite, or a NaN that is not null.
func (b *numberBuffers) decode(rows []float64, p *portion, l leaf) (odd bool, err error) {
	switch {
	case p.indexes != nil && p.defined != nil:
		spreadNumberEntries(rows, b.dictionary, p.indexes, p.defined)
		return b.odd, nil
	case p.indexes != nil:
		numberEntries(rows, b.dictionary[1:], p.indexes)
		return b.odd, nil
	case p.values.doubles != nil && p.defined != nil:
		return spreadDoubles(rows, p.values.doubles, p.defined), nil
	case p.values.doubles != nil:
		return plainDoubles(rows, p.values.doubles), nil
	}
	return b.convert(rows, p, l)
}

// convert is decode of numbers that are not stored as eight bytes each.
func (b *numberBuffers) convert(rows []float64, p *portion, l leaf) (odd bool, err error) {
	t, values := numberTarget(l), rows
	if p.defined != nil {
		values = b.behindNull(p.stored, t)
	}
	if err := t.take(values, &p.values); err != nil {
		return false, err
	}
	odd = l.Kind == Float && plainZeros(values)
	if p.defined != nil {
		spread(rows, b.dense, p.defined)
	}
	return odd, nil
}

// place puts the rows of a portion into their places and goes on to the next one.
func (to *numberRows) place(rows []float64) {
	n := len(rows)
	if to.places == nil {
		to.out = to.out[n:]
	} else {
		for i, place := range to.places[:n] {
			to.out[place] = rows[i]
		}
		to.places = to.places[n:]
	}
	to.first += n
}

// numberTarget decodes a leaf to float64.
func numberTarget(l leaf) target[float64] {
	return target[float64]{null: math.NaN(), convert: numberConverter(l), texts: byteNumbers(l)}
}

// tally is what one chunk contributes to the counts of its column.
type tally struct {
	nulls, nans, infs, firstInf, timesOfDay int
}

// add adds the counts of rows that come later.
func (c *tally) add(later tally) {
	if c.infs == 0 {
		c.firstInf = later.firstInf
	}
	c.nulls += later.nulls
	c.nans += later.nans
	c.infs += later.infs
	c.timesOfDay += later.timesOfDay
}

// countSpecials counts stored NaN (those that are not nulls) and infinities, and gives every NaN the bits of that of null,
// whatever the writer's were.
func (c *tally) countSpecials(out []float64, first int) {
	for i, v := range out {
		if v-v == 0 {
			continue // finite
		}
		if v != v {
			out[i] = math.NaN()
			c.nans++
			continue
		}
		if c.infs == 0 {
			c.firstInf = first + i
		}
		c.infs++
	}
	c.nans -= c.nulls
}

// numberConverter returns the conversion of numbers to float64 for a numeric leaf.
func numberConverter(l leaf) func([]float64, *values) error {
	switch {
	case l.Kind == Decimal:
		return decimalConverter(l)
	case l.physical == format.Boolean:
		return func(dst []float64, v *values) error { widen(dst, v.bools); return nil }
	case l.physical == format.Int32 && l.Kind == Uint:
		return func(dst []float64, v *values) error {
			for i, x := range v.i32 {
				dst[i] = float64(uint32(x))
			}
			return nil
		}
	case l.physical == format.Int32:
		return func(dst []float64, v *values) error { widen(dst, v.i32); return nil }
	case l.physical == format.Int64 && l.Kind == Uint:
		return func(dst []float64, v *values) error {
			for i, x := range v.i64 {
				dst[i] = float64(uint64(x))
			}
			return nil
		}
	case l.physical == format.Int64:
		return func(dst []float64, v *values) error { widen(dst, v.i64); return nil }
	case l.physical == format.Float:
		return func(dst []float64, v *values) error { widen(dst, v.f32); return nil }
	}
	return func(dst []float64, v *values) error {
		if v.doubles != nil {
			plainDoubles(dst, v.doubles)
		}
		copy(dst, v.f64)
		return nil
	}
}

// maxDecimal is far above the 16 bytes of DECIMAL(38). Text of a longer number costs more than linear time to make.
const maxDecimal = 256

// byteNumbers returns the conversion of numbers that are stored as bytes: DECIMAL and FLOAT16.
func byteNumbers(l leaf) func([]float64, [][]byte) error {
	return func(dst []float64, views [][]byte) error {
		for i, b := range views {
			switch {
			case l.Kind != Decimal:
				dst[i] = float16(binary.LittleEndian.Uint16(b))
			case len(b) > maxDecimal:
				return fmt.Errorf("holds a decimal of %d bytes; the file is damaged", len(b))
			default:
				dst[i] = wideDecimal(b, l.scale)
			}
		}
		return nil
	}
}

// widen converts numbers one by one.
func widen[T uint8 | int32 | int64 | float32](dst []float64, src []T) {
	for i, x := range src {
		dst[i] = float64(x)
	}
}

// float16 expands IEEE 754 binary16: sign, 5 bits of exponent with bias 15, 10 bits of fraction.
func float16(h uint16) float64 {
	sign := 1 - 2*float64(h>>15)
	exponent, fraction := int(h>>10)&31, float64(h&1023)
	switch exponent {
	case 0:
		return sign * math.Ldexp(fraction, -24)
	case 31:
		if fraction != 0 {
			return math.NaN()
		}
		return math.Inf(int(sign))
	}
	return sign * math.Ldexp(1024+fraction, exponent-25)
}

// decimalConverter returns the conversion of unscaled integers in 4 or 8 bytes to the nearest float64.
func decimalConverter(l leaf) func([]float64, *values) error {
	if l.physical == format.Int32 {
		return func(dst []float64, v *values) error {
			for i, x := range v.i32 {
				dst[i] = decimal(int64(x), l.scale)
			}
			return nil
		}
	}
	return func(dst []float64, v *values) error {
		for i, x := range v.i64 {
			dst[i] = decimal(x, l.scale)
		}
		return nil
	}
}

// decimal returns the float64 nearest to unscaled / 10^scale. Up to 2^53 and 10^22 both are exact as float64, so that one
// division rounds once (Clinger 1990); beyond, strconv rounds the decimal text.
func decimal(unscaled int64, scale int) float64 {
	const exactInteger, exactPower = 1 << 53, 22
	if -exactInteger <= unscaled && unscaled <= exactInteger && scale <= exactPower {
		return float64(unscaled) / pow10(scale)
	}
	return parseDecimal(strconv.FormatInt(unscaled, 10), scale)
}

// pow10 is 10^n, exact for n <= 22.
func pow10(n int) float64 { return math.Pow10(n) }

// wideDecimal reads a big-endian two's complement integer of any length.
func wideDecimal(b []byte, scale int) float64 {
	if v, ok := shortInteger(b); ok {
		return decimal(v, scale)
	}
	n := new(big.Int).SetBytes(b)
	if b[0]&0x80 != 0 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
	}
	return parseDecimal(n.String(), scale)
}

// shortInteger returns the number if it fits 64 bits.
func shortInteger(b []byte) (int64, bool) {
	if len(b) == 0 {
		return 0, true
	}
	sign := byte(int8(b[0]) >> 7) // 0x00 or 0xff
	for len(b) > 8 {
		if b[0] != sign {
			return 0, false
		}
		b = b[1:]
	}
	if b[0]>>7 != sign>>7 {
		return 0, false
	}
	v := int64(int8(sign))
	for _, c := range b {
		v = v<<8 | int64(c)
	}
	return v, true
}

// parseDecimal rounds digits * 10^-scale to the nearest float64.
func parseDecimal(digits string, scale int) float64 {
	// The digits are ours and the exponent is small, so the only error strconv can report is a result out of range,
	// for which it returns the right infinity.
	v, _ := strconv.ParseFloat(digits+"e-"+strconv.Itoa(scale), 64)
	return v
}
