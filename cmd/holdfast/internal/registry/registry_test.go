package registry_test

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"holdfast/cmd/holdfast/internal/disk"
	"holdfast/cmd/holdfast/internal/registry"
)

// model is a tree of files for a version: their content tells it from others.
func model(content string) fs.FS {
	return fstest.MapFS{
		"model.json":     {Data: []byte(content)},
		"report.html":    {Data: []byte("<p>" + content)},
		"plots/roc.svg":  {Data: []byte("<svg>" + content)},
		"plots/deep/x.y": {Data: nil},
	}
}

// locked is a registry that the test writes to.
func locked(t *testing.T, dir string) *registry.Writer {
	t.Helper()
	w, err := registry.Lock(dir, disk.Disk{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close() })
	return w
}

// add registers a version.
func add(t *testing.T, w *registry.Writer, name, content string) registry.Ref {
	t.Helper()
	ref, err := w.Add(name, "", model(content))
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

// commit makes a version the champion.
func commit(t *testing.T, w *registry.Writer, event registry.Event, ref registry.Ref) {
	t.Helper()
	if err := w.Commit(registry.Entry{Event: event, After: ref}); err != nil {
		t.Fatal(err)
	}
}

// read is what a test expects without an error.
func read[T any](t *testing.T) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func TestARegistryThatDoesNotExistIsEmptyAndIsNotMade(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "models")
	r := read[*registry.Registry](t)(registry.Open(dir))
	if c := read[registry.Ref](t)(r.Champion()); !c.IsZero() {
		t.Errorf("champion %v", c)
	}
	if v := read[[]registry.Ref](t)(r.Versions()); len(v) != 0 {
		t.Errorf("versions %v", v)
	}
	if j := read[[]registry.Entry](t)(r.Journal()); len(j) != 0 {
		t.Errorf("journal %v", j)
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("reading made the folder: %v", err)
	}
}

func TestAVersionIsAddedServedAndReadBack(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "models")
	w := locked(t, dir)
	first, second := add(t, w, "logistic", "1"), add(t, w, "logistic", "2")
	commit(t, w, registry.Retrain, first)
	commit(t, w, registry.Retrain, second)
	r := read[*registry.Registry](t)(registry.Open(dir))
	if c := read[registry.Ref](t)(r.Champion()); c != second {
		t.Errorf("champion %v, want %v", c, second)
	}
	for want, ref := range []registry.Ref{first, second} {
		if id := regexp.MustCompile(`^000[12]-[0-9a-f]{12}$`); !id.MatchString(ref.ID) || ref.ID[3] != byte('1'+want) {
			t.Errorf("id %s of version %d", ref.ID, want+1)
		}
		v := read[*registry.Version](t)(r.Load(ref))
		var names []string
		for _, f := range v.Files {
			names = append(names, f.Name)
		}
		if got := strings.Join(names, " "); got != "model.json plots/deep/x.y plots/roc.svg report.html" {
			t.Errorf("files %s", got)
		}
	}
	text := read[[]byte](t)(os.ReadFile(r.Path(second, "model.json")))
	if string(text) != "2" {
		t.Errorf("model.json holds %q", text)
	}
	pointer := read[[]byte](t)(os.ReadFile(filepath.Join(dir, "champion")))
	if _, err := os.Stat(filepath.Join(dir, strings.TrimSpace(string(pointer)), "model.json")); err != nil {
		t.Errorf("the text of champion is no path that a script could use: %v", err)
	}
}

func TestTheSameContentIsTheSameVersion(t *testing.T) {
	w := locked(t, t.TempDir())
	first := add(t, w, "logistic", "1")
	add(t, w, "logistic", "2")
	if again := add(t, w, "logistic", "1"); again != first {
		t.Errorf("added again it is %v, and was %v", again, first)
	}
	if all := read[[]registry.Ref](t)(w.Versions()); len(all) != 2 {
		t.Errorf("versions %v", all)
	}
	other := read[registry.Ref](t)(w.Add("logistic", "another recipe", model("1")))
	if other == first {
		t.Error("another recipe with the same files is the same version")
	}
}

func TestNamesCannotLeaveTheRegistryNorHideInIt(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "models")
	w := locked(t, dir)
	names := []string{"../up", "a/b", `a\b`, "..", ".", ".hidden", "champion", "journal.jsonl", "journal.head", "name@2", "Zürich ☂", "con", "a%2fb", "-"}
	var refs []registry.Ref
	for _, name := range names {
		ref := add(t, w, name, name)
		commit(t, w, registry.Promote, ref)
		if c := read[registry.Ref](t)(w.Champion()); c != ref {
			t.Errorf("%q is the champion as %v", name, c)
		}
		if got := read[registry.Ref](t)(w.Resolve(ref.String())); got != ref {
			t.Errorf("%q resolves to %v", name, got)
		}
		if rel, err := filepath.Rel(dir, w.Path(ref)); err != nil || strings.Count(filepath.ToSlash(rel), "/") != 1 || strings.HasPrefix(rel, ".") {
			t.Errorf("%q lies in %s", name, rel)
		}
		refs = append(refs, ref)
	}
	all := read[[]registry.Ref](t)(w.Versions())
	for _, ref := range refs {
		if !slices.Contains(all, ref) {
			t.Errorf("%v is not listed", ref)
		}
	}
	for _, name := range []string{"", strings.Repeat("x", 201)} {
		if _, err := w.Add(name, "", model("x")); err == nil {
			t.Errorf("a name of %d letters is accepted", len(name))
		}
	}
}

func TestAVersionIsFoundAsPeopleSayIt(t *testing.T) {
	w := locked(t, t.TempDir())
	if _, err := w.Resolve("champion"); !errors.As(err, new(*registry.NotFoundError)) {
		t.Errorf("a champion that is not there: %v", err)
	}
	first, second := add(t, w, "logistic", "1"), add(t, w, "logistic", "2")
	commit(t, w, registry.Promote, first)
	for text, want := range map[string]registry.Ref{
		"logistic": second, "logistic@1": first, "logistic@2": second, first.String(): first, "champion": first,
	} {
		if got := read[registry.Ref](t)(w.Resolve(text)); got != want {
			t.Errorf("%q is %v, want %v", text, got, want)
		}
	}
	for _, text := range []string{"logistic@3", "logistic@0001-000000000000", "other", "", "@", "logistic@"} {
		_, err := w.Resolve(text)
		if text == "logistic@" {
			continue // the latest
		}
		if missing := (*registry.NotFoundError)(nil); !errors.As(err, &missing) || !strings.Contains(missing.Reason, first.String()) {
			t.Errorf("%q: %v, want an error that says what there is", text, err)
		}
	}
}

func TestWhatWasTamperedWithIsRefusedByName(t *testing.T) {
	cases := []struct {
		name   string
		damage func(dir string) error // of the version
		says   []string
	}{
		{"a flipped digit", func(d string) error { return os.WriteFile(filepath.Join(d, "model.json"), []byte("2"), 0o644) }, []string{"model.json", "changed since"}},
		{"a file that is gone", func(d string) error { return os.Remove(filepath.Join(d, "plots", "roc.svg")) }, []string{"roc.svg", "removed since"}},
		{"a file that was added", func(d string) error { return os.WriteFile(filepath.Join(d, "plots", "note"), nil, 0o644) }, []string{"note", "put into"}},
		{"a link in the place of a file", func(d string) error {
			return errors.Join(os.Remove(filepath.Join(d, "model.json")), os.Symlink("report.html", filepath.Join(d, "model.json")))
		}, []string{"model.json", "not a file"}},
		{"a manifest that was changed", func(d string) error { return replace(filepath.Join(d, "manifest.json"), "model.json", "models.json") }, []string{"manifest.json", "changed since"}},
		{"a manifest that is gone", func(d string) error { return os.Remove(filepath.Join(d, "manifest.json")) }, []string{"0001-", "no manifest.json"}},
		{"a newer format", func(d string) error { return replace(filepath.Join(d, "manifest.json"), `"format": 1`, `"format": 2`) }, []string{"manifest.json", "format 2", "use the one that wrote it"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := locked(t, t.TempDir())
			ref := add(t, w, "logistic", "1")
			commit(t, w, registry.Promote, ref)
			if err := c.damage(w.Path(ref)); err != nil {
				t.Fatal(err)
			}
			_, err := w.Load(ref)
			refused := (*registry.RefusedError)(nil)
			if !errors.As(err, &refused) {
				t.Fatalf("got %v", err)
			}
			for _, word := range c.says {
				if !strings.Contains(err.Error(), word) {
					t.Errorf("%q does not say %q", err, word)
				}
			}
			if err := w.Commit(registry.Entry{Event: registry.Promote, After: ref}); !errors.As(err, &refused) {
				t.Errorf("it can be made the champion: %v", err)
			}
		})
	}
}

// replace changes the first place of a text in a file.
func replace(path, old, with string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if !strings.Contains(string(text), old) {
		return errors.New(path + " does not hold " + old)
	}
	return errors.Join(os.Remove(path), os.WriteFile(path, []byte(strings.Replace(string(text), old, with, 1)), 0o644))
}

func TestAJournalThatWasChangedIsRefusedByLine(t *testing.T) {
	cases := []struct {
		name   string
		change func(lines []string) []string
		says   string
	}{
		{"another champion", func(l []string) []string { l[1] = strings.Replace(l[1], "rollback", "promote", 1); return l }, "line 3, or one before it"},
		{"a line that is gone", func(l []string) []string { return append(l[:1], l[2:]...) }, "line 2, or one before it"},
		{"two lines exchanged", func(l []string) []string { l[0], l[1] = l[1], l[0]; return l }, "line 1, or one before it"},
		{"a torn end", func(l []string) []string { l[2] = l[2][:20]; return l[:3] }, "line 3 is not whole"},
		{"a newer format", func(l []string) []string { l[2] = strings.Replace(l[2], `"format":1`, `"format":7`, 1); return l }, "line 3 has format 7"},
		{"its last line cut off", func(l []string) []string { return l[:2] }, "it has 2 lines, and by journal.head it had 3"},
		{"all of it", func(l []string) []string { return nil }, "it has 0 lines, and by journal.head it had 3"},
		{"a key twice", func(l []string) []string { l[2] = strings.Replace(l[2], `{`, `{"n":3,`, 1); return l }, "line 3, or one before it"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			w := locked(t, dir)
			a, b := add(t, w, "a", "1"), add(t, w, "b", "2")
			commit(t, w, registry.Promote, a)
			commit(t, w, registry.Rollback, b)
			commit(t, w, registry.Promote, a)
			path := filepath.Join(dir, "journal.jsonl")
			lines := strings.SplitAfter(string(read[[]byte](t)(os.ReadFile(path))), "\n")
			if err := os.WriteFile(path, []byte(strings.Join(c.change(lines), "")), 0o644); err != nil {
				t.Fatal(err)
			}
			if _, err := w.Journal(); !errors.As(err, new(*registry.RefusedError)) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want %q", err, c.says)
			}
			w.Close()
			if _, err := registry.Lock(dir, disk.Disk{}); !errors.As(err, new(*registry.RefusedError)) {
				t.Errorf("it can be written to: %v", err)
			}
		})
	}
}

func TestAJournalWithoutItsHeadIsRefused(t *testing.T) {
	cases := []struct {
		name, head string // what is put into the file; empty: it is removed
		says       string
	}{
		{"no head", "", "there is no journal.head"},
		{"no number", "many " + strings.Repeat("0", 64) + "\n", "this is not the number of lines"},
		{"another hash of the last line", "2 " + strings.Repeat("0", 64) + "\n", "line 2 is not the one"},
		{"another hash of a line before", "1 " + strings.Repeat("0", 64) + "\n", "line 1 is not the one"},
		{"more lines than there are", "3 " + strings.Repeat("0", 64) + "\n", "had 3"},
		{"no line at all", "0 " + strings.Repeat("0", 64) + "\n", "this is not the number of lines"},
		{"a tail", "2 " + strings.Repeat("0", 64) + "\nmore", "this is not the number of lines"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			w := locked(t, dir)
			ref := add(t, w, "a", "1")
			commit(t, w, registry.Retrain, ref)
			commit(t, w, registry.Retrain, ref)
			w.Close()
			path := filepath.Join(dir, "journal.head")
			err := os.Remove(path)
			if c.head != "" {
				err = os.WriteFile(path, []byte(c.head), 0o644)
			}
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.Journal(); !errors.As(err, new(*registry.RefusedError)) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want %q", err, c.says)
			}
			if _, err := registry.Lock(dir, disk.Disk{}); !errors.As(err, new(*registry.RefusedError)) {
				t.Errorf("it can be written to: %v", err)
			}
		})
	}
}

// A writer may be killed after the line and before the head of it.
func TestAHeadThatIsBehindIsMovedOnByTheNextWriter(t *testing.T) {
	dir := t.TempDir()
	w := locked(t, dir)
	ref := add(t, w, "a", "1")
	path := filepath.Join(dir, "journal.head")
	for range 3 {
		behind, err := os.ReadFile(path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		commit(t, w, registry.Retrain, ref)
		want := read[[]byte](t)(os.ReadFile(path))
		w.Close()
		if err = os.WriteFile(path, behind, 0o644); behind == nil {
			err = os.Remove(path)
		}
		if err != nil {
			t.Fatal(err)
		}
		read[[]registry.Entry](t)(w.Journal())
		w = locked(t, dir)
		if got := read[[]byte](t)(os.ReadFile(path)); string(got) != string(want) {
			t.Errorf("the head is %q, want %q", got, want)
		}
	}
}

func TestAChampionThatWasChangedByHandIsRefused(t *testing.T) {
	dir := t.TempDir()
	w := locked(t, dir)
	a, b, other := add(t, w, "a", "1"), add(t, w, "b", "2"), add(t, w, "c", "3")
	commit(t, w, registry.Promote, a)
	commit(t, w, registry.Promote, b)
	w.Close()
	path := filepath.Join(dir, "champion")
	for _, text := range []string{"c/" + other.ID + "\n", "../../etc\n", "", "b/" + b.ID} {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := registry.Lock(dir, disk.Disk{}); !errors.As(err, new(*registry.RefusedError)) || !strings.Contains(err.Error(), "champion") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestRollbackGoesBackThroughTheReigns(t *testing.T) {
	ref := func(n string) registry.Ref { return registry.Ref{Name: n, ID: "0001-000000000000"} }
	cases := []struct {
		name   string
		events []registry.Entry
		want   []registry.Ref
	}{
		{"nothing yet", nil, nil},
		{"a run that kept", []registry.Entry{{Event: registry.Retrain, After: ref("a")}, {Event: registry.Retrain, Before: ref("a"), After: ref("a")}}, []registry.Ref{ref("a")}},
		{"two promotions", []registry.Entry{{Event: registry.Retrain, After: ref("a")}, {Event: registry.Promote, Before: ref("a"), After: ref("b")}}, []registry.Ref{ref("a"), ref("b")}},
		{"a rollback takes the last away", []registry.Entry{{Event: registry.Retrain, After: ref("a")}, {Event: registry.Promote, Before: ref("a"), After: ref("b")}, {Event: registry.Rollback, Before: ref("b"), After: ref("a")}}, []registry.Ref{ref("a")}},
		{"and what was rolled back can come again", []registry.Entry{{Event: registry.Retrain, After: ref("a")}, {Event: registry.Promote, Before: ref("a"), After: ref("b")}, {Event: registry.Rollback, Before: ref("b"), After: ref("a")}, {Event: registry.Promote, Before: ref("a"), After: ref("b")}}, []registry.Ref{ref("a"), ref("b")}},
	}
	for _, c := range cases {
		if got := registry.Reigns(c.events); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestTheJournalIsJSONLinesWithWhatTheyWereGiven(t *testing.T) {
	dir := t.TempDir()
	w := locked(t, dir)
	ref := add(t, w, "a", "1")
	if err := w.Commit(registry.Entry{Event: registry.Retrain, After: ref, Run: json.RawMessage(`{"decision":"hold <&> é"}`)}); err != nil {
		t.Fatal(err)
	}
	commit(t, w, registry.Promote, ref)
	text := string(read[[]byte](t)(os.ReadFile(filepath.Join(dir, "journal.jsonl"))))
	if n := strings.Count(text, "\n"); n != 2 {
		t.Errorf("%d lines", n)
	}
	if !strings.Contains(text, `"run":{"decision":"hold <&> é"}`) {
		t.Errorf("journal is %s", text)
	}
	entries := read[[]registry.Entry](t)(w.Journal())
	if e := entries[1]; e.N != 2 || e.Before != ref || e.After != ref || len(e.Previous) != 64 {
		t.Errorf("line 2 is %+v", e)
	}
}

func TestOneWriterAtATimeAndReadersAreNotBlocked(t *testing.T) {
	dir := t.TempDir()
	w := locked(t, dir)
	ref := add(t, w, "a", "1")
	commit(t, w, registry.Promote, ref)
	if _, err := registry.Lock(dir, disk.Disk{}); !errors.Is(err, registry.ErrLocked) {
		t.Errorf("a second writer: %v", err)
	}
	r := read[*registry.Registry](t)(registry.Open(dir))
	if c := read[registry.Ref](t)(r.Champion()); c != ref {
		t.Errorf("a reader sees %v", c)
	}
	read[*registry.Version](t)(r.Load(ref))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := registry.Lock(dir, disk.Disk{})
	if err != nil {
		t.Fatalf("after the first has closed: %v", err)
	}
	again.Close()
}

func FuzzJournal(f *testing.F) {
	dir := f.TempDir()
	w, err := registry.Lock(dir, disk.Disk{})
	if err != nil {
		f.Fatal(err)
	}
	ref, err := w.Add("a", "", model("1"))
	if err != nil {
		f.Fatal(err)
	}
	for range 2 {
		if err := w.Commit(registry.Entry{Event: registry.Promote, After: ref}); err != nil {
			f.Fatal(err)
		}
	}
	w.Close()
	text, err := os.ReadFile(filepath.Join(dir, "journal.jsonl"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte("{}\n"))
	f.Add([]byte("null\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "journal.jsonl"), text, 0o644); err != nil {
			t.Fatal(err)
		}
		if lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n"); len(text) > 0 { // or all but one line is refused for want of it
			head := fmt.Sprintf("%d %x\n", len(lines), sha256.Sum256([]byte(lines[len(lines)-1])))
			if err := os.WriteFile(filepath.Join(dir, "journal.head"), []byte(head), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		r, err := registry.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		entries, err := r.Journal()
		if err != nil && !errors.As(err, new(*registry.RefusedError)) {
			t.Errorf("refused without a reason: %v", err)
		}
		if err == nil && len(entries) != strings.Count(string(text), "\n") {
			t.Errorf("%d lines of %q", len(entries), text)
		}
	})
}
