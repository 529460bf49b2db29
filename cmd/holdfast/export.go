package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"holdfast/cmd/holdfast/internal/rundir"
	"holdfast/features/sql"
	"holdfast/models"
	"holdfast/models/export"
)

// exportFlags are what a user asks of export.
type exportFlags struct {
	model, to, dialect, table, format string
	all                               bool
	verify, engine, dsn               string
}

func newExport(a *app) *cobra.Command {
	var f exportFlags
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write a model as SQL, percent weights, PMML or ONNX, and prove that it scores the same",
		Long: `export writes a model file in a form that runs elsewhere, to --out or to stdout:

  sql      one SELECT over the table of snapshots that gives account, snapshot_date, p, health
           and band of each account's newest snapshot, or with --all of every snapshot
  weights  percent weights with the values that score 0 and 100, as CSV or Markdown, to be
           typed into a customer-success platform: of a candidate with form: percent its own,
           of a logistic fit whose factors are all numbers with a clip those of the same order
  pmml     PMML 4.4, for scoring engines
  onnx     ONNX, in double precision

With --verify SNAPSHOTS the SELECT is run over these snapshots in a database, and every row is
compared with holdfast's own score: p and health must agree within one part in 10^12, and the
band must be the same. The dialect sqlite runs inside of holdfast. postgres runs on the server
of --dsn (or of HOLDFAST_POSTGRES), in a temporary table. duckdb runs in the program of --engine, or the
duckdb on the path. The other dialects run on servers of their own and cannot be verified here;
nor can PMML and ONNX, which holdfast's own tests hold against JPMML and onnxruntime.
When a row differs nothing is written, and the exit code is 6.
` + exitCodesHelp,
		Example: `  holdfast export --model out/model.json --to sql --dialect snowflake --out score.sql
  holdfast export --model out/model.json --to sql --dialect sqlite --verify snaps/ --out score.sql
  holdfast export --model out/model.json --to weights --out weights.md
  holdfast export --model out/model.json --to onnx --out model.onnx`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := f.ofSQL(cmd); err != nil {
				return err
			}
			return a.export(cmd.Context(), f)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.model, "model", "", "`model.json`")
	flags.StringVar(&f.to, "to", "sql", "the `form` to write: "+strings.Join(exportForms(), ", "))
	flags.StringVar(&f.dialect, "dialect", string(sql.DuckDB), "`dialect` of the SQL: "+strings.Join(dialectNames(), ", "))
	flags.StringVar(&f.table, "table", "snapshots", "the `table` of snapshots in the SQL")
	flags.BoolVar(&f.all, "all", false, "score every snapshot, not only the newest of each account")
	flags.StringVar(&f.format, "format", "", "of the weights: `csv` or markdown (default: by the ending of --out)")
	flags.StringVar(&f.verify, "verify", "", "`snapshots` to run the SQL on and compare every row")
	flags.StringVar(&f.engine, "engine", "", "the `duckdb` that verifies: its program, or a python that has the module")
	flags.StringVar(&f.dsn, "dsn", "", "the PostgreSQL `server` that verifies (default: HOLDFAST_POSTGRES)")
	for name, values := range map[string][]string{"to": exportForms(), "dialect": dialectNames(), "format": {"csv", "markdown"}} {
		if err := cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)); err != nil {
			panic(err) // the flag was defined above
		}
	}
	return cmd
}

// ofSQL refuses flags of the SELECT for a form that has none: what they ask for would not be there.
func (f exportFlags) ofSQL(cmd *cobra.Command) error {
	if f.to == "sql" || !slices.Contains(exportForms(), f.to) {
		return nil
	}
	for _, name := range []string{"dialect", "table", "all"} {
		if cmd.Flags().Changed(name) {
			return fail(exitUsage, fmt.Errorf("--%s is for --to sql, and this is --to %s; leave it out", name, f.to))
		}
	}
	return nil
}

// exportForms are the values of --to.
func exportForms() []string { return []string{"sql", "weights", "pmml", "onnx"} }

// dialectNames are the values of --dialect.
func dialectNames() []string {
	var names []string
	for _, d := range sql.Dialects() {
		names = append(names, string(d))
	}
	return names
}

func (a *app) export(ctx context.Context, f exportFlags) error {
	if err := a.checkExport(f); err != nil {
		return err
	}
	m, err := readModel(f.model)
	if err != nil {
		return err
	}
	var text bytes.Buffer // whole before a byte of it is written
	if err := writeExport(&text, m, f, a.out); err != nil {
		return refusedExport(err)
	}
	if f.verify != "" {
		if err := a.verify(ctx, m, f); err != nil {
			return err
		}
	}
	if a.out == "" {
		if f.verify != "" { // its findings are on stdout
			return nil
		}
		_, err := a.stdout.Write(text.Bytes())
		return fail(exitOutput, err)
	}
	err = rundir.WriteFile(a.out, func(w io.Writer) error { _, err := w.Write(text.Bytes()); return err })
	if err != nil {
		return fail(exitOutput, err)
	}
	if a.json {
		if f.verify != "" {
			return nil
		}
		return fail(exitOutput, writeJSON(a.stdout, map[string]any{"out": a.out, "model": m.Name, "to": f.to, "bytes": text.Len()}))
	}
	a.printf("%s as %s: %s\n", plain(m.Name), f.to, plain(a.out))
	return nil
}

// checkExport refuses flags before any work.
func (a *app) checkExport(f exportFlags) error {
	usage := func(format string, args ...any) error { return fail(exitUsage, fmt.Errorf(format, args...)) }
	switch {
	case f.model == "":
		return usage("export needs --model FILE; fit and backtest write model.json")
	case !slices.Contains(exportForms(), f.to):
		return usage("--to %s: write one of %s", plain(f.to), strings.Join(exportForms(), ", "))
	case !slices.Contains(dialectNames(), f.dialect):
		return usage("--dialect %s: write one of %s", plain(f.dialect), strings.Join(dialectNames(), ", "))
	case f.format != "" && (f.to != "weights" || f.format != "csv" && f.format != "markdown"):
		return usage("--format %s: it is for --to weights, and is csv or markdown", plain(f.format))
	case f.verify != "" && f.to != "sql":
		return usage("--verify runs SQL; %s is checked by holdfast's own tests, against an independent evaluator", plain(f.to))
	case f.to == "onnx" && a.out == "":
		return usage("--to onnx is not text; name a file with --out")
	}
	if f.verify != "" {
		if err := checkURLs(f.verify); err != nil {
			return err
		}
		if _, err := f.database(); err != nil {
			return err
		}
	}
	if a.out == "" {
		return nil
	}
	inputs := []string{f.model}
	if f.verify != "" {
		inputs = append(inputs, f.verify)
	}
	if err := apart(a.out, inputs...); err != nil {
		return err
	}
	return fail(exitOutput, rundir.CheckFile(a.out))
}

// writeExport writes the model in the form that was asked for.
func writeExport(w io.Writer, m *models.Model, f exportFlags, out string) error {
	switch f.to {
	case "pmml":
		return export.PMML(w, m)
	case "onnx":
		return export.ONNX(w, m)
	case "weights":
		ending := strings.ToLower(filepath.Ext(out))
		if f.format == "markdown" || f.format == "" && (ending == ".md" || ending == ".markdown") {
			return export.WeightsMarkdown(w, m)
		}
		return export.WeightsCSV(w, m)
	}
	return export.SQL(w, m, sql.Dialect(f.dialect), export.Options{Table: f.table, AllSnapshots: f.all})
}

// refusedExport gives an error of an export its class: a model that the form cannot hold is
// a model that is refused, and anything else wrong with it is said of its file.
func refusedExport(err error) error {
	if part := (*export.UnsupportedError)(nil); errors.As(err, &part) {
		return fail(exitModel, part)
	}
	return fail(exitModel, err)
}

// database is the engine that verifies, if there is one for the dialect.
func (f exportFlags) database() (database, error) {
	switch sql.Dialect(f.dialect) {
	case sql.SQLite:
		return &sqliteDatabase{}, nil
	case sql.Postgres:
		dsn := f.dsn
		if dsn == "" {
			dsn = os.Getenv("HOLDFAST_POSTGRES")
		}
		if dsn == "" {
			return nil, fail(exitUsage, errors.New("--verify with --dialect postgres needs a server: name it with --dsn or HOLDFAST_POSTGRES, as in postgres://user@host/database"))
		}
		return &postgresDatabase{dsn: dsn}, nil
	case sql.DuckDB:
		return findDuckDB(f.engine)
	}
	return nil, fail(exitUsage, fmt.Errorf("--verify cannot run %s here, whose server is elsewhere; --dialect sqlite proves the same model inside of holdfast", f.dialect))
}
