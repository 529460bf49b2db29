package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"holdfast/cmd/holdfast/internal/project"
	"holdfast/cmd/holdfast/internal/rundir"
)

// This file writes what is made from the code for those who work with holdfast: the reference pages of
// the guide, the schema for editors, manual pages and shell completion. The copies in docs are held
// against the code by a test.

// The names of the generated files of the guide.
const (
	keysPage     = "holdfast-yaml.md"
	commandsPage = "commands.md"
	schemaFile   = "holdfast.schema.json"
)

// generatedFile is one file and what writes it.
type generatedFile struct {
	name  string
	write func(io.Writer) error
}

func newGenerate(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:    "generate",
		Short:  "Write reference pages, the schema for editors, manual pages or shell completion",
		Hidden: true, // for editors, packagers and the guide; the work is done by the others
		Long: `generate writes files that are made from the program itself into a folder, which is made if
it does not exist. Files of these names that are there are replaced.
` + exitCodesHelp,
		Example: `  holdfast generate schema .
  holdfast generate man /usr/local/share/man/man1`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		newGenerateSort(a, "schema", "The JSON Schema of holdfast.yaml, for editors", schemaHelp, schemaFiles),
		newGenerateSort(a, "docs", "The reference of holdfast.yaml and of the commands, in Markdown", "", docsFiles),
		newGenerateSort(a, "man", "A manual page for every command", "", manFiles),
		newGenerateSort(a, "completion", "Scripts that complete commands and flags, for every shell", "", completionFiles),
	)
	return cmd
}

// schemaHelp says what to do with the schema.
const schemaHelp = `
With the schema beside the project file and this line on top of it, editors that have a YAML
language server complete its keys, say what they mean, and underline mistakes:

  # yaml-language-server: $schema=holdfast.schema.json
`

// newGenerateSort is the command that writes one sort of files.
func newGenerateSort(a *app, name, short, more string, files func(root *cobra.Command) []generatedFile) *cobra.Command {
	return &cobra.Command{
		Use:     name + " DIR",
		Short:   short,
		Long:    short + ".\n" + more + exitCodesHelp,
		Example: "  holdfast generate " + name + " .",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 || args[0] == "" {
				return fail(exitUsage, fmt.Errorf("%s needs one folder to write to; see %s --help", cmd.CommandPath(), cmd.CommandPath()))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return fail(exitOutput, a.generate(args[0], files(cmd.Root())))
		},
	}
}

// generate writes files into a folder and says which.
func (a *app) generate(dir string, files []generatedFile) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	for _, f := range files {
		path := filepath.Join(dir, f.name)
		if err := rundir.WriteFile(path, f.write); err != nil {
			return err
		}
		a.printf("%s\n", plain(path))
	}
	if a.json {
		names := make([]string, len(files))
		for i, f := range files {
			names[i] = f.name
		}
		return writeJSON(a.stdout, map[string]any{"out": dir, "files": names})
	}
	return nil
}

func schemaFiles(*cobra.Command) []generatedFile {
	return []generatedFile{{schemaFile, func(w io.Writer) error {
		text, err := project.Schema()
		if err != nil {
			return err
		}
		_, err = w.Write(text)
		return err
	}}}
}

func docsFiles(root *cobra.Command) []generatedFile {
	return []generatedFile{
		{keysPage, writeKeysPage},
		{commandsPage, func(w io.Writer) error { return writeCommandsPage(w, root) }},
	}
}

func completionFiles(root *cobra.Command) []generatedFile {
	return []generatedFile{
		{"holdfast.bash", func(w io.Writer) error { return root.GenBashCompletionV2(w, true) }},
		{"_holdfast", root.GenZshCompletion},
		{"holdfast.fish", func(w io.Writer) error { return root.GenFishCompletion(w, true) }},
		{"holdfast.ps1", root.GenPowerShellCompletionWithDesc},
	}
}

// everyCommand lists the commands that people see, each before its own, in the order of the help.
func everyCommand(of *cobra.Command) []*cobra.Command {
	all := []*cobra.Command{of}
	for _, c := range of.Commands() {
		if c.IsAvailableCommand() && c.Name() != "completion" && c.Name() != "help" {
			all = append(all, everyCommand(c)...)
		}
	}
	return all
}
