package spill

import (
	"fmt"
	"os"
	"sync"
	"sync/atomic"
)

// File is a temporary file of columns. Its methods, and those of its columns, may be
// used from several goroutines at once.
type File struct {
	dir    string
	budget int64
	pieces *pieces // that are mapped
	file   *os.File
	size   atomic.Int64 // bytes given to columns
	broken atomic.Pointer[Error]

	buffers sync.Pool // of *[window]float64, for Gather
}

// Create makes an empty file in the directory; "" is the directory of the system for
// temporary files, which the environment variable TMPDIR sets. budget is how many bytes of memory the
// process should keep to: what Make returns is left there for as long as it does.
func Create(dir string, budget int64) (*File, error) {
	if dir == "" {
		dir = os.TempDir()
	}
	file, err := open(dir)
	if err != nil {
		return nil, &Error{Dir: dir, Err: err}
	}
	f := &File{dir: dir, budget: budget, pieces: &pieces{budget: budget}, file: file}
	f.buffers.New = func() any { return new([window]float64) }
	return f, nil
}

// Beside makes another file in the same directory.
func (f *File) Beside() (*File, error) { return Create(f.dir, f.budget) }

// Size is the number of bytes that the columns take up.
func (f *File) Size() int64 { return f.size.Load() }

// Err is the first error that any use of the file met, nil if there was none: for
// readers that hand out values through interfaces without errors, so that nothing that
// was not read is taken for data.
func (f *File) Err() error {
	if err := f.broken.Load(); err != nil {
		return err
	}
	return nil
}

// Close gives the space back. The columns can no longer be used, nor what Make returned. A file that
// is forgotten instead is closed when it is collected, but for what Make returned, which stays.
func (f *File) Close() error {
	f.unmap()
	if err := f.file.Close(); err != nil {
		return f.fail(err)
	}
	return nil
}

// fail notes the first error.
func (f *File) fail(err error) error {
	e := &Error{Dir: f.dir, Err: err}
	f.broken.CompareAndSwap(nil, e)
	return e
}

// Error is a temporary file that could not be made, written or read.
type Error struct {
	Dir string
	Err error
}

// Error says what to do: all that a user can change is where the file lies and whether
// it is needed at all.
func (e *Error) Error() string {
	if full(e.Err) {
		return fmt.Sprintf("spill: no space left in %s for columns that do not fit in memory: set the environment variable TMPDIR to a directory with more room, or raise --memory", e.Dir)
	}
	return fmt.Sprintf("spill: temporary file in %s: %v; set the environment variable TMPDIR to another directory, or raise --memory", e.Dir, e.Err)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }
