package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"html/template"
	"io"
	"strings"
)

// namespace stands in a picture that is a file of its own, and not in one that is part
// of a page.
const namespace = ` xmlns="http://www.w3.org/2000/svg"`

// inline fetches the picture of a figure, makes sure that it is the one that the
// document was made with and that it is a picture, and turns it into a part of a page.
func (f Figure) inline(figure func(string) ([]byte, error)) (template.HTML, error) {
	svg, err := figure(f.Name)
	if err != nil {
		return "", err
	}
	if digest(svg) != f.SHA256 {
		return "", errors.New("the picture is not the one that the report was made with; run the backtest again")
	}
	body, found := bytes.CutPrefix(svg, []byte("<svg"+namespace))
	if !found {
		return "", errors.New("the picture is not an SVG of this program")
	}
	if err := onlyDrawing(svg); err != nil {
		return "", err
	}
	return template.HTML("<svg" + string(body)), nil //nolint:gosec // it only draws
}

// onlyDrawing makes sure that an SVG holds shapes and text and nothing that runs, loads
// or ends the drawing: a hash only says that the file is the one of the document, and
// whoever can change the one can change the other.
func onlyDrawing(svg []byte) error {
	if bytes.Contains(svg, []byte("<!")) || bytes.Contains(svg, []byte("<?")) {
		return errors.New("the picture holds comments or instructions, which none of this program does")
	}
	in := xml.NewDecoder(bytes.NewReader(svg))
	depth, roots := 0, 0
	for {
		token, err := in.Token()
		if errors.Is(err, io.EOF) && roots == 1 {
			return nil
		}
		if err != nil {
			return fmt.Errorf("the picture is damaged: %w", err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			if depth == 0 {
				roots++
			}
			if depth++; !draws(e, depth) || roots > 1 {
				return fmt.Errorf("the picture holds the element %q, which does more than draw", e.Name.Local)
			}
		case xml.EndElement:
			depth--
		case xml.CharData:
			if depth == 0 && len(bytes.TrimSpace(e)) > 0 {
				return errors.New("the picture holds text beside its drawing")
			}
		}
	}
}

// draws says whether an element is one of those that charts are made of, without an
// attribute that runs or loads anything. depth is 1 for the root, which alone may be an <svg>.
// It is a list of what is known and not of what is bad: <foreignObject>, <style>, <use>,
// <animate> and whatever comes after them are refused unseen.
func draws(e xml.StartElement, depth int) bool {
	switch e.Name.Local {
	case "svg":
		if depth != 1 {
			return false
		}
	case "g", "path", "rect", "circle", "line", "polyline", "polygon", "text", "tspan", "title", "desc":
	default:
		return false
	}
	for _, a := range e.Attr {
		name := strings.ToLower(a.Name.Local)
		if strings.HasPrefix(name, "on") || name == "href" || name == "src" || strings.Contains(strings.ToLower(a.Value), "url(") {
			return false
		}
	}
	return true
}
