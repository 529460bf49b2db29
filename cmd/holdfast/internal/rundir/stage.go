package rundir

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// stagePrefix begins the names of everything unfinished beside a target.
func stagePrefix(base string) string { return "." + base + ".holdfast-" }

// stageName is a name that nobody else uses, on this machine or on another that
// shares the file system; a process number would not do.
func stageName(base string) string { return stagePrefix(base) + rand.Text()[:10] }

// newStage makes a folder beside the target and locks it. Another process that
// clears up may see the folder before it is locked and remove it; then the next
// name is tried.
func newStage(parent, base string) (path string, free func(), err error) {
	for {
		path = filepath.Join(parent, stageName(base))
		if err := os.Mkdir(path, 0o777); err != nil {
			return "", nil, err
		}
		free, ours, err := claim(path)
		if ours || err != nil {
			return path, free, err
		}
	}
}

// removeOrphans deletes what killed runs left unfinished beside a target; what
// others are still at work on is locked and stays.
func removeOrphans(parent, base string) {
	entries, err := os.ReadDir(parent)
	if err != nil {
		return // a folder that cannot be listed can still be written to
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), stagePrefix(base)) {
			removeOrphan(filepath.Join(parent, e.Name()))
		}
	}
}

// makeParents makes the folders above a target and returns those that it made, the
// deepest first.
func makeParents(parent string) (made []string, err error) {
	for dir := parent; ; dir = filepath.Dir(dir) {
		if _, err := os.Lstat(dir); !errors.Is(err, fs.ErrNotExist) {
			break
		}
		made = append(made, dir)
	}
	return made, os.MkdirAll(parent, 0o777)
}

// removeEmpty removes folders, the deepest first, as far as they are empty: it stops at the
// first in which somebody has put something meanwhile.
func removeEmpty(folders []string) {
	for _, f := range folders {
		if os.Remove(f) != nil {
			return
		}
	}
}
