package backtest

import (
	"context"

	"holdfast/backtest/metrics"
)

// bandSteps is how many false-positive rates a ROC band is drawn at. They are denser where
// lists are short, which is where teams work: step i lies at (i/bandSteps)^2.
const bandSteps = 40

// measureROCBands says how far the ROC curve of each candidate may be off, drawing accounts.
func measureROCBands(ctx context.Context, r *Result, pooled *field) error {
	plan := metrics.BandPlan{Replicates: min(r.Options.Replicates, intervalDraws), Seed: r.Options.Seed, Level: r.Options.Level}
	for i := range bandSteps + 1 {
		share := float64(i) / bandSteps
		plan.FPR = append(plan.FPR, share*share)
	}
	bands, err := metrics.ROCBandsOf(ctx, pooled.rankings, plan)
	if err != nil {
		return err
	}
	for c := range r.Candidates {
		r.Candidates[c].ROCBand = bands[c]
	}
	return nil
}
