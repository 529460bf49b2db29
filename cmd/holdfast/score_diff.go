package main

import (
	"context"
	"math"

	"holdfast/dataset"
	"holdfast/models"
)

// What else there is to say of an account beside how far it has moved.
const (
	diffNew        = "new"           // the earlier scores do not know it
	diffUnscored   = "unscored"      // it has no score now
	diffUnscoredAt = "unscored_then" // it had none then
	diffNoSnapshot = "no_snapshot"   // the snapshot that was scored then is not there: model and data cannot be told apart
)

// difference is what happened to an account since the earlier scores.
type difference struct {
	asOf   dataset.Date // of the earlier score; NoDate: there is none
	health float64
	band   models.Band
	models.Movement
	moved bool         // from one band to another
	cause models.Cause // of that
	note  string       // one of the codes above, or empty
}

// diffSummary sums the differences up.
type diffSummary struct {
	Previous   string      `json:"previous"`
	Moves      []bandMoves `json:"moves"` // from band to band, and those that stayed
	New        int         `json:"new"`
	Gone       int         `json:"gone"` // accounts of the earlier scores that have no snapshot now
	NoSnapshot int         `json:"no_snapshot"`
}

// bandMoves are the accounts that went from one band to another, or stayed.
type bandMoves struct {
	From     models.Band `json:"from"`
	To       models.Band `json:"to"`
	Accounts int         `json:"accounts"`
	Value    models.Stat `json:"value"` // of the accounts of known value; null: of none
	ByData   int         `json:"by_data"`
	ByModel  int         `json:"by_model"`
	Unknown  int         `json:"unknown"` // neither can be told, or nothing moved but the threshold
}

// diffColumns are what --diff adds to the scores.
func diffColumns() []scoreColumn {
	return []scoreColumn{
		{name: "as_of_then", day: func(x *scoredAccount) dataset.Date { return x.Diff.asOf }},
		{name: "health_then", number: func(x *scoredAccount) float64 { return x.Diff.health }},
		{name: "band_then", text: func(x *scoredAccount) string { return string(x.Diff.band) }},
		{name: "health_change", number: func(x *scoredAccount) float64 { return float64(x.Diff.Health) }},
		{name: "data_change", number: func(x *scoredAccount) float64 { return float64(x.Diff.Data) }},
		{name: "model_change", number: func(x *scoredAccount) float64 { return float64(x.Diff.Model) }},
		{name: "moved", truth: func(x *scoredAccount) bool { return x.Diff.moved }},
		{name: "moved_by", text: func(x *scoredAccount) string { return string(x.Diff.cause) }},
		{name: "diff", text: func(x *scoredAccount) string { return x.Diff.note }},
	}
}

// compare says of every account how far it has moved since the earlier scores, and why.
func (r *scoreRun) compare(ctx context.Context, e *earlierScores) error {
	then, between, err := r.earlierStandings(ctx, e)
	if err != nil {
		return err
	}
	known := 0
	r.diff = &diffSummary{Previous: e.path}
	for k := range r.rows {
		x := &r.rows[k]
		x.Diff = differenceOf(x, then[k], between[k])
		switch x.Diff.note {
		case diffNew:
			r.diff.New++
			continue
		case diffNoSnapshot:
			r.diff.NoSnapshot++
		}
		known++
	}
	if e.model == nil {
		r.diff.Gone = len(e.rows) - known
	}
	r.diff.count(r.rows)
	return nil
}

// differenceOf compares an account with its earlier score; nil: it has none. between is its
// health by the new model on the old snapshot, NaN where that is not there.
func differenceOf(x *scoredAccount, then *earlierScore, between float64) *difference {
	nan := math.NaN()
	if then == nil {
		return &difference{asOf: dataset.NoDate, health: nan, Movement: models.NewMovement(nan, nan, nan), note: diffNew}
	}
	d := &difference{asOf: then.asOf, health: then.health, band: then.band, Movement: models.NewMovement(then.health, between, x.Health)}
	switch {
	case x.Unscored != "":
		d.note = diffUnscored
	case then.health != then.health:
		d.note = diffUnscoredAt
	case between != between:
		d.note = diffNoSnapshot
	}
	if d.moved = then.band != "" && x.Band != "" && then.band != x.Band; d.moved {
		d.cause = d.Cause()
	}
	return d
}

// earlierStandings are, for each account, its earlier score and the health that the new
// model gives to the snapshot of then.
func (r *scoreRun) earlierStandings(ctx context.Context, e *earlierScores) (then []*earlierScore, between []float64, err error) {
	if e.model != nil {
		return r.byEarlierModel(ctx, e.model)
	}
	then, between = make([]*earlierScore, len(r.rows)), make([]float64, len(r.rows))
	var rows []int32
	var account []int // of each row
	for k := range r.rows {
		between[k] = math.NaN()
		score, ok := e.of(r.rows[k].Account)
		if !ok {
			continue
		}
		then[k] = &score
		if row := r.data.RowOn(r.newest[k], score.asOf); row >= 0 {
			rows, account = append(rows, row), append(account, k)
		}
	}
	p, _, err := r.model.Predict(ctx, len(rows), r.data.Table.Batches(rows))
	if err != nil {
		return nil, nil, err
	}
	for i, k := range account {
		between[k] = models.Health(p.Eta[i])
	}
	return then, between, nil
}

// byEarlierModel scores the newest snapshots with the earlier model: the data are the same,
// and every move is the model's.
func (r *scoreRun) byEarlierModel(ctx context.Context, m *models.Model) (then []*earlierScore, between []float64, err error) {
	_, before := r.data.NewestTwo()
	old, err := scoresAt(ctx, m, r.data, r.newest, before)
	if err != nil {
		return nil, nil, err
	}
	for k, x := range r.rows {
		then = append(then, &earlierScore{asOf: x.AsOf, health: old.now[k].health, band: old.now[k].band})
		between = append(between, x.Health)
	}
	return then, between, nil
}

// count fills in the moves from band to band, from green to red.
func (c *diffSummary) count(rows []scoredAccount) {
	order := []models.Band{models.Green, models.Yellow, models.Red}
	c.Moves = []bandMoves{}
	for _, from := range order {
		for _, to := range order {
			m := bandMoves{From: from, To: to, Value: models.Undefined()}
			for i := range rows {
				m.add(&rows[i])
			}
			if m.Accounts > 0 {
				c.Moves = append(c.Moves, m)
			}
		}
	}
}

// add counts an account, if this is its move.
func (m *bandMoves) add(x *scoredAccount) {
	if x.Diff.band != m.From || x.Band != m.To {
		return
	}
	m.Accounts++
	if x.Value == x.Value {
		if !m.Value.Defined() {
			m.Value = 0
		}
		m.Value += models.Stat(x.Value)
	}
	switch {
	case !x.Diff.moved:
	case x.Diff.cause == models.ByData:
		m.ByData++
	case x.Diff.cause == models.ByModel:
		m.ByModel++
	default:
		m.Unknown++
	}
}
