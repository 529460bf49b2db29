package export

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
)

func TestTheSameModelGivesTheSameBytes(t *testing.T) {
	m := fit(t, candidates()[0]) // of every kind of factor
	for _, e := range evaluators() {
		var once, again bytes.Buffer
		if err := errors.Join(e.export(&once, m), e.export(&again, m)); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(once.Bytes(), again.Bytes()) {
			t.Errorf("%s differs from one time to the next", e.file)
		}
	}
}

// Every field that a document of PMML reads is declared before it, and declared once.
func TestAPMMLDocumentDeclaresWhatItReads(t *testing.T) {
	for _, c := range candidates() {
		if c.Name == "expressions" {
			c.factors = c.factors[remainders:]
		}
		var text bytes.Buffer
		if err := PMML(&text, fit(t, c)); err != nil {
			t.Fatal(err)
		}
		declared := []string{}
		for d := xml.NewDecoder(&text); ; {
			token, err := d.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			start, ok := token.(xml.StartElement)
			if !ok {
				continue
			}
			name := ""
			for _, a := range start.Attr {
				if a.Name.Local == "name" || a.Name.Local == "field" {
					name = a.Value
				}
			}
			switch start.Name.Local {
			case "DataField", "DerivedField", "OutputField":
				if slices.Contains(declared, name) {
					t.Errorf("%s: field %q is declared twice", c.Name, name)
				}
				declared = append(declared, name)
			case "FieldRef", "NumericPredictor", "MiningField":
				if !slices.Contains(declared, name) {
					t.Errorf("%s: field %q is read before it is declared", c.Name, name)
				}
			}
		}
	}
}

// Every value that a node of an ONNX graph reads is an input, an initializer, or made by a
// node before it, and made once.
func TestAnONNXGraphIsInOrder(t *testing.T) {
	for _, c := range candidates() {
		var text bytes.Buffer
		if err := ONNX(&text, fit(t, c)); err != nil {
			t.Fatal(err)
		}
		graph := fields(t, text.Bytes(), modelGraph)[0]
		made := make(map[string]bool)
		for _, in := range fields(t, graph, graphInput) {
			made[string(fields(t, in, valueName)[0])] = true
		}
		for _, constant := range fields(t, graph, graphInitializer) {
			made[string(fields(t, constant, tensorName)[0])] = true
		}
		for _, n := range fields(t, graph, graphNode) {
			for _, in := range fields(t, n, nodeInput) {
				if !made[string(in)] {
					t.Errorf("%s: %q is read before it is made", c.Name, in)
				}
			}
			for _, out := range fields(t, n, nodeOutput) {
				if made[string(out)] {
					t.Errorf("%s: %q is made twice", c.Name, out)
				}
				made[string(out)] = true
			}
		}
	}
}

// fields are the length-delimited fields of a number in a message.
func fields(t *testing.T, b []byte, of protowire.Number) [][]byte {
	t.Helper()
	var list [][]byte
	for len(b) > 0 {
		number, kind, n := protowire.ConsumeTag(b)
		if n < 0 {
			t.Fatal(protowire.ParseError(n))
		}
		b = b[n:]
		if kind == protowire.BytesType {
			v, n := protowire.ConsumeBytes(b)
			if n < 0 {
				t.Fatal(protowire.ParseError(n))
			}
			if number == of {
				list = append(list, v)
			}
			b = b[n:]
			continue
		}
		if n = protowire.ConsumeFieldValue(number, kind, b); n < 0 {
			t.Fatal(protowire.ParseError(n))
		}
		b = b[n:]
	}
	return list
}
