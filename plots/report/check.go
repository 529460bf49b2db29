package report

import (
	"fmt"
	"regexp"
)

// check refuses what was not made by [Build]: a document that comes from a file can
// hold anything. After it every figure has a name that leads nowhere else, and every panel a
// value at each position, which is all that rendering relies on.
func (d *Document) check() error {
	switch {
	case d.Format > Format:
		return fmt.Errorf("report: the report was saved in format %d and this program knows formats up to %d; use a newer holdfast", d.Format, Format)
	case d.Format < 1:
		return fmt.Errorf("report: %d is no format of a saved report; the file is damaged or something else", d.Format)
	}
	for _, s := range d.Sections {
		if err := s.check(); err != nil {
			return fmt.Errorf("report: section %q: %w", s.ID, err)
		}
	}
	return nil
}

// check looks at the figures and at the panel: the rest is text, and any text will do.
func (s Section) check() error {
	for _, f := range s.Figures {
		if !isStem(f.Name) {
			return fmt.Errorf("%q is not the name of a chart", f.Name)
		}
	}
	if s.Trial == nil {
		return nil
	}
	return s.Trial.check()
}

// isStem says whether a name is a file stem that leads nowhere else.
func isStem(name string) bool {
	return regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$`).MatchString(name)
}

// mostPositions bounds a panel: no run has more than a few hundred settings.
const mostPositions = 1_000_000

// check makes sure that every position of the controls has its values.
func (t *Trial) check() error {
	positions := 1
	for _, c := range t.Controls {
		if c.At < 0 || c.At >= len(c.Options) {
			return fmt.Errorf("the control %q starts at setting %d of %d", c.ID, c.At, len(c.Options))
		}
		if positions *= len(c.Options); positions > mostPositions {
			return fmt.Errorf("the controls have more than %d settings", mostPositions)
		}
	}
	if len(t.Said) != positions {
		return fmt.Errorf("the controls have %d settings, and there are sentences for %d", positions, len(t.Said))
	}
	for i, rows := range t.Rows {
		if len(rows) != positions {
			return fmt.Errorf("the controls have %d settings, and candidate %d has values for %d", positions, i, len(rows))
		}
	}
	return nil
}
