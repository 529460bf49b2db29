package backtest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"holdfast/backtest/metrics"
	"holdfast/dataset"
	"holdfast/features"
	"holdfast/models"
)

// DropOneResult is what each factor of a candidate is worth on later renewals.
type DropOneResult struct {
	Candidate string       `json:"candidate"`
	Cutoff    dataset.Date `json:"cutoff"` // models learn what was known by then, and are judged from then on
	Train     int          `json:"train"`
	Test      int          `json:"test"`
	LogLoss   models.Stat  `json:"log_loss"` // of the candidate with all its factors
	AUC       models.Stat  `json:"auc"`
	Factors   []Drop       `json:"factors"` // in the order of the candidate

	Warnings []dataset.Warning `json:"warnings,omitempty"`
}

// Drop is what the loss of one factor costs: both figures are positive when the
// candidate needs the factor, and an interval that holds 0 says that it may not.
type Drop struct {
	Factor  string `json:"factor"`
	LogLoss Cost   `json:"log_loss"` // rise of the mean log loss
	AUC     Cost   `json:"auc"`      // fall of the AUC
}

// Cost is a difference with its account-clustered error and two-sided interval.
type Cost struct {
	Value  models.Stat `json:"value"`
	StdErr models.Stat `json:"std_error"`
	Low    models.Stat `json:"ci_low"`
	High   models.Stat `json:"ci_high"`
}

// undefinedCost is that of a factor without which there is no fit.
func undefinedCost() Cost {
	return Cost{models.Undefined(), models.Undefined(), models.Undefined(), models.Undefined()}
}

// dropTrain is the share of the as-of dates before the cutoff. A later one would leave too
// few renewals to see a difference of a hundredth of AUC, an earlier one models that are
// not those which will be used.
const dropTrain = 0.65

// DropOne fits a logistic candidate once with all factors and once without each, on what
// was known by the date that has dropTrain of the as-of dates before it, and judges all
// of them on the examples from then on. Weights and likelihood ratios say what a factor
// did for the rows it was fitted to; this says what it did for rows that nobody had seen.
// The rest of a candidate may take over what a dropped factor knew: of two factors that
// say the same, neither costs anything.
//
// Intervals count accounts, not rows: the difference in log loss is a ratio of sums over
// accounts (its linearised variance, with G/(G-1)), that in AUC is Obuchowski's (1997).
// A candidate that is not logistic, or has one factor only, has nothing to drop; dates
// that leave one side without churned and renewed examples give a warning and no figures.
func DropOne(ctx context.Context, c models.Candidate, view dataset.View, level float64) (*DropOneResult, error) {
	r := &DropOneResult{Candidate: c.Name, Cutoff: dataset.NoDate, LogLoss: models.Undefined(), AUC: models.Undefined(), Factors: []Drop{}}
	names := c.FactorNames()
	view = view.For(c.Target.Event())
	if c.Kind != models.Logistic || len(names) < 2 || view.Len() == 0 {
		return r, nil
	}
	train, test := r.split(view)
	if !mixed(train) || !mixed(test) {
		r.Warnings = append(r.Warnings, dataset.Warning{Code: "no_later_slice", Where: "candidate " + c.Name, Message: fmt.Sprintf(
			"%d examples known by %s, %d (%d churned) from then on: too few dates to judge factors on later renewals", train.Len(), r.Cutoff, test.Len(), test.Events())})
		return r, nil
	}
	etas, err := r.fitAll(ctx, c, names, train, test)
	if err != nil || etas[0] == nil {
		return r, err
	}
	return r, r.judge(names, etas, test, level)
}

// split lays the cutoff into the as-of dates.
func (r *DropOneResult) split(view dataset.View) (train, test dataset.View) {
	dates := make([]dataset.Date, view.Len())
	for i, row := range view.Rows {
		dates[i] = view.Examples.AsOf[row]
	}
	slices.Sort(dates)
	r.Cutoff = dates[int(dropTrain*float64(len(dates)-1))]
	train, test = view.KnownBy(r.Cutoff, dataset.NoDate), view.ScoredIn(r.Cutoff, dates[len(dates)-1]+1)
	r.Train, r.Test = train.Len(), test.Len()
	return train, test
}

// mixed says whether both outcomes occur.
func mixed(v dataset.View) bool { return v.Events() > 0 && v.Events() < v.Len() }

// fitAll returns the log-odds of the test rows by the full candidate and by each one
// without a factor; nil for a fit that does not exist.
func (r *DropOneResult) fitAll(ctx context.Context, c models.Candidate, names []string, train, test dataset.View) ([][]float64, error) {
	candidates := []models.Candidate{c}
	for _, name := range names {
		without, _ := c.Without(name)
		candidates = append(candidates, without)
	}
	s := &sides{train: train, test: test, notebook: features.NewNotebook(train)}
	defer s.notebook.Close()
	etas, some := make([][]float64, len(candidates)), 1
	if c.Alongside() {
		some = mostInStep
	}
	for from, to := 0, 1; from < len(candidates); from, to = to, min(to+some, len(candidates)) {
		fitted, errs := s.fitEach(ctx, candidates[from:to], func(int) {})
		if from == 0 && errs[0] == nil { // the others go on from the full one
			for k := range candidates {
				candidates[k] = candidates[k].From(fitted[0])
			}
		}
		if err := r.score(ctx, names, etas, from, fitted, errs, test); err != nil {
			return nil, err
		}
	}
	return etas, nil
}

// score fills in the log-odds of the test rows by some of the fits, of which the first is the given one; a fit that
// does not exist gives a warning.
func (r *DropOneResult) score(ctx context.Context, names []string, etas [][]float64, first int, fitted []*models.Model, errs []error, test dataset.View) error {
	var usable []*models.Model
	var at []int
	for k, err := range errs {
		var unfit *models.FitError
		switch {
		case errors.As(err, &unfit):
			r.Warnings = append(r.Warnings, dataset.Warning{Code: "no_fit", Where: r.where(names, first+k), Message: unfit.Reason})
		case err != nil:
			return err
		default:
			usable, at = append(usable, fitted[k]), append(at, first+k)
		}
	}
	scored, _, err := models.PredictEach(ctx, usable, test.Examples.Table, test.Len(), test.Batches())
	for i, p := range scored {
		etas[at[i]] = p.Eta
	}
	return err
}

// where says which of the fits is meant.
func (r *DropOneResult) where(names []string, k int) string {
	if k == 0 {
		return "candidate " + r.Candidate
	}
	return "candidate " + r.Candidate + " without " + names[k-1]
}

// All fits are judged on the same rows: a level that one of them has never seen must not
// make another look better.

// judge compares every fit with the full one on the rows that all of them score.
func (r *DropOneResult) judge(names []string, etas [][]float64, test dataset.View, level float64) error {
	rows := scoredByAll(etas, test.Len())
	churned, account := pick(test.Happened(), rows), pick(test.Accounts(), rows)
	full := pick(etas[0], rows)
	r.LogLoss, r.AUC = models.Stat(metrics.LogLoss(full, churned)), models.Stat(metrics.AUC(full, churned))
	r.Factors = make([]Drop, len(names))
	return sideBySide(len(names), func(k int) error {
		d := &r.Factors[k]
		*d = Drop{Factor: names[k], LogLoss: undefinedCost(), AUC: undefinedCost()}
		if etas[k+1] == nil || len(rows) == 0 {
			return nil
		}
		less := pick(etas[k+1], rows)
		aucs, err := metrics.DeLong([][]float64{full, less}, churned, account)
		if err != nil {
			return fmt.Errorf("backtest: drop one: %w", err)
		}
		diff := aucs.Difference(0, 1, level)
		d.AUC = Cost{models.Stat(diff.Value), models.Stat(diff.StdErr), models.Stat(diff.Low), models.Stat(diff.High)}
		d.LogLoss = lossCost(full, less, churned, account, level)
		return nil
	})
}

// scoredByAll are the rows to which every fit gives a probability.
func scoredByAll(etas [][]float64, n int) []int {
	rows := make([]int, 0, n)
	for i := range n {
		scored := true
		for _, eta := range etas {
			scored = scored && (eta == nil || !math.IsNaN(eta[i]))
		}
		if scored {
			rows = append(rows, i)
		}
	}
	return rows
}

// lossCost is the rise of the mean log loss. With d_i the rise of row i and m_g the rows
// of account g,
//
//	var(mean d) = G/(G-1) sum_g (sum_{i in g} d_i - m_g mean d)^2 / n^2
//
// (Cochran 1977, section 9A.1).
func lossCost(full, less []float64, churned []bool, account []int32, level float64) Cost {
	n := float64(len(churned))
	mean := metrics.LogLoss(less, churned) - metrics.LogLoss(full, churned)
	squares, groups := 0.0, 0.0
	for i := 0; i < len(account); {
		sum, from := 0.0, i
		for ; i < len(account) && account[i] == account[from]; i++ {
			sum += metrics.RowLogLoss(less[i], churned[i]) - metrics.RowLogLoss(full[i], churned[i]) - mean
		}
		squares += sum * sum
		groups++
	}
	stdErr := math.Sqrt(groups/(groups-1)*squares) / n
	z := math.Sqrt2 * math.Erfinv(level)
	return Cost{models.Stat(mean), models.Stat(stdErr), models.Stat(mean - z*stdErr), models.Stat(mean + z*stdErr)}
}
