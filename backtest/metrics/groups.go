package metrics

import "fmt"

// GroupAUC is how well a score ranks within one group of rows.
type GroupAUC struct {
	Group      int32
	N, Churned int
	Accounts   int
	AUC        Estimate // with the clustered standard error of [DeLong]
}

// AUCByGroup is the AUC within each group of rows, in rising order of groups: the leads at
// which accounts were scored (concordance by lead time), segments, cohorts of tenure or
// periods. A group in which an outcome is missing has an AUC of NaN, and one with fewer
// than two accounts of an outcome an AUC without interval. Groups are ranked each on its
// own: a score that separates the groups but not the rows within them has an AUC of one half
// in each, though a high one over all. Errors are those of [DeLong],
// and group must have one element per row and none below zero.
//
// Intervals of different groups are not independent where accounts are in several, as they
// are over leads; do not read a difference off them, but compare two scores within a group
// by [DeLong].
func AUCByGroup(score []float64, churned []bool, cluster, group []int32, level float64) ([]GroupAUC, error) {
	if len(group) != len(churned) {
		return nil, fmt.Errorf("metrics: auc by group: %d groups for %d outcomes", len(group), len(churned))
	}
	if err := checkDeLong([][]float64{score}, churned, cluster); err != nil {
		return nil, err
	}
	for i, g := range group {
		if g < 0 {
			return nil, fmt.Errorf("metrics: auc by group: group of row %d is %d; number groups from 0", i, g)
		}
	}
	var out []GroupAUC
	for g, rows := range runsOf(group).all() {
		if len(rows) == 0 {
			continue
		}
		one, err := aucWithin(rows, score, churned, cluster, level)
		if err != nil {
			return nil, err
		}
		one.Group = int32(g)
		out = append(out, one)
	}
	return out, nil
}

// aucWithin is the AUC among some of the rows: one group's columns are gathered, so that the
// work of all groups together is that of one ranking.
func aucWithin(rows []int32, score []float64, churned []bool, cluster []int32, level float64) (GroupAUC, error) {
	own := GroupAUC{N: len(rows)}
	s, y := make([]float64, len(rows)), make([]bool, len(rows))
	var c []int32
	for k, i := range rows {
		s[k], y[k] = score[i], churned[i]
		if cluster != nil {
			c = append(c, cluster[i])
		}
	}
	a, err := DeLong([][]float64{s}, y, renumbered(c))
	if err != nil {
		return GroupAUC{}, err
	}
	own.Churned, own.Accounts, own.AUC = countTrue(y), a.Clusters, a.Interval(0, level)
	return own, nil
}

// renumbered numbers accounts anew from 0, without gaps and in the order of their first
// rows, so that a small group does not carry room for all accounts. No result depends on
// the numbering. nil stays nil.
func renumbered(cluster []int32) []int32 {
	if cluster == nil {
		return nil
	}
	number := make(map[int32]int32)
	out := make([]int32, len(cluster))
	for i, g := range cluster {
		n, seen := number[g]
		if !seen {
			n = int32(len(number))
			number[g] = n
		}
		out[i] = n
	}
	return out
}
