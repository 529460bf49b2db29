package parquetio

import (
	"fmt"
	"strconv"
	"strings"

	"holdfast/dataset/expr"
)

// ColumnError says that a requested column cannot be had, so that a caller can point at the place in its configuration
// that asked for it.
type ColumnError struct {
	// Path is the file, or the whole selection when no single file is to blame.
	Path string
	// Column is the name that was asked for.
	Column string
	// Have lists the names that exist when the column was not found; else it is empty.
	Have []string
	// Reason completes the sentence `column "x" …`.
	Reason string
}

// Error implements error. At most 12 of the existing names are listed.
func (e *ColumnError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "parquetio: %s: column %s %s", quotePath(e.Path), quoteName(e.Column), e.Reason)
	if len(e.Have) == 0 {
		return b.String()
	}
	if near, ok := expr.Nearest(e.Column, e.Have); ok {
		fmt.Fprintf(&b, "; did you mean %s?", quoteName(near))
	}
	b.WriteString("; columns: ")
	b.WriteString(listNames(e.Have))
	return b.String()
}

// listNames joins the first 12 names and counts the rest.
func listNames(names []string) string {
	const most = 12
	var quoted []string
	for _, n := range names[:min(len(names), most)] {
		quoted = append(quoted, quoteName(n))
	}
	s := strings.Join(quoted, ", ")
	if len(names) > most {
		s += fmt.Sprintf(", and %d more", len(names)-most)
	}
	return s
}

// fileErrorf reports a problem with one file.
func fileErrorf(path, format string, args ...any) error {
	return fmt.Errorf("parquetio: %s: %w", quotePath(path), fmt.Errorf(format, args...))
}

// quotePath shows a path as it is, unless it holds characters that would garble a terminal.
func quotePath(path string) string {
	if q := strconv.Quote(path); q[1:len(q)-1] != path {
		return q
	}
	return path
}

// quoteName quotes text that came from a file: no control or bidirectional characters, at most 80 characters.
func quoteName(name string) string {
	const most = 80
	name = strings.ToValidUTF8(name, "\uFFFD")
	if r := []rune(name); len(r) > most {
		name = string(r[:most]) + "…"
	}
	return strconv.Quote(name)
}
