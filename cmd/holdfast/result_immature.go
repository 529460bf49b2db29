package main

import (
	"holdfast/backtest"
	"holdfast/dataset"
	"holdfast/models"
)

// immatureFile is how one candidate should be doing where labels are not in yet, with the
// record of such estimates.
type immatureFile struct {
	Candidate    string             `json:"candidate"`
	Quarters     []immatureQuarter  `json:"quarters"`
	BiasAUC      models.Stat        `json:"bias_auc"` // of the record: estimate less truth
	BiasBrier    models.Stat        `json:"bias_brier"`
	TypicalAUC   models.Stat        `json:"typical_auc"` // root mean square of the same
	TypicalBrier models.Stat        `json:"typical_brier"`
	Record       []immatureFoldFile `json:"record"`
}

type immatureQuarter struct {
	Start dataset.Date `json:"start"`
	N     int          `json:"n"`
	MeanP models.Stat  `json:"mean_p"`
	AUC   metricFile   `json:"auc"`
	Brier metricFile   `json:"brier"`
}

type immatureFoldFile struct {
	Cutoff    dataset.Date `json:"cutoff"`
	AUC       models.Stat  `json:"auc"`
	TrueAUC   models.Stat  `json:"true_auc"`
	Brier     models.Stat  `json:"brier"`
	TrueBrier models.Stat  `json:"true_brier"`
}

func immatureOf(r *backtest.Result) []immatureFile {
	if r.Immature == nil {
		return nil
	}
	var out []immatureFile
	for c, record := range r.Immature.Record {
		file := immatureFile{Candidate: r.Candidates[c].Name, BiasAUC: models.Stat(record.AUC.Bias), BiasBrier: models.Stat(record.Brier.Bias),
			TypicalAUC: models.Stat(record.AUC.Typical), TypicalBrier: models.Stat(record.Brier.Typical)}
		for _, q := range r.Immature.Quarters {
			file.Quarters = append(file.Quarters, immatureQuarter{q.Start, q.N, models.Stat(q.MeanP[c]), estimateOf(q.AUC[c]), estimateOf(q.Brier[c])})
		}
		for _, f := range record.Folds {
			file.Record = append(file.Record, immatureFoldFile{r.Folds[f.Fold].Cutoff, models.Stat(f.AUC), models.Stat(f.TrueAUC), models.Stat(f.Brier), models.Stat(f.TrueBrier)})
		}
		out = append(out, file)
	}
	return out
}
