package models

import (
	"fmt"
	"math"
)

// PenaltyKind is what keeps the weights of a fit small.
type PenaltyKind string

// The kinds of penalties. The empty one is plain maximum likelihood.
const (
	Ridge      PenaltyKind = "ridge"       // lambda/2 sum b^2: shrinks all weights, drops none
	Lasso      PenaltyKind = "lasso"       // lambda sum |b|: drops the weights that say least
	ElasticNet PenaltyKind = "elastic_net" // a mixture of the two
	Firth      PenaltyKind = "firth"       // Jeffreys' prior: finite weights whatever separates the outcomes
	FLIC       PenaltyKind = "flic"        // Firth's weights, with the intercept that keeps the mean probability right
)

// Penalty is what is taken off the mean log likelihood. Over columns of standard deviation
// 1, the intercept free, ridge, lasso and elastic net minimise
//
//	-(1/n) log likelihood + Strength * sum_j [(1-Alpha)/2 b_j^2 + Alpha |b_j|]
//
// (Friedman, Hastie and Tibshirani 2010, eq. 13), with Alpha 0 for a ridge and 1 for a
// lasso: the parametrisation of glmnet. Where a candidate has hand weights to shrink
// towards, b is the distance from these. The zero value is no penalty.
//
// sklearn's C of a ridge is 1/(n Strength). A strength is per row, so that the same number
// shrinks alike in a small sample and in a large one.
type Penalty struct {
	Kind     PenaltyKind `json:"kind"`
	Strength float64     `json:"strength,omitempty"` // in a model, the one that was used
	Alpha    float64     `json:"alpha,omitempty"`    // ElasticNet: in (0, 1]
	Auto     bool        `json:"auto,omitempty"`     // Strength is chosen inside the training rows, in time order where dates allow
	OneSE    bool        `json:"one_se,omitempty"`   // Auto: the strongest within one standard error of the best
}

// pathAlpha is the share of the absolute penalty, for FitPath.
func (p Penalty) pathAlpha() float64 {
	if p.Kind == Lasso {
		return 1
	}
	return p.Alpha
}

// sparse says whether the penalty drops weights.
func (p Penalty) sparse() bool { return p.Kind == Lasso || p.Kind == ElasticNet }

// firth says whether the penalty is Jeffreys' prior.
func (p Penalty) firth() bool { return p.Kind == Firth || p.Kind == FLIC }

// ridge is the strength of the squared penalty, lambda of the mean log likelihood.
func (p Penalty) ridge() float64 {
	if p.Kind == Ridge {
		return p.Strength
	}
	return 0
}

// check refuses a penalty that no fit can have. A strength of 0 is allowed: it is plain
// maximum likelihood, and an end of a path.
func (p Penalty) check() error {
	switch p.Kind {
	case "", Firth, FLIC:
		if p.Strength != 0 || p.Auto || p.Alpha != 0 {
			return fmt.Errorf("penalty %q has no strength to set", p.Kind)
		}
		return nil
	case Ridge, Lasso:
		if p.Alpha != 0 {
			return fmt.Errorf("alpha is of elastic_net; %s has none", p.Kind)
		}
	case ElasticNet:
		if !(p.Alpha > 0 && p.Alpha <= 1) {
			return fmt.Errorf("the alpha %v of elastic_net must be above 0 and at most 1; with 0 it is a ridge", p.Alpha)
		}
	default:
		return fmt.Errorf("unknown penalty %q; there are ridge, lasso, elastic_net, firth and flic", p.Kind)
	}
	if !(p.Strength >= 0) || math.IsInf(p.Strength, 1) {
		return fmt.Errorf("the %s strength %v must be a number from 0 on", p.Kind, p.Strength)
	}
	if p.OneSE && !p.Auto {
		return fmt.Errorf("the one-standard-error rule chooses a strength, and strength %v is given", p.Strength)
	}
	return nil
}
