package registry_test

import (
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"holdfast/cmd/holdfast/internal/disk"
	"holdfast/cmd/holdfast/internal/registry"
)

// A folder that holds nothing but a folder has a name to keep as well: were it not synced, a
// crash could leave a version whose file cannot be reached.
func TestEveryFolderOfAVersionIsSynced(t *testing.T) {
	var synced []string
	w, err := registry.Lock(t.TempDir(), disk.Disk{Before: func(s disk.Step) error {
		if s.Op == disk.SyncDir {
			synced = append(synced, filepath.ToSlash(s.Path))
		}
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if _, err := w.Add("deep", "", fstest.MapFS{"a/b/c/file": {Data: []byte("x")}, "top": {Data: []byte("y")}}); err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{"a", "a/b", "a/b/c"} {
		if !slices.ContainsFunc(synced, func(p string) bool { return strings.HasSuffix(p, "/"+folder) }) {
			t.Errorf("%s was not synced, only %q", folder, synced)
		}
	}
}

// People type versions by hand; what is not there is answered with what is.
func TestWhatIsNotThereIsAnsweredWithWhatIs(t *testing.T) {
	w := locked(t, t.TempDir())
	missing := func(text string) string {
		t.Helper()
		_, err := w.Resolve(text)
		var none *registry.NotFoundError
		if !errors.As(err, &none) {
			t.Fatalf("%q: %v, want a NotFoundError", text, err)
		}
		return err.Error()
	}
	if got := missing("logistic"); !strings.Contains(got, "it is empty, and retrain registers the first") {
		t.Errorf("empty: %s", got)
	}
	if got := missing("champion"); !strings.Contains(got, "has no champion yet; retrain makes the first") {
		t.Errorf("no champion: %s", got)
	}
	var refs []string
	for k := range 8 {
		refs = append(refs, add(t, w, "logistic", strconv.Itoa(k)).String())
		if k == 5 {
			if got := missing("logistic@9"); !strings.HasSuffix(got, "there are "+strings.Join(refs, ", ")) {
				t.Errorf("six: %s", got)
			}
		}
	}
	if got := missing("logistic@9"); !strings.HasSuffix(got, "the last of its 8 are "+strings.Join(refs[2:], ", ")) {
		t.Errorf("eight: %s", got)
	}
}

// A model may be called anything on one line, an @ included: the last one is before the version.
func TestANameMayHoldAnAt(t *testing.T) {
	w := locked(t, t.TempDir())
	plain, odd := add(t, w, "score", "1"), add(t, w, "score@2", "1")
	for text, want := range map[string]registry.Ref{
		"score": plain, "score@1": plain, "score@2@1": odd, odd.String(): odd, plain.String(): plain,
	} {
		if got, err := w.Resolve(text); err != nil || got != want {
			t.Errorf("%q is %v (%v), want %v", text, got, err, want)
		}
	}
	if got, err := w.Resolve("score@2"); err == nil {
		t.Errorf("score@2 is version 2 of score, which there is not: %v", got)
	}
}

// Reigns by hand: what a rollback goes back through.
func TestReignsAreThePromotionsThatWereNotRolledBack(t *testing.T) {
	a, b, c := registry.Ref{Name: "a", ID: "0001-000000000000"}, registry.Ref{Name: "b", ID: "0001-000000000000"}, registry.Ref{Name: "c", ID: "0001-000000000000"}
	none := registry.Ref{}
	line := func(event registry.Event, before, after registry.Ref) registry.Entry {
		return registry.Entry{Event: event, Before: before, After: after}
	}
	for name, x := range map[string]struct {
		journal []registry.Entry
		want    []registry.Ref
	}{
		"an empty journal has none":            {nil, nil},
		"each promotion adds one":              {[]registry.Entry{line(registry.Retrain, none, a), line(registry.Promote, a, b)}, []registry.Ref{a, b}},
		"a run that changed nothing adds none": {[]registry.Entry{line(registry.Retrain, none, a), line(registry.Retrain, a, a)}, []registry.Ref{a}},
		"a rollback takes the last away": {[]registry.Entry{line(registry.Retrain, none, a), line(registry.Retrain, a, b), line(registry.Retrain, b, c),
			line(registry.Rollback, c, b)}, []registry.Ref{a, b}},
		"a second one goes further back, not forth": {[]registry.Entry{line(registry.Retrain, none, a), line(registry.Retrain, a, b), line(registry.Retrain, b, c),
			line(registry.Rollback, c, b), line(registry.Rollback, b, a)}, []registry.Ref{a}},
		"what was rolled back may reign again": {[]registry.Entry{line(registry.Retrain, none, a), line(registry.Retrain, a, b),
			line(registry.Rollback, b, a), line(registry.Promote, a, b)}, []registry.Ref{a, b}},
	} {
		if got := registry.Reigns(x.journal); !slices.Equal(got, x.want) {
			t.Errorf("%s: %v, want %v", name, got, x.want)
		}
	}
}

// A registry is named by people, who name files as well.
func TestAFileIsNoRegistry(t *testing.T) {
	file := filepath.Join(t.TempDir(), "models")
	w := locked(t, t.TempDir())
	ref := add(t, w, "x", "1")
	if err := (disk.Disk{}).WriteFile(file, 0o600, func(w io.Writer) error { _, err := io.WriteString(w, "a file"); return err }); err != nil {
		t.Fatal(err)
	}
	var refused *registry.RefusedError
	if _, err := registry.Open(file); !errors.As(err, &refused) || refused.Path != file {
		t.Errorf("Open: %v, want a refusal of %s", err, file)
	}
	if _, err := registry.Lock(file, disk.Disk{}); !errors.As(err, &refused) {
		t.Errorf("Lock: %v, want a refusal", err)
	}
	if got, want := w.Path(ref, "plots", "roc.svg"), filepath.Join(w.Dir, "x", ref.ID, "plots", "roc.svg"); got != want {
		t.Errorf("path %s, want %s", got, want)
	}
}
