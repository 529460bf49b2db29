package report

import (
	"fmt"
	"html/template"
	"strings"

	"holdfast/plots"
)

// figures are the drawn charts by the section that they belong to.
type figures map[string][]figure

// draw renders every chart once.
func draw(charts []plots.Chart) (figures, error) {
	drawn := make(figures)
	for _, c := range charts {
		svg, err := c.InlineSVG()
		if err != nil {
			return nil, fmt.Errorf("report: %w", err)
		}
		// The SVG is trusted: plots escapes every label and the alternative text.
		id := home(c.Name)
		drawn[id] = append(drawn[id], figure{SVG: template.HTML(svg), Caption: c.Title}) //nolint:gosec // see above
	}
	return drawn, nil
}

// home is the section of a chart. Charts of unknown name are shown with the
// folds, the section of many pictures.
func home(chart string) string {
	switch chart {
	case "gains":
		return "verdict"
	case "money", "decision_curve":
		return "capacity"
	case "roc", "precision_recall", "cumulative_gains":
		return "ranking"
	case "score_histogram":
		return "calibration"
	case "quarters":
		return "data"
	case "timeline", "missing":
		return "health"
	}
	for _, section := range []string{"calibration", "weights"} {
		if strings.HasPrefix(chart, section) {
			return section
		}
	}
	return "folds"
}

// place puts the figures of a section into it.
func (f figures) place(s section) section {
	s.Figures = f[s.ID]
	return s
}
