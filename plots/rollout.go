package plots

import (
	"fmt"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"holdfast/backtest"
	"holdfast/plots/words"
)

// Rollout draws how much money changes its band on the day the challenger replaces the
// champion, by the band that it leaves and the one that it comes to; accounts, where the
// data has no values. Without a rollout to look at the error is [ErrNothingToDraw].
func Rollout(r *backtest.Result) (Chart, error) {
	if r.Rollout == nil || r.Rollout.Accounts == 0 {
		return Chart{}, nothing("rollout", "nobody would be rolled out, or no account can be scored today")
	}
	if moves(r.Rollout) == 0 {
		return Chart{}, nothing("rollout", "no account would change its band")
	}
	rows := moveRows(r.Rollout, r.Data.HasValue)
	c := Chart{
		Name: "rollout", Title: "What changes its band on the day of the rollout", Alt: rolloutAlt(r.Rollout, rows),
		Width: float64(chartWidth), Height: float64(forestHeight(len(rows))),
	}
	c.paint = func(dc draw.Canvas) {
		body := frame(dc, c.Title, "from the champion's band ("+words.Label(r.Rollout.Champion, 18)+") to the challenger's ("+words.Label(r.Rollout.Challenger, 18)+"); "+staying(r.Rollout))
		drawMoves(body, rows, r.Data.HasValue)
	}
	return c, nil
}

// moveRows are the changes to a worse and to a better band, always all of them: that nobody
// makes one is worth knowing. The colour is that of the band that is come to.
func moveRows(roll *backtest.Rollout, hasValue bool) []estimate {
	var rows []estimate
	for _, side := range []struct {
		heading string
		moves   [3][2]int // from, to
	}{
		{"to a worse band", [3][2]int{{0, 2}, {0, 1}, {1, 2}}},
		{"to a better band", [3][2]int{{2, 0}, {2, 1}, {1, 0}}},
	} {
		rows = append(rows, estimate{heading: side.heading})
		for _, m := range side.moves {
			rows = append(rows, moveRow(roll, m[0], m[1], hasValue))
		}
	}
	return rows
}

// moveRow is one change as a bar: its value is its length, money or else accounts. from and to
// are risks, 0 for green.
func moveRow(roll *backtest.Rollout, from, to int, hasValue bool) estimate {
	count, value := roll.Counts[from][to], roll.Values[from][to]
	row := estimate{
		name: string(bandOf(from)) + " to " + string(bandOf(to)), value: float64(count),
		colour: bandColour(to), figure: words.Plural(count, "account", "accounts"),
	}
	if hasValue {
		row.value = value
		row.figure = figures(value) + " · " + row.figure
		row.tell = row.name + ": " + words.Amount(value) + ", " + words.Plural(count, "account", "accounts")
	} else {
		row.tell = row.name + ": " + row.figure
	}
	return row
}

// moveFigures is room for an amount and a count.
const moveFigures = 3 * figureRoom

// drawMoves draws the bars from zero, as bars must.
func drawMoves(c draw.Canvas, rows []estimate, hasValue bool) {
	label, show, b := "accounts", func(v float64, _ int) string { return words.Count(int(v + 0.5)) }, newBounds()
	if hasValue {
		label, show = "value of the accounts", amount
	}
	b.add(0)
	for _, e := range rows {
		b.add(e.value)
	}
	if b.high == 0 {
		b.high = 1 // nobody changes: an axis from 0 to 1 without bars
	}
	n := float64(len(rows))
	p := axes(linear(label, 0, b.high, 5, show), scale{min: 0, max: n})
	p.Add(marks(func(c draw.Canvas, x, y func(float64) vg.Length) {
		for i, e := range rows {
			at := y(n - float64(i) - 0.5)
			if e.heading != "" {
				heading(c, e.heading, at)
				continue
			}
			rowTexts(c, e, at, moveFigures)
			if finite(e.value) && e.value > 0 {
				const half = 6
				telling(c, e.tell, func() { c.FillPolygon(e.colour, corners(x(0), at-half, max(x(e.value), x(0)+1), at+half)) })
			}
		}
	}))
	p.Draw(draw.Crop(c, nameRoom, -moveFigures, 0, 0))
}

// staying counts the accounts that keep their band.
func staying(roll *backtest.Rollout) string {
	return words.Count(roll.Accounts-moves(roll)) + " of " + words.Plural(roll.Accounts, "account keeps its band", "accounts keep theirs")
}

// moves counts the accounts that change their band: all off the diagonal.
func moves(roll *backtest.Rollout) int {
	n := 0
	for from, line := range roll.Counts {
		for to, accounts := range line {
			if from != to {
				n += accounts
			}
		}
	}
	return n
}

// rolloutAlt reads out every change.
func rolloutAlt(roll *backtest.Rollout, rows []estimate) string {
	var said []string
	for _, e := range rows {
		if e.heading == "" {
			said = append(said, e.tell)
		}
	}
	return fmt.Sprintf("From the band of the champion %s to that of the challenger %s, on %s: %s; %s.",
		label(roll.Champion), label(roll.Challenger), day(roll.AsOf), strings.Join(said, "; "), staying(roll))
}
