package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/models"
)

// explainFlags say what is explained.
type explainFlags struct{ model, snapshots, html string }

func newExplain(a *app) *cobra.Command {
	var f explainFlags
	cmd := &cobra.Command{
		Use:   "explain [ACCOUNT]",
		Short: "Say why an account has its score, what changed, and what would turn it green",
		Long: `explain splits the score of one account among the factors: what each adds to the log-odds
of churn and takes from health, compared with the average account that the model was fitted
on. The parts sum to the whole. It says what changed since the account's snapshot before, and
the smallest change of factors marked actionable that would bring it to the next better band.

Without an account it explains the model: what counts how much, and where the bands begin.
Model and snapshots are those of the project file, unless they are named.
` + exitCodesHelp,
		Example: `  holdfast explain A000126
  holdfast explain A000126 --as-of 2025-09-30
  holdfast explain A000126 --model out/model.json --snapshots snaps/ --json
  holdfast explain A000126 --html A000126.html
  holdfast explain --model out/model.json`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return fail(exitUsage, fmt.Errorf("explain is for one account at a time, not %d; to score all of them, use holdfast score", len(args)))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return a.explainModel(f)
			}
			return a.explain(cmd.Context(), args[0], f)
		},
	}
	cmd.Flags().StringVar(&f.model, "model", "", "`model.json` (default: that of the project's output)")
	cmd.Flags().StringVar(&f.snapshots, "snapshots", "", "`file`, directory or glob of snapshots (default: those of the project)")
	cmd.Flags().StringVar(&f.html, "html", "", "also write the account's story to this `file`, as a page to print or send")
	return cmd
}

// fill takes from the project file what was not given.
func (f *explainFlags) fill(a *app, snapshots bool) error {
	if f.model != "" && (f.snapshots != "" || !snapshots) {
		return nil
	}
	config, err := a.project()
	if err != nil {
		return err
	}
	if f.model == "" {
		f.model = config.Path(config.Output + "/model.json")
	}
	if f.snapshots == "" {
		f.snapshots = config.Path(config.Data.Snapshots)
	}
	return nil
}

// account is everything that is said about one account.
type account struct {
	Account  string              `json:"account"`
	AsOf     dataset.Date        `json:"as_of"`
	Model    string              `json:"model"`
	Value    models.Stat         `json:"value"`
	Now      *models.Explanation `json:"now"`                  // null: it cannot be scored
	Scores   []categoryScore     `json:"categories,omitempty"` // of a weighted mean of factor scores
	Before   *before             `json:"before"`               // null: there is no earlier snapshot with a score
	ToBetter *models.Way         `json:"to_better"`            // null: there is no better band, or nothing that a team can move
	Unscored string              `json:"unscored,omitempty"`

	model *models.Model
}

// categoryScore is the 0-100 score of one category.
type categoryScore struct {
	Category string      `json:"category"`
	Score    models.Stat `json:"score"`
	Before   models.Stat `json:"before"`
}

// before is the account at its snapshot before the newest, and the difference.
type before struct {
	AsOf    dataset.Date    `json:"as_of"`
	P       float64         `json:"p"`
	Health  float64         `json:"health"`
	Band    models.Band     `json:"band,omitempty"`
	Changes []models.Change `json:"changes"`
}

func (a *app) explain(ctx context.Context, name string, f explainFlags) error {
	if err := f.fill(a, true); err != nil {
		return err
	}
	if err := checkURLs(f.snapshots); err != nil {
		return err
	}
	if err := checkCard(f); err != nil {
		return err
	}
	m, err := readScorer(f.model)
	if err != nil {
		return err
	}
	s, err := a.scoreSnapshots(ctx, m, f.snapshots)
	if err != nil {
		return err
	}
	if err := a.warn(exitData, s.Warnings); err != nil {
		return err
	}
	rows, err := rowsOf(s, name)
	if err != nil {
		return err
	}
	x, err := explainRows(ctx, m, s, rows)
	if err != nil {
		return err
	}
	x.Account = name
	if f.html != "" {
		if err := writeCard(f.html, x); err != nil {
			return fail(exitOutput, err)
		}
	}
	if a.json {
		return fail(exitOutput, writeJSON(a.stdout, x))
	}
	return a.printAccount(x)
}

// rowsOf finds the newest row of an account and, behind it, the newest of an earlier day.
func rowsOf(s *dataset.Snapshots, name string) ([]int32, error) {
	code, ok := slices.BinarySearch(s.Accounts, name)
	last := -1
	for i := len(s.Account) - 1; ok && i >= 0 && last < 0; i-- {
		if s.Account[i] == int32(code) {
			last = i
		}
	}
	if last < 0 {
		hint := "names are case-sensitive, and only snapshots of the past are read with --as-of"
		if near, found := expr.Nearest(name, s.Accounts); found {
			hint = fmt.Sprintf("did you mean %s?", plain(near))
		}
		return nil, fail(exitUsage, fmt.Errorf("no account %s in %s; %s", plain(name), plain(s.Path), hint))
	}
	rows := []int32{int32(last)}
	for i := last - 1; i >= 0 && s.Account[i] == int32(code); i-- {
		if s.Date[i] < s.Date[last] {
			return append(rows, int32(i)), nil
		}
	}
	return rows, nil
}

// explainRows explains the newest row, and what is different from the one before.
func explainRows(ctx context.Context, m *models.Model, s *dataset.Snapshots, rows []int32) (*account, error) {
	all, _, err := m.Explanations(ctx, len(rows), s.Table.Batches(rows))
	if err != nil {
		return nil, err
	}
	ways, err := m.Ways(ctx, 1, s.Table.Batches(rows[:1]))
	if err != nil {
		return nil, err
	}
	x := &account{AsOf: s.Date[rows[0]], Model: m.Name, Value: models.Undefined(), ToBetter: ways[0], model: m}
	if s.Value != nil {
		x.Value = models.Stat(s.Value[rows[0]])
	}
	if !all[0].Scored() {
		x.Unscored = "missing_factor"
		return x, nil
	}
	x.Now = &all[0]
	if scores, err := m.CategoryScores(ctx, len(rows), s.Table.Batches(rows)); err == nil { // other models have none
		for _, c := range scores {
			x.Scores = append(x.Scores, categoryScore{c.Category, models.Stat(c.Score[0]), models.Stat(c.Score[len(rows)-1])})
		}
	}
	if len(all) > 1 && all[1].Scored() {
		x.Before = &before{AsOf: s.Date[rows[1]], P: all[1].P, Health: all[1].Health, Band: all[1].Band, Changes: all[0].Since(all[1])}
	}
	return x, nil
}

// readScorer reads a model that can score.
func readScorer(path string) (*models.Model, error) {
	m, err := readModel(path)
	if err != nil {
		return nil, err
	}
	if m.Kind == models.Predicted {
		return nil, fail(exitModel, fmt.Errorf("--model %s: the model is another tool's predictions, which its file does not hold; use that tool's own scores", plain(path)))
	}
	return m, nil
}

// explainModel says what counts how much.
func (a *app) explainModel(f explainFlags) error {
	if f.html != "" {
		return fail(exitUsage, errors.New("--html is for an account; name one, as in holdfast explain A000126 --html A000126.html"))
	}
	if f.snapshots != "" {
		return fail(exitUsage, errors.New("--snapshots is for an account; name one, as in holdfast explain A000126"))
	}
	if err := f.fill(a, false); err != nil {
		return err
	}
	m, err := readModel(f.model)
	if err != nil {
		return err
	}
	if a.json {
		return fail(exitOutput, writeJSON(a.stdout, m))
	}
	return a.printModel(m)
}
