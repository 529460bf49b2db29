package main

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

var (
	codeSpan   = regexp.MustCompile("`([^`]+)`")
	invocation = regexp.MustCompile(`\bholdfast[ \t]+([a-z-][^|;&>#\n]*)`)
	brackets   = strings.NewReplacer(`"`, " ", `'`, " ", ",", " ", "[", " ", "]", " ", "(", " ", ")", " ", "\\\n", " ")
	link       = regexp.MustCompile(`\]\(([^)]+)\)`)
	notInSlug  = regexp.MustCompile(`[^a-z0-9 _-]`)
)

// TestGuideNamesCommandsAndFlagsThatExist looks up every command line that no test can run, such as those
// of cron, and those in running text.
func TestGuideNamesCommandsAndFlagsThatExist(t *testing.T) {
	found := 0
	for _, name := range append(slices.Clone(guidePages), filepath.Join(root, "README.md")) {
		p := readNamed(t, name)
		texts := map[string]string{}
		for _, f := range p.fences {
			texts[f.where] = strings.Join(f.lines, "\n")
		}
		for i, line := range p.lines {
			for _, span := range codeSpan.FindAllStringSubmatch(line, -1) {
				texts[fmt.Sprintf("%s, text line %d: %s", p.name, i+1, span[1])] = span[1]
			}
		}
		for where, text := range texts {
			for _, m := range invocation.FindAllStringSubmatch(brackets.Replace(text), -1) {
				found++
				if err := known(strings.Fields(m[1])); err != nil {
					t.Errorf("%s: %v", where, err)
				}
			}
		}
	}
	if found < 40 {
		t.Errorf("only %d command lines found", found)
	}
}

// readNamed reads a page of the guide, or another by its whole path.
func readNamed(t *testing.T, name string) *page {
	if !filepath.IsAbs(name) {
		return readPage(t, name)
	}
	relative, err := filepath.Rel(docs("."), name)
	if err != nil {
		t.Fatal(err)
	}
	return readPage(t, filepath.ToSlash(relative))
}

// known says which word of a command line is no command or flag of holdfast.
func known(words []string) error {
	c, rest, err := newRoot(&app{}).Find(words)
	switch {
	case err != nil:
		return err
	case words[0] == "COMMAND":
		return nil
	case len(rest) > 0 && c.HasAvailableSubCommands() && !strings.HasPrefix(rest[0], "-"):
		return fmt.Errorf("%s has no command %q", c.CommandPath(), rest[0])
	}
	c.InitDefaultHelpFlag()
	for _, word := range rest {
		name, _, _ := strings.Cut(word, "=")
		if strings.HasPrefix(name, "-") && name != "-" && lookup(c, name) == nil {
			return fmt.Errorf("%s has no flag %s", c.CommandPath(), name)
		}
	}
	return nil
}

// lookup finds a flag by --name or -n.
func lookup(c *cobra.Command, name string) *pflag.Flag {
	if long, ok := strings.CutPrefix(name, "--"); ok {
		return c.Flag(long)
	}
	if f := c.Flags().ShorthandLookup(name[1:2]); f != nil {
		return f
	}
	return c.InheritedFlags().ShorthandLookup(name[1:2])
}

func TestUnknownCommandsAndFlagsAreNoticed(t *testing.T) {
	for line, good := range map[string]bool{
		"backtest -c x": true, "models list": true, "score --model m --out=o": true, "import - --out x": true, "generate schema .": true,
		"backtset": false, "backtest --gaet": false, "models lsit": false, "score -z": false,
	} {
		if err := known(strings.Fields(line)); (err == nil) != good {
			t.Errorf("%s: %v", line, err)
		}
	}
}

// TestLinksOfTheGuideLeadSomewhere follows the links from page to page, down to the heading.
func TestLinksOfTheGuideLeadSomewhere(t *testing.T) {
	found := 0
	for _, name := range append(slices.Clone(guidePages), keysPage, commandsPage) {
		for _, line := range readPage(t, name).lines {
			for _, m := range link.FindAllStringSubmatch(line, -1) {
				found++
				if err := dangles(t, name, m[1]); err != nil {
					t.Errorf("docs/%s: %s: %v", name, m[1], err)
				}
			}
		}
	}
	if found < 40 {
		t.Errorf("only %d links found", found)
	}
}

// dangles says why a link from a page leads nowhere.
func dangles(t *testing.T, from, target string) error {
	if strings.Contains(target, "://") {
		return nil
	}
	file, heading, _ := strings.Cut(target, "#")
	if file == "" {
		file = from
	}
	if _, err := os.Stat(docs(file)); err != nil {
		return err
	}
	if heading == "" {
		return nil
	}
	for _, line := range readPage(t, file).lines {
		if strings.HasPrefix(line, "#") && slug(strings.TrimLeft(line, "# ")) == heading {
			return nil
		}
	}
	return errors.New("there is no such heading")
}

// slug is the anchor that forges give a heading.
func slug(heading string) string {
	return strings.ReplaceAll(notInSlug.ReplaceAllString(strings.ToLower(heading), ""), " ", "-")
}

// TestPicturesOfTheGuideAreDrawnForLightAndDark reads the pictures as the XML they must be.
func TestPicturesOfTheGuideAreDrawnForLightAndDark(t *testing.T) {
	files, err := filepath.Glob(docs("pictures/*.svg"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no pictures: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		d := xml.NewDecoder(strings.NewReader(string(text)))
		for err == nil {
			_, err = d.Token()
		}
		if err != io.EOF {
			t.Errorf("%s: %v", filepath.Base(file), err)
		}
		for _, part := range []string{"prefers-color-scheme: dark", "<title id=", "<desc id=", "viewBox"} {
			if !strings.Contains(string(text), part) {
				t.Errorf("%s has no %s", filepath.Base(file), part)
			}
		}
		if len(text) > 8<<10 {
			t.Errorf("%s has %d bytes", filepath.Base(file), len(text))
		}
	}
}
