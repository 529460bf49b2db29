package dataset

import "fmt"

// negativeValues warns of examples that are worth less than nothing: what counts rows by their value
// is without meaning then, and left out. column is the one that Value is of.
func (e *Examples) negativeValues(column string) {
	var rows []int
	accounts := 0
	for i, v := range e.Value {
		if !(v < 0) {
			continue
		}
		if len(rows) == 0 || e.Account[i] != e.Account[rows[len(rows)-1]] {
			accounts++ // examples come by account
		}
		rows = append(rows, i)
	}
	if len(rows) == 0 {
		return
	}
	e.Warnings = append(e.Warnings, Warning{Code: "negative_value", Where: "column " + Quote(column), Message: fmt.Sprintf(
		"%d examples of %d accounts have a negative value, such as %s on %s: metrics that count by value are left out of every sample with one; write what is at stake as 0 or more, or as missing",
		len(rows), accounts, Quote(e.Accounts[e.Account[rows[0]]]), e.AsOf[rows[0]])})
}
