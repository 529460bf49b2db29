package report

import (
	"html/template"
	"regexp"
	"strconv"
)

// A report on paper is read from the first page to the last by people who sit together, so
// that its body holds a picture and a short table or two for each answer. What answers a
// further question stands in an appendix: every fold-out, the pictures that are named
// here, and whatever would fill a page of the body. page.js moves them when the browser
// prints, and moves them back. A browser that runs no script prints everything in its
// place.

// longestOnPaper is how many lines a table of the body has on paper.
const longestOnPaper = 14

// Long says whether a table stands in the appendix on paper. It is exported for the template,
// which asks.
func (t Table) Long() bool { return len(t.Rows) > longestOnPaper }

// aside is the caption of a figure that stands in the appendix on paper, and empty for
// those that carry the answer of their section.
func (f Figure) aside(svg template.HTML) string {
	switch f.Name {
	case "decision_curve", "precision_recall", "cumulative_gains", "calibration_others", "score_histogram", "band_transitions",
		"weights_challenger", "weights_effects", "weights_over_folds", "log_loss_over_folds", "lead", "timetable", "missing", "timeline":
		return f.Caption
	}
	if isTall(svg) {
		return f.Caption
	}
	return ""
}

// isTall says whether a picture is higher than it is wide: squeezed between text, it could
// not be read.
func isTall(svg template.HTML) bool {
	size := regexp.MustCompile(`^<svg width="([0-9.]+)" height="([0-9.]+)"`).FindStringSubmatch(string(svg))
	if size == nil {
		return false
	}
	width, errWidth := strconv.ParseFloat(size[1], 64)
	height, errHeight := strconv.ParseFloat(size[2], 64)
	return errWidth == nil && errHeight == nil && height > width
}
