package project

import (
	"fmt"
	"slices"
)

// This file reads how a candidate of kind logistic is fitted: its penalty, its limits, and what its rows
// count for.

// Words of the keys of this file.
const (
	PenaltyRidge      = "ridge"
	PenaltyLasso      = "lasso"
	PenaltyElasticNet = "elastic_net"
	PenaltyFirth      = "firth"
	PenaltyFLIC       = "flic"

	RuleBest = "best" // the strength with the lowest log loss
	Rule1SE  = "1se"  // the strongest within one standard error of it

	FormPercent  = "percent"
	SignsFree    = "free"
	SignsEnforce = "enforce"
	WeighValue   = "value"
)

// Penalty is what keeps the weights of a fitted candidate small. The zero value is plain maximum
// likelihood.
type Penalty struct {
	Kind     string  // one of the Penalty constants; "": none
	Auto     bool    // the strength is chosen on the training rows
	Strength float64 // without Auto
	Alpha    float64 // PenaltyElasticNet: the share of the absolute penalty
	Rule     string  // Auto: one of the Rule constants
}

// Strength is a number, or chosen on the training rows.
type Strength struct {
	Auto  bool
	Value float64
}

// Fitting says how a fitted candidate is fitted beside its penalty. Bounds and caps are in the order of
// the factors and of their categories, whatever the order in the file, so that the same limits give the
// same fit to the bit.
type Fitting struct {
	Form     string // FormPercent or ""
	Enforce  bool   // no weight against a declared direction
	Bounds   []Bounded
	Caps     []Capped
	Toward   string // a candidate of kind weights, or ""
	Offset   string // an expression, or ""
	WeighBy  string // WeighValue or ""
	HalfLife int    // days; 0: age does not count
	Sampling Sampling
}

// Bounded is a factor whose weight lies from Low to High; a pin has equal ends. The unit is points out of
// 100 with FormPercent, else log-odds of the event per standard deviation.
type Bounded struct {
	Factor    string
	Low, High float64
}

// Capped is a category that makes at most a share of the score.
type Capped struct {
	Category string
	Share    float64
}

// Sampling are the shares of the churned and of the renewed rows that the data hold; zero: all.
type Sampling struct{ Churned, Renewed float64 }

// fittingKeys describe how a candidate is fitted.
func fittingKeys() []Key {
	return append(penaltyKeys(), []Key{
		{Path: "candidates[].form", Type: TypeChoice, Example: FormPercent, Values: []string{FormPercent},
			Doc: "Percent fits whole points of health that sum to 100, on factor scores from 0 to 100: what a platform can run."},
		{Path: "candidates[].toward", Type: TypeText, Example: "today",
			Doc: "The candidate of kind weights that a fit is shrunk to, instead of to zero."},
		{Path: "candidates[].signs", Type: TypeChoice, Default: SignsFree, Example: SignsEnforce, Values: []string{SignsFree, SignsEnforce},
			Doc: "Enforce keeps every weight from going against the expect of its factor."},
		{Path: "candidates[].bounds", Type: TypeMapping, Example: "{logins: [-1, 0]}",
			Doc: "Between what two numbers a factor's weight must lie: log-odds of churn per standard deviation, or points out of 100 with form percent."},
		{Path: "candidates[].bounds.*", Type: TypeRange, Example: "[-1, 0]", Min: -1000, Max: 1000,
			Doc: "The lowest and the highest weight."},
		{Path: "candidates[].pin", Type: TypeMapping, Example: "{support: 30}",
			Doc: "The weights that are held at a number, in the unit of bounds, while the others are fitted."},
		{Path: "candidates[].pin.*", Type: TypeNumber, Example: "30", Min: -1000, Max: 1000,
			Doc: "The weight."},
		{Path: "candidates[].cap", Type: TypeMapping, Example: "{usage: 0.4}",
			Doc: "The most that a category of factors may make of a score: of the sum of its weights per standard deviation, or of its points with form percent."},
		{Path: "candidates[].cap.*", Type: TypeNumber, Example: "0.4", Min: 0.001, Max: 0.999,
			Doc: "The share."},
		{Path: "candidates[].offset", Type: TypeExpression, Example: "log(tenure_days + 1)",
			Doc: "What is added to the log-odds of churn as it is, with a weight of 1 per unit."},
		{Path: "candidates[].weigh", Type: TypeMapping, Example: "{by: value, half_life: 365d}",
			Doc: "How much each training row counts; without it, all alike."},
		{Path: "candidates[].weigh.by", Type: TypeChoice, Example: WeighValue, Values: []string{WeighValue},
			Doc: "Value counts a row by the money at stake."},
		{Path: "candidates[].weigh.half_life", Type: TypeDays, Example: "365d", Min: 1, Max: maxDays,
			Doc: "After how many days a row counts half."},
		{Path: "candidates[].sampling", Type: TypeMapping, Example: "{churned: 1, renewed: 0.1}",
			Doc: "Which shares of all accounts the data hold, where they were drawn by outcome; probabilities are then those of all accounts."},
		{Path: "candidates[].sampling.churned", Type: TypeNumber, Default: "1", Example: "1", Min: 1e-6, Max: 1,
			Doc: "The share of those with the event."},
		{Path: "candidates[].sampling.renewed", Type: TypeNumber, Default: "1", Example: "0.1", Min: 1e-6, Max: 1,
			Doc: "The share of those without."},
	}...)
}

// penaltyKeys describe penalties, of which a candidate has one.
func penaltyKeys() []Key {
	trueOnly := []string{"true"}
	return []Key{
		{Path: "candidates[].penalty", Type: TypeMapping, Example: "{ridge: auto}",
			Doc: "What keeps the weights of a fitted candidate small, one of the following; without it, {ridge: auto}, and none with form percent."},
		{Path: "candidates[].penalty.ridge", Type: TypeNumber, Default: "auto", Example: "auto", Values: []string{"auto"}, Min: 0, Max: 1e9,
			Doc: "The strength of the ridge penalty: chosen on training rows, or given, as glmnet's lambda: it is held against the mean loss of a row and not the sum, so 0.001 is mild and 1 leaves next to nothing; 0 is plain maximum likelihood."},
		{Path: "candidates[].penalty.lasso", Type: TypeNumber, Example: "auto", Values: []string{"auto"}, Min: 0, Max: 1e9,
			Doc: "The strength of the absolute penalty, which drops the factors that say least; given, it is on the scale of ridge."},
		{Path: "candidates[].penalty.elastic_net", Type: TypeMapping, Example: "{alpha: 0.5, strength: auto}",
			Doc: "A mixture of both."},
		{Path: "candidates[].penalty.elastic_net.alpha", Type: TypeNumber, Default: "0.5", Example: "0.5", Min: 0.001, Max: 1,
			Doc: "The share of the absolute penalty; 1 is a lasso."},
		{Path: "candidates[].penalty.elastic_net.strength", Type: TypeNumber, Default: "auto", Example: "auto", Values: []string{"auto"}, Min: 0, Max: 1e9,
			Doc: "The strength: chosen on training rows, or given."},
		{Path: "candidates[].penalty.firth", Type: TypeChoice, Example: "true", Values: trueOnly,
			Doc: "Jeffreys' prior, for small samples and for factors that separate churned from renewed."},
		{Path: "candidates[].penalty.flic", Type: TypeChoice, Example: "true", Values: trueOnly,
			Doc: "The same, with the intercept that keeps the mean probability right."},
		{Path: "candidates[].penalty.rule", Type: TypeChoice, Default: RuleBest, Example: Rule1SE, Values: []string{RuleBest, Rule1SE},
			Doc: "Which strength auto takes: the best on later rows, or the strongest within one standard error of it."},
	}
}

// readFitting reads how a candidate of kind logistic is fitted; other kinds have none of these keys.
func (c *Candidate) readFitting(s section, factors catalog) {
	c.Fitting = Fitting{
		Form: read(s, "form", choice), Toward: read(s, "toward", text), Enforce: read(s, "signs", choice) == SignsEnforce,
		Offset: read(s, "offset", s.expression),
	}
	c.Penalty = readPenalty(s, c.Fitting.Form == FormPercent)
	f := &c.Fitting
	f.readLimits(s, factors)
	w := s.child("weigh", "candidates[].weigh")
	f.WeighBy, f.HalfLife = read(w, "by", choice), read(w, "half_life", days)
	if n := s.given("sampling"); n != nil {
		k := s.open(n, "candidates[].sampling")
		f.Sampling = Sampling{read(k, "churned", number), read(k, "renewed", number)}
	}
	if c.Kind != CandidateLogistic {
		if c.Kind != "" {
			s.refuse("kind "+c.Kind, "form", "toward", "signs", "bounds", "pin", "cap", "offset", "weigh", "sampling")
		}
		c.Penalty, c.Fitting = Penalty{}, Fitting{}
	}
}

// readPenalty reads the one penalty that a candidate has; plain says that without one it has none.
func readPenalty(s section, plain bool) Penalty {
	k := s.child("penalty", "candidates[].penalty")
	kinds := []string{PenaltyRidge, PenaltyLasso, PenaltyElasticNet, PenaltyFirth, PenaltyFLIC}
	kinds = slices.DeleteFunc(kinds, func(name string) bool { return k.given(name) == nil })
	if len(kinds) > 1 {
		k.report(k.given(kinds[1]), fmt.Sprintf("%s has both %s and %s", k.node.path, kinds[0], kinds[1]), "keep one of them")
	}
	p := Penalty{Rule: read(k, "rule", choice)}
	strength := Strength{Auto: true}
	switch {
	case len(kinds) == 0 && plain:
		strength = Strength{}
	case len(kinds) == 0 || kinds[0] == PenaltyRidge:
		p.Kind, strength = PenaltyRidge, read(k, "ridge", strengthOf)
	case kinds[0] == PenaltyLasso:
		p.Kind, strength = PenaltyLasso, read(k, "lasso", strengthOf)
	case kinds[0] == PenaltyElasticNet:
		net := k.child("elastic_net", "candidates[].penalty.elastic_net")
		p.Kind, p.Alpha, strength = PenaltyElasticNet, read(net, "alpha", number), read(net, "strength", strengthOf)
	default:
		p.Kind, strength = kinds[0], Strength{}
		read(k, p.Kind, choice)
	}
	p.Auto, p.Strength = strength.Auto, strength.Value
	if !p.Auto {
		k.refuse("a penalty whose strength is not chosen", "rule")
		p.Rule = ""
	}
	return p
}

// strengthOf is the strength of a penalty, or auto.
func strengthOf(k Key, n *node) (Strength, fault) {
	if isWord(k, n) {
		return Strength{Auto: true}, fault{}
	}
	x, f := number(k, n)
	return Strength{Value: x}, f
}

// readLimits reads bounds, pins and caps, in the order of the factors and of their categories.
func (f *Fitting) readLimits(s section, factors catalog) {
	numeric := func(name string) bool {
		at, ok := factors.at[name]
		return ok && factors.factors[at].Kind != FactorCategory
	}
	bounds, pins := limitsOf(s, "bounds", factors.names, numeric, pair), limitsOf(s, "pin", factors.names, numeric, number)
	if len(bounds)+len(pins) > 0 {
		for _, name := range factors.names {
			f.bound(s, name, bounds, pins)
		}
	}
	if s.given("cap") == nil {
		return
	}
	var categories []string
	known := map[string]bool{}
	for _, factor := range factors.factors {
		if !known[factor.Category] {
			known[factor.Category], categories = true, append(categories, factor.Category)
		}
	}
	caps := limitsOf(s, "cap", categories, func(name string) bool { return known[name] }, number)
	for _, name := range categories {
		if share, ok := caps[name]; ok {
			f.Caps = append(f.Caps, Capped{name, share})
		}
	}
}

// bound adds the bound or the pin of a factor; of a factor with both neither counts, and it is reported.
func (f *Fitting) bound(s section, name string, bounds map[string][2]float64, pins map[string]float64) {
	pinned, isPin := pins[name]
	ends, isBound := bounds[name]
	switch {
	case isPin && isBound:
		s.report(s.given("pin"), fmt.Sprintf("factor %s is both pinned and bounded", quote(name)), "keep one of them")
	case isPin:
		f.Bounds = append(f.Bounds, Bounded{name, pinned, pinned})
	case isBound:
		f.Bounds = append(f.Bounds, Bounded{name, ends[0], ends[1]})
	}
}

// limitsOf reads a mapping from names to limits. A name that cannot have one is reported: a category
// among the factors, and what is neither. The result holds what is sound, also beside a report.
func limitsOf[T any](s section, key string, names []string, fits func(name string) bool, parse func(Key, *node) (T, fault)) map[string]T {
	limits := map[string]T{}
	n := s.given(key)
	if n == nil {
		return limits
	}
	m := s.open(n, "candidates[]."+key)
	if n.kind == mapping && len(n.entries) == 0 || n.kind == empty {
		s.report(n, n.path+" names nothing", "write for example "+s.key(key).Example)
	}
	for _, e := range n.entries {
		value, f := parse(m.key("*"), e.value)
		switch {
		case f.at != nil:
			m.mismatch(m.key("*"), f)
		case !fits(e.key) && slices.Contains(names, e.key):
			m.reportKey(e, fmt.Sprintf("factor %s is a category, which has a weight for each level", quote(e.key)), "leave it out")
		case !fits(e.key):
			m.reportKey(e, "nothing is called "+quote(e.key)+m.within(), s.suggestName(e.key, "there are", names))
		default:
			limits[e.key] = value
		}
	}
	return limits
}

// pair is a list of two numbers in ascending order.
func pair(k Key, n *node) ([2]float64, fault) {
	if n.kind != list || len(n.items) != 2 {
		return [2]float64{}, wrong(n)
	}
	low, f := number(k, n.items[0])
	if f.at != nil {
		return [2]float64{}, f
	}
	high, f := number(k, n.items[1])
	if f.at == nil && low > high {
		f = fault{n, n.path + " must go from low to high", "swap the numbers"}
	}
	return [2]float64{low, high}, f
}

// towards finds candidates that are shrunk to what has no hand weights.
func (r *reader) towards(c *Config) {
	var have []string
	for _, cand := range c.Candidates {
		if cand.Kind == CandidateWeights && cand.Name != "" {
			have = append(have, cand.Name)
		}
	}
	for i, cand := range c.Candidates {
		if name := cand.Fitting.Toward; name != "" && !slices.Contains(have, name) {
			path := index("candidates", i) + ".toward"
			r.problems = append(r.problems, c.Problemf(path, r.suggestName(name, "the candidates of kind weights are", have), "%s is %s, which is no candidate of kind weights", path, quote(name)))
		}
	}
}
