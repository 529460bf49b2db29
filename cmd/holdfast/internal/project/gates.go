package project

import "fmt"

// Gates say what a promotion must clear besides the margin.
type Gates struct {
	CalibrationSlope [2]float64 // the interval of a challenger's slope must lie within
	CITL             [2]float64 // likewise, in log-odds
	SegmentEvents    int        // events from which a segment has a say
	SegmentMargin    float64    // what a segment may lose, in units of Primary
	PSI              float64    // how far the latest predictions may have moved
}

// Team is a segment that is worked by a team of its own.
type Team struct {
	Segment     string
	Capacity    int
	ContactCost float64 // 0: that of all
}

// gateKeys describe what a promotion must clear, and what is priced.
func gateKeys() []Key {
	return []Key{
		{Path: "backtest.calibration_slope", Type: TypeRange, Example: "[0.8, 1.25]", Min: 0, Max: 10,
			Doc: "The range in which the interval of a promoted score's calibration slope must lie; without it, [0.7, 1.4]."},
		{Path: "backtest.citl", Type: TypeRange, Example: "[-0.2, 0.2]", Min: -10, Max: 10,
			Doc: "The range in which the interval of its calibration-in-the-large must lie, in log-odds; without it, [-0.3, 0.3]."},
		{Path: "backtest.segment_events", Type: TypeWhole, Default: "30", Example: "50", Min: 1, Max: maxCount,
			Doc: "From how many events, and as many examples without, a segment can stop a promotion by being worse off."},
		{Path: "backtest.segment_margin", Type: TypeNumber, Default: "0", Example: "0.002", Min: 0, Max: 1,
			Doc: "What a segment may lose, in units of the primary metric."},
		{Path: "backtest.psi", Type: TypeNumber, Default: "0.25", Example: "0.25", Min: 0.001, Max: 100,
			Doc: "How far the latest predictions may have moved from those of training, as a population stability index."},
		{Path: "backtest.cohort", Type: TypeExpression, Example: "tenure_days",
			Doc: "What groups the results a second time: text, truth, or a number cut at its quartiles; without it, a column of tenure if a factor reads one."},
		{Path: "backtest.contact_costs", Type: TypeNumbers, Example: "[100, 200, 400]", Min: 0, Max: maxMoney,
			Doc: "Further costs of a contact at which the lists are priced."},
		{Path: "backtest.tiers", Type: TypeMappings, Example: "[{segment: enterprise, capacity: 10}]",
			Doc: "The segments that are worked by a team of their own."},
		{Path: "backtest.tiers[].segment", Type: TypeText, Required: true, Example: "enterprise",
			Doc: "The segment, a value of columns.segment."},
		{Path: "backtest.tiers[].capacity", Type: TypeWhole, Required: true, Example: "10", Min: 1, Max: maxCount,
			Doc: "How many accounts that team can work per period."},
		{Path: "backtest.tiers[].contact_cost", Type: TypeNumber, Example: "500", Min: 0, Max: maxMoney,
			Doc: "What contacting one of its accounts costs; without it, backtest.contact_cost."},
	}
}

// readGates reads what a promotion must clear. Ranges have their defaults here and not in the reference,
// where a default is a single value.
func readGates(s section) Gates {
	g := Gates{
		CalibrationSlope: [2]float64{0.7, 1.4}, CITL: [2]float64{-0.3, 0.3},
		SegmentEvents: read(s, "segment_events", whole), SegmentMargin: read(s, "segment_margin", number), PSI: read(s, "psi", number),
	}
	if s.given("calibration_slope") != nil {
		g.CalibrationSlope = read(s, "calibration_slope", pair)
	}
	if s.given("citl") != nil {
		g.CITL = read(s, "citl", pair)
	}
	return g
}

// readTeams reads the teams; a segment has one.
func readTeams(s section) []Team {
	if s.given("tiers") == nil {
		return nil
	}
	var teams []Team
	seen := map[string]bool{}
	for _, t := range s.children("tiers", "backtest.tiers[]") {
		team := Team{Segment: read(t, "segment", text), Capacity: read(t, "capacity", whole), ContactCost: read(t, "contact_cost", number)}
		if seen[team.Segment] && team.Segment != "" {
			s.report(t.given("segment"), fmt.Sprintf("two tiers for segment %s", quote(team.Segment)), "give each segment one")
		}
		seen[team.Segment] = true
		teams = append(teams, team)
	}
	return teams
}
