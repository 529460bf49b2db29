package spill

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// mapped gives a new piece of the file, of whole pages, to the program as memory; nil where that cannot be had. Its
// blocks are set aside on the disk first: a page that finds none when it is written ends the program.
func (f *File) mapped(bytes int64) []byte {
	offset := f.size.Add(bytes) - bytes
	var piece []byte
	raw, err := f.file.SyscallConn()
	if err != nil {
		return nil
	}
	err = raw.Control(func(fd uintptr) {
		if unix.Fallocate(int(fd), 0, offset, bytes) == nil {
			piece, _ = unix.Mmap(int(fd), offset, int(bytes), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
		}
	})
	if err != nil || piece == nil || !kept.add(f, piece) {
		return nil
	}
	return piece
}

// give takes back the piece that begins there; there may be none.
func (f *File) give(at unsafe.Pointer) {
	kept.mu.Lock()
	defer kept.mu.Unlock()
	for _, piece := range kept.pieces[f] {
		if unsafe.Pointer(unsafe.SliceData(piece)) == at {
			f.free = append(f.free, piece)
		}
	}
}

// given is the smallest piece that was given back and has so many bytes, and not twice as many; nil: there is none.
func (f *File) given(bytes int64) []byte {
	kept.mu.Lock()
	defer kept.mu.Unlock()
	best := -1
	for i, piece := range f.free {
		if n := int64(len(piece)); n >= bytes && n < 2*bytes && (best < 0 || n < int64(len(f.free[best]))) {
			best = i
		}
	}
	if best < 0 {
		return nil
	}
	piece := f.free[best]
	f.free = append(f.free[:best], f.free[best+1:]...)
	return piece
}
