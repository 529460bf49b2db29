package metrics

import (
	"cmp"
	"fmt"
	"slices"
)

// DriftRows are the rows of a reference and of later periods, by account: all that [Drift] and
// [WeightedDrift] ask of them but their bins. Many scores of the same rows, each in bins of its
// own, share it. It is read only after [NewDriftRows], so that scores may be compared concurrently.
type DriftRows struct {
	period  []int32
	weight  []float64 // nil: rows count alike
	periods int
	runs    [][]int32 // the rows of each account, by rising weight
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
	d := &DriftRows{period: period, weight: weight, periods: periods, runs: clusterRuns(cluster)}
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
	for _, rows := range d.runs {
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

// clusterRuns lists the rows of each account, in the order of account numbers. Rows
// that come by account, as they do from a table, are runs already.
func clusterRuns(cluster []int32) [][]int32 {
	size := make([]int32, 0)
	for _, g := range cluster {
		for int(g) >= len(size) {
			size = append(size, 0)
		}
		size[g]++
	}
	rows := make([]int32, len(cluster))
	runs := make([][]int32, len(size))
	at := int32(0)
	for g, n := range size {
		runs[g] = rows[at : at : at+n]
		at += n
	}
	for i, g := range cluster {
		runs[g] = append(runs[g], int32(i))
	}
	return runs
}
