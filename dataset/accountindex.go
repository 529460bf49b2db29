package dataset

import (
	"hash/maphash"
)

// AccountIndex numbers accounts from 0 on, in the order in which they are first seen: a table of
// open addressing (linear probing) over the keys, which lie one after the other. A map of strings
// takes three times as much memory, and gives the collector a pointer for each key.
//
// Numbers are int32, like the rows they are joined with, and never change once given: they
// depend on the order of the calls and not on the hashes, whose seed is another in every
// process. An index belongs to one goroutine. The zero value is not usable; NewAccountIndex
// makes one.
type AccountIndex struct {
	seed  maphash.Seed
	slots []accountSlot // a power of two, at most three quarters in use
	keys  []byte
	ends  []int // of each key within keys
}

// accountSlot is a place of the table: what the key hashes to, and its number and 1; 0 for a
// free place.
type accountSlot struct{ hash, number uint32 }

// NewAccountIndex makes an index without accounts.
func NewAccountIndex() *AccountIndex {
	return &AccountIndex{seed: maphash.MakeSeed(), slots: make([]accountSlot, 1<<10)}
}

// Number returns the number of an account, and whether it was seen before; an account that was
// not gets the next number. The key is copied: the caller may write over it. Keys are compared
// byte by byte after their hashes, so that two accounts never share a number.
func (x *AccountIndex) Number(key []byte) (number int32, known bool) {
	hash := uint32(maphash.Bytes(x.seed, key))
	mask := uint32(len(x.slots) - 1)
	at := hash & mask
	for ; x.slots[at].number != 0; at = (at + 1) & mask {
		if n := x.slots[at].number - 1; x.slots[at].hash == hash && string(x.Key(int32(n))) == string(key) {
			return int32(n), true
		}
	}
	x.keys = append(x.keys, key...)
	x.ends = append(x.ends, len(x.keys))
	x.slots[at] = accountSlot{hash, uint32(len(x.ends))}
	if 4*len(x.ends) > 3*len(x.slots) {
		x.grow()
	}
	return int32(len(x.ends) - 1), false
}

// Key is that of a number; it is good until the next Number, which may move all keys. The
// number must be one that Number returned.
func (x *AccountIndex) Key(n int32) []byte {
	from := 0
	if n > 0 {
		from = x.ends[n-1]
	}
	return x.keys[from:x.ends[n]]
}

// Len is the number of accounts.
func (x *AccountIndex) Len() int { return len(x.ends) }

// names are the keys by number, as slices of one string: one allocation for all of them, which
// stays as long as any of them does.
func (x *AccountIndex) names() []string {
	all, names, from := string(x.keys), make([]string, len(x.ends)), 0
	for n, end := range x.ends {
		names[n], from = all[from:end], end
	}
	return names
}

// grow doubles the table. The stored hashes place the keys anew; no key is read or compared,
// since all of them are known to differ.
func (x *AccountIndex) grow() {
	old := x.slots
	x.slots = make([]accountSlot, 2*len(old))
	mask := uint32(len(x.slots) - 1)
	for _, s := range old {
		if s.number == 0 {
			continue
		}
		at := s.hash & mask
		for x.slots[at].number != 0 {
			at = (at + 1) & mask
		}
		x.slots[at] = s
	}
}
