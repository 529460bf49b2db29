package history

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Function is what is computed from the past of an account.
type Function string

// The functions. What each gives for gaps, missing values, short pasts and zero bases
// is in the package comment.
const (
	Change    Function = "change"     // own value less the value about OverDays ago
	PctChange Function = "pct_change" // Change as a fraction of the size of the value then
	Slope     Function = "slope"      // least-squares line through the window, per SlopeDays
	Mean      Function = "mean"       // of the values in the window
	Min       Function = "min"        // of the values in the window
	Max       Function = "max"        // of the values in the window
	Sum       Function = "sum"        // of the values in the window
	DaysSince Function = "days_since" // days since the last value in the window that was not zero
	Age       Function = "age"        // days since the date in the row itself, OverDays at most
)

// Functions returns all functions, in the order in which they are explained.
func Functions() []Function {
	return []Function{Change, PctChange, Slope, Mean, Min, Max, Sum, DaysSince, Age}
}

// MaxDays is the longest window: ten years.
const MaxDays = 3650

// SlopeDays is the unit of a slope: what changes in 30 days. A slope per day of a
// count taken once a month is a number nobody can read.
const SlopeDays = 30

// maxOf bounds the expression in bytes, so that the Name fits wherever a name does.
const maxOf = 1000

// Spec is one history, as plain data: a definition that is stored in model files and
// can be compiled to another language.
type Spec struct {
	Of       string   `json:"of"`        // a column, or an expression over columns of one row
	OverDays int      `json:"over_days"` // the length of the window, 1 to MaxDays
	As       Function `json:"as"`
}

// Name is the name of the column that holds the history, such as
// change(active_users, 90d). Specs are equal exactly when their names are.
func (s Spec) Name() string { return fmt.Sprintf("%s(%s, %dd)", s.As, s.Of, s.OverDays) }

// Check refuses a spec that no history can be computed from. Whether Of is a valid
// expression is for those to say who know the columns.
func (s Spec) Check() error {
	switch {
	case strings.TrimSpace(s.Of) == "":
		return errors.New("history: of is empty; name a column or write an expression over columns")
	case len(s.Of) > maxOf:
		return fmt.Errorf("history: of has %d bytes; shorten it to %d", len(s.Of), maxOf)
	case !slices.Contains(Functions(), s.As):
		return fmt.Errorf("history: unknown function %q; the functions are %s", string(s.As), list(Functions()))
	case s.OverDays < 1 || s.OverDays > MaxDays:
		return fmt.Errorf("history: a window of %d days; it must have 1 to %d", s.OverDays, MaxDays)
	}
	return nil
}

// list writes functions for people.
func list(functions []Function) string {
	words := make([]string, len(functions))
	for i, f := range functions {
		words[i] = string(f)
	}
	return strings.Join(words, ", ")
}
