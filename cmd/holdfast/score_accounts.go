package main

import "hash/maphash"

// accountIndex numbers the accounts in the order in which they are first seen: a table of open
// addressing (linear probing) over the keys, which lie one after the other. A map of strings
// takes three times as much memory, and a score of ten million rows remembers all accounts.
type accountIndex struct {
	seed  maphash.Seed
	slots []accountSlot // a power of two, at most three quarters in use
	keys  []byte
	ends  []int // of each key within keys
}

// accountSlot is a place of the table: what the key hashes to, and its number and 1; 0 for a
// free place.
type accountSlot struct{ hash, number uint32 }

func newAccountIndex() *accountIndex {
	return &accountIndex{seed: maphash.MakeSeed(), slots: make([]accountSlot, 1<<10)}
}

// number returns the number of an account, and whether it was seen before.
func (x *accountIndex) number(key []byte) (number int32, known bool) {
	hash := uint32(maphash.Bytes(x.seed, key))
	mask := uint32(len(x.slots) - 1)
	at := hash & mask
	for ; x.slots[at].number != 0; at = (at + 1) & mask {
		if n := x.slots[at].number - 1; x.slots[at].hash == hash && string(x.key(n)) == string(key) {
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

// key is that of a number.
func (x *accountIndex) key(n uint32) []byte {
	from := 0
	if n > 0 {
		from = x.ends[n-1]
	}
	return x.keys[from:x.ends[n]]
}

// grow doubles the table.
func (x *accountIndex) grow() {
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
