package plots

import (
	"fmt"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"holdfast/backtest"
	"holdfast/plots/words"
)

// BandTransitions draws for champion and challenger, side by side, which band an account
// has at its next score, by the band that it has now: shares of each row, and counts. What
// is off the diagonal is work for the team, or noise. Without scores over time the error is
// [ErrNothingToDraw].
func BandTransitions(r *backtest.Result) (Chart, error) {
	var list []movement
	for i, look := range traces(r) {
		c := r.Candidates[i]
		if large(r, i) && c.Bands != nil && c.Bands.Movement != nil && c.Bands.Movement.Steps > 0 {
			m := c.Bands.Movement
			list = append(list, movement{entry{look, c.Name, movementNote(m)}, m})
		}
	}
	if len(list) == 0 {
		return Chart{}, nothing("band_transitions", "neither champion nor challenger was followed over time")
	}
	c := Chart{
		Name: "band_transitions", Title: "How the bands change from one score to the next", Alt: transitionsAlt(list),
		Width: float64(chartWidth), Height: float64(headHeight + margin + panelHead + matrixHead + bandCount*matrixRow + 8),
	}
	c.paint = func(dc draw.Canvas) {
		body := frame(dc, c.Title, "rows: the band now, with its scores; columns: the band at the next score, as shares of the row")
		half := (body.Max.X - body.Min.X) / 2
		for i, m := range list {
			room := body
			room.Min.X += half * vg.Length(i)
			room.Max.X = room.Min.X + half - 16
			ofCandidate(room, m.name, func() { m.draw(room) })
		}
	}
	return c, nil
}

// A matrix has a row of names above its cells, and a column of them on the left.
const (
	matrixHead vg.Length = 22
	matrixRow  vg.Length = 44
	matrixSide vg.Length = 76
)

// movement is how the accounts of one candidate moved.
type movement struct {
	entry
	*backtest.Movement
}

// movementNote is how restless a score is.
func movementNote(m *backtest.Movement) string {
	note := words.Fixed(m.Flips.Value, 2) + " changes per account and year"
	if in := words.Interval(words.Fixed(m.Flips.Low, 2), words.Fixed(m.Flips.High, 2)); in != "" {
		note += " (" + in + ")"
	}
	return note
}

// draw lays out the matrix under the name of the candidate.
func (m movement) draw(c draw.Canvas) {
	caption(c, m.entry, vg.Point{X: c.Min.X + 4, Y: c.Max.Y - 8})
	top := c.Max.Y - panelHead - matrixHead
	width := (c.Max.X - c.Min.X - matrixSide) / bandCount
	for to := range bandCount {
		swatch(c, to, vg.Point{X: c.Min.X + matrixSide + vg.Length(to)*width + 6, Y: top + matrixHead/2})
	}
	for from := range bandCount {
		high := top - vg.Length(from)*matrixRow
		swatch(c, from, vg.Point{X: c.Min.X + 4, Y: high - matrixRow/2 + 7})
		write(c, lettering(smallSize, quiet), vg.Point{X: c.Min.X + 4, Y: high - matrixRow/2 - 8}, "of "+words.Count(m.total(from)))
		for to := range bandCount {
			left := c.Min.X + matrixSide + vg.Length(to)*width
			m.cell(c, from, to, corners(left, high-matrixRow+2, left+width-2, high))
		}
	}
}

// total is the number of scores of a band that have a next one: what the shares of a row are of.
func (m movement) total(from int) int {
	n := 0
	for _, k := range m.Counts[from] {
		n += k
	}
	return n
}

// cell draws one share, the darker the larger, with its count. A band that nobody was in has
// shares of nothing: n/a on the palest ground.
func (m movement) cell(c draw.Canvas, from, to int, edge []vg.Point) {
	share, count := m.Transition[from][to], m.Counts[from][to]
	middle := vg.Point{X: (edge[0].X + edge[2].X) / 2, Y: (edge[0].Y + edge[2].Y) / 2}
	ground := wash
	if finite(share) {
		ground = blend(wash, sky, share)
	}
	telling(c, moveInWords(from, to, share, count), func() { c.FillPolygon(ground, edge) })
	write(c, centred(lettering(textSize, ink)), middle.Add(vg.Point{Y: 7}), words.Percent(share, 1))
	write(c, centred(lettering(smallSize, quiet)), middle.Add(vg.Point{Y: -8}), words.Count(count))
}

// moveInWords reads out one cell.
func moveInWords(from, to int, share float64, count int) string {
	return fmt.Sprintf("%s to %s %s (%s)", bandOf(from), bandOf(to), words.Percent(share, 1), words.Count(count))
}

// transitionsAlt reads out every cell.
func transitionsAlt(list []movement) string {
	said := make([]string, len(list))
	for i, m := range list {
		var cells []string
		for from := range bandCount {
			for to := range bandCount {
				cells = append(cells, moveInWords(from, to, m.Transition[from][to], m.Counts[from][to]))
			}
		}
		said[i] = spoken(m.name, m.champion) + ", " + m.note + ": " + strings.Join(cells, ", ")
	}
	return "From a band to that of the next score, as shares of the first. " + strings.Join(said, "; ") + "."
}
