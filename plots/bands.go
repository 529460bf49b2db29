package plots

import (
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/plot/vg/draw"

	"holdfast/backtest"
	"holdfast/plots/words"
)

// Bands draws the churn rate of every band of every candidate, with Wilson's interval at the
// effective number of test examples, and the share of the accounts that has the band: bands
// whose intervals overlap do not tell accounts apart. Candidates without bands are left out;
// without any, the error is [ErrNothingToDraw].
func Bands(r *backtest.Result) (Chart, error) {
	rows, high := bandRows(r)
	if len(rows) == 0 {
		return Chart{}, nothing("bands", "no candidate has bands")
	}
	c := Chart{
		Name: "bands", Title: "What the bands were worth", Alt: bandsAlt(rows),
		Width: float64(chartWidth), Height: float64(forestHeight(len(rows))),
	}
	c.paint = func(dc draw.Canvas) {
		subtitle := "churn rate of each band over all test windows, with its " + words.Level(r.Options.Level) + " interval; right: rate, and share of the accounts"
		forest(frame(dc, c.Title, subtitle), linear("churned", 0, high, forestAbout, percentage), rows, bandFigures)
	}
	return c, nil
}

// bandFigures is room for a rate and a share.
const bandFigures = 3 * figureRoom

// bandRows sets the bands of each candidate under its name, and returns the largest number
// among them, which the scale has to hold. A band that nobody was in has no rate and no row,
// and a candidate without rows no heading.
func bandRows(r *backtest.Result) (rows []estimate, high float64) {
	b := newBounds()
	for i, c := range r.Candidates {
		if c.Bands == nil {
			continue
		}
		var own []estimate
		for _, band := range c.Bands.List {
			if finite(band.Rate.Value) {
				own = append(own, bandRow(c.Name, band))
				b.add(band.Rate.Value, band.Rate.High)
			}
		}
		if len(own) > 0 {
			rows = append(append(rows, estimate{heading: spoken(c.Name, i == r.Champion), candidate: c.Name}), own...)
		}
	}
	return rows, b.high
}

// bandRow puts one band into the forest. A band is no difference: zero in its interval means
// nothing, and the marker is never hollow.
func bandRow(candidate string, b backtest.BandResult) estimate {
	row := estimate{
		candidate: candidate, name: string(b.Band), value: b.Rate.Value, low: b.Rate.Low, high: b.Rate.High,
		wideLow: math.NaN(), wideHigh: math.NaN(), colour: bandColour(max(0, b.Band.Risk())),
		figure: fmt.Sprintf("%s · %s of accounts", words.Percent(b.Rate.Value, 1), words.Percent(b.Share.Value, 0)),
	}
	text := words.Percent(b.Rate.Value, 1)
	if in := words.Interval(words.Percent(b.Rate.Low, 1), words.Percent(b.Rate.High, 1)); in != "" {
		text += " (" + in + ")"
	}
	row.tell = fmt.Sprintf("%s: %s churned, %s of %s, %s of all churn", b.Band, text,
		words.Count(b.Rate.Churned), words.Count(b.Rate.N), words.Percent(b.ShareOfChurn.Value, 0))
	return row
}

// bandsAlt reads out every band.
func bandsAlt(rows []estimate) string {
	var said strings.Builder
	for _, e := range rows {
		switch {
		case e.heading != "":
			said.WriteString(" " + e.heading + ":")
		default:
			said.WriteString(" " + e.tell + ";")
		}
	}
	return "Churn rate by band." + strings.TrimSuffix(said.String(), ";") + "."
}
