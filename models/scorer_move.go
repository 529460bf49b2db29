package models

import "math"

// Cause is what moved an account from one band to another.
type Cause string

// The causes.
const (
	ByData  Cause = "data"
	ByModel Cause = "model"
)

// Movement is what happened to the score of an account between two scoring runs, in points of
// health. A new model and new data act one after the other: first the model is exchanged on
// the old snapshot, then the snapshot under the new model, so that
//
//	Health = Model + Data
//	Model  = new model on the old snapshot - old score
//	Data   = new model on the new snapshot - new model on the old snapshot
//
// Without the old snapshot the two cannot be told apart, and are undefined.
type Movement struct {
	Health Stat `json:"health_change"`
	Data   Stat `json:"data_change"`
	Model  Stat `json:"model_change"`
}

// NewMovement splits the way from health then to health now; between is that of the new model
// on the old snapshot. What is undefined (NaN) leaves undefined what needs it.
func NewMovement(then, between, now float64) Movement {
	return Movement{Health: Stat(now - then), Data: Stat(now - between), Model: Stat(between - then)}
}

// Cause is the greater part of the move in its direction: what moved the account, if
// anything did. It is empty where that cannot be told.
func (m Movement) Cause() Cause {
	along := math.Copysign(1, float64(m.Health))
	switch data, model := along*float64(m.Data), along*float64(m.Model); {
	case data != data || model != model || data == 0 && model == 0:
		return ""
	case model > data:
		return ByModel
	}
	return ByData
}
