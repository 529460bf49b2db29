package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"text/template"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"holdfast/cmd/holdfast/internal/project"
	"holdfast/cmd/holdfast/internal/rundir"
	"holdfast/dataset"
	"holdfast/dataset/store"
	"holdfast/features"
)

func newInit(a *app) *cobra.Command {
	var snapshots, outcomes, file string
	var answers csvFlags
	force := false
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Look at Parquet or CSV files and write a commented holdfast.yaml",
		Long: `init finds out which columns are the account, the dates, the outcome and the value, which can
be factors, and how far ahead the snapshots allow to look. What it was not sure of is a
comment in the file: read it before the first backtest. A CSV file becomes Parquet next to
the project file first, as with holdfast import.
` + exitCodesHelp,
		Example: `  holdfast init --snapshots snaps/ --outcomes outcomes.parquet
  holdfast init --snapshots accounts.csv --outcomes renewals.csv
  holdfast init --snapshots 'snaps/*.parquet' --outcomes out.parquet -o project/holdfast.yaml`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if snapshots == "" || outcomes == "" {
				return fail(exitUsage, errors.New("init needs --snapshots PATH and --outcomes PATH"))
			}
			if err := checkURLs(snapshots, outcomes); err != nil {
				return err
			}
			if err := apart(file, snapshots, outcomes); err != nil {
				return err
			}
			if err := rundir.CheckFile(file); err != nil {
				return fail(exitOutput, err)
			}
			if _, err := os.Stat(file); err == nil && !force {
				return fail(exitOutput, fmt.Errorf("%s exists; use --force to replace it, or -o for another name", plain(file)))
			}
			imported, err := a.importInputs(cmd.Context(), file, answers, force, &snapshots, &outcomes)
			if err == nil {
				err = a.init(cmd.Context(), snapshots, outcomes, file, imported.said)
			}
			if err != nil {
				imported.undo()
			}
			return err
		},
	}
	cmd.Flags().StringVar(&snapshots, "snapshots", "", "`file`, directory, glob or hive-partitioned tree of snapshots")
	cmd.Flags().StringVar(&outcomes, "outcomes", "", "`file`, directory, glob or hive-partitioned tree of outcomes: renewals and churns")
	cmd.Flags().StringVarP(&file, "output", "o", "holdfast.yaml", "project `file` to write")
	cmd.Flags().BoolVar(&force, "force", false, "replace an existing project file, and Parquet files made of CSV")
	answers.add(cmd.Flags())
	return cmd
}

func (a *app) init(ctx context.Context, snapshots, outcomes, file string, said []string) error {
	d, err := infer(ctx, snapshots, outcomes)
	if err != nil {
		return err
	}
	if d.Snapshots, err = relativeTo(file, snapshots); err != nil {
		return fail(exitOutput, err)
	}
	if d.Outcomes, err = relativeTo(file, outcomes); err != nil {
		return fail(exitOutput, err)
	}
	var text strings.Builder
	if err := draftConfig.Execute(&text, d); err != nil {
		return err
	}
	drafted := aligned(text.String())
	if _, err := project.Parse(file, []byte(drafted)); err != nil {
		return fail(exitBug, fmt.Errorf("init wrote a project file it cannot read: %w", err))
	}
	if err := rundir.WriteFile(file, func(w io.Writer) error { _, err := io.WriteString(w, drafted); return err }); err != nil {
		return fail(exitOutput, err)
	}
	if a.json {
		return fail(exitOutput, writeJSON(a.stdout, map[string]any{"config": file, "columns": d.Columns, "label": d.Clock, "factors": len(d.Factors), "left_out": len(d.LeftOut)}))
	}
	for _, line := range said {
		a.printf("%s\n", line)
	}
	a.printf("%s: %s as account, %s and %s as dates, %s as outcome, label mode %s; %s, %s left out\n",
		plain(file), plain(d.Columns.Account), plain(d.Columns.SnapshotDate), plain(d.Columns.OutcomeDate), plain(d.Columns.Outcome), d.Clock.Mode, counted(len(d.Factors), "factor"), counted(len(d.LeftOut), "column"))
	a.printf("Next: read the comments in it, then holdfast check -c %s\n", plain(file))
	return nil
}

// counted is a number of things, with an s unless there is one.
func counted(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return grouped(n) + " " + thing
}

// relativeTo is a path as seen from the folder of the project file; a URL is seen alike from everywhere.
func relativeTo(file, path string) (string, error) {
	if filepath.IsAbs(path) || store.IsURL(path) {
		return path, nil
	}
	dir, err := filepath.Abs(filepath.Dir(file))
	if err != nil {
		return "", err
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	rel, err := filepath.Rel(dir, abs)
	return filepath.ToSlash(rel), err
}

// draft is what init found out, ready for the template.
type draft struct {
	Snapshots, Outcomes string
	Columns             dataset.Columns
	Renewed             []string // the words of the outcome that do not mean churned
	RecordedAt          string   // a column that looks like the day a row was written
	Clock               dataset.Clock
	Counts              dataset.Counts
	Every               string
	Capacity            int
	Factors             []features.Factor
	LeftOut             []leftOut
	Scores              []string // columns that look like somebody's score
}

// leftOut is a column that init does not make a factor.
type leftOut struct{ Column, Why string }

// Groups is a column that results could be split by: the first that is a category; empty if
// there is none.
func (d draft) Groups() string {
	for _, f := range d.Factors {
		if f.Kind == features.Category && plainScalar.MatchString(f.Name) {
			return f.Name
		}
	}
	return ""
}

// asideAt is the column at which the comments behind values begin.
const asideAt = 37

// aligned sets the comments behind values, which the template begins with a tab, under each
// other whatever the values' length. No tab comes from the data: texts are quoted.
func aligned(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if value, comment, found := strings.Cut(line, "\t"); found {
			lines[i] = value + strings.Repeat(" ", max(2, asideAt-utf8.RuneCountInString(value))) + comment
		}
	}
	return strings.Join(lines, "\n")
}

var plainScalar = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_./-]*$`)

// yamlWords are plain texts that YAML readers may take for something else.
var yamlWords = map[string]bool{"true": true, "false": true, "yes": true, "no": true, "on": true, "off": true, "null": true, "y": true, "n": true}

// yamlText quotes text for YAML where it needs it.
func yamlText(s string) string {
	if plainScalar.MatchString(s) && !yamlWords[strings.ToLower(s)] {
		return s
	}
	return strconv.Quote(s)
}

func yamlList(texts []string) string {
	quoted := make([]string, len(texts))
	for i, t := range texts {
		quoted[i] = yamlText(t)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

var draftConfig = template.Must(template.New("").Funcs(template.FuncMap{
	"text": yamlText, "list": yamlList, "plain": plain,
	"grouped": grouped,
	"percent": func(part, of int) string { return fmt.Sprintf("%.1f", 100*float64(part)/float64(max(1, of))) },
}).Parse(`# Written by holdfast init. Read it once: what could not be known from the files is marked CHECK.
# To complete and check it in your editor, see holdfast generate schema --help.
version: 1
data:
  snapshots: {{text .Snapshots}}
  outcomes: {{text .Outcomes}}
columns:
  account: {{text .Columns.Account}}
  snapshot_date: {{text .Columns.SnapshotDate}}
{{- with .RecordedAt}}
  # recorded_at: {{text .}}               # CHECK: if it is the day a row was written, use it: no row is used before that day{{end}}
  outcome_date: {{text .Columns.OutcomeDate}}
  outcome: {{text .Columns.Outcome}}{{if eq .Columns.Outcome .Columns.OutcomeDate}}	# CHECK: is every row a churn?{{end}}
{{- with .Columns.ChurnedWhen}}
  churned_when: {{list .}}	# CHECK: which values mean churned?{{with $.Renewed}} These mean renewed: {{list .}}{{end}}{{end}}
{{- with .Columns.OpenWhen}}
  open_when: {{list .}}	# CHECK: which are not decided yet?{{end}}
{{- with .Columns.DecidedAt}}
  decided_at: {{text .}}{{end}}
{{- with .Columns.Value}}
  value: {{text .}}	# CHECK: the money at stake{{else}}
  # value: arr                        # the money at stake, if a column has it{{end}}
{{- with .Columns.ValueAfter}}
  value_after: {{text .}}	# CHECK: what was paid after the outcome?{{end}}
{{- with .Columns.ValueBefore}}
  value_before: {{text .}}	# CHECK: and before it?{{end}}
  # segment: {{with .Groups}}{{text .}}{{else}}plan{{end}}	# a column or an expression, to see results by segment
label:
  mode: {{.Clock.Mode}}
{{- if eq .Clock.Mode "renewal"}}
  lead: {{.Clock.Lead}}d	# CHECK: how early must the warning come?
  max_age: {{.Clock.MaxAge}}d	# how much older than the lead a snapshot may be
  # {{grouped .Counts.Mature}} of {{grouped .Counts.Total}} outcomes have such a snapshot; {{percent .Counts.Churned .Counts.Mature}} % of them churned
{{- else}}
  horizon: {{.Clock.Horizon}}d	# CHECK: churn in how many days after the snapshot?
  # {{grouped .Counts.Mature}} of {{grouped .Counts.Total}} snapshots are mature; {{percent .Counts.Churned .Counts.Mature}} % of them churned
{{- end}}
factors:	# add expect: lower_churn or higher_churn to use a factor in hand-set weights
{{- range .Factors}}
  - {name: {{text .Name}}{{if eq .Kind "category"}}, kind: category{{end}}}
{{- end}}
{{- range .LeftOut}}
  # - {name: {{text .Column}}}  left out: {{plain .Why}}
{{- end}}
candidates:
  - {name: logistic, kind: logistic, penalty: {ridge: auto}}
{{- range .Scores}}
  # - {name: {{text .}}, kind: column, column: {{text .}}, higher_is: healthier}  # CHECK: a score? say which way it runs
{{- end}}
  # - {name: today, kind: weights, weights: {some_factor: 60, another: 40}}   # the score you use now
backtest:
  every: {{.Every}}
  champion: baseline	# CHECK: the score in use now; baseline says the churn rate to everyone
  primary: log_loss
  capacity: {{.Capacity}}	# CHECK: accounts the team can work per period; this is a tenth of those that come up
  # save_rate: [0.1, 0.2, 0.3]
  # contact_cost: 200
output: out
`))
