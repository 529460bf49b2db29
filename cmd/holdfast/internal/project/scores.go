package project

import (
	"slices"

	"holdfast/models/platform"
)

// This file reads the candidates that are computed elsewhere: by a platform, by a recipe, by a model of an
// earlier run, by another tool.

// The kinds of candidates beside those of config.go. A platform's kind has the name that package platform
// gives it.
const (
	CandidateRules       = "rules"
	CandidateModel       = "model"
	CandidatePredictions = "predictions"
)

// Recipes are the conditions of the bands. "" is no condition.
type Recipes struct {
	Red, Yellow, Green string // expressions over factors and columns
	Else               string // the band of whom no condition describes
	Unscored           bool   // an account of whom a condition cannot be told has no band
}

// Predictions say what is in the file of another tool.
type Predictions struct {
	Account     string // "": the column that is the account of the snapshots
	AsOf        string
	MadeAt      string // "": not known
	MaxAgeDays  int
	Probability bool
}

// platformKinds are the names of the platforms' kinds.
func platformKinds() []string {
	var kinds []string
	for _, k := range platform.Kinds() {
		kinds = append(kinds, string(k))
	}
	return kinds
}

// candidateKinds are all that a candidate of the file can be.
func candidateKinds() []string {
	return append([]string{CandidateWeights, CandidateColumn, CandidateLogistic, CandidateRules, CandidateModel, CandidatePredictions}, platformKinds()...)
}

// keysOf are the keys of this file, by the kinds that have them; need are those without which a kind
// cannot be.
func keysOf(kind string) (need, may []string) {
	switch {
	case kind == CandidateRules:
		return []string{"else"}, []string{"red", "yellow", "green", "unknown"}
	case kind == CandidateModel:
		return []string{"file"}, []string{"refit"}
	case kind == CandidatePredictions:
		return []string{"file", "as_of", "column"}, []string{"account", "made_at", "max_age", "is_probability", "higher_is"}
	case kind == CandidateWeights:
		return nil, []string{"missing"}
	case platform.Kind(kind).Healthy():
		return []string{"measures"}, []string{"groups", "missing", "higher_is"}
	case slices.Contains(platformKinds(), kind):
		return []string{"measures", "higher_is"}, []string{"groups", "missing"}
	}
	return nil, nil
}

// readForeign reads what the kinds of this file have, and refuses their keys to all others; of a kind that
// was refused nothing is said about them.
func (c *Candidate) readForeign(s section, factors catalog) {
	c.Missing = read(s, "missing", choice)
	c.Sheet = readSheet(s, factors)
	c.Recipes = readRecipes(s)
	c.File, c.Refit = read(s, "file", text), read(s, "refit", choice) == "true"
	c.Predictions = readPredictions(s)
	if c.Kind != "" {
		c.foreignKeys(s)
	}
}

// foreignKeys checks that a candidate has the keys that its kind needs, and none of other kinds.
func (c *Candidate) foreignKeys(s section) {
	need, may := keysOf(c.Kind)
	s.need("kind "+c.Kind, need...)
	own := slices.Concat(need, may)
	for _, k := range foreignCandidateKeys() {
		if name := k.Name(); parent(k.Path) == "candidates[]" && !slices.Contains(own, name) {
			s.refuse("kind "+c.Kind, name)
		}
	}
	if !slices.Contains([]string{CandidateWeights, CandidateColumn, CandidateLogistic}, c.Kind) {
		for _, name := range []string{"weights", "column", "higher_is", "penalty", "factors"} {
			if !slices.Contains(own, name) {
				s.refuse("kind "+c.Kind, name)
			}
		}
	}
	if r := c.Recipes; c.Kind == CandidateRules && r.Red+r.Yellow+r.Green == "" {
		s.need("kind rules", "red") // or everybody has one colour
	}
	if c.Kind == CandidatePredictions && !c.Predictions.Probability {
		s.need("kind predictions without is_probability", "higher_is")
	}
}

// readRecipes reads the conditions of the bands.
func readRecipes(s section) Recipes {
	return Recipes{
		Red: read(s, "red", s.expression), Yellow: read(s, "yellow", s.expression), Green: read(s, "green", s.expression),
		Else: read(s, "else", choice), Unscored: read(s, "unknown", choice) == string(platform.Unscored),
	}
}

// readPredictions reads which column of another tool's file is what.
func readPredictions(s section) Predictions {
	return Predictions{
		Account: read(s, "account", text), AsOf: read(s, "as_of", text), MadeAt: read(s, "made_at", text),
		MaxAgeDays: read(s, "max_age", days), Probability: read(s, "is_probability", choice) == "true",
	}
}

// readSheet reads a platform's score; nil without measures. Kind and Missing are left to who makes the
// candidate, which has them already.
func readSheet(s section, factors catalog) *platform.Sheet {
	sheet := new(platform.Sheet)
	for _, m := range s.optionalChildren("measures", "candidates[].measures[]") {
		sheet.Entries = append(sheet.Entries, readMeasure(m, factors))
	}
	for _, g := range s.optionalChildren("groups", "candidates[].groups[]") {
		sheet.Groups = append(sheet.Groups, platform.Heading{Name: read(g, "name", text), Weight: optional(g, "weight"), Cap: optional(g, "cap")})
	}
	if len(sheet.Entries) == 0 {
		return nil
	}
	return sheet
}

// optionalChildren are children of a key that need not be there.
func (s section) optionalChildren(name, pattern string) []section {
	if s.given(name) == nil {
		return nil
	}
	return s.children(name, pattern)
}

// readMeasure reads one measure; how its keys fit the kind is for package platform to say.
func readMeasure(s section, factors catalog) platform.Entry {
	e := platform.Entry{
		Name: read(s, "factor", text), Group: read(s, "group", text), Weight: optional(s, "weight"), Points: optional(s, "points"),
		At0: optional(s, "at_0"), At100: optional(s, "at_100"), Good: optional(s, "good"), Poor: optional(s, "poor"),
		Signal: platform.Signal(read(s, "signal", choice)), Absent: optional(s, "absent"),
	}
	if e.Name != "" && factors.lacks(e.Name) {
		s.report(s.given("factor"), "unknown factor "+quote(e.Name), s.suggestName(e.Name, "the factors are", factors.names))
	}
	for _, t := range s.optionalChildren("tiers", "candidates[].measures[].tiers[]") {
		e.Tiers = append(e.Tiers, platform.Tier{UpTo: optional(t, "upto"), Points: read(t, "points", number)})
	}
	return e
}

// optional is a number that need not be there: nil without the key, and a pointer to 0 for a value that
// was refused, beside its report.
func optional(s section, name string) *float64 {
	if s.given(name) == nil {
		return nil
	}
	x := read(s, name, number)
	return &x
}

// foreignCandidateKeys describe the keys of this file.
func foreignCandidateKeys() []Key {
	yesOrNo := []string{"true", "false"}
	return slices.Concat([]Key{
		{Path: "candidates[].missing", Type: TypeChoice, Example: string(platform.Reweight),
			Values: []string{string(platform.Reweight), string(platform.Zero), string(platform.Unscored)},
			Doc:    "What a missing value does in hand-set weights and platforms: its weight goes to the others, it earns nothing, or there is no score; without it, as the factor or the platform says."},
	}, measureKeys(), []Key{
		{Path: "candidates[].red", Type: TypeExpression, Example: "not sticky and nps < 0",
			Doc: "The condition of red in kind rules, over factors and columns; red is asked first, then yellow, then green."},
		{Path: "candidates[].yellow", Type: TypeExpression, Example: "not sticky",
			Doc: "The condition of yellow."},
		{Path: "candidates[].green", Type: TypeExpression, Example: "sticky",
			Doc: "The condition of green."},
		{Path: "candidates[].else", Type: TypeChoice, Example: "green", Values: []string{"red", "yellow", "green"},
			Doc: "The band of an account that no condition describes, required for kind rules."},
		{Path: "candidates[].unknown", Type: TypeChoice, Example: string(platform.Unscored), Values: []string{string(platform.Unscored)},
			Doc: "Makes an account without a score of whom a condition cannot be told; without it, such a condition does not hold."},
		{Path: "candidates[].file", Type: TypeText, Example: "last/model.json",
			Doc: "The model file of kind model, or the Parquet file, directory or glob of kind predictions, relative to this file."},
		{Path: "candidates[].refit", Type: TypeChoice, Example: "true", Values: yesOrNo,
			Doc: "Whether the recipe of a model file is learned anew in each fold, instead of the model being used as it is."},
		{Path: "candidates[].account", Type: TypeText, Example: "account_id",
			Doc: "The column of the predictions that holds the account; without it, named as in the snapshots."},
		{Path: "candidates[].as_of", Type: TypeText, Example: "scored_on",
			Doc: "The column of the predictions that holds the day a prediction is of, required for kind predictions."},
		{Path: "candidates[].made_at", Type: TypeText, Example: "computed_on",
			Doc: "The column of the predictions that holds the day one was computed; those computed after the day they are of are refused."},
		{Path: "candidates[].max_age", Type: TypeDays, Default: "0d", Example: "31d", Min: 0, Max: maxDays,
			Doc: "How much older than the as-of date the newest prediction may be; 0d takes those of that very day."},
		{Path: "candidates[].is_probability", Type: TypeChoice, Example: "true", Values: yesOrNo,
			Doc: "Whether the predictions are probabilities of churn, used as they are; with higher_is healthier, of staying."},
	})
}

// measureKeys describe the score of a platform.
func measureKeys() []Key {
	return []Key{
		{Path: "candidates[].measures", Type: TypeMappings, Example: "[{factor: logins, weight: 60}]",
			Doc: "What a platform's score measures, required for its kinds."},
		{Path: "candidates[].measures[].factor", Type: TypeText, Required: true, Example: "logins",
			Doc: "The factor, whose value is taken as it is."},
		{Path: "candidates[].measures[].group", Type: TypeText, Example: "usage",
			Doc: "The group that the measure counts towards, one of groups."},
		{Path: "candidates[].measures[].weight", Type: TypeNumber, Example: "60", Min: 0, Max: 1e6,
			Doc: "What the measure counts for among the others; without it, 1."},
		{Path: "candidates[].measures[].points", Type: TypeNumber, Example: "5", Min: -1e6, Max: 1e6,
			Doc: "The points of each unit of the factor: the impact of a count, or what a truth earns when it holds."},
		{Path: "candidates[].measures[].tiers", Type: TypeMappings, Example: "[{upto: 5, points: 20}, {points: 60}]",
			Doc: "The points by ranges of the factor, each of which holds its upper end."},
		{Path: "candidates[].measures[].tiers[].upto", Type: TypeNumber, Example: "5",
			Doc: "The upper end of the range, which belongs to it; without it, in the last one, however much."},
		{Path: "candidates[].measures[].tiers[].points", Type: TypeNumber, Required: true, Example: "20", Min: -1e6, Max: 1e6,
			Doc: "What the range earns."},
		{Path: "candidates[].measures[].at_0", Type: TypeNumber, Example: "7",
			Doc: "The value of 0 points; between it and at_100 points are linear."},
		{Path: "candidates[].measures[].at_100", Type: TypeNumber, Example: "30",
			Doc: "The value of 100 points; below at_0 where less is better."},
		{Path: "candidates[].measures[].good", Type: TypeNumber, Example: "0.6",
			Doc: "Where good begins."},
		{Path: "candidates[].measures[].poor", Type: TypeNumber, Example: "0.2",
			Doc: "What is beyond this is poor, and what lies between is average; above good where less is better."},
		{Path: "candidates[].measures[].signal", Type: TypeChoice, Example: string(platform.Ratio),
			Values: []string{string(platform.Ratio), string(platform.Growth), string(platform.Indicator)},
			Doc:    "What the factor is in kind signals: a share, now over before, or a truth."},
		{Path: "candidates[].measures[].absent", Type: TypeNumber, Example: "70", Min: -1e6, Max: 1e6,
			Doc: "The points of a missing value; without it, missing says what becomes of it."},
		{Path: "candidates[].groups", Type: TypeMappings, Example: "[{name: usage, weight: 60}]",
			Doc: "The groups of measures that count as one number."},
		{Path: "candidates[].groups[].name", Type: TypeText, Required: true, Example: "usage",
			Doc: "The group's name."},
		{Path: "candidates[].groups[].weight", Type: TypeNumber, Example: "60", Min: 0, Max: 1e6,
			Doc: "What the group counts for among the others; without it, 1."},
		{Path: "candidates[].groups[].cap", Type: TypeNumber, Example: "40", Min: 0, Max: 1e6,
			Doc: "The most that the group can give, in kind capped_points."},
	}
}
