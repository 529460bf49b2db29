package export

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"

	"holdfast/dataset/expr"
	"holdfast/models"
)

// ONNX writes the model as an ONNX graph (opset 19, all numbers in double precision) that
// takes a vector for each input column and gives the vectors p, health and band. A missing
// number is NaN, and so is p where the model gives no score; a truth is 1 or 0; a missing
// text is the empty text, and so is the band of an account without one.
//
// Inputs are named like the columns. A history is an input too, to be computed beforehand,
// under the name that the model file gives it, such as change(seats, 90d).
//
// The error is an *UnsupportedError for a model that reads no column, or that tells an
// empty text from a missing one, which ONNX cannot.
func ONNX(w io.Writer, m *models.Model) error {
	s, err := compile(m, "ONNX")
	if err != nil {
		return err
	}
	g := &graph{scored: s, uses: s.uses(s.wanted()...)}
	g.read = s.read(g.uses)
	if err := errors.Join(s.clash(m, "ONNX", g.uses), g.check(m)); err != nil {
		return err
	}
	g.write(m.Name)
	_, err = w.Write(model(g.buf, m.Name))
	return err
}

// wanted are the nodes that the graph writes out: whatever they do not need is left out of it.
func (s *scored) wanted() []ref {
	wanted := []ref{s.p, s.health, s.eta}
	for _, b := range s.bands {
		wanted = append(wanted, b.when)
	}
	return wanted
}

// The numbers of ONNX's protocol (onnx.proto3): of fields, and of element types.
const (
	onnxIR    = 9  // the version of the format that came with
	onnxOpset = 19 // the first in which texts can be compared

	modelIR, modelProducer, modelDoc, modelGraph, modelOpset        = 1, 2, 6, 7, 8
	graphNode, graphName, graphInitializer, graphInput, graphOutput = 1, 2, 5, 11, 12
	nodeInput, nodeOutput, nodeOp, nodeAttribute                    = 1, 2, 4, 5
	attributeName, attributeInt, attributeType                      = 1, 3, 20
	tensorType, tensorText, tensorName, tensorDouble                = 2, 6, 8, 10
	valueName, valueType, typeTensor, tensorElement, tensorShape    = 1, 2, 1, 1, 2
	shapeDimension, dimensionName                                   = 1, 2
	opsetVersion                                                    = 2

	elementText, elementDouble, attributeIsInt = 8, 11, 2
)

// graph is a GraphProto that is being written.
type graph struct {
	*scored
	uses  []int
	read  []bool
	buf   []byte
	mark  string            // what the names of inner values begin with, and none of an input
	texts map[string]string // initializers of literals, by their text
}

// check refuses what ONNX cannot hold: a graph without an input, whose outputs would have no
// length, and a level that reads as a missing text.
func (g *graph) check(m *models.Model) error {
	some := false
	for _, r := range g.read {
		some = some || r
	}
	if !some {
		return &UnsupportedError{m.Name, "ONNX", fmt.Sprintf("kind %s gives everybody the same and reads no column, so that there is nothing to run it on", m.Kind)}
	}
	for at, n := range g.nodes {
		if g.uses[at] > 0 && n.op == opTextIs && n.text == "" {
			return &UnsupportedError{m.Name, "ONNX", fmt.Sprintf(
				"column %q has the empty text as a level, which ONNX cannot tell from a missing one; make it missing, or give it a name, and fit again", g.inputs[n.input].name)}
		}
	}
	return nil
}

// write writes the nodes that are needed, each after those that it reads, as the format asks
// for; then bands from green upwards, so that the worst band has the last word.
func (g *graph) write(name string) {
	g.texts, g.mark = make(map[string]string), "#"
	for _, in := range g.inputs {
		for strings.HasPrefix(in.name, g.mark) {
			g.mark += "#"
		}
	}
	g.buf = protowire.AppendTag(g.buf, graphName, protowire.BytesType)
	g.buf = protowire.AppendString(g.buf, name)
	for at, n := range g.nodes {
		if g.uses[at] > 0 {
			g.node(at, n)
		}
	}
	band := g.text("green")
	for k := len(g.bands) - 1; k >= 0; k-- {
		to := fmt.Sprintf("%sband %d", g.mark, k)
		g.op("Where", to, g.of(g.bands[k].when), g.text(string(g.bands[k].band)), band)
		band = to
	}
	if len(g.bands) == 0 {
		band = g.text("")
	}
	g.op("IsNaN", g.mark+"unscored", g.of(g.eta))
	g.op("Where", "band", g.mark+"unscored", g.text(""), band)
	g.op("Identity", "p", g.of(g.p))
	g.op("Identity", "health", g.of(g.health))
	for i, in := range g.inputs {
		if g.read[i] {
			g.value(graphInput, in.name, elementOf(in.of))
		}
	}
	g.value(graphOutput, "p", elementDouble)
	g.value(graphOutput, "health", elementDouble)
	g.value(graphOutput, "band", elementText)
}

// elementOf is the element type of an input.
func elementOf(t expr.Type) uint64 {
	if t == expr.Text {
		return elementText
	}
	return elementDouble
}

// of is the name of a node's value.
func (g *graph) of(at ref) string { return fmt.Sprintf("%s%d", g.mark, at) }

// node writes one node of the program.
func (g *graph) node(at int, n node) {
	to := g.of(ref(at))
	args := make([]string, 0, len(n.args)+1)
	if n.op != opSame {
		for _, a := range n.args {
			args = append(args, g.of(a))
		}
	}
	switch n.op {
	case opConst:
		g.constant(to, n.number)
	case opNumber:
		g.op("Identity", to, g.inputs[n.input].name)
	case opTruth:
		g.op("Equal", to, g.inputs[n.input].name, g.number(to, n.number))
	case opTextIs:
		g.op("Equal", to, g.inputs[n.input].name, g.text(n.text))
	case opNoText:
		g.op("Equal", to, g.inputs[n.input].name, g.text(""))
	case opSame:
		g.same(to, g.inputs[n.args[0]].name, g.inputs[n.args[1]].name)
	default:
		g.op(onnxOps(n.op), to, args...)
	}
}

// same compares two texts, of which the empty one is missing and equals none.
func (g *graph) same(to, a, b string) {
	g.op("Equal", to+"=", a, b)
	g.op("Equal", to+"?", a, g.text(""))
	g.op("Not", to+"!", to+"?")
	g.op("And", to, to+"=", to+"!")
}

// onnxOps names the operators; those that are not here have a way of their own.
func onnxOps(o op) string {
	return map[op]string{
		opAdd: "Add", opSub: "Sub", opMul: "Mul", opDiv: "Div", opRem: "Mod", opPow: "Pow", opAbs: "Abs", opFloor: "Floor",
		opExp: "Exp", opLog: "Log", opSqrt: "Sqrt", opChoose: "Where", opLess: "Less", opLessEq: "LessOrEqual",
		opEqual: "Equal", opMissing: "IsNaN", opAnd: "And", opOr: "Or", opNot: "Not",
	}[o]
}

// op writes a NodeProto. The remainder is that of C, which doubles need.
func (g *graph) op(name, to string, from ...string) {
	var b []byte
	for _, f := range from {
		b = field(b, nodeInput, f)
	}
	b = field(b, nodeOutput, to)
	b = field(b, nodeOp, name)
	if name == "Mod" {
		a := field(nil, attributeName, "fmod")
		a = number(a, attributeInt, 1)
		a = number(a, attributeType, attributeIsInt)
		b = message(b, nodeAttribute, a)
	}
	g.buf = message(g.buf, graphNode, b)
}

// number is the name of a constant beside the node.
func (g *graph) number(beside string, v float64) string {
	name := beside + " constant"
	g.constant(name, v)
	return name
}

// constant writes a scalar TensorProto: all 64 bits, so that nothing is lost to a text.
func (g *graph) constant(name string, v float64) {
	b := number(nil, tensorType, elementDouble)
	b = field(b, tensorName, name)
	b = protowire.AppendTag(b, tensorDouble, protowire.BytesType) // packed
	b = protowire.AppendBytes(b, protowire.AppendFixed64(nil, math.Float64bits(v)))
	g.buf = message(g.buf, graphInitializer, b)
}

// text is the name of a literal, written once.
func (g *graph) text(s string) string {
	if name, ok := g.texts[s]; ok {
		return name
	}
	name := fmt.Sprintf("%stext %d", g.mark, len(g.texts))
	g.texts[s] = name
	b := number(nil, tensorType, elementText)
	b = field(b, tensorText, s)
	b = field(b, tensorName, name)
	g.buf = message(g.buf, graphInitializer, b)
	return name
}

// value declares an input or an output: a vector of as many elements as there are rows.
func (g *graph) value(of protowire.Number, name string, element uint64) {
	shape := message(nil, shapeDimension, field(nil, dimensionName, "rows"))
	tensor := message(number(nil, tensorElement, element), tensorShape, shape)
	b := message(field(nil, valueName, name), valueType, message(nil, typeTensor, tensor))
	g.buf = message(g.buf, of, b)
}

// model is the ModelProto around a graph.
func model(graph []byte, name string) []byte {
	b := number(nil, modelIR, onnxIR)
	b = field(b, modelProducer, "holdfast")
	b = field(b, modelDoc, "probability of the event of "+name+
		". A missing number is NaN, a truth is 1 or 0, a missing text is empty; inputs named like change(x, 90d) are histories, to be computed beforehand.")
	b = message(b, modelGraph, graph)
	return message(b, modelOpset, number(nil, opsetVersion, onnxOpset))
}

// field, number and message append a field of the protocol.

func field(b []byte, of protowire.Number, text string) []byte {
	return protowire.AppendString(protowire.AppendTag(b, of, protowire.BytesType), text)
}

func number(b []byte, of protowire.Number, v uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(b, of, protowire.VarintType), v)
}

func message(b []byte, of protowire.Number, inner []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(b, of, protowire.BytesType), inner)
}
