// Package rundir answers: how does a set of files appear all at once, or not at
// all? A Dir collects files in a hidden folder next to the place they are meant
// for; Publish syncs them and puts the folder in that place with one rename. Until
// then nobody sees anything, and an older run stays as it was.
package rundir

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Marker is the file that every run directory holds. A directory without it is
// somebody else's and is never replaced.
const Marker = "run.json"

// Dir is a run directory in the making.
type Dir struct {
	target string // where it is meant to be
	stage  string // where it is being written
	free   func() // lets go of the claim on stage
}

// Create starts a run directory that will replace target. It refuses a target that
// holds anything but an earlier run, and clears away what killed runs left behind.
func Create(target string) (*Dir, error) {
	target = filepath.Clean(target)
	parent, base := filepath.Split(target)
	if parent == "" {
		parent = "."
	}
	if err := replaceable(target); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return nil, fmt.Errorf("rundir: %w", err)
	}
	removeOrphans(parent, base)
	stage, err := os.MkdirTemp(parent, stagePrefix(base))
	if err != nil {
		return nil, fmt.Errorf("rundir: %w", err)
	}
	if err := os.Chmod(stage, 0o755); err != nil {
		return nil, fmt.Errorf("rundir: %w", err)
	}
	return &Dir{target: target, stage: stage, free: claim(stage)}, nil
}

func stagePrefix(base string) string { return "." + base + ".holdfast-" }

// replaceable accepts a path that does not exist, an empty directory and an earlier
// run.
func replaceable(target string) error {
	entries, err := os.ReadDir(target)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("rundir: %s is in the way: %w", target, err)
	}
	for _, e := range entries {
		if e.Name() == Marker {
			return nil
		}
	}
	if len(entries) > 0 {
		return fmt.Errorf("rundir: %s is not empty and was not written by holdfast (no %s in it); choose another --out", target, Marker)
	}
	return nil
}

// removeOrphans deletes the hidden folders of runs that were killed; those of runs
// that are still at work are claimed and stay.
func removeOrphans(parent, base string) {
	entries, err := os.ReadDir(parent)
	if err != nil {
		return
	}
	for _, e := range entries {
		path := filepath.Join(parent, e.Name())
		if e.IsDir() && strings.HasPrefix(e.Name(), stagePrefix(base)) && abandoned(path) {
			os.RemoveAll(path)
		}
	}
}

// Write makes one file of the run; folders in name are made as needed.
func (d *Dir) Write(name string, write func(w io.Writer) error) error {
	path := filepath.Join(d.stage, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("rundir: %w", err)
	}
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("rundir: %w", err)
	}
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return fmt.Errorf("rundir: %s: %w", name, err)
	}
	return nil
}

// Publish puts the run in its place. An earlier run there is swapped out with the
// same system call where the system has one for it, and removed.
func (d *Dir) Publish() error {
	if err := syncTree(d.stage); err != nil {
		return fmt.Errorf("rundir: %w", err)
	}
	if err := replace(d.stage, d.target); err != nil {
		return fmt.Errorf("rundir: %w", err)
	}
	parent := filepath.Dir(d.target)
	if err := syncDir(parent); err != nil {
		return fmt.Errorf("rundir: %w", err)
	}
	return nil
}

// Discard removes what was not published. After Publish it only ends the claim on
// the folder.
func (d *Dir) Discard() {
	os.RemoveAll(d.stage)
	d.free()
}

// syncTree makes the directory entries durable; the files are synced already.
func syncTree(root string) error {
	return filepath.WalkDir(root, func(path string, e os.DirEntry, err error) error {
		if err != nil || !e.IsDir() {
			return err
		}
		return syncDir(path)
	})
}

func syncDir(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	// Some file systems cannot sync a directory; their renames are durable or
	// nothing here could make them so.
	_ = f.Sync()
	return nil
}

// swapAside is replace for systems that cannot exchange two names: the old run is
// moved aside first, and moved back when the new one cannot take its place.
func swapAside(stage, target string) error {
	aside := stage + ".old"
	if err := os.Rename(target, aside); err != nil {
		return err
	}
	if err := os.Rename(stage, target); err != nil {
		return errors.Join(err, os.Rename(aside, target))
	}
	return os.RemoveAll(aside)
}

// isNew says whether nothing, or an empty directory, is at target; the latter is
// removed.
func isNew(target string) bool {
	if os.Remove(target) == nil {
		return true
	}
	_, err := os.Lstat(target)
	return errors.Is(err, os.ErrNotExist)
}
