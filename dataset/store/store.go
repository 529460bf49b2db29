package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// Store lists and opens the files that one path stands for. Its errors do not name the path: the caller, who knows which
// file it asked for, does. Methods may be called from several goroutines once List has returned.
type Store interface {
	// List finds the Parquet files, in path order. Nothing at the path is fs.ErrNotExist; something there that holds no
	// Parquet files is an error that says what was looked for. The list is never empty.
	List(ctx context.Context) ([]Entry, error)
	// Open opens a file by the Name of its entry. Reads from it end when ctx does.
	Open(ctx context.Context, name string) (*File, error)
	// Close ends the connections of the store.
	io.Closer
}

// Entry is one file of a list.
type Entry struct {
	// Name is the path or URL of the file, as Open takes it and messages show it: without options or secrets.
	Name string
	// Below holds the directories between the path that was asked for and the file, separated by slashes: where
	// key=value names count.
	Below string
}

// Identity tells whether a file is still the same. Two equal ones mean equal bytes as far as the store can tell.
type Identity struct {
	Size int64
	// Version is the time of the last change of a local file, and the entity tag or generation of an object.
	Version string
}

// File is an open file.
type File struct {
	io.ReaderAt
	io.Closer
	Identity
	// Remote says that each ReadAt is a request over the network.
	Remote bool
}

// ErrChanged is returned when a file was replaced, changed or removed between two reads of it.
var ErrChanged = errors.New("was changed by another program while it was read: run again")

// errNoParquet is returned when a directory, prefix or pattern holds other things only.
var errNoParquet = errors.New("no Parquet files here (looked for names that end in .parquet, .parq or .pq and do not start with _ or a dot)")

// errPattern is returned for a glob with an open bracket.
var errPattern = errors.New("is not a valid pattern")

// Open returns the store that a path lies in. Nothing is read yet. Close it after use.
func Open(ctx context.Context, path string) (Store, error) {
	if !IsURL(path) {
		return local{path}, nil
	}
	a, err := parse(path)
	if err != nil {
		return nil, err
	}
	return openBucket(ctx, a)
}

// classified is an error in our words that belongs to a class, such as fs.ErrNotExist, without repeating the class's text.
type classified struct {
	text  string
	class error // nil: none
}

func (e *classified) Error() string { return e.text }
func (e *classified) Unwrap() error { return e.class }

// missingf says that there is nothing at a path; the error is fs.ErrNotExist.
func missingf(format string, args ...any) error {
	return &classified{fmt.Sprintf(format, args...), fs.ErrNotExist}
}
