package project

import (
	"strings"
	"testing"
)

func TestReferenceIsComplete(t *testing.T) {
	seen := map[string]bool{"": true}
	for _, k := range Keys() {
		in := strings.TrimSuffix(parent(k.Path), "[]")
		switch {
		case seen[k.Path]:
			t.Errorf("%s is described twice", k.Path)
		case !seen[in]:
			t.Errorf("%s comes before %s", k.Path, in)
		case !strings.HasSuffix(k.Doc, ".") || strings.Count(k.Doc, ". ") > 0:
			t.Errorf("%s is not described in one sentence: %q", k.Path, k.Doc)
		case k.Type == "" || k.Example == "" && k.Type != TypeMapping:
			t.Errorf("%s has no type or no example", k.Path)
		case k.Type == TypeChoice && len(k.Values) == 0:
			t.Errorf("%s has nothing to choose from", k.Path)
		case k.Required && k.Default != "":
			t.Errorf("%s is required and has a default", k.Path)
		}
		seen[k.Path] = true
	}
}

func TestReferenceCannotBeChangedByItsReaders(t *testing.T) {
	Keys()[0].Path = "changed"
	if got := Keys()[0].Path; got != "version" {
		t.Errorf("got %s", got)
	}
}

// Every example and every default must be accepted where it stands.
func TestExamplesAndDefaultsAreAccepted(t *testing.T) {
	for _, k := range Keys() {
		if k.Type == TypeMapping || k.Type == TypeMappings {
			continue
		}
		for _, value := range []string{k.Example, k.Default} {
			if refusal := refusal(k, value); value != "" && refusal != "" {
				t.Errorf("%s: %s: %s", k.Path, value, refusal)
			}
		}
		if refusal(k, "{a: b}") == "" {
			t.Errorf("%s: a mapping is accepted", k.Path)
		}
	}
}

// refusal is what is said about the form of a value when it stands alone in the file; "" if nothing is.
func refusal(k Key, value string) string {
	path := strings.NewReplacer("[]", "[0]", "*", "x").Replace(k.Path)
	_, err := Parse("f", []byte(alone(path, value)))
	for _, p := range err.(Problems) { // most keys are missing, so it is an error
		if strings.HasPrefix(p.Message, path+" must be") || strings.HasPrefix(p.Message, "not valid YAML") {
			return p.Message
		}
	}
	return ""
}

// alone is the file that says nothing but one value: label.lead and 90d give {label: {lead: 90d}}.
func alone(path, value string) string {
	parts := strings.Split(path, ".")
	for i := len(parts) - 1; i >= 0; i-- {
		name, inList := strings.CutSuffix(parts[i], "[0]")
		if inList {
			value = "[" + value + "]"
		}
		value = "{" + name + ": " + value + "}"
	}
	return value
}

func TestExpectationsReadAsWords(t *testing.T) {
	want := map[string]string{
		"version":                    "1",
		"label.mode":                 "one of renewal, horizon",
		"label.lead":                 "a duration in days or weeks, or a list of them from 0d to 3650d",
		"factors[].missing":          "median, mean, zero, own, drop or a number",
		"candidates[].penalty.ridge": "auto or a number from 0 to 1000000000",
		"backtest.window":            "expanding or a calendar period",
		"backtest.save_rate":         "a number or a list of numbers from 0 to 1",
	}
	for _, k := range Keys() {
		if words, ok := want[k.Path]; ok && k.Expects() != words {
			t.Errorf("%s: got %q, want %q", k.Path, k.Expects(), words)
		}
	}
}
