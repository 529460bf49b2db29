package synth

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// The entries of a simulated company's directory.
const (
	snapshotsName = "snapshots"
	outcomesName  = "outcomes.parquet"
	truthName     = "truth.parquet"
)

// draftPattern names the hidden directory that files are written in.
const draftPattern = ".simulate-*.partial"

// entries lists what a company consists of, in the order of publication.
func entries() []string { return []string{snapshotsName, outcomesName, truthName} }

// draft is a hidden directory, beside where its files shall be, that collects
// them until they are complete. It lies in the same file system, so that they
// can be published by renames, and its name begins with a dot, so that readers
// of part files pass over what a killed run leaves.
type draft struct {
	dir  string
	temp string
	made bool // whether dir is ours, too
}

// newDraft refuses a directory that holds a company already, and clears away
// what a killed run left in it.
func newDraft(dir string) (*draft, error) {
	// Overwriting would be convenient, and one wrong path away from deleting a real
	// company's snapshots.
	for _, name := range entries() {
		if _, err := os.Lstat(filepath.Join(dir, name)); err == nil {
			return nil, fmt.Errorf("synth: %s: %w; remove it or choose another directory", filepath.Join(dir, name), fs.ErrExist)
		}
	}
	_, err := os.Stat(dir)
	d := &draft{dir: dir, made: errors.Is(err, fs.ErrNotExist)}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("synth: %w", err)
	}
	if err := d.clear(); err != nil {
		return nil, err
	}
	if d.temp, err = os.MkdirTemp(dir, draftPattern); err == nil {
		err = os.Mkdir(filepath.Join(d.temp, snapshotsName), 0o755)
	}
	if err != nil {
		d.discard()
		return nil, fmt.Errorf("synth: %w", err)
	}
	return d, nil
}

// clear removes the drafts of runs that were killed. Should one still be
// running, it fails cleanly when it publishes.
func (d *draft) clear() error {
	// Not filepath.Glob, which would take a [ in the name of dir for a pattern.
	found, err := os.ReadDir(d.dir)
	for _, entry := range found {
		if stale, _ := filepath.Match(draftPattern, entry.Name()); stale {
			err = errors.Join(err, os.RemoveAll(filepath.Join(d.dir, entry.Name())))
		}
	}
	if err != nil {
		return fmt.Errorf("synth: %w", err)
	}
	return nil
}

// publish moves the complete files to their place, all or none of them. Killed in
// between, it leaves snapshots without outcomes, which nothing accepts, and never
// files of two companies.
func (d *draft) publish() error {
	var err error
	published := 0
	for _, name := range entries() {
		if err = os.Rename(filepath.Join(d.temp, name), filepath.Join(d.dir, name)); err != nil {
			break
		}
		published++
	}
	if err == nil {
		err = errors.Join(syncDir(filepath.Join(d.dir, snapshotsName)), syncDir(d.dir))
	}
	if err == nil {
		d.made = false
		return nil
	}
	for _, name := range entries()[:published] {
		os.RemoveAll(filepath.Join(d.dir, name))
	}
	return fmt.Errorf("synth: %w", err)
}

// discard removes the hidden directory with whatever is still in it, and dir
// itself where it was made for files that did not come. Errors have nobody left to
// tell: the next run clears up.
func (d *draft) discard() {
	if d.temp != "" {
		os.RemoveAll(d.temp)
	}
	if d.made {
		os.Remove(d.dir)
	}
}

// syncDir makes renames in a directory durable. Windows cannot sync a directory
// and does not need to.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}
