package dataset

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
// finding of one kind is reported together.
type RefusedError struct {
	Findings []Warning
}

// Error lists the findings, one a line.
func (e *RefusedError) Error() string {
	text := ""
	for i, f := range e.Findings {
		if i > 0 {
			text += "\n"
		}
		text += f.String()
	}
	return text
}

// refuse is the RefusedError of a single finding.
func refuse(code, where, message string) error {
	return &RefusedError{Findings: []Warning{{Code: code, Where: where, Message: message}}}
}
