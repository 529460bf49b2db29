package project

import (
	"fmt"
	"slices"
)

// readCandidates reads the list of candidates; their names are different, and not that of the built-in
// one.
func readCandidates(root section, factors catalog) []Candidate {
	var candidates []Candidate
	names := names{what: "candidate", seen: map[string]*node{}}
	for _, s := range root.children("candidates", "candidates[]") {
		c := readCandidate(s, factors)
		if c.Name == Baseline {
			s.report(s.given("name"), fmt.Sprintf("%s is %s, which is the name of the built-in candidate", s.given("name").path, quote(Baseline)), "choose another name")
		}
		names.add(s, c.Name)
		candidates = append(candidates, c)
	}
	return candidates
}

// readCandidate reads one candidate. Which keys it must and may have depends on its kind; of a kind that
// was refused nothing is said about the other keys.
func readCandidate(s section, factors catalog) Candidate {
	c := Candidate{
		Name:     read(s, "name", text),
		Kind:     read(s, "kind", choice),
		Weights:  readWeights(s, factors),
		Column:   read(s, "column", text),
		HigherIs: read(s, "higher_is", choice),
		Factors:  read(s, "factors", texts),
	}
	c.Categories = readCategories(s, factors)
	c.knownFactors(s, factors)
	c.readForeign(s, factors)
	c.readPurpose(s)
	c.readFitting(s, factors)
	switch c.Kind {
	case CandidateWeights:
		if s.given("categories") == nil {
			s.need("kind weights", "weights")
		}
		s.refuse("kind weights", "column", "higher_is", "penalty", "factors")
	case CandidateColumn:
		s.need("kind column", "column", "higher_is")
		s.refuse("kind column", "weights", "penalty", "factors")
	case CandidateLogistic:
		s.refuse("kind logistic", "weights", "column", "higher_is")
		if c.Factors == nil && c.Fitting.Form == "" && c.Fitting.Toward == "" { // else those that have a score
			c.Factors = slices.Clip(factors.names) // shared, so that many candidates stay small
		}
	}
	if c.Kind != CandidateWeights && c.Kind != "" {
		s.refuse("kind "+c.Kind, "categories")
	}
	return c
}

// knownFactors checks the factors a fitted candidate names: each problem at its own item of the
// list.
func (c *Candidate) knownFactors(s section, factors catalog) {
	for i, name := range c.Factors {
		if factors.lacks(name) {
			s.report(s.given("factors").items[i], "unknown factor "+quote(name), s.suggestName(name, "the factors are", factors.names))
		}
	}
}

// readWeights reads hand-set weights and brings them into the order of the factors, so that two files
// that differ in the order of the keys give the same sums to the last bit.
func readWeights(s section, factors catalog) []Weight {
	n := s.given("weights")
	if n == nil {
		return nil
	}
	weights := s.open(n, "candidates[].weights")
	if n.kind == mapping && len(n.entries) == 0 || n.kind == empty {
		s.report(n, n.path+" names no factor", "write for example "+s.key("weights").Example)
	}
	points := map[string]float64{}
	for _, e := range n.entries {
		if x, ok := weights.points(e, factors); ok {
			points[e.key] = x
		}
	}
	var ordered []Weight
	total := 0.0
	for _, name := range factors.names {
		if x, ok := points[name]; ok {
			ordered = append(ordered, Weight{name, x})
			total += x
		}
	}
	if len(ordered) > 0 && total == 0 {
		s.report(n, n.path+" are all zero", "give at least one factor some points")
	}
	return ordered
}

// points reads one weight and checks that its factor can have one: a weight is points for a score of 0
// to 100, which only a numeric factor of declared direction has.
func (s section) points(e entry, factors catalog) (float64, bool) {
	k := s.key("*")
	x, f := number(k, e.value)
	if f.at != nil {
		s.mismatch(k, f)
	}
	if factors.lacks(e.key) {
		s.reportKey(e, "unknown factor "+quote(e.key)+s.within(), s.suggestName(e.key, "the factors are", factors.names))
		return 0, false
	}
	at, ok := factors.at[e.key]
	if !ok {
		return 0, false
	}
	switch factor := factors.factors[at]; {
	case factor.Kind == FactorCategory:
		s.reportKey(e, fmt.Sprintf("factor %s is a category, which cannot have a weight by hand", quote(e.key)), "leave it to a candidate of kind logistic")
	case factor.Expect == "" && slices.Contains([]string{FactorNumeric, FactorSpline, FactorInteraction}, factor.Kind):
		s.reportKey(e, fmt.Sprintf("factor %s has a weight but no declared direction", quote(e.key)), fmt.Sprintf("add expect: lower_churn or expect: higher_churn to factors[%d]", at))
	default:
		return x, f.at == nil
	}
	return 0, false
}
