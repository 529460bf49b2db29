package features

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"holdfast/dataset"
	"holdfast/dataset/expr"
)

// An interaction and a group are numbers made of other factors, their members, each
// standardised as it would be on its own. They pass the same way as any number after
// that, with fill, clip and scale of their own.
//
// What the members learned is stored with the factor that they are members of, so that
// it needs no other factor of the model.

// mostMembers bounds what a person can still read.
const mostMembers = 20

// parseMembers finds the members among the factors before it. Those of a stored factor
// are known already, and are compiled over the columns there are now.
func (f *Factor) parseMembers(columns expr.Columns, before []Factor) error {
	if f.Expr != "" || f.History != nil || f.Rule != "" || f.Fresh != nil {
		return fmt.Errorf("a factor of kind %s is made of its members and has no expression, rule, history or age of its own", f.Kind)
	}
	if len(f.Members) < 2 || len(f.Members) > mostMembers {
		return fmt.Errorf("%d members; name 2 to %d factors", len(f.Members), mostMembers)
	}
	members := f.members
	if members == nil {
		for _, name := range f.Members {
			member, err := findMember(name, before)
			if err != nil {
				return err
			}
			members = append(members, member)
		}
	}
	if len(members) != len(f.Members) {
		return fmt.Errorf("%d members were learned where %d are named", len(members), len(f.Members))
	}
	compiled, err := Compile(members, columns)
	if err != nil {
		return err
	}
	f.members, f.inputs = compiled, Uses(compiled)
	for i, m := range f.members {
		if err := f.memberProblem(m); err != nil {
			return err
		}
		if m.Name != f.Members[i] {
			return fmt.Errorf("member %s where %s belongs", dataset.Quote(m.Name), dataset.Quote(f.Members[i]))
		}
	}
	return nil
}

// findMember is the factor of that name. That it stands before makes circles impossible.
func findMember(name string, before []Factor) (Factor, error) {
	names := make([]string, len(before))
	for i, f := range before {
		if names[i] = f.Name; f.Name == name {
			return f, nil
		}
	}
	if near, ok := expr.Nearest(name, names); ok {
		return Factor{}, fmt.Errorf("no factor %s stands before it; did you mean %s?", dataset.Quote(name), dataset.Quote(near))
	}
	return Factor{}, fmt.Errorf("no factor %s stands before it; members are defined first", dataset.Quote(name))
}

// memberProblem says why a factor cannot be a member.
func (f *Factor) memberProblem(m Factor) error {
	switch {
	case m.Kind == Category || m.Kind == Spline || m.Kind.joins():
		return fmt.Errorf("member %s is of kind %s; a member is one number: numeric, bins, points or tiers", dataset.Quote(m.Name), m.Kind)
	case f.Kind == Group && m.Expect == "":
		return fmt.Errorf("member %s needs expect, so that the mean knows which way to turn it", dataset.Quote(m.Name))
	}
	return nil
}

// learnMembers fits every member by itself, on the rows in which it has something to say. They
// are learned again where they are factors of the model too, so that the factor that joins them
// can be stored, and scored, without those.
func (f *Factor) learnMembers(ctx context.Context, view dataset.View) ([]Encoding, error) {
	var learned []Encoding
	for _, m := range f.members {
		raw, err := m.Values(ctx, view.Len(), view.InTurn())
		if err != nil {
			return nil, err
		}
		inside, err := m.rowsInside(ctx, view.InTurn())
		if err != nil {
			return nil, err
		}
		part, churned := raw, view.Worse()
		if inside != nil {
			part, churned = pick(raw, inside), gather(churned, inside)
		}
		if m.Missing == Drop { // whoever joins it decides about the rows
			has := presentRows(part)
			part, churned = pick(part, has), gather(churned, has)
		}
		one, err := fitFactor(m, Standardised, part, churned, &Design{Rows: len(part.Numbers)})
		if err != nil {
			return nil, fmt.Errorf("member %s: %w", dataset.Quote(m.Name), err)
		}
		one.encoding.Columns = one.encoding.Columns[:1] // without the flag of missing: own
		learned = append(learned, one.encoding)
	}
	return learned, nil
}

// presentRows are the rows of a vector of numbers that have a value, ascending.
func presentRows(v expr.Vector) []int32 {
	rows := make([]int32, 0, len(v.Numbers))
	for i, x := range v.Numbers {
		if x == x {
			rows = append(rows, int32(i))
		}
	}
	return rows
}

// joined computes the factor from its members: their product, missing where one of them
// is; or the mean of those that are there, each turned so that more is healthier.
func (f *Encoding) joined(b *dataset.Batch) []float64 {
	// Sums run over members in the order of the list, so that they are the same bits in any
	// batch.
	out := make([]float64, b.Len())
	counts := make([]float64, b.Len())
	for i := range out {
		out[i] = indicator(f.Factor.Kind == Interaction)
	}
	for i := range f.Members {
		m := &f.Members[i]
		turn := 1.0
		if m.Factor.Expect == HigherChurn {
			turn = -1
		}
		for r, z := range m.standing(b) {
			switch {
			case f.Factor.Kind == Interaction:
				out[r] *= z
			case z == z:
				out[r] += turn * z
				counts[r]++
			}
		}
	}
	if f.Factor.Kind == Group {
		for r, n := range counts {
			out[r] /= n // 0/0 where nobody is there: missing
		}
	}
	for r, v := range out {
		if math.IsInf(v, 0) {
			out[r] = math.NaN() // as in expressions
		}
	}
	return out
}

// standing is the standardised value of a member, missing where it has none.
func (f *Encoding) standing(b *dataset.Batch) []float64 {
	x := f.Factor.eval(b).Numbers
	inside := f.Factor.inside(b)
	out := make([]float64, len(x))
	c := f.Columns[0]
	for i, v := range x {
		switch { // a constant member stays 0: it is always at its mean
		case v != v && (f.Bins == nil || f.Factor.Missing == Drop), inside != nil && !inside[i]:
			out[i] = math.NaN()
		case !c.Constant:
			out[i] = f.number(Standardised, 0, v)
		}
	}
	return out
}

// checkMembers holds what was learned of the members against the factor.
func (e *Encoding) checkMembers() error {
	if len(e.Members) != len(e.Factor.members) {
		return fmt.Errorf("%d members were learned where %d belong", len(e.Members), len(e.Factor.members))
	}
	for i := range e.Members {
		m := &e.Members[i]
		if m.Factor.compiled == nil {
			return fmt.Errorf("member %s was not compiled", dataset.Quote(m.Factor.Name))
		}
		// A member is stored with the column of its value alone: that it was missing is for
		// the joining factor to say, not for a flag. The check wants the flag it would have.
		whole := *m
		if m.Factor.Missing == Own && m.Factor.Kind != Bins {
			whole.Columns = append(slices.Clone(m.Columns), Column{Level: MissingLevel, Role: OfMissing, Constant: true})
		}
		if err := whole.check(Standardised); err != nil {
			return fmt.Errorf("member %s: %w", dataset.Quote(m.Factor.Name), err)
		}
	}
	return nil
}

// memberNames lists members for people, and as a key.
func (f Factor) memberNames() string {
	parts := make([]string, len(f.members))
	for i, m := range f.members {
		parts[i] = m.Name + " = " + m.Source()
	}
	return strings.Join(parts, ", ")
}
