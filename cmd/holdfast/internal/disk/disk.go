// Package disk answers: what if the power fails exactly here? Every change that must
// survive a crash goes through a Disk, step by step, and each step can be made to fail, or
// to be the last thing that the process does.
//
//  1. Mkdir, Create, Write, Sync, Rename, SyncDir and Remove are the steps (Op): all that a
//     crash can fall between.
//  2. Before every step, Disk.Before is told which it is (Disk.ask). What it returns is the
//     error of the step, which then does not happen.
//  3. The zero Disk asks nobody.
//
// A test counts the steps of a run, and then lets the run fail, or kills it, at each.
package disk

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"syscall"
)

// Op is a kind of step.
type Op string

// The steps.
const (
	Mkdir   Op = "mkdir"
	Create  Op = "create"
	Write   Op = "write" // of one piece of a file
	Sync    Op = "sync"
	Rename  Op = "rename"
	SyncDir Op = "syncdir"
	Remove  Op = "remove"
)

// Step is a change of the disk that is about to happen. Path is as the caller gave it.
type Step struct {
	Op   Op
	Path string // of a rename: the new name
}

// Disk changes the file system. The zero Disk is the real one. It is a struct with a hook and
// not an interface with a fake: what a test sees fail is the code that runs, on real files.
type Disk struct {
	Before func(Step) error // nil: nothing fails but what really does
}

// Do takes a step that somebody else knows how to take, such as an exchange of two names. What
// step returns is returned as it is.
func (d Disk) Do(op Op, path string, step func() error) error {
	if err := d.ask(op, path); err != nil {
		return err
	}
	return step()
}

// ask is called before a step. A refusal becomes a *fs.PathError, as from the system.
func (d Disk) ask(op Op, path string) error {
	if d.Before == nil {
		return nil
	}
	if err := d.Before(Step{op, path}); err != nil {
		return &fs.PathError{Op: string(op), Path: path, Err: err}
	}
	return nil
}

// Mkdir makes a folder and those above it, as far as they are missing.
func (d Disk) Mkdir(path string) error {
	if err := d.ask(Mkdir, path); err != nil {
		return err
	}
	return os.MkdirAll(path, 0o777)
}

// WriteFile makes a file that must not exist, fills and syncs it. After an error a part
// of it may be there: its name is for the caller to choose so that nobody reads it.
func (d Disk) WriteFile(path string, perm fs.FileMode, write func(io.Writer) error) error {
	if err := d.ask(Create, path); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
	if err != nil {
		return err
	}
	return d.Fill(f, write)
}

// Fill writes, syncs and closes a new file; the first error counts.
func (d Disk) Fill(f *os.File, write func(io.Writer) error) error {
	err := write(pieces{d, f})
	if err == nil {
		err = d.ask(Sync, f.Name())
	}
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	return err
}

// pieces asks before every piece that is written.
type pieces struct {
	disk Disk
	f    *os.File
}

// Write writes one piece.
func (p pieces) Write(piece []byte) (int, error) {
	if err := p.disk.ask(Write, p.f.Name()); err != nil {
		return 0, err
	}
	return p.f.Write(piece)
}

// Rename gives a file or folder a new name. A file of that name is replaced in the same
// instant.
func (d Disk) Rename(from, to string) error {
	if err := d.ask(Rename, to); err != nil {
		return err
	}
	return os.Rename(from, to)
}

// SyncDir makes the names in a folder durable.
func (d Disk) SyncDir(path string) error {
	if err := d.ask(SyncDir, path); err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	// File systems that cannot sync a directory say so with these; there their renames
	// are durable, or nothing here could make them so. Any other error is one.
	if err := f.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, fs.ErrPermission) {
		return err
	}
	return nil
}

// Remove removes a file or a folder with all that is in it; one that is not there is
// removed already.
func (d Disk) Remove(path string) error {
	if err := d.ask(Remove, path); err != nil {
		return err
	}
	return os.RemoveAll(path)
}
