package registry

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// manifestFile is the file of a version that lists the others.
const manifestFile = "manifest.json"

// format is the version of the manifest and of the journal that this package writes. It
// reads no other.
const format = 1

// maxManifest bounds a manifest and a line of the journal: far above any real one.
const maxManifest = 4 << 20

// Manifest lists what a version is made of. It says nothing of its ordinal, so that the
// same files are the same version whenever they are added.
type Manifest struct {
	Format int    `json:"format"`
	Name   string `json:"name"`
	Recipe string `json:"recipe,omitempty"` // SHA-256 of what the project said about how to fit it; empty: not known
	Files  []File `json:"files"`            // in byte order of their names
}

// File is one file of a version.
type File struct {
	Name   string `json:"name"` // below the folder of the version, with slashes
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Version is a version whose bytes are those of its id: Load has just read all of them. Recipe
// and Files are those of its manifest.
type Version struct {
	Ref
	Recipe string
	Files  []File
}

// Load reads a version and checks all of it: the manifest against the id, every file
// against the manifest, and that there is nothing else. What does not hold is a
// *RefusedError that names the file. It costs a pass over all bytes of the version.
func (r *Registry) Load(ref Ref) (*Version, error) {
	dir := r.Path(ref)
	m, err := readManifest(ref, filepath.Join(dir, manifestFile))
	if err != nil {
		return nil, err
	}
	there, err := list(os.DirFS(dir))
	if err != nil {
		return nil, fmt.Errorf("registry: %w", err)
	}
	for _, name := range there {
		if name != manifestFile && !slices.ContainsFunc(m.Files, func(f File) bool { return f.Name == name }) {
			return nil, &RefusedError{filepath.Join(dir, filepath.FromSlash(name)), "this was put into the version after it was registered; move it away"}
		}
	}
	for _, f := range m.Files {
		if err := f.verify(dir); err != nil {
			return nil, err
		}
	}
	return &Version{ref, m.Recipe, m.Files}, nil
}

// readManifest reads a manifest and holds it against the id of its version. A newer format is
// found first, so that it is called that and not damage.
func readManifest(ref Ref, path string) (*Manifest, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &RefusedError{filepath.Dir(path), "there is no whole version of this id (no " + manifestFile + "); restore the folder from a backup"}
	}
	if err != nil {
		return nil, fmt.Errorf("registry: %w", err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxManifest))
	if err != nil {
		return nil, fmt.Errorf("registry: %w", err)
	}
	var m Manifest
	if err := json.Unmarshal(text, &m); err == nil && m.Format > format {
		return nil, &RefusedError{path, fmt.Sprintf("format %d; this holdfast reads format %d only: use the one that wrote it", m.Format, format)}
	}
	sum := sha256.Sum256(text)
	if !strings.HasSuffix(ref.ID, "-"+hex.EncodeToString(sum[:])[:shortHash]) {
		return nil, &RefusedError{path, "changed since it was registered (its SHA-256 is not that of the id); restore the folder from a backup"}
	}
	if again, err := m.encode(); err != nil || !bytes.Equal(again, text) || m.Name != ref.Name {
		return nil, &RefusedError{path, "this is no manifest of " + ref.String()}
	}
	return &m, nil
}

// encode is the text of a manifest: one spelling only.
func (m *Manifest) encode() ([]byte, error) {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(m)
	return text.Bytes(), err
}

// verify holds a file against its entry. The name is checked although the manifest is sealed
// by the id: whoever makes a version makes its id.
func (f File) verify(dir string) error {
	path := filepath.Join(dir, filepath.FromSlash(f.Name))
	if !fs.ValidPath(f.Name) {
		return &RefusedError{path, "a manifest names no such files"}
	}
	open, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return &RefusedError{path, "removed since it was registered; restore it from a backup"}
	}
	if err != nil {
		return fmt.Errorf("registry: %w", err)
	}
	defer open.Close()
	hash := sha256.New()
	size, err := io.Copy(hash, open)
	if err != nil {
		return fmt.Errorf("registry: %s: %w", path, err)
	}
	if size != f.Size || hex.EncodeToString(hash.Sum(nil)) != f.SHA256 {
		return &RefusedError{path, "changed since it was registered (its SHA-256 is not that of the manifest); restore it from a backup"}
	}
	return nil
}

// list names all files of a tree in byte order. Anything that is neither a file nor a
// folder is refused: a link can change what it stands for.
func list(tree fs.FS) ([]string, error) {
	var names []string
	err := fs.WalkDir(tree, ".", func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir():
			return nil
		case !e.Type().IsRegular():
			return &RefusedError{name, "this is not a file; a version holds files only"}
		}
		names = append(names, name)
		return nil
	})
	slices.Sort(names)
	return names, err
}
