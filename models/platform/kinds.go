package platform

// Kind is the arithmetic of one platform, or of a family of them.
type Kind string

// The kinds.
const (
	WeightedMean Kind = "weighted_mean" // Gainsight: measures and groups by weight
	BandPoints   Kind = "band_points"   // Totango, multidimensional: 100, 60 or 0 by weight, rounded twice
	WorstOf      Kind = "worst_of"      // Totango, account health: poor if anything is poor
	TierPoints   Kind = "tier_points"   // ChurnZero: the points of all factors sum to 100
	OffsetPoints Kind = "offset_points" // Planhat: 5 plus points, within 0 and 10
	CappedPoints Kind = "capped_points" // HubSpot: plus and minus points, each group up to its cap
	AnchoredMean Kind = "anchored_mean" // Natero: each measure linear between two values
	Signals      Kind = "signals"       // Salesforce: ratios, growths and indicators
	LinearCounts Kind = "linear_counts" // impact times count, summed
)

// Kinds returns the kinds, in the order of the package comment.
func Kinds() []Kind {
	return []Kind{WeightedMean, BandPoints, WorstOf, TierPoints, OffsetPoints, CappedPoints, AnchoredMean, Signals, LinearCounts}
}

// Healthy says whether a high score of the kind means healthy by its own words, good and
// poor, so that nobody has to declare it.
func (k Kind) Healthy() bool { return k == BandPoints || k == WorstOf }

// Signal is what a measure of kind Signals is.
type Signal string

// The signals; all are kept within 0 and 100 and rounded.
const (
	Ratio     Signal = "ratio"     // 100 times a share
	Growth    Signal = "growth"    // 50 times now over before: no change is 50
	Indicator Signal = "indicator" // 100 when true, 0 when not; a share in between stands for itself
)

// preset is what a kind fixes.
type preset struct {
	forms   []Form    // in which its measures may be given, the first unless another is
	weights bool      // whether measures and groups have weights
	groups  bool      // whether measures may be grouped
	alone   bool      // whether measures outside of groups count one by one, not as one group
	missing []Missing // what may become of missing values, the first unless another is
	group   Step
	total   Step
}

// preset returns the setting of a kind; ok is false for an unknown one.
func (k Kind) preset() (p preset, ok bool) {
	mean, sum := Step{Combine: Mean}, Step{Combine: Sum}
	lenient := []Missing{Reweight, Zero, Unscored}
	plain := []Missing{Zero, Unscored} // a sum knows no weights to share out
	switch k {
	case WeightedMean:
		p = preset{forms: []Form{Times, Anchors, Tiers, Bands}, weights: true, groups: true, alone: true, missing: lenient, group: mean, total: mean}
	case BandPoints:
		rounded := Step{Combine: Mean, Round: HalfUp}
		p = preset{forms: []Form{Bands}, weights: true, groups: true, alone: true, missing: lenient, group: rounded, total: rounded}
	case WorstOf:
		p = preset{forms: []Form{Bands}, alone: true, missing: []Missing{Reweight, Unscored}, group: mean, total: Step{Combine: Worst}}
	case TierPoints:
		p = preset{forms: []Form{Tiers}, alone: true, missing: []Missing{Zero, Reweight, Unscored}, group: mean, total: sum}
	case OffsetPoints:
		company := Step{Combine: Sum, Start: 5, Low: number(0), High: number(10)}
		p = preset{forms: []Form{Tiers, Times}, groups: true, missing: plain, group: company, total: mean}
	case CappedPoints:
		p = preset{forms: []Form{Times, Tiers}, groups: true, missing: plain, group: sum, total: sum}
	case AnchoredMean:
		p = preset{forms: []Form{Anchors}, weights: true, groups: true, alone: true, missing: lenient, group: mean, total: mean}
	case Signals:
		p = preset{forms: []Form{Times}, weights: true, groups: true, alone: true, missing: lenient, group: mean, total: mean}
	case LinearCounts:
		p = preset{forms: []Form{Times}, alone: true, missing: plain, group: mean, total: sum}
	default:
		return preset{}, false
	}
	return p, true
}

// shape is what the kind makes of the points of a measure, besides their form.
func (k Kind) shape(p *Points, s Signal) {
	switch k {
	case AnchoredMean:
		p.Round, p.Low, p.High = HalfUp, number(0), number(100)
	case WeightedMean:
		if p.Form == Anchors {
			p.Low, p.High = number(0), number(100)
		}
	case Signals:
		p.Times, p.Round, p.Low, p.High = s.times(), HalfEven, number(0), number(100)
	}
}

// times is what a signal multiplies its value by.
func (s Signal) times() float64 {
	if s == Growth {
		return 50
	}
	return 100
}

// number is a limit that is there.
func number(x float64) *float64 { return &x }
