package registry

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Event is what a line of the journal is about.
type Event string

// The events.
const (
	Retrain  Event = "retrain"  // a run of the quarterly job, whatever it decided
	Promote  Event = "promote"  // a person chose the champion
	Rollback Event = "rollback" // a person went back to the champion before
)

// Entry is a line of the journal. Champion before and after are the same where nothing
// changed. Who commits an entry sets Event, After and Run; the rest is filled in by Commit.
type Entry struct {
	Format   int             `json:"format"`
	N        int             `json:"n"` // of the line, from 1
	Event    Event           `json:"event"`
	Before   Ref             `json:"champion_before"`
	After    Ref             `json:"champion_after"`
	Run      json.RawMessage `json:"run,omitempty"` // what the event has to say beside that
	Previous string          `json:"previous"`      // SHA-256 of the line before, without its end; empty in the first
}

// Journal reads all lines, oldest first, and checks the chain. A journal that was changed
// is a *RefusedError that names the line; one that does not exist is empty. It is read whole,
// after its head, so that a writer at work in between adds a line at most.
func (r *Registry) Journal() ([]Entry, error) {
	entries, _, err := r.journal()
	return entries, err
}

// journal is Journal with the text.
func (r *Registry) journal() ([]Entry, []byte, error) {
	head, err := r.head()
	if err != nil {
		return nil, nil, err
	}
	path := filepath.Join(r.Dir, journalFile)
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, nil, fmt.Errorf("registry: %w", err)
	}
	entries, err := parseJournal(text)
	if err == nil {
		err = head.of(entries, text)
	}
	if err != nil {
		return nil, nil, &RefusedError{path, err.Error()}
	}
	return entries, text, nil
}

// parseJournal reads the lines of a journal. It must be, byte for byte, what appendLine
// writes.
func parseJournal(text []byte) ([]Entry, error) {
	var entries []Entry
	previous := ""
	for n := 1; len(text) > 0; n++ {
		line, rest, whole := bytes.Cut(text, []byte("\n"))
		var e Entry
		if err := json.Unmarshal(line, &e); err != nil || !whole {
			return nil, fmt.Errorf("line %d is not whole; restore the file from a backup", n)
		}
		if e.Format > format {
			return nil, fmt.Errorf("line %d has format %d; this holdfast reads format %d only: use the one that wrote it", n, e.Format, format)
		}
		again, err := e.encode()
		if err != nil || !bytes.Equal(again, line) || e.N != n || e.Previous != previous || e.Format != format {
			return nil, fmt.Errorf("line %d, or one before it, was changed since it was written; restore the file from a backup", n)
		}
		entries = append(entries, e)
		previous, text = hashOf(line), rest
	}
	return entries, nil
}

// encode is the text of a line, without its end.
func (e Entry) encode() ([]byte, error) {
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	err := enc.Encode(e)
	return bytes.TrimSuffix(text.Bytes(), []byte("\n")), err
}

// appendLine is the journal with one more line, chained to the last. text is left as it is:
// the journal is replaced whole, never written into.
func appendLine(text []byte, lines int, e Entry) ([]byte, error) {
	e.Format, e.N, e.Previous = format, lines+1, headOf(lines, text).hash
	line, err := e.encode()
	if err != nil {
		return nil, fmt.Errorf("registry: a line for the journal: %w", err)
	}
	return append(append(bytes.Clone(text), line...), '\n'), nil
}

// hashOf is the SHA-256 of a line without its end, or of a manifest, in hexadecimal digits.
func hashOf(line []byte) string {
	sum := sha256.Sum256(line)
	return hex.EncodeToString(sum[:])
}

// Reigns are the champions, oldest first, that a rollback would go back through: a
// promotion adds one, a rollback takes the last away. After a, b and c, and one rollback, they
// are a and b: a second one goes back to a and not to c. Lines that changed nothing count for
// nothing, and the first reign stays whatever is rolled back.
func Reigns(entries []Entry) []Ref {
	var reigns []Ref
	for _, e := range entries {
		switch {
		case e.Event == Rollback && len(reigns) > 1:
			reigns = reigns[:len(reigns)-1]
		case e.After != e.Before:
			reigns = append(reigns, e.After)
		}
	}
	return reigns
}
