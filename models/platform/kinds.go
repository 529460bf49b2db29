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

// preset is what a kind fixes. It is a table and not a type for each kind: the kinds differ
// in settings of one arithmetic, and a tenth one will be a tenth setting.
type preset struct {
	forms   []Form    // in which its measures may be given, the first unless another is
	weights bool      // whether measures and groups have weights
	groups  bool      // whether measures may be grouped
	alone   bool      // whether measures outside of groups count one by one, not as one group
	missing []Missing // what may become of missing values, the first unless another is
	group   Step
	total   Step
}

// preset returns the setting of a kind; ok is false for an unknown one. The comments at each
// say what its page leaves open, and how that was decided.
func (k Kind) preset() (p preset, ok bool) {
	mean, sum := Step{Combine: Mean}, Step{Combine: Sum}
	lenient := []Missing{Reweight, Zero, Unscored}
	plain := []Missing{Zero, Unscored} // a sum knows no weights to share out
	switch k {
	case WeightedMean:
		// The page shows 40.122 as 40: a display, so nothing is rounded here. A measure
		// outside of groups weighs against them, as in the page's list of both.
		p = preset{forms: []Form{Times, Anchors, Tiers, Bands}, weights: true, groups: true, alone: true, missing: lenient, group: mean, total: mean}
	case BandPoints:
		// The page rounds to the nearest integer and shows no half; halves go up. Ignoring
		// what has no value is an option there and the default here: a metric that nobody
		// measured says nothing.
		rounded := Step{Combine: Mean, Round: HalfUp}
		p = preset{forms: []Form{Bands}, weights: true, groups: true, alone: true, missing: lenient, group: rounded, total: rounded}
	case WorstOf:
		// What has no value "won't be included", so nothing counts it as poor.
		p = preset{forms: []Form{Bands}, alone: true, missing: []Missing{Reweight, Unscored}, group: mean, total: Step{Combine: Worst}}
	case TierPoints:
		// A factor without data earns no points there; re-weighting scales what the others
		// earned to the 100 that could have been had.
		p = preset{forms: []Form{Tiers}, alone: true, missing: []Missing{Zero, Reweight, Unscored}, group: mean, total: sum}
	case OffsetPoints:
		// A group is a company of several, each of which is neutral at 5 and kept within
		// its limits before the mean is taken.
		company := Step{Combine: Sum, Start: 5, Low: number(0), High: number(10)}
		p = preset{forms: []Form{Tiers, Times}, groups: true, missing: plain, group: company, total: mean}
	case CappedPoints:
		// A cap bounds what a group adds, not what it takes away, and the score may be
		// negative: HubSpot shows such scores as they are.
		p = preset{forms: []Form{Times, Tiers}, groups: true, missing: plain, group: sum, total: sum}
	case AnchoredMean:
		// Each measure is a whole number; of the whole the page says nothing, so it is the
		// mean as it is.
		p = preset{forms: []Form{Anchors}, weights: true, groups: true, alone: true, missing: lenient, group: mean, total: mean}
	case Signals:
		// Signals are whole numbers, categories and their mean are not rounded again.
		p = preset{forms: []Form{Times}, weights: true, groups: true, alone: true, missing: lenient, group: mean, total: mean}
	case LinearCounts:
		// What was not counted did not happen, as far as a sum of counts can know.
		p = preset{forms: []Form{Times}, alone: true, missing: plain, group: mean, total: sum}
	default:
		return preset{}, false
	}
	return p, true
}

// shape is what the kind makes of the points of a measure, besides their form: rounding and
// limits, and of signals what their value is multiplied by. Points.Absent is not shaped, since
// whoever writes points for a missing value means these.
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
