package project

import (
	"os"
	"reflect"
	"strings"
	"testing"
)

// The file in the package comment is what people copy first, so it must be accepted, and be the minimal
// file that the other tests start from.
func TestFileInThePackageCommentIsAccepted(t *testing.T) {
	src, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	var shown strings.Builder
	for line := range strings.Lines(string(src)) {
		if code, ok := strings.CutPrefix(line, "//\t"); ok {
			shown.WriteString(code)
		}
	}
	if got, want := values(parse(t, shown.String())), values(parse(t, minimal)); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}

// Without any one of its lines the minimal file is not a project, or means something else: it is minimal.
func TestMinimalFileHasNoLineTooMany(t *testing.T) {
	optional := map[string]bool{
		"    expr: active_users / licences\n": true, // the factor is then a column
		"    expect: lower_churn\n":           true, // shown because hand-set weights need it
	}
	for line := range strings.Lines(minimal) {
		_, err := Parse("f", []byte(change(t, minimal, line, "")))
		if accepted := err == nil; accepted != optional[line] {
			t.Errorf("without %q: %v", line, err)
		}
	}
}
