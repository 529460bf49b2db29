package leaklab

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"holdfast/dataset"
	"holdfast/dataset/beside"
)

// scenario is a company with something wrong in it, and what has to be said.
type scenario struct {
	Expected, Note      string
	MessageMustMention  []string `json:"message_must_mention"`
	Snapshots, Outcomes string
	Factors             []string
	Key                 struct {
		Account      string
		SnapshotDate string `json:"snapshot_date"`
		OutcomeDate  string `json:"outcome_date"`
		Outcome      string
		ChurnValue   string `json:"churn_value"`
		KeepValue    string `json:"keep_value"`
		HorizonDays  int    `json:"horizon_days"`
	}
}

// upstream are the leaks that never reach the lab: dataset and features refuse the
// account key and a date as a factor.
var upstream = []string{"L003_id_as_factor", "L004_date_as_factor"}

func TestScenariosWithLeaks(t *testing.T) {
	root := beside.Path(t, "the scenarios with leaks", "corpus", "scenario")
	folders, err := filepath.Glob(filepath.Join(root, "L0*"))
	if err != nil || len(folders) < 10 {
		t.Fatalf("%d scenarios: %v", len(folders), err)
	}
	for _, dir := range folders {
		if slices.Contains(upstream, filepath.Base(dir)) {
			continue
		}
		t.Run(filepath.Base(dir), func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join(dir, "expect.json"))
			if err != nil {
				t.Fatal(err)
			}
			var s scenario
			if err := json.Unmarshal(text, &s); err != nil {
				t.Fatal(err)
			}
			s.judge(t, dir)
		})
	}
}

// judge holds the refusals of the lab against what is expected.
func (s scenario) judge(t *testing.T, dir string) {
	p := survey(t, dataset.Spec{Snapshots: filepath.Join(dir, s.Snapshots), Outcomes: filepath.Join(dir, s.Outcomes),
		Clock: dataset.Clock{Mode: dataset.Horizon, Horizon: s.Key.HorizonDays},
		Columns: dataset.Columns{Account: s.Key.Account, SnapshotDate: s.Key.SnapshotDate, OutcomeDate: s.Key.OutcomeDate, Outcome: s.Key.Outcome,
			ChurnedWhen: []string{s.Key.ChurnValue}, RenewedWhen: []string{s.Key.KeepValue}}}, s.Factors)
	r := p.run(t, Options{Seed: 1})
	refusals := r.Refusals()
	if (len(refusals) > 0) != (s.Expected == "reject") {
		t.Errorf("refused with %q, want %s: %s", refusals, s.Expected, s.Note)
	}
	t.Log(refusals, r.Warnings(), r.Scrambles, r.Skipped)
	for _, word := range s.MessageMustMention {
		if len(refusals) == 1 && !strings.Contains(refusals[0].String(), word) {
			t.Errorf("%q does not mention %q", refusals[0], word)
		}
	}
}
