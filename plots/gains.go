package plots

import (
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"holdfast/backtest"
	"holdfast/plots/words"
)

// Gains draws by how much every other candidate beat the champion in the primary
// metric, on the same test rows; right of zero the challenger is better. Without
// comparisons the error is [ErrNothingToDraw].
func Gains(r *backtest.Result) (Chart, error) {
	rows := gainRows(r)
	if len(rows) == 0 {
		return Chart{}, nothing("gains", "no candidate was compared with the champion")
	}
	metric := words.Metric(r.Options.Primary).Label
	c := Chart{
		Name:   "gains",
		Title:  "Gain over the champion",
		Alt:    gainsAlt(r, rows, metric),
		Width:  float64(chartWidth),
		Height: float64(forestHeight(len(rows))),
	}
	c.paint = func(dc draw.Canvas) {
		body := frame(dc, c.Title, "thick: "+words.Level(r.Options.Level)+" interval; thin: the same, allowing for the number of challengers; hollow: too close to call")
		forest(body, forestScale("gain in "+metric+", right of zero is better than the champion", rows), rows, wideFigures)
	}
	return c, nil
}

// wideFigures is room for a signed number and a tilde.
const wideFigures vg.Length = 72

// Undecided says whether the data cannot tell a challenger from the champion: zero
// lies within the interval of the gain. It is the wide interval, which allows for
// the number of challengers, where there is one: the verdict uses that too. Without any
// interval nothing is undecided. Charts and tables ask it, so that both mark the same rows.
func Undecided(c backtest.Comparison) bool {
	if c.FamilyLow < c.FamilyHigh {
		return spans(c.FamilyLow, c.FamilyHigh)
	}
	return spans(c.Low, c.High)
}

// gainRows are the comparisons in the primary metric that have a gain, in the order
// of the Result. A worse candidate is red even if it may be better by chance: the
// hollow marker and the tilde say so.
func gainRows(r *backtest.Result) []estimate {
	var rows []estimate
	for _, cmp := range r.Comparisons {
		if cmp.Metric != r.Options.Primary || !finite(cmp.Gain) {
			continue
		}
		row := estimate{
			candidate: cmp.Challenger, name: cmp.Challenger, value: cmp.Gain, low: cmp.Low, high: cmp.High,
			wideLow: cmp.FamilyLow, wideHigh: cmp.FamilyHigh,
			colour: blue, hollow: Undecided(cmp), figure: words.Signed(cmp.Gain, 4),
		}
		if cmp.Gain < 0 {
			row.colour = vermilion
		}
		if row.hollow {
			row.figure = "~ " + row.figure
		}
		row.tell = label(row.name) + ": " + gainInWords(row)
		rows = append(rows, row)
	}
	return rows
}

// gainsAlt reads out every gain with its interval.
func gainsAlt(r *backtest.Result, rows []estimate, metric string) string {
	said := make([]string, len(rows))
	for i, e := range rows {
		said[i] = label(e.name) + " " + gainInWords(e)
	}
	return fmt.Sprintf("Gain in %s over the champion %s, positive is better: %s.",
		metric, label(r.Verdict.Champion), strings.Join(said, "; "))
}

// signedFixed shows a signed number.
func signedFixed(x float64, decimals int) string { return words.Signed(clearZero(x), decimals) }

// clearZero turns the rounding error left at a tick that means 0 into 0.
func clearZero(x float64) float64 {
	if math.Abs(x) < tiny {
		return 0
	}
	return x
}
