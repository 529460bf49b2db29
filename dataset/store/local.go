package store

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/bmatcuk/doublestar/v4"
)

// local is a path of this machine's file systems.
type local struct{ path string }

// List implements Store. The order of files is the byte order of their slash-separated paths.
func (l local) List(context.Context) ([]Entry, error) {
	files, base, err := findFiles(l.path)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(files, func(a, b string) int { return cmp.Compare(filepath.ToSlash(a), filepath.ToSlash(b)) })
	var entries []Entry
	for _, file := range slices.Compact(files) {
		below, err := filepath.Rel(base, filepath.Dir(file))
		if err != nil {
			return nil, err
		}
		entries = append(entries, Entry{Name: file, Below: filepath.ToSlash(below)})
	}
	return entries, nil
}

// Open implements Store. Directories and devices are refused.
func (l local) Open(_ context.Context, name string) (*File, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, withoutPath(err)
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("is not a regular file")
	}
	if err != nil {
		f.Close()
		return nil, withoutPath(err)
	}
	version := strconv.FormatInt(info.ModTime().UnixNano(), 10)
	return &File{ReaderAt: pathless{f}, Closer: f, Identity: Identity{Size: info.Size(), Version: version}}, nil
}

// Close implements Store.
func (local) Close() error { return nil }

// pathless reads a file whose errors do not name it.
type pathless struct{ *os.File }

// ReadAt implements io.ReaderAt.
func (p pathless) ReadAt(b []byte, offset int64) (int, error) {
	n, err := p.File.ReadAt(b, offset)
	return n, withoutPath(err)
}

// withoutPath drops the file name that package os puts into its errors; the caller's messages have it already.
func withoutPath(err error) error {
	if p := (*os.PathError)(nil); errors.As(err, &p) {
		return p.Err
	}
	return err
}

// findFiles returns the Parquet files of a path, in any order, and the directory below which key=value names count.
func findFiles(path string) (files []string, base string, err error) {
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		files, err = filesBelow(path)
		base = path
	case err == nil && !info.Mode().IsRegular():
		return nil, "", errors.New("is not a regular file; a pipe or device cannot be read twice")
	case err == nil:
		return []string{path}, filepath.Dir(path), nil
	case errors.Is(err, fs.ErrNotExist) && isGlob(path, "*?[{"):
		files, base, err = filesMatching(path)
	case errors.Is(err, fs.ErrNotExist):
		return nil, "", missingf("no such file or directory")
	}
	if err == nil && len(files) == 0 {
		err = errNoParquet
	}
	return files, base, err
}

// filesMatching expands a glob pattern; directories that match are searched like a directory that is named.
func filesMatching(pattern string) (files []string, base string, err error) {
	base, _ = doublestar.SplitPattern(filepath.ToSlash(pattern))
	matches, err := doublestar.FilepathGlob(pattern)
	if err != nil {
		return nil, "", errPattern
	}
	for _, match := range matches {
		info, err := os.Stat(match)
		if err != nil {
			return nil, "", err
		}
		if info.Mode().IsRegular() {
			files = append(files, match)
			continue
		}
		if !info.IsDir() {
			continue
		}
		below, err := filesBelow(match)
		if err != nil {
			return nil, "", err
		}
		files = append(files, below...)
	}
	return files, filepath.FromSlash(base), nil
}

// filesBelow lists the Parquet files of a tree.
func filesBelow(dir string) (files []string, err error) {
	err = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		switch {
		case entry.IsDir() && isClosed(entry.Name()):
			return fs.SkipDir
		case !entry.IsDir() && isPart(entry.Name()):
			files = append(files, path)
		}
		return nil
	})
	return files, err
}
