package spill

import (
	"errors"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// open makes a file that never has a name (O_TMPFILE, Linux 3.11). File systems that
// cannot do that get a file whose name is removed at once.
func open(dir string) (*os.File, error) {
	file, err := os.OpenFile(dir, os.O_RDWR|unix.O_TMPFILE, 0o600)
	if err == nil {
		return file, nil
	}
	if errors.Is(err, syscall.EOPNOTSUPP) || errors.Is(err, syscall.EISDIR) {
		return openUnlinked(dir)
	}
	return nil, withoutPath(err)
}
