package metrics

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"sort"
)

// lanes is the number of replicates that share a sweep: their multiplicities of one account
// are the bytes of a word, so that one access to memory, which is what a sweep mostly waits
// for, serves all.
const lanes = 16

// MaxDraws is the most replicates that [Draws] hold.
const MaxDraws = lanes

// Draws are up to sixteen replicates of a bootstrap at once: what is wanted of each of them
// costs little more than what is wanted of one. Replicate l of them is drawn exactly as
// [Bootstrap] draws it.
//
// They are one worker's scratch memory, used for one set of replicates after another.
// Drawing hits accounts at random and so wants one small table, a byte per account;
// sweeping wants what belongs to an account in one place, a word of sixteen bytes.
type Draws struct {
	replicates int
	seed       uint64
	first      int

	drawn  [lanes][]uint8
	packed []word
	most   uint8     // a bound of all multiplicities
	fits   bool      // no multiplicity is above 255
	count  []int32   // of one replicate, for what is not packed
	given  [][]int32 // nil: drawn

	sums []float64 // of Sums, before they go to their replicates
}

// PackedStatistic is a [Statistic] of several replicates: out[l] is the row of replicate l.
type PackedStatistic func(d *Draws, out [][]float64)

func newDraws(accounts int) *Draws {
	words := (accounts + 7) / 8
	d := &Draws{packed: make([]word, 8*words), count: make([]int32, accounts)}
	for l := range d.drawn {
		d.drawn[l] = make([]uint8, 8*words) // whole words, for the transposition
	}
	return d
}

// draw draws the replicates [first, first+n). Lanes beyond keep what they had: their results
// have no place to go to. Few accounts may be drawn too often for a byte; with many the
// chance is 1/255! or so, not zero.
func (d *Draws) draw(seed uint64, first, n int) {
	d.seed, d.first, d.replicates, d.fits = seed, first, n, true
	for l := range n {
		draw(d.drawn[l][:len(d.count)], rand.NewPCG(seed, uint64(first+l)))
		d.fits = d.fits && allDrawn(d.drawn[l], len(d.count))
	}
	if d.fits {
		d.most = pack(d.packed, &d.drawn)
	}
}

// DrawsOf are given multiplicities of the same accounts, of at most [MaxDraws] replicates,
// as if they had been drawn: [Ranking.Top] of every account once, for example. More, or of
// different lengths, panic.
func DrawsOf(count ...[]int32) *Draws {
	if len(count) == 0 || len(count) > MaxDraws {
		panic("metrics: between 1 and 16 replicates are given at once")
	}
	d := newDraws(len(count[0]))
	d.replicates, d.given, d.fits = len(count), count, true
	for l, of := range count {
		mustMatch(len(d.count), len(of))
		for g, n := range of {
			d.drawn[l][g] = uint8(n)
			d.fits = d.fits && 0 <= n && n <= math.MaxUint8
		}
	}
	if d.fits {
		d.most = pack(d.packed, &d.drawn)
	}
	return d
}

// Len is the number of replicates.
func (d *Draws) Len() int { return d.replicates }

// Count is the multiplicities of replicate l, until the next call.
func (d *Draws) Count(l int) []int32 {
	if d.given != nil {
		return d.given[l]
	}
	if !d.fits {
		draw(d.count, rand.NewPCG(d.seed, uint64(d.first+l)))
		return d.count
	}
	for g := range d.count {
		d.count[g] = int32(d.drawn[l][g])
	}
	return d.count
}

// Top is [Ranking.Top] of every replicate. Values of tied rows are added in the order in which
// they came.
func (d *Draws) Top(r *Ranking, value []float64, k int) (lists [MaxDraws]List) {
	if !d.fits {
		for l := range d.replicates {
			lists[l] = r.Top(d.Count(l), value, k)
		}
		return lists
	}
	var room [lanes]float64
	for l := range d.replicates {
		room[l] = float64(k)
	}
	for from, open := 0, k > 0; from < len(r.code) && open; {
		if c := r.code[from]; c&lastOfTieBit != 0 { // nearly always
			worth := 0.0
			if value != nil && c&churnedBit != 0 {
				worth = value[r.row[from]]
			}
			open = d.takeRow(c, worth, &room, &lists)
			from++
			continue
		}
		t := d.tieAt(r, from, value)
		open = false
		for l := range d.replicates {
			size := float64(t.churned[l] + t.renewed[l])
			if size == 0 || room[l] <= 0 {
				open = open || room[l] > 0
				continue
			}
			share := min(1, room[l]/size) // of the tie that finds room
			lists[l].Rows += share * size
			lists[l].Churned += share * float64(t.churned[l])
			lists[l].Value += share * t.value[l]
			room[l] -= size
			open = open || room[l] > 0
		}
		from = t.end
	}
	return lists
}

// takeRow puts a row that ties with no other on the lists that have room; worth is its value if
// it churned. open reports whether a list has room left.
func (d *Draws) takeRow(code uint32, worth float64, room *[lanes]float64, lists *[MaxDraws]List) (open bool) {
	w, churned := d.packed[code>>accountShift], float64(code&churnedBit)
	for l := range d.replicates {
		if room[l] <= 0 {
			continue
		}
		size := float64(w.lane(l))
		share := 1.0
		if size > room[l] {
			share = room[l] / size
		}
		lists[l].Rows += float64(share * size)
		lists[l].Churned += float64(share * float64(size*churned))
		lists[l].Value += float64(share * float64(size*worth))
		room[l] -= size
		open = open || room[l] > 0
	}
	return open
}

// drawnTie is what the replicates have of the tied rows that end at a position.
type drawnTie struct {
	end              int
	churned, renewed [lanes]int64
	value            [lanes]float64 // of the churned rows
}

// tieAt adds up the tie that starts at a position of the ranking, of which the renewed rows come
// first.
func (d *Draws) tieAt(r *Ranking, from int, value []float64) (t drawnTie) {
	t.end = r.tieFrom(from)
	lost := from + sort.Search(t.end-from, func(k int) bool { return r.code[from+k]&churnedBit != 0 })
	t.renewed, t.churned = d.rowsOf(r.code[from:lost]), d.rowsOf(r.code[lost:t.end])
	if value == nil {
		return t
	}
	for i := lost; i < t.end; i++ {
		d.packed[r.code[i]>>accountShift].addTimes(&t.value, value[r.row[i]])
	}
	return t
}

// rowsOf adds up the multiplicities of rows.
func (d *Draws) rowsOf(codes []uint32) (sum [lanes]int64) {
	var accounts [tieRows]uint32
	for len(codes) > 0 {
		n := min(tieRows, len(codes))
		for i, c := range codes[:n] {
			accounts[i] = c >> accountShift
		}
		rows := newTape(accounts[:n], d.packed, d.most)
		addLanes(&sum, rows.next(n))
		codes = codes[n:]
	}
	return sum
}

// tieRows is how many rows of a tie are looked at together.
const tieRows = 512

// addLanes adds lane by lane.
func addLanes(sum *[lanes]int64, more [lanes]int64) {
	for l, n := range more {
		sum[l] += n
	}
}

// word is the multiplicities of an account in all replicates of a sweep, a byte each.
type word struct{ low, high uint64 }

// lane is the multiplicity in replicate l.
func (w word) lane(l int) uint8 {
	if l >= 8 {
		return uint8(w.high >> (8 * (l - 8)))
	}
	return uint8(w.low >> (8 * l))
}

// addTimes adds x to every lane as often as it has the account.
func (w word) addTimes(sums *[lanes]float64, x float64) {
	for l := range 8 {
		sums[l] += float64(float64(uint8(w.low>>(8*l))) * x)
		sums[l+8] += float64(float64(uint8(w.high>>(8*l))) * x)
	}
}

// plus adds lane by lane; the sums must fit.
func (w word) plus(v word) word { return word{w.low + v.low, w.high + v.high} }

// plusWord adds multiplicities lane by lane.
func (s wide) plusWord(w word) wide { return wide{s.low.plusBytes(w.low), s.high.plusBytes(w.high)} }

// allDrawn reports whether the counts add up to n. If a byte overflowed they do not: each
// overflow takes 256 away. To look once afterwards is cheaper than at every draw.
func allDrawn(count []uint8, n int) bool {
	sum := uint64(0)
	for ; len(count) > 0; count = count[8:] {
		w := binary.LittleEndian.Uint64(count)
		sum += (w&evenMask + w>>8&evenMask) * 0x0001000100010001 >> 48 // of four lanes of 16 bits
	}
	return sum == uint64(n)
}

// pack brings the counts of each account together in a word: two transpositions of eight by
// eight bytes at a time. most is a bound of all counts, with all bits below its highest set.
func pack(packed []word, drawn *[lanes][]uint8) (most uint8) {
	var low, high [8]uint64
	seen := uint64(0)
	for g := 0; g < len(packed); g += 8 {
		for l := range low {
			low[l] = binary.LittleEndian.Uint64(drawn[l][g:])
			high[l] = binary.LittleEndian.Uint64(drawn[l+8][g:])
			seen |= low[l] | high[l]
		}
		transpose(&low)
		transpose(&high)
		for i, at := 0, packed[g:g+8]; i < 8; i++ {
			at[i] = word{low[i], high[i]}
		}
	}
	for ; seen != 0; seen >>= 8 {
		most |= uint8(seen)
	}
	return most
}

// transpose swaps bytes across the diagonal, first in squares of four, then of two and one
// (Warren, Hacker's Delight, section 7-3).
func transpose(x *[8]uint64) {
	for i := range 4 {
		x[i], x[i+4] = exchange(x[i], x[i+4], 32, 0x00000000ffffffff)
	}
	for _, i := range [4]int{0, 1, 4, 5} {
		x[i], x[i+2] = exchange(x[i], x[i+2], 16, 0x0000ffff0000ffff)
	}
	for _, i := range [4]int{0, 2, 4, 6} {
		x[i], x[i+1] = exchange(x[i], x[i+1], 8, evenMask)
	}
}

// exchange swaps the high parts of a with the low parts of b, parts being shift bits wide:
// where the two differ, both are flipped.
func exchange(a, b uint64, shift uint, low uint64) (uint64, uint64) {
	t := (a>>shift ^ b) & low
	return a ^ t<<shift, b ^ t
}
