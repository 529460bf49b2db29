package main

import (
	"holdfast/backtest"
	"holdfast/dataset"
	"holdfast/models"
)

// auditionFile says how well a rule for choosing among the candidates would have chosen.
type auditionFile struct {
	Metric  string             `json:"metric"`
	Within  float64            `json:"within"`
	Leaders []leaderFile       `json:"leaderboard"`
	Rules   []auditionRuleFile `json:"rules"`
	Rounds  []dataset.Date     `json:"rounds"` // cutoffs at which there was something to choose by
}

type leaderFile struct {
	Candidate string        `json:"candidate"`
	MeanRank  models.Stat   `json:"mean_rank"`
	Won       models.Stat   `json:"folds_won"`
	MeanGap   models.Stat   `json:"mean_gap"`
	Ranks     []models.Stat `json:"ranks"` // as folds; null where the fold was left out
}

type auditionRuleFile struct {
	Name   string        `json:"name"`
	Mean   models.Stat   `json:"mean_regret"`
	Worst  models.Stat   `json:"worst_regret"`
	Hits   models.Stat   `json:"share_best"`
	Regret []models.Stat `json:"regret"` // as rounds
}

func auditionOf(r *backtest.Result) *auditionFile {
	a := r.Audition
	if a == nil {
		return nil
	}
	out := &auditionFile{Metric: a.Metric, Within: a.Within, Rounds: []dataset.Date{}}
	for _, l := range a.Leaders {
		out.Leaders = append(out.Leaders, leaderFile{r.Candidates[l.Candidate].Name, models.Stat(l.MeanRank), models.Stat(l.Won), models.Stat(l.MeanGap), statsOf(l.Ranks)})
	}
	for _, rule := range a.Rules {
		out.Rules = append(out.Rules, auditionRuleFile{rule.Name, models.Stat(rule.Mean), models.Stat(rule.Worst), models.Stat(rule.Hits), statsOf(rule.Regret)})
	}
	for _, k := range a.Rounds {
		out.Rounds = append(out.Rounds, r.Folds[k].Cutoff)
	}
	return out
}

func statsOf(values []float64) []models.Stat {
	out := make([]models.Stat, len(values))
	for i, v := range values {
		out[i] = models.Stat(v)
	}
	return out
}
