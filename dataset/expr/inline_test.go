package expr

import (
	"strings"
	"testing"
)

// parsed is an expression over the columns of the inline tests.
func parsed(t *testing.T, source string, more Columns) *Expr {
	t.Helper()
	columns := Columns{"users": Number, "seats": Number, "calls": Number, "vip": Bool, "plan": Text}
	for name, of := range more {
		columns[name] = of
	}
	e, err := Parse(source, columns)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestInlineReplacesNamesByWhatTheyStandFor(t *testing.T) {
	definitions := map[string]*Expr{
		"share":  parsed(t, "users / seats", nil),
		"sticky": parsed(t, "vip or calls > 3", nil),
		"tier":   parsed(t, "plan", nil),
	}
	names := Columns{"share": Number, "sticky": Bool, "tier": Text}
	for source, want := range map[string]string{
		"share > 0.8 and not sticky":           "users / seats > 0.8 and not (vip or calls > 3)",
		"-share ^ 2 + users":                   "-(users / seats) ^ 2 + users",
		"sticky ? share : max(share, calls)":   "vip or calls > 3 ? users / seats : max(users / seats, calls)",
		"tier in ['pro', 'team'] and sticky":   "plan in ['pro', 'team'] and (vip or calls > 3)",
		"coalesce(not sticky, false) or vip":   "coalesce(not (vip or calls > 3), false) or vip",
		"calls > 1":                            "calls > 1",
		"share - (share - calls) > -share / 2": "users / seats - (users / seats - calls) > -(users / seats) / 2",
	} {
		got, err := parsed(t, source, names).Inline(definitions)
		if err != nil {
			t.Errorf("%s: %v", source, err)
			continue
		}
		if same := parsed(t, want, nil); got.String() != same.String() {
			t.Errorf("%s became %s, want %s", source, got, same)
		}
	}
}

// A name that stands for itself, as a factor that is called like its column does, is not
// looked up again.
func TestInlineLooksUpANameOnce(t *testing.T) {
	got, err := parsed(t, "calls > 3", nil).Inline(map[string]*Expr{"calls": parsed(t, "calls / users", nil)})
	if err != nil || got.String() != "calls / users > 3" {
		t.Errorf("%v (%v)", got, err)
	}
}

func TestInlineIsHeldToTheLimits(t *testing.T) {
	long := parsed(t, "users"+strings.Repeat(" + users", 499), nil) // 999 nodes of 1000
	if _, err := parsed(t, "calls + seats", nil).Inline(map[string]*Expr{"calls": long}); err == nil {
		t.Error("a tree beyond the limits was accepted")
	}
}
