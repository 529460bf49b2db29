package rundir

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Marker is the file that every run directory holds, a JSON object whose "tool" is
// Tool. A directory without it is somebody else's and is never replaced.
const (
	Marker = "run.json"
	Tool   = "holdfast"
)

// followed is the place that a path stands for: a symbolic link stays, and what it
// points to is replaced. A link to nowhere is an error.
func followed(path string) (string, error) {
	path = filepath.Clean(path)
	info, err := os.Lstat(path)
	if err != nil || info.Mode()&fs.ModeSymlink == 0 {
		return path, nil // what is wrong with it, if anything, shows when it is used
	}
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return "", fmt.Errorf("rundir: %s is a link that leads nowhere; remove it or choose another --out", path)
	}
	return real, nil
}

// replaceable accepts a path that does not exist, an empty directory, and an earlier
// run that holds only files with names in known, whole or unfinished, and may be changed: a file
// that somebody put beside them must not vanish with them.
func replaceable(target string, known []string) error {
	entries, err := os.ReadDir(target)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("rundir: %w", err)
	case err != nil:
		return fmt.Errorf("rundir: %s cannot be a directory: something else is in the way; choose another --out", target)
	case len(entries) == 0:
		return nil
	case !isRun(target):
		return fmt.Errorf("rundir: %s is not empty, and it is no run of holdfast that could be replaced (no %s of its own in it); choose another --out", target, Marker)
	}
	for _, e := range entries {
		if e.Name() != Marker && !slices.Contains(known, e.Name()) && !unfinished(e.Name(), known) {
			return fmt.Errorf("rundir: %s holds %q, which is not part of a run and would be lost; move it away or choose another --out", target, e.Name())
		}
	}
	return changeable(target)
}

// changeable refuses a run of which a folder is read-only. It could be moved out of the way, but not
// removed: somebody means to keep it.
func changeable(run string) error {
	return filepath.WalkDir(run, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.IsDir() {
			return nil // what cannot be listed any more shows when it is replaced
		}
		if info, err := e.Info(); err == nil && info.Mode()&0o200 == 0 || !writable(path) {
			return fmt.Errorf("rundir: %s is an earlier run that may not be changed: the folder %s is read-only; make it writable or choose another --out", run, path)
		}
		return nil
	})
}

// unfinished says whether a name is that of a file of the run which WriteFile had not
// finished when it was killed.
func unfinished(name string, known []string) bool {
	return slices.ContainsFunc(known, func(file string) bool { return strings.HasPrefix(name, stagePrefix(file)) })
}

// isRun says whether holdfast wrote the directory, by its marker. A marker that cannot be read
// is nobody's.
func isRun(dir string) bool {
	text, err := os.ReadFile(filepath.Join(dir, Marker))
	if err != nil {
		return false
	}
	var card struct {
		Tool string `json:"tool"`
	}
	return json.Unmarshal(text, &card) == nil && card.Tool == Tool
}
