package main

import (
	"context"
	"errors"
	"math"
	"runtime"
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
	AsOf         dataset.Date // the day that the snapshot is of, by which it is found again, and not that from which it was known
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
	today   dataset.Date // ages are counted to this day; NoDate: to the newest of the snapshots
}

// scoreRun scores the newest snapshot of every account, in the order of the keys, a block of
// accounts at a time: what it holds besides the snapshots does not grow with them.
type scoreRun struct {
	model   *models.Model
	id      string
	data    *dataset.Snapshots
	options scoreOptions
	newest  []int32 // the row of each account
	before  []int32 // that of the day before on which it was seen, -1 for none
	today   dataset.Date
	scorer  *models.Scorer
	earlier *earlierScores // of --diff
	summary *scoreSummary  // of the blocks that are done
}

// newScoreRun prepares to score the newest row of every account, and the one before it.
func newScoreRun(m *models.Model, s *dataset.Snapshots, o scoreOptions, earlier *earlierScores) (*scoreRun, error) {
	id, err := m.ID()
	if err != nil {
		return nil, err
	}
	r := &scoreRun{model: m, id: id, data: s, options: o, scorer: m.Scorer(), earlier: earlier}
	r.newest, r.before = s.NewestTwo()
	r.today = o.today
	for _, row := range r.newest {
		// Of NoDate any day is later; of --as-of none is, as nothing later was read.
		r.today = max(r.today, s.Date[row])
	}
	r.summary = newScoreSummary(r)
	return r, nil
}

// warnings are what was found in the snapshots and in the rows that were scored.
func (r *scoreRun) warnings() []dataset.Warning {
	return slices.Concat(r.data.Warnings, r.scorer.Warnings())
}

// each hands on all accounts in their order, block by block. The blocks are worked on side by
// side; do is called by one goroutine at a time.
func (r *scoreRun) each(ctx context.Context, do func(rows []scoredAccount) error) error {
	order := newTurns(ctx)
	defer order.stop()
	blocks := (len(r.newest) + scoreBlock - 1) / scoreBlock
	return order.each(min(runtime.GOMAXPROCS(0), blocks), blocks, func() (func(*turn) error, func(), error) {
		return func(t *turn) error {
			from := t.number * scoreBlock
			rows, err := r.block(ctx, from, min(from+scoreBlock, len(r.newest)))
			if err != nil {
				return err
			}
			return t.write(len(rows)*scoredBytes, func() error {
				r.summary.count(rows)
				return do(rows)
			})
		}, func() {}, nil
	})
}

const (
	scoreBlock  = predictionRows // accounts that are scored together: as many as are written at a time
	scoredBytes = 512            // about what the row of an account takes with its words
)

// block scores accounts [from, to).
func (r *scoreRun) block(ctx context.Context, from, to int) ([]scoredAccount, error) {
	b := &accountBlock{scoreRun: r, newest: r.newest[from:to], before: r.before[from:to], rows: make([]scoredAccount, to-from)}
	var err error
	if b.scores, err = scoresAt(ctx, r.model, r.data, b.newest, b.before); err != nil {
		return nil, err
	}
	tops, at := make([]string, 0, to-from), 0
	scores := new(models.Scores)
	for batch, err := range r.data.Table.Batches(b.newest) {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return nil, err
		}
		x, err := b.batch(ctx, batch, scores, at)
		if err != nil {
			return nil, err
		}
		tops, at = append(tops, x.Top...), at+batch.Len()
	}
	b.markStale()
	if err := b.addPlaybooks(tops); err != nil {
		return nil, err
	}
	if r.earlier == nil {
		return b.rows, nil
	}
	return b.rows, b.compare(ctx, r.earlier)
}

// accountBlock is some accounts of a run while they are scored.
type accountBlock struct {
	*scoreRun
	newest, before []int32
	scores         *twoScores
	rows           []scoredAccount
}

// batch scores the accounts of a batch, of which the first is account at of the block.
func (b *accountBlock) batch(ctx context.Context, batch *dataset.Batch, scores *models.Scores, at int) (*models.Explained, error) {
	if err := b.scorer.Score(ctx, batch, scores); err != nil {
		return nil, err
	}
	x, err := b.scorer.Explain(ctx, batch, scores, b.options.reasons)
	if err != nil {
		return nil, err
	}
	for i := range batch.Len() {
		b.fill(at+i, i, x)
	}
	if b.model.Outlook == nil {
		return x, nil
	}
	prospects, err := b.scorer.Prospects(ctx, batch, scores)
	if err != nil {
		return nil, err
	}
	for i := range prospects {
		b.rows[at+i].Outlook = &prospects[i]
	}
	return x, nil
}

// fill writes down what is known of account k, which is row i of a batch.
func (b *accountBlock) fill(k, i int, x *models.Explained) {
	s, row, eta := b.data, b.newest[k], x.Eta[i]
	out := &b.rows[k]
	*out = scoredAccount{Account: s.Accounts[s.Account[row]], AsOf: s.Date[row], P: math.NaN(), Health: math.NaN(),
		BandBefore: b.scores.before[k].band, HealthBefore: b.scores.before[k].health, Value: math.NaN(), Model: b.id}
	if s.Value != nil {
		out.Value = s.Value[row]
	}
	if u := x.Unscored[i]; u.Code != "" {
		out.Unscored, out.Reasons = u.Code, inWords(u)
		return
	}
	out.P, out.Health = models.Probability(eta), models.Health(eta)
	out.Band = b.scores.now[k].band
	out.Reasons = joinReasons(x.Reasons[i])
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

// markStale takes the score of accounts that nobody has looked at for too long.
func (b *accountBlock) markStale() {
	if !b.options.aged {
		return
	}
	for k := range b.rows {
		x := &b.rows[k]
		if x.Unscored == "" && x.AsOf < b.today-dataset.Date(b.options.maxAge) {
			x.P, x.Health, x.Band, x.Unscored = math.NaN(), math.NaN(), "", stale
			x.Reasons = "last seen on " + x.AsOf.String()
			if x.Outlook != nil {
				*x.Outlook = models.Prospect{Leave: math.NaN(), Shrink: math.NaN(), Renew: math.NaN(), Grow: math.NaN()}
			}
		}
	}
}

// addPlaybooks asks the conditions of the model's playbooks. top are the categories of the
// strongest reasons.
func (b *accountBlock) addPlaybooks(top []string) error {
	if len(b.model.Playbooks) == 0 {
		return nil
	}
	n := len(b.rows)
	s := &trigger.Standings{Rows: n, P: make([]float64, n), Health: make([]float64, n), Value: make([]float64, n),
		Band: make([]int8, n), BandBefore: make([]int8, n), TopCategory: trigger.NamesOf(top)}
	for k, x := range b.rows {
		s.P[k], s.Health[k], s.Value[k] = x.P, x.Health, x.Value
		s.Band[k], s.BandBefore[k] = x.Band.Code(), x.BandBefore.Code()
	}
	if by := b.model.Columns.Segment; by != "" {
		uses, err := b.model.Uses()
		if err != nil {
			return err
		}
		segments, err := b.data.SegmentsOf(b.newest, by, uses)
		if err != nil {
			return err
		}
		s.Segment = trigger.NamesOf(segments)
	}
	names, err := b.model.PlaybooksOf(s)
	if err != nil {
		return fail(exitModel, err)
	}
	for k := range b.rows {
		if b.rows[k].Unscored == "" {
			b.rows[k].Playbooks = names[k]
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
