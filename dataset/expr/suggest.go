package expr

import (
	"fmt"
	"strings"
)

// Nearest returns the one of have that a person most likely meant by name, and
// whether any is near enough to be suggested. A name that differs in case only
// wins; otherwise the smallest optimal-string-alignment distance, counted in
// runes and without regard to case, of at most a third of the longer name and
// at most 3. Ties go to the name that sorts first, so the order of have does
// not matter.
func Nearest(name string, have []string) (string, bool) {
	lower := []rune(strings.ToLower(name))
	// Scanning all of them and comparing names at a tie makes the answer
	// independent of their order, which for a map of columns is random.
	best, bestDistance := "", -1
	for _, candidate := range have {
		d, ok := nearness(lower, []rune(strings.ToLower(candidate)))
		if !ok {
			continue
		}
		if bestDistance < 0 || d < bestDistance || d == bestDistance && candidate < best {
			best, bestDistance = candidate, d
		}
	}
	return best, bestDistance >= 0
}

// nearness is the distance of two names and whether it is below the cut-off. It
// does not measure names whose lengths alone are too far apart: each edit changes
// the length by one at most. That keeps a four-kilobyte name cheap.
func nearness(a, b []rune) (int, bool) {
	// A third lets "licenses" find "licences" and keeps "nps" from finding "arr";
	// more than three edits are another word, however long.
	longer, shorter := max(len(a), len(b)), min(len(a), len(b))
	cutoff := min(longer/3, 3)
	if longer-shorter > cutoff {
		return 0, false
	}
	d := alignment(a, b)
	return d, d <= cutoff
}

// alignment is the optimal string alignment distance: the least number of
// insertions, deletions, substitutions and swaps of neighbours, where no part
// is edited twice (Boytsov, Indexing methods for approximate dictionary
// searching, ACM JEA 16, 2011, section 2.2). Three rows of the table suffice.
func alignment(a, b []rune) int {
	// row[j] is the distance of a[:i] and b[:j]; above and before are the rows
	// for i-1 and i-2.
	before, above, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range above {
		above[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(above[j]+1, row[j-1]+1, above[j-1]+cost)
			// The last two letters of both may be one swap.
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, above, row = above, row, before
	}
	return above[len(b)]
}

// didYouMean is the hint that suggests a name.
func didYouMean(name string) string {
	return fmt.Sprintf("did you mean %q?", name)
}
