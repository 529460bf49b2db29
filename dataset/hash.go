package dataset

import (
	"encoding/binary"
	"encoding/hex"
	"iter"
	"unsafe"

	"github.com/zeebo/xxh3"

	"holdfast/dataset/expr"
)

// hash returns the content hash of the snapshots that were read: keys, days and money, then one
// hash for each column, which are computed side by side and put together in their order, so
// that the number of processors does not show. Columns come by name (ofSnapshots), so that the
// order in which a file has them does not show either.
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

// hash returns the content hash of the outcomes that were read. Optional columns are hashed
// where there are any: to drop one that nobody filled is another data set all the same.
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

// contentHash is the 128 bits of XXH3 (Yann Collet, 2019) over length-prefixed values, in 32
// hexadecimal digits. It says whether two runs saw the same data, and goes through all of
// them on every run, at the speed of memory: SHA-256 took as long as decoding. Among a
// billion data sets, a pair that is one by chance has a probability below 2 in 10^21. It is
// no defence against who wants two data sets to hash alike: what has to withstand that, such
// as the seal of a model file, is SHA-256.
type contentHash struct {
	buf   []byte
	state xxh3.Hasher
}

// newContentHash starts a hash.
func newContentHash() *contentHash { return new(contentHash) }

// hashBlock is the number of bytes that are collected before they are hashed: a call for each
// short text would cost more than its bytes.
const hashBlock = 1 << 14

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
	raw(h, values)
}

// codes adds a list of indexes.
func (h *contentHash) codes(values []int32) {
	h.length(len(values))
	raw(h, values)
}

// days adds a list of dates.
func (h *contentHash) days(values []Date) {
	h.length(len(values))
	raw(h, values)
}

// raw adds the values of a list, whose length has been added, as they lie in memory:
// little-endian, on all machines that there are builds for. Equal numbers have equal bits,
// missing ones too, since parquetio reads them so.
func raw[T ~int32 | float64](h *contentHash, values []T) {
	h.flush(true)
	h.state.Write(bytesOf(values))
}

// bytesOf are those of values in memory.
func bytesOf[T ~int32 | float64](values []T) []byte {
	if len(values) == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(&values[0])), len(values)*int(unsafe.Sizeof(values[0])))
}

// hash returns the content hash of a column: its name and the hashes of its blocks, which are
// hashed where they lie: a hash that goes on from block to block copies all that it is given. A
// stored column is never in memory as a whole.
func (c Column) hash() string {
	h := newContentHash()
	h.texts([]string{c.Name})
	h.texts(c.levels)
	h.length(c.Len())
	c.blocks(func(v expr.Vector) {
		values := bytesOf(v.Numbers)
		if v.Codes != nil {
			values = bytesOf(v.Codes)
		}
		sum := xxh3.Hash128(values).Bytes()
		h.buf = append(h.buf, sum[:]...)
		h.flush(false)
	})
	return h.sum()
}

// sum ends the hash and returns it in hexadecimal.
func (h *contentHash) sum() string {
	h.flush(true)
	sum := h.state.Sum128().Bytes()
	return hex.EncodeToString(sum[:])
}
