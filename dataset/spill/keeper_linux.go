package spill

import (
	"bytes"
	"math"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// keeper keeps the process within the budget of its files as far as pages of mapped pieces can: it looks
// every few milliseconds how much memory the process has, and when that is too much gives all of them back.
// They stay in the cache of the system for as long as that has room, so that what is in use comes back
// without the disk.
type keeper struct {
	mu      sync.Mutex // while it is held no piece is unmapped
	pieces  map[*File][][]byte
	statm   *os.File
	base    int64        // bytes of files in memory beside the pieces
	next    atomic.Int64 // when to look again
	running bool
}

// kept are the pieces of all files.
var kept = newKeeper()

// newKeeper keeps nothing yet.
func newKeeper() *keeper {
	k := &keeper{pieces: make(map[*File][][]byte)}
	k.next.Store(math.MaxInt64)
	return k
}

const (
	// leastKept is the part of the budget that pages of pieces may take whatever else the process has: what is
	// being worked on.
	leastKept = 1.0 / 16
	// keptShare is the part of the budget from which on they are given back: what comes until the next look, which
	// may be late when all processors are busy, has the rest.
	keptShare = 1.0 / 2
	// keptLook is the time between two looks.
	keptLook = 4 * time.Millisecond
)

// add has a piece of a file kept. It is false, and the piece is not mapped any more, when the file is closed and on a
// system that does not tell how many pages there are.
func (k *keeper) add(f *File, piece []byte) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if f.closed {
		unix.Munmap(piece)
		return false
	}
	if k.statm == nil {
		statm, err := os.Open("/proc/self/statm")
		if err != nil {
			unix.Munmap(piece)
			return false
		}
		k.statm = statm
	}
	k.pieces[f] = append(k.pieces[f], piece)
	if !k.running {
		k.running = true
		_, k.base = k.memory()
		k.next.Store(0)
		go k.keep()
	}
	return true
}

// Look gives pages of pieces back if it is time to look and there are too many. Whoever goes through much of a piece
// calls it on the way: the keeper itself comes late when all processors are busy, by up to 20 milliseconds, in which
// they reach a hundred megabytes.
func Look() {
	if now := time.Now().UnixNano(); now > kept.next.Load() && kept.mu.TryLock() {
		kept.look(now)
		kept.mu.Unlock()
	}
}

// keep looks until there are no pieces any more.
func (k *keeper) keep() {
	tick := time.NewTicker(keptLook)
	defer tick.Stop()
	for now := range tick.C {
		k.mu.Lock()
		if len(k.pieces) == 0 {
			k.running = false
			k.next.Store(math.MaxInt64)
			k.mu.Unlock()
			return
		}
		k.look(now.UnixNano())
		k.mu.Unlock()
	}
}

// look gives all pages back if they are too many. It is for who holds the lock.
func (k *keeper) look(now int64) {
	k.next.Store(now + int64(keptLook))
	all, files := k.memory()
	if budget := float64(k.budget()); float64(all) > keptShare*budget && float64(files-k.base) > leastKept*budget {
		for _, pieces := range k.pieces {
			for _, piece := range pieces {
				unix.Madvise(piece, unix.MADV_DONTNEED) // of a shared mapping: nothing is lost
			}
		}
		_, k.base = k.memory()
	}
}

// budget is the smallest of the files.
func (k *keeper) budget() int64 {
	least := int64(math.MaxInt64)
	for f := range k.pieces {
		least = min(least, f.budget)
	}
	return least
}

// memory is how many bytes the process has in memory, and how many of them are of files: the pieces, and the
// program itself.
func (k *keeper) memory() (all, files int64) {
	var line [128]byte
	n, _ := k.statm.ReadAt(line[:], 0) // with io.EOF
	fields := bytes.Fields(line[:n])
	if len(fields) < 3 {
		return 0, 0
	}
	pages := func(field []byte) int64 {
		n, _ := strconv.ParseInt(string(field), 10, 64)
		return n * int64(os.Getpagesize())
	}
	return pages(fields[1]), pages(fields[2])
}

// unmap takes the pieces of the file out of memory. Their addresses stay taken, by nothing that can be read: who looks
// at a piece that is gone must not find something else there.
func (f *File) unmap() {
	kept.mu.Lock()
	defer kept.mu.Unlock()
	for _, piece := range kept.pieces[f] {
		at, bytes := unsafe.Pointer(unsafe.SliceData(piece)), uintptr(len(piece))
		unix.MmapPtr(-1, 0, at, bytes, unix.PROT_NONE, unix.MAP_FIXED|unix.MAP_PRIVATE|unix.MAP_ANON|unix.MAP_NORESERVE)
	}
	delete(kept.pieces, f)
	f.free, f.closed = nil, true
}
