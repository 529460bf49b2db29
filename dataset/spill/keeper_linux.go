package spill

import (
	"bytes"
	"math"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// keeper keeps the process within the budget of its files as far as pages of mapped pieces can: it looks
// every few milliseconds how much memory the process has, and when that is too much gives all of them back.
// They stay in the cache of the system for as long as that has room, so that what is in use comes back
// without the disk.
type keeper struct {
	mu      sync.Mutex       // while it is held no piece is unmapped
	of      map[*pieces]bool // that have some
	statm   *os.File
	base    int64        // bytes of files in memory beside the pieces
	next    atomic.Int64 // when to look again
	running bool
}

// kept are the pieces of all files.
var kept = newKeeper()

// newKeeper keeps nothing yet.
func newKeeper() *keeper {
	k := &keeper{of: make(map[*pieces]bool)}
	k.next.Store(never)
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
	// never is when to look while there are no pieces.
	never = math.MaxInt64
)

// add has a piece of a file kept; false: the file is closed, or the system does not tell how many pages there are.
func (k *keeper) add(of *pieces, piece []byte) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.statm == nil {
		k.statm, _ = os.Open("/proc/self/statm")
	}
	if of.gone || k.statm == nil {
		return false
	}
	of.all, k.of[of] = append(of.all, piece), true
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
	next := kept.next.Load()
	if next == never {
		return
	}
	if now := time.Now().UnixNano(); now > next && kept.mu.TryLock() {
		if len(kept.of) > 0 {
			kept.look(now)
		}
		kept.mu.Unlock()
	}
}

// keep looks until there are no pieces any more.
func (k *keeper) keep() {
	tick := time.NewTicker(keptLook)
	defer tick.Stop()
	for now := range tick.C {
		k.mu.Lock()
		if len(k.of) == 0 {
			k.running = false
			k.next.Store(never)
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
		for pieces := range k.of {
			for _, piece := range pieces.all {
				unix.Madvise(piece, unix.MADV_DONTNEED) // of a shared mapping: nothing is lost
			}
		}
		_, k.base = k.memory()
	}
}

// budget is the smallest of the files.
func (k *keeper) budget() int64 {
	least := int64(math.MaxInt64)
	for pieces := range k.of {
		least = min(least, pieces.budget)
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
