package rundir

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"holdfast/cmd/holdfast/internal/disk"
)

// Dir is a run directory in the making. Write may not be called by two goroutines for one name;
// Publish and Discard come last.
type Dir struct {
	Disk disk.Disk // what Write and Publish write to; the zero Disk is the real one

	target string   // where it is meant to be
	known  []string // the names that an earlier run there may hold
	stage  string   // where it is being written
	free   func()   // lets go of the lock on stage
	made   []string // folders above target that did not exist before
}

// Create starts a run directory that will replace target. It refuses a target that
// holds anything but an earlier run, which is a marker and files or folders with
// names in known, and clears away what killed runs left behind. A target that
// cannot be written is found out here, before the work starts. A target that is a symbolic link
// stays one, and what it points to is replaced. Folders above the target are made, and removed
// again by Discard if nothing was published. The caller must call Discard.
func Create(target string, known ...string) (*Dir, error) {
	target, err := followed(target)
	if err != nil {
		return nil, err
	}
	if err := replaceable(target, known); err != nil {
		return nil, err
	}
	parent, base := filepath.Dir(target), filepath.Base(target)
	made, err := makeParents(parent)
	if err == nil {
		removeOrphans(parent, base)
		var stage string
		var free func()
		if stage, free, err = newStage(parent, base); err == nil {
			return &Dir{target: target, known: known, stage: stage, free: free, made: made}, nil
		}
	}
	removeEmpty(made)
	return nil, fmt.Errorf("rundir: %s cannot be written: %w", target, cause(err))
}

// cause leaves out the temporary name that an error is about: nobody chose it.
func cause(err error) error {
	if path := (*fs.PathError)(nil); errors.As(err, &path) {
		return path.Err
	}
	if link := (*os.LinkError)(nil); errors.As(err, &link) {
		return link.Err
	}
	return err
}

// Write makes one file of the run; folders in name are made as needed.
func (d *Dir) Write(name string, write func(w io.Writer) error) error {
	path := filepath.Join(d.stage, filepath.FromSlash(name))
	err := d.Disk.Mkdir(filepath.Dir(path))
	if err == nil {
		err = d.Disk.WriteFile(path, 0o666, write)
	}
	if err != nil {
		return fmt.Errorf("rundir: %s: %w", name, cause(err))
	}
	return nil
}

// Fill lets write make files of the run in the folder it is given, for writers that want a name
// and not an io.Writer. They are for write to sync.
func (d *Dir) Fill(write func(folder string) error) error { return write(d.stage) }

// fill writes, syncs and closes a new file; the first error counts.
func fill(f *os.File, write func(w io.Writer) error) error {
	err := write(f)
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	return err
}

// Publish puts the run in its place. An earlier run there is swapped out with the
// same system call where the system has one for it, and removed. The target is looked at once
// more: a file that somebody put there while the run was at work is an error, and the run stays
// in its stage until Discard.
func (d *Dir) Publish() error {
	if err := replaceable(d.target, d.known); err != nil {
		return err // it has changed while the run was at work
	}
	err := syncTree(d.stage)
	if err == nil {
		err = d.Disk.Do(disk.Rename, d.target, func() error { return replace(d.stage, d.target) })
	}
	if err == nil {
		d.stage, d.made = "", nil
		err = d.Disk.Do(disk.SyncDir, d.target, func() error { return syncDir(filepath.Dir(d.target)) })
	}
	if err != nil {
		return fmt.Errorf("rundir: %s: %w", d.target, cause(err))
	}
	return nil
}

// Discard removes what was not published. After Publish it only lets go of the lock.
func (d *Dir) Discard() {
	if d.stage != "" {
		os.RemoveAll(d.stage)
	}
	d.free()
	removeEmpty(d.made)
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

// syncDir makes the names in a folder durable, as far as the file system can.
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
