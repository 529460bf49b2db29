package dataset

import (
	"fmt"
	"strconv"
	"strings"
)

// Warning is something the user should know that does not stop the work. It is
// a value in results, never a log line: commands print it, run.json keeps it,
// and --strict turns it into an error of its class.
type Warning struct {
	Code    string `json:"code"`            // stable and machine-readable, such as "stale_snapshots"
	Message string `json:"message"`         // one sentence: what, and what to do
	Where   string `json:"where,omitempty"` // file, column, fold, candidate or factor
}

// String returns the warning as one line.
func (w Warning) String() string {
	if w.Where == "" {
		return w.Message
	}
	return w.Where + ": " + w.Message
}

// RefusedError says that the data cannot support what was asked of it. Every
// finding of one kind is reported together. It is the one error type of this package that
// callers tell from others (errors.As): the user must change data or settings, and to try
// again would not help. Findings is never empty; of many alike the first four stand there and
// the number of the rest.
type RefusedError struct {
	Findings []Warning
}

// Error lists the findings, one a line.
func (e *RefusedError) Error() string {
	lines := make([]string, len(e.Findings))
	for i, f := range e.Findings {
		lines[i] = f.String()
	}
	return strings.Join(lines, "\n")
}

// refuse is the RefusedError of a single finding.
func refuse(code, where, message string) error {
	return &RefusedError{Findings: []Warning{{Code: code, Where: where, Message: message}}}
}

// toldFindings is how many findings are told one by one; a message of more lines
// than a terminal shows at once is not read.
const toldFindings = 4

// findings collects the reasons of a refusal.
type findings struct {
	told []Warning
	more int // beyond those told
}

// add tells a finding, or counts it when enough have been told.
func (f *findings) add(w Warning) {
	if len(f.told) == toldFindings {
		f.more++
		return
	}
	f.told = append(f.told, w)
}

// err is nil when nothing was found, else a *RefusedError. It is asked once, at the end.
func (f *findings) err() error {
	if len(f.told) == 0 {
		return nil
	}
	if f.more > 0 {
		last := f.told[len(f.told)-1]
		f.told = append(f.told, Warning{Code: last.Code, Where: last.Where, Message: fmt.Sprintf("and %d more like these", f.more)})
	}
	return &RefusedError{Findings: f.told}
}

// quotedRunes is how much of a text from the data a message shows.
const quotedRunes = 80

// Quote shows a text that came from the data: in quotes, shortened, and without
// characters that could act on a terminal or change the order of reading.
func Quote(text string) string {
	shown := 0
	for i := range text {
		if shown == quotedRunes {
			return strconv.Quote(text[:i] + "…")
		}
		shown++
	}
	return strconv.Quote(text)
}
