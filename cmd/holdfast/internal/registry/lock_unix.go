//go:build unix

package registry

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// lock takes the lock of an open file, which the system frees when the file is closed or
// the process ends, however it ends. It is advisory: only writers that ask are kept out.
func lock(f *os.File) error {
	err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	switch {
	case errors.Is(err, unix.EWOULDBLOCK):
		return ErrLocked
	case err != nil:
		return fmt.Errorf("the file system cannot lock (%w); keep the registry on one that can", err)
	}
	return nil
}
