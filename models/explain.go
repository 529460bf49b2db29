package models

import (
	"context"
	"fmt"
	"math"
	"sort"

	"holdfast/dataset"
	"holdfast/features"
)

// Explained are predictions with their reasons in words.
type Explained struct {
	Predictions
	Reasons [][]string // per row: what raises the risk most, the strongest first
}

// Explain scores rows and names, for each, up to top factors that raise its risk
// above that of the average training account. The contributions are exact: with
// standardised factors, coefficient times value sums to the score.
func (m *Model) Explain(ctx context.Context, rows int, source dataset.Source, top int) (*Explained, []dataset.Warning, error) {
	d, warnings, err := m.Encoder.Encode(ctx, rows, source)
	if err != nil {
		return nil, nil, err
	}
	p, err := m.predict(d)
	if err != nil {
		return nil, nil, err
	}
	x := &Explained{Predictions: *p, Reasons: make([][]string, rows)}
	names := m.Encoder.Names()
	for i := range x.Reasons {
		if !math.IsNaN(x.Eta[i]) {
			x.Reasons[i] = m.reasons(d, names, i, top)
		}
	}
	return x, warnings, nil
}

// push is what one factor adds to the log-odds of churn of one row.
type push struct {
	factor string
	by     float64
}

// reasons names the factors of one row with the largest contributions above zero.
func (m *Model) reasons(d *features.Design, names []features.Name, row, top int) []string {
	pushes := m.contributions(d, names, row)
	sort.SliceStable(pushes, func(a, b int) bool { return pushes[a].by > pushes[b].by })
	var words []string
	for _, p := range pushes[:max(0, min(top, len(pushes)))] {
		if p.by > 0 {
			words = append(words, fmt.Sprintf("%s (+%.2f)", p.factor, p.by))
		}
	}
	return words
}

// contributions splits the log-odds of one row among the factors: they sum to its
// eta less that of the average training account. Design columns of one factor are
// neighbours and are added up.
func (m *Model) contributions(d *features.Design, names []features.Name, row int) []push {
	switch {
	case m.Card != nil:
		return m.cardPushes(d, row)
	case m.Calibration.Bands != nil:
		return m.bandPushes(d, row)
	}
	columns := m.Encoder.Kept()
	var pushes []push
	for j, n := range names {
		by := m.Calibration.Slope * m.Coef[j] * (d.Columns[j][row] - m.typical(columns[j]))
		if k := len(pushes) - 1; k >= 0 && pushes[k].factor == n.Factor {
			pushes[k].by += by
			continue
		}
		pushes = append(pushes, push{factor: n.Factor, by: by})
	}
	return pushes
}

// typical is the encoded value of the average training account.
func (m *Model) typical(c features.Column) float64 {
	if m.Encoder.Form == features.Standardised {
		return 0
	}
	return c.Mean
}
