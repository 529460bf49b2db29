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
		for _, reason := range further.Verdict.Reasons {
			a.printf("  %s\n", plain(reason))
		}
	}
}

// printOutlook tells what was expected of the test accounts, and what they did.
func (a *app) printOutlook(r *backtest.Result, o *backtest.Outlook) {
	if o == nil {
		return
	}
	a.printf("\nOutlook: what %s renewals were expected to do, and did\n\n", texttab.Group(fmt.Sprint(len(o.At))))
	t := texttab.New("", ">expected", ">happened", ">95 % interval")
	for _, c := range o.Classes(&r.Predictions, r.Options.Level) {
		t.Row(c.Name, percent(c.Expected), percent(c.Happened.Value), fmt.Sprintf("%.1f to %.1f %%", 100*c.Happened.Low, 100*c.Happened.High))
	}
	if !a.quiet && !a.json {
		t.Write(a.stdout)
	}
}

// outlookRow is what a scored account is expected to do: probabilities that sum to 1.
type outlookRow struct {
	Leave  models.Stat `json:"leave"`
	Shrink models.Stat `json:"shrink"`
	Renew  models.Stat `json:"renew"`
	Grow   models.Stat `json:"grow"`
}

// addOutlook completes scores with the outlook of the model, if it has one.
func addOutlook(ctx context.Context, m *models.Model, list []scoredAccount, churn []float64, source dataset.Source) ([]dataset.Warning, error) {
	if m.Outlook == nil {
		return nil, nil
	}
	prospects, warnings, err := m.Prospects(ctx, churn, source)
	if err != nil {
		return nil, err
	}
	for i, x := range prospects {
		list[i].Outlook = &outlookRow{models.Stat(x.Leave), models.Stat(x.Shrink), models.Stat(x.Renew), models.Stat(x.Grow)}
	}
	return warnings, nil
}

// outlookColumns are the columns that an outlook adds to the scores.
var outlookColumns = []string{"leave", "shrink", "renew", "grow"}

// hasOutlook says whether the scores come with one.
func hasOutlook(list []scoredAccount) bool { return len(list) > 0 && list[0].Outlook != nil }

// numbers are those of outlookColumns.
func (o *outlookRow) numbers() []float64 {
	return []float64{float64(o.Leave), float64(o.Shrink), float64(o.Renew), float64(o.Grow)}
}

// outlookFields are outlookColumns as Parquet knows them; none without an outlook.
func outlookFields(list []scoredAccount) []parquetio.Field {
	var fields []parquetio.Field
	for _, name := range outlookColumns {
		if hasOutlook(list) {
			fields = append(fields, parquetio.Field{Name: name, Kind: parquetio.Float, Nullable: true})
		}
	}
	return fields
}

// outlookBlocks are the columns of outlookFields.
func outlookBlocks(list []scoredAccount) []parquetio.Column {
	if !hasOutlook(list) {
		return nil
	}
	columns := make([]parquetio.Column, len(outlookColumns))
	for k, name := range outlookColumns {
		columns[k] = parquetio.Column{Name: name, Numbers: make([]float64, len(list))}
		for i, x := range list {
			columns[k].Numbers[i] = x.Outlook.numbers()[k]
		}
	}
	return columns
}
