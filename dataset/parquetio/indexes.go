package parquetio

import (
	"errors"
	"fmt"
	"slices"
)

// packedIndexes are the dictionary indexes of a page that have not been taken: hybrid runs, whose headers have been checked
// (checkHybrid).
type packedIndexes struct {
	src     []byte // runs that have not been begun
	left    int    // values of these
	run     run    // what is left of the run that has been begun
	entries int    // of the dictionary
	unpacker
	// Bit-packed values come in groups of eight. Those of a group that nobody has asked for yet are kept for the next turn.
	kept   [n8]int32
	keeps  int
	buffer *[]int32
}

// indexes prepares to unpack the n dictionary indexes of a page: one byte of bit width, then hybrid runs. All are compared
// with the dictionary when they are taken. They are taken into the buffer, which others may use in between.
func (d *decoder) indexes(src []byte, n, entries int, buffer *[]int32) (*packedIndexes, error) {
	if entries < 0 {
		return nil, errors.New("refers to a dictionary that is not there; the file is damaged")
	}
	if d.packed = (packedIndexes{entries: entries, buffer: buffer}); n == 0 {
		return &d.packed, nil
	}
	if len(src) == 0 {
		return nil, errLength
	}
	if err := checkHybrid(src[1:], int(src[0]), n); err != nil {
		return nil, fmt.Errorf("%w in its dictionary indexes; the file is damaged", err)
	}
	d.packed.src, d.packed.left, d.packed.unpacker = src[1:], n, newUnpacker(int(src[0]))
	return &d.packed, nil
}

// next takes the next n indexes.
func (x *packedIndexes) next(n int) ([]int32, error) {
	out := slices.Grow((*x.buffer)[:0], n+2*n8)[:n+2*n8] // the rest of a group, and room for eight more
	*x.buffer = out
	done := copy(out, x.kept[:x.keeps])
	for done < n {
		if x.run.count == 0 {
			if err := x.begin(); err != nil {
				return nil, err
			}
		}
		done += x.fill(out[done:], n-done)
	}
	x.keeps = copy(x.kept[:], out[n:done])
	return out[:n], checkIndexes(out[:n], x.entries)
}

// begin goes to the next run.
func (x *packedIndexes) begin() (err error) {
	x.run, x.src, err = cutRun(x.src, x.width, x.left)
	x.left -= x.run.count
	return err
}

// fill takes at least one and at most n values of the run to the front of out, and the rest of their group.
func (x *packedIndexes) fill(out []int32, n int) (done int) {
	if !x.run.packed {
		n = min(n, x.run.count)
		repeat(out[:n], littleEndian(x.run.bytes))
		x.run.count -= n
		return n
	}
	groups := min((n+n8-1)/n8, x.run.count/n8)
	x.unpack(out[:n8*groups], x.run.bytes)
	x.run.bytes = x.run.bytes[groups*x.width:]
	x.run.count -= n8 * groups
	return n8 * groups
}

// littleEndian is the number in up to four bytes, of which the first is the lowest.
func littleEndian(b []byte) int32 {
	var v uint32
	for i, c := range b {
		v |= uint32(c) << (8 * i)
	}
	return int32(v)
}

// checkIndexes compares indexes with the number of entries. The differences of all are joined before anything branches: the
// sign tells of one that is too great.
func checkIndexes(indexes []int32, entries int) error {
	most, done := fastGreatest(indexes)
	beyond := int64(entries-1) - int64(most)
	for _, index := range indexes[done:] {
		beyond |= int64(entries-1) - int64(uint32(index))
	}
	if beyond >= 0 || len(indexes) == 0 {
		return nil
	}
	at := slices.IndexFunc(indexes, func(index int32) bool { return int64(uint32(index)) >= int64(entries) })
	return fmt.Errorf("refers to entry %d of a dictionary of %d; the file is damaged", uint32(indexes[at]), entries)
}
