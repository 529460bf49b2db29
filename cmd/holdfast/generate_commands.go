package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// commandsIntro opens the reference of the commands.
const commandsIntro = `<!-- Written by "holdfast generate docs". Edit the code, not this page. -->
# Commands

What ` + "`holdfast COMMAND --help`" + ` says, for all commands on one page.
`

// writeCommandsPage writes the reference of the commands.
func writeCommandsPage(w io.Writer, root *cobra.Command) error {
	var text strings.Builder
	text.WriteString(commandsIntro)
	text.WriteString("\n| command | does |\n|---|---|\n")
	commands := everyCommand(root)[1:]
	for _, c := range commands {
		fmt.Fprintf(&text, "| [%s](#%s) | %s |\n", c.CommandPath(), strings.ReplaceAll(c.CommandPath(), " ", "-"), inCell(c.Short))
	}
	text.WriteString("\n## Flags of every command\n\n" + flagTable(root.PersistentFlags()))
	text.WriteString("\n## Exit codes\n\n" + prose(strings.TrimPrefix(strings.TrimSpace(exitCodesHelp), "Exit codes: ")))
	for _, c := range commands {
		text.WriteString("\n## " + c.CommandPath() + "\n\n" + commandText(c))
	}
	_, err := io.WriteString(w, text.String())
	return err
}

// commandText is the reference of one command.
func commandText(c *cobra.Command) string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s\n\n```text\n%s\n```\n\n", prose1(sentence(c.Short)), c.UseLine())
	text.WriteString(prose(strings.TrimSuffix(c.Long, exitCodesHelp))) // those that all have stand above
	if c.HasAvailableLocalFlags() {
		text.WriteString("\n" + flagTable(c.LocalFlags()))
	}
	fmt.Fprintf(&text, "\n```text\n%s\n```\n", strings.TrimRight(unindent(c.Example), "\n"))
	return text.String()
}

// sentence ends a line with a full stop, unless it is a question.
func sentence(line string) string {
	if strings.HasSuffix(line, "?") {
		return line
	}
	return line + "."
}

// flagTable lists flags; "" where there is none to show.
func flagTable(flags *pflag.FlagSet) string {
	var text strings.Builder
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden || f.Name == "help" {
			return
		}
		name, usage := flagWords(f)
		if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "[]" && !strings.Contains(usage, "default") {
			usage += " (default " + f.DefValue + ")"
		}
		fmt.Fprintf(&text, "| `%s` | %s |\n", name, inCell(usage))
	})
	if text.Len() == 0 {
		return ""
	}
	return "| flag | meaning |\n|---|---|\n" + text.String()
}

// flagWords are a flag as it is typed, and what it means.
func flagWords(f *pflag.Flag) (name, usage string) {
	kind, usage := pflag.UnquoteUsage(f)
	name = "--" + f.Name
	if f.Shorthand != "" {
		name = "-" + f.Shorthand + ", " + name
	}
	if kind != "" {
		name += " " + kind
	}
	return name, usage
}

// prose turns the paragraphs of a help text into Markdown. A paragraph that is indented is a list whose
// columns must keep their places.
func prose(text string) string {
	var out []string
	for _, paragraph := range strings.Split(strings.Trim(text, "\n"), "\n\n") {
		if strings.HasPrefix(paragraph, "  ") {
			paragraph = "```text\n" + unindent(paragraph) + "\n```"
		} else {
			paragraph = prose1(paragraph)
		}
		out = append(out, paragraph)
	}
	return strings.Join(out, "\n\n") + "\n"
}

// prose1 escapes what Markdown would read as a mark, outside of code.
func prose1(text string) string {
	parts := strings.Split(text, "`")
	for i := 0; i < len(parts); i += 2 {
		parts[i] = inCell(parts[i])
	}
	return strings.Join(parts, "`")
}

// unindent takes the two blanks off that help texts indent by.
func unindent(text string) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		lines[i] = strings.TrimPrefix(l, "  ")
	}
	return strings.Join(lines, "\n")
}
