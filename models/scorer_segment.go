package models

import (
	"fmt"

	"holdfast/dataset/expr"
)

// UseSegment makes the model remember what a segment is, a column or an expression over the
// given columns, for playbooks that ask about it. A scorer then reads its columns too.
func (m *Model) UseSegment(segment string, columns expr.Columns) error {
	e, err := expr.Parse(segment, columns)
	if err != nil {
		return fmt.Errorf("models: %q: %w", m.Name, err)
	}
	for _, name := range e.Columns() {
		if _, used := m.Types[name]; !used {
			m.Types[name] = typeNames[columns[name]]
		}
	}
	m.Columns.Segment = segment
	return nil
}
