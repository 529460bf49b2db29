//go:build unix

package main

import (
	"encoding/json"
	"strings"
	"testing"

	"holdfast/backtest"
)

// TestWhatWasRolledBackStaysBackUntilTheDataAreNew runs the job after a rollback: on the
// same data it finds the same winner, and lets the person's choice stand.
func TestWhatWasRolledBackStaysBackUntilTheDataAreNew(t *testing.T) {
	if testing.Short() {
		t.Skip("four runs of retrain: a rollback was not followed by a run")
	}
	q := newLastQuarter(t)
	mustHoldfast(t, "models", "rollback", "--registry", q.models, "--reason", "starters are off")
	dry := holdfast(append(q.args, "--dry-run")...)
	if dry.code != exitHold {
		t.Errorf("dry run: exit code %d, want %d\n%s", dry.code, exitHold, dry.stderr)
	}
	if r := holdfast(q.args...); r.code != exitHold {
		t.Errorf("exit code %d, want %d\n%s", r.code, exitHold, r.stderr)
	}
	if c := q.serves(t, q.models); c != q.old {
		t.Errorf("%s serves, want %s", c, q.old)
	}
	journal := journalOf(t, q.models)
	var note runNote
	if err := json.Unmarshal(journal[len(journal)-1].Run, &note); err != nil {
		t.Fatal(err)
	}
	if note.Decision != backtest.Hold || !strings.Contains(note.Headline, "a person took it from its place (line 3 of the journal), and the data are the same") {
		t.Errorf("the journal says %s: %s", note.Decision, note.Headline)
	}
	if r := holdfast(q.args...); r.code != exitDone || len(journalOf(t, q.models)) != len(journal) {
		t.Errorf("the run after that: exit code %d, %d lines in the journal, want %d", r.code, len(journalOf(t, q.models)), len(journal))
	}
	mustHoldfast(t, "models", "promote", "logistic@1", "--registry", q.models)
	if c := q.serves(t, q.models); c != q.new {
		t.Errorf("%s serves, want %s", c, q.new)
	}
}
