package features

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"

	"holdfast/dataset"
)

// namedLevels is how many unseen levels of a factor a warning names.
const namedLevels = 5

// unseenLevels counts levels that training never saw, over concurrent batches. A missing value
// of a category that had none in training counts as the level MissingLevel.
type unseenLevels struct {
	mu   sync.Mutex
	seen map[string]map[string]int // rows by factor and level
}

// newUnseenLevels counts from nothing.
func newUnseenLevels() *unseenLevels {
	return &unseenLevels{seen: make(map[string]map[string]int)}
}

// count adds a row of a level. Sums do not depend on the order of batches.
func (u *unseenLevels) count(factor, level string) {
	// Batches are encoded side by side. Unseen levels are rare: nobody waits here for long.
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.seen[factor] == nil {
		u.seen[factor] = make(map[string]int)
	}
	u.seen[factor][level]++
}

// warnings tells of each factor which levels were unseen, the most frequent first,
// and what was done with their rows.
func (u *unseenLevels) warnings(e *Encoder) []dataset.Warning {
	var warnings []dataset.Warning
	for _, f := range e.Factors {
		rows := u.seen[f.Factor.Name]
		if len(rows) == 0 {
			continue
		}
		warnings = append(warnings, dataset.Warning{Code: "unseen_level", Where: "factor " + f.Factor.Name, Message: fmt.Sprintf(
			"never seen in training and %s: %s", f.unseenFate(), listLevels(rows))})
	}
	return warnings
}

// listLevels names levels by falling number of rows, ties in byte order.
func listLevels(rows map[string]int) string {
	levels := make([]string, 0, len(rows))
	for level := range rows {
		levels = append(levels, level)
	}
	slices.SortFunc(levels, func(a, b string) int {
		return cmp.Or(cmp.Compare(rows[b], rows[a]), cmp.Compare(a, b))
	})
	// A free-text column has as many unseen levels as rows; five say what is wrong.
	named := levels[:min(namedLevels, len(levels))]
	parts := make([]string, len(named))
	for i, level := range named {
		parts[i] = fmt.Sprintf("level %s (%d rows)", dataset.Quote(level), rows[level])
	}
	if more := len(levels) - len(named); more > 0 {
		parts = append(parts, fmt.Sprintf("and %d more levels", more))
	}
	return strings.Join(parts, ", ")
}

// unseenFate says in words what became of the rows of an unseen level.
func (f *Encoding) unseenFate() string {
	switch at := f.unseenColumn(); {
	case at == columnError:
		return "not scored"
	case at >= 0:
		return "scored as the pooled rare levels"
	}
	return "scored as the reference level"
}
