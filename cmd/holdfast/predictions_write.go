package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"runtime"
	"slices"
	"sync"

	"holdfast/backtest"
	"holdfast/dataset/parquetio"
	"holdfast/models"
)

// predictionRows is how many predictions are written at a time, and the most that a row group
// of predictions.parquet has.
const predictionRows = 1 << 17

// predictionFields are the columns of predictions.parquet.
func predictionFields() []parquetio.Field {
	return []parquetio.Field{
		{Name: "candidate", Kind: parquetio.Text}, {Name: "fold", Kind: parquetio.Day}, {Name: "account", Kind: parquetio.Text},
		{Name: "as_of", Kind: parquetio.Day}, {Name: "p", Kind: parquetio.Float}, {Name: "score", Kind: parquetio.Float}, {Name: "log_odds", Kind: parquetio.Float},
		{Name: "churned", Kind: parquetio.Bool}, {Name: "value", Kind: parquetio.Float, Nullable: true},
		{Name: "segment", Kind: parquetio.Text, Nullable: true}, {Name: "target", Kind: parquetio.Text},
	}
}

// writePredictions writes predictions.parquet: every candidate's test predictions, one candidate
// after the other. Row groups are encoded on all processors and written in order.
func writePredictions(ctx context.Context, w io.Writer, r *backtest.Result) error {
	out, err := parquetio.NewGroupWriter(w, predictionFields())
	if err != nil {
		return err
	}
	parts := predictionParts(r)
	order := newTurns(ctx)
	defer order.stop()
	if err := order.each(runtime.GOMAXPROCS(0), len(parts), func() (func(*turn) error, func(), error) {
		encoder, err := out.Encoder()
		if err != nil {
			return nil, nil, err
		}
		var columns predictionColumns
		return func(t *turn) error {
			group, err := columns.group(encoder, parts[t.number])
			if err != nil {
				return err
			}
			return t.write(group.Size(), func() error { return out.Append(group) })
		}, func() {}, nil
	}); err != nil {
		return fmt.Errorf("predictions: %w", err)
	}
	return out.Close()
}

// predictionPart is a stretch of rows as a candidate sees them.
type predictionPart struct {
	*predictionStretch
	candidate int
}

// predictionStretch is rows [from, to), and what all candidates have in common there, encoded by
// whoever needs it first.
type predictionStretch struct {
	result   *backtest.Result
	from, to int

	once   sync.Once
	common []*parquetio.EncodedColumn
	err    error
}

// predictionParts are the row groups of the file.
func predictionParts(r *backtest.Result) []predictionPart {
	var parts []predictionPart
	for _, r := range append([]*backtest.Result{r}, r.Further...) {
		n := len(r.Predictions.Fold)
		var stretches []*predictionStretch
		for from := 0; from < n; from += predictionRows {
			stretches = append(stretches, &predictionStretch{result: r, from: from, to: min(from+predictionRows, n)})
		}
		for c := range r.Candidates {
			for _, s := range stretches {
				parts = append(parts, predictionPart{s, c})
			}
		}
	}
	return parts
}

// predictionColumns is memory for one part at a time.
type predictionColumns struct {
	same, fold, asOf, segment []int32
	p, churned, value         []float64

	account  []int32  // codes of the part
	accounts []string // and what they stand for
	place    []int32  // by account of the result: its code in the part, plus one; 0: not in it
}

// group is a part as a row group.
func (b *predictionColumns) group(encoder *parquetio.Encoder, part predictionPart) (*parquetio.EncodedGroup, error) {
	part.once.Do(func() { part.common, part.err = b.encodeCommon(encoder, part.predictionStretch) })
	if part.err != nil {
		return nil, part.err
	}
	return encoder.Group(b.own(part), part.common...)
}

// encodeCommon encodes the columns that do not depend on the candidate.
func (b *predictionColumns) encodeCommon(encoder *parquetio.Encoder, s *predictionStretch) ([]*parquetio.EncodedColumn, error) {
	cols := b.common(s)
	var list []*parquetio.EncodedColumn
	for i, f := range predictionFields() {
		at := slices.IndexFunc(cols, func(c parquetio.Column) bool { return c.Name == f.Name })
		if at < 0 {
			continue
		}
		encoded, err := encoder.Column(i, cols[at])
		if err != nil {
			return nil, err
		}
		list = append(list, encoded)
	}
	return list, nil
}

// own are the columns of a candidate in their places, to be used before the next call.
func (b *predictionColumns) own(part predictionPart) []parquetio.Column {
	p, c, from, to := &part.result.Predictions, part.candidate, part.from, part.to
	b.resize(to - from)
	models.Probabilities(b.p, p.Eta[c][from:to])
	cols := make([]parquetio.Column, len(predictionFields()))
	cols[0] = parquetio.Column{Name: "candidate", Codes: b.same, Levels: []string{part.result.Candidates[c].Name}}
	cols[4] = parquetio.Column{Name: "p", Numbers: b.p}
	cols[5] = parquetio.Column{Name: "score", Numbers: p.Score[c][from:to]}
	cols[6] = parquetio.Column{Name: "log_odds", Numbers: p.Eta[c][from:to]}
	return cols
}

// common are the columns that all candidates share, to be used before the next call.
func (b *predictionColumns) common(s *predictionStretch) []parquetio.Column {
	r, p, from := s.result, &s.result.Predictions, s.from
	b.resize(s.to - from)
	for i := range b.same {
		row := from + i
		b.fold[i], b.asOf[i] = int32(r.Folds[p.Fold[row]].Cutoff), int32(p.AsOf[row])
		b.churned[i] = float64(oneIf(p.Churned[row]))
		b.value[i], b.segment[i] = math.NaN(), -1
		if p.Value != nil {
			b.value[i] = p.Value[row]
		}
		if p.Segment != nil {
			b.segment[i] = p.Segment[row]
		}
	}
	b.renumber(p.Account[from:s.to], p.Accounts)
	return []parquetio.Column{
		{Name: "fold", Days: b.fold},
		{Name: "account", Codes: b.account, Levels: b.accounts},
		{Name: "as_of", Days: b.asOf},
		{Name: "churned", Numbers: b.churned},
		{Name: "value", Numbers: b.value},
		{Name: "segment", Codes: b.segment, Levels: p.Segments},
		{Name: "target", Codes: b.same, Levels: []string{string(r.Target)}},
	}
}

// resize makes room for n rows; same stays zeros.
func (b *predictionColumns) resize(n int) {
	if cap(b.same) < n {
		b.same, b.fold, b.asOf, b.segment = make([]int32, n), make([]int32, n), make([]int32, n), make([]int32, n)
		b.p, b.churned, b.value, b.account = make([]float64, n), make([]float64, n), make([]float64, n), make([]int32, n)
	}
	b.same, b.fold, b.asOf, b.segment = b.same[:n], b.fold[:n], b.asOf[:n], b.segment[:n]
	b.p, b.churned, b.value, b.account = b.p[:n], b.churned[:n], b.value[:n], b.account[:n]
}

// renumber gives the accounts of some rows numbers without gaps, in the order in which they come:
// a row group holds the names of its own accounts only.
func (b *predictionColumns) renumber(account []int32, names []string) {
	if len(b.place) < len(names) {
		b.place = make([]int32, len(names))
	}
	b.accounts = b.accounts[:0]
	for i, a := range account {
		if b.place[a] == 0 {
			b.accounts = append(b.accounts, names[a])
			b.place[a] = int32(len(b.accounts))
		}
		b.account[i] = b.place[a] - 1
	}
	for _, a := range account {
		b.place[a] = 0
	}
}
