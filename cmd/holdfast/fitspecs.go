package main

import (
	"holdfast/cmd/holdfast/internal/project"
	"holdfast/models"
)

// fittingSpec says how a candidate of kind logistic is fitted.
func fittingSpec(cand *models.Candidate, spec project.Candidate) {
	p, f := spec.Penalty, spec.Fitting
	cand.Penalty = models.Penalty{Kind: models.PenaltyKind(p.Kind), Auto: p.Auto, Strength: p.Strength, Alpha: p.Alpha, OneSE: p.Rule == project.Rule1SE}
	cand.Toward, cand.Offset = f.Toward, f.Offset
	cand.Fitting = models.Fitting{Form: models.Form(f.Form), Signs: f.Enforce,
		Weigh:    models.Weigh{By: f.WeighBy, HalfLife: f.HalfLife},
		Sampling: models.Sampling{Churned: f.Sampling.Churned, Renewed: f.Sampling.Renewed},
	}
	for _, b := range f.Bounds {
		cand.Fitting.Bounds = append(cand.Fitting.Bounds, models.Bound{Factor: b.Factor, Low: b.Low, High: b.High})
	}
	for _, c := range f.Caps {
		cand.Fitting.Caps = append(cand.Fitting.Caps, models.Cap{Category: c.Category, Share: c.Share})
	}
}
