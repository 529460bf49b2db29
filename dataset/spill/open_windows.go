package spill

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// deleteOnClose is FILE_FLAG_DELETE_ON_CLOSE: the system deletes the file with its last
// handle, also that of a program that was killed.
const deleteOnClose = 0x04000000

// errorDiskFull is ERROR_DISK_FULL, which the standard library does not name.
const errorDiskFull = syscall.Errno(112)

// open makes a file of a name that is not taken.
func open(dir string) (*os.File, error) {
	for n := 0; ; n++ {
		name := filepath.Join(dir, "holdfast-"+strconv.Itoa(os.Getpid())+"-"+strconv.Itoa(n)+".spill")
		file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL|deleteOnClose, 0o600)
		if !errors.Is(err, os.ErrExist) {
			return file, withoutPath(err)
		}
	}
}

// full tells a disk without room from other errors.
func full(err error) bool { return errors.Is(err, errorDiskFull) }
