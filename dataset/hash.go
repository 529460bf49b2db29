package dataset

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"iter"
	"math"
	"slices"

	"holdfast/dataset/expr"
)

// hash returns the content hash of the snapshots that were read.
func (s *Snapshots) hash() string {
	h := newContentHash()
	h.texts(s.Accounts)
	h.days(s.Date)
	h.codes(s.Account)
	if s.Known != nil {
		h.days(s.Known)
	}
	h.numbers(s.Value)
	read := len(s.Table.columns) - len(s.Histories) - len(s.Joined) // what is computed or joined was not read here
	sums := make([]string, read)
	inParallel(read, func(tasks iter.Seq[int]) {
		for i := range tasks {
			sums[i] = s.Table.columns[i].hash()
		}
	})
	h.texts(sums)
	return h.sum()
}

// hash returns the content hash of the outcomes that were read.
func (o *Outcomes) hash() string {
	h := newContentHash()
	h.texts(o.Accounts)
	h.codes(o.Account)
	h.days(o.Date)
	h.days(o.Known)
	for _, l := range o.Label {
		h.buf = append(h.buf, byte(l))
		h.flush(false)
	}
	if o.ValueAfter != nil {
		h.numbers(o.Value)
		h.numbers(o.ValueAfter)
	}
	if o.Touched != nil {
		h.days(o.Touched)
	}
	return h.sum()
}

// contentHash is SHA-256 over length-prefixed values.
type contentHash struct {
	buf   []byte
	state hash.Hash
}

// newContentHash starts a hash. SHA-256 because the hash goes into run.json, where
// it stands for the data in disputes. It goes through all values, one after the other;
// join lets it do so while it works on them itself.
func newContentHash() *contentHash { return &contentHash{state: sha256.New()} }

// hashBlock is the number of bytes that are hashed at once: they stay in cache from the
// values they are made of to the hash.
const hashBlock = 1 << 14

// room lengthens the buffer by n bytes, at most hashBlock, and returns them to be written.
func (h *contentHash) room(n int) []byte {
	h.flush(false)
	from := len(h.buf)
	h.buf = slices.Grow(h.buf, n)[:from+n]
	return h.buf[from:]
}

// flush hands the buffer on when it is full, or when it must.
func (h *contentHash) flush(force bool) {
	if force || len(h.buf) >= hashBlock {
		h.state.Write(h.buf)
		h.buf = h.buf[:0]
	}
}

// length writes the number of values that follow, so that two lists cannot run into
// each other and still hash alike.
func (h *contentHash) length(n int) { h.buf = binary.LittleEndian.AppendUint64(h.buf, uint64(n)) }

// texts adds a list of texts, each with its length.
func (h *contentHash) texts(values []string) {
	h.length(len(values))
	for _, v := range values {
		h.length(len(v))
		h.buf = append(h.buf, v...)
		h.flush(false)
	}
}

// numbers adds a list of numbers by their bits.
func (h *contentHash) numbers(values []float64) {
	h.length(len(values))
	h.bits(values)
}

// bits adds numbers of a list whose length has been added. Equal values have equal bits,
// missing ones too, since parquetio reads them so.
func (h *contentHash) bits(values []float64) {
	for block := range slices.Chunk(values, hashBlock/8) {
		out := h.room(8 * len(block))
		for i, v := range block {
			binary.LittleEndian.PutUint64(out[8*i:], math.Float64bits(v))
		}
	}
}

// codes adds a list of indexes.
func (h *contentHash) codes(values []int32) {
	h.length(len(values))
	integers(h, values)
}

// days adds a list of dates.
func (h *contentHash) days(values []Date) {
	h.length(len(values))
	integers(h, values)
}

// integers adds indexes or dates of a list whose length has been added.
func integers[T ~int32](h *contentHash, values []T) {
	for block := range slices.Chunk(values, hashBlock/4) {
		out := h.room(4 * len(block))
		for i, v := range block {
			binary.LittleEndian.PutUint32(out[4*i:], uint32(v))
		}
	}
}

// hash returns the content hash of a column: its name and its values. A stored one is
// never in memory as a whole.
func (c Column) hash() string {
	h := newContentHash()
	h.texts([]string{c.Name})
	h.texts(c.levels)
	h.length(c.Len())
	c.blocks(func(v expr.Vector) {
		h.bits(v.Numbers)
		integers(h, v.Codes)
	})
	return h.sum()
}

// sum ends the hash and returns it in hexadecimal.
func (h *contentHash) sum() string {
	h.flush(true)
	return hex.EncodeToString(h.state.Sum(nil))
}
