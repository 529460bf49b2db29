package plots

import (
	"bytes"
	"fmt"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"

	"holdfast/plots/words"
)

// sheet is the canvas of an SVG. vgsvg knows shapes but no groups, so a sheet is painted as
// a string of drawings: where a group begins or ends, the drawing so far is finished, what
// it shows is kept, and the next one begins. Groups must not begin between a Push and its
// Pop, for a drawing has to close what it opened.
type sheet struct {
	*vgsvg.Canvas        // the drawing in progress
	origin        []byte // the element that puts the origin at the bottom, the same in every drawing
	body          bytes.Buffer
	err           error // the first
}

// newSheet is an empty canvas of a size in CSS pixels. It is painted once, by one goroutine.
func newSheet(width, height float64) *sheet {
	return &sheet{Canvas: vgsvg.New(vg.Length(width), vg.Length(height))}
}

// insert puts markup behind what was drawn so far and begins a new drawing. The markup is the
// caller's to escape, and must be balanced over all insertions.
func (s *sheet) insert(markup string) {
	var file bytes.Buffer
	if _, err := s.Canvas.WriteTo(&file); err != nil && s.err == nil {
		s.err = fmt.Errorf("writing SVG: %w", err)
	}
	s.keep(file.Bytes())
	s.body.WriteString(markup)
	s.Canvas = vgsvg.New(s.Canvas.Size())
}

// keep takes from a file of vgsvg what lies within its one outer group.
func (s *sheet) keep(file []byte) {
	_, rest, root := bytes.Cut(file, []byte("<svg "))
	_, rest, open := bytes.Cut(rest, []byte("<g "))
	origin, rest, closed := bytes.Cut(rest, []byte(">"))
	end := bytes.LastIndex(rest, []byte("</g>"))
	if !(root && open && closed) || end < 0 {
		if s.err == nil {
			s.err = fmt.Errorf("writing SVG: the drawing has no outer group")
		}
		return
	}
	s.origin = append(append([]byte("<g "), origin...), '>')
	s.body.Write(bytes.TrimLeft(rest[:end], "\n"))
}

// elements is everything that was drawn, in the order in which it lies on the paper, in one
// group that turns y upwards. It ends the sheet. Errors: the first that vgsvg had.
func (s *sheet) elements() ([]byte, error) {
	s.insert("")
	return fmt.Appendf(nil, "%s\n%s</g>\n", s.origin, s.body.Bytes()), s.err
}

// ofCandidate paints what belongs to one candidate. In an SVG it is a group that bears the
// name, by which the script of a page finds what to hide; elsewhere it is just painted.
func ofCandidate(c draw.Canvas, name string, paint func()) {
	grouped(c, `<g data-candidate="`+escape(words.Clean(name))+`">`, paint)
}

// telling paints marks that say more than they show: in an SVG the text appears where the
// pointer rests on them.
func telling(c draw.Canvas, text string, paint func()) {
	grouped(c, "<g><title>"+escape(words.Clean(text))+"</title>", paint)
}

// grouped wraps what is painted, on canvases that know groups: open and its end are inserted
// around it.
func grouped(c draw.Canvas, open string, paint func()) {
	s := sheetOf(c)
	if s == nil {
		paint()
		return
	}
	s.insert(open + "\n")
	paint()
	s.insert("</g>\n")
}

// sheetOf is the sheet that a canvas is a part of, nil if it is of no sheet: every crop wraps
// the canvas that it is cut from.
func sheetOf(c draw.Canvas) *sheet {
	under := c.Canvas
	for {
		switch u := under.(type) {
		case *sheet:
			return u
		case draw.Canvas:
			under = u.Canvas
		case *draw.Canvas:
			under = u.Canvas
		default:
			return nil
		}
	}
}

// tip is a text for a place that carries no mark of its own.
type tip struct {
	at   vg.Point
	text string
}

// tips lays glass over places along a line, so that a value can be read off it. Neighbours
// that would lie on each other are left out; pictures without a pointer get nothing.
func tips(c draw.Canvas, list []tip) {
	const half = 12
	glass := tint{paper, 1} // not seen, and still has the pointer rest on it
	if sheetOf(c) == nil {
		return
	}
	var last *tip
	for i := range list {
		t := &list[i]
		if !c.Contains(t.at) || last != nil && near(t.at, last.at, 2*half) {
			continue
		}
		telling(c, t.text, func() {
			c.FillPolygon(glass, corners(t.at.X-half, t.at.Y-half, t.at.X+half, t.at.Y+half))
		})
		last = t
	}
}

// near says whether two places are less than a distance apart, on either axis.
func near(a, b vg.Point, distance vg.Length) bool {
	return max(a.X-b.X, b.X-a.X) < distance && max(a.Y-b.Y, b.Y-a.Y) < distance
}
