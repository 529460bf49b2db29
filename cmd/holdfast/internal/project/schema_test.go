package project

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
	errorkind "github.com/santhosh-tekuri/jsonschema/v6/kind"
	"pgregory.net/rapid"
)

// validator is the schema as an editor has it, in an implementation that is not ours.
func validator(t testing.TB) *jsonschema.Schema {
	t.Helper()
	text, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("holdfast.schema.json", document); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("holdfast.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// judged is what the schema says about a file; ok is false where the file is no YAML for an editor.
func judged(s *jsonschema.Schema, src string) (err error, ok bool) {
	text, err := yaml.YAMLToJSON([]byte(src))
	if err != nil {
		return nil, false
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, false
	}
	return s.Validate(document), true
}

// accepted are files of the other tests that together use every key.
func accepted(t *testing.T) []string {
	horizon := change(t, change(t, minimal, "mode: renewal", "mode: horizon"), "lead: 90d", "horizon: 90d")
	return append(banded(), minimal, horizon, full, foreign, shaped, fittings, purposes, gated())
}

func TestSchemaAcceptsFilesThatUseEveryKey(t *testing.T) {
	s := validator(t)
	for _, src := range accepted(t) {
		parse(t, src)
		if err, ok := judged(s, src); err != nil || !ok {
			t.Errorf("%v\n%s", err, src)
		}
	}
}

// Every project file of the repository, and of the corpus next to it as far as Parse takes it, is good in
// an editor as well.
func TestSchemaAcceptsProjectFilesThatParseAccepts(t *testing.T) {
	s := validator(t)
	root := filepath.Join("..", "..", "..", "..")
	var files []string
	for _, pattern := range []string{"testdata/*/holdfast.yaml", "cmd/holdfast/testdata/*/holdfast.yaml"} {
		found, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(pattern)))
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: no files: %v", pattern, err)
		}
		files = append(files, found...)
	}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		parse(t, string(src))
		if err, ok := judged(s, string(src)); err != nil || !ok {
			t.Errorf("%s: %v", file, err)
		}
	}
}

func TestSchemaAcceptsFilesOfTheCorpusThatParseAccepts(t *testing.T) {
	s := validator(t)
	files, err := filepath.Glob(filepath.Join(shared(t, filepath.Join("corpus", "config")), "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	refused := 0
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		_, wrong := Parse("f", src)
		if strings.Contains(file, "laughs") || strings.Contains(file, "deep") {
			continue // bombs are Parse's to defuse; the converter of this test would go off
		}
		err, ok := judged(s, string(src))
		if wrong == nil && err != nil {
			t.Errorf("%s: %v", file, err)
		}
		if ok && err != nil {
			refused++
		}
	}
	if refused == 0 {
		t.Error("the schema refuses none of the corpus, whose keys are not ours")
	}
	t.Logf("the schema refuses %d of %d files", refused, len(files))
}

// Lines torn out at random: what Parse still accepts the schema accepts.
func TestSchemaAcceptsTornFilesThatParseAccepts(t *testing.T) {
	s := validator(t)
	files := accepted(t)
	rapid.Check(t, func(rt *rapid.T) {
		lines := strings.Split(rapid.SampledFrom(files).Draw(rt, "file"), "\n")
		kept := slices.DeleteFunc(lines, func(string) bool { return rapid.IntRange(0, 19).Draw(rt, "torn out") == 0 })
		src := strings.Join(kept, "\n")
		if _, err := Parse("f", []byte(src)); err != nil {
			return
		}
		if err, ok := judged(s, src); err != nil || !ok {
			rt.Errorf("%v\n%s", err, src)
		}
	})
}

// A value that Parse takes behind a key is good in an editor, for all keys and all hostile values.
func TestSchemaTakesEveryValueThatItsKeyTakes(t *testing.T) {
	s := validator(t)
	taken, refused := 0, 0
	for _, k := range Keys() {
		path := strings.NewReplacer("[]", "[0]", "*", "x").Replace(k.Path)
		for _, value := range slices.Concat(hostile, []string{k.Example, k.Default, "12w", "+90", "[30d, 90d]", "[0, 1]", "[p1, 99.5]", "1.5e3", "null", "''''", "3"}) {
			if value == "" || complainsAbout(path, alone(path, value)) {
				continue
			}
			taken++
			if at := formError(s, path, alone(path, value)); at != "" {
				t.Errorf("%s: %s is taken, but the schema says: %s", k.Path, value, at)
			}
		}
		for _, value := range []string{"{unheard_of: {of: 1}}", "[[[1]]]"} {
			if k.Type == TypeMapping && strings.HasPrefix(value, "{") && k.Example == "" || !complainsAbout(path, alone(path, value)) {
				continue
			}
			if formError(s, path, alone(path, value)) == "" {
				t.Errorf("%s: the schema takes %s", k.Path, value)
			}
			refused++
		}
	}
	if taken < len(Keys()) || refused < len(Keys()) {
		t.Errorf("only %d values were taken and %d refused", taken, refused)
	}
}

// complainsAbout says whether Parse has anything to say about the value at a path, or below it.
func complainsAbout(path, src string) bool {
	_, err := Parse("f", []byte(src))
	var problems Problems
	if !errors.As(err, &problems) {
		return false
	}
	return slices.ContainsFunc(problems, func(p Problem) bool {
		return strings.HasPrefix(p.Message, path) && !strings.Contains(p.Message, "does not apply") && !strings.HasPrefix(p.Message, path+" is missing") ||
			strings.Contains(p.Message, " in "+path) || strings.HasPrefix(p.Message, "not valid YAML") || strings.HasPrefix(p.Message, "alias") ||
			strings.HasPrefix(p.Message, "the file") || strings.Contains(p.Message, "tag") || strings.HasPrefix(p.Message, "control")
	})
}

// formError is what the schema says about the form of the value at a path; "" if nothing. That keys are
// missing beside it, or that it does not apply to a kind, is not about its form.
func formError(s *jsonschema.Schema, path, src string) string {
	err, ok := judged(s, src)
	var invalid *jsonschema.ValidationError
	if !ok || !errors.As(err, &invalid) {
		return ""
	}
	at := strings.NewReplacer("[0]", ".0").Replace(path)
	for _, leaf := range leaves(invalid) {
		where := strings.Join(leaf.InstanceLocation, ".")
		_, foreign := leaf.ErrorKind.(*errorkind.FalseSchema)
		if (where == at || strings.HasPrefix(where, at+".")) && !foreign {
			return fmt.Sprintf("%s: %v", where, leaf.ErrorKind)
		}
	}
	return ""
}

// leaves are the errors that others are made of.
func leaves(e *jsonschema.ValidationError) []*jsonschema.ValidationError {
	if len(e.Causes) == 0 {
		return []*jsonschema.ValidationError{e}
	}
	var all []*jsonschema.ValidationError
	for _, cause := range e.Causes {
		all = append(all, leaves(cause)...)
	}
	return all
}

func TestSchemaRefusesWhatItCanTell(t *testing.T) {
	s := validator(t)
	for _, e := range []struct{ what, old, with string }{
		{"a misspelt key", "label:", "lable:"},
		{"a key of another group", "factors:", "horizon: 90d\nfactors:"},
		{"a missing version", "version: 1\n", ""},
		{"another version", "version: 1", "version: 2"},
		{"a missing role", "  account: account_id\n", ""},
		{"a key without value", "lead: 90d", "lead:"},
		{"a lead without mode", "  mode: renewal\n", ""},
		{"a lead in months", "lead: 90d", "lead: 3m"},
		{"the same lead twice", "lead: 90d", "lead: [90d, 90d]"},
		{"a key of the other mode", "lead: 90d", "lead: 90d\n  horizon: 90d"},
		{"no factors", "factors:\n  - name: active_share\n    expr: active_users / licences\n    expect: lower_churn\n", "factors: []\n"},
		{"a word that is none of the choices", "lower_churn", "less_churn"},
		{"a quoted number", "kind: logistic", "kind: logistic, penalty: {ridge: '1'}"},
		{"a number beyond its bounds", "candidates:", "backtest: {capacity: 0}\ncandidates:"},
		{"half an account", "candidates:", "backtest: {capacity: 10.5}\ncandidates:"},
		{"a day that no month has", "candidates:", "backtest: {first_cutoff: 2024-02-32}\ncandidates:"},
		{"two penalties", "kind: logistic", "kind: logistic, penalty: {ridge: 1, lasso: 1}"},
		{"two beginnings of a band", "candidates:", "bands: {red: {p: 0.4, share: 0.1}}\ncandidates:"},
		{"a rule of a strength that is given", "kind: logistic", "kind: logistic, penalty: {firth: true, rule: 1se}"},
		{"weights of nothing", "{name: fitted, kind: logistic}", "{name: fitted, kind: weights, weights: {}}"},
		{"blanks around a name", "account: account_id", "account: ' account_id'"},
		{"a percentile beyond 100", "expect: lower_churn", "clip: [p1, p101]"},
	} {
		src := change(t, minimal, e.old, e.with)
		if _, err := Parse("f", []byte(src)); err == nil {
			t.Errorf("Parse accepts %s", e.what)
		}
		if err, ok := judged(s, src); ok && err == nil {
			t.Errorf("the schema accepts %s", e.what)
		}
	}
}

func TestSchemaIsTheSameOnEveryCall(t *testing.T) {
	first, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	second, err := Schema()
	if err != nil || !bytes.Equal(first, second) || !bytes.HasSuffix(first, []byte("}\n")) {
		t.Errorf("two calls differ: %v", err)
	}
}
