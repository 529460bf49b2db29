package features

import (
	"errors"
	"fmt"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/dataset/history"
)

// Freshness says how long a value is good for: one whose companion date lies more than
// MaxAge days before the as-of date is missing, and so is one without a date, which nobody
// can call fresh, and one of a later date, which was not known on the day.
type Freshness struct {
	Dated  string `json:"dated"`   // the date column that says of when the value is
	MaxAge int    `json:"max_age"` // in days; a value of exactly that age is fresh
}

// Stale is what becomes of the weight of a factor without a value that is fresh.
type Stale string

// The ways. Form Shared is the one that redistributes; a sum of log-odds has no weights to
// hand around, and there the factor's Missing stands in.
const (
	Imputed      Stale = ""             // as Factor.Missing says
	Redistribute Stale = "redistribute" // to the other factors of the score, in proportion
)

// age is the history that says how old the value is, missing when it is stale.
func (f *Freshness) age() history.Spec {
	return history.Spec{Of: expr.Quote(f.Dated), OverDays: f.MaxAge, As: history.Age}
}

// parseAge makes the expression missing where the value is stale: it becomes "not missing(age)
// ? (expression) : nil", where the age is a history that dataset computes. The date is then one
// of the columns that are read.
func (f *Factor) parseAge(columns expr.Columns) error {
	if f.Fresh == nil {
		if f.Stale != Imputed && f.Kind.joins() {
			return errors.New("stale is for a factor with values of its own")
		}
		return nil
	}
	if f.Fresh.Dated == "" {
		return errors.New("max_age needs dated, the column that says of when the value is")
	}
	spec, of, err := readHistory(f.Fresh.age(), columns)
	if err != nil {
		return fmt.Errorf("dated: %v", err)
	}
	for name, t := range of {
		f.inputs[name] = t
	}
	return f.narrow(fmt.Sprintf("not missing(%s)", expr.Quote(spec.Name())))
}

// futureWarnings counts values that are dated after the day they are looked at: somebody
// filled them in later, and they know what happened since.
func (f *Factor) futureWarnings(view dataset.View) ([]dataset.Warning, error) {
	if f.Fresh == nil {
		return nil, nil
	}
	future, row := 0, 0
	for b, err := range view.InTurn() {
		if err != nil {
			return nil, err
		}
		for i, day := range b.Column(f.Fresh.Dated).Numbers {
			future += int(indicator(day > float64(view.Examples.AsOf[view.Rows[row+i]])))
		}
		row += b.Len()
	}
	if future == 0 {
		return nil, nil
	}
	return []dataset.Warning{{Code: "future_date", Where: "factor " + f.Name, Message: fmt.Sprintf(
		"%d of %d values are dated in %s after the day they should have been known; they count as missing", future, view.Len(), dataset.Quote(f.Fresh.Dated))}}, nil
}
