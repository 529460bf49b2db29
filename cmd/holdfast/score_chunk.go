package main

import (
	"context"
	"math"
	"slices"
	"strings"

	"holdfast/dataset"
	"holdfast/dataset/parquetio"
	"holdfast/models"
	"holdfast/models/trigger"
)

// scoredRows are some rows of --all with their scores, column by column. Bands are codes, -1
// for none.
type scoredRows struct {
	row                          []int32 // among all rows of the files
	account                      parquetio.Texts
	day, recorded                []int32
	p, health, value             []float64
	score, eta                   []float64 // of a model whose bands remember
	band, bandBefore             []int32
	healthBefore                 []float64
	unscored                     []int32 // index into unscoredCodes, -1 for a row with a score
	reasons                      []string
	playbooks                    []string
	top, segment                 []string // what playbooks ask about
	leave, shrink, renew, growth []float64
}

// parquetGroup is how many rows are scored before they are written, unless the row group of
// the input ends before.
const parquetGroup = 1 << 16

// unscoredCodes are the levels of the column unscored.
var unscoredCodes = [...]string{models.MissingFactor, models.UnseenLevel}

// reset forgets the rows and keeps the memory.
func (s *scoredRows) reset() {
	s.account.Reset()
	for _, c := range []*[]int32{&s.row, &s.day, &s.recorded, &s.band, &s.bandBefore, &s.unscored} {
		*c = (*c)[:0]
	}
	for _, c := range []*[]float64{&s.p, &s.health, &s.value, &s.score, &s.eta, &s.healthBefore, &s.leave, &s.shrink, &s.renew, &s.growth} {
		*c = (*c)[:0]
	}
	for _, c := range []*[]string{&s.reasons, &s.playbooks, &s.top, &s.segment} {
		*c = (*c)[:0]
	}
}

// add scores the rows of a piece and puts them behind the others.
func (s *scoredRows) add(ctx context.Context, r *allRun, p *dataset.StreamPiece, scores *models.Scores) error {
	if err := r.scorer.Score(ctx, p.Batch, scores); err != nil {
		return err
	}
	unscored, err := r.scorer.Unscored(ctx, p.Batch, scores)
	if err != nil {
		return err
	}
	s.addPlaces(p)
	s.p, s.health, s.band = append(s.p, scores.P...), append(s.health, scores.Health...), append(s.band, scores.Band...)
	if r.model.Remembers() {
		s.score, s.eta = append(s.score, scores.Score...), append(s.eta, scores.Eta...)
	}
	s.addValue(r, p)
	s.addUnscored(r, len(p.Date), unscored)
	if err := s.addWords(ctx, r, p, scores, unscored); err != nil {
		return err
	}
	return s.addOutlook(ctx, r, p, scores)
}

// addPlaces adds which rows they are.
func (s *scoredRows) addPlaces(p *dataset.StreamPiece) {
	s.account.Append(&p.Account)
	s.recorded = append(s.recorded, p.Recorded...)
	rows, before := len(p.Date), len(s.day)
	s.day, s.row = slices.Grow(s.day, rows)[:before+rows], slices.Grow(s.row, rows)[:before+rows]
	for i, day := range p.Date {
		s.day[before+i] = int32(day)
	}
	for i := range rows {
		s.row[before+i] = int32(p.Row(i))
	}
}

// addValue adds the money where somebody asks for it, missing where the snapshots have none.
func (s *scoredRows) addValue(r *allRun, p *dataset.StreamPiece) {
	switch {
	case !r.asksValue():
	case p.Value != nil:
		s.value = append(s.value, p.Value...)
	default:
		s.value = append(s.value, slices.Repeat([]float64{math.NaN()}, len(p.Date))...)
	}
}

// addUnscored adds the reasons for which rows have no score; nil: all have one.
func (s *scoredRows) addUnscored(r *allRun, rows int, unscored []models.Unscored) {
	before := len(s.unscored)
	s.unscored = slices.Grow(s.unscored, rows)[:before+rows]
	without, last := 0, s.unscored[before:]
	for i := range last {
		last[i] = -1
	}
	for i, u := range unscored {
		if code := slices.Index(unscoredCodes[:], u.Code); code >= 0 {
			last[i] = int32(code)
			without++
		}
	}
	r.unscored.Add(int64(without))
	r.scored.Add(int64(rows - without))
}

// addWords adds reasons where somebody has asked for them, and what playbooks ask about.
func (s *scoredRows) addWords(ctx context.Context, r *allRun, p *dataset.StreamPiece, scores *models.Scores, unscored []models.Unscored) error {
	if r.segment != nil {
		s.segment = append(s.segment, p.Batch.Segments(r.segment)...)
	}
	if r.reasons == 0 && !r.tops {
		return nil
	}
	x, err := r.scorer.Explain(ctx, p.Batch, scores, r.reasons)
	if err != nil {
		return err
	}
	s.top = append(s.top, x.Top...)
	for i, list := range x.Reasons {
		text := joinReasons(list)
		if unscored != nil && unscored[i].Code != "" {
			text = inWords(unscored[i])
		}
		s.reasons = append(s.reasons, text)
	}
	return nil
}

// addOutlook adds the outlook of a model that has one, if any of it is written.
func (s *scoredRows) addOutlook(ctx context.Context, r *allRun, p *dataset.StreamPiece, scores *models.Scores) error {
	if r.model.Outlook == nil || !slices.ContainsFunc(outlookColumns(), func(c scoreColumn) bool { return writes(r.columns, c.name) }) {
		return nil
	}
	prospects, err := r.scorer.Prospects(ctx, p.Batch, scores)
	for _, x := range prospects {
		s.leave, s.shrink, s.renew, s.growth = append(s.leave, x.Leave), append(s.shrink, x.Shrink), append(s.renew, x.Renew), append(s.growth, x.Grow)
	}
	return err
}

// addPlaybooks asks the conditions of the model's playbooks, once it is known what was before.
func (s *scoredRows) addPlaybooks(m *models.Model) error {
	n := len(s.day)
	standings := &trigger.Standings{Rows: n, P: s.p, Health: s.health, Value: s.value, Band: make([]int8, n), BandBefore: make([]int8, n)}
	for i := range n {
		standings.Band[i], standings.BandBefore[i] = int8(s.band[i]), int8(s.bandBefore[i])
	}
	if len(s.top) > 0 {
		standings.TopCategory = trigger.NamesOf(s.top)
	}
	if len(s.segment) > 0 {
		standings.Segment = trigger.NamesOf(s.segment)
	}
	names, err := m.PlaybooksOf(standings)
	if err != nil {
		return fail(exitModel, err)
	}
	for i, list := range names {
		if s.unscored[i] >= 0 {
			list = nil
		}
		s.playbooks = append(s.playbooks, strings.Join(list, "; "))
	}
	return nil
}

// dropped says whether the band of a row is worse than before.
func (s *scoredRows) dropped(i int) bool { return s.bandBefore[i] >= 0 && s.band[i] > s.bandBefore[i] }
