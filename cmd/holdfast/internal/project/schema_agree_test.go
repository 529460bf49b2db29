package project

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// The rules of schema_rules.go say a second time what the reader says about keys that go together. These
// tests hold the two against each other, combination by combination.

// together are messages of Parse about keys that do or do not go together, which a schema can say.
var together = regexp.MustCompile(`^(factors|candidates)\[0\].*( does not apply to | is missing, which | has both | makes it another| must be own or drop )`)

// agree compares Parse and the schema on whether the keys of a file go together.
func agree(t *testing.T, s *jsonschema.Schema, src string) {
	t.Helper()
	_, err := Parse("f", []byte(src))
	var problems Problems
	errors.As(err, &problems)
	refusal := slices.ContainsFunc(problems, func(p Problem) bool { return together.MatchString(p.Message) })
	invalid, ok := judged(s, src)
	if !ok {
		t.Fatalf("not YAML: %s", src)
	}
	if (invalid != nil) != refusal {
		t.Errorf("the schema says %v, Parse says %v\n%s", invalid, err, src)
	}
}

// Any two keys of a factor, in each of its kinds.
func TestSchemaAndParseAgreeOnWhichKeysAFactorHas(t *testing.T) {
	s := validator(t)
	var keys []Key
	for _, k := range Keys() {
		if parent(k.Path) == "factors[]" && k.Name() != "name" && k.Name() != "kind" {
			keys = append(keys, k)
		}
	}
	for _, of := range []string{"", ", kind: numeric", ", kind: category", ", kind: bins"} {
		for i, a := range keys {
			for _, b := range keys[i:] {
				body := of + ", " + a.Name() + ": " + a.Example
				if a.Path != b.Path {
					body += ", " + b.Name() + ": " + b.Example
				}
				agree(t, s, change(t, minimal, "factors:\n", "factors:\n  - {name: logins"+body+"}\n"))
			}
		}
	}
}

// Every key of a candidate beside those it needs, and those it needs left out one by one, in each kind.
func TestSchemaAndParseAgreeOnWhichKeysACandidateHas(t *testing.T) {
	s := validator(t)
	byName := map[string]Key{}
	for _, k := range Keys() {
		if parent(k.Path) == "candidates[]" && k.Name() != "name" && k.Name() != "kind" {
			byName[k.Name()] = k
		}
	}
	for _, of := range candidateKinds() {
		needs, _ := keysOf(of)
		_, own := ownKeys(of)
		needs = slices.Concat(needs, own)
		switch of {
		case CandidateWeights:
			needs = append(needs, "weights")
		case CandidateRules:
			needs = append(needs, "red")
		case CandidatePredictions:
			needs = append(needs, "higher_is")
		}
		for without := -1; without < len(needs); without++ {
			body := ""
			for i, name := range needs {
				if i != without {
					body += ", " + name + ": " + byName[name].Example
				}
			}
			for name, k := range byName {
				more := ""
				if !strings.Contains(body, ", "+name+": ") {
					more = ", " + name + ": " + k.Example
				}
				agree(t, s, change(t, minimal, "candidates:\n", "candidates:\n  - {name: a, kind: "+of+body+more+"}\n"))
			}
			agree(t, s, change(t, minimal, "candidates:\n", "candidates:\n  - {name: a, kind: "+of+body+"}\n"))
		}
	}
}
