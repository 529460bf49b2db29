package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"holdfast/cmd/holdfast/internal/rundir"
	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/dataset/history"
	"holdfast/dataset/parquetio"
	"holdfast/models"
)

// topReasons is how many reasons a scored account gets, unless --reasons says otherwise.
const topReasons = 3

// scoreFlags are what a user asks of score.
type scoreFlags struct {
	model, snapshots string
	all              bool
	diff             string
	maxAge           string
	reasons          int
	asksReasons      bool     // somebody gave the number
	columns          []string // nil: all
}

func newScore(a *app) *cobra.Command {
	var f scoreFlags
	cmd := &cobra.Command{
		Use:   "score",
		Short: "Score the newest snapshot of every account with a model file",
		Long: `score writes one row per account, in the order of the account keys: as_of, the day of its
newest snapshot, p (probability of churn), health (0-100) and band, band and health at its
snapshot before and whether it dropped since, value, the top reasons in words, the playbooks
whose condition holds, and the id of the model. An account that cannot be scored is listed
with one reason: missing_factor, unseen_level, or stale where --max-age is given. A model
with an outlook adds the probabilities that the account leaves, shrinks, renews or grows. The
ending of --out chooses the format: .parquet, .csv or .jsonl.

Where the project names columns.recorded_at, as_of is still the day that the snapshot is of:
exported SQL calls it snapshot_date, and has the day from which the row was known as as_of.

With --diff, the scores are compared with those of an earlier run (one of these files), or
with an earlier model (its model.json) on the same snapshots: who changed band, by how much
health moved, and how much of that is the new model (new model on the old snapshot, less the
old score) and how much new data (the rest).

With --columns, only the columns that it names are written, in its order. Reasons that nobody
asks for are not looked for, and with --all neither is what was before a row: such a run is
faster, and remembers no accounts.

With --all, every snapshot row is scored, in the order of the input, as it is read, and has
the same columns, with reasons where --reasons asks for some. The snapshot before a row is the
last of its account on an earlier day; duplicates stay. Memory grows with the accounts and not
with their rows, where the rows of each account come in the order of time, whatever lies
between them: files sorted by account and files by month both do. In any other order all rows
are looked at twice, and a few bytes of each are kept in between; a model with histories is
scored from rows that are sorted first.
` + exitCodesHelp,
		Example: `  holdfast score --model out/model.json --snapshots snaps/ --out scores.csv
  holdfast score --model out/model.json --snapshots snaps/ --out scores.parquet --as-of 2026-06-30 --max-age 45d
  holdfast score --model out/model.json --snapshots snaps/ --out q2.parquet --diff q1.parquet
  holdfast score --model new/model.json --snapshots snaps/ --out q2.csv --diff old/model.json
  holdfast score --model out/model.json --snapshots snaps/ --out history.parquet --all
  holdfast score --model out/model.json --snapshots snaps/ --out bands.csv --columns account,as_of,p,health,band`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			f.asksReasons = cmd.Flags().Changed("reasons")
			return a.score(cmd.Context(), f)
		},
	}
	cmd.Flags().StringVar(&f.model, "model", "", "`model.json`")
	cmd.Flags().StringVar(&f.snapshots, "snapshots", "", "`file`, directory or glob of snapshots")
	cmd.Flags().BoolVar(&f.all, "all", false, "score every snapshot row, not the newest of each account")
	cmd.Flags().StringVar(&f.diff, "diff", "", "`scores` of an earlier run, or an earlier model.json, to compare with")
	cmd.Flags().StringVar(&f.maxAge, "max-age", "", "leave unscored whose newest snapshot is older than this, such as `45d`, on --as-of, or else on the newest day of the snapshots")
	cmd.Flags().StringSliceVar(&f.columns, "columns", nil, "the `columns` to write, in this order (default: all)")
	cmd.Flags().IntVar(&f.reasons, "reasons", topReasons, "how many reasons a row gets (with --all: 0)")
	return cmd
}

// check refuses flags that do not go together, before anything is read.
func (f *scoreFlags) check(a *app) (days int, err error) {
	switch {
	case f.model == "" || f.snapshots == "" || a.out == "":
		return 0, fail(exitUsage, errors.New("score needs --model FILE, --snapshots PATH and --out FILE"))
	case f.all && f.diff != "":
		return 0, fail(exitUsage, errors.New("--diff compares accounts, and --all scores rows; leave one of them out"))
	case f.all && f.maxAge != "":
		return 0, fail(exitUsage, errors.New("--max-age is about the newest snapshot of an account, and --all scores all of them; leave one of them out"))
	case f.columns != nil && len(f.columns) == 0:
		return 0, fail(exitUsage, errors.New("--columns names no column; list some with commas between them, or leave it out"))
	case f.asksReasons && f.columns != nil && !slices.Contains(f.columns, "reasons"):
		return 0, fail(exitUsage, errors.New("--reasons is given, and --columns has no column reasons; name it, or leave --reasons out"))
	case f.reasons < 0:
		return 0, fail(exitUsage, fmt.Errorf("--reasons %d: give a number from 0 on", f.reasons))
	}
	if f.maxAge != "" {
		if days, err = parseDays(f.maxAge); err != nil {
			return 0, fail(exitUsage, fmt.Errorf("--max-age %q %w", f.maxAge, err))
		}
	}
	inputs := []string{f.model, f.snapshots}
	if f.diff != "" {
		inputs = append(inputs, f.diff)
	}
	if err := checkURLs(f.snapshots); err != nil {
		return 0, err
	}
	if err := apart(a.out, inputs...); err != nil {
		return 0, err
	}
	return days, fail(exitOutput, rundir.CheckFile(a.out))
}

func (a *app) score(ctx context.Context, f scoreFlags) error {
	days, err := f.check(a)
	if err != nil {
		return err
	}
	format, ok := scoreFormats[strings.ToLower(filepath.Ext(a.out))]
	if !ok {
		return fail(exitUsage, fmt.Errorf("--out %s: the ending must be .parquet, .csv or .jsonl", plain(a.out)))
	}
	m, err := readScorer(f.model)
	if err != nil {
		return err
	}
	columns, err := f.choose(m)
	if err != nil {
		return err
	}
	if f.all {
		return a.scoreAll(ctx, m, f, columns, format)
	}
	earlier, err := readEarlierScores(ctx, f.diff)
	if err != nil {
		return err
	}
	defer debug.SetGCPercent(debug.SetGCPercent(scoreGarbage))
	s, err := a.newestFor(ctx, f.snapshots, earlier.day(), append([]*models.Model{m}, earlier.models()...)...)
	if err != nil {
		return err
	}
	defer s.Table.Close()
	today, err := a.asOfDate()
	if err != nil {
		return err
	}
	run, err := newScoreRun(m, s, scoreOptions{reasons: f.reasons, maxAge: days, aged: f.maxAge != "", today: today}, earlier)
	if err != nil {
		return err
	}
	if err := a.writeScores(ctx, run, columns, format); err != nil {
		return err
	}
	a.clock.Done("score", len(run.newest))
	return a.printScored(run)
}

// writeScores scores and writes, and warns before the file gets its name.
func (a *app) writeScores(ctx context.Context, run *scoreRun, columns []scoreColumn, format scoreFormat) error {
	var failed error // without the name of the output, which is not at fault
	err := rundir.WriteFile(a.out, func(w io.Writer) error {
		file, err := format.begin(w, columns)
		if err != nil {
			return err
		}
		var wrote error
		failed = run.each(ctx, func(rows []scoredAccount) error {
			wrote = file.add(rows)
			return wrote
		})
		if wrote != nil {
			failed = nil
			return wrote
		}
		if failed == nil {
			failed = a.warn(exitData, run.warnings())
		}
		if failed != nil {
			return failed
		}
		return file.close()
	})
	if failed != nil {
		return failed
	}
	return fail(exitOutput, err)
}

// readModel opens a model file; whatever is wrong with it is of the model's class.
func readModel(path string) (*models.Model, error) {
	return readModelOf("--model", path)
}

// readModelOf is readModel of the file that a flag names.
func readModelOf(flag, path string) (*models.Model, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fail(exitModel, fmt.Errorf("%s %s: there is no such file; fit and backtest write model.json", flag, plain(path)))
	}
	if err == nil && !info.Mode().IsRegular() { // opening a pipe would wait for its writer
		return nil, fail(exitModel, fmt.Errorf("%s %s: this is not a file; name the model.json in it", flag, plain(path)))
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrPermission) { // nothing is known of the model; a registry says the same
		return nil, fail(exitOutput, fmt.Errorf("%s %s: permission denied", flag, plain(path)))
	}
	if err != nil {
		return nil, fail(exitModel, err)
	}
	defer f.Close()
	m, err := models.Read(path, f)
	return m, fail(exitModel, err)
}

// scoreSnapshots reads the columns that a model uses.
func (a *app) scoreSnapshots(ctx context.Context, m *models.Model, path string) (*dataset.Snapshots, error) {
	return a.snapshotsFor(ctx, path, m)
}

// snapshotsFor reads the columns that any of the models uses. Roles are those of the first.
func (a *app) snapshotsFor(ctx context.Context, path string, list ...*models.Model) (*dataset.Snapshots, error) {
	reading, roles, err := a.scoreReading(ctx, list[0], path)
	if err != nil {
		return nil, err
	}
	uses, histories, err := usedBy(list)
	if err != nil {
		return nil, err
	}
	s, err := dataset.LoadSnapshots(ctx, path, roles, uses, reading)
	if err != nil {
		return nil, refusedColumn(path, err)
	}
	if err := s.AddHistories(ctx, histories, uses); err != nil {
		return nil, fail(exitData, err)
	}
	a.clock.Done("read", len(s.Date))
	return s, nil
}

// newestFor is snapshotsFor who looks at the newest snapshot of each account, the one before
// it, and that of the day that also says, if any: other rows are left in the files. Models
// with histories, and bands that remember, look at all rows.
func (a *app) newestFor(ctx context.Context, path string, also func(account string) dataset.Date, list ...*models.Model) (*dataset.Snapshots, error) {
	uses, histories, err := usedBy(list)
	if err != nil {
		return nil, err
	}
	if len(histories) > 0 || slices.ContainsFunc(list, (*models.Model).Remembers) {
		return a.snapshotsFor(ctx, path, list...)
	}
	reading, roles, err := a.scoreReading(ctx, list[0], path)
	if err != nil {
		return nil, err
	}
	s, err := dataset.LoadNewest(ctx, path, roles, uses, reading, also)
	if err != nil {
		return nil, refusedColumn(path, err)
	}
	a.clock.Done("read", s.Read)
	return s, nil
}

// scoreGarbage is how much garbage the collector lets lie, in percent of what is used: less
// than usual, because little is made and the accounts are there all the time.
const scoreGarbage = 30

// usedBy are the columns and the histories that any of the models uses.
func usedBy(list []*models.Model) (expr.Columns, []history.Spec, error) {
	uses, histories := make(expr.Columns), []history.Spec(nil)
	for _, m := range list {
		theirs, err := m.Uses()
		if err != nil {
			return nil, nil, fail(exitModel, err)
		}
		for name, t := range theirs {
			if have, ok := uses[name]; ok && have != t {
				return nil, nil, fail(exitModel, fmt.Errorf("the models %s and %s read column %s as different types; compare the scores of each instead", plain(list[0].Name), plain(m.Name), dataset.Quote(name)))
			}
			uses[name] = t
		}
		histories = append(histories, m.Histories()...)
	}
	return uses, histories, nil
}

// scoreReading says how snapshots are read for a model.
func (a *app) scoreReading(ctx context.Context, m *models.Model, path string) (dataset.Reading, dataset.Columns, error) {
	reading, roles := dataset.Reading{Memory: a.budget}, m.Columns
	var err error
	if reading.AsOf, err = a.asOfDate(); err != nil {
		return reading, roles, err
	}
	schema, err := dataset.Inspect(ctx, path)
	if err != nil {
		return reading, roles, unreadable(err)
	}
	if _, ok := schema.Kind(roles.Value); !ok {
		roles.Value = "" // money is a convenience here, not an input
	}
	return reading, roles, nil
}

// refusedColumn explains a column that the model needs and the snapshots do not have: there
// is no project file to blame.
func refusedColumn(path string, err error) error {
	if column := (*parquetio.ColumnError)(nil); errors.As(err, &column) {
		return fail(exitData, fmt.Errorf("%w; the model was fitted on snapshots that have it", err))
	}
	return fail(exitData, err)
}
