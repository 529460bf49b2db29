package main

import (
	"encoding/csv"
	"io"
	"strconv"

	"holdfast/backtest"
	"holdfast/backtest/metrics"
)

// metricColumns are the columns of metrics.csv.
func metricColumns() []string {
	return []string{"candidate", "fold", "segment", "metric", "value", "ci_low", "ci_high", "n", "churned", "target"}
}

// writeMetrics writes metrics.csv: one number a row.
func writeMetrics(w io.Writer, r *backtest.Result) error {
	c := csv.NewWriter(w)
	c.Write(metricColumns())
	for _, r := range append([]*backtest.Result{r}, r.Further...) {
		writeTargetMetrics(c, r)
	}
	c.Flush()
	return c.Error()
}

// writeTargetMetrics writes the candidates for one target; churned counts its event.
func writeTargetMetrics(c *csv.Writer, r *backtest.Result) {
	for _, cand := range r.Candidates {
		rows := func(fold, segment string, list []backtest.Metric) {
			for _, m := range list {
				c.Write([]string{cell(cand.Name), fold, cell(segment), m.Name, number(m.Value), number(m.Low), number(m.High), strconv.Itoa(m.N), strconv.Itoa(m.Churned), string(r.Target)})
			}
		}
		rows("pooled", "", cand.Pooled)
		for k, list := range cand.ByFold {
			rows(r.Folds[k].Cutoff.String(), "", list)
		}
		if cand.Worth != nil {
			rows("pooled", "", cand.Worth.Weighted)
		}
		if cand.Bands != nil {
			for _, b := range cand.Bands.List {
				rows("pooled", "band: "+string(b.Band), bandMetrics(b))
			}
		}
		for _, g := range cand.Groups {
			rows("pooled", groupName(g), g.Metrics)
		}
	}
}

// groupName is the segment column of metrics.csv: a segment by its name, a cohort said to
// be one.
func groupName(g backtest.Group) string {
	if g.By == backtest.BySegment {
		return g.Name
	}
	return g.By + ": " + g.Name
}

// bandMetrics are the metrics within a band and what the band holds of all.
func bandMetrics(b backtest.BandResult) []backtest.Metric {
	list := append([]backtest.Metric{}, b.Metrics...)
	for _, m := range []struct {
		name string
		metrics.Estimate
	}{
		{"band_share", b.Share}, {"band_share_of_churn", b.ShareOfChurn}, {"band_accounts_per_period", b.PerPeriod},
		{"band_value", b.Value}, {"band_churned_value", b.ChurnedValue},
	} {
		list = append(list, backtest.Metric{Name: m.name, Value: m.Value, Low: m.Low, High: m.High, N: b.Rate.N, Churned: b.Rate.Churned})
	}
	return list
}
