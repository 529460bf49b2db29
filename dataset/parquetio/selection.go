package parquetio

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/bmatcuk/doublestar/v4"
)

// part is one file of a selection.
type part struct {
	path     string
	size     int64
	modified time.Time
	layout   *layout
	keys     []hiveKey
}

// hiveKey is one key=value directory above a part file.
type hiveKey struct {
	name, value string
	null        bool
}

// selection is the list of part files that a path stands for, in path order, with their checked footers.
type selection struct {
	path   string
	parts  []part
	stored int64 // bytes of all parts
}

// The order of parts is the byte order of their slash-separated paths. It does not depend on the file system, and a tree
// that is copied elsewhere gives the same rows in the same order.

// openSelection finds the part files of a path and reads their footers.
func openSelection(ctx context.Context, path string) (*selection, error) {
	files, base, err := findParts(path)
	if err != nil {
		return nil, fileErrorf(path, "%w", err)
	}
	s := &selection{path: path}
	for _, file := range files {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		p, err := openPart(file, base)
		if err != nil {
			return nil, fileErrorf(file, "%w", err)
		}
		s.parts = append(s.parts, p)
		s.stored += p.size
	}
	return s, nil
}

// openPart reads and checks the footer of one file and closes it again: a tree may have more parts than a process may
// have open files.
func openPart(path, base string) (part, error) {
	f, info, err := openFile(path)
	if err != nil {
		return part{}, err
	}
	defer f.Close()
	meta, dataEnd, err := readFooter(f, info.Size())
	if err != nil {
		return part{}, err
	}
	l, err := newLayout(meta, dataEnd)
	if err != nil {
		return part{}, err
	}
	keys, err := hiveKeys(base, path)
	return part{path: path, size: info.Size(), modified: info.ModTime(), layout: l, keys: keys}, err
}

// findParts returns the part files of a path, sorted, and the directory below which key=value names count.
func findParts(path string) (files []string, base string, err error) {
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		files, err = partsBelow(path)
		base = path
	case err == nil && !info.Mode().IsRegular():
		return nil, "", errors.New("is not a regular file; a pipe or device cannot be read twice")
	case err == nil:
		return []string{path}, filepath.Dir(path), nil
	case errors.Is(err, fs.ErrNotExist) && strings.ContainsAny(path, "*?[{"):
		files, base, err = partsMatching(path)
	case errors.Is(err, fs.ErrNotExist):
		return nil, "", errMissing{}
	}
	if err == nil && len(files) == 0 {
		err = errors.New("no Parquet files here (looked for names that end in .parquet, .parq or .pq and do not start with _ or a dot)")
	}
	slices.SortFunc(files, func(a, b string) int { return cmp.Compare(filepath.ToSlash(a), filepath.ToSlash(b)) })
	return slices.Compact(files), base, err
}

// partsMatching expands a glob pattern; directories that match are searched like a directory that is named.
func partsMatching(pattern string) (files []string, base string, err error) {
	base, _ = doublestar.SplitPattern(filepath.ToSlash(pattern))
	matches, err := doublestar.FilepathGlob(pattern)
	if err != nil {
		return nil, "", errors.New("is not a valid pattern")
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
		below, err := partsBelow(match)
		if err != nil {
			return nil, "", err
		}
		files = append(files, below...)
	}
	return files, filepath.FromSlash(base), nil
}

// partsBelow lists the Parquet files of a tree. Names that start with _ or a dot are the writers' own: _SUCCESS,
// _metadata, _temporary/, .part-0.crc.
func partsBelow(dir string) (files []string, err error) {
	err = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		name := entry.Name()
		hidden := strings.HasPrefix(name, "_") || strings.HasPrefix(name, ".")
		switch {
		case entry.IsDir() && hidden && !strings.Contains(name, "="):
			return fs.SkipDir
		case !entry.IsDir() && !hidden && parquetName(name):
			files = append(files, path)
		}
		return nil
	})
	return files, err
}

// parquetName reports whether a file name has one of the usual endings.
func parquetName(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".parquet", ".parq", ".pq":
		return true
	}
	return false
}

// hiveNull is the directory name that Hive, Spark and DuckDB write for a missing value.
const hiveNull = "__HIVE_DEFAULT_PARTITION__"

// hiveKeys reads the key=value directories between base and a file, outermost first. Both sides are percent-unescaped.
func hiveKeys(base, path string) ([]hiveKey, error) {
	inside, err := filepath.Rel(base, filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	var keys []hiveKey
	for _, name := range strings.Split(filepath.ToSlash(inside), "/") {
		key, value, isKey := strings.Cut(name, "=")
		if !isKey || key == "" {
			continue
		}
		k := hiveKey{name: unescape(key), value: unescape(value), null: value == hiveNull}
		if slices.ContainsFunc(keys, func(o hiveKey) bool { return o.name == k.name }) {
			return nil, errors.New("has the key " + quoteName(k.name) + " twice in its path")
		}
		keys = append(keys, k)
	}
	return keys, nil
}

// unescape undoes percent escapes; text that is not properly escaped is taken as it is.
func unescape(s string) string {
	if plain, err := url.PathUnescape(s); err == nil {
		return plain
	}
	return s
}
