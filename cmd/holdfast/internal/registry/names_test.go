package registry

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// drawRef is a version of a model of any name on one line.
func drawRef(t *rapid.T) Ref {
	name := rapid.OneOf(
		rapid.StringMatching(`[^\n\r]{1,12}`),
		rapid.SampledFrom([]string{".", "..", "champion", "journal.jsonl", "journal.head", ".lock", ".stage-X", "a/b", "../x", "%2E", "a@2", "Übung", "con.", "-", " "}),
	).Draw(t, "name")
	hash := rapid.StringMatching(`[0-9a-f]{12}`).Draw(t, "hash")
	return Ref{name, idOf(rapid.IntRange(1, 20000).Draw(t, "n"), hash+strings.Repeat("0", 52))}
}

// The folder of a model gives its name back, is one step below the registry, and is neither
// hidden nor one of the registry's own files.
func TestAFolderStandsForItsNameAndForNothingElse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ref := drawRef(t)
		dir := folder(ref.Name)
		if strings.ContainsAny(dir, `/\:*?"<>| `) || strings.HasPrefix(dir, ".") {
			t.Fatalf("%q is the folder %q", ref.Name, dir)
		}
		for _, own := range []string{championFile, journalFile, headFile, lockFile} {
			if dir == own {
				t.Fatalf("%q takes the place of %s", ref.Name, own)
			}
		}
		if back, ok := parsePath(ref.path()); !ok || back != ref {
			t.Fatalf("%v has the path %s, which is %v (%v)", ref, ref.path(), back, ok)
		}
	})
}

// In the journal a version is text, and reads back.
func TestARefReadsBackFromItsText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ref := drawRef(t)
		text, err := ref.MarshalText()
		var back Ref
		if err == nil {
			err = back.UnmarshalText(text)
		}
		if err != nil || back != ref {
			t.Fatalf("%v is written %s and read as %v (%v)", ref, text, back, err)
		}
	})
	if err := new(Ref).UnmarshalText(nil); err != nil {
		t.Errorf("the zero Ref: %v", err)
	}
	for _, text := range []string{"logistic", "@0001-0123456789ab", "a@", "a@1", "a@0000-0123456789ab", "a@1-0123456789ab", "a@0001-0123456789aB", "a@0001-0123456789abc", "a@-001-0123456789ab"} {
		if err := new(Ref).UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q was read as a version", text)
		}
	}
}

// An id has one spelling only, so that a folder that is called otherwise is no version.
func TestOrdinalsHaveOneSpelling(t *testing.T) {
	for id, want := range map[string]int{
		"0001-0123456789ab": 1, "9999-0123456789ab": 9999, "10000-0123456789ab": 10000, "12345-ffffffffffff": 12345,
		"1-0123456789ab": 0, "00001-0123456789ab": 0, "0000-0123456789ab": 0, "+001-0123456789ab": 0, "0001-0123456789": 0,
		"0001_0123456789ab": 0, "0001-0123456789AB": 0, "": 0, "-": 0, "0001-": 0, "00 1-0123456789ab": 0,
	} {
		if n, ok := ordinal(id); ok != (want > 0) || ok && n != want {
			t.Errorf("%q has the ordinal %d (%v), want %d", id, n, ok, want)
		}
	}
	if got, want := idOf(7, strings.Repeat("ab", 32)), fmt.Sprintf("0007-%s", "abababababab"); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
