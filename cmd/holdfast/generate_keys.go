package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"holdfast/cmd/holdfast/internal/project"
)

// keysIntro opens the reference of holdfast.yaml.
const keysIntro = `<!-- Written by "holdfast generate docs". Edit the code, not this page. -->
# holdfast.yaml

Every key of the project file. An unknown key is an error with a suggestion, so nothing that you write is
quietly ignored. Paths are relative to the file. In the names of keys, ` + "`[]`" + ` stands for the items of a
list and ` + "`*`" + ` for a name of your own. A key without a default may be left out unless it is marked as required.

Your editor can complete and check the file while you write it:
[how to set that up](quick-start.md#let-your-editor-help). The schema says the same as this page.
`

// keyGroup are the keys of one mapping.
type keyGroup struct {
	path string // "" is the top of the file
	keys []project.Key
}

// writeKeysPage writes the reference of holdfast.yaml: a table for each mapping.
func writeKeysPage(w io.Writer) error {
	var text strings.Builder
	text.WriteString(keysIntro)
	for _, g := range keyGroups() {
		fmt.Fprintf(&text, "\n%s\n\n", g.heading())
		text.WriteString("| key | what it says | value | default |\n|---|---|---|---|\n")
		for _, k := range g.keys {
			fmt.Fprintf(&text, "| `%s` | %s | %s | %s |\n", k.Name(), inCell(k.Doc), valueCell(k), defaultCell(k))
		}
	}
	_, err := io.WriteString(w, text.String())
	return err
}

// keyGroups sorts the keys by the mapping they stand in: a section of the file comes with all that is
// below it, in the order in which the reference first names them.
func keyGroups() []keyGroup {
	groups := []keyGroup{{}}
	at := func(path string) int {
		return slices.IndexFunc(groups, func(g keyGroup) bool { return g.path == path })
	}
	for _, k := range project.Keys() {
		path := strings.TrimSuffix(strings.TrimSuffix(k.Path, k.Name()), ".")
		i := at(path)
		if i < 0 {
			i = groupPlace(groups, path)
			groups = slices.Insert(groups, i, keyGroup{path: path})
		}
		groups[i].keys = append(groups[i].keys, k)
	}
	return groups
}

// groupPlace is behind the last group of the same section.
func groupPlace(groups []keyGroup, path string) int {
	section := sectionOf(path)
	for i := len(groups) - 1; i > 0; i-- {
		if sectionOf(groups[i].path) == section {
			return i + 1
		}
	}
	return len(groups)
}

// sectionOf is the key at the top of the file that a path lies under.
func sectionOf(path string) string { return strings.FieldsFunc(path+".", isPathMark)[0] }

func isPathMark(r rune) bool { return r == '.' || r == '[' }

func (g keyGroup) heading() string {
	switch {
	case g.path == "":
		return "## The top of the file"
	case strings.ContainsAny(strings.TrimSuffix(g.path, "[]"), ".["):
		return "### " + g.path
	}
	return "## " + g.path
}

// valueCell says what is accepted, with an example.
func valueCell(k project.Key) string {
	text := inCell(k.Expects())
	if k.Type != project.TypeChoice && k.Example != "" {
		text += ", as in " + codeInCell(k.Example)
	}
	return text
}

// defaultCell is what holds without the key.
func defaultCell(k project.Key) string {
	switch {
	case k.Required:
		return "**required**"
	case k.Default != "":
		return codeInCell(k.Default)
	}
	return ""
}

// inCell makes text of the reference fit for a cell of a Markdown table.
func inCell(text string) string {
	return strings.NewReplacer("|", `\|`, "*", `\*`, "_", `\_`, "<", "&lt;").Replace(text)
}

// codeInCell is code, in which only the bar must not stand as it is.
func codeInCell(code string) string { return "`" + strings.ReplaceAll(code, "|", `\|`) + "`" }
