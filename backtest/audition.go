package backtest

import (
	"cmp"
	"math"
	"slices"

	"holdfast/dataset"
)

// Audition asks how well a rule for choosing among the candidates would have chosen: at
// every cutoff the rule sees the folds whose outcomes were all known by then, picks, and is
// judged by the next test window. What it loses against the candidate that was best there is
// its regret (the rules and the measure are those of triage's audition: Ackermann et al.,
// KDD 2018, and its documentation). The baseline takes no part.
type Audition struct {
	Metric  string         // the primary metric
	Within  float64        // what RuleFrequent calls close to the best, in units of Metric
	Leaders []Leader       // by mean rank, the best first
	Rules   []AuditionRule // in the order of the Rule constants
	Rounds  []int          // folds at which there was something to choose by, as indices into Result.Folds
}

// Leader is a candidate's record over the folds.
type Leader struct {
	Candidate int       // index into Result.Candidates
	Ranks     []float64 // per fold of Result.Folds, 1 the best, ties the mean; NaN where skipped
	MeanRank  float64
	Won       float64 // folds won, ties in equal parts
	MeanGap   float64 // to the best of each fold, in units of Metric
}

// AuditionRule is a way to choose, and what it cost.
type AuditionRule struct {
	Name   string
	Regret []float64 // per round
	Mean   float64   // NaN without rounds
	Worst  float64
	Hits   float64 // share of rounds in which it picked the best
}

// The rules.
const (
	RuleCurrent  = "best_current_value"   // the best of the newest known fold
	RuleAverage  = "best_average_value"   // the best on average of all known folds
	RuleFrequent = "most_frequent_within" // the one that was most often close to the best
	RuleChampion = "keep_champion"        // never choose
	RuleRandom   = "random"               // any candidate: its regret is the mean
)

// auditionWithin is what is close to the best, in log loss, AUC or Brier score.
const auditionWithin = 0.01

// audition holds the candidates' auditions; nil with fewer than two candidates or folds.
func audition(r *Result, e *dataset.Examples) *Audition {
	cast := r.cast()
	folds := r.scores(cast)
	if len(cast) < 2 || len(folds) < 2 {
		return nil
	}
	a := &Audition{Metric: r.Options.Primary, Within: auditionWithin, Leaders: leaders(r, cast, folds)}
	for _, name := range []string{RuleCurrent, RuleAverage, RuleFrequent, RuleChampion, RuleRandom} {
		if name == RuleChampion && !slices.Contains(cast, r.Champion) {
			continue // the baseline is the champion
		}
		a.Rules = append(a.Rules, AuditionRule{Name: name})
	}
	known := r.lastKnown(e)
	for _, f := range r.Folds {
		now, tested := folds[f.Index]
		past := seenBy(f, folds, known)
		if !tested || len(past) == 0 {
			continue
		}
		a.Rounds = append(a.Rounds, f.Index)
		for i := range a.Rules {
			a.Rules[i].judge(a.Rules[i].pick(past, slices.Index(cast, r.Champion)), now)
		}
	}
	for i := range a.Rules {
		a.Rules[i].conclude()
	}
	return a
}

// cast are the candidates that can be chosen.
func (r *Result) cast() []int {
	var list []int
	for c := range r.Candidates {
		if r.Candidates[c].Kind != baseline {
			list = append(list, c)
		}
	}
	return list
}

// scores are the primary metric by fold and member of the cast, turned so that more is
// better. Folds that were skipped, or in which it is undefined, are left out.
func (r *Result) scores(cast []int) map[int][]float64 {
	folds := make(map[int][]float64)
	for k := range r.Folds {
		var values []float64
		for _, c := range cast {
			v := Find(r.Candidates[c].ByFold[k], r.Options.Primary).Value
			if r.Options.Primary != AUC {
				v = -v
			}
			if v == v {
				values = append(values, v)
			}
		}
		if len(values) == len(cast) {
			folds[k] = values
		}
	}
	return folds
}

// lastKnown is the day by which every outcome of a fold's test rows was known.
func (r *Result) lastKnown(e *dataset.Examples) []dataset.Date {
	days := slices.Repeat([]dataset.Date{dataset.NoDate}, len(r.Folds))
	for i, k := range r.Predictions.Fold {
		days[k] = max(days[k], e.Known[r.Predictions.Row[i]])
	}
	return days
}

// seenBy are the scores of the folds whose outcomes were all known on the cutoff of f,
// oldest first.
func seenBy(f Fold, folds map[int][]float64, known []dataset.Date) [][]float64 {
	var past [][]float64
	for k := range f.Index {
		if values, tested := folds[k]; tested && known[k] <= f.Cutoff {
			past = append(past, values)
		}
	}
	return past
}

// pick are the members of the cast that the rule chooses, several where they tie.
func (a *AuditionRule) pick(past [][]float64, champion int) []int {
	merit := make([]float64, len(past[0]))
	switch a.Name {
	case RuleCurrent:
		copy(merit, past[len(past)-1])
	case RuleAverage:
		for _, values := range past {
			for c, v := range values {
				merit[c] += v / float64(len(past))
			}
		}
	case RuleFrequent:
		for _, values := range past {
			for c, v := range values {
				merit[c] += indicator(v >= slices.Max(values)-auditionWithin)
			}
		}
	case RuleChampion:
		merit[champion] = 1
	}
	return bestOf(merit)
}

// bestOf are the places of the largest value.
func bestOf(values []float64) []int {
	var list []int
	for c, v := range values {
		if v == slices.Max(values) {
			list = append(list, c)
		}
	}
	return list
}

// judge adds a round: what was picked, and how everybody did. Of picks that tie, each is
// as likely.
func (a *AuditionRule) judge(picks []int, now []float64) {
	best, regret := slices.Max(now), 0.0
	for _, c := range picks {
		regret += (best - now[c]) / float64(len(picks))
		a.Hits += indicator(now[c] == best) / float64(len(picks))
	}
	a.Regret = append(a.Regret, regret)
	a.Worst = max(a.Worst, regret)
}

// conclude turns sums into means.
func (a *AuditionRule) conclude() {
	n := float64(len(a.Regret))
	a.Mean, a.Hits = sumOf(a.Regret)/n, a.Hits/n
	if n == 0 {
		a.Worst = math.NaN()
	}
}

// leaders is the leaderboard.
func leaders(r *Result, cast []int, folds map[int][]float64) []Leader {
	list := make([]Leader, len(cast))
	for i, c := range cast {
		list[i] = Leader{Candidate: c, Ranks: slices.Repeat([]float64{math.NaN()}, len(r.Folds))}
	}
	for k := range r.Folds {
		values, tested := folds[k]
		if !tested {
			continue
		}
		winners := bestOf(values)
		for i := range list {
			list[i].Ranks[k] = rankOf(values, i)
			list[i].MeanRank += list[i].Ranks[k] / float64(len(folds))
			list[i].MeanGap += (slices.Max(values) - values[i]) / float64(len(folds))
			list[i].Won += indicator(slices.Contains(winners, i)) / float64(len(winners))
		}
	}
	slices.SortStableFunc(list, func(a, b Leader) int { return cmp.Compare(a.MeanRank, b.MeanRank) })
	return list
}

// rankOf is the rank of a value, 1 the largest; ties share the mean.
func rankOf(values []float64, at int) float64 {
	above, equal := 0, 0
	for _, v := range values {
		switch {
		case v > values[at]:
			above++
		case v == values[at]:
			equal++
		}
	}
	return float64(above) + float64(equal+1)/2
}
