package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"holdfast/cmd/holdfast/internal/progress"
	"holdfast/cmd/holdfast/internal/texttab"
	"holdfast/dataset"
	"holdfast/dataset/csvio"
)

func newImport(a *app) *cobra.Command {
	var answers csvFlags
	force := false
	cmd := &cobra.Command{
		Use:   "import FILE...",
		Short: "Turn CSV into Parquet, with a type for every column",
		Long: `import reads CSV files (also .csv.gz, tab-separated, or - for standard input), finds the type of
every column from all of its cells and writes Parquet. What the file does not prove it asks
for: whether 03/04/2026 is in March or April, whether 1,234 is a thousand or one and a bit.
A column in which a single cell is not a number is text, with a warning that shows the cell.
Files given together get the same types, one Parquet file each.

Missing are empty cells and the words ` + strings.Join(csvio.NullWords(), " ") + `.
Digits that begin with 0 or go beyond 2^53 stay text; 12% becomes 12 and $1,234.50 becomes
1234.5 if all cells of the column are written so. Text stays as it is.
` + exitCodesHelp,
		Example: `  holdfast import accounts.csv                       # writes accounts.parquet
  holdfast import accounts.csv --out snaps.parquet --dates dmy --null TBD
  holdfast import exports/*.csv --out snaps/ --type account_id=text
  psql -c 'copy accounts to stdout csv header' | holdfast import - --out accounts.parquet`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fail(exitUsage, fmt.Errorf("import needs a CSV file; see %s --help", cmd.CommandPath()))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			opts, err := answers.options()
			if err != nil {
				return err
			}
			return a.importCSV(cmd.Context(), args, opts, force)
		},
	}
	answers.add(cmd.Flags())
	cmd.Flags().BoolVar(&force, "force", false, "replace existing files")
	return cmd
}

// importCSV is the whole command.
func (a *app) importCSV(ctx context.Context, args []string, opts csvio.Options, force bool) error {
	files, discard, err := csvFiles(args)
	if err != nil {
		return err
	}
	defer discard()
	p, err := planImport(a.out, files, force)
	if err != nil {
		return err
	}
	bar := progress.New(a.stderr, "reading", a.terminal && !a.quiet)
	defer bar.Done()
	table, err := survey(ctx, files, opts, bar)
	if err != nil {
		return err
	}
	if err := a.warn(exitData, table.Warnings); err != nil {
		return err
	}
	if err := p.write(ctx, table); err != nil {
		return err
	}
	bar.Done()
	return a.printImport(table, p)
}

// survey finds the types of the columns behind a bar. A --type for a column that no file has is a
// slip of the command line; whatever else goes wrong is in the files.
func survey(ctx context.Context, files []csvio.Source, opts csvio.Options, bar *progress.Bar) (*csvio.Table, error) {
	table, err := csvio.Survey(ctx, watched(files, bar), opts)
	bar.Done()
	var unknown *csvio.ColumnError
	if errors.As(err, &unknown) {
		return nil, fail(exitUsage, err)
	}
	return table, fail(exitData, err)
}

// importResult is what import --json prints.
type importResult struct {
	Files    []importedFile    `json:"files"`
	Columns  []csvio.Column    `json:"columns"`
	Warnings []dataset.Warning `json:"warnings"`
}

type importedFile struct {
	In   string `json:"in"`
	Out  string `json:"out"`
	Rows int    `json:"rows"`
}

func (a *app) printImport(table *csvio.Table, p *importPlan) error {
	result := importResult{Columns: table.Columns, Warnings: append([]dataset.Warning{}, table.Warnings...)}
	for i, f := range table.Files {
		result.Files = append(result.Files, importedFile{f.Path, p.paths[i], f.Rows})
	}
	if a.json {
		return fail(exitOutput, writeJSON(a.stdout, result))
	}
	if a.quiet {
		return nil
	}
	for _, f := range result.Files {
		a.printf("%s: %s from %s\n", plain(f.Out), counted(int(f.Rows), "row"), plain(f.In))
	}
	a.printf("\n")
	t := texttab.New("column", "type", ">missing", "example", "note")
	for _, c := range table.Columns {
		missing := ""
		if c.Nulls > 0 {
			missing = texttab.Group(fmt.Sprint(c.Nulls))
		}
		t.Row(plain(c.Name), typeWords(c), missing, shortened(plain(c.Example)), plain(c.Note))
	}
	return fail(exitOutput, t.Write(a.stdout))
}

// typeWords is the type of a column for people.
func typeWords(c csvio.Column) string {
	switch {
	case c.Type == csvio.Int:
		return "whole number"
	case c.Type == csvio.Bool:
		return "yes/no"
	case c.Zoned:
		return "timestamp UTC"
	}
	return string(c.Type)
}

// shortened keeps an example from widening the table.
func shortened(text string) string {
	const most = 24
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return text
}
