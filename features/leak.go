package features

import (
	"context"
	"fmt"
	"math"
	"slices"

	"golang.org/x/sync/errgroup"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/dataset/radix"
)

// LeakKS is the Kolmogorov-Smirnov distance between the churned and the renewed at
// and above which one factor alone is taken to know the answer. Honest factors of
// churn stay far below it.
const LeakKS = 0.98

// What chance cannot do: this many churned and renewed examples, that many ways to
// choose the churned among them. Fewer may be told apart by a factor of noise.
const (
	leakMinimum = 5
	leakWays    = 1e6
)

// A category names accounts when at least so many of its levels, and so large a share
// of the examples, belong to one account alone.
const (
	namingLevels = 10
	namingShare  = 0.5
)

// Leaks finds factors that know the answer: a value, a level or the mere absence
// of a value that tells churned from renewed almost without error, and categories
// that name single accounts; also factors without any value, which know nothing.
// By horizon labels are asked about where something was decided (dataset.Examples.Decided).
// The findings are reasons to refuse the data, with the codes leak and all_missing, at most one
// a factor, in the order of the factors. What a recipe reads of a leaking column it finds in
// the recipe too.
func Leaks(ctx context.Context, factors []Factor, view dataset.View) ([]dataset.Warning, error) {
	accounts := view.Accounts()
	answers := []answer{labelsOf(view)}
	if ever := view.Examples.EverChurned; ever != nil {
		answers = append(answers, answer{churned: fates(ever, accounts)})
	}
	looking := Looking(factors) // others know what their members know
	honest, err := cleared(ctx, looking, view, answers)
	if err != nil {
		return nil, err
	}
	found := make([]dataset.Warning, len(looking))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(view.Examples.Table.AtOnce(leakBytes * int64(view.Len())))
	for i, f := range looking {
		if honest[i] {
			continue
		}
		group.Go(func() error {
			raw, err := f.Values(ctx, view.Len(), view.InTurn())
			if err != nil {
				return err
			}
			if code, message := f.leak(raw, answers, accounts); code != "" {
				found[i] = dataset.Warning{Code: code, Where: "factor " + f.Name, Message: message}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(found, func(w dataset.Warning) bool { return w.Code == "" }), nil
}

// leakBytes is about what judging a factor takes a row: its value, whether it is missing, and sorting.
const leakBytes = 40

// answer is what a factor must not know: which examples of a view churned.
type answer struct {
	churned []bool
	asked   []bool // about which of them; nil: about all
}

// labelsOf are the labels, asked about where something was decided: only there is it no matter of
// course who stayed.
func labelsOf(view dataset.View) answer {
	a := answer{churned: view.Churned()}
	if decided := view.Examples.Decided; decided != nil {
		a.asked = make([]bool, view.Len())
		for i, row := range view.Rows {
			a.asked[i] = decided[row]
		}
	}
	return a
}

// among are the values of the examples that are asked about, and which of these churned.
func (a answer) among(raw expr.Vector) (values expr.Vector, churned []bool) {
	if a.asked == nil {
		return raw, a.churned
	}
	values = expr.Vector{Levels: raw.Levels, Finite: raw.Finite}
	for i, asked := range a.asked {
		if !asked {
			continue
		}
		churned = append(churned, a.churned[i])
		if raw.Codes != nil {
			values.Codes = append(values.Codes, raw.Codes[i])
		} else {
			values.Numbers = append(values.Numbers, raw.Numbers[i])
		}
	}
	return values, churned
}

// isEmpty says whether no example has a value.
func isEmpty(raw expr.Vector) bool {
	return len(raw.Codes)+len(raw.Numbers) > 0 &&
		!slices.ContainsFunc(raw.Codes, func(code int32) bool { return code >= 0 }) && !slices.ContainsFunc(raw.Numbers, func(v float64) bool { return v == v })
}

// leak judges one factor; code is empty when there is nothing to say.
func (f Factor) leak(raw expr.Vector, answers []answer, accounts []int32) (code, message string) {
	if share := identifies(f, raw, accounts); share > namingShare {
		return "leak", fmt.Sprintf("%s has levels that belong to one account alone for %.0f %% of the examples: it names accounts instead of describing them; leave it out", dataset.Quote(f.Source()), 100*share)
	}
	if isEmpty(raw) {
		return "all_missing", fmt.Sprintf("all values of %s are missing; leave the factor out, or mend the column", dataset.Quote(f.Source()))
	}
	for _, a := range answers {
		some, churned := a.among(raw)
		values, missing := riskValues(f, some, churned)
		if ks, sure := distance(values, churned); sure && ks >= LeakKS {
			return "leak", fmt.Sprintf("%s alone tells churned from renewed (KS %.3f): it was probably recorded after the outcome; leave it out", dataset.Quote(f.Source()), ks)
		}
		if ks, sure := markDistance(missing, churned); sure && ks >= LeakKS {
			return "leak", fmt.Sprintf("whether %s is missing tells churned from renewed (KS %.3f): it was probably filled in after the outcome; leave it out", dataset.Quote(f.Source()), ks)
		}
	}
	return "", ""
}

// fates says of every example whether its account ever churned. A column that was
// overwritten when the account left tells this of all its rows, also of those too
// early to be labelled churned.
func fates(ever []bool, accounts []int32) []bool {
	churned := make([]bool, len(accounts))
	for i, a := range accounts {
		churned[i] = ever[a]
	}
	return churned
}

// identifies is the share of examples whose level of a category no other account has.
func identifies(f Factor, raw expr.Vector, accounts []int32) float64 {
	if f.Kind != Category {
		return 0
	}
	const nobody, several = -1, -2
	codes, levels := text(raw)
	owner := slices.Repeat([]int32{nobody}, len(levels))
	rows := make([]int, len(levels))
	for i, code := range codes {
		if code < 0 {
			continue
		}
		rows[code]++
		if owner[code] == nobody {
			owner[code] = accounts[i]
		} else if owner[code] != accounts[i] {
			owner[code] = several
		}
	}
	owned, alone := 0, 0
	for code, account := range owner {
		if account >= 0 {
			owned++
			alone += rows[code]
		}
	}
	if owned < namingLevels {
		return 0
	}
	return float64(alone) / float64(len(codes))
}

// riskValues returns a number per example to split on: the value, or for a
// category the churn rate of the level; and whether it is missing.
func riskValues(f Factor, raw expr.Vector, churned []bool) (values, missing []float64) {
	missing = make([]float64, len(churned))
	if f.Kind != Category {
		for i, v := range raw.Numbers {
			missing[i] = indicator(v != v)
		}
		return raw.Numbers, missing
	}
	codes, levels := text(raw)
	events, counts := make([]float64, len(levels)), make([]float64, len(levels))
	for i, code := range codes {
		if code >= 0 {
			counts[code]++
			events[code] += indicator(churned[i])
		}
	}
	values = make([]float64, len(codes))
	for i, code := range codes {
		values[i] = math.NaN()
		missing[i] = indicator(code < 0)
		if code >= 0 {
			values[i] = events[code] / counts[code]
		}
	}
	return values, missing
}

// distance is the largest difference between the distribution functions of the
// churned and the renewed, over distinct values; missing values are left out. sure
// says that there are too many of both for chance to tell them apart. It is the two-sample
// statistic of Kolmogorov and Smirnov (Smirnov 1939),
//
//	KS = max over x of | F_churned(x) - F_renewed(x) |
//
// 0 and not sure where one of the two has no value at all.
func distance(values []float64, churned []bool) (ks float64, sure bool) {
	events := 0
	for _, c := range churned {
		events += int(indicator(c))
	}
	sorted := [2][]float64{make([]float64, 0, len(values)-events), make([]float64, 0, events)} // of the renewed and of the churned
	for i, v := range values {
		if v == v {
			class := int(indicator(churned[i]))
			sorted[class] = append(sorted[class], v)
		}
	}
	renewed, gone := sorted[0], sorted[1]
	if len(renewed) == 0 || len(gone) == 0 {
		return 0, false
	}
	return apart(radix.Sort(renewed), radix.Sort(gone))
}

// apart is the distance of sorted numbers, neither list empty: one walk along both, which looks
// at the difference after all rows of a value, so that ties count at once.
func apart(renewed, gone []float64) (ks float64, sure bool) {
	others, events := float64(len(renewed)), float64(len(gone))
	for i, j := 0, 0; i < len(renewed) || j < len(gone); {
		at := math.Inf(1)
		if i < len(renewed) {
			at = renewed[i]
		}
		if j < len(gone) {
			at = min(at, gone[j])
		}
		for i < len(renewed) && renewed[i] == at {
			i++
		}
		for j < len(gone) && gone[j] == at {
			j++
		}
		ks = max(ks, math.Abs(float64(j)/events-float64(i)/others))
	}
	return ks, BeyondChance(events, others)
}

// markDistance is distance of a mark, which is 0 or 1: there is nothing to sort.
func markDistance(marks []float64, churned []bool) (ks float64, sure bool) {
	var rows, marked [2]float64 // of the renewed and of the churned
	for i, m := range marks {
		class := int(indicator(churned[i]))
		rows[class]++
		marked[class] += m
	}
	return marksApart(rows, marked)
}

// marksApart is the distance of marks that so many rows have, of the renewed and of the churned.
func marksApart(rows, marked [2]float64) (ks float64, sure bool) {
	others, events := rows[0], rows[1]
	if others == 0 || events == 0 {
		return 0, false
	}
	return math.Abs((events-marked[1])/events - (others-marked[0])/others), BeyondChance(events, others)
}

// BeyondChance says that there are too many of both, examples or accounts, for chance to tell them
// apart: a factor of noise sorts k churned of n to one side with a probability of 2 in C(n, k).
func BeyondChance(events, others float64) bool {
	return min(events, others) >= leakMinimum && logWays(events+others, events) >= math.Log(leakWays)
}

// logWays is the logarithm of the number of ways to choose k of n, ln n!/(k! (n-k)!), by the
// logarithm of the gamma function: the number itself is beyond a float64 from n = 1030 on.
func logWays(n, k float64) float64 {
	a, _ := math.Lgamma(n + 1)
	b, _ := math.Lgamma(k + 1)
	c, _ := math.Lgamma(n - k + 1)
	return a - b - c
}
