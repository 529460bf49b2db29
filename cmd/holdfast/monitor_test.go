package main

import (
	"bytes"
	"encoding/json"
	"math"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"holdfast/backtest/metrics"
	"holdfast/backtest/monitor"
	"holdfast/models"
)

// watchedAsOf is what monitor --json says of the fitted model on a day.
func watchedAsOf(t *testing.T, config, model, asOf string, args ...string) (monitorFile, ran) {
	t.Helper()
	r := holdfast(append([]string{"monitor", "-c", config, "--model", model, "--as-of", asOf, "--json"}, args...)...)
	var told monitorFile
	if err := json.Unmarshal([]byte(r.stdout), &told); err != nil {
		t.Fatalf("%s: %v\n%s", asOf, err, r.stderr)
	}
	return told, r
}

// TestFourQuartersAreWatched watches a model that was made at the end of 2024 quarter by quarter:
// the users are counted anew from the first day of the third quarter on. Two models: fitted
// weights, which lean on the users a little, and the hand-set ones, which lean on them most.
func TestFourQuartersAreWatched(t *testing.T) {
	config := drifting(t)
	for _, candidate := range []string{"logistic", "today"} {
		made := filepath.Join(t.TempDir(), candidate)
		if r := holdfast("fit", "-c", config, "--candidate", candidate, "--as-of", "2024-12-31", "--out", made, "--quiet"); r.code != exitDone {
			t.Fatal(r.stderr)
		}
		for _, q := range []struct {
			asOf string
			code int
		}{{"2025-03-31", exitDone}, {"2025-06-30", exitDone}, {"2025-09-30", exitHold}, {"2025-12-31", exitHold}} {
			told, r := watchedAsOf(t, config, filepath.Join(made, "model.json"), q.asOf, "--gate")
			if r.code != q.code {
				t.Errorf("%s, %s: exit code %d, want %d: %s", candidate, q.asOf, r.code, q.code, r.stdout)
			}
			for _, f := range told.Findings {
				if q.code == exitDone || f.Quarter.String() != "2025-07-01" {
					t.Errorf("%s, %s: %s of %s: %s", candidate, q.asOf, f.Kind, f.Quarter, f.Words)
				}
				if f.Kind == monitor.FactorDrift && f.Subject != "active_share" {
					t.Errorf("%s, %s: %s has not drifted: %s", candidate, q.asOf, f.Subject, f.Words)
				}
			}
			if q.code == exitHold && (len(told.Findings) == 0 || told.Findings[0].Kind != monitor.FactorDrift || told.Findings[0].Until != told.Quarters[len(told.Quarters)-1].Start) {
				t.Errorf("%s, %s: findings %+v, want the drift of active_share to this day", candidate, q.asOf, told.Findings)
			}
		}
	}
}

// strange is a report of names that a label must escape and figures that are none.
func strange() *monitor.Report {
	nan := math.NaN()
	return &monitor.Report{Model: "a\\b\"c\nd@0", Quarters: []monitor.Quarter{{Start: 20089, Judged: true, Accounts: 3,
		Score:   metrics.Stability{PSI: math.Inf(1), Null95: nan},
		Factors: []monitor.FactorShift{{Factor: "x\"} 1\n# EOF", Shift: metrics.Stability{PSI: 0.25, Null95: nan}, Missing: monitor.Share{Now: nan}}}}},
		Reference: &models.Reference{}}
}

// The grammar of OpenMetrics 1.0.0, section "ABNF", as far as gauges go, and that of the text
// format 0.0.4, which knows no info families: every line is a TYPE, a HELP or a sample, and
// the last is # EOF.
func TestOpenMetricsTextKeepsToItsGrammar(t *testing.T) {
	var out bytes.Buffer
	if err := writeOpenMetrics(&out, strange()); err != nil {
		t.Fatal(err)
	}
	text, ended := strings.CutSuffix(out.String(), "# EOF\n")
	if !ended {
		t.Fatalf("no end: %q", out.String())
	}
	label := `[a-z_][a-z0-9_]*="([^"\\\n]|\\[\\n"])*"`
	line := regexp.MustCompile(`^(# TYPE [a-z_0-9]+ gauge|# HELP [a-z_0-9]+ .+|[a-z_0-9]+(\{` + label + `(,` + label + `)*\})? (\+Inf|-Inf|[-+0-9.e]+))$`)
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	for _, l := range lines {
		if !line.MatchString(l) {
			t.Errorf("%q is no line of the format", l)
		}
	}
	for _, want := range []string{`holdfast_model_info{model="a\\b\"c\nd@0",`, `holdfast_psi{factor="x\"} 1\n# EOF"} 0.25`, `holdfast_score_psi{quarter="Q1 2025"} +Inf`} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is not in\n%s", want, text)
		}
	}
	if strings.Contains(text, "NaN") || strings.Contains(text, "holdfast_missing_ratio") {
		t.Errorf("an undefined figure is written:\n%s", text)
	}
}

// What is listed and what the headline counts must not seem to contradict one another.
func TestTheHeadlineOfMonitorTellsFindingsThatHoldFromThoseThatHeld(t *testing.T) {
	quarters := []monitor.Quarter{{Start: 100, Judged: true}, {Start: 200, Judged: true}}
	held, holds, pooled := monitor.Finding{Quarter: 100, Until: 100}, monitor.Finding{Quarter: 100, Until: 200}, monitor.Finding{Quarter: 100, Until: 100, Pooled: true}
	for want, findings := range map[string][]monitor.Finding{
		"Attention: 1 finding.":                                  {holds},
		"Attention: 1 finding, and 1 of earlier quarters.":       {held, pooled},
		"Attention: 2 findings, and 2 of earlier quarters.":      {held, held, holds, pooled},
		"Attention: 2 findings.":                                 {holds, pooled},
		"All well now; there were findings in earlier quarters.": {held},
	} {
		if got := monitorHeadline(&monitor.Report{Quarters: quarters, Findings: findings}); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
