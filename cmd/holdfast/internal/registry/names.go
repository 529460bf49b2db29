package registry

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// The names at the top of a registry that are no models.
const (
	championFile = "champion"
	journalFile  = "journal.jsonl"
	headFile     = "journal.head"
	lockFile     = ".lock"
	stagePrefix  = ".stage-"
	newPrefix    = ".new-" // of a small file that is about to be renamed
)

// maxName bounds a model's name as a folder: file systems take 255 bytes.
const maxName = 200

// Ref names a version of a model. The zero Ref is no version. Refs are equal when they name the
// same version, so that they can be compared and be keys.
type Ref struct {
	Name string // of the model: any text on one line
	ID   string // ordinal and hash, as in 0002-9f31c2ab40de
}

// IsZero says whether the Ref names nothing.
func (r Ref) IsZero() bool { return r == Ref{} }

// String is NAME@VERSION, and empty for the zero Ref.
func (r Ref) String() string {
	if r.IsZero() {
		return ""
	}
	return r.Name + "@" + r.ID
}

// MarshalText writes a Ref as String does.
func (r Ref) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads what String writes.
func (r *Ref) UnmarshalText(text []byte) error {
	*r = Ref{}
	if len(text) == 0 {
		return nil
	}
	at := strings.LastIndexByte(string(text), '@')
	if at < 0 {
		return fmt.Errorf("registry: %q is not NAME@VERSION", text)
	}
	*r = Ref{string(text[:at]), string(text[at+1:])}
	if _, ok := ordinal(r.ID); r.Name == "" || !ok {
		return fmt.Errorf("registry: %q is not NAME@VERSION", text)
	}
	return nil
}

// path is the folder of a version below that of the registry, with slashes: what stands in
// the champion file.
func (r Ref) path() string { return folder(r.Name) + "/" + r.ID }

// parsePath reads what path gives, and nothing else: a path that leads elsewhere is none.
func parsePath(path string) (Ref, bool) {
	dir, id, _ := strings.Cut(path, "/")
	name, err := url.PathUnescape(dir)
	_, ok := ordinal(id)
	return Ref{name, id}, err == nil && ok && name != "" && folder(name) == dir
}

// folder is the name of a model as a folder: letters, digits, and - _ . as they are, any
// other byte as % and two hexadecimal digits. A name can so neither leave the registry nor
// hide in it, nor take the place of its files.
func folder(name string) string {
	var b strings.Builder
	for i := range len(name) {
		c := name[i]
		plain := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.' && i > 0
		if plain && !(i == 0 && (name == championFile || name == journalFile || name == headFile)) {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// idOf is the id of a version. Ordinals are padded to four digits for whoever lists a folder;
// beyond 9999 they are as long as they are, and order by number all the same (Versions).
func idOf(n int, hash string) string { return fmt.Sprintf("%04d-%s", n, hash[:shortHash]) }

// shortHash is how many hexadecimal digits of the hash are in an id: 48 bits, by which no
// two versions of a model are ever confused by chance.
const shortHash = 12

// ordinal is the number in front of an id; false when the text is no id.
func ordinal(id string) (int, bool) {
	number, hash, ok := strings.Cut(id, "-")
	n, err := strconv.Atoi(number)
	if !ok || err != nil || n < 1 || len(hash) != shortHash || strings.Trim(hash, "0123456789abcdef") != "" {
		return 0, false
	}
	return n, idOf(n, hash) == id
}
