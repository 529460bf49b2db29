package plots

import (
	"bytes"
	"encoding/xml"
	"fmt"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// Text of the SVG names its font and nothing more. Arial and Helvetica have the
// widths of Liberation Sans, so labels measured with one fit in the others.
const (
	ownFamily  = `style="font-family:Liberation Sans;`
	safeFamily = `style="font-family:'Liberation Sans',Arial,Helvetica,sans-serif;`
)

// SVG renders the chart as a file: one <svg> element that scales with its
// container, refers to nothing outside itself, and carries Title and Alt for
// screen readers.
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
	canvas := vgsvg.New(vg.Length(c.Width), vg.Length(c.Height))
	c.paint(draw.New(canvas))
	var out bytes.Buffer
	if _, err := canvas.WriteTo(&out); err != nil {
		return nil, fmt.Errorf("plots: %s: writing SVG: %w", c.Name, err)
	}
	return c.dress(out.Bytes(), namespace)
}

// dress replaces the root element that vgsvg wrote, which has a size in points
// and no words, and names fonts that every browser has. A label cannot be taken
// for the font: its quotation marks are escaped.
func (c Chart) dress(svg []byte, namespace string) ([]byte, error) {
	_, rest, found := bytes.Cut(svg, []byte("<svg "))
	_, body, closed := bytes.Cut(rest, []byte(">"))
	if !found || !closed {
		return nil, fmt.Errorf("plots: %s: the SVG has no root element", c.Name)
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, `<svg%s width="%g" height="%g" viewBox="0 0 %g %g" role="img" aria-label="%s">`,
		namespace, c.Width, c.Height, c.Width, c.Height, escape(c.Title+". "+c.Alt))
	out.Write(bytes.ReplaceAll(body, []byte(ownFamily), []byte(safeFamily)))
	return out.Bytes(), nil
}

// escape makes text an attribute value.
func escape(text string) string {
	var out bytes.Buffer
	xml.EscapeText(&out, []byte(text)) // a bytes.Buffer does not fail
	return out.String()
}
