package features

import (
	"fmt"
	"sort"
	"sync"

	"holdfast/dataset"
)

// unseenLevels counts levels that training never saw, over concurrent batches.
type unseenLevels struct {
	mu   sync.Mutex
	seen map[Name]int
}

func newUnseenLevels() *unseenLevels { return &unseenLevels{seen: make(map[Name]int)} }

func (u *unseenLevels) count(factor, level string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.seen[Name{Factor: factor, Level: level}]++
}

// warnings lists the unseen levels, by factor and level, with what was done.
func (u *unseenLevels) warnings(e *Encoder) []dataset.Warning {
	names := make([]Name, 0, len(u.seen))
	for n := range u.seen {
		names = append(names, n)
	}
	sort.Slice(names, func(i, j int) bool { return names[i].String() < names[j].String() })
	policy := make(map[string]Unseen, len(e.Factors))
	for _, f := range e.Factors {
		policy[f.Factor.Name] = f.Factor.Unseen
	}
	var warnings []dataset.Warning
	for _, n := range names {
		done := "scored as the reference level"
		switch policy[n.Factor] {
		case UnseenOther:
			done = "scored as the pooled rare levels"
		case UnseenError:
			done = "not scored"
		}
		warnings = append(warnings, dataset.Warning{Code: "unseen_level", Where: "factor " + n.Factor, Message: fmt.Sprintf(
			"level %q was never seen in training: %d rows %s", n.Level, u.seen[n], done)})
	}
	return warnings
}
