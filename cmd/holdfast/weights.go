package main

import (
	"encoding/csv"
	"io"

	"holdfast/backtest"
	"holdfast/models"
)

// weighed is a model with what is known of its weights; nil: nothing is.
type weighed struct {
	model     *models.Model
	inference *models.Inference
}

// weighedFinals are the models on all mature labels that a backtest ends with, those of further
// targets behind them; the base rate is of the first target.
func weighedFinals(r *backtest.Result) []weighed {
	var list []weighed
	for _, c := range r.Candidates {
		if c.Final != nil {
			list = append(list, weighed{c.Final, c.Inference})
		}
	}
	for _, further := range r.Further {
		for _, w := range weighedFinals(further) {
			if w.model.Kind != models.Baseline {
				list = append(list, w)
			}
		}
	}
	return list
}

// weightColumns are the columns of weights.csv. Those of a factor as a whole (from
// factor_share on) are the same in each of its rows.
func weightColumns() []string {
	return []string{"candidate", "segment", "factor", "level", "category",
		"weight", "weight_per_sd", "std_error", "z", "p_value", "ci_low", "ci_high", "share",
		"odds_ratio_per_sd", "cluster_std_error", "cluster_p_value", "cluster_ci_low", "cluster_ci_high",
		"profile_ci_low", "profile_ci_high", "vif",
		"factor_share", "factor_explained", "factor_dominance", "lr", "lr_df", "lr_p_value", "factor_cluster_p_value", "points"}
}

// writeWeights writes weights.csv.
func writeWeights(w io.Writer, list []weighed) error {
	c := csv.NewWriter(w)
	c.Write(weightColumns())
	for _, m := range list {
		for k, x := range m.model.Weights {
			row := []string{cell(m.model.Name), cell(x.Segment), cell(x.Factor), cell(x.Level), cell(x.Category)}
			stats := []models.Stat{x.Weight, x.PerSD, x.StdErr, x.Z, x.P, x.Low, x.High, x.Share}
			stats = append(stats, m.weight(k)...)
			stats = append(stats, m.factor(x.Factor)...)
			stats = append(stats, pointsOf(x))
			for _, v := range stats {
				row = append(row, number(float64(v)))
			}
			c.Write(row)
		}
	}
	c.Flush()
	return c.Error()
}

// pointsOf are those out of 100 of a hand-set or a percent weight.
func pointsOf(w models.Weight) models.Stat {
	if w.Points == nil {
		return models.Undefined()
	}
	return models.Stat(*w.Points)
}

// weight is what is known of one weight.
func (m weighed) weight(k int) []models.Stat {
	x, ok := m.inferred(k)
	if !ok {
		return undefined(8)
	}
	return []models.Stat{x.OddsRatio, x.ClusterStdErr, x.ClusterP, x.ClusterLow, x.ClusterHigh, x.ProfileLow, x.ProfileHigh, x.VIF}
}

// inferred finds the inference of the model's weight k, if it lines up with it.
func (m weighed) inferred(k int) (models.WeightInference, bool) {
	if m.inference == nil || k >= len(m.inference.Weights) {
		return models.WeightInference{}, false
	}
	x, w := m.inference.Weights[k], m.model.Weights[k]
	return x, x.Factor == w.Factor && x.Level == w.Level && w.Segment == ""
}

// factor is what is known of a factor as a whole.
func (m weighed) factor(name string) []models.Stat {
	f, ok := m.factorNamed(name)
	if !ok {
		return undefined(7)
	}
	df := models.Undefined()
	if f.DF > 0 {
		df = models.Stat(f.DF)
	}
	return []models.Stat{f.Share, f.Explained, f.Dominance, f.LR, df, f.LRP, f.ClusterP}
}

func (m weighed) factorNamed(name string) (models.FactorInference, bool) {
	if m.inference != nil {
		for _, f := range m.inference.Factors {
			if f.Factor == name {
				return f, true
			}
		}
	}
	return models.FactorInference{}, false
}

// undefined are n numbers of which nothing is known.
func undefined(n int) []models.Stat {
	list := make([]models.Stat, n)
	for i := range list {
		list[i] = models.Undefined()
	}
	return list
}
