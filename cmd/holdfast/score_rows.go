package main

import (
	"context"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"

	"holdfast/dataset"
	"holdfast/models"
	"holdfast/models/trigger"
)

// stale is the reason of an account whose newest snapshot is too old: that of the check.
const stale = dataset.NotRecent

// scoredAccount is one row of the scores. Numbers are NaN and texts empty where there is
// nothing to say.
type scoredAccount struct {
	Account      string
	AsOf         dataset.Date
	P            float64
	Health       float64
	Band         models.Band
	BandBefore   models.Band
	HealthBefore float64
	Value        float64
	Reasons      string
	Playbooks    []string // whose condition holds
	Unscored     string
	Model        string
	Outlook      *models.Prospect // of a model that has one
	Diff         *difference      // from the earlier scores, with --diff
}

// dropped says whether the band got worse since the snapshot before.
func (x *scoredAccount) dropped() bool {
	return x.Band != "" && x.BandBefore != "" && x.Band.Risk() > x.BandBefore.Risk()
}

// scoreOptions are what a scoring run depends on besides model and snapshots.
type scoreOptions struct {
	reasons int
	maxAge  int // days, if aged
	aged    bool
}

// scoreRun is the scores of the newest snapshot of every account, in the order of the keys.
type scoreRun struct {
	model    *models.Model
	id       string
	data     *dataset.Snapshots
	newest   []int32 // the row of each account
	rows     []scoredAccount
	warnings []dataset.Warning
	diff     *diffSummary // nil without --diff
}

// scoreNewest scores the newest row of every account, and the one before it.
func scoreNewest(ctx context.Context, m *models.Model, s *dataset.Snapshots, o scoreOptions) (*scoreRun, error) {
	id, err := m.ID()
	if err != nil {
		return nil, err
	}
	newest, before := s.NewestTwo()
	r := &scoreRun{model: m, id: id, data: s, newest: newest, rows: make([]scoredAccount, len(newest)), warnings: s.Warnings}
	x, warnings, err := m.Explain(ctx, len(newest), s.Table.Batches(newest), o.reasons)
	if err != nil {
		return nil, err
	}
	r.warnings = slices.Concat(r.warnings, warnings)
	oneScore, err := scoresAt(ctx, m, s, newest, before)
	if err != nil {
		return nil, err
	}
	for k := range r.rows {
		r.fill(k, x, oneScore)
	}
	r.markStale(o)
	if err := r.addOutlook(ctx, x.Eta); err != nil {
		return nil, err
	}
	return r, r.addPlaybooks(x.Top)
}

// fill writes down what is known of account k.
func (r *scoreRun) fill(k int, x *models.Explained, oneScore *twoScores) {
	s, row, eta := r.data, r.newest[k], x.Eta[k]
	out := &r.rows[k]
	*out = scoredAccount{Account: s.Accounts[s.Account[row]], AsOf: s.Date[row], P: math.NaN(), Health: math.NaN(),
		BandBefore: oneScore.before[k].band, HealthBefore: oneScore.before[k].health, Value: math.NaN(), Model: r.id}
	if s.Value != nil {
		out.Value = s.Value[row]
	}
	if u := x.Unscored[k]; u.Code != "" {
		out.Unscored, out.Reasons = u.Code, inWords(u)
		return
	}
	out.P, out.Health = models.Probability(eta), models.Health(eta)
	out.Band = oneScore.now[k].band
	out.Reasons = joinReasons(x.Reasons[k])
}

// joinReasons puts reasons into one text.
func joinReasons(list []string) string { return strings.Join(list, "; ") }

// inWords says what an unscored account lacks.
func inWords(u models.Unscored) string {
	switch {
	case u.Factor == "":
		return ""
	case u.Code == models.UnseenLevel:
		return u.Factor + " has a level that training never saw"
	}
	return u.Factor + " has no value"
}

// oneScore is the health and the band of an account at one snapshot.
type oneScore struct {
	health float64
	band   models.Band
}

// twoScores are the scores of the newest snapshots, and of the ones before.
type twoScores struct{ now, before []oneScore }

// scoresAt scores the two snapshots of every account, and all in between and before
// where the band remembers them.
func scoresAt(ctx context.Context, m *models.Model, s *dataset.Snapshots, newest, before []int32) (*twoScores, error) {
	var rows []int32
	for k, row := range newest {
		switch {
		case m.Remembers():
			first := row
			for first > 0 && s.Account[first-1] == s.Account[row] {
				first--
			}
			for ; first <= row; first++ {
				rows = append(rows, first)
			}
		case before[k] >= 0:
			rows = append(rows, before[k], row)
		default:
			rows = append(rows, row)
		}
	}
	p, _, err := m.Predict(ctx, len(rows), s.Table.Batches(rows))
	if err != nil {
		return nil, err
	}
	account := make([]int32, len(rows))
	for i, row := range rows {
		account[i] = s.Account[row]
	}
	bands := m.BandsInTurn(account, p)
	at := func(row int32) oneScore {
		i, ok := slices.BinarySearch(rows, row)
		if !ok || p.Eta[i] != p.Eta[i] {
			return oneScore{health: math.NaN()}
		}
		return oneScore{models.Health(p.Eta[i]), bands[i]}
	}
	out := &twoScores{}
	for k := range newest {
		out.now, out.before = append(out.now, at(newest[k])), append(out.before, at(before[k]))
	}
	return out, nil
}

// markStale takes the score of accounts that nobody has looked at for too long. Today is the
// newest day of the snapshots that were read.
func (r *scoreRun) markStale(o scoreOptions) {
	if !o.aged {
		return
	}
	today := slices.Max(r.data.Date)
	for k := range r.rows {
		x := &r.rows[k]
		if x.Unscored == "" && x.AsOf < today-dataset.Date(o.maxAge) {
			x.P, x.Health, x.Band, x.Unscored = math.NaN(), math.NaN(), "", stale
			x.Reasons = "last seen on " + x.AsOf.String()
		}
	}
}

// addOutlook completes scores with the outlook of the model, if it has one.
func (r *scoreRun) addOutlook(ctx context.Context, churn []float64) error {
	if r.model.Outlook == nil {
		return nil
	}
	prospects, warnings, err := r.model.Prospects(ctx, churn, r.data.Table.Batches(r.newest))
	if err != nil {
		return err
	}
	nan := math.NaN()
	for k := range prospects {
		if r.rows[k].Unscored != "" {
			prospects[k] = models.Prospect{Leave: nan, Shrink: nan, Renew: nan, Grow: nan}
		}
		r.rows[k].Outlook = &prospects[k]
	}
	r.warnings = slices.Concat(r.warnings, warnings)
	return nil
}

// addPlaybooks asks the conditions of the model's playbooks. top are the categories of the
// strongest reasons.
func (r *scoreRun) addPlaybooks(top []string) error {
	if len(r.model.Playbooks) == 0 {
		return nil
	}
	n := len(r.rows)
	s := &trigger.Standings{Rows: n, P: make([]float64, n), Health: make([]float64, n), Value: make([]float64, n),
		Band: make([]int8, n), BandBefore: make([]int8, n), TopCategory: trigger.NamesOf(top)}
	for k, x := range r.rows {
		s.P[k], s.Health[k], s.Value[k] = x.P, x.Health, x.Value
		s.Band[k], s.BandBefore[k] = x.Band.Code(), x.BandBefore.Code()
	}
	if by := r.model.Columns.Segment; by != "" {
		uses, err := r.model.Uses()
		if err != nil {
			return err
		}
		segments, err := r.data.SegmentsOf(r.newest, by, uses)
		if err != nil {
			return err
		}
		s.Segment = trigger.NamesOf(segments)
	}
	names, err := r.model.PlaybooksOf(s)
	if err != nil {
		return fail(exitModel, err)
	}
	for k := range r.rows {
		if r.rows[k].Unscored == "" {
			r.rows[k].Playbooks = names[k]
		}
	}
	return nil
}

// mostDays bounds what --max-age may say.
const mostDays = 36500

// parseDays reads a number of days such as 45d or 6w.
func parseDays(text string) (int, error) {
	digits, weeks := strings.CutSuffix(text, "w")
	if !weeks {
		digits = strings.TrimSuffix(text, "d")
	}
	n, err := strconv.Atoi(digits)
	if err != nil || n < 0 || n > mostDays {
		return 0, errors.New("is not a number of days like 45d or 6w")
	}
	if weeks {
		n *= 7
	}
	return n, nil
}
