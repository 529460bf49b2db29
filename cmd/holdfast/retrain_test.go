package main

import (
	"slices"
	"testing"

	"holdfast/cmd/holdfast/internal/registry"
	"holdfast/dataset"
)

// With --strict a warning is an error, and every run after the first would end with this one.
func TestTheFoldsThatTheChampionHasSeenAreNoWarning(t *testing.T) {
	ref := registry.Ref{Name: "today", ID: "0001-000000000000"}
	champion := &reigning{Version: registry.Version{Ref: ref}}
	own := dataset.Warning{Code: "folds_seen", Where: "candidate " + ref.String()}
	others := dataset.Warning{Code: "folds_seen", Where: "candidate last_year"}
	about := dataset.Warning{Code: "no_spread", Where: own.Where}
	all := []dataset.Warning{own, others, about}
	for _, c := range []struct {
		name string
		run  retraining
		want []dataset.Warning
	}{
		{"of the champion", retraining{champion: champion}, []dataset.Warning{others, about}},
		{"without a champion", retraining{}, all},
	} {
		if got := c.run.unexpected(all); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
