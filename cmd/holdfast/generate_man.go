package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// manFiles are the manual pages of section 1: holdfast.1, holdfast-backtest.1 and so on.
func manFiles(root *cobra.Command) []generatedFile {
	var files []generatedFile
	for _, c := range everyCommand(root) {
		files = append(files, generatedFile{manName(c) + ".1", func(w io.Writer) error {
			_, err := io.WriteString(w, manPage(c))
			return err
		}})
	}
	return files
}

// manName is the name of a command's page.
func manName(c *cobra.Command) string { return strings.ReplaceAll(c.CommandPath(), " ", "-") }

// manPage is one page in the man macros of roff (man(7)). It has no date: the same program gives the
// same bytes.
func manPage(c *cobra.Command) string {
	var text strings.Builder
	fmt.Fprintf(&text, ".TH %s 1 \"\" \"holdfast %s\"\n", strings.ToUpper(roff(manName(c))), version)
	fmt.Fprintf(&text, ".SH NAME\n%s \\- %s\n", roff(manName(c)), roff(c.Short))
	fmt.Fprintf(&text, ".SH SYNOPSIS\n.B %s\n", roff(c.UseLine()))
	text.WriteString(".SH DESCRIPTION\n" + manProse(c.Long))
	text.WriteString(".SH OPTIONS\n" + manFlags(c.LocalFlags()))
	if inherited := manFlags(c.InheritedFlags()); inherited != "" {
		text.WriteString(".SS Of every command\n" + inherited)
	}
	text.WriteString(".SH EXAMPLES\n.nf\n" + roff(unindent(c.Example)) + "\n.fi\n")
	if also := manAlso(c); also != "" {
		text.WriteString(".SH SEE ALSO\n" + also + "\n")
	}
	return text.String()
}

// manFlags are flags as tagged paragraphs.
func manFlags(flags *pflag.FlagSet) string {
	var text strings.Builder
	flags.VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			name, usage := flagWords(f)
			fmt.Fprintf(&text, ".TP\n.B %s\n%s\n", roff(name), roff(usage))
		}
	})
	return text.String()
}

// manProse is a help text; indented paragraphs keep their lines.
func manProse(long string) string {
	var text strings.Builder
	for _, paragraph := range strings.Split(strings.Trim(long, "\n"), "\n\n") {
		if strings.HasPrefix(paragraph, "  ") {
			text.WriteString(".nf\n" + roff(paragraph) + "\n.fi\n")
		} else {
			text.WriteString(".PP\n" + roff(paragraph) + "\n")
		}
	}
	return text.String()
}

// manAlso names the pages of the command above and of those below.
func manAlso(c *cobra.Command) string {
	var pages []string
	if c.HasParent() {
		pages = append(pages, manName(c.Parent()))
	}
	for _, below := range everyCommand(c)[1:] {
		if below.Parent() == c {
			pages = append(pages, manName(below))
		}
	}
	for i, p := range pages {
		pages[i] = "\\fB" + roff(p) + "\\fR(1)"
	}
	return strings.Join(pages, ", ")
}

// roff escapes text: no backslash, no hyphen that becomes another sign, no line that begins like a request.
func roff(text string) string {
	lines := strings.Split(strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(text), "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, ".") || strings.HasPrefix(l, "'") {
			lines[i] = `\&` + l
		}
	}
	return strings.Join(lines, "\n")
}
