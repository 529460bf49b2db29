package project

import (
	"maps"
	"slices"
)

// This file says in the words of a schema what the keys of one mapping say about each other: which of
// them a kind needs, which have no place in it, and which rule each other out. The reader says the same
// with better messages (readFactor, readCandidate, readLabel and so on); a test holds the two together.

// constrain adds the rules of a mapping.
func (b schemaBuilder) constrain(pattern string, s *schema) {
	switch pattern {
	case "columns":
		s.depends("renewed_when", "churned_when")
	case "label":
		s.when("mode", LabelRenewal, &schema{Required: []string{"lead"}, Properties: none("horizon")})
		s.when("mode", LabelHorizon, &schema{Required: []string{"horizon"}, Properties: none("lead", "max_age")})
	case "bands.red", "bands.yellow":
		s.oneOf("share", "p", "precision", "capacity", "value")
	case "factors[]":
		b.factorRules(s)
	case "factors[].spline":
		s.oneOf("knots", "at")
		s.Properties["at"] = withExample(&schema{Type: "array", Items: &schema{Type: "number"}, MinItems: 3, UniqueItems: true}, s.Properties["at"])
	case "candidates[]":
		b.candidateRules(s)
	case "candidates[].penalty":
		s.oneOf(PenaltyRidge, PenaltyLasso, PenaltyElasticNet, PenaltyFirth, PenaltyFLIC)
		s.excludes(PenaltyFirth, "rule")
		s.excludes(PenaltyFLIC, "rule")
	case "candidates[].calibrate":
		s.depend("share", &schema{Required: []string{"on"}, Properties: map[string]any{"on": &schema{Const: OnLater}}})
	}
}

// withExample is a schema with what an editor shows about another.
func withExample(s *schema, from any) *schema {
	if f, ok := from.(*schema); ok {
		s.Description, s.Default, s.Examples = f.Description, f.Default, f.Examples
	}
	return s
}

// factorRules are what readFactor and the functions of shapes.go ask for.
func (b schemaBuilder) factorRules(s *schema) {
	binning := []string{"monotone", "method", "edges", "special", "max_bins", "min_share"}
	levels := []string{"reference", "rare", "unseen"}
	s.oneOf("expr", "column", "history", "rule", FactorInteraction, FactorGroup)
	s.oneOf(shapes()...)
	for _, shape := range shapes() {
		s.depend(shape, &schema{Properties: map[string]any{"kind": &schema{Const: FactorNumeric}}})
	}
	for _, shape := range []string{FactorPoints, FactorTiers} {
		s.excludes(shape, "clip", "scale", "expect")
	}
	s.excludes(FactorInteraction, "max_age", "dated", "stale")
	s.excludes(FactorGroup, "expect", "max_age", "dated", "stale")
	s.depends("max_age", "dated")
	s.depends("dated", "max_age")
	own := map[string]any{"missing": &schema{Enum: []any{MissingOwn, MissingDrop}}}
	category := none(slices.Concat([]string{"history", "rule", "clip", "scale", "expect"}, binning)...)
	bins := none(slices.Concat([]string{"clip", "scale", "expect"}, levels)...)
	maps.Copy(category, own)
	maps.Copy(bins, own)
	s.when("kind", FactorCategory, &schema{Properties: category})
	s.when("kind", FactorBins, &schema{Properties: bins})
	numeric := &schema{Properties: none(slices.Concat(binning, levels)...)}
	s.when("kind", FactorNumeric, numeric)
	s.AllOf = append(s.AllOf, &schema{If: &schema{Properties: none("kind")}, Then: numeric})
}

// candidateRules are what readCandidate asks for, kind by kind.
func (b schemaBuilder) candidateRules(s *schema) {
	for _, kind := range candidateKinds() {
		need, may := keysOf(kind)
		own, needed := ownKeys(kind)
		allowed := slices.Concat(need, may, own, []string{"name", "kind"})
		var foreign []string
		for _, k := range b.keys["candidates[]"] {
			if !slices.Contains(allowed, k.Name()) {
				foreign = append(foreign, k.Name())
			}
		}
		then := &schema{Required: sorted(slices.Concat(need, needed)), Properties: none(foreign...), AnyOf: alternatives(kind)}
		s.when("kind", kind, then)
	}
}

// ownKeys are the keys of a kind beside those of keysOf, and those of them without which it cannot be.
func ownKeys(kind string) (own, needed []string) {
	purpose := []string{"target", "calibrate"}
	switch kind {
	case CandidateWeights:
		return append(purpose, "weights", "categories"), nil
	case CandidateColumn:
		return append(purpose, "column", "higher_is"), []string{"column", "higher_is"}
	case CandidateLogistic:
		return append(purpose, "factors", "per_segment", "penalty", "form", "toward", "signs", "bounds", "pin", "cap", "offset", "weigh", "sampling"), nil
	case CandidateRules:
		return []string{"target"}, nil
	case CandidateModel:
		return nil, nil
	}
	return purpose, nil
}

// alternatives are sets of keys of which a kind needs one.
func alternatives(kind string) []*schema {
	switch kind {
	case CandidateWeights:
		return []*schema{{Required: []string{"weights"}}, {Required: []string{"categories"}}}
	case CandidateRules:
		return []*schema{{Required: []string{"red"}}, {Required: []string{"yellow"}}, {Required: []string{"green"}}}
	case CandidatePredictions:
		probability := map[string]any{"is_probability": &schema{Enum: wordsOf([]string{"true"})}}
		return []*schema{{Required: []string{"higher_is"}}, {Required: []string{"is_probability"}, Properties: probability}}
	}
	return nil
}

// none are keys that have no place.
func none(names ...string) map[string]any {
	properties := map[string]any{}
	for _, name := range names {
		properties[name] = false
	}
	return properties
}

// when adds what holds where a key has a word.
func (s *schema) when(key, word string, then *schema) {
	given := &schema{Required: []string{key}, Properties: map[string]any{key: &schema{Const: word}}}
	s.AllOf = append(s.AllOf, &schema{If: given, Then: then})
}

// depend adds what holds where a key is given.
func (s *schema) depend(key string, then *schema) {
	if s.Dependencies == nil {
		s.Dependencies = map[string]*schema{}
	}
	before := s.Dependencies[key]
	if before == nil {
		s.Dependencies[key] = then
		return
	}
	if before.Properties == nil {
		before.Properties = map[string]any{}
	}
	maps.Copy(before.Properties, then.Properties)
	before.Required = append(before.Required, then.Required...)
}

// depends says that a key needs another.
func (s *schema) depends(key, needs string) { s.depend(key, &schema{Required: []string{needs}}) }

// excludes says that a key has no use for others.
func (s *schema) excludes(key string, others ...string) {
	s.depend(key, &schema{Properties: none(others...)})
}

// oneOf says that at most one of the keys is given.
func (s *schema) oneOf(names ...string) {
	for i, name := range names {
		s.excludes(name, slices.Concat(names[:i], names[i+1:])...)
	}
}
