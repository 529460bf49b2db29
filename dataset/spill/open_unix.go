//go:build unix

package spill

import (
	"errors"
	"os"
	"syscall"
)

// openUnlinked makes a file and removes its name at once: the space comes back when the
// last handle is closed, however the program ends.
func openUnlinked(dir string) (*os.File, error) {
	file, err := os.CreateTemp(dir, "holdfast-*.spill")
	if err != nil {
		return nil, withoutPath(err)
	}
	if err := os.Remove(file.Name()); err != nil {
		file.Close()
		return nil, withoutPath(err)
	}
	return file, nil
}

// full tells a disk or a quota without room from other errors.
func full(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG)
}
