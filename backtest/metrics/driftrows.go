package metrics

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
)

// DriftRows are the rows of a reference and of later periods, by account: all that [Drift] and
// [WeightedDrift] ask of them but their bins. Many scores of the same rows, each in bins of its
// own, share it. It is read only after [NewDriftRows], so that scores may be compared concurrently.
type DriftRows struct {
	period  []int32
	weight  []float64 // nil: rows count alike
	periods int
	runs    clusterRuns // of the accounts; the rows of each by rising weight
}

// NewDriftRows takes n rows, of account cluster[i] and period[i]: 0 is the reference, 1..periods are
// compared with it, a negative one is left out. weight is nil or what each row weighs.
// Errors: lengths that differ, a period beyond the last, a negative account, and a weight that is
// negative or not finite.
func NewDriftRows(period, cluster []int32, weight []float64, periods int) (*DriftRows, error) {
	if len(cluster) != len(period) {
		return nil, fmt.Errorf("metrics: drift: %d periods and %d accounts: they must be of the same rows", len(period), len(cluster))
	}
	for i, k := range period {
		if int(k) > periods {
			return nil, fmt.Errorf("metrics: drift: row %d lies in period %d of %d", i, k, periods)
		}
	}
	if err := checkClusters("drift", cluster); err != nil {
		return nil, err
	}
	d := &DriftRows{period: period, weight: weight, periods: periods, runs: runsOf(cluster)}
	if weight == nil {
		return d, nil
	}
	return d, d.byWeight()
}

// byWeight puts the rows of every account in order: whatever is added up along them does not
// depend on the one in which they came.
func (d *DriftRows) byWeight() error {
	if len(d.weight) != len(d.period) {
		return fmt.Errorf("metrics: drift: %d weights for %d rows: they must be equally many", len(d.weight), len(d.period))
	}
	for i, w := range d.weight {
		if !isWeight(w) {
			return fmt.Errorf("metrics: drift: the weight of row %d is %v; weights must be finite and not negative", i, w)
		}
	}
	for _, rows := range d.runs.all() {
		slices.SortFunc(rows, func(i, j int32) int { return cmp.Compare(d.weight[i], d.weight[j]) })
	}
	return nil
}

// check names the row at fault.
func (d *DriftRows) check(bin []int32, bins int) error {
	if len(bin) != len(d.period) {
		return fmt.Errorf("metrics: drift: %d bins for %d rows: they must be equally many", len(bin), len(d.period))
	}
	for i, b := range bin {
		if d.period[i] >= 0 && (b < 0 || int(b) >= bins) {
			return fmt.Errorf("metrics: drift: row %d lies in bin %d of %d", i, b, bins)
		}
	}
	return nil
}

// clusterRuns are the rows of each account, in the order of account numbers and of the rows. Those
// of account g end at ends[g] and begin where those of the account before end.
type clusterRuns struct{ rows, ends []int32 }

// runsOf is a counting sort.
func runsOf(cluster []int32) clusterRuns {
	var ends []int32
	for _, g := range cluster {
		if n := int(g) + 1 - len(ends); n > 0 {
			ends = append(ends, make([]int32, n)...)
		}
		ends[g]++
	}
	begin := int32(0)
	for g, n := range ends {
		ends[g] = begin // moves to the end as rows are placed
		begin += n
	}
	rows := make([]int32, len(cluster))
	for i, g := range cluster {
		rows[ends[g]] = int32(i)
		ends[g]++
	}
	return clusterRuns{rows, ends}
}

// all yields every account, those without rows too, and its rows.
func (r clusterRuns) all() iter.Seq2[int, []int32] {
	return func(yield func(int, []int32) bool) {
		from := int32(0)
		for g, to := range r.ends {
			if !yield(g, r.rows[from:to:to]) {
				return
			}
			from = to
		}
	}
}
