package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"holdfast/cmd/holdfast/internal/progress"
	"holdfast/dataset/csvio"
)

// csvFiles finds the files that the arguments mean. Standard input is kept in a temporary file, because it is read
// twice; discard removes that.
func csvFiles(args []string) (files []csvio.Source, discard func(), err error) {
	discard = func() {}
	for _, arg := range args {
		if arg == "-" {
			if len(args) > 1 {
				return nil, discard, fail(exitUsage, errors.New("- cannot be given with other files"))
			}
			var path string
			path, discard, err = spool(os.Stdin)
			return []csvio.Source{{Path: "standard input", Open: csvio.File(path).Open}}, discard, err
		}
		paths, err := csvPaths(arg)
		if err != nil {
			return nil, discard, err
		}
		for _, path := range paths {
			files = append(files, csvio.File(path))
		}
	}
	return files, discard, nil
}

// csvPaths lists the CSV files of a folder or a glob in the order of their names; any other path stands for itself.
func csvPaths(arg string) ([]string, error) {
	info, err := os.Stat(arg)
	switch {
	case err == nil && info.Mode().IsRegular():
		return []string{arg}, nil
	case err == nil && !info.IsDir(): // a pipe could not be read twice
		return nil, fail(exitData, fmt.Errorf("%s is not a file; give - and let the shell read it: holdfast import - < %s", plain(arg), plain(arg)))
	case err == nil:
		arg = filepath.Join(globEscape(arg), "*")
	case errors.Is(err, fs.ErrNotExist) && !strings.ContainsAny(arg, "*?["):
		return nil, fail(exitData, fmt.Errorf("%s: there is no such file", plain(arg)))
	case !errors.Is(err, fs.ErrNotExist):
		return nil, fail(exitData, err)
	}
	paths, err := filepath.Glob(arg)
	if err != nil {
		return nil, fail(exitUsage, fmt.Errorf("%s: %w", plain(arg), err))
	}
	paths = slices.DeleteFunc(paths, func(path string) bool { return !isCSV(path) })
	if len(paths) == 0 {
		return nil, fail(exitData, fmt.Errorf("%s: no file that ends in .csv, .tsv, .csv.gz or .tsv.gz", plain(arg)))
	}
	return paths, nil
}

// globEscape takes the meaning off the characters of a path.
func globEscape(path string) string {
	return strings.NewReplacer(`*`, `[*]`, `?`, `[?]`, `[`, `[[]`).Replace(path)
}

// isCSV goes by the ending of the name.
func isCSV(path string) bool { return csvStem(path) != path }

// csvStem is a path without the endings of CSV files.
func csvStem(path string) string {
	low := strings.ToLower(path)
	for _, ending := range []string{".csv", ".tsv", ".csv.gz", ".tsv.gz"} {
		if strings.HasSuffix(low, ending) {
			return path[:len(path)-len(ending)]
		}
	}
	return path
}

// spool keeps a stream in a temporary file.
func spool(in io.Reader) (path string, discard func(), err error) {
	f, err := os.CreateTemp("", "holdfast-import-*")
	if err != nil {
		return "", func() {}, fail(exitOutput, err)
	}
	discard = func() { os.Remove(f.Name()) }
	_, err = io.Copy(f, in)
	return f.Name(), discard, fail(exitOutput, errors.Join(err, f.Close()))
}

// watched lets a bar show how far the files have been read.
func watched(files []csvio.Source, bar *progress.Bar) []csvio.Source {
	out := make([]csvio.Source, len(files))
	for i, f := range files {
		stage, opened := f.Path, false
		out[i] = csvio.Source{Path: f.Path, Open: func() (io.ReadCloser, error) {
			in, err := f.Open()
			if err != nil {
				return nil, err
			}
			if stage = "reading " + filepath.Base(f.Path); opened {
				stage = "writing " + filepath.Base(f.Path)
			}
			opened = true
			size := 0
			if file, ok := in.(*os.File); ok {
				if info, err := file.Stat(); err == nil {
					size = int(info.Size())
				}
			}
			return &watchedFile{ReadCloser: in, bar: bar, stage: plain(stage), size: size}, nil
		}}
	}
	return out
}

// watchedFile tells a bar what was read.
type watchedFile struct {
	io.ReadCloser
	bar        *progress.Bar
	stage      string
	done, size int
}

func (f *watchedFile) Read(p []byte) (int, error) {
	n, err := f.ReadCloser.Read(p)
	f.done += n
	f.bar.Stage(f.stage, f.done, f.size)
	return n, err
}
