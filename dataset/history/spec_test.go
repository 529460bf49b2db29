package history

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestNameSaysAllOfASpec(t *testing.T) {
	for name, spec := range map[string]Spec{
		"change(active_users, 90d)":              {Of: "active_users", OverDays: 90, As: Change},
		"days_since(escalations > 0, 730d)":      {Of: "escalations > 0", OverDays: 730, As: DaysSince},
		"pct_change(active_users / seats, 365d)": {Of: "active_users / seats", OverDays: 365, As: PctChange},
	} {
		if got := spec.Name(); got != name {
			t.Errorf("got %s, want %s", got, name)
		}
	}
}

func TestCheckRefusesWhatCannotBeComputed(t *testing.T) {
	good := Spec{Of: "logins", OverDays: 90, As: Mean}
	for name, c := range map[string]struct {
		change func(*Spec)
		words  string
	}{
		"nothing to follow":    {func(s *Spec) { s.Of = " " }, "of is empty"},
		"an endless of":        {func(s *Spec) { s.Of = strings.Repeat("x", 1001) }, "1001 bytes"},
		"no function":          {func(s *Spec) { s.As = "" }, `unknown function ""`},
		"a misspelt function":  {func(s *Spec) { s.As = "avg" }, "the functions are change, pct_change, slope, mean, min, max, sum, days_since, age"},
		"no window":            {func(s *Spec) { s.OverDays = 0 }, "1 to 3650"},
		"a window backwards":   {func(s *Spec) { s.OverDays = -90 }, "1 to 3650"},
		"more than ten years":  {func(s *Spec) { s.OverDays = 3651 }, "1 to 3650"},
		"an of of 1000 bytes":  {func(s *Spec) { s.Of = strings.Repeat("x", 1000) }, ""},
		"a window of one day":  {func(s *Spec) { s.OverDays = 1 }, ""},
		"a window of 10 years": {func(s *Spec) { s.OverDays = 3650 }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			spec := good
			c.change(&spec)
			err := spec.Check()
			if (err == nil) != (c.words == "") || err != nil && !strings.Contains(err.Error(), c.words) {
				t.Errorf("got %v, want words %q", err, c.words)
			}
		})
	}
}

func TestEveryFunctionPassesCheck(t *testing.T) {
	for _, f := range Functions() {
		if err := (Spec{Of: "x", OverDays: 30, As: f}).Check(); err != nil {
			t.Error(err)
		}
	}
}

// The keys are those of model files: renaming one makes old files unreadable.
func TestSpecIsPlainData(t *testing.T) {
	spec := Spec{Of: "active_users / seats", OverDays: 90, As: PctChange}
	text, err := json.Marshal(spec)
	if want := `{"of":"active_users / seats","over_days":90,"as":"pct_change"}`; err != nil || string(text) != want {
		t.Fatalf("got %s, %v, want %s", text, err, want)
	}
	var back Spec
	if err := json.Unmarshal(text, &back); err != nil || back != spec {
		t.Errorf("got %+v, %v", back, err)
	}
}
