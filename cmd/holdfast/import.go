package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"holdfast/cmd/holdfast/internal/progress"
	"holdfast/cmd/holdfast/internal/rundir"
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
	table, err := csvio.Survey(ctx, watched(files, bar), opts)
	bar.Done()
	if err != nil {
		return fail(exitData, err)
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

// importPlan says where the Parquet files go.
type importPlan struct {
	dir   string   // a folder that does not exist yet, and appears whole; "" when files are written one by one
	paths []string // of the files, in the order of the inputs
}

// planImport checks what can be checked before anything is read.
func planImport(out string, files []csvio.Source, force bool) (*importPlan, error) {
	p := &importPlan{}
	inputs := make([]string, len(files))
	for i, f := range files {
		inputs[i] = f.Path
	}
	folder, err := outFolder(out, inputs)
	if err != nil {
		return nil, err
	}
	names := make(map[string]string)
	for _, in := range inputs {
		path := out
		if folder != "" {
			path = filepath.Join(folder, filepath.Base(csvStem(in))+".parquet")
		}
		if other, twice := names[path]; twice {
			return nil, fail(exitUsage, fmt.Errorf("%s and %s would both become %s; import them into different folders", plain(other), plain(in), plain(path)))
		}
		names[path] = in
		p.paths = append(p.paths, path)
		if err := apart(path, inputs...); err != nil {
			return nil, err
		}
	}
	if _, err := os.Stat(folder); folder != "" && errors.Is(err, fs.ErrNotExist) {
		p.dir = folder
		return p, nil
	}
	return p, p.free(force)
}

// outFolder is the folder for the files, or "" when out is the name of the only one.
func outFolder(out string, inputs []string) (string, error) {
	switch {
	case out == "" && len(inputs) > 1:
		return "", fail(exitUsage, errors.New("several files need --out DIR"))
	case out == "" && inputs[0] == "standard input":
		return "", fail(exitUsage, errors.New("standard input needs --out FILE"))
	case out == "":
		return filepath.Dir(inputs[0]), nil
	case strings.EqualFold(filepath.Ext(out), ".parquet"):
		if info, err := os.Stat(out); len(inputs) > 1 && (err != nil || !info.IsDir()) {
			return "", fail(exitUsage, fmt.Errorf("--out %s is one file, but there are %d to import; name a folder", plain(out), len(inputs)))
		} else if err == nil && info.IsDir() {
			return out, nil
		}
		return "", nil
	case len(inputs) == 1 && inputs[0] == "standard input":
		return "", fail(exitUsage, fmt.Errorf("--out %s: the ending must be .parquet", plain(out)))
	}
	return out, nil
}

// free refuses to write over files, unless that is wanted.
func (p *importPlan) free(force bool) error {
	for _, path := range p.paths {
		if err := rundir.CheckFile(path); err != nil {
			return fail(exitOutput, err)
		}
		if _, err := os.Stat(path); err == nil && !force {
			return fail(exitOutput, fmt.Errorf("%s exists; use --force to replace it, or --out for another name", plain(path)))
		}
	}
	return nil
}

// write makes the Parquet files: all at once in a new folder, or each of them whole.
func (p *importPlan) write(ctx context.Context, table *csvio.Table) error {
	convert := func(i int) func(io.Writer) error { return converter(ctx, table, i) }
	if p.dir == "" {
		for i, path := range p.paths {
			if err := rundir.WriteFile(path, convert(i)); err != nil {
				return fail(exitOutput, err)
			}
		}
		return nil
	}
	dir, err := rundir.Create(p.dir)
	if err != nil {
		return fail(exitOutput, err)
	}
	defer dir.Discard()
	for i, path := range p.paths {
		if err := dir.Write(filepath.Base(path), convert(i)); err != nil {
			return fail(exitOutput, err)
		}
	}
	return fail(exitOutput, dir.Publish())
}

// converter tells apart what is wrong with the data from what is wrong with the place that they are written to.
func converter(ctx context.Context, table *csvio.Table, i int) func(io.Writer) error {
	return func(w io.Writer) error {
		out := &sink{w: w}
		err := table.Convert(ctx, i, out)
		if err != nil && out.err == nil {
			return fail(exitData, err)
		}
		return err
	}
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
		a.printf("%s: %s rows from %s\n", plain(f.Out), texttab.Group(fmt.Sprint(f.Rows)), plain(f.In))
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
