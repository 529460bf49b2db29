package spill

import (
	"bytes"
	"os"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// keeper keeps most pages of mapped pieces out of the memory of the process: it looks every few
// milliseconds how many there are, and when they are too many gives all of them back. They stay in the
// cache of the system for as long as that has room, so that what is in use comes back without the disk.
type keeper struct {
	mu      sync.Mutex // while it is held no piece is unmapped
	pieces  map[*File][][]byte
	statm   *os.File
	running bool
}

// kept are the pieces of all files.
var kept = keeper{pieces: make(map[*File][][]byte)}

const (
	// keptPages is how much of all pieces may be in memory before it is given back.
	keptPages = 16 << 20
	// keptLook is the time between two looks, in which a processor reaches some 10 MiB more.
	keptLook = 4 * time.Millisecond
)

// add has a piece of a file kept. It is false, and the piece is not mapped any more, on a system that does
// not tell how many pages there are.
func (k *keeper) add(f *File, piece []byte) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
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
		go k.keep()
	}
	return true
}

// keep looks until there are no pieces any more.
func (k *keeper) keep() {
	tick := time.NewTicker(keptLook)
	defer tick.Stop()
	base := k.sharedPages()
	for range tick.C {
		k.mu.Lock()
		if len(k.pieces) == 0 {
			k.running = false
			k.mu.Unlock()
			return
		}
		if (k.sharedPages()-base)*int64(os.Getpagesize()) > keptPages {
			for _, pieces := range k.pieces {
				for _, piece := range pieces {
					unix.Madvise(piece, unix.MADV_DONTNEED) // of a shared mapping: nothing is lost
				}
			}
			base = k.sharedPages()
		}
		k.mu.Unlock()
	}
}

// sharedPages is the number of pages of the process that belong to files: those of the pieces, and the few of
// the program itself.
func (k *keeper) sharedPages() int64 {
	var line [128]byte
	n, err := k.statm.ReadAt(line[:], 0)
	if n == 0 && err != nil {
		return 0
	}
	fields := bytes.Fields(line[:n])
	if len(fields) < 3 {
		return 0
	}
	pages, _ := strconv.ParseInt(string(fields[2]), 10, 64)
	return pages
}

// unmap takes the pieces of the file out of memory.
func (f *File) unmap() {
	kept.mu.Lock()
	defer kept.mu.Unlock()
	for _, piece := range kept.pieces[f] {
		unix.Munmap(piece)
	}
	delete(kept.pieces, f)
}
