package plots

import (
	"bytes"
	"encoding/xml"
	"fmt"

	"gonum.org/v1/plot/vg/draw"
)

// Text of the SVG names its font and nothing more. Arial and Helvetica have the
// widths of Liberation Sans, so labels measured with one fit in the others.
const (
	ownFamily  = `style="font-family:Liberation Sans;`
	safeFamily = `style="font-family:'Liberation Sans',Arial,Helvetica,sans-serif;`
)

// SVG renders the chart as a file: one <svg> element that scales with its
// container, refers to nothing outside itself, and carries Title and Alt for
// screen readers. The same chart gives the same bytes, which a report is held against by their
// hash. Errors: [ErrNothingToDraw] of a chart that no picture made.
func (c Chart) SVG() ([]byte, error) {
	return c.svg(` xmlns="http://www.w3.org/2000/svg"`)
}

// InlineSVG is [Chart.SVG] as a part of an HTML page, which needs no namespace.
func (c Chart) InlineSVG() ([]byte, error) { return c.svg("") }

// svg paints the chart and dresses what vgsvg made of it.
func (c Chart) svg(namespace string) ([]byte, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	canvas := newSheet(c.Width, c.Height)
	c.paint(draw.New(canvas))
	elements, err := canvas.elements()
	if err != nil {
		return nil, fmt.Errorf("plots: %s: %w", c.Name, err)
	}
	return c.dress(elements, namespace), nil
}

// dress writes the root element, with the words of the chart, and names fonts that every
// browser has. A label cannot be taken for the font: its quotation marks are escaped.
func (c Chart) dress(elements []byte, namespace string) []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, `<svg%s width="%g" height="%g" viewBox="0 0 %g %g" role="img" aria-label="%s">`+"\n",
		namespace, c.Width, c.Height, c.Width, c.Height, escape(c.Title+". "+c.Alt))
	out.Write(bytes.ReplaceAll(elements, []byte(ownFamily), []byte(safeFamily)))
	out.WriteString("</svg>\n")
	return out.Bytes()
}

// escape makes text an attribute value.
func escape(text string) string {
	var out bytes.Buffer
	xml.EscapeText(&out, []byte(text)) // a bytes.Buffer does not fail
	return out.String()
}
