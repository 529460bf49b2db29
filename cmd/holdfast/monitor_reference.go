package main

import (
	"context"

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

// promise adds to the reference of a model what its backtest measured; of an earlier model
// that is used as it is, what that of its day did.
func promise(m *models.Model, r *backtest.Result) {
	if m.Reference == nil || m.Reference.Promise != nil {
		return
	}
	for _, c := range r.Candidates {
		if c.Final != m || len(r.Predictions.AsOf) == 0 {
			continue
		}
		auc := backtest.Find(c.Pooled, backtest.AUC)
		p := &models.Promise{Examples: auc.N, Churned: auc.Churned, Level: r.Options.Level, From: r.Predictions.AsOf[0], Until: r.Predictions.AsOf[0]}
		for _, day := range r.Predictions.AsOf {
			p.From, p.Until = min(p.From, day), max(p.Until, day)
		}
		for _, name := range monitor.Promises() {
			found := backtest.Find(c.Pooled, name)
			p.Metrics = append(p.Metrics, models.Promised{Name: name, Value: models.Stat(found.Value), Low: models.Stat(found.Low), High: models.Stat(found.High)})
		}
		m.Reference.Promise = p
	}
}
