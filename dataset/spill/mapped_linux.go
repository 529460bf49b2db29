package spill

import "golang.org/x/sys/unix"

// mapped gives a new piece of the file to the program as memory; nil where that cannot be had. Its
// blocks are set aside on the disk first: a page that finds none when it is written ends the program.
func (f *File) mapped(bytes int64) []byte {
	bytes = (bytes + pageSize - 1) &^ (pageSize - 1)
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
