package registry

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// RefusedError says that something in a registry cannot be used as it is: it was changed,
// belongs to another format, or would not be what its name says. A disk that fails is an
// ordinary error.
type RefusedError struct {
	Path   string // of the file or folder
	Reason string
}

// Error names the place and the reason.
func (e *RefusedError) Error() string { return fmt.Sprintf("registry: %s: %s", e.Path, e.Reason) }

// NotFoundError says that a registry does not have what was asked for. Nothing is wrong with
// the registry: the reason says what there is instead.
type NotFoundError struct{ Reason string }

// Error is one line.
func (e *NotFoundError) Error() string { return "registry: " + e.Reason }

// Registry is a folder of models, to be read. It holds no state but the place: whatever is
// asked is read anew.
type Registry struct {
	Dir string
}

// Open gives access to the registry in a folder. One that does not exist is empty, and is not
// made: looking changes nothing. A file of that name is a *RefusedError.
func Open(dir string) (*Registry, error) {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, fmt.Errorf("registry: %w", err)
	case !info.IsDir():
		return nil, &RefusedError{dir, "this is not a folder; name the folder of a registry"}
	}
	return &Registry{Dir: dir}, nil
}

// Champion is the version that serves; the zero Ref when there is none yet. It reads one
// small file: whether the version can be trusted is for Load to say.
func (r *Registry) Champion() (Ref, error) {
	path := filepath.Join(r.Dir, championFile)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Ref{}, nil
	}
	if err != nil {
		return Ref{}, fmt.Errorf("registry: %w", err)
	}
	line, ok := strings.CutSuffix(string(text), "\n")
	ref, good := parsePath(line)
	if !ok || !good {
		return Ref{}, &RefusedError{path, "this does not name a version, as in logistic/0002-9f31c2ab40de; the last line of " + journalFile + " says which it was"}
	}
	return ref, nil
}

// Versions lists all versions: models in byte order, each from its first version to its
// last. They are not checked. What is not called as a version is, hidden stages included, is
// passed over. Two versions of one ordinal, which no writer makes but a merge of two folders
// can, are both there.
func (r *Registry) Versions() ([]Ref, error) {
	models, err := os.ReadDir(r.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("registry: %w", err)
	}
	var list []Ref
	for _, m := range models {
		if !m.IsDir() || strings.HasPrefix(m.Name(), ".") {
			continue
		}
		versions, err := os.ReadDir(filepath.Join(r.Dir, m.Name()))
		if err != nil {
			return nil, fmt.Errorf("registry: %w", err)
		}
		for _, v := range versions {
			if ref, ok := parsePath(m.Name() + "/" + v.Name()); ok && v.IsDir() {
				list = append(list, ref)
			}
		}
	}
	slices.SortFunc(list, func(a, b Ref) int {
		m, _ := ordinal(a.ID)
		n, _ := ordinal(b.ID)
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(m, n), cmp.Compare(a.ID, b.ID))
	})
	return list, nil
}

// Resolve finds the version that a person means: NAME@0002-9f31c2ab40de, NAME@2, NAME for
// the latest version of that name, or champion for the one that serves. A name may itself hold
// an @: the last one counts. What there is not is a *NotFoundError that lists what there is.
func (r *Registry) Resolve(text string) (Ref, error) {
	if text == championFile {
		champion, err := r.Champion()
		if err == nil && champion.IsZero() {
			err = &NotFoundError{fmt.Sprintf("%s has no champion yet; retrain makes the first", r.Dir)}
		}
		return champion, err
	}
	all, err := r.Versions()
	if err != nil {
		return Ref{}, err
	}
	name, version := text, ""
	if at := strings.LastIndexByte(text, '@'); at >= 0 {
		name, version = text[:at], text[at+1:]
	}
	var latest Ref
	for _, ref := range all {
		n, _ := ordinal(ref.ID)
		if ref.Name == name && (version == "" || version == ref.ID || version == strconv.Itoa(n)) {
			latest = ref
		}
	}
	if latest.IsZero() {
		return Ref{}, &NotFoundError{fmt.Sprintf("%s has no version %q; %s", r.Dir, text, have(all))}
	}
	return latest, nil
}

// have says what there is, the last few of many.
func have(all []Ref) string {
	if len(all) == 0 {
		return "it is empty, and retrain registers the first"
	}
	const most = 6
	var names []string
	for _, ref := range all[max(0, len(all)-most):] {
		names = append(names, ref.String())
	}
	if len(all) > most {
		return fmt.Sprintf("the last of its %d are %s", len(all), strings.Join(names, ", "))
	}
	return "there are " + strings.Join(names, ", ")
}

// Path is the folder of a version, or a file in it. The version need not exist; file is made
// of single names and is not checked.
func (r *Registry) Path(ref Ref, file ...string) string {
	return filepath.Join(append([]string{r.Dir, filepath.FromSlash(ref.path())}, file...)...)
}
