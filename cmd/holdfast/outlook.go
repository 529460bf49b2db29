package main

import (
	"context"
	"fmt"
	"io"

	"holdfast/backtest"
	"holdfast/cmd/holdfast/internal/texttab"
	"holdfast/dataset"
	"holdfast/dataset/parquetio"
	"holdfast/models"
)

// complete adds the models of growth and of shrinking to a model of churn, where the project
// names candidates for them; model finds that of a candidate, nil where it has none.
func (p *opened) complete(m *models.Model, model func(name string) (*models.Model, error)) error {
	names := p.config.Outlook
	if m.Target != models.Churn || names.Grow == "" && names.Shrink == "" {
		return nil
	}
	companion := func(name string) (*models.Model, error) {
		if name == "" {
			return nil, nil
		}
		c, err := model(name)
		if c != nil {
			c.Columns, c.Clock = m.Columns, m.Clock
		}
		return c, err
	}
	grow, err := companion(names.Grow)
	if err != nil {
		return err
	}
	shrink, err := companion(names.Shrink)
	if err != nil || grow == nil && shrink == nil {
		return err
	}
	m.Outlook = &models.Outlook{Grow: grow, Shrink: shrink}
	return nil
}

// fitNamed fits a candidate on all mature labels.
func (p *opened) fitNamed(ctx context.Context, e *dataset.Examples) func(name string) (*models.Model, error) {
	return func(name string) (*models.Model, error) {
		c, err := p.candidate(name)
		if err != nil {
			return nil, err
		}
		return c.Fit(ctx, e.All())
	}
}

// finalOf finds what a backtest learned on all mature labels for a further target.
func finalOf(r *backtest.Result) func(name string) (*models.Model, error) {
	return func(name string) (*models.Model, error) {
		for _, further := range r.Further {
			for _, c := range further.Candidates {
				if c.Name == name {
					return c.Final, nil
				}
			}
		}
		return nil, nil
	}
}

// outlookOf lays the test predictions of all targets side by side: leaving by the candidate
// that would be used after the verdict.
func (p *opened) outlookOf(r *backtest.Result) *backtest.Outlook {
	leave := r.Verdict.Champion
	if r.Verdict.Decision == backtest.Promote {
		leave = r.Verdict.Challenger
	}
	return r.Outlook(leave, p.config.Outlook.Shrink, p.config.Outlook.Grow)
}

// writeOutlook writes outlook.parquet.
func writeOutlook(w io.Writer, r *backtest.Result, o *backtest.Outlook) error {
	out, err := parquetio.NewWriter(w, []parquetio.Field{
		{Name: "fold", Kind: parquetio.Day}, {Name: "account", Kind: parquetio.Text}, {Name: "as_of", Kind: parquetio.Day},
		{Name: "leave", Kind: parquetio.Float}, {Name: "shrink", Kind: parquetio.Float}, {Name: "renew", Kind: parquetio.Float},
		{Name: "grow", Kind: parquetio.Float}, {Name: "happened", Kind: parquetio.Text},
	})
	if err != nil {
		return err
	}
	for from := 0; from < len(o.At); from += predictionRows {
		if err := out.Write(outlookBlock(r, o, from, min(from+predictionRows, len(o.At)))); err != nil {
			return fmt.Errorf("outlook: %w", err)
		}
	}
	return out.Close()
}

func outlookBlock(r *backtest.Result, o *backtest.Outlook, from, to int) []parquetio.Column {
	p, n := &r.Predictions, to-from
	fold, asOf, account := make([]int32, n), make([]int32, n), make([]int32, n)
	leave, shrink, renew, grow := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	happened := newTexts(n)
	for i := range n {
		at, x := o.At[from+i], o.Prospect[from+i]
		fold[i], asOf[i], account[i] = int32(r.Folds[p.Fold[at]].Cutoff), int32(p.AsOf[at]), p.Account[at]
		leave[i], shrink[i], renew[i], grow[i] = x.Leave, x.Shrink, x.Renew, x.Grow
		happened.add(o.Happened(p.Event[at]), false)
	}
	return []parquetio.Column{{Name: "fold", Days: fold}, {Name: "account", Codes: account, Levels: p.Accounts}, {Name: "as_of", Days: asOf},
		{Name: "leave", Numbers: leave}, {Name: "shrink", Numbers: shrink}, {Name: "renew", Numbers: renew}, {Name: "grow", Numbers: grow},
		happened.column("happened")}
}

// printFurther tells how the candidates for other targets did, each among its own.
func (a *app) printFurther(r *backtest.Result) {
	for _, further := range r.Further {
		a.printf("\nTarget %s, compared among themselves. %s\n\n", further.Target, plain(further.Verdict.Headline))
		a.printCandidates(further)
		a.printf("\n")
		a.printReasons(further.Verdict)
	}
}

// printOutlook tells what was expected of the test accounts, and what they did.
func (a *app) printOutlook(r *backtest.Result, o *backtest.Outlook) {
	if o == nil {
		return
	}
	a.printf("\nOutlook: what %s %s were expected to do, and did\n\n", texttab.Group(fmt.Sprint(len(o.At))), r.Data.Clock.Examples())
	t := texttab.New("", ">expected", ">happened", ">95 % interval")
	for _, c := range o.Classes(&r.Predictions, r.Options.Level) {
		t.Row(c.Name, percent(c.Expected), percent(c.Happened.Value), fmt.Sprintf("%.1f to %.1f %%", 100*c.Happened.Low, 100*c.Happened.High))
	}
	if !a.quiet && !a.json {
		t.Write(a.stdout)
	}
}
