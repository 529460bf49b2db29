package rundir

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// replace exchanges stage and target in one step, so that at every instant target
// is a whole run, and removes the old one.
func replace(stage, target string) error {
	if isNew(target) {
		return os.Rename(stage, target)
	}
	err := unix.Renameat2(unix.AT_FDCWD, stage, unix.AT_FDCWD, target, unix.RENAME_EXCHANGE)
	if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOSYS) {
		return swapAside(stage, target) // a file system without exchange
	}
	if err != nil {
		return err
	}
	return os.RemoveAll(stage)
}

// claim marks a folder as in use until the process ends or lets go.
func claim(path string) (free func()) {
	f, err := os.Open(path)
	if err != nil {
		return func() {}
	}
	// A file system without locks only means that nobody clears up after us.
	_ = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	return func() { f.Close() }
}

// abandoned says whether nobody claims the folder.
func abandoned(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	return unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) == nil
}
