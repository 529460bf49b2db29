package registry

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// head is what journal.head says of the journal: how many lines it has at least, and the
// SHA-256 of the last of these. The chain tells when a line within the journal is changed or
// removed; this tells when its end is cut off.
//
// The file is renamed after the journal and read before it, so that the journal that is read
// has that line, whatever a writer does in between. The zero head is that of an empty
// journal.
type head struct {
	lines int
	hash  string
}

// headOf is the head of a journal of so many lines, whose text ends with a line end.
func headOf(lines int, text []byte) head {
	if lines == 0 {
		return head{}
	}
	whole := bytes.TrimSuffix(text, []byte("\n"))
	return head{lines, hashOf(whole[bytes.LastIndexByte(whole, '\n')+1:])}
}

// encode is the text of the file.
func (h head) encode() []byte { return fmt.Appendf(nil, "%d %s\n", h.lines, h.hash) }

// head reads journal.head; the zero head where there is none. A file that says anything else
// than encode writes is a *RefusedError.
func (r *Registry) head() (head, error) {
	path := filepath.Join(r.Dir, headFile)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return head{}, nil
	}
	if err != nil {
		return head{}, fmt.Errorf("registry: %w", err)
	}
	var h head
	if _, err := fmt.Sscanf(string(text), "%d %64s", &h.lines, &h.hash); err != nil || h.lines < 1 || !bytes.Equal(h.encode(), text) {
		return head{}, &RefusedError{path, "this is not the number of lines of " + journalFile + " and the SHA-256 of the last; restore both from a backup"}
	}
	return h, nil
}

// of says whether a whole journal is one that this was the head of once. A first line needs
// no head: a writer may have been killed between the two files.
func (h head) of(entries []Entry, text []byte) error {
	switch n := len(entries); {
	case h.lines > n:
		return fmt.Errorf("it has %d lines, and by %s it had %d: its end was cut off; restore the file from a backup", n, headFile, h.lines)
	case h.lines == 0 && n > 1:
		return fmt.Errorf("there is no %s, which says where it ends; restore both from a backup", headFile)
	case h.lines == n && h != headOf(n, text), h.lines > 0 && h.lines < n && h.hash != entries[h.lines].Previous:
		return fmt.Errorf("line %d is not the one that %s tells of; restore both from a backup", h.lines, headFile)
	}
	return nil
}
