package leaklab

import (
	"fmt"

	"holdfast/dataset"
	"holdfast/models"
)

// Severity says what a finding does to the data.
type Severity string

// The severities.
const (
	Refuse Severity = "refuse" // nothing may be learned from the data until it is mended
	Warn   Severity = "warn"   // somebody should look
)

// Finding is one piece of evidence that the data know the future.
type Finding struct {
	Code     string   `json:"code"` // stable: see the package comment
	Severity Severity `json:"severity"`

	// Factor is the name of the factor, empty when it is about the data as a whole. Column
	// is the expression of the factor; of a scramble it is the candidate, and empty of late
	// values.
	Factor string `json:"factor,omitempty"`
	Column string `json:"column,omitempty"`

	// Evidence is the number that the verdict rests on, and Measure what that number is. It
	// is NaN where the guard of every load spoke, which gives none.
	Evidence models.Stat `json:"evidence"`
	Measure  string      `json:"measure"`

	// Accounts are at most five to look at, by their keys; nil where none stands out.
	Accounts []string `json:"accounts,omitempty"`

	Key     string `json:"key"`     // what to change in holdfast.yaml
	Message string `json:"message"` // one sentence: what was seen, and what to do
}

// Warning is the finding as the rest of the program tells it: one line with the accounts and
// the key in it. Keys of accounts are quoted, as they come from the data.
func (f Finding) Warning() dataset.Warning {
	w := dataset.Warning{Code: f.Code, Message: f.Message}
	if f.Factor != "" {
		w.Where = "factor " + f.Factor
	}
	if len(f.Accounts) > 0 {
		w.Message += fmt.Sprintf(" (look at %s)", listed(f.Accounts))
	}
	if f.Key != "" {
		w.Message += "; in holdfast.yaml: " + f.Key
	}
	return w
}

// listed names accounts for a message.
func listed(accounts []string) string {
	text := ""
	for i, a := range accounts {
		if i > 0 {
			text += ", "
		}
		text += dataset.Quote(a)
	}
	return text
}
