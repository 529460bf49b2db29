package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"holdfast/backtest"
	"holdfast/models"
)

// ranCompany backtests a copy of the company and returns its run directory.
func ranCompany(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	copyCompany(t, dir)
	out := filepath.Join(dir, "run")
	mustHoldfast(t, "backtest", "-c", filepath.Join(dir, "holdfast.yaml"), "--out", out, "--quiet")
	return out
}

// The page that is rebuilt is that of the backtest to the byte, and so is verdict.json the
// JSON of the terminal, but for the place of the run.
func TestWhatARunSavesIsWhatItShowed(t *testing.T) {
	dir := t.TempDir()
	copyCompany(t, dir)
	out := filepath.Join(dir, "run")
	shown := mustHoldfast(t, "backtest", "-c", filepath.Join(dir, "holdfast.yaml"), "--out", out, "--json").stdout
	page, err := os.ReadFile(filepath.Join(out, reportPage))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(out, reportPage)); err != nil {
		t.Fatal(err)
	}
	mustHoldfast(t, "report", out)
	if again, err := os.ReadFile(filepath.Join(out, reportPage)); err != nil || !bytes.Equal(again, page) {
		t.Errorf("the rebuilt page of %d bytes is not the one of %d (%v)", len(again), len(page), err)
	}
	saved, err := os.ReadFile(filepath.Join(out, verdictName))
	if err != nil {
		t.Fatal(err)
	}
	var ofFile, ofTerminal map[string]any
	if json.Unmarshal(saved, &ofFile) != nil || json.Unmarshal([]byte(shown), &ofTerminal) != nil {
		t.Fatal("not JSON")
	}
	if ofTerminal["run_directory"] != out {
		t.Errorf("the run directory is %v", ofTerminal["run_directory"])
	}
	delete(ofTerminal, "run_directory")
	one, _ := json.Marshal(ofFile)
	other, _ := json.Marshal(ofTerminal)
	if !bytes.Equal(one, other) {
		t.Error("verdict.json and backtest --json differ")
	}
	aboutEverything(t, ofFile)
	if !bytes.HasPrefix(saved, []byte("{\n  \"target\": \"churn\",\n  \"decision\": ")) || bytes.Index(saved, []byte(`"gates"`)) > bytes.Index(saved, []byte(`"candidates"`)) {
		t.Errorf("verdict.json begins with %.200s", saved)
	}
}

// aboutEverything holds a result against the subjects of the report: each is there, and a
// subject that is added to the result and forgotten here is not the report's.
func aboutEverything(t *testing.T, result map[string]any) {
	t.Helper()
	for _, key := range []string{"headline", "gates", "reasons", "comparisons", "counts", "clock", "folds", "candidates", "dollars", "segments", "rollout", "audition", "immature"} {
		if isNothing(result[key]) {
			t.Errorf("%s is missing", key)
		}
	}
	candidate := result["candidates"].([]any)[2].(map[string]any)
	for path, about := range map[string]string{
		"pooled.auc.ci_low": "metrics", "pooled.brier_miscalibration.value": "CORP", "stability.psi": "stability",
		"worth.value_at_risk.ci_high": "value at risk", "worth.by_value.value_auc.value": "value-weighted", "worth.break_even": "break-even save rate",
		"worth.campaigns": "the profit curve", "worth.retention": "GRR", "worth.by_capacity": "value by capacity",
		"bands.red_from.ci_low": "thresholds", "bands.bands": "rates per band", "bands.movement.transition": "transition", "bands.movement.dwell_days": "dwell",
		"bands.movement.flips_per_account_year.value": "flips", "early_warning.curve": "the warning curve", "early_warning.median_days.ci_low": "median lead time",
		"early_warning.silent": "silent churners", "early_warning.surprise.value": "surprise rate", "early_warning.surprise_by_value": "surprise rate by value",
		"triggers": "triggers", "groups": "segments and cohorts", "by_fold": "folds", "weights": "weights",
	} {
		if isNothing(at(candidate, path)) {
			t.Errorf("%s: %s is missing", about, path)
		}
	}
}

// at follows a path of keys.
func at(v any, path string) any {
	for key := range strings.SplitSeq(path, ".") {
		m, _ := v.(map[string]any)
		v = m[key]
	}
	return v
}

func isNothing(v any) bool {
	list, isList := v.([]any)
	return v == nil || isList && len(list) == 0
}

// A run saves what its predictions were with all their bits: paired with itself they give
// the comparisons of its own verdict, though these went through a file.
func TestSavedPredictionsGiveTheComparisonsOfTheRun(t *testing.T) {
	run, err := openCompared(ranCompany(t))
	if err != nil {
		t.Fatal(err)
	}
	told, err := readPredictions(t.Context(), run.path(predictionsFile))
	if err != nil {
		t.Fatal(err)
	}
	run.told = told
	var pairs [][2]string
	for _, c := range run.result.Candidates {
		if c.Name != run.result.Champion && c.Kind != "baseline" {
			pairs = append(pairs, [2]string{run.result.Champion, c.Name})
		}
	}
	c, err := compareRuns(t.Context(), [2]*comparedRun{run, run}, pairs)
	if err != nil {
		t.Fatal(err)
	}
	var got []comparisonFile
	for _, p := range c.Targets[0].Paired.Pairs {
		got = append(got, p.Differences...)
	}
	var want []comparisonFile
	for _, x := range run.result.Comparisons {
		if x.Challenger != "baseline" {
			want = append(want, x)
		}
	}
	if len(want) < 10 || len(got) != len(want) {
		t.Fatalf("%d differences, want %d", len(got), len(want))
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("got %+v, want %+v", got[i], want[i])
		}
	}
}

// Names from data are text on the page and in the terminal.
func TestHostileNamesAreInertInAComparison(t *testing.T) {
	const hostile = "<img src=x onerror=alert(1)>\x1b[2J"
	c := &sideBySide{Runs: [2]runFile{{Dir: hostile, AsOf: hostile}, {Version: hostile, Config: hashedFile{Name: hostile, SHA256: hostile}}}}
	c.Targets = []targetFile{{Target: "churn", Primary: backtest.LogLoss, Level: 0.95,
		Verdicts:   [2]sideVerdict{{Headline: hostile, Champion: hostile}, {Challenger: hostile}},
		Paired:     pairedFile{Shared: 1, Pairs: []pairFile{{First: hostile, Second: "x", Differences: []comparisonFile{{Metric: backtest.LogLoss}}}}},
		Weights:    []weightPair{{First: hostile, Second: "x", Factor: hostile, Level: hostile, Segment: hostile}},
		Candidates: []candidateSide{{Run: 1, Name: hostile}}}}
	var page bytes.Buffer
	if err := c.page().Write(&page, noFigure); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(page.String(), "<img") || strings.Contains(page.String(), "\x1b") {
		t.Error("a name is markup on the page")
	}
	var text bytes.Buffer
	if err := (&app{stdout: &text}).printCompare(c); err != nil {
		t.Fatal(err)
	}
	if bad := controls(text.String()); bad != "" {
		t.Errorf("the terminal gets %s", bad)
	}
}

func TestTheBannerOfAComparisonSaysWhatTheIntervalSays(t *testing.T) {
	pair := func(low, high float64) []pairFile {
		return []pairFile{{First: "a", Second: "a", Differences: []comparisonFile{{Metric: backtest.LogLoss, FamilyLow: models.Stat(low), FamilyHigh: models.Stat(high)}}}}
	}
	for _, c := range []struct {
		fact   string
		paired pairedFile
		want   string
	}{
		{"an interval above 0", pairedFile{Shared: 9, Pairs: pair(0.1, 0.2)}, "B is better"},
		{"an interval below 0", pairedFile{Shared: 9, Pairs: pair(-0.2, -0.1)}, "A is better"},
		{"an interval that spans 0", pairedFile{Shared: 9, Pairs: pair(-0.2, 0.1)}, "No difference shown"},
		{"the same predictions", pairedFile{Shared: 9, Pairs: []pairFile{{Identical: true}}}, "The same predictions"},
		{"nothing shared", pairedFile{}, "No example in common"},
		{"no candidate of the same name", pairedFile{Shared: 9}, "No candidate in common"},
		{"another metric alone", pairedFile{Shared: 9, Pairs: []pairFile{{Differences: []comparisonFile{{Metric: backtest.AUC}}}}}, "Undefined"},
	} {
		side := &sideBySide{Targets: []targetFile{{Primary: backtest.LogLoss, Paired: c.paired}}}
		if got := side.banner(); got.Word != c.want || got.Headline == "" {
			t.Errorf("%s: %+v, want %s", c.fact, got, c.want)
		}
	}
}
