package health

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"holdfast/backtest/metrics"
	"holdfast/dataset"
	"holdfast/features"
	"holdfast/models"
)

const (
	// fewEvents per design column: below, weights are not to be trusted (Peduzzi et al. 1996).
	fewEvents = 10

	// enoughEvents per design column: from here on, fits are stable in most data (Austin and
	// Steyerberg 2017).
	enoughEvents = 20

	// nagelkerke is the R2, as a share of the largest there can be, to plan with when nothing
	// is known (Riley et al. 2020).
	nagelkerke = 0.15

	// correlated is the correlation of two AUCs on the same rows, to plan with.
	correlated = 0.5

	// measuredBy is the number of factors whose AUC shows what accounts that repeat do to an
	// AUC, and measuredRows the examples, of whole accounts, on which they show it: a ratio of
	// variances needs no more.
	measuredBy   = 3
	measuredRows = 1 << 20
)

// The verdicts on the amount of data: enough by both rules, thin by one of them, or fewer than
// ten cases a column.
const (
	enough    = "enough"
	thin      = "thin"
	tooLittle = "too_little"
)

// sufficiency says what the examples can support before anything is fitted. Rules of
// events per column are crude, so the criteria of Riley et al. stand beside them, at the
// number of independent examples that the examples are worth. r has its factors, columns and
// aliases already. Errors: those of reading the factors that aucDesignEffect looks at.
func sufficiency(ctx context.Context, e *dataset.Examples, factors []features.Factor, r *Report, o Options) (Sufficiency, error) {
	s := Sufficiency{Examples: e.Counts.Mature, Events: e.Counts.Churned, Factors: len(factors), Columns: len(r.Columns) - len(r.Aliases),
		AUC: models.Stat(o.AUC), Correlation: correlated}
	rarer, _, _ := s.Rarer()
	s.EventsPerFactor, s.EventsPerColumn = share(rarer, s.Factors), share(rarer, s.Columns)
	rate := metrics.ClusteredRate(e.Churned, e.Account, level)
	s.RateDesignEffect = models.Stat(rate.DesignEffect)
	s.Effective = int(float64(s.Examples) / rate.DesignEffect)
	s.riley(rate.Value)

	effect, err := aucDesignEffect(ctx, e, factors, r.Factors)
	if err != nil {
		return s, err
	}
	s.AUCDesignEffect = models.Stat(effect)
	s.Detectable = models.Stat(metrics.DetectableAUC(o.AUC, correlated, effect, s.Events, s.Examples-s.Events))
	s.DetectableHalf = models.Stat(metrics.DetectableAUC(o.AUC, correlated, effect, s.Events/2, (s.Examples-s.Events)/2))
	s.judge()
	return s, nil
}

// riley fills in the minimum sample size at a churn rate, and turns it round: how many columns
// the examples would support. The rows for shrinkage and optimism are proportional to the
// columns, so that those for one column divide the effective examples. A rate of 0, 1 or NaN
// leaves zeros and an undefined R2.
func (s *Sufficiency) riley(rate float64) {
	r2 := nagelkerke * metrics.MaxCoxSnell(rate)
	size := metrics.RileySampleSize(s.Columns, rate, r2)
	s.Riley = Riley{R2: models.Stat(r2), Shrinkage: size.Shrinkage, Optimism: size.Optimism, Rate: size.Rate, Rows: size.Rows}
	if math.IsNaN(r2) {
		s.Riley.R2 = models.Undefined()
		return
	}
	one := metrics.RileySampleSize(1, rate, r2)
	if perColumn := max(one.Shrinkage, one.Optimism); perColumn > 0 {
		s.Riley.Columns = s.Effective / perColumn
	}
}

// aucDesignEffect is the variance of an AUC with accounts over that without: the
// largest, but at least 1, among the numeric factors that tell churned from renewed
// best, by the clustered and the plain estimator of DeLong. There is no score yet; the
// factors it will be made of repeat as it will. Factors that lack values are passed over: the
// AUC of the rest would be of other examples. 1 where no number is whole.
func aucDesignEffect(ctx context.Context, e *dataset.Examples, factors []features.Factor, profiles []Factor) (float64, error) {
	order := make([]int, 0, len(profiles))
	for i, p := range profiles {
		if p.AUC.Defined() && p.Missing == 0 {
			order = append(order, i)
		}
	}
	strength := func(i int) float64 { return math.Abs(float64(profiles[i].AUC) - 0.5) }
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(strength(b), strength(a)) })
	effect := 1.0
	view := e.All().WholeAccounts(measuredRows)
	churned, accounts := view.Churned(), view.Accounts()
	for _, i := range order[:min(len(order), measuredBy)] {
		v, err := factors[i].Values(ctx, view.Len(), view.InTurn())
		if err != nil {
			return 0, err
		}
		clustered, err := metrics.DeLong([][]float64{v.Numbers}, churned, accounts)
		if err != nil {
			return 0, fmt.Errorf("health: %w", err)
		}
		plain, err := metrics.DeLong([][]float64{v.Numbers}, churned, nil)
		if err != nil {
			return 0, fmt.Errorf("health: %w", err)
		}
		if ratio := clustered.Cov.At(0, 0) / plain.Cov.At(0, 0); ratio > effect {
			effect = ratio // NaN is not larger
		}
	}
	return effect, nil
}

// Rarer are the examples of the rarer outcome, which is what a rule of events per column counts,
// and what one and several of them are called.
func (s *Sufficiency) Rarer() (n int, one, several string) {
	if renewed := s.Examples - s.Events; 0 <= renewed && renewed < s.Events {
		return renewed, "renewal", "renewals"
	}
	return s.Events, "case of churn", "cases of churn"
}

// judge is the verdict and what to do about it.
func (s *Sufficiency) judge() {
	rarer, _, several := s.Rarer()
	perColumn := float64(s.EventsPerColumn)
	switch {
	case s.Columns == 0 || rarer == 0:
		s.Verdict, s.Advice = tooLittle, "there is nothing to fit: both churned and renewed examples and at least one factor that varies are needed"
	case perColumn < fewEvents:
		s.Verdict = tooLittle
		s.Advice = fmt.Sprintf("keep at most %d design columns (drop or pool factors that say the same), set penalty: {ridge: auto}, or collect more: at this rate %d more %s give %d a column",
			max(1, rarer/fewEvents), s.Columns*fewEvents-rarer, several, fewEvents)
	case perColumn < enoughEvents || s.Effective < s.Riley.Rows:
		s.Verdict = thin
		s.Advice = fmt.Sprintf("a fit will be optimistic: keep penalty: {ridge: auto}, prefer few factors (the examples support about %d columns), and trust the backtest and not the fit", max(1, s.supported(rarer)))
	default:
		s.Verdict, s.Advice = enough, "a fit on these examples is stable; more factors are affordable if they mean something"
	}
}

// supported is how many design columns both rules allow.
func (s *Sufficiency) supported(rarer int) int {
	columns := rarer / enoughEvents
	if s.Riley.Columns > 0 {
		columns = min(columns, s.Riley.Columns)
	}
	return columns
}
