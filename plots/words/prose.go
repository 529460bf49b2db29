package words

import "regexp"

// Prose sets a sentence that was written for a terminal as the report sets its own: "24.6 %"
// is "24.6%", and a number below zero has a minus and not a hyphen. One page then writes one
// number in one way. A hyphen within a word or a date stays: only one that begins a line or
// stands behind a blank or a bracket is taken for a sign.
func Prose(text string) string {
	text = regexp.MustCompile(`(\d) %`).ReplaceAllString(text, "$1%")
	return regexp.MustCompile(`(^|[\s(\[])-(\.?\d)`).ReplaceAllString(text, "${1}"+minus+"$2")
}
