package plots

import (
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"holdfast/models"
)

// bandCount is how many bands there are; tables of package backtest are indexed by their
// risk, green first.
const bandCount = 3

// bandOf is the band of a risk, 0 to 2.
func bandOf(risk int) models.Band {
	return [bandCount]models.Band{models.Green, models.Yellow, models.Red}[risk]
}

// bandColour is the colour of a band: those of the house that are told apart by readers
// with any colour vision, and not the green and red of traffic lights.
func bandColour(risk int) rgb { return [bandCount]rgb{green, orange, vermilion}[risk] }

// swatch writes the name of a band behind a box of its colour, from a place on.
func swatch(c draw.Canvas, risk int, at vg.Point) {
	const half = 4.5
	c.FillPolygon(bandColour(risk), corners(at.X, at.Y-half, at.X+2*half, at.Y+half))
	write(c, lettering(smallSize, ink), vg.Point{X: at.X + 2*half + 5, Y: at.Y}, string(bandOf(risk)))
}
