package models

import (
	"context"
	"fmt"
	"math"
	"slices"

	"golang.org/x/sync/errgroup"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/dataset/radix"
	"holdfast/features"
)

// Peer is what is usual for one factor among the training rows: what an account's own value
// is held against when its score is explained. Values are the factor's own, neither filled
// nor scaled.
type Peer struct {
	Factor string `json:"factor"`
	Median Stat   `json:"median"` // of a number
	Low    Stat   `json:"low"`    // the percentiles 5 ...
	High   Stat   `json:"high"`   // ... and 95, the range within which a change is thought possible
	SD     Stat   `json:"sd"`
	Whole  bool   `json:"whole,omitempty"` // all of them are whole numbers: counts, or yes and no
	Level  string `json:"level,omitempty"` // of a category: the most frequent, the first of equals in byte order
}

// The percentiles that are the range of a factor, which nine in ten training rows are in.
const peerLow, peerHigh = 0.05, 0.95

// Introduce learns what people need besides the numbers, once a model is the one to ship:
// what is usual for each factor, and where the bands begin. The model must have been
// fitted on the view. Rules have bands of their own. With the notebook of the fit, which may be nil, the
// rows are not encoded again.
func (m *Model) Introduce(ctx context.Context, train dataset.View, rules BandRules, n *features.Notebook) error {
	if m.Bands != nil { // of an earlier model, which is used as it is
		return nil
	}
	if err := m.learnPeers(ctx, train); err != nil {
		return err
	}
	return m.learnBands(ctx, train, rules, n)
}

// learnPeers learns what is usual for each factor.
func (m *Model) learnPeers(ctx context.Context, train dataset.View) error {
	peers := make([]Peer, len(m.Encoder.Factors))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(train.Examples.Table.AtOnceWith(8*int64(train.Len()), peerBytes*int64(train.Len())))
	for i := range m.Encoder.Factors {
		e := &m.Encoder.Factors[i]
		group.Go(func() error {
			table := train.Examples.Table
			values, err := e.ValuesOf(ctx, table, train.Len(), train.InTurn())
			if err != nil {
				return fmt.Errorf("models: %q: peers of %q: %w", m.Name, e.Factor.Name, err)
			}
			peers[i] = usual(e.Factor.Name, values)
			dataset.Vacate(table, values.Numbers)
			dataset.Vacate(table, values.Codes)
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	m.Peers = peers
	return nil
}

// peerBytes is about what looking for percentiles takes a row beside the values.
const peerBytes = 4

// usual describes the values of one factor: numbers by their percentiles, a category by its
// most frequent level. Where no row has a value all is undefined, and the level is empty.
func usual(name string, v expr.Vector) Peer {
	p := Peer{Factor: name, Median: Undefined(), Low: Undefined(), High: Undefined(), SD: Undefined()}
	if v.Numbers == nil {
		p.Level = commonest(v)
		return p
	}
	ranks := radix.NewRanks(v.Numbers, 0.5, peerLow, peerHigh)
	if ranks.Len() == 0 {
		return p
	}
	p.Median, p.Low, p.High = Stat(ranks.Quantile(0.5)), Stat(ranks.Quantile(peerLow)), Stat(ranks.Quantile(peerHigh))
	p.SD = Stat(deviation(v.Numbers, ranks.Len()))
	p.Whole = !slices.ContainsFunc(v.Numbers, func(x float64) bool { return x == x && x != math.Trunc(x) })
	return p
}

// deviation is the population standard deviation of the n numbers that are not missing, at least
// one, by the two-pass formula. Numbers whose sum or squares a float64 cannot hold are divided by
// the largest of them first.
func deviation(x []float64, n int) float64 {
	if sd := twoPass(x, n, 1); !math.IsInf(sd, 0) && !math.IsNaN(sd) {
		return sd
	}
	largest := 0.0
	for _, v := range x {
		if v == v {
			largest = max(largest, math.Abs(v))
		}
	}
	return twoPass(x, n, largest) * largest
}

// twoPass is the deviation of the numbers in a unit.
func twoPass(x []float64, n int, unit float64) float64 {
	mean, squares := 0.0, 0.0
	for _, v := range x {
		if v == v {
			mean += v / unit
		}
	}
	mean /= float64(n)
	for _, v := range x {
		if v == v {
			d := v/unit - mean
			squares += float64(d * d)
		}
	}
	return math.Sqrt(squares / float64(n))
}

// commonest is the level with the most rows.
func commonest(v expr.Vector) string {
	count := make([]int, len(v.Levels))
	for _, c := range v.Codes {
		if c >= 0 {
			count[c]++
		}
	}
	best := -1
	for c, n := range count {
		if best < 0 || n > count[best] || n == count[best] && v.Levels[c] < v.Levels[best] {
			best = c
		}
	}
	if best < 0 {
		return ""
	}
	return v.Levels[best]
}

// peer finds what is usual for a factor; a model that was not introduced knows nothing.
func (m *Model) peer(factor string) (Peer, bool) {
	i := slices.IndexFunc(m.Peers, func(p Peer) bool { return p.Factor == factor })
	if i < 0 {
		return Peer{}, false
	}
	return m.Peers[i], true
}

// checkPeers refuses peers of factors that the model does not have, and ranges that are
// none.
func (m *Model) checkPeers() error {
	for i, p := range m.Peers {
		if i >= len(m.Encoder.Factors) || m.Encoder.Factors[i].Factor.Name != p.Factor {
			return fmt.Errorf("peers: %q is not factor %d of the model", p.Factor, i+1)
		}
		if p.Median.Defined() && !(p.Low <= p.Median && p.Median <= p.High && p.SD >= 0) {
			return fmt.Errorf("peers: the range of %q is not in order", p.Factor)
		}
	}
	return nil
}
