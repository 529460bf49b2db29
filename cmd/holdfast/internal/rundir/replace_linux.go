package rundir

import (
	"errors"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// replace puts stage in the place of target. Where target exists the two are
// exchanged in one step, so that at every instant target is a whole run, and the old
// one is removed. Another process may make or replace the target in between; then
// the step that does not fit any more is tried the other way.
func replace(stage, target string) error {
	for {
		err := unix.Renameat2(unix.AT_FDCWD, stage, unix.AT_FDCWD, target, unix.RENAME_EXCHANGE)
		switch {
		case err == nil:
			os.RemoveAll(stage) // the old run; what cannot be removed now is an orphan for the next run
			return nil
		case errors.Is(err, unix.EINVAL), errors.Is(err, unix.ENOSYS):
			return replaceInSteps(stage, target) // a file system without exchange
		case !errors.Is(err, unix.ENOENT):
			return err
		}
		err = unix.Renameat2(unix.AT_FDCWD, stage, unix.AT_FDCWD, target, unix.RENAME_NOREPLACE)
		if !errors.Is(err, unix.EEXIST) {
			return err
		}
	}
}

// writable says whether this user may put files into a folder and remove them.
func writable(folder string) bool { return unix.Access(folder, unix.W_OK|unix.X_OK) == nil }

// claim locks a file or folder until the process ends or calls free. It is ours when
// nobody else holds the lock and it is still there under its name.
func claim(path string) (free func(), ours bool, err error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) || !stillAt(f, path) {
		f.Close()
		return nil, false, nil
	}
	// A file system without locks only means that nobody clears up after us:
	// removeOrphan cannot lock there either.
	return func() { f.Close() }, true, nil
}

// stillAt says whether an open file is the one that path names now.
func stillAt(f *os.File, path string) bool {
	opened, err := f.Stat()
	if err != nil {
		return false
	}
	there, err := os.Lstat(path)
	return err == nil && os.SameFile(opened, there)
}

// removeOrphan removes a stage that nobody has locked. The lock is held until the
// folder is gone, so that nobody can claim it half removed.
func removeOrphan(path string) {
	f, err := os.Open(path)
	if err != nil {
		return
	}
	defer f.Close()
	if unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) == nil && stillAt(f, path) {
		os.RemoveAll(path)
	}
}
