package features

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"holdfast/dataset"
	"holdfast/features/binning"
)

// learnBins cuts a number by the labels of its training rows. Where only one of the two
// classes occurs there is nothing to weigh: the factor is constant then, with a warning.
func (e *Encoding) learnBins(x []float64, churned []bool) ([]dataset.Warning, error) {
	options := binning.Options{}
	if e.Factor.Bins != nil {
		options = *e.Factor.Bins
	}
	if !slices.Contains(churned, true) || !slices.Contains(churned, false) {
		e.Bins = &binning.Binning{Edges: []float64{}, Bins: []binning.Bin{{}}, Trend: binning.Free}
		return []dataset.Warning{{Code: "no_bins", Where: "factor " + e.Factor.Name, Message: fmt.Sprintf(
			"%s cannot be binned: of its %d training rows none churned, or none renewed", e.Factor.Name, len(x))}}, nil
	}
	b, err := binning.Learn(x, churned, options)
	if err != nil {
		return nil, err
	}
	if b.Edges == nil {
		b.Edges = []float64{} // one bin, and one spelling of it in a model file
	}
	e.Bins = b
	return nil, nil
}

// What nobody of the training rows fell into has a weight of 0, which is no finding about
// risk: it must not become an end of the scale.

// worth is the least and the greatest weight of evidence of bins that training rows
// fell into, special ones and that of missing values among them; 0 and 0 where none did.
func worth(b *binning.Binning) (safest, riskiest float64) {
	safest, riskiest = math.Inf(1), math.Inf(-1)
	for _, bin := range slices.Concat(b.Bins, b.Special, []binning.Bin{b.Missing}) {
		if bin.N > 0 {
			safest, riskiest = min(safest, bin.WoE), max(riskiest, bin.WoE)
		}
	}
	if safest > riskiest {
		return 0, 0
	}
	return safest, riskiest
}

// checkBins refuses bins that Fit could not have made: binning.Check says what those are.
func (e *Encoding) checkBins() error {
	b := e.Bins
	switch {
	case (e.Factor.Kind == Bins) != (b != nil):
		return errors.New("bins belong to a factor of kind bins, which needs them")
	case b == nil:
		return nil
	}
	return b.Check()
}
