package main

import (
	"fmt"

	"holdfast/models"
	"holdfast/models/trigger"
)

// addPlaybooks stores the playbooks of the project in a model, with what they ask about, so
// that it can be used elsewhere.
func (p *opened) addPlaybooks(m *models.Model) error {
	m.Playbooks = nil
	for _, r := range p.config.Playbooks {
		rule := trigger.Rule{Name: r.Name, When: r.When}
		c, err := rule.Compile()
		if err != nil {
			return fail(exitConfig, fmt.Errorf("playbooks: %w", err))
		}
		m.Playbooks = append(m.Playbooks, rule)
		if c.Asks(trigger.Segment) && m.Columns.Segment == "" && p.config.Columns.Segment != "" {
			if err := m.UseSegment(p.config.Columns.Segment, p.types); err != nil {
				return fail(exitConfig, fmt.Errorf("columns.segment: %w", err))
			}
		}
	}
	return nil
}
