package dataset

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// warnBlank counts the snapshots whose key is a text of no letters: most often a key that is
// missing, which an export wrote as an empty text. All of them count as one account, with a
// history that is nobody's.
func warnBlank(s *Snapshots) []Warning {
	blank := make(map[int32]bool)
	for a, key := range s.Accounts {
		// Most keys begin with a letter or a digit, and need no second look.
		if key != "" && key[0] > ' ' && key[0] < utf8.RuneSelf {
			continue
		}
		if strings.TrimSpace(key) == "" {
			blank[int32(a)] = true
		}
	}
	if len(blank) == 0 {
		return nil
	}
	rows := 0
	for _, a := range s.Account {
		if blank[a] {
			rows++
		}
	}
	return []Warning{{Code: "blank_account", Where: s.Path, Message: fmt.Sprintf(
		"the account key is blank in %d rows, which count as one account; fill it in, or leave these rows out", rows)}}
}
