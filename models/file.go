package models

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	"holdfast/dataset/expr"
	"holdfast/features"
)

// typeNames are the types of snapshot columns as the model file writes them.
var typeNames = map[expr.Type]string{expr.Number: "number", expr.Bool: "bool", expr.Text: "text"}

// maxFile bounds the size of a model file: far above any real one.
const maxFile = 64 << 20

// RefusedError says that a model file cannot be used.
type RefusedError struct {
	File   string
	Reason string
}

// Error names the file and the reason.
func (e *RefusedError) Error() string { return fmt.Sprintf("models: %s: %s", e.File, e.Reason) }

// Write writes the model as indented JSON. Numbers are written so that they read
// back to the same bits.
func (m *Model) Write(w io.Writer) error {
	var text bytes.Buffer
	encode := json.NewEncoder(&text)
	encode.SetEscapeHTML(false)
	encode.SetIndent("", "  ")
	if err := encode.Encode(m); err != nil {
		return fmt.Errorf("models: %q: %w", m.Name, err)
	}
	_, err := w.Write(text.Bytes())
	return err
}

// Read reads a model file and checks all of it before any row is scored. What
// cannot be used is a *RefusedError; file is the name in messages.
func Read(file string, r io.Reader) (*Model, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("models: %s: %w", file, err)
	}
	refused := func(format string, args ...any) (*Model, error) {
		return nil, &RefusedError{File: file, Reason: fmt.Sprintf(format, args...)}
	}
	if len(text) > maxFile {
		return refused("larger than %d MiB; this is no model file", maxFile>>20)
	}
	var header struct {
		Format int `json:"format"`
	}
	if err := json.Unmarshal(text, &header); err != nil {
		return refused("not a model file: %v", err)
	}
	if header.Format != Format {
		return refused("format %d; this version reads format %d only: use the holdfast that wrote it, or fit again", header.Format, Format)
	}
	var m Model
	decode := json.NewDecoder(bytes.NewReader(text))
	decode.DisallowUnknownFields()
	if err := decode.Decode(&m); err != nil {
		return refused("not a model file: %v", err)
	}
	if decode.More() {
		return refused("text after the end of the model")
	}
	if err := m.check(); err != nil {
		return refused("%v", err)
	}
	return &m, nil
}

// check refuses a model that could not have been written, and makes its
// expressions ready to run.
func (m *Model) check() error {
	if m.Encoder == nil {
		return errors.New("no encoder")
	}
	uses, err := m.Uses()
	if err != nil {
		return err
	}
	factors := make([]features.Factor, len(m.Encoder.Factors))
	for i, f := range m.Encoder.Factors {
		factors[i] = f.Factor
	}
	compiled, err := features.Compile(factors, uses)
	if err != nil {
		return err
	}
	for i := range compiled {
		m.Encoder.Factors[i].Factor = compiled[i]
	}
	if err := m.Encoder.Check(); err != nil {
		return err
	}
	if want := len(m.Encoder.Names()); len(m.Coef) != want {
		return fmt.Errorf("%d coefficients for %d design columns", len(m.Coef), want)
	}
	for _, v := range append([]float64{m.Intercept, m.Calibration.Intercept, m.Calibration.Slope}, m.Coef...) {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return errors.New("a coefficient is not a finite number")
		}
	}
	return nil
}
