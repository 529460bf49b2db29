package parquetio

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"hash/maphash"
	"slices"
	"sync"
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
	last  int32 // the number that was given last
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

// code returns the number of a text, giving it the next one if it is new. Months are mostly written in one order of
// accounts, so the text behind the one that was found before is looked at first.
func (v *vocabulary) code(text []byte) int32 {
	if guess := v.last + 1; int(guess) < len(v.ends) && bytes.Equal(v.at(guess), text) {
		v.last = guess
		return guess
	}
	v.last = v.lookUp(text)
	return v.last
}

// lookUp is code without the guess.
func (v *vocabulary) lookUp(text []byte) int32 {
	if 2*len(v.ends) >= len(v.slots) {
		v.grow()
	}
	s, hash := v.slot(text)
	if s.code == 0 {
		v.text = append(v.text, text...)
		v.ends = append(v.ends, len(v.text))
		*s = slot{hash, int32(len(v.ends))}
	}
	return s.code - 1
}

// slot is where a text is, or would be.
func (v *vocabulary) slot(text []byte) (s *slot, hash uint32) {
	hash = uint32(maphash.Bytes(v.seed, text))
	for at := hash; ; at++ {
		s = &v.slots[int(at)&(len(v.slots)-1)]
		if s.code == 0 || s.hash == hash && bytes.Equal(v.at(s.code-1), text) {
			return s, hash
		}
	}
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
// a dictionary page mentions is dropped, so that the same rows give the same levels however they lie in files.
func (v *vocabulary) rank(codes []int32) []string {
	occurs := make([]bool, len(v.ends))
	for _, code := range codes {
		if code >= 0 {
			occurs[code] = true
		}
	}
	order := v.sorted(occurs)
	ranks := make([]int32, len(v.ends))
	for rank, code := range order {
		ranks[code] = int32(rank)
	}
	for i, code := range codes {
		if code >= 0 {
			codes[i] = ranks[code]
		}
	}
	return v.inOrder(order)
}

// sorted lists the texts that occur in byte order. Of most pairs the eight bytes behind what all texts begin with tell
// which comes first; only the others are compared as texts.
func (v *vocabulary) sorted(occurs []bool) []int32 {
	type prefixed struct {
		prefix uint64
		code   int32
	}
	texts, same := make([]prefixed, 0, len(occurs)), v.common()
	for code, occurs := range occurs {
		if !occurs {
			continue
		}
		var prefix [8]byte
		copy(prefix[:], v.at(int32(code))[same:])
		texts = append(texts, prefixed{binary.BigEndian.Uint64(prefix[:]), int32(code)})
	}
	slices.SortFunc(texts, func(a, b prefixed) int {
		if a.prefix != b.prefix {
			return cmp.Compare(a.prefix, b.prefix)
		}
		return bytes.Compare(v.at(a.code), v.at(b.code))
	})
	order := make([]int32, len(texts))
	for rank, text := range texts {
		order[rank] = text.code
	}
	return order
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

// inOrder returns the texts in the given order, as strings that share one allocation.
func (v *vocabulary) inOrder(order []int32) []string {
	var joined []byte
	for _, code := range order {
		joined = append(joined, v.at(code)...)
	}
	texts, rest := make([]string, len(order)), string(joined)
	for i, code := range order {
		n := len(v.at(code))
		texts[i], rest = rest[:n], rest[n:]
	}
	return texts
}
