package leaklab

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"holdfast/dataset"
	"holdfast/dataset/radix"
	"holdfast/features"
	"holdfast/models"
)

// naming is what speaks for a column that names accounts instead of describing them. A key
// of the CRM looks like this, with accounts in the order of their own keys:
//
//	account   crm_id
//	A001      100431    whole numbers, one for each account and never another,
//	A002      100007    with hardly any room between the least and the greatest:
//	A003      100219    nothing that is measured is spread so evenly
//
// An amount in cents is as distinct, but its values have all the room there is; a date of
// signature leaves little room, but two accounts in ten share it.
type naming struct {
	// accounts have a value in some example.
	accounts int

	// share of them hold a value that nobody else holds, and never another one.
	share float64

	// ordered says that the values rise, or fall, with the keys without an exception, as
	// the number of a row does.
	ordered bool

	// dense says that the values are whole numbers without room for anything but a count.
	dense bool
}

// Limits of names.
const (
	// namedAccounts is how many accounts a number must tell apart; fewer may differ by
	// chance.
	namedAccounts = 50

	// namingLevels and namingShare are the same for a category: levels of their own for so
	// many accounts, and for half of all.
	namingLevels = 10
	namingShare  = 0.5

	// namingNumbers is practically everybody: merged accounts share a number now and then.
	namingNumbers = 0.98

	// numberingRoom is how many numbers per account a count may leave room for. Were n
	// values drawn at random from 4n, an account would be alone with its value with
	// probability exp(-1/4) = 0.78 only, far below namingNumbers.
	numberingRoom = 4
)

// nameOf counts the accounts that have a value for themselves.
func (l *lab) nameOf(c *column) naming {
	value, fixed := l.valueOfEach(c)
	sorted := radix.Sort(slices.DeleteFunc(slices.Clone(value), func(v float64) bool { return v != v }))
	holds := func(v float64) bool { // one account alone ends on the value
		at, _ := slices.BinarySearch(sorted, v)
		return at+1 == len(sorted) || sorted[at+1] != v
	}
	var n naming
	alone := 0
	for a, v := range value {
		if v != v {
			continue
		}
		n.accounts++
		if fixed[a] && holds(v) {
			alone++
		}
	}
	n.share = float64(alone) / float64(max(1, n.accounts))
	n.ordered, n.dense = numbering(value)
	return n
}

// valueOfEach returns the newest value of every account over its examples, NaN without
// one, and whether it is the only one.
func (l *lab) valueOfEach(c *column) (value []float64, fixed []bool) {
	value, fixed = make([]float64, len(l.s.Accounts)), make([]bool, len(l.s.Accounts))
	for a := range value {
		value[a], fixed[a] = math.NaN(), true
	}
	for _, row := range l.rows {
		if !c.has(row) {
			continue
		}
		a, v := l.s.Account[row], c.values[row]
		fixed[a] = fixed[a] && (value[a] != value[a] || value[a] == v)
		value[a] = v
	}
	return value, fixed
}

// numbering says whether the values of the accounts, in the order of the keys, rise or
// fall throughout, and whether they are whole and close together.
func numbering(value []float64) (ordered, dense bool) {
	ordered, dense = true, true
	low, high, last, direction, accounts := math.Inf(1), math.Inf(-1), math.NaN(), 0.0, 0
	for _, v := range value {
		if v != v {
			continue
		}
		if last == last {
			step := float64(cmp.Compare(v, last))
			ordered = ordered && step != 0 && step != -direction
			direction = step
		}
		accounts++
		low, high, last = min(low, v), max(high, v), v
		dense = dense && v == math.Trunc(v)
	}
	return ordered && accounts > 0, dense && accounts > 0 && high-low < numberingRoom*float64(accounts)
}

// names finds keys in disguise: a category of which most levels belong to one account
// alone, and a number that every account has for itself and that can only be a count:
// whole, without room for anything else, or in the order of the account keys.
func (l *lab) names(x *exhibit) (Finding, bool) {
	n := x.name
	isText := x.factor.Kind == features.Category
	switch {
	case isText && (n.share <= namingShare || float64(n.accounts)*n.share < namingLevels):
		return Finding{}, false
	case !isText && (n.accounts < namedAccounts || n.share < namingNumbers || !n.ordered && !n.dense):
		return Finding{}, false
	}
	return x.finding("leak_names_accounts", Refuse, n.share, "share of the accounts that have a value nobody else has", nil, fmt.Sprintf(
		"%s has a value of its own for %.0f %% of %d accounts: it names accounts instead of describing them; leave it out",
		dataset.Quote(x.factor.Source()), 100*n.share, n.accounts)), true
}

// absent finds factors without a value in any example.
func (l *lab) absent(x *exhibit) (Finding, bool) {
	if !x.missing {
		return Finding{}, false
	}
	return x.finding("all_missing", Refuse, 1, "share of the examples without a value", nil, fmt.Sprintf(
		"all values of %s are missing; leave the factor out, or mend the column", dataset.Quote(x.factor.Source()))), true
}

// finding is a finding about the factor.
func (x *exhibit) finding(code string, s Severity, evidence float64, measure string, accounts []string, message string) Finding {
	return Finding{Code: code, Severity: s, Factor: x.factor.Name, Column: x.factor.Source(), Evidence: models.Stat(evidence),
		Measure: measure, Accounts: accounts, Key: "remove factors[].name: " + x.factor.Name, Message: message}
}
