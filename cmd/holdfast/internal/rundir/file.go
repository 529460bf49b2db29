package rundir

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// CheckFile says whether WriteFile could write path, so that hours of work do not
// end in a folder that never existed. Nothing is written; permissions show only then.
func CheckFile(path string) error {
	parent, err := os.Stat(filepath.Dir(path))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("rundir: %s: the folder %s does not exist; make it first", path, filepath.Dir(path))
	case err != nil:
		return fmt.Errorf("rundir: %s: %w", path, cause(err))
	case !parent.IsDir():
		return fmt.Errorf("rundir: %s: %s is not a folder", path, filepath.Dir(path))
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("rundir: %s is not a file; choose another name", path)
	}
	return nil
}

// WriteFile writes a single file whole: under a temporary name in the same folder,
// synced, then renamed. When write fails, what was at path stays. A symbolic link
// stays, and the file it points to is replaced. The folder must exist. Temporary files of
// writers that were killed are cleared away first.
func WriteFile(path string, write func(w io.Writer) error) error {
	place, err := followed(path)
	if err != nil {
		return err
	}
	dir, base := filepath.Split(place)
	removeOrphans(filepath.Clean(dir), base)
	f, free, err := newTemp(dir, base)
	if err != nil {
		return fmt.Errorf("rundir: %s: %w", path, cause(err))
	}
	defer free()
	if err = fill(f, write); err == nil {
		err = os.Rename(f.Name(), place)
	}
	if err != nil {
		return fmt.Errorf("rundir: %s: %w", path, errors.Join(cause(err), os.Remove(f.Name())))
	}
	return syncDir(filepath.Dir(place))
}

// newTemp makes and locks a hidden file in dir, with the permissions that base would
// get from any other program.
func newTemp(dir, base string) (f *os.File, free func(), err error) {
	for {
		f, err = os.OpenFile(filepath.Join(dir, stageName(base)), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if err != nil {
			return nil, nil, err
		}
		free, ours, err := claim(f.Name())
		if ours {
			return f, free, nil
		}
		f.Close()
		if err != nil {
			return nil, nil, errors.Join(err, os.Remove(f.Name()))
		}
	}
}
