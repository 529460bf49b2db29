package models

import (
	"fmt"

	"holdfast/models/trigger"
)

// Code is the place of the band among trigger.Bands, -1 for none.
func (b Band) Code() int8 { return int8(b.Risk()) }

// BandOf is the band of a code.
func BandOf(code int32) Band {
	if code < 0 {
		return ""
	}
	return bands[code]
}

// BandsInTurn are the bands of scored rows that are sorted by account and then by day: each
// is that of an account which was, at its row before, in the band that this function gave it
// there (BandAfter). A row without a score has no band, and leaves the account where it was.
func (m *Model) BandsInTurn(account []int32, p *Predictions) []Band {
	out := make([]Band, len(account))
	before := Band("")
	for i, a := range account {
		if i > 0 && account[i-1] != a {
			before = ""
		}
		out[i] = m.BandOf(m.Bands, before, p.Score[i], p.Eta[i])
		if out[i] != "" {
			before = out[i]
		}
	}
	return out
}

// Remembers says whether the band of a row depends on those of the rows before it.
func (m *Model) Remembers() bool {
	return m.Bands != nil && m.Bands.Hysteresis > 0 && m.Calibration.Bands == nil
}

// PlaybooksOf names, for each of some rows, the playbooks of the model whose condition holds
// there, in their order.
func (m *Model) PlaybooksOf(s *trigger.Standings) ([][]string, error) {
	names := make([][]string, s.Rows)
	for _, rule := range m.Playbooks {
		c, err := rule.Compile()
		if err != nil {
			return nil, fmt.Errorf("models: %q: playbook %w", m.Name, err)
		}
		for i, holds := range c.Holds(s) {
			if holds {
				names[i] = append(names[i], rule.Name)
			}
		}
	}
	return names, nil
}

// checkPlaybooks refuses rules that nobody could have written.
func (m *Model) checkPlaybooks() error {
	for _, rule := range m.Playbooks {
		if _, err := rule.Compile(); err != nil {
			return fmt.Errorf("playbook %w", err)
		}
	}
	return nil
}
