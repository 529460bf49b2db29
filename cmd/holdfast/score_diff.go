package main

import (
	"context"
	"math"
	"slices"

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

// diffSummary sums the differences up, block by block.
type diffSummary struct {
	Previous   string      `json:"previous"`
	Moves      []bandMoves `json:"moves"` // from band to band, and those that stayed
	New        int         `json:"new"`
	Gone       int         `json:"gone"` // accounts of the earlier scores that have no snapshot now
	NoSnapshot int         `json:"no_snapshot"`

	all []bandMoves // from each band to each, those that nobody made among them
}

// newDiffSummary counts from nothing.
func newDiffSummary(e *earlierScores) *diffSummary {
	c := &diffSummary{Previous: e.path, Moves: []bandMoves{}}
	if e.model == nil {
		c.Gone = len(e.rows) // until they are met
	}
	order := []models.Band{models.Green, models.Yellow, models.Red}
	for _, from := range order {
		for _, to := range order {
			c.all = append(c.all, bandMoves{From: from, To: to, Value: models.Undefined()})
		}
	}
	return c
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
func (b *accountBlock) compare(ctx context.Context, e *earlierScores) error {
	then, between, err := b.earlierStandings(ctx, e)
	if err != nil {
		return err
	}
	for k := range b.rows {
		b.rows[k].Diff = differenceOf(&b.rows[k], then[k], between[k])
	}
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
func (b *accountBlock) earlierStandings(ctx context.Context, e *earlierScores) (then []*earlierScore, between []float64, err error) {
	if e.model != nil {
		return b.byEarlierModel(ctx, e.model)
	}
	then, between = make([]*earlierScore, len(b.rows)), make([]float64, len(b.rows))
	var rows []int32
	var account []int // of each row
	for k := range b.rows {
		between[k] = math.NaN()
		score, ok := e.of(b.rows[k].Account)
		if !ok {
			continue
		}
		then[k] = &score
		if row := b.data.RowOn(b.newest[k], score.asOf); row >= 0 {
			rows, account = append(rows, row), append(account, k)
		}
	}
	p, _, err := b.model.Predict(ctx, len(rows), b.data.Table.Batches(rows))
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
func (b *accountBlock) byEarlierModel(ctx context.Context, m *models.Model) (then []*earlierScore, between []float64, err error) {
	old, err := scoresAt(ctx, m, b.data, b.newest, b.before)
	if err != nil {
		return nil, nil, err
	}
	for k, x := range b.rows {
		then = append(then, &earlierScore{asOf: x.AsOf, health: old.now[k].health, band: old.now[k].band})
		between = append(between, x.Health)
	}
	return then, between, nil
}

// count adds the accounts of a block.
func (c *diffSummary) count(rows []scoredAccount, e *earlierScores) {
	for i := range rows {
		x := &rows[i]
		for k := range c.all {
			c.all[k].add(x)
		}
		if x.Diff.note == diffNew {
			c.New++
			continue
		}
		c.NoSnapshot += oneIf(x.Diff.note == diffNoSnapshot)
		c.Gone -= oneIf(e.model == nil)
	}
	c.Moves = slices.DeleteFunc(slices.Clone(c.all), func(m bandMoves) bool { return m.Accounts == 0 })
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
