package parquetio

import (
	"encoding/binary"
	"math/bits"
	"slices"

	"github.com/klauspost/compress/s2"
	"github.com/parquet-go/parquet-go/format"
)

// Texts that come end to end are stored in one of three ways, whichever suits a sample of them:
//
//   - DELTA_BYTE_ARRAY: how many bytes each shares with the one before, and the rest; for keys, which share their first
//     bytes when they are sorted, and often when they are not.
//   - DELTA_LENGTH_BYTE_ARRAY: their lengths, and their bytes end to end; for what is random, like UUIDs. It is a copy.
//   - PLAIN and Snappy: for texts that repeat what is in their middle or at their end, like addresses at one host.
//
// The first two take a fraction of the time of any codec and need none.

const (
	// textSample is how many texts, from the middle, are encoded in all three ways, up to sampleBytes.
	textSample  = 1 << 10
	sampleBytes = 1 << 16
	// mostShared bounds the texts of a page of DELTA_BYTE_ARRAY: a reader has to put them together again, and ours
	// refuses to beyond maxJoined.
	mostShared = maxJoined / 4
)

// textStorage chooses the smallest of the three, but nothing slower for less than a sixteenth of the size.
func (e *Encoder) textStorage(t *Texts) storage {
	some := t.middle()
	joined, shared := len(e.appendJoined(e.page[:0], &some)), len(e.appendShared(e.page[:0], &some))
	e.page = appendPlainTexts(e.page[:0], &some)
	e.packed = s2.EncodeSnappy(e.packed[:cap(e.packed)], e.page)
	best, size := format.DeltaLengthByteArray, joined
	if shared < size-size/16 && t.size() <= mostShared {
		best, size = format.DeltaByteArray, shared
	}
	if len(e.packed) < size-size/16 {
		return storage{format.Plain, format.Snappy}
	}
	return storage{best, format.Uncompressed}
}

// middle are texts for a sample: one of them at least.
func (t *Texts) middle() Texts {
	from := max(0, len(t.Ends)-textSample) / 2
	some := Texts{From: t.From, Ends: t.Ends[from:min(from+textSample, len(t.Ends))], Bytes: t.Bytes}
	if from > 0 {
		some.From = t.Ends[from-1]
	}
	for some.size() > sampleBytes && len(some.Ends) > 1 {
		some.Ends = some.Ends[:len(some.Ends)/2]
	}
	return some
}

// size is how many bytes the texts have.
func (t *Texts) size() int {
	if len(t.Ends) == 0 {
		return 0
	}
	return int(t.Ends[len(t.Ends)-1] - t.From)
}

// appendTexts appends texts in one of the three encodings.
func (e *Encoder) appendTexts(b []byte, t *Texts, as format.Encoding) []byte {
	switch as {
	case format.DeltaByteArray:
		return e.appendShared(b, t)
	case format.DeltaLengthByteArray:
		return e.appendJoined(b, t)
	}
	return appendPlainTexts(b, t)
}

// appendPlainTexts appends texts, each behind its length.
func appendPlainTexts(b []byte, t *Texts) []byte {
	b = slices.Grow(b, t.size()+4*t.Len())
	for i := range t.Ends {
		text := t.At(i)
		b = append(appendUint32(b, uint32(len(text))), text...)
	}
	return b
}

// appendJoined appends the lengths of texts, then all their bytes.
func (e *Encoder) appendJoined(b []byte, t *Texts) []byte {
	e.lengths = e.lengths[:0]
	from := t.From
	for _, end := range t.Ends {
		e.lengths = append(e.lengths, end-from)
		from = end
	}
	return append(e.appendDeltas(b, e.lengths), t.Bytes[t.From:from]...)
}

// appendShared appends how many bytes of each text are those of the text before it, the lengths of the rest, and the rest.
func (e *Encoder) appendShared(b []byte, t *Texts) []byte {
	n, rest := t.Len(), 0
	e.prefixes, e.lengths = slices.Grow(e.prefixes[:0], n)[:n], slices.Grow(e.lengths[:0], n)[:n]
	before, from := int(t.From), int(t.From)
	for i, end := range t.Ends {
		to := int(end)
		same := shared(t.Bytes, before, from, to)
		e.prefixes[i], e.lengths[i] = int32(same), int32(to-from-same)
		rest += to - from - same
		before, from = from, to
	}
	b = e.appendDeltas(e.appendDeltas(b, e.prefixes), e.lengths)
	return e.appendRests(b, t, rest)
}

// shared is how many bytes the text from from to to shares with the one before it, which begins at before. What one word
// tells, and it tells most, is told without a call.
func shared(texts []byte, before, from, to int) int {
	if from+wordSize > len(texts) {
		return sharedBytes(texts[before:from], texts[from:to])
	}
	differ := binary.LittleEndian.Uint64(texts[before:]) ^ binary.LittleEndian.Uint64(texts[from:])
	if differ == 0 {
		return sharedBytes(texts[before:from], texts[from:to])
	}
	return min(bits.TrailingZeros64(differ)/8, from-before, to-from)
}

// wordSize is how many bytes are compared or copied at once.
const wordSize = 8

// sharedBytes is how many bytes two texts have in common at their beginning.
func sharedBytes(a, b []byte) int {
	n := min(len(a), len(b))
	a, b = a[:n], b[:n]
	same := 0
	for ; len(a) >= wordSize && len(b) >= wordSize; a, b = a[wordSize:], b[wordSize:] {
		if differ := binary.LittleEndian.Uint64(a) ^ binary.LittleEndian.Uint64(b); differ != 0 {
			return same + bits.TrailingZeros64(differ)/8
		}
		same += wordSize
	}
	for i := range a {
		if a[i] != b[i] {
			return same + i
		}
	}
	return n
}

// appendRests appends what is left of texts without their prefixes, together total bytes. Short ones are copied as whole
// words, where there are as many bytes to read and room to write; what comes next overwrites what is too much.
func (e *Encoder) appendRests(b []byte, t *Texts, total int) []byte {
	at := len(b)
	b = slices.Grow(b, total+wordSize)[:at+total+wordSize]
	for i, length := range e.lengths {
		to, from := int(t.Ends[i]), int(t.Ends[i]-length)
		if length <= wordSize && from+wordSize <= len(t.Bytes) {
			binary.LittleEndian.PutUint64(b[at:], binary.LittleEndian.Uint64(t.Bytes[from:]))
		} else {
			copy(b[at:], t.Bytes[from:to])
		}
		at += int(length)
	}
	return b[:at]
}

// appendDeltas appends numbers as DELTA_BINARY_PACKED.
func (e *Encoder) appendDeltas(b []byte, values []int32) []byte {
	e.packed, _ = e.delta.EncodeInt32(e.packed, values) // it takes all numbers
	return append(b, e.packed...)
}
