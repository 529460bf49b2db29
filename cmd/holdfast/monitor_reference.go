package main

import (
	"context"
	"slices"

	"holdfast/backtest"
	"holdfast/backtest/monitor"
	"holdfast/dataset"
	"holdfast/models"
)

// refer adds to a model that is to be used what a monitor will hold it against. An earlier
// model that is used as it is keeps what it has; another tool's predictions are no model that could
// be monitored.
func refer(ctx context.Context, m *models.Model, e *dataset.Examples) error {
	if m.Reference != nil || m.Kind == models.Predicted || e.Timeline == nil {
		return nil
	}
	r, err := monitor.Learn(ctx, m, e.Timeline)
	m.Reference = r
	return err
}

// promise adds to the reference of the winner of a backtest what was measured there; of an
// earlier model that is used as it is, what that of its day did.
func promise(m *models.Model, r *backtest.Result) {
	if m.Reference == nil || m.Reference.Promise != nil || len(r.Predictions.AsOf) == 0 {
		return
	}
	pooled := r.Winner().Pooled
	auc := backtest.Find(pooled, backtest.AUC)
	p := &models.Promise{Examples: auc.N, Churned: auc.Churned, Level: r.Options.Level, From: slices.Min(r.Predictions.AsOf), Until: slices.Max(r.Predictions.AsOf)}
	for _, name := range monitor.Promises() {
		found := backtest.Find(pooled, name)
		p.Metrics = append(p.Metrics, models.Promised{Name: name, Value: models.Stat(found.Value), Low: models.Stat(found.Low), High: models.Stat(found.High)})
	}
	m.Reference.Promise = p
}
