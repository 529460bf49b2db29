package main

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"sync"

	"holdfast/dataset"
	"holdfast/models"
)

// pastOf tells of rows what their accounts were at the snapshot before: on the last day before
// theirs on which they were seen.
type pastOf interface {
	fill(s *scoredRows) error
}

// inTurn knows it where the rows of each account come in the order of time, whatever lies
// between them: of each account it remembers the last day and the one before that.
type inTurn struct {
	model    *models.Model
	accounts *dataset.AccountIndex
	states   []accountState
	key      []byte // of the account of the row before
	last     int32  // its number, -1 for none
}

// accountState is where an account stands, in as few bytes as it takes.
type accountState struct {
	health, healthBefore float64
	day, recorded        int32
	band, bandBefore     int8
	memory               int8 // its last band: what a band that remembers is held against
}

// unseen is an account before its first row, which is of the given day.
func unseen(day int32) accountState {
	return accountState{health: math.NaN(), healthBefore: math.NaN(), day: day, recorded: math.MinInt32, band: -1, bandBefore: -1, memory: -1}
}

// errDisorder tells that the rows of an account are not in the order of time.
var errDisorder = errors.New("rows of an account are not in the order of their days")

func newInTurn(m *models.Model) *inTurn {
	return &inTurn{model: m, accounts: dataset.NewAccountIndex(), last: -1}
}

// state finds an account, most often that of the row before.
func (t *inTurn) state(key []byte, day int32) *accountState {
	if t.last >= 0 && string(t.key) == string(key) {
		return &t.states[t.last]
	}
	n, known := t.accounts.Number(key)
	if !known {
		t.states = append(t.states, unseen(day))
	}
	t.key, t.last = append(t.key[:0], key...), n
	return &t.states[n]
}

func (t *inTurn) fill(s *scoredRows) error {
	remembers := t.model.Remembers()
	for i, day := range s.day {
		a, recorded := t.state(s.account.At(i), day), int32(math.MinInt32)
		if len(s.recorded) > 0 {
			recorded = s.recorded[i]
		}
		if day < a.day || day == a.day && recorded < a.recorded {
			return errDisorder
		}
		if remembers {
			s.band[i] = a.remember(t.model, s.score[i], s.eta[i])
		}
		a.see(day, recorded, s.health[i], int8(s.band[i]))
		s.bandBefore, s.healthBefore = append(s.bandBefore, int32(a.bandBefore)), append(s.healthBefore, a.healthBefore)
	}
	return nil
}

// see takes in the next row of the account.
func (a *accountState) see(day, recorded int32, health float64, band int8) {
	if day > a.day {
		a.healthBefore, a.bandBefore = a.health, a.band
	}
	a.day, a.recorded, a.health, a.band = day, recorded, health, band
}

// remember is the band of the next row, which depends on that of the last.
func (a *accountState) remember(m *models.Model, score, eta float64) int32 {
	band := m.BandOf(m.Bands, models.BandOf(int32(a.memory)), score, eta).Code()
	if band >= 0 {
		a.memory = band
	}
	return int32(band)
}

// looked knows it of rows in any order, by having looked at all of them before.
type looked struct {
	band, bandBefore []int8 // by row
	healthBefore     []float64
}

func (l *looked) fill(s *scoredRows) error {
	for i, row := range s.row {
		s.band[i] = int32(l.band[row])
		s.bandBefore, s.healthBefore = append(s.bandBefore, int32(l.bandBefore[row])), append(s.healthBefore, l.healthBefore[row])
	}
	return nil
}

// allRows are the scores of all rows, to be put into the order of time.
type allRows struct {
	mu       sync.Mutex
	accounts *dataset.AccountIndex
	account  []int32 // by row, -1 for one that is left out
	day      []int32
	write    []int32 // the day of recording
	health   []float64
	band     []int8
	score    []float64 // of a model whose bands remember
	eta      []float64
}

// look scores all rows of the run, in memory that grows with them, and finds out what was
// before each.
func (r *allRun) look(ctx context.Context) (*looked, error) {
	all := &allRows{accounts: dataset.NewAccountIndex()}
	all.size(r.rows, r.model.Remembers())
	order := newTurns(ctx)
	defer order.stop()
	err := order.each(r.workers(), r.groups, func() (func(*turn) error, func(), error) {
		read, done := r.reader()
		scores, rows := new(models.Scores), new(scoredRows)
		return func(t *turn) error {
			for p, err := range read(ctx, t.number) {
				if err != nil {
					return fail(exitData, err)
				}
				rows.reset()
				if err := rows.add(ctx, r, p, scores); err != nil {
					return err
				}
				all.put(rows)
			}
			return nil
		}, done, nil
	})
	if err != nil {
		return nil, err
	}
	return all.inTime(r.model), nil
}

func (a *allRows) size(rows int, remembers bool) {
	a.account, a.day, a.write, a.health, a.band = make([]int32, rows), make([]int32, rows), make([]int32, rows), make([]float64, rows), make([]int8, rows)
	for i := range a.account {
		a.account[i] = -1
	}
	if remembers {
		a.score, a.eta = make([]float64, rows), make([]float64, rows)
	}
}

// put keeps some rows.
func (a *allRows) put(s *scoredRows) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for i, row := range s.row {
		n, _ := a.accounts.Number(s.account.At(i))
		a.account[row], a.day[row], a.health[row], a.band[row] = n, s.day[i], s.health[i], int8(s.band[i])
		if len(s.recorded) > 0 {
			a.write[row] = s.recorded[i]
		}
		if a.eta != nil {
			a.score[row], a.eta[row] = s.score[i], s.eta[i]
		}
	}
}

// inTime goes through the rows account by account, in the order of time, and of the files
// within a day.
func (a *allRows) inTime(m *models.Model) *looked {
	order := make([]int32, 0, len(a.day))
	for row, account := range a.account {
		if account >= 0 {
			order = append(order, int32(row))
		}
	}
	slices.SortFunc(order, func(x, y int32) int {
		return cmp.Or(cmp.Compare(a.account[x], a.account[y]), cmp.Compare(a.day[x], a.day[y]), cmp.Compare(a.write[x], a.write[y]), cmp.Compare(x, y))
	})
	out := &looked{band: a.band, bandBefore: make([]int8, len(a.day)), healthBefore: make([]float64, len(a.day))}
	var state accountState
	for i, row := range order {
		if i == 0 || a.account[order[i-1]] != a.account[row] {
			state = unseen(a.day[row])
		}
		if a.eta != nil {
			a.band[row] = int8(state.remember(m, a.score[row], a.eta[row]))
		}
		state.see(a.day[row], a.write[row], a.health[row], a.band[row])
		out.bandBefore[row], out.healthBefore[row] = state.bandBefore, state.healthBefore
	}
	return out
}
