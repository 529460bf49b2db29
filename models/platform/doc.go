// Package platform answers: what would the health score of a customer-success platform
// say? It computes, from the values of a few measures, what the tools that teams use
// today compute, so that the score in use can be held against renewals like any other.
//
// There is one arithmetic, the [Card], in three steps:
//
//  1. [Points] turns the value of a measure into points: a multiple of the value, a
//     straight line between two anchors, tiers, or the bands good, average and poor.
//  2. A [Step] makes one number of the points of a group: their weighted mean, their
//     sum or the worst of them; then adds a start, rounds, and keeps within limits.
//  3. Another Step makes the score of the numbers of the groups.
//
// Every platform is a setting of these, written down as a [Sheet] and looked up by its
// [Kind] (kinds.go). NaN stands for a missing value, and for a score that cannot be
// given. The score of a row depends on that row only, and its bits on no processor.
//
// # The kinds
//
// With g a group, j a measure of it, w weights and p points:
//
//	WeightedMean  sum_g w_g m_g / sum_g w_g,  m_g = sum_j w_j p_j / sum_j w_j
//	BandPoints    the same with p = 100, 60 or 0, each m_g and the total rounded
//	WorstOf       min_j p_j, of 100 (good), 60 (average), 0 (poor)
//	TierPoints    sum_j p_j, where the best tiers sum to 100
//	OffsetPoints  5 + sum_j p_j, not below 0 nor above 10; of several groups the mean, rounded
//	CappedPoints  sum_g min(cap_g, sum_j p_j), where the caps sum to 100
//	AnchoredMean  the weighted mean of round(100 (v - at_0) / (at_100 - at_0)) in 0..100
//	Signals       the weighted mean of ratios, growths and indicators in 0..100
//	LinearCounts  sum_j impact_j v_j, for any whole impacts
//
// # Borders
//
// A tier holds its upper end: a value of exactly 5 belongs to the tier up to 5 and not to
// the next one, which is ChurnZero's "top inclusive" and Gainsight's "From is excluded".
// A band holds the threshold that it is named by: good begins at good. Halves are rounded
// up, but for Signals: there 62.5 becomes 62, as the only example that was published says
// (15 of 12 times 50), which is rounding to even.
//
// # A worked score
//
// Usage weighs 60 and the survey 40. Usage is the mean of two measures that weigh 1 and 3;
// the survey has one. An account with usage measures at 40 and 80 and a survey score of 50:
//
//	usage  = (1*40 + 3*80)/4            = 70
//	total  = (60*70 + 40*50)/100        = 62
//
// By Parts, the first measure gives 0.6*0.25*40 = 6, the second 0.6*0.75*80 = 36, the survey
// 0.4*50 = 20. Never surveyed, the account scores 70: the 40 of the survey go to usage. As
// BandPoints, with the first average and the second good, usage is (60 + 3*100)/4 = 90, and
// with the survey poor the total is (60*90 + 0)/100 = 54.
//
// # Missing values
//
// [Reweight] leaves a measure without a value out, and its weight goes to the others in
// proportion; that is what becomes of a pulse that is too old. [Zero] gives it no points
// and keeps its weight. [Unscored] gives no score. A measure may have points of its own for
// the case (Points.Absent), as where no ticket at all is good news.
//
// # Where the rules come from
//
// They are those of the vendors' help pages, read in November 2026, whose worked examples
// are the fixtures of the tests: Gainsight (Calculation of Measure Group Scores, Scorecard
// FAQs), Totango (profiles for multidimensional and for account health), ChurnZero (Setting
// up ChurnScore Factors), Planhat (How health is calculated), HubSpot (health scores of the
// customer success workspace), Natero (Define health criteria), Salesforce (Customer Success
// Score signals). What a page leaves open is said at the kind.
package platform
