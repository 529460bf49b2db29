package dataset

import "testing"

func TestBlankKeysAreCounted(t *testing.T) {
	for name, c := range map[string]struct {
		accounts []string
		says     string // "": nothing
	}{
		"none":                        {[]string{"a", "é"}, ""},
		"an empty text":               {[]string{"", "a"}, "the account key is blank in 2 rows, which count as one account"},
		"blanks":                      {[]string{"  ", "a"}, "blank in 2 rows"},
		"a blank that does not break": {[]string{"a", "\u00a0"}, "blank in 1 rows"},
		"a key with blanks around it": {[]string{" a", "b"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			warnings := warnBlank(&Snapshots{Accounts: c.accounts, Account: []int32{0, 0, 1}})
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
