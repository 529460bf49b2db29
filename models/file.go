package models

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"holdfast/dataset/expr"
	"holdfast/features"
)

// typeNames are the types of snapshot columns as the model file writes them.
var typeNames = map[expr.Type]string{expr.Number: "number", expr.Bool: "bool", expr.Text: "text", expr.Day: "date"}

// maxFile bounds the size of a model file: far above any real one.
const maxFile = 64 << 20

// RefusedError says that a model file cannot be used: it is damaged, edited, of another
// format, or says what no fit could have written. A file that cannot be read at all is an
// ordinary error.
type RefusedError struct {
	File   string // as the caller of Read names it
	Reason string
}

// Error names the file and the reason.
func (e *RefusedError) Error() string { return fmt.Sprintf("models: %s: %s", e.File, e.Reason) }

// sealed is a model file: the model, and the SHA-256 of the same text with an
// empty seal. A flipped digit of a weight is still a number and still JSON; only
// the seal can tell.
type sealed struct {
	*Model
	Seal string `json:"sha256"`
}

// Write writes the model as indented JSON with a seal. Numbers are written so that
// they read back to the same bits, and a model has one spelling only: the same
// model gives the same bytes. What Read would refuse is not written: each file is read back
// before the first byte goes to w, so that an error leaves w as it was.
func (m *Model) Write(w io.Writer) error {
	text, err := m.seal()
	if err == nil {
		_, err = Read("model to be written", bytes.NewReader(text))
	}
	if err != nil {
		return fmt.Errorf("models: %q: %w", m.Name, err)
	}
	_, err = w.Write(text)
	return err
}

// seal returns the text of the model file.
func (m *Model) seal() ([]byte, error) {
	open, err := encode(sealed{Model: m})
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(open)
	return encode(sealed{Model: m, Seal: hex.EncodeToString(sum[:])})
}

// encode is the one spelling of a model. HTML is not escaped, so that expressions with < and
// & stay readable.
func encode(s sealed) ([]byte, error) {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(s)
	return text.Bytes(), err
}

// Read reads a model file and checks all of it before any row is scored: it must
// be, byte for byte, what Write writes of the model that it holds. That one rule
// refuses what JSON lets pass in silence: keys that are missing, doubled or
// misspelt in case, null for a number, text after the end, and changed digits.
// What cannot be used is a *RefusedError; file is the name in messages.
func Read(file string, r io.Reader) (*Model, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("models: %s: %w", file, err)
	}
	m, err := decode(text)
	if err != nil {
		return nil, &RefusedError{File: file, Reason: err.Error()}
	}
	if written, err := m.seal(); err != nil || !bytes.Equal(written, text) {
		return nil, &RefusedError{File: file, Reason: "damaged or edited since it was written (the sha256 seal does not hold); restore the file, or fit again"}
	}
	return m, nil
}

// decode reads the text of a model file and checks what the model says, but not
// its seal.
func decode(text []byte) (*Model, error) {
	if len(text) > maxFile {
		return nil, fmt.Errorf("larger than %d MiB; this is no model file", maxFile>>20)
	}
	var header struct {
		Format *int `json:"format"`
	}
	if err := json.Unmarshal(text, &header); err != nil {
		return nil, fmt.Errorf("not a model file: %w", err)
	}
	switch {
	case header.Format == nil:
		return nil, errors.New("not a model file: it says no format; fit and backtest write model.json")
	case *header.Format != Format:
		return nil, fmt.Errorf("format %d; this version reads format %d only: use the holdfast that wrote it, or fit again", *header.Format, Format)
	}
	m := new(Model)
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&sealed{Model: m}); err != nil {
		return nil, fmt.Errorf("not a model file: %w", err)
	}
	return m, m.check()
}

// check refuses a model that could not have been written, and makes its
// expressions ready to run. Expressions and encoder come first: what is checked after them
// counts the columns of the encoder. The seal alone would not do, since whoever edits a file
// can seal it again, and scoring must not index beyond what is there.
func (m *Model) check() error {
	if m.Encoder == nil {
		return errors.New("no encoder")
	}
	if err := m.compileFactors(); err != nil {
		return err
	}
	if err := m.Encoder.Check(); err != nil {
		return err
	}
	if m.Card != nil {
		if err := m.checkCard(); err != nil {
			return err
		}
	}
	if m.Calibration.Bands != nil || m.Recipes != nil {
		if err := m.checkBands(); err != nil {
			return err
		}
	}
	if err := errors.Join(m.Target.checkNamed(), m.Calibration.check(), m.checkSegments(), m.checkOutlook(), m.checkPlaybooks()); err != nil {
		return err
	}
	if err := m.checkFitting(); err != nil {
		return err
	}
	if m.Bands != nil {
		if err := m.Bands.check(); err != nil {
			return err
		}
	}
	if err := errors.Join(m.checkPeers(), m.checkReference()); err != nil {
		return err
	}
	return m.checkCoef()
}

// checkCoef wants a finite coefficient for each column of the design: those of the encoder,
// or the one that a card makes of them.
func (m *Model) checkCoef() error {
	want := len(m.Encoder.Names())
	if m.Card != nil {
		want = 1
	}
	if len(m.Coef) != want {
		return fmt.Errorf("%d coefficients for %d design columns", len(m.Coef), want)
	}
	for _, v := range slices.Concat([]float64{m.Intercept, m.Calibration.Intercept, m.Calibration.Slope}, m.Coef, m.Typical) {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return errors.New("a coefficient is not a finite number")
		}
	}
	return nil
}

// compileFactors parses the stored expressions over the stored column types, companions'
// included (Uses): a model that has been read scores without looking at any project.
func (m *Model) compileFactors() error {
	uses, err := m.Uses()
	if err != nil {
		return err
	}
	if err := m.Encoder.Compile(uses); err != nil {
		return err
	}
	if m.Routing != nil {
		by, err := features.Compile([]features.Factor{m.Routing.By}, uses)
		if err != nil {
			return err
		}
		m.Routing.By = by[0]
	}
	return nil
}
