package parquetio

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"

	"holdfast/dataset/store"
)

// part is one file of a selection.
type part struct {
	path   string // as messages name it
	store  store.Store
	remote bool
	store.Identity
	layout *layout
	keys   []hiveKey
}

// hiveKey is one key=value directory above a part file.
type hiveKey struct {
	name, value string
	null        bool
}

// selection is the list of part files that a path stands for, in path order, with their checked footers.
type selection struct {
	path   string // as messages name it
	store  store.Store
	parts  []part
	stored int64 // bytes of all parts
}

// openSelection finds the part files of a path and reads their footers. Close the selection after use.
func openSelection(ctx context.Context, path string) (*selection, error) {
	s := &selection{path: store.Name(path)}
	var err error
	if s.store, err = store.Open(ctx, path); err != nil {
		return nil, fileErrorf(s.path, "%w", err)
	}
	if err := s.readFooters(ctx); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// close ends the connections of the selection's store. What was read stays, so there is nothing to report.
func (s *selection) close() { s.store.Close() }

// readFooters fills the parts.
func (s *selection) readFooters(ctx context.Context) error {
	entries, err := s.store.List(ctx)
	if err != nil {
		return fileErrorf(s.path, "%w", err)
	}
	s.parts = make([]part, len(entries))
	if err := inOrder(ctx, mostRequests, len(entries), func(_ *worker, i int) (err error) {
		if s.parts[i], err = s.openPart(ctx, entries[i]); err != nil {
			return fileErrorf(entries[i].Name, "%w", err)
		}
		return nil
	}); err != nil {
		return err
	}
	for i := range s.parts {
		s.stored += s.parts[i].Size
	}
	return nil
}

// openPart reads and checks the footer of one file and closes it again: a tree may have more parts than a process may
// have open files.
func (s *selection) openPart(ctx context.Context, e store.Entry) (part, error) {
	f, err := s.store.Open(ctx, e.Name)
	if err != nil {
		return part{}, err
	}
	defer f.Close()
	meta, dataEnd, err := readFooterOf(f)
	if err != nil {
		return part{}, err
	}
	l, err := newLayout(meta, dataEnd)
	if err != nil {
		return part{}, err
	}
	keys, err := hiveKeys(e.Below)
	return part{path: e.Name, store: s.store, remote: f.Remote, Identity: f.Identity, layout: l, keys: keys}, err
}

// hiveNull is the directory name that Hive, Spark and DuckDB write for a missing value.
const hiveNull = "__HIVE_DEFAULT_PARTITION__"

// hiveKeys reads the key=value names among the directories above a file, outermost first. Both sides are
// percent-unescaped.
func hiveKeys(below string) ([]hiveKey, error) {
	var keys []hiveKey
	for _, name := range strings.Split(below, "/") {
		key, value, isKey := strings.Cut(name, "=")
		if !isKey || key == "" {
			continue
		}
		k := hiveKey{name: unescape(key), value: unescape(value), null: value == hiveNull}
		if slices.ContainsFunc(keys, func(o hiveKey) bool { return o.name == k.name }) {
			return nil, errors.New("has the key " + quoteName(k.name) + " twice in its path")
		}
		keys = append(keys, k)
	}
	return keys, nil
}

// unescape undoes percent escapes; text that is not properly escaped is taken as it is.
func unescape(s string) string {
	if plain, err := url.PathUnescape(s); err == nil {
		return plain
	}
	return s
}
