package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"holdfast/cmd/holdfast/internal/project"
)

// guidePages are the pages that people wrote, in the order in which they are read. The commands in them
// are one session: what a page makes, the pages behind it may use.
var guidePages = []string{"README.md", "quick-start.md", "concepts.md", "analyst.md", "leader.md", "report.md", "quarterly.md", "recipes.md", "operating.md"}

// docs is the folder of the guide.
func docs(name string) string {
	return filepath.Join(root, "cmd", "holdfast", "docs", filepath.FromSlash(name))
}

// TestGeneratedPagesAreWhatTheCodeSays holds the generated files of the guide against the code;
// -update writes them anew.
func TestGeneratedPagesAreWhatTheCodeSays(t *testing.T) {
	cmd := newRoot(&app{stdout: io.Discard, stderr: io.Discard})
	for _, f := range slices.Concat(docsFiles(cmd), schemaFiles(cmd)) {
		var got bytes.Buffer
		if err := f.write(&got); err != nil {
			t.Fatal(err)
		}
		if *update {
			if err := os.WriteFile(docs(f.name), got.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(docs(f.name))
		if err != nil || !bytes.Equal(got.Bytes(), want) {
			t.Errorf("docs/%s is not what the code generates (%v); -update writes it", f.name, err)
		}
	}
}

// TestGuideShowsWhatTheCommandsPrint runs every command line of the guide in a new folder, and compares
// what it prints with what the page shows; -update writes the pages anew.
func TestGuideShowsWhatTheCommandsPrint(t *testing.T) {
	if testing.Short() {
		t.Skip("a dozen backtests: the command lines of the guide were not run")
	}
	t.Chdir(t.TempDir())
	for _, name := range guidePages {
		page := readPage(t, name)
		for _, f := range page.fences {
			f.play(t)
		}
		if *update {
			page.write(t)
		}
	}
}

// page is one page of the guide: text, and fences as they stand in it.
type page struct {
	name   string
	lines  []string // outside of fences; "" is also where a fence stands, see at
	fences []*fence
	at     map[int]*fence // by the line that it stands at
}

// fence is a block of code.
type fence struct {
	where string // page:line
	info  string // what stands behind the opening marks
	lines []string
}

// readPage splits a page at its fences.
func readPage(t testing.TB, name string) *page {
	t.Helper()
	text, err := os.ReadFile(docs(name))
	if err != nil {
		t.Fatal(err)
	}
	p := &page{name: name, at: map[int]*fence{}}
	var open *fence
	for i, line := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n") {
		info, mark := strings.CutPrefix(line, "```")
		switch {
		case mark && open == nil:
			open = &fence{where: fmt.Sprintf("docs/%s:%d", name, i+1), info: info}
			p.at[len(p.lines)] = open
			p.fences, p.lines = append(p.fences, open), append(p.lines, "")
		case mark:
			open = nil
		case open != nil:
			open.lines = append(open.lines, line)
		default:
			p.lines = append(p.lines, line)
		}
	}
	if open != nil {
		t.Fatalf("%s is not closed", open.where)
	}
	return p
}

// write writes a page whose fences may have changed.
func (p *page) write(t *testing.T) {
	t.Helper()
	var text strings.Builder
	for i, line := range p.lines {
		if f := p.at[i]; f != nil {
			line = "```" + f.info + "\n" + strings.Join(append(f.lines, "```"), "\n")
		}
		text.WriteString(line + "\n")
	}
	if err := os.WriteFile(docs(p.name), []byte(text.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// play does what a fence is for, by what stands behind its opening marks:
//
//	console                  commands behind $, and what they print
//	yaml FILE                sections to replace in a project file
//	yaml FILE from OTHER     the same, in a copy of another
//	csv FILE                 a file to make
//
// All others are for reading, see TestGuideNamesCommandsAndFlagsThatExist.
func (f *fence) play(t *testing.T) {
	words := strings.Fields(f.info)
	switch {
	case len(words) == 1 && words[0] == "console":
		f.lines = f.converse(t)
	case len(words) > 1 && words[0] == "yaml":
		f.edit(t, words[1], words[len(words)-1])
	case len(words) == 2 && words[0] == "csv":
		if err := os.WriteFile(words[1], []byte(strings.Join(f.lines, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// topKey begins a section of a project file.
var topKey = regexp.MustCompile(`^([a-z_]+):`)

// edit puts the sections of the fence in the place of those of the same name in a project file. What
// comes out must be a good one.
func (f *fence) edit(t *testing.T, to, from string) {
	t.Helper()
	text, err := os.ReadFile(from)
	if err != nil {
		t.Fatalf("%s: %v", f.where, err)
	}
	fresh := sectionsOf(f.lines)
	var out []string
	for _, s := range sectionsOf(strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")) {
		replaced := slices.ContainsFunc(fresh, func(n []string) bool { return topKey.FindString(n[0]) == topKey.FindString(s[0]) })
		if !replaced || topKey.FindString(s[0]) == "" {
			out = append(out, s...)
		}
	}
	for _, s := range fresh {
		out = append(out, s...)
	}
	changed := []byte(strings.Join(out, "\n") + "\n")
	if _, err := project.Parse(to, changed); err != nil {
		t.Fatalf("%s: %v", f.where, err)
	}
	if err := os.WriteFile(to, changed, 0o644); err != nil {
		t.Fatal(err)
	}
}

// sectionsOf cuts a project file before every key at its top; comments above the first are a section.
func sectionsOf(lines []string) [][]string {
	var sections [][]string
	for _, line := range lines {
		if topKey.MatchString(line) || len(sections) == 0 {
			sections = append(sections, nil)
		}
		last := len(sections) - 1
		sections[last] = append(sections[last], line)
	}
	return sections
}
