package csvio

import (
	"fmt"
	"strings"

	"holdfast/dataset"
)

// The words with which the judge speaks. A warning leaves the import running, a question stops it
// when all columns were judged, and a note stands beside the column in the table that import
// prints.

// Codes of the findings that a flag answers; they come in a dataset.RefusedError.
const (
	AmbiguousDates   = "ambiguous_dates"
	AmbiguousNumbers = "ambiguous_numbers"
	WrongType        = "wrong_type"
)

// FilesDiffer is the code of the warning that a column is not in all files.
const FilesDiffer = "files_differ"

// warn tells something about a column that does not stop the import.
func (j *judge) warn(c *Column, code, format string, args ...any) {
	j.warnings = append(j.warnings, dataset.Warning{Code: code, Where: "column " + dataset.Quote(c.Name), Message: fmt.Sprintf(format, args...)})
}

// ask tells something about a column that stops it.
func (j *judge) ask(c *Column, code, format string, args ...any) {
	j.asks = append(j.asks, dataset.Warning{Code: code, Where: "column " + dataset.Quote(c.Name), Message: fmt.Sprintf(format, args...)})
}

// say adds to the note of a column, after a semicolon when there is one already.
func (c *Column) say(format string, args ...any) {
	if c.Note != "" {
		c.Note += "; "
	}
	c.Note += fmt.Sprintf(format, args...)
}

// quoteAll lists the texts of samples without their places, each in quotes that no text ends.
func quoteAll(s samples) string {
	list := make([]string, len(s))
	for i, x := range s {
		list[i] = dataset.Quote(x.text)
	}
	return strings.Join(list, ", ")
}

// shellWord writes a text so that a POSIX shell takes it as one word: the cure in a message must
// work when it is copied to the prompt, and the text may come from a hostile file.
func shellWord(text string) string {
	for _, r := range text {
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_-./=:", r)) {
			return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
		}
	}
	return text
}
