package health

import (
	"cmp"
	"context"
	"slices"

	"holdfast/dataset"
	"holdfast/features"
)

// The reasons that factors give; those of the clock are dataset's.
const (
	missingFactor = "missing_factor"
	unseenLevel   = "unseen_level"
)

// meaning puts a reason code in words that follow "cannot be scored:".
func meaning(code string) string {
	switch code {
	case dataset.NotCustomer:
		return "churned, and has not come back"
	case dataset.NotOpen:
		return "the next outcome is known already: a churn"
	case dataset.NotRecent:
		return "the newest snapshot is too old to tell"
	case missingFactor:
		return "a factor with missing: drop has no value"
	case unseenLevel:
		return "a category with unseen: error has a level that no example has"
	}
	return ""
}

// standing says which accounts can be scored today, and one reason for each that
// cannot: that of the clock, else that of the first factor that has one. A model of these
// factors, fitted to all examples, would say the same (models.Scorer); there is none yet.
// profiles are in the order of the factors. Errors: those of reading the columns.
func standing(ctx context.Context, panel *dataset.Panel, factors []features.Factor, profiles []Factor) (Standing, error) {
	current := panel.Current()
	reasons := make([]cause, len(current))
	var open, rows []int32
	for i, c := range current {
		reasons[i].code = c.Reason
		if c.Reason == "" {
			open, rows = append(open, int32(i)), append(rows, c.Row)
		}
	}
	for i, f := range factors {
		refused, err := refusals(ctx, f, &profiles[i], panel, rows)
		if err != nil {
			return Standing{}, err
		}
		for k, code := range refused {
			if at := open[k]; code != "" && reasons[at].code == "" {
				reasons[at] = cause{code, f.Name}
			}
		}
	}
	return tabulate(current, reasons, panel.Snapshots.Accounts), nil
}

// cause is why one account cannot be scored; the zero value says that it can. The factor is
// empty for the reasons of the clock.
type cause struct{ code, factor string }

// refusals says for each row, by its code, whether the factor forbids scoring it; nil when its
// policies never do, which spares its evaluation. A missing level is unseen where no example
// lacks one: the fit knows no level for it.
func refusals(ctx context.Context, f features.Factor, p *Factor, panel *dataset.Panel, rows []int32) ([]string, error) {
	drop, strict := f.Missing == features.Drop, f.Kind == features.Category && f.Unseen == features.UnseenError
	if !drop && !strict {
		return nil, nil
	}
	v, err := f.Values(ctx, len(rows), panel.Snapshots.Table.InTurn(rows))
	if err != nil {
		return nil, err
	}
	seen, err := seenLevels(ctx, f, panel.Examples, strict)
	if err != nil {
		return nil, err
	}
	codes := make([]string, len(rows))
	for i := range codes {
		missing := v.Codes != nil && v.Codes[i] < 0 || v.Numbers != nil && v.Numbers[i] != v.Numbers[i]
		switch {
		case drop && missing:
			codes[i] = missingFactor
		case strict && missing && p.Missing == 0, strict && !missing && !seen[v.Levels[v.Codes[i]]]:
			codes[i] = unseenLevel
		}
	}
	return codes, nil
}

// seenLevels are the levels that a model of all examples would know; nil for a factor that is
// not strict about them.
func seenLevels(ctx context.Context, f features.Factor, e *dataset.Examples, strict bool) (map[string]bool, error) {
	if !strict {
		return nil, nil
	}
	view := e.All()
	v, err := f.Values(ctx, view.Len(), view.InTurn())
	if err != nil {
		return nil, err
	}
	seen := make(map[string]bool)
	for _, code := range v.Codes {
		if code >= 0 {
			seen[v.Levels[code]] = true
		}
	}
	return seen, nil
}

// tabulate groups the accounts by reason, the most frequent first and equals by code and
// factor. reasons[i] is of current[i].
func tabulate(current []dataset.Standing, reasons []cause, accounts []string) Standing {
	out := Standing{Accounts: len(current), Reasons: []Reason{}}
	place := make(map[cause]int)
	for i, c := range reasons {
		if c.code == "" {
			out.Scoreable++
			continue
		}
		at, ok := place[c]
		if !ok {
			at = len(out.Reasons)
			place[c] = at
			out.Reasons = append(out.Reasons, Reason{Code: c.code, Detail: c.factor, Meaning: meaning(c.code)})
		}
		r := &out.Reasons[at]
		r.Accounts++
		if len(r.Examples) < shownAccounts {
			r.Examples = append(r.Examples, accounts[current[i].Account])
		}
	}
	slices.SortFunc(out.Reasons, func(a, b Reason) int {
		return cmp.Or(b.Accounts-a.Accounts, cmp.Compare(a.Code, b.Code), cmp.Compare(a.Detail, b.Detail))
	})
	return out
}
