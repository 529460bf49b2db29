package registry

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"holdfast/cmd/holdfast/internal/disk"
)

// ErrLocked is the error of Lock while another process writes.
var ErrLocked = errors.New("another holdfast is at work in this registry; wait until it ends, or find out why it does not")

// Writer is a registry that nobody else writes to until it is closed. It is for one goroutine.
type Writer struct {
	Registry
	disk disk.Disk // all that is written goes through it, but clearing up after an error
	lock *os.File  // open as long as the lock is held
}

// Lock makes the folder where it is missing, locks it, and clears up after writers that
// were killed. It does not wait: a registry that is locked is ErrLocked. A journal that was
// changed, or a champion that was moved by hand, is a *RefusedError: nothing is written on top
// of what cannot be trusted.
func Lock(dir string, d disk.Disk) (*Writer, error) {
	if _, err := Open(dir); err != nil {
		return nil, err
	}
	if err := d.Mkdir(dir); err != nil {
		return nil, fmt.Errorf("registry: %w", err)
	}
	if err := d.SyncDir(filepath.Dir(filepath.Clean(dir))); err != nil { // it may be new
		return nil, fmt.Errorf("registry: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, fmt.Errorf("registry: %w", err)
	}
	err = lock(f)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("registry: %s: %w", dir, err)
	}
	w := &Writer{Registry: Registry{Dir: dir}, disk: d, lock: f}
	if err := w.recover(); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}

// Close lets go of the lock. The file stays: to remove it would let two processes lock two
// files of the same name.
func (w *Writer) Close() error { return w.lock.Close() }

// recover removes what a killed writer left unfinished and does what it had decided. While
// we hold the lock nobody else's work can be taken for such a rest.
func (w *Writer) recover() error {
	entries, err := os.ReadDir(w.Dir)
	if err != nil {
		return fmt.Errorf("registry: %w", err)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), stagePrefix) || strings.HasPrefix(e.Name(), newPrefix) {
			if err := w.disk.Remove(filepath.Join(w.Dir, e.Name())); err != nil {
				return fmt.Errorf("registry: %w", err)
			}
		}
	}
	journal, text, err := w.journal()
	if err != nil {
		return err
	}
	champion, err := w.Champion()
	if err != nil {
		return err
	}
	if err := w.settle(journal, champion); err != nil {
		return err
	}
	known, err := w.head()
	if end := headOf(len(journal), text); err == nil && known != end {
		err = w.replace(headFile, end.encode())
	}
	return err
}

// settle brings the pointer to what the last line of the journal says. A pointer that is
// neither that nor what it was before was moved by somebody else, whose reasons nobody here
// knows.
func (w *Writer) settle(journal []Entry, champion Ref) error {
	var before, after Ref
	if len(journal) > 0 {
		last := journal[len(journal)-1]
		before, after = last.Before, last.After
	}
	switch champion {
	case after:
		return nil
	case before:
		return w.replace(championFile, pointer(after))
	}
	return &RefusedError{filepath.Join(w.Dir, championFile), fmt.Sprintf(
		"it names %s, and by the last line of %s the champion is %s: it was changed by hand; put %q back into it, and use models promote",
		champion, journalFile, named(after), after.path())}
}

// named is a Ref in words.
func named(r Ref) string {
	if r.IsZero() {
		return "none"
	}
	return r.String()
}

// Add registers files as a version of a model and says which: a new one, or the one that
// has this very content already. recipe may be empty. The version is there for good when Add
// returns, and serves nobody until Commit names it. After an error there is no new version.
func (w *Writer) Add(name, recipe string, files fs.FS) (Ref, error) {
	if name == "" || len(folder(name)) > maxName {
		return Ref{}, &RefusedError{w.Dir, fmt.Sprintf("%q is no name for a model: it must have from 1 to %d letters; rename the candidate", name, maxName)}
	}
	stage := filepath.Join(w.Dir, stagePrefix+rand.Text()[:10])
	m := &Manifest{Format: format, Name: name, Recipe: recipe}
	text, err := w.fill(stage, m, files)
	var ref Ref
	if err == nil {
		ref, err = w.publish(stage, m, text)
	}
	if err != nil {
		return Ref{}, errors.Join(refused(filepath.Join(w.Dir, folder(name)), err), os.RemoveAll(stage))
	}
	return ref, nil
}

// refused says where an error happened, unless it says so itself.
func refused(path string, err error) error {
	if bad := (*RefusedError)(nil); errors.As(err, &bad) {
		return err
	}
	return fmt.Errorf("registry: %s: %w", path, cause(err))
}

// fill copies files into the stage, and lists them in the manifest, whose text it writes
// last. Every folder is synced, those that hold nothing but folders as well: until the stage
// gets its name the order does not matter, and after that all of it must be on the disk.
func (w *Writer) fill(stage string, m *Manifest, files fs.FS) ([]byte, error) {
	names, err := list(files)
	if err != nil {
		return nil, err
	}
	folders := []string{"."}
	for _, name := range names {
		for dir := path.Dir(name); !slices.Contains(folders, dir); dir = path.Dir(dir) {
			folders = append(folders, dir)
		}
	}
	for _, dir := range folders {
		if err := w.disk.Mkdir(filepath.Join(stage, filepath.FromSlash(dir))); err != nil {
			return nil, err
		}
	}
	for _, name := range names {
		f, err := w.copy(stage, name, files)
		if err != nil {
			return nil, err
		}
		m.Files = append(m.Files, f)
	}
	text, err := m.encode()
	if err == nil {
		err = w.disk.WriteFile(filepath.Join(stage, manifestFile), 0o444, whole(text))
	}
	for _, dir := range slices.Backward(folders) {
		if err == nil {
			err = w.disk.SyncDir(filepath.Join(stage, filepath.FromSlash(dir)))
		}
	}
	return text, err
}

// copy copies one file, read-only: nothing in a version is meant to change.
func (w *Writer) copy(stage, name string, files fs.FS) (File, error) {
	from, err := files.Open(name)
	if err != nil {
		return File{}, err
	}
	defer from.Close()
	f, hash := File{Name: name}, sha256.New()
	err = w.disk.WriteFile(filepath.Join(stage, filepath.FromSlash(name)), 0o444, func(to io.Writer) error {
		f.Size, err = io.Copy(io.MultiWriter(to, hash), from)
		return err
	})
	f.SHA256 = hex.EncodeToString(hash.Sum(nil))
	return f, err
}

// publish gives the stage its name, unless the same content has one. The ordinal is one above
// the highest of that model. What is there already is checked before it is given out again.
func (w *Writer) publish(stage string, m *Manifest, text []byte) (Ref, error) {
	all, err := w.Versions()
	if err != nil {
		return Ref{}, err
	}
	next, hash := 1, hashOf(text)
	for _, ref := range all {
		if ref.Name != m.Name {
			continue
		}
		n, _ := ordinal(ref.ID)
		next = max(next, n+1)
		if ref.ID == idOf(n, hash) {
			if _, err := w.Load(ref); err != nil {
				return Ref{}, err
			}
			return ref, w.disk.Remove(stage)
		}
	}
	ref := Ref{m.Name, idOf(next, hash)}
	parent := filepath.Dir(w.Path(ref))
	if err := w.disk.Mkdir(parent); err != nil {
		return Ref{}, err
	}
	if err := w.disk.Rename(stage, w.Path(ref)); err != nil {
		return Ref{}, err
	}
	return ref, errors.Join(w.disk.SyncDir(parent), w.disk.SyncDir(w.Dir))
}

// Commit writes a line into the journal and makes its After the champion. The version must
// be whole: a pointer to anything else would be worse than the old one. Number, champion
// before and chain of the line are filled in here.
//
// All files are complete on the disk before the first of them is put in place, so that a
// disk that is full leaves the old state. The renaming of the journal is the decision.
func (w *Writer) Commit(e Entry) error {
	champion, err := w.Champion()
	if err != nil {
		return err
	}
	if e.Before = champion; !e.After.IsZero() {
		if _, err := w.Load(e.After); err != nil {
			return err
		}
	}
	entries, text, err := w.journal()
	if err != nil {
		return err
	}
	if text, err = appendLine(text, len(entries), e); err != nil {
		return err
	}
	after := []small{{headFile, headOf(len(entries)+1, text).encode()}}
	if e.After != champion {
		after = append(after, small{championFile, pointer(e.After)})
	}
	return w.putAll(small{journalFile, text}, after)
}

// small is a file of the registry that is replaced whole.
type small struct {
	name string
	text []byte
}

// putAll puts a file in place, which decides, and then those that follow from it. An error
// before the decision leaves nothing behind; one after it says that the decision stands.
func (w *Writer) putAll(decision small, after []small) error {
	for i, f := range after {
		if err := w.prepare(f.name, f.text); err != nil {
			return errors.Join(err, w.forget(after[:i]))
		}
	}
	if err := w.replace(decision.name, decision.text); err != nil {
		return errors.Join(err, w.forget(after))
	}
	for _, f := range after {
		if err := w.put(f.name); err != nil {
			return fmt.Errorf("%w; the decision is in the journal, and the next command that writes here finishes it", err)
		}
	}
	return nil
}

// forget removes what was prepared.
func (w *Writer) forget(files []small) error {
	var all error
	for _, f := range files {
		all = errors.Join(all, os.Remove(w.fresh(f.name)))
	}
	return all
}

// pointer is the text of the champion file.
func pointer(ref Ref) []byte { return []byte(ref.path() + "\n") }

// replace puts a small file in the place of another.
func (w *Writer) replace(name string, text []byte) error {
	if err := w.prepare(name, text); err != nil {
		return err
	}
	return w.put(name)
}

// fresh is the hidden name of a small file until it is put in place.
func (w *Writer) fresh(name string) string { return filepath.Join(w.Dir, newPrefix+name) }

// prepare writes and syncs a small file under its hidden name.
func (w *Writer) prepare(name string, text []byte) error {
	if err := w.disk.WriteFile(w.fresh(name), 0o666, whole(text)); err != nil {
		return errors.Join(w.wrap(name, err), os.RemoveAll(w.fresh(name)))
	}
	return nil
}

// put renames what was prepared, and syncs the folder: what is put next must not be
// durable without this.
func (w *Writer) put(name string) error {
	if err := w.disk.Rename(w.fresh(name), filepath.Join(w.Dir, name)); err != nil {
		return errors.Join(w.wrap(name, err), os.RemoveAll(w.fresh(name)))
	}
	return w.wrap(name, w.disk.SyncDir(w.Dir))
}

// wrap says which file of the registry an error is about.
func (w *Writer) wrap(name string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("registry: %s: %w", filepath.Join(w.Dir, name), cause(err))
}

// cause leaves out the hidden name that an error is about: nobody chose it.
func cause(err error) error {
	if at := (*fs.PathError)(nil); errors.As(err, &at) {
		return at.Err
	}
	if link := (*os.LinkError)(nil); errors.As(err, &link) {
		return link.Err
	}
	return err
}

// whole writes a text in one piece.
func whole(text []byte) func(io.Writer) error {
	return func(w io.Writer) error { _, err := io.Copy(w, bytes.NewReader(text)); return err }
}
