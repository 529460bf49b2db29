package health

import (
	"context"
	"math"
	"slices"

	"holdfast/backtest/metrics"
	"holdfast/dataset"
	"holdfast/models"
)

// retention follows the contracts that fell due in each quarter, by the date of their
// outcome; only those whose outcome is known by then are in the cohort. A contract that
// churned is worth nothing afterwards.
//
//	logo churn = churned / due
//	GRR = sum min(after, before) / sum before      gross revenue retention
//	NRR = sum after / sum before                   net revenue retention
//
// over the contracts with both amounts. A renewal after a churn is one of another contract, as far as
// outcomes tell, and counts; [Report.judgeReturns] says what it is if the account was won back. Where outcomes tell of churns alone nobody knows what fell due,
// and there is nothing to follow. Logo churn has Wilson's interval at the
// effective number of contracts, GRR and NRR percentile intervals of the account
// bootstrap.
func retention(ctx context.Context, o *dataset.Outcomes, observed dataset.Date, opts Options) ([]Retention, error) {
	cohorts := cohortsOf(o, observed)
	if !slices.ContainsFunc(cohorts, func(c cohort) bool { return c.renewed(o) }) {
		return []Retention{}, nil
	}
	out := make([]Retention, len(cohorts))
	for q, c := range cohorts {
		out[q] = c.counts(o)
		if err := c.money(ctx, o, opts, uint64(q), &out[q]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// returns counts the known renewals of accounts whose known outcome before was a churn.
func returns(o *dataset.Outcomes, observed dataset.Date) int {
	n, before := 0, -1
	for i := range o.Date {
		if o.Label[i] == dataset.Unknown || o.Known[i] > observed {
			continue
		}
		if before >= 0 && o.Account[before] == o.Account[i] && o.Label[before] == dataset.Churned && o.Label[i] == dataset.Renewed {
			n++
		}
		before = i
	}
	return n
}

// cohort is the outcome rows of one quarter, by account.
type cohort struct {
	start dataset.Date
	rows  []int32 // of the Outcomes, rising: those of one account lie together
}

// cohortsOf splits the known outcomes by quarter, in time order. Quarters in which nothing fell
// due have no cohort. The map is only looked up, and walked in the order of the calendar.
func cohortsOf(o *dataset.Outcomes, observed dataset.Date) []cohort {
	byStart := make(map[dataset.Date]int)
	var rows [][]int32
	first, last := dataset.Date(math.MaxInt32), dataset.NoDate
	for i, d := range o.Date {
		if o.Label[i] == dataset.Unknown || o.Known[i] > observed {
			continue
		}
		start := quarterStart(d)
		at, ok := byStart[start]
		if !ok {
			at = len(rows)
			byStart[start] = at
			rows = append(rows, nil)
		}
		rows[at] = append(rows[at], int32(i))
		first, last = min(first, start), max(last, start)
	}
	var cohorts []cohort
	for start := first; start <= last; start = start.AddMonths(3) {
		if at, ok := byStart[start]; ok {
			cohorts = append(cohorts, cohort{start, rows[at]})
		}
	}
	return cohorts
}

// renewed says whether a contract was.
func (c cohort) renewed(o *dataset.Outcomes) bool {
	return slices.ContainsFunc(c.rows, func(i int32) bool { return o.Label[i] == dataset.Renewed })
}

// counts are the numbers of contracts and logo churn. Without amounts Outcomes.Event is nil,
// and all that renewed are neither contracted, flat nor expanded.
func (c cohort) counts(o *dataset.Outcomes) Retention {
	churned, cluster := make([]bool, len(c.rows)), c.clusters(o)
	r := Retention{Start: c.start, Due: len(c.rows)}
	for i, row := range c.rows {
		churned[i] = o.Label[row] == dataset.Churned
		if o.Event == nil {
			continue
		}
		switch o.Event[row] {
		case dataset.ContractedEvent:
			r.Contracted++
		case dataset.FlatEvent:
			r.Flat++
		case dataset.ExpandedEvent:
			r.Expanded++
		}
	}
	m := metrics.ClusteredRate(churned, cluster, level)
	r.Churned = m.Churned
	r.LogoChurn = Interval{models.Stat(m.Value), models.Stat(m.Low), models.Stat(m.High)}
	return r
}

// clusters numbers the accounts of the cohort from 0, row by row: an account may have several
// contracts in one quarter.
func (c cohort) clusters(o *dataset.Outcomes) []int32 {
	cluster, number := make([]int32, len(c.rows)), int32(-1)
	for i, row := range c.rows {
		if i == 0 || o.Account[row] != o.Account[c.rows[i-1]] {
			number++
		}
		cluster[i] = number
	}
	return cluster
}

// purse is what an account paid for all of its contracts in a quarter: before, what it kept of
// that (no more than before, contract by contract), and after.
type purse struct{ before, kept, after float64 }

// money fills in the retention of revenue. The bootstrap of a quarter has streams of
// its own, so that a new quarter changes no old one. It redraws purses, that is accounts: GRR
// and NRR are ratios of sums, and a large account is in both. Nothing priced, or nothing paid
// before, leaves all of it undefined. Errors: those of ctx.
func (c cohort) money(ctx context.Context, o *dataset.Outcomes, opts Options, quarter uint64, r *Retention) error {
	none := Interval{models.Undefined(), models.Undefined(), models.Undefined()}
	r.Before, r.After, r.GRR, r.NRR = models.Undefined(), models.Undefined(), none, none
	purses := c.purses(o, r)
	if r.Priced == 0 {
		return nil
	}
	var all purse
	for _, p := range purses {
		all = purse{all.before + p.before, all.kept + p.kept, all.after + p.after}
	}
	r.Before, r.After = models.Stat(all.before), models.Stat(all.after)
	boot, err := metrics.Bootstrap(ctx, len(purses), opts.Replicates, opts.Seed^(quarter+1)<<32, 2, func() metrics.Statistic {
		return func(count []int32, out []float64) {
			var p purse
			for g, n := range count {
				k := float64(n)
				p = purse{p.before + k*purses[g].before, p.kept + k*purses[g].kept, p.after + k*purses[g].after}
			}
			out[0], out[1] = p.kept/p.before, p.after/p.before
		}
	})
	if err != nil {
		return err
	}
	r.GRR, r.NRR = interval(all.kept/all.before, boot, 0), interval(all.after/all.before, boot, 1)
	return nil
}

// purses adds up the amounts of every account that has both, and counts its contracts in
// Priced. A churned contract is worth 0 afterwards, whatever the file says.
func (c cohort) purses(o *dataset.Outcomes, r *Retention) []purse {
	if o.Value == nil || o.ValueAfter == nil {
		return nil
	}
	var purses []purse
	last := int32(-1)
	for _, row := range c.rows {
		before, after := o.Value[row], o.ValueAfter[row]
		if o.Label[row] == dataset.Churned {
			after = 0
		}
		if !(before >= 0 && after >= 0) {
			continue // missing, or negative and warned of
		}
		r.Priced++
		if o.Label[row] == dataset.Churned {
			r.PricedChurned++
		}
		if o.Account[row] != last {
			purses, last = append(purses, purse{}), o.Account[row]
		}
		p := &purses[len(purses)-1]
		p.before, p.kept, p.after = p.before+before, p.kept+min(before, after), p.after+after
	}
	return purses
}

// interval is an estimate with the percentile interval of its replicates.
func interval(value float64, boot *metrics.Replicates, column int) Interval {
	low, high := boot.Percentile(column, level)
	return Interval{models.Stat(value), models.Stat(low), models.Stat(high)}
}
