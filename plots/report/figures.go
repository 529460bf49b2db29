package report

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"holdfast/plots"
	"holdfast/plots/words"
)

// figures are the charts in the order of the report.
type figures []Figure

// pictures are drawn charts by name.
type pictures map[string][]byte

// find is the picture of a chart, for [Document.Write].
func (p pictures) find(name string) ([]byte, error) {
	if svg, ok := p[name]; ok {
		return svg, nil
	}
	return nil, fmt.Errorf("there is no chart of the name %q", name)
}

// draw renders every chart once: the figures that name them, in their order, and the pictures.
// Errors: those of [plots.Chart.SVG].
func draw(charts []plots.Chart) (figures, pictures, error) {
	var placed figures
	drawn := make(pictures)
	for _, c := range charts {
		svg, err := c.SVG()
		if err != nil {
			return nil, nil, fmt.Errorf("report: %w", err)
		}
		placed = append(placed, Figure{Name: c.Name, Caption: words.Clean(c.Title), Alt: words.Clean(c.Alt), SHA256: digest(svg)})
		drawn[c.Name] = svg
	}
	return placed, drawn, nil
}

// digest is the SHA-256 of a picture in hexadecimal digits.
func digest(svg []byte) string {
	sum := sha256.Sum256(svg)
	return hex.EncodeToString(sum[:])
}

// home is the ID of the section of a chart, by its name. Charts of unknown name are shown with
// the folds, the section of many pictures, so that a new chart is never lost.
func home(chart string) string {
	switch chart {
	case "gains":
		return "verdict"
	case "money", "decision_curve", "value_at_capacity":
		return "capacity"
	case "lead_time":
		return "warning"
	case "roc", "precision_recall", "cumulative_gains":
		return "ranking"
	case "score_histogram":
		return "calibration"
	case "bands", "band_transitions":
		return "bands"
	case "segment_forest":
		return "segments"
	case "rollout":
		return "rollout"
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

// place puts the figures into their sections. Those of a section that is left out stand
// with the folds: a chart that was drawn is shown.
func (f figures) place(sections []Section) {
	at := make(map[string]int)
	for i, s := range sections {
		at[s.ID] = i
	}
	for _, c := range f {
		i, there := at[home(c.Name)]
		if !there {
			i = at["folds"]
		}
		sections[i].Figures = append(sections[i].Figures, c)
	}
}
