package spill

import (
	"slices"
	"unsafe"

	"golang.org/x/sys/unix"
)

// maps says whether Make gives pieces of files on this system.
const maps = true

// pieces are those of one file. The keeper's lock guards them.
type pieces struct {
	budget int64
	all    [][]byte
	free   [][]byte // of them, given back
	gone   bool     // nothing is mapped any more
}

// mapped gives a new piece of the file, of whole pages, to the program as memory; nil where that cannot be had. Its
// blocks are set aside on the disk first: a page that finds none when it is written ends the program.
func (f *File) mapped(bytes int64) []byte {
	offset := f.size.Add(bytes) - bytes
	raw, err := f.file.SyscallConn()
	if err != nil {
		return nil
	}
	var at unsafe.Pointer
	err = raw.Control(func(fd uintptr) {
		if unix.Fallocate(int(fd), 0, offset, bytes) == nil {
			at, _ = unix.MmapPtr(int(fd), offset, nil, uintptr(bytes), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
		}
	})
	if err != nil || at == nil {
		return nil
	}
	piece := unsafe.Slice((*byte)(at), bytes)
	if !kept.add(f.pieces, piece) {
		unix.MunmapPtr(at, uintptr(bytes))
		return nil
	}
	return piece
}

// give takes back the piece that begins there; there may be none.
func (f *File) give(at unsafe.Pointer) {
	kept.mu.Lock()
	defer kept.mu.Unlock()
	begins := func(piece []byte) bool { return unsafe.Pointer(unsafe.SliceData(piece)) == at }
	if i := slices.IndexFunc(f.pieces.all, begins); i >= 0 && !slices.ContainsFunc(f.pieces.free, begins) {
		f.pieces.free = append(f.pieces.free, f.pieces.all[i])
	}
}

// given is the smallest piece that was given back and has so many bytes, and not twice as many; nil: there is none.
func (f *File) given(bytes int64) []byte {
	kept.mu.Lock()
	defer kept.mu.Unlock()
	best, free := -1, f.pieces.free
	for i, piece := range free {
		if n := int64(len(piece)); n >= bytes && n < 2*bytes && (best < 0 || n < int64(len(free[best]))) {
			best = i
		}
	}
	if best < 0 {
		return nil
	}
	piece := free[best]
	f.pieces.free = slices.Delete(free, best, best+1)
	return piece
}

// unmap takes the pieces of the file out of memory. Their addresses stay taken, by nothing that can be read: who looks
// at a piece that is gone must not find something else there.
func (f *File) unmap() {
	kept.mu.Lock()
	defer kept.mu.Unlock()
	for _, piece := range f.pieces.all {
		at, bytes := unsafe.Pointer(unsafe.SliceData(piece)), uintptr(len(piece))
		unix.MmapPtr(-1, 0, at, bytes, unix.PROT_NONE, unix.MAP_FIXED|unix.MAP_PRIVATE|unix.MAP_ANON|unix.MAP_NORESERVE)
	}
	delete(kept.of, f.pieces)
	f.pieces.all, f.pieces.free, f.pieces.gone = nil, nil, true
}
