package main

import (
	"bufio"
	"io"
	"math"
	"strconv"
	"strings"

	"holdfast/backtest/monitor"
)

// This file writes what OpenMetrics 1.0 and the older text format of Prometheus (0.0.4), which
// the text-file collector of a node exporter reads, both take: families of the kind gauge, each
// with its TYPE and HELP and then its samples, labels escaped, and "# EOF" as the last line. The
// older format knows no info families and refuses a file with one, so that what says which
// model this is, is a gauge of 1. Undefined figures are left out, as neither has a word for
// them. There are no timestamps: the figures are of the data as they are when the file is read.

// family is a metric family.
type family struct {
	name, help string
	samples    []sample
}

// sample is one figure of a family.
type sample struct {
	labels [][2]string
	value  float64
}

// add adds a figure; label names and values come in turn.
func (f *family) add(value float64, labels ...string) {
	if math.IsNaN(value) {
		return
	}
	s := sample{value: value}
	for i := 0; i+1 < len(labels); i += 2 {
		s.labels = append(s.labels, [2]string{labels[i], labels[i+1]})
	}
	f.samples = append(f.samples, s)
}

// writeOpenMetrics writes the figures of the newest quarter that was judged, and of all
// matured labels.
func writeOpenMetrics(w io.Writer, r *monitor.Report) error {
	out := bufio.NewWriter(w)
	for _, f := range families(r) {
		f.write(out)
	}
	out.WriteString("# EOF\n")
	return out.Flush()
}

// families are all figures.
func families(r *monitor.Report) []*family {
	info := &family{name: "holdfast_model_info", help: "The model that is watched, and the last day whose labels it knows."}
	info.add(1, "model", r.Model, "known_by", r.KnownBy.String(), "observed_until", r.ObservedUntil.String())
	findings := &family{name: "holdfast_findings", help: "Findings that hold in the newest quarter or for all matured labels, by kind."}
	count := make(map[monitor.Kind]int)
	for _, f := range r.Standing() {
		count[f.Kind]++
	}
	for _, kind := range []monitor.Kind{monitor.FactorDrift, monitor.ScoreDrift, monitor.MissingMore, monitor.NewLevels, monitor.Unscored, monitor.BandShift, monitor.Performance} {
		findings.add(float64(count[kind]), "kind", string(kind))
	}
	list := []*family{info, findings}
	if q := newestJudged(r); q != nil {
		list = append(list, quarterFamilies(q)...)
	}
	return append(list, maturedFamilies(r.Since)...)
}

// newestJudged is the newest quarter that was judged, nil without.
func newestJudged(r *monitor.Report) *monitor.Quarter {
	for k := len(r.Quarters) - 1; k >= 0; k-- {
		if r.Quarters[k].Judged {
			return &r.Quarters[k]
		}
	}
	return nil
}

// quarterFamilies are the figures of one quarter.
func quarterFamilies(q *monitor.Quarter) []*family {
	name := quarter(q.Start)
	accounts := &family{name: "holdfast_accounts", help: "Accounts in the newest quarter."}
	accounts.add(float64(q.Accounts), "quarter", name)
	coverage := &family{name: "holdfast_coverage_ratio", help: "Share of the accounts with a score."}
	coverage.add(q.Coverage.Now, "quarter", name)
	psi := &family{name: "holdfast_psi", help: "Population stability index of a factor against the reference."}
	null := &family{name: "holdfast_psi_null95", help: "What the index of a factor exceeds once in twenty times when nothing has changed."}
	missing := &family{name: "holdfast_missing_ratio", help: "Share of the accounts without a value of a factor."}
	for _, f := range q.Factors {
		psi.add(f.PSI, "factor", f.Factor)
		null.add(f.Null95, "factor", f.Factor)
		missing.add(f.Missing.Now, "factor", f.Factor)
	}
	score := &family{name: "holdfast_score_psi", help: "Population stability index of the score against the reference."}
	score.add(q.Score.PSI, "quarter", name)
	scoreNull := &family{name: "holdfast_score_psi_null95", help: "What the index of the score exceeds once in twenty times when nothing has changed."}
	scoreNull.add(q.Score.Null95, "quarter", name)
	bands := &family{name: "holdfast_band_ratio", help: "Share of the accounts in a band."}
	for b, s := range q.Bands {
		bands.add(s.Now, "band", string(bandNames[b]))
	}
	return []*family{accounts, coverage, psi, null, missing, score, scoreNull, bands}
}

// maturedFamilies are what came true and what was promised.
func maturedFamilies(m *monitor.Matured) []*family {
	if m == nil {
		return nil
	}
	examples := &family{name: "holdfast_matured_examples", help: "Examples since the model was made whose labels have matured."}
	examples.add(float64(m.N))
	churned := &family{name: "holdfast_matured_churned", help: "Those of them that churned."}
	churned.add(float64(m.Churned))
	observed := &family{name: "holdfast_observed", help: "A metric on all matured labels."}
	promised := &family{name: "holdfast_promised", help: "What the backtest promised of a metric: its value and its interval."}
	for _, k := range m.Metrics {
		observed.add(k.Observed.Value, "metric", k.Name)
		promised.add(k.Promised.Value, "metric", k.Name, "bound", "value")
		promised.add(k.Promised.Low, "metric", k.Name, "bound", "low")
		promised.add(k.Promised.High, "metric", k.Name, "bound", "high")
	}
	return []*family{examples, churned, observed, promised}
}

// openMetricsEscapes are the characters that a label value may not hold as they are.
var openMetricsEscapes = strings.NewReplacer(`\`, `\\`, "\n", `\n`, `"`, `\"`)

// write writes the family; one without figures is left out. Errors stay with the writer.
func (f *family) write(w *bufio.Writer) {
	if len(f.samples) == 0 {
		return
	}
	w.WriteString("# TYPE " + f.name + " gauge\n# HELP " + f.name + " " + openMetricsEscapes.Replace(f.help) + "\n")
	for _, s := range f.samples {
		w.WriteString(f.name)
		for i, l := range s.labels {
			w.WriteString(map[bool]string{true: "{", false: ","}[i == 0] + l[0] + `="` + openMetricsEscapes.Replace(strings.ToValidUTF8(l[1], "\uFFFD")) + `"`)
		}
		if len(s.labels) > 0 {
			w.WriteByte('}')
		}
		w.WriteString(" " + openMetricsNumber(s.value) + "\n")
	}
}

// openMetricsNumber writes a number so that it reads back to the same bits.
func openMetricsNumber(v float64) string {
	if math.IsInf(v, 0) {
		return map[bool]string{true: "+Inf", false: "-Inf"}[v > 0]
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}
