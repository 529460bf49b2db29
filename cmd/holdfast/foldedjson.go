package main

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
)

// foldedWidth is how long a line of folded JSON may be before it is broken.
const foldedWidth = 240

// writeFolded writes JSON for people and programs: what is short, such as a number with its
// interval, stays on one line, and everything else is indented. Keys keep their order.
func writeFolded(w io.Writer, v any) error {
	var plain bytes.Buffer
	e := json.NewEncoder(&plain)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return err
	}
	d := json.NewDecoder(&plain)
	d.UseNumber()
	root, err := readNode(d)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	root.fold(&out, "", "")
	out.WriteByte('\n')
	_, err = w.Write(out.Bytes())
	return err
}

// jsonNode is a JSON value: a scalar as text, or the parts between two brackets.
type jsonNode struct {
	scalar      string
	open, close string // "" for a scalar
	keys        []string
	parts       []jsonNode
	flat        int // length on one line
}

// readNode reads one value. It comes from an encoder, so that only its own bugs are errors.
func readNode(d *json.Decoder) (jsonNode, error) {
	token, err := d.Token()
	if err != nil {
		return jsonNode{}, err
	}
	delim, nested := token.(json.Delim)
	if !nested {
		text, err := scalarText(token)
		return jsonNode{scalar: text, flat: len(text)}, err
	}
	n := jsonNode{open: delim.String(), close: map[json.Delim]string{'{': "}", '[': "]"}[delim], flat: 2}
	for d.More() {
		if delim == '{' {
			key, err := d.Token()
			if err != nil {
				return n, err
			}
			text, err := scalarText(key)
			if err != nil {
				return n, err
			}
			n.keys = append(n.keys, text+": ")
			n.flat += len(text) + 2
		}
		part, err := readNode(d)
		if err != nil {
			return n, err
		}
		n.parts = append(n.parts, part)
		n.flat += part.flat + 2
	}
	_, err = d.Token()
	return n, err
}

// scalarText is a scalar as JSON.
func scalarText(v any) (string, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return strings.TrimSuffix(b.String(), "\n"), err
}

// fold writes a node after its key at an indent.
func (n jsonNode) fold(out *bytes.Buffer, indent, key string) {
	out.WriteString(key)
	if n.open == "" {
		out.WriteString(n.scalar)
		return
	}
	between, inner, last := ", ", "", ""
	oneLine := len(indent)+len(key)+n.flat <= foldedWidth
	if !oneLine {
		inner = indent + "  "
		between, last = ",\n"+inner, "\n"+indent
	}
	out.WriteString(n.open)
	for i, part := range n.parts {
		switch {
		case i > 0:
			out.WriteString(between)
		case !oneLine:
			out.WriteString("\n" + inner)
		}
		key := ""
		if n.keys != nil {
			key = n.keys[i]
		}
		part.fold(out, inner, key)
	}
	out.WriteString(last + n.close)
}
