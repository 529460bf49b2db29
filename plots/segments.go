package plots

import (
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/plot/vg/draw"

	"holdfast/backtest"
	"holdfast/plots/words"
)

// mostSegments is how many segments the picture holds; the rest stands in the tables.
const mostSegments = 40

// SegmentForest draws by how much the challenger of the verdict beat the champion within
// each segment, in the primary metric, with the churn that each says it from; the last row
// is all accounts together. Segments too small to have a say in the verdict are grey.
// Without segments or a challenger the error is [ErrNothingToDraw].
func SegmentForest(r *backtest.Result) (Chart, error) {
	rows, left := segmentRows(r)
	if len(rows) == 0 {
		return Chart{}, nothing("segment_forest", "the project names no segments, or nobody challenges the champion")
	}
	metric := words.Metric(r.Options.Primary).Label
	c := Chart{
		Name:  "segment_forest",
		Title: "Where the challenger is better: " + words.Label(r.Verdict.Challenger, 40),
		Alt:   segmentsAlt(r, rows, metric),
		Width: float64(chartWidth), Height: float64(forestHeight(len(rows))),
	}
	subtitle := "bars: intervals that allow for the number of segments; hollow: too close to call; grey: too few to judge; right: churned"
	if left > 0 {
		subtitle = fmt.Sprintf("%d further segments are not shown; hollow: too close to call; grey: too few to judge; right: churned", left)
	}
	c.paint = func(dc draw.Canvas) {
		forest(frame(dc, c.Title, subtitle), forestScale("gain in "+metric+", right of zero is better than the champion", rows), rows, segmentFigures)
	}
	return c, nil
}

// segmentFigures is room for a signed number and two counts.
const segmentFigures = 3 * figureRoom

// segmentRows are the gains of the challenger of the verdict, in the order of the Result,
// and how many were left out. Under them stands the gain over all accounts, if there is one: a
// segment is read against it.
func segmentRows(r *backtest.Result) (rows []estimate, left int) {
	for _, s := range r.Segments {
		if s.Challenger != r.Verdict.Challenger || !finite(s.Gain) {
			continue
		}
		if len(rows) == mostSegments {
			left++
			continue
		}
		rows = append(rows, segmentRow(s))
	}
	if len(rows) == 0 {
		return nil, 0
	}
	for _, all := range gainRows(r) {
		if all.name == r.Verdict.Challenger {
			all.candidate, all.name = "", "all accounts"
			pooled := backtest.Find(r.Candidates[max(0, r.Champion)].Pooled, backtest.BaseRate)
			all.figure, all.tell = counted(all.value, pooled.Churned, pooled.N), all.name+": "+gainInWords(all)
			return append(rows, estimate{heading: "together"}, all), left
		}
	}
	return rows, left
}

// segmentRow puts one segment into the forest.
func segmentRow(s backtest.SegmentGain) estimate {
	row := estimate{
		name: s.Segment, value: s.Gain, low: s.Low, high: s.High, wideLow: math.NaN(), wideHigh: math.NaN(),
		colour: blue, hollow: spans(s.Low, s.High),
		figure: counted(s.Gain, s.Churned, s.N),
	}
	if s.Segment == "" {
		row.name = "(no segment)"
	}
	switch {
	case !s.Enough:
		row.colour = faint
	case s.Gain < 0:
		row.colour = vermilion
	}
	row.tell = label(row.name) + ": " + gainInWords(row) + fmt.Sprintf(", %s churned of %s", words.Count(s.Churned), words.Count(s.N))
	return row
}

// counted is a gain with the churned and all test examples that it comes from.
func counted(gain float64, churned, n int) string {
	return fmt.Sprintf("%s · %s of %s", words.Signed(gain, 4), words.Count(churned), words.Count(n))
}

// gainInWords is a gain with its interval, and whether it could be nothing.
func gainInWords(e estimate) string {
	text := words.Signed(e.value, 4)
	if in := words.Interval(words.Signed(e.low, 4), words.Signed(e.high, 4)); in != "" {
		text += " (" + in + ")"
	}
	if e.hollow {
		text += ", too close to call"
	}
	return text
}

// segmentsAlt reads out every row.
func segmentsAlt(r *backtest.Result, rows []estimate, metric string) string {
	var said []string
	for _, e := range rows {
		if e.heading == "" {
			said = append(said, e.tell)
		}
	}
	return fmt.Sprintf("Gain in %s of %s over the champion %s by segment, positive is better: %s.",
		metric, label(r.Verdict.Challenger), label(r.Verdict.Champion), strings.Join(said, "; "))
}
