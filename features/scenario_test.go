package features_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"holdfast/dataset/beside"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/features"
)

// scenario is a company with something wrong, or odd, and what has to be said of it.
type scenario struct {
	ID, Expected, Class, Note string
	MessageMustMention        []string `json:"message_must_mention"`
	Snapshots, Outcomes       string
	Key                       struct {
		Account      string
		SnapshotDate string `json:"snapshot_date"`
		OutcomeDate  string `json:"outcome_date"`
		Outcome      string
		ChurnValue   string `json:"churn_value"`
		KeepValue    string `json:"keep_value"`
		HorizonDays  int    `json:"horizon_days"`
	}
	Factors []string
}

// elsewhere are the scenarios that no package up to features can decide, with the one
// that has to.
var elsewhere = map[string]string{
	"N002": "models: separation shows in the fit",
	"N003": "models: collinearity shows in the fit",
	"N004": "models: collinearity shows in the fit",
	"N005": "models: collinearity shows in the fit",
	"N012": "models: more factors than examples is the fit's to refuse",
	"N022": "row weights are not supported",
	"N023": "row weights are not supported",
	"N024": "row weights are not supported",
	"N010": "backtest: the warning belongs to the folds that have no value",
	"N030": "models: per-segment fallback",
	"S015": "models: no churned example",
	"S016": "models: no renewed example",
	"S017": "models: one account",
	"S018": "models: too few events",
	"N017": "the manifest of the variants asks for NaN as missing with a warning, this one for a refusal; --strict refuses",
	"S024": "the manifest of the variants asks for null outcomes to be counted, this one for a refusal; --strict refuses",
}

func TestScenariosAreJudged(t *testing.T) {
	root := sharedFolder(t, "corpus", "scenario")
	folders, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	decided := 0
	for _, f := range folders {
		text, err := os.ReadFile(filepath.Join(root, f.Name(), "expect.json"))
		if err != nil {
			t.Fatal(err)
		}
		var s scenario
		if err := json.Unmarshal(text, &s); err != nil {
			t.Fatal(err)
		}
		if _, other := elsewhere[s.ID]; other {
			continue
		}
		decided++
		t.Run(f.Name(), func(t *testing.T) { judge(t, filepath.Join(root, f.Name()), s) })
	}
	t.Logf("%d of %d scenarios are decided here", decided, len(folders))
}

// judge runs a scenario as far as these packages go and holds what they say against
// what must be said.
func judge(t *testing.T, dir string, s scenario) {
	said, refused := run(t, dir, s)
	if s.Expected != "either" && refused != (s.Expected == "reject") {
		t.Errorf("refused: %v, want %s (%s): %s", refused, s.Expected, s.Note, said)
	}
	if s.Class == "warn" && said == "" {
		t.Errorf("nothing was said: %s", s.Note)
	}
	if s.Expected == "either" {
		return // no message needed
	}
	for _, word := range s.MessageMustMention {
		if !strings.Contains(strings.ToLower(said), strings.ToLower(word)) {
			t.Errorf("%q does not mention %q (%s)", said, word, s.Note)
		}
	}
}

// run loads, looks for leaks, fits the encoder and scores the newest snapshots. It
// returns the refusal, or all warnings.
func run(t *testing.T, dir string, s scenario) (said string, refused bool) {
	ctx := context.Background()
	schema, err := dataset.Inspect(ctx, filepath.Join(dir, s.Snapshots))
	if err != nil {
		return err.Error(), true
	}
	types := schema.Types()
	var specs []features.Factor
	for _, name := range s.Factors {
		f := features.Factor{Name: name, Expr: expr.Quote(name)}
		if types[name] == expr.Text {
			f.Kind = features.Category
		}
		specs = append(specs, f)
	}
	factors, err := features.Compile(specs, types)
	if err != nil {
		return err.Error(), true
	}
	roles := dataset.Columns{Account: s.Key.Account, SnapshotDate: s.Key.SnapshotDate, OutcomeDate: s.Key.OutcomeDate, Outcome: s.Key.Outcome,
		ChurnedWhen: []string{s.Key.ChurnValue}, RenewedWhen: []string{s.Key.KeepValue}}
	reading := dataset.Reading{AsOf: dataset.NoDate}
	e, err := dataset.Load(ctx, dataset.Spec{Snapshots: filepath.Join(dir, s.Snapshots), Outcomes: filepath.Join(dir, s.Outcomes), Columns: roles,
		Clock: dataset.Clock{Mode: dataset.Horizon, Horizon: s.Key.HorizonDays}, Uses: features.Uses(factors), ObservedUntil: dataset.NoDate, Reading: reading})
	if err != nil {
		var data *dataset.RefusedError
		if errors.As(err, &data) && len(data.Findings) == 0 {
			t.Error("a refusal without a finding")
		}
		return err.Error(), true
	}
	findings, err := features.Leaks(ctx, factors, e.All())
	if err != nil {
		t.Fatal(err)
	}
	if len(findings) > 0 {
		return (&dataset.RefusedError{Findings: findings}).Error(), true
	}
	encoder, _, fitted, err := features.Fit(ctx, factors, e.All(), features.Standardised)
	if err != nil {
		return err.Error(), true
	}
	newest, err := dataset.LoadSnapshots(ctx, filepath.Join(dir, s.Snapshots), roles, features.Uses(factors), reading)
	if err != nil {
		t.Fatal(err)
	}
	rows := newest.Newest()
	_, scored, err := encoder.Encode(ctx, len(rows), newest.Table.Batches(rows))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, w := range slices.Concat(e.Warnings, fitted, scored) {
		lines = append(lines, w.String())
	}
	return strings.Join(lines, "\n"), false
}

func sharedFolder(t *testing.T, elem ...string) string {
	t.Helper()
	return beside.Path(t, "the scenarios of trusted and untrusted data", elem...)
}
