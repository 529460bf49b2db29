package parquetio

import (
	"bytes"
	"encoding/binary"
	"hash/maphash"
	"slices"
	"sync"
	"unicode/utf8"

	"holdfast/dataset/radix"
	"holdfast/dataset/spill"
)

// Account keys are most of the text there is: a million look-ups in hundreds of thousands of texts. So the texts lie end to
// end in one piece of memory, and a table of eight bytes a slot says where: a new text costs no allocation, and the garbage
// collector has nothing to follow.

// vocabulary numbers the texts of one column, in any order: chunks that are decoded at once add to it as they come, and
// rank then gives every text that occurs its place in byte order, which depends on no one's turn.
type vocabulary struct {
	mu    sync.Mutex // for whoever adds texts, a page or a piece of it at a time
	text  []byte     // the texts, end to end
	ends  []int      // of each text; it begins where the one before ends
	slots []slot     // by hash; a power of two of them, at most half of them taken
	seed  maphash.Seed
}

// slot is a place of the hash table.
type slot struct {
	hash uint32
	code int32 // plus one; 0: the slot is free
}

// at returns a text.
func (v *vocabulary) at(code int32) []byte {
	from := 0
	if code > 0 {
		from = v.ends[code-1]
	}
	return v.text[from:v.ends[code]]
}

// code returns the number of a text, giving it the next one if it is new.
func (v *vocabulary) code(text []byte) int32 {
	if v.slots == nil {
		v.grow()
	}
	hash := v.hash(text)
	s := v.slot(text, hash)
	if s.code == 0 {
		return v.add(text, hash, s)
	}
	return s.code - 1
}

// lookup numbers many texts at a time; one for each who does so.
type lookup struct {
	*vocabulary
	hashes []uint32 // of the texts at hand
}

// lookup begins to look texts up.
func (v *vocabulary) lookup() *lookup {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.slots == nil {
		v.grow()
	}
	return &lookup{vocabulary: v}
}

// texts numbers texts: what code does for each, refusing those that are not UTF-8. All are looked for at once where
// their hashes say, and only those that are not there one after the other: a processor that need not know the outcome of one
// look-up to begin the next waits for the memory of dozens at a time.
func (l *lookup) texts(dst []int32, texts [][]byte) error {
	v := l.vocabulary
	l.hashes = slices.Grow(l.hashes[:0], len(texts))[:len(texts)]
	for i, text := range texts { // before the others have to wait
		l.hashes[i] = v.hash(text)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.guess(dst, l.hashes)
	for i, text := range texts {
		if dst[i] >= 0 && bytes.Equal(v.at(dst[i]), text) {
			continue
		}
		s := v.slot(text, l.hashes[i])
		switch {
		case s.code > 0:
			dst[i] = s.code - 1
		case !utf8.Valid(text): // it is never added, so whatever is found is valid
			return errNotUTF8(text)
		default:
			dst[i] = v.add(text, l.hashes[i], s)
		}
	}
	return nil
}

// guess gives each text the number in the first slot for its hash, -1 if that is free.
func (v *vocabulary) guess(dst []int32, hashes []uint32) {
	for i, hash := range hashes {
		dst[i] = v.slots[int(hash)&(len(v.slots)-1)].code - 1
	}
}

// hash is where the search for a text begins.
func (v *vocabulary) hash(text []byte) uint32 { return uint32(maphash.Bytes(v.seed, text)) }

// slot is where a text is, or would be.
func (v *vocabulary) slot(text []byte, hash uint32) *slot {
	for at := hash; ; at++ {
		s := &v.slots[int(at)&(len(v.slots)-1)]
		if s.code == 0 || s.hash == hash && bytes.Equal(v.at(s.code-1), text) {
			return s
		}
	}
}

// add numbers a new text, whose slot is free.
func (v *vocabulary) add(text []byte, hash uint32, free *slot) int32 {
	v.text = append(v.text, text...)
	v.ends = append(v.ends, len(v.text))
	code := int32(len(v.ends))
	*free = slot{hash, code}
	if 2*len(v.ends) > len(v.slots) {
		v.grow()
	}
	return code - 1
}

// grow makes room for twice as many texts as there are. The seed of the hashes is drawn anew for each vocabulary, so that no
// file can be made to collide; numbers do not depend on it.
func (v *vocabulary) grow() {
	old := v.slots
	if old == nil {
		v.seed = maphash.MakeSeed()
	}
	v.slots = make([]slot, max(64, 2*len(old)))
	for _, s := range old {
		if s.code == 0 {
			continue
		}
		at := s.hash
		for v.slots[int(at)&(len(v.slots)-1)].code != 0 {
			at++
		}
		v.slots[int(at)&(len(v.slots)-1)] = s
	}
}

// rank returns the texts that occur in codes, in byte order, and makes each code the place of its text among them. What only
// a dictionary page mentions is dropped, so that the same rows give the same levels however they lie in files. The texts, and
// what it takes to sort them, are in pieces of the file; nil: in ordinary memory.
func (v *vocabulary) rank(codes []int32, file *spill.File) []string {
	occurs := spill.Make[bool](file, len(v.ends))
	defer spill.Give(file, occurs)
	for _, code := range codes {
		if code >= 0 {
			occurs[code] = true
		}
	}
	order, ranks := v.sorted(occurs, file)
	defer spill.Give(file, order)
	defer spill.Give(file, ranks)
	for rank, code := range order {
		ranks[code] = int32(rank)
	}
	for i, code := range codes {
		if code >= 0 {
			codes[i] = ranks[code]
		}
	}
	return v.inOrder(order, file)
}

// prefixBytes is how many bytes of a text behind what all begin with are sorted by as a number.
const prefixBytes = 8

// sorted lists the texts that occur in byte order, and has room for a number of each text. Of most pairs the prefixes tell which
// comes first; only the others are compared as texts.
func (v *vocabulary) sorted(occurs []bool, file *spill.File) (order, room []int32) {
	same := v.common()
	keyed := func() radix.Keyed[int32] {
		return radix.Keyed[int32]{Keys: spill.Make[uint64](file, len(occurs)), Rows: spill.Make[int32](file, len(occurs))}
	}
	texts, spare := keyed(), keyed()
	defer spill.Give(file, texts.Keys)
	defer spill.Give(file, spare.Keys)
	var prefix [prefixBytes]byte
	n := 0
	for code, occurs := range occurs {
		if occurs {
			clear(prefix[copy(prefix[:], v.at(int32(code))[same:]):])
			texts.Keys[n], texts.Rows[n] = binary.BigEndian.Uint64(prefix[:]), int32(code)
			n++
		}
	}
	first := func(k radix.Keyed[int32]) radix.Keyed[int32] {
		return radix.Keyed[int32]{Keys: k.Keys[:n], Rows: k.Rows[:n]}
	}
	texts, spare = first(texts).SortWith(first(spare))
	for from, to := 0, 0; from < n; from = to {
		if to = texts.TieEnd(from); to > from+1 {
			slices.SortFunc(texts.Rows[from:to], func(a, b int32) int { return bytes.Compare(v.at(a), v.at(b)) })
		}
	}
	return texts.Rows, spare.Rows[:len(occurs)]
}

// common is how many bytes all texts begin with.
func (v *vocabulary) common() int {
	if len(v.ends) == 0 {
		return 0
	}
	first := v.at(0)
	same := len(first)
	for code := range v.ends {
		text := v.at(int32(code))
		same = min(same, len(text))
		for !bytes.Equal(text[:same], first[:same]) {
			same--
		}
	}
	return same
}

// inOrder returns the texts in the given order: strings that share one piece of memory.
func (v *vocabulary) inOrder(order []int32, file *spill.File) []string {
	size := 0
	for _, code := range order {
		size += len(v.at(code))
	}
	return spill.Strings(file, len(order), size, func(i int) []byte { return v.at(order[i]) })
}
