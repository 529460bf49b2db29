package project

import (
	"fmt"
	"slices"
)

// CategoryPoints is what a category counts for in a hand-set score.
type CategoryPoints struct {
	Category string
	Points   float64
}

// categoryKeys describe the keys of this file.
func categoryKeys() []Key {
	return []Key{
		{Path: "candidates[].categories", Type: TypeMapping, Example: "{usage: 60, support: 40}",
			Doc: "Points of health by category of factors, for kind weights; the factors of a category share its points by their weights, or alike."},
		{Path: "candidates[].categories.*", Type: TypeNumber, Example: "40", Min: 0, Max: 1e6,
			Doc: "What the category counts for."},
	}
}

// readCategories reads points by category, in the order in which the factors name them first.
func readCategories(s section, factors catalog) []CategoryPoints {
	n := s.given("categories")
	if n == nil {
		return nil
	}
	named := factors.categories()
	points := map[string]float64{}
	categories := s.open(n, "candidates[].categories")
	for _, e := range n.entries {
		k := categories.key("*")
		x, f := number(k, e.value)
		switch {
		case f.at != nil:
			categories.mismatch(k, f)
		case !slices.Contains(named, e.key) && len(named) > 0:
			categories.reportKey(e, "no factor has the category "+quote(e.key), s.suggestName(e.key, "the categories are", named))
		default:
			points[e.key] = x
		}
	}
	var ordered []CategoryPoints
	total := 0.0
	for _, name := range named {
		if x, ok := points[name]; ok {
			ordered = append(ordered, CategoryPoints{name, x})
			total += x
		}
	}
	if total == 0 && len(ordered) == len(n.entries) {
		s.report(n, fmt.Sprintf("%s give no category any points", n.path), "write for example "+s.key("categories").Example)
	}
	return ordered
}

// categories are those of the factors, each once, in the order of the file.
func (c catalog) categories() []string {
	var named []string
	for _, f := range c.factors {
		if f.Category != "" && !slices.Contains(named, f.Category) {
			named = append(named, f.Category)
		}
	}
	return named
}
