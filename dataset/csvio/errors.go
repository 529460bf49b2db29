package csvio

import (
	"fmt"

	"holdfast/dataset"
)

// ColumnError says that Options.Types names a column that is in none of the files. It has a type of
// its own because it is a slip in what was asked for, and no fault of the data: a command tells
// the two apart by their exit codes.
type ColumnError struct {
	// Column is the name that was asked for.
	Column string
	// Near is the name that was probably meant; "" when none resembles it.
	Near string
	// Have says which columns there are, where none resembles it.
	Have string
}

// Error implements error.
func (e *ColumnError) Error() string {
	if e.Near == "" {
		return fmt.Sprintf("csvio: --type: there is no column %s; %s", dataset.Quote(e.Column), e.Have)
	}
	return fmt.Sprintf("csvio: --type: there is no column %s; did you mean %s?", dataset.Quote(e.Column), dataset.Quote(e.Near))
}
