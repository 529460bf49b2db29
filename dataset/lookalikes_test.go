package dataset

import (
	"testing"
)

// keysOf are snapshots and outcomes of the given accounts and nothing else.
func keysOf(snapshots, outcomes []string) (*Snapshots, *Outcomes) {
	return &Snapshots{Accounts: snapshots}, &Outcomes{Accounts: outcomes}
}

func TestKeysThatPeopleCannotTellApartAreNamed(t *testing.T) {
	const composed, decomposed = "Caf\u00e9", "Cafe\u0301"
	const kelvin, hangul, jamo = "\u212a1", "\uac00", "\u1100\u1161" // Unicode 15, section 3.11: both decompose canonically
	for name, c := range map[string]struct {
		snapshots, outcomes []string
		says                string // "": nothing
	}{
		"one key":                      {[]string{composed}, []string{composed}, ""},
		"two forms in one file":        {[]string{decomposed, composed}, nil, `1 account keys look like another and differ in their bytes, such as "Cafe\u0301" and "Caf\u00e9"`},
		"two forms in both files":      {[]string{decomposed, composed}, []string{decomposed, composed}, "1 account keys"},
		"one form in each file":        {[]string{composed}, []string{decomposed}, "1 account keys"},
		"a sign and a letter":          {[]string{"K1", kelvin}, nil, `"K1" and "\u212a1"`},
		"a syllable and its parts":     {[]string{jamo, hangul}, nil, "1 account keys"},
		"letters that only look alike": {[]string{"A", "\u0391"}, nil, ""}, // Latin and Greek: another text in every form
		"plain keys":                   {[]string{"a", "b"}, []string{"a"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			warnings := warnForms(keysOf(c.snapshots, c.outcomes))
			switch {
			case c.says == "" && len(warnings) > 0:
				t.Errorf("warned: %q", warnings)
			case c.says != "" && len(warnings) != 1:
				t.Errorf("%d warnings", len(warnings))
			case c.says != "":
				mentions(t, warnings[0].Message, c.says)
			}
		})
	}
}
