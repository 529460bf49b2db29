package project

import (
	"slices"
	"strings"
	"testing"
)

// valued is minimal with a column of the money at stake.
var valued = strings.Replace(minimal, "  outcome: churned\n", "  outcome: churned\n  value: arr\n", 1)

// banded are files with the keys that the full one has no room for: each way to begin a
// band rules out the others.
func banded() []string {
	return []string{
		minimal + "bands: {red: {share: 0.1}, yellow: {p: 0.2}, hysteresis: 0.02, goal: 0.05}\n",
		minimal + "bands: {red: {precision: 0.5}, yellow: {precision: 0.2}}\n",
		minimal + "bands: {red: {capacity: 50}, yellow: {capacity: 100}}\n",
		valued + "bands: {red: {value: 0.1}, yellow: {value: 0.2}}\n",
		minimal + "triggers: [{name: dropped, when: dropped or p > 0.5}]\nplaybooks: [{name: call, when: band == 'red' and value > 50000}]\n",
		minimal + "playbooks: [{name: adoption, when: dropped and top_category == 'other'}, {name: keep, when: \"segment in ['gold'] and band_before == 'green' and health < 50\"}]\n",
	}
}

func TestRulesAreReadInTheirOrder(t *testing.T) {
	c := parse(t, minimal+"triggers: [{name: b, when: p > 0.5}, {name: a, when: dropped}]\nplaybooks: [{name: call, when: \"band in ['red']\"}]\n")
	if want := []Rule{{"b", "p > 0.5"}, {"a", "dropped"}}; !slices.Equal(c.Triggers, want) {
		t.Errorf("triggers %v", c.Triggers)
	}
	if want := []Rule{{"call", "band in ['red']"}}; !slices.Equal(c.Playbooks, want) {
		t.Errorf("playbooks %v", c.Playbooks)
	}
}

func TestRulesThatCannotBeAreRefused(t *testing.T) {
	for rules, want := range map[string]string{
		"triggers: [{name: a, when: usage > 1}]":                          "rules know p, health, band",
		"triggers: [{name: a, when: drooped}]":                            `did you mean "dropped"`,
		"triggers: [{name: a, when: top_category == 'usge'}]":             `top_category is never "usge"; it is one of other`,
		"triggers: [{name: a, when: band == 'orange'}]":                   `triggers[0].when: band is never "orange"; it is one of green, yellow, red`,
		"triggers: [{name: a, when: p + 1}]":                              "triggers[0].when: p + 1 is no condition",
		"playbooks: [{name: a}]":                                          "playbooks[0].when is missing",
		"playbooks: [{name: a, when: dropped}, {name: a, when: p > 0.5}]": "duplicate playbook",
		"triggers: []": "triggers is an empty list",
	} {
		_, err := Parse("holdfast.yaml", []byte(minimal+rules+"\n"))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", rules, err, want)
		}
	}
}

func TestBandsBeginAtAShareOrAProbability(t *testing.T) {
	for _, c := range []struct {
		bands string
		want  Bands
	}{
		{"", Bands{Red: Band{Share: 0.05}, Yellow: Band{Share: 0.20}}},
		{"bands: {red: {share: 0.1}, yellow: {p: 0.2}}\n", Bands{Red: Band{Share: 0.1}, Yellow: Band{P: 0.2}}},
		{"bands: {red: {precision: 0.5}, yellow: {capacity: 40}, hysteresis: 0.02, goal: 0.05}\n",
			Bands{Red: Band{Precision: 0.5}, Yellow: Band{Capacity: 40}, Hysteresis: 0.02, Goal: 0.05}},
		{"bands: {red: {value: 0.1}, yellow: {value: 0.2}}\n", Bands{Red: Band{Value: 0.1}, Yellow: Band{Value: 0.2}}},
		{"bands: {red: {p: 0.5}}\n", Bands{Red: Band{P: 0.5}, Yellow: Band{Share: 0.20}}},
	} {
		if got := parse(t, valued+c.bands).Bands; got != c.want {
			t.Errorf("%s: %+v, want %+v", c.bands, got, c.want)
		}
	}
}

func TestBandsThatCannotBeAreRefused(t *testing.T) {
	for bands, want := range map[string]string{
		"{red: {share: 0.1, p: 0.4}}":               "bands.red has both share and p; keep one of them",
		"{red: {p: 0.2}, yellow: {p: 0.3}}":         "bands.yellow.p must be below red.p",
		"{red: {share: 0.6}, yellow: {share: 0.5}}": "red and yellow share more than all accounts",
		"{red: {precision: 0.5, capacity: 5}}":      "bands.red has both precision and capacity",
		"{red: {value: 0.6}, yellow: {value: 0.5}}": "red and yellow share more than all accounts",
		"{yellow: {value: 0.2}}":                    "bands.yellow.value needs the money at stake; name its column in columns.value",
		"{hysteresis: 0.7}":                         "bands.hysteresis must be a number from 0 to 0.5",
		"{red: {share: 1.5}}":                       "bands.red.share must be a number from 0.0001 to 0.9999",
		"{green: {share: 0.5}}":                     "unknown key \"green\" in bands",
	} {
		_, err := Parse("holdfast.yaml", []byte(minimal+"bands: "+bands+"\n"))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", bands, err, want)
		}
	}
}
