package models

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// idDigits is how much of the seal an ID shows: enough to tell the models of a lifetime
// apart, short enough to be read out.
const idDigits = 12

// ID names the model as no other is named: its name and the beginning of the seal of its
// file, such as logistic@3f2a9c1d77e0. Scores carry it, so that who reads them later knows
// which file they are of.
func (m *Model) ID() (string, error) {
	open, err := encode(sealed{Model: m})
	if err != nil {
		return "", fmt.Errorf("models: %q: %w", m.Name, err)
	}
	sum := sha256.Sum256(open)
	return m.Name + "@" + hex.EncodeToString(sum[:])[:idDigits], nil
}
