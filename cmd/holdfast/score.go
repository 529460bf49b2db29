package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"holdfast/cmd/holdfast/internal/rundir"
	"holdfast/cmd/holdfast/internal/texttab"
	"holdfast/dataset"
	"holdfast/dataset/parquetio"
	"holdfast/models"
)

// topReasons is how many reasons a scored account gets.
const topReasons = 3

func newScore(a *app) *cobra.Command {
	model, snapshots := "", ""
	cmd := &cobra.Command{
		Use:   "score",
		Short: "Score the newest snapshot of every account with a model file",
		Long: `score writes one row per account: account, as-of date, p (probability of churn), health
(0-100), band, value, the top reasons, and why an account could not be scored; of a model with an
outlook also the probabilities that it leaves, shrinks, renews or grows. The ending of --out
chooses the format: .parquet, .csv or .jsonl.
` + exitCodesHelp,
		Example: `  holdfast score --model out/model.json --snapshots snaps/ --out scores.csv
  holdfast score --model out/model.json --snapshots snaps/ --out scores.parquet --as-of 2026-06-30`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.score(cmd.Context(), model, snapshots) },
	}
	cmd.Flags().StringVar(&model, "model", "", "model.json")
	cmd.Flags().StringVar(&snapshots, "snapshots", "", "file, directory or glob of snapshots")
	return cmd
}

func (a *app) score(ctx context.Context, modelPath, snapshotPath string) error {
	if modelPath == "" || snapshotPath == "" || a.out == "" {
		return fail(exitUsage, errors.New("score needs --model FILE, --snapshots PATH and --out FILE"))
	}
	write, ok := scoreWriters[strings.ToLower(filepath.Ext(a.out))]
	if !ok {
		return fail(exitUsage, fmt.Errorf("--out %s: the ending must be .parquet, .csv or .jsonl", plain(a.out)))
	}
	if err := checkURLs(snapshotPath); err != nil {
		return err
	}
	if err := apart(a.out, modelPath, snapshotPath); err != nil {
		return err
	}
	if err := rundir.CheckFile(a.out); err != nil {
		return fail(exitOutput, err)
	}
	m, err := readScorer(modelPath)
	if err != nil {
		return err
	}
	s, err := a.scoreSnapshots(ctx, m, snapshotPath)
	if err != nil {
		return err
	}
	rows := s.Newest()
	explained, warnings, err := m.Explain(ctx, len(rows), s.Table.Batches(rows), topReasons)
	if err != nil {
		return err
	}
	list := scored(s, rows, explained)
	further, err := addOutlook(ctx, m, list, explained.Eta, s.Table.Batches(rows))
	if err != nil {
		return err
	}
	warnings = slices.Concat(s.Warnings, warnings, further)
	if err := a.warn(exitData, warnings); err != nil {
		return err
	}
	if err := rundir.WriteFile(a.out, func(w io.Writer) error { return write(w, list) }); err != nil {
		return fail(exitOutput, err)
	}
	return a.printScored(m, list, warnings)
}

// printScored tells how many accounts have a score now.
func (a *app) printScored(m *models.Model, list []scoredAccount, warnings []dataset.Warning) error {
	unscored := 0
	for _, x := range list {
		if x.Unscored != "" {
			unscored++
		}
	}
	if a.json {
		return fail(exitOutput, writeJSON(a.stdout, map[string]any{"out": a.out, "model": m.Name,
			"scored": len(list) - unscored, "unscored": unscored, "warnings": warnings}))
	}
	a.printf("%s accounts scored by %s, %s not scored: %s\n", texttab.Group(fmt.Sprint(len(list)-unscored)),
		plain(m.Name), texttab.Group(fmt.Sprint(unscored)), plain(a.out))
	return nil
}

// readModel opens a model file; whatever is wrong with it is of the model's class.
func readModel(path string) (*models.Model, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fail(exitModel, fmt.Errorf("--model %s: there is no such file; fit and backtest write model.json", plain(path)))
	}
	if err == nil && !info.Mode().IsRegular() { // opening a pipe would wait for its writer
		return nil, fail(exitModel, fmt.Errorf("--model %s: this is not a file; name the model.json in it", plain(path)))
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fail(exitModel, err)
	}
	defer f.Close()
	m, err := models.Read(path, f)
	return m, fail(exitModel, err)
}

// scoreSnapshots reads the columns that the model uses.
func (a *app) scoreSnapshots(ctx context.Context, m *models.Model, path string) (*dataset.Snapshots, error) {
	asOf, err := a.asOfDate()
	if err != nil {
		return nil, err
	}
	uses, err := m.Uses()
	if err != nil {
		return nil, fail(exitModel, err)
	}
	roles := m.Columns
	schema, err := dataset.Inspect(ctx, path)
	if err != nil {
		return nil, unreadable(err)
	}
	if _, ok := schema.Kind(roles.Value); !ok {
		roles.Value = "" // money is a convenience here, not an input
	}
	s, err := dataset.LoadSnapshots(ctx, path, roles, uses, dataset.Reading{AsOf: asOf, Memory: a.budget})
	if column := (*parquetio.ColumnError)(nil); errors.As(err, &column) { // no project file to blame here
		return nil, &dataset.RefusedError{Findings: []dataset.Warning{{Code: "model_column", Where: plain(path), Message: fmt.Sprintf("%v; the model was fitted on snapshots that have it", err)}}}
	}
	if err != nil {
		return nil, fail(exitData, err)
	}
	return s, fail(exitData, s.AddHistories(ctx, m.Histories(), uses))
}

// scoredAccount is one row of the scores.
type scoredAccount struct {
	Account  string       `json:"account"`
	AsOf     dataset.Date `json:"as_of"`
	P        models.Stat  `json:"p"`
	Health   models.Stat  `json:"health"`
	Band     models.Band  `json:"band,omitempty"`
	Value    models.Stat  `json:"value"`
	Reasons  string       `json:"reasons"`
	Unscored string       `json:"unscored,omitempty"`
	Outlook  *outlookRow  `json:"outlook,omitempty"` // of a model that has one
}

func scored(s *dataset.Snapshots, rows []int32, x *models.Explained) []scoredAccount {
	list := make([]scoredAccount, len(rows))
	for i, r := range rows {
		list[i] = scoredAccount{Account: s.Accounts[s.Account[r]], AsOf: s.Date[r], P: models.Undefined(), Health: models.Undefined(), Value: models.Undefined()}
		if s.Value != nil {
			list[i].Value = models.Stat(s.Value[r])
		}
		eta := x.Eta[i]
		if math.IsNaN(eta) {
			list[i].Unscored = "missing_factor"
			continue
		}
		list[i].P, list[i].Health = models.Stat(models.Probability(eta)), models.Stat(models.Health(eta))
		list[i].Band = x.Bands[i]
		list[i].Reasons = strings.Join(x.Reasons[i], "; ")
	}
	return list
}

// scoreWriters are the formats of scores, by file ending.
var scoreWriters = map[string]func(io.Writer, []scoredAccount) error{
	".csv": writeScoresCSV, ".jsonl": writeScoresJSON, ".parquet": writeScoresParquet,
}

func writeScoresCSV(w io.Writer, list []scoredAccount) error {
	c := csv.NewWriter(w)
	head := []string{"account", "as_of", "p", "health", "band", "value", "reasons", "unscored"}
	if hasOutlook(list) {
		head = append(head, outlookColumns...)
	}
	c.Write(head)
	for _, x := range list {
		row := []string{cell(x.Account), x.AsOf.String(), number(float64(x.P)), number(float64(x.Health)), string(x.Band), number(float64(x.Value)), cell(x.Reasons), x.Unscored}
		if x.Outlook != nil {
			for _, v := range x.Outlook.numbers() {
				row = append(row, number(v))
			}
		}
		c.Write(row)
	}
	c.Flush()
	return c.Error()
}

func writeScoresJSON(w io.Writer, list []scoredAccount) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	for _, x := range list {
		if err := e.Encode(x); err != nil {
			return err
		}
	}
	return nil
}

func writeScoresParquet(w io.Writer, list []scoredAccount) error {
	out, err := parquetio.NewWriter(w, append([]parquetio.Field{
		{Name: "account", Kind: parquetio.Text}, {Name: "as_of", Kind: parquetio.Day}, {Name: "p", Kind: parquetio.Float, Nullable: true},
		{Name: "health", Kind: parquetio.Float, Nullable: true}, {Name: "band", Kind: parquetio.Text, Nullable: true}, {Name: "value", Kind: parquetio.Float, Nullable: true},
		{Name: "reasons", Kind: parquetio.Text, Nullable: true}, {Name: "unscored", Kind: parquetio.Text, Nullable: true},
	}, outlookFields(list)...))
	if err != nil {
		return err
	}
	for from := 0; from < len(list); from += predictionRows {
		if err := out.Write(scoreBlock(list[from:min(from+predictionRows, len(list))])); err != nil {
			return err
		}
	}
	return out.Close()
}

func scoreBlock(list []scoredAccount) []parquetio.Column {
	days := make([]int32, len(list))
	p, health, value := make([]float64, len(list)), make([]float64, len(list)), make([]float64, len(list))
	account, band, reasons, unscored := newTexts(len(list)), newTexts(len(list)), newTexts(len(list)), newTexts(len(list))
	for i, x := range list {
		days[i] = int32(x.AsOf)
		p[i], health[i], value[i] = float64(x.P), float64(x.Health), float64(x.Value)
		account.add(x.Account, false)
		band.add(string(x.Band), true)
		reasons.add(x.Reasons, true)
		unscored.add(x.Unscored, true)
	}
	return append([]parquetio.Column{account.column("account"), {Name: "as_of", Days: days}, {Name: "p", Numbers: p},
		{Name: "health", Numbers: health}, band.column("band"), {Name: "value", Numbers: value}, reasons.column("reasons"), unscored.column("unscored")}, outlookBlocks(list)...)
}

// texts builds a dictionary column.
type texts struct {
	codes  []int32
	levels []string
	number map[string]int32
}

func newTexts(n int) *texts {
	return &texts{codes: make([]int32, 0, n), number: make(map[string]int32)}
}

func (t *texts) add(s string, emptyIsNull bool) {
	if s == "" && emptyIsNull {
		t.codes = append(t.codes, -1)
		return
	}
	code, ok := t.number[s]
	if !ok {
		code = int32(len(t.levels))
		t.number[s] = code
		t.levels = append(t.levels, s)
	}
	t.codes = append(t.codes, code)
}

func (t *texts) column(name string) parquetio.Column {
	return parquetio.Column{Name: name, Codes: t.codes, Levels: t.levels}
}
