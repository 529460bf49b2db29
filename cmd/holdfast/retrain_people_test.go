package main

import (
	"encoding/json"
	"testing"

	"holdfast/cmd/holdfast/internal/registry"
	"holdfast/dataset"
)

func TestWhatAPersonTookFromItsPlaceIsFoundInTheJournal(t *testing.T) {
	day := func(text string) dataset.Date {
		d, err := dataset.ParseDate(text)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	ref := func(name string) registry.Ref { return registry.Ref{Name: name, ID: "0001-000000000000"} }
	today, logistic, other := ref("today"), ref("logistic"), ref("other")
	data := runNote{AsOf: day("2026-06-30"), Data: dataset.Hashes{Snapshots: "1", Outcomes: "2"}, Recipe: "r"}
	run := func(before, after registry.Ref, n runNote) registry.Entry {
		text, err := json.Marshal(n)
		if err != nil {
			t.Fatal(err)
		}
		return registry.Entry{Event: registry.Retrain, Before: before, After: after, Run: text}
	}
	first, promoted := run(registry.Ref{}, today, runNote{}), run(today, logistic, data)
	byHand := func(event registry.Event, before, after registry.Ref) registry.Entry {
		return registry.Entry{Event: event, Before: before, After: after}
	}
	back := byHand(registry.Rollback, logistic, today)
	later, grown := data, data
	later.AsOf, grown.Data.Outcomes = day("2026-09-30"), "3"
	cases := []struct {
		name    string
		journal []registry.Entry
		model   string
		recipe  string
		run     runNote
		line    int // from 1; 0: none
	}{
		{"nothing was decided by hand", []registry.Entry{first, promoted}, "logistic", "r", data, 0},
		{"rolled back", []registry.Entry{first, promoted, back}, "logistic", "r", data, 3},
		{"rolled back, and the job ran since", []registry.Entry{first, promoted, back, run(today, today, data)}, "logistic", "r", data, 3},
		{"another was promoted by hand", []registry.Entry{first, promoted, byHand(registry.Promote, logistic, other)}, "logistic", "r", data, 3},
		{"rolled back and brought back", []registry.Entry{first, promoted, back, byHand(registry.Promote, today, logistic)}, "logistic", "r", data, 0},
		{"rolled back twice", []registry.Entry{first, promoted, back, byHand(registry.Promote, today, logistic), back}, "logistic", "r", data, 5},
		{"promoted by hand already", []registry.Entry{first, promoted, byHand(registry.Promote, logistic, logistic)}, "logistic", "r", data, 0},
		{"another model", []registry.Entry{first, promoted, back}, "percent", "r", data, 0},
		{"another recipe of that name", []registry.Entry{first, promoted, back}, "logistic", "s", data, 0},
		{"a later day", []registry.Entry{first, promoted, back}, "logistic", "r", later, 0},
		{"new outcomes", []registry.Entry{first, promoted, back}, "logistic", "r", grown, 0},
		{"a version that no run made", []registry.Entry{first, byHand(registry.Promote, today, logistic), back}, "logistic", "r", data, 0},
	}
	for _, c := range cases {
		for i := range c.journal {
			c.journal[i].N = i + 1
		}
		got, ok := ousted(c.journal, c.model, c.recipe, c.run)
		if got.N != c.line || ok != (c.line > 0) {
			t.Errorf("%s: line %d, %v; want line %d", c.name, got.N, ok, c.line)
		}
	}
}
