package plots

import (
	"fmt"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"holdfast/backtest/health"
	"holdfast/dataset"
	"holdfast/plots/words"
)

// Health returns the pictures of the data, in the order of the report: the timeline,
// and what is missing. A nil report has none.
func Health(h *health.Report) ([]Chart, error) {
	if h == nil {
		return nil, nil
	}
	return pictures(h, Timeline, Missing)
}

// Timeline draws the snapshots and the outcomes by month, one above the other on one
// calendar: where the data begin, thin out and end. A line marks the day until which
// outcomes are known. Without months the error is [ErrNothingToDraw].
func Timeline(h *health.Report) (Chart, error) {
	if len(h.Months) == 0 {
		return Chart{}, nothing("timeline", "there are no rows")
	}
	c := Chart{
		Name: "timeline", Title: "What the data hold, month by month", Alt: timelineAlt(h),
		Width: float64(chartWidth), Height: 340,
	}
	c.paint = func(dc draw.Canvas) {
		body := frame(dc, c.Title, "above: accounts with a snapshot; below: outcomes, of which churned")
		timelineKey(body)
		half := (body.Max.Y - body.Min.Y - keyHeight) / 2
		above, below := monthScale(h, "accounts", accountsSeen), monthScale(h, "outcomes", outcomesDue)
		widest := max(tickWidth(above), tickWidth(below))
		drawMonths(draw.Crop(body, widest-tickWidth(above), 0, half, -keyHeight), h, above, accountsSeen, sky)
		drawMonths(draw.Crop(body, widest-tickWidth(below), 0, 0, -keyHeight-half), h, below, outcomesDue, paleBlue)
	}
	return c, nil
}

// perMonth is the height of a month's bar and of the part of it that stands out.
type perMonth func(health.Month) (total, part int)

// accountsSeen and outcomesDue are the two panels of the timeline. The part that stands out is
// the churned; of accounts, nothing does.
func accountsSeen(m health.Month) (total, part int) { return m.Accounts, 0 }

func outcomesDue(m health.Month) (total, part int) {
	return m.Renewed + m.Churned + m.Unknown, m.Churned
}

// monthScale holds the bars of all months, from zero, as bars must, to one at least.
func monthScale(h *health.Report, label string, count perMonth) scale {
	b := newBounds()
	b.add(0, 1)
	for _, m := range h.Months {
		total, _ := count(m)
		b.add(float64(total))
	}
	return linear(label, 0, b.high, 3, func(v float64, _ int) string { return words.Count(int(v)) })
}

// tickWidth is the room that the labels of an axis take: panels that share a calendar
// start at the same place.
func tickWidth(s scale) vg.Length {
	widest := vg.Length(0)
	for _, t := range s.ticks {
		widest = max(widest, lettering(smallSize, quiet).Width(t.Label))
	}
	return widest
}

// drawMonths draws a bar a month, and within it the part that stands out. The line stands at the
// end of the day until which outcomes are known, where that is within the months.
func drawMonths(c draw.Canvas, h *health.Report, y scale, count perMonth, colour rgb) {
	first, end := h.Months[0].Start, h.Months[len(h.Months)-1].Start.AddMonths(1)
	p := axes(calendar(first, end, 8), y)
	p.Add(marks(func(c draw.Canvas, x, y func(float64) vg.Length) {
		at := func(d dataset.Date) vg.Length { return x(float64(d)) }
		for _, m := range h.Months {
			total, part := count(m)
			left, right := at(m.Start), at(m.Start.AddMonths(1))
			if right-left > 3 { // room for a gap between bars
				left, right = left+0.7, right-0.7
			}
			c.FillPolygon(colour, corners(left, y(0), right, y(float64(total))))
			if part > 0 {
				c.FillPolygon(vermilion, corners(left, y(0), right, y(float64(part))))
			}
		}
		if d := h.ObservedUntil; d >= first && d < end {
			c.StrokeLine2(dashed(ink, 1, 3, 3), at(d+1), c.Min.Y, at(d+1), c.Max.Y)
		}
	}))
	p.Draw(c)
}

// timelineKey explains the colours and the line.
func timelineKey(c draw.Canvas) {
	const box, gap = 14, 18
	x, y := c.Min.X, c.Max.Y-6
	style := lettering(smallSize, quiet)
	for _, k := range []struct {
		name   string
		colour rgb
	}{{"accounts with a snapshot", sky}, {"outcomes", paleBlue}, {"churned", vermilion}} {
		c.FillPolygon(k.colour, corners(x, y-box/2, x+box, y+box/2))
		write(c, style, vg.Point{X: x + box + 6, Y: y}, k.name)
		x += box + 6 + style.Width(k.name) + gap
	}
	c.StrokeLine2(dashed(ink, 1, 3, 3), x+box/2, y-box/2, x+box/2, y+box/2)
	write(c, style, vg.Point{X: x + box + 6, Y: y}, "outcomes are known until here")
}

// timelineAlt reads out the ends and the extremes: a list of all months would not be
// listened to.
func timelineAlt(h *health.Report) string {
	s, o := h.Snapshots, h.Outcomes
	least, most := -1, 0
	for _, m := range h.Months {
		if m.Start > s.Last || m.Accounts == 0 {
			continue
		}
		if least < 0 || m.Accounts < least {
			least = m.Accounts
		}
		most = max(most, m.Accounts)
	}
	return fmt.Sprintf("Snapshots from %s to %s, of %s to %s accounts a month; outcomes from %s to %s, %s churned of %s, known until %s.",
		day(s.First), day(s.Last), words.Count(max(least, 0)), words.Count(most), day(o.First), day(o.Last), words.Count(o.Churned), words.Count(o.Rows), day(h.ObservedUntil))
}
