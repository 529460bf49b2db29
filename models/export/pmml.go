package export

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"holdfast/dataset/expr"
	"holdfast/models"
)

// PMML writes the model as a RegressionModel of PMML 4.4 (Data Mining Group, 2019) with a
// logit link. What factors do to columns are DerivedFields; where the score is a weighted
// sum that is the same for everybody, its weights stand in the RegressionTable, and
// otherwise the log-odds are a DerivedField of their own. Outputs are p, health and band,
// all of them missing where the model gives no score.
//
// Fields are named like the columns. A history is a field too, to be computed beforehand,
// under the name that the model file gives it, such as change(seats, 90d).
//
// The error is an *UnsupportedError for the remainder of two numbers, for texts that XML
// cannot hold, and for columns called p, health or band; before it nothing is written.
func PMML(w io.Writer, m *models.Model) error {
	s, err := compile(m, "PMML")
	if err != nil {
		return err
	}
	d := newDocument(s, m)
	if err := errors.Join(s.clash(m, "PMML", d.uses), d.check(m)); err != nil {
		return err
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(d.page(m)); err != nil {
		return fmt.Errorf("export: model %q as PMML: %w", m.Name, err)
	}
	_, err = io.WriteString(w, "\n")
	return err
}

// check refuses what PMML cannot hold: the remainder of doubles, whose modulo takes the
// sign of the divisor and is rounded by evaluators, and characters that XML has none for.
func (d *document) check(m *models.Model) error {
	refuse := func(part string) error { return &UnsupportedError{m.Name, "PMML", part} }
	for at, n := range d.nodes {
		if d.uses[at] == 0 {
			continue
		}
		if n.op == opRem {
			return refuse("an expression of it uses %, which no function of PMML gives to the last digit; prepare that column before, or export the model as ONNX or SQL")
		}
		if !inXML(n.text) {
			return refuse(fmt.Sprintf("the text %q has a character that XML cannot hold; rename the level and fit again", n.text))
		}
	}
	for _, in := range d.inputs {
		if !inXML(in.name) {
			return refuse(fmt.Sprintf("the column %q has a character that XML cannot hold; rename the column", in.name))
		}
	}
	return nil
}

// inXML says whether XML 1.0 can hold a text (section 2.2): no control characters but tab
// and line feed. A carriage return would be read back as a line feed.
func inXML(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return r < 0x20 && r != '\t' && r != '\n' || r == 0xFFFE || r == 0xFFFF
	})
}

// clash refuses columns that are called like what a format calls its own.
func (s *scored) clash(m *models.Model, format string, uses []int) error {
	for i, read := range s.read(uses) {
		if name := s.inputs[i].name; read && slices.Contains([]string{"p", "health", "band"}, name) {
			return &UnsupportedError{m.Name, format, fmt.Sprintf("the column %q that it reads is called like an output; rename the column", name)}
		}
	}
	return nil
}

// element is an XML element. PMML is written through one type and not through one for each of
// the seventeen elements that are used: what may be within what is the order of the code.
type element struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Text     string     `xml:",chardata"`
	Children []element  `xml:",any"`
}

// el makes an element; attributes are pairs of a name and a value.
func el(name string, attributes ...string) element {
	e := element{XMLName: xml.Name{Local: name}}
	for i := 0; i < len(attributes); i += 2 {
		e.Attrs = append(e.Attrs, xml.Attr{Name: xml.Name{Local: attributes[i]}, Value: attributes[i+1]})
	}
	return e
}

// with adds children.
func (e element) with(children ...element) element {
	e.Children = append(e.Children, children...)
	return e
}

// term is a field of the regression table.
type term struct {
	of   ref
	coef float64
}

// document is a PMML document in the making.
type document struct {
	*scored
	intercept float64
	terms     []term
	uses      []int          // by the terms and the bands
	fields    map[ref]string // nodes that are fields
	taken     map[string]bool
}

// newDocument decides what of the program becomes a field: the terms of the regression table,
// which must be, and what is read more than once, which would otherwise be written out as often
// as it is read. The rest stands where it is used.
func newDocument(s *scored, m *models.Model) *document {
	d := &document{scored: s, fields: make(map[ref]string), taken: map[string]bool{"p": true, "health": true, "band": true}}
	d.weigh(m)
	wanted := make([]ref, 0, len(d.terms))
	for _, t := range d.terms {
		wanted = append(wanted, t.of)
	}
	for _, b := range s.bands {
		if m.Calibration.Bands != nil { // else they are read off p, which is an output
			wanted = append(wanted, b.when)
		}
	}
	d.uses = s.uses(wanted...)
	d.readTwice()
	for _, in := range s.inputs {
		d.taken[in.name] = true
	}
	for _, t := range d.terms {
		d.fields[t.of] = d.named(t.of)
	}
	for at, n := range s.nodes {
		if _, done := d.fields[ref(at)]; !done && d.uses[at] > 1 && len(n.args) > 0 && n.op != opSame {
			d.fields[ref(at)] = d.named(ref(at))
		}
	}
	d.fields[s.p] = "p"
	return d
}

// readTwice counts what a function reads that does not take a missing argument: it is read
// to ask whether it is missing, and then again.
func (d *document) readTwice() {
	for at, n := range d.nodes {
		if d.uses[at] > 0 && refusesMissing(n.op) {
			for _, a := range n.args {
				d.uses[a]++
			}
		}
	}
}

// refusesMissing says whether a function may not be given what is missing. PMML leaves
// that open; evaluators raise an error.
func refusesMissing(o op) bool {
	return slices.Contains([]op{opAbs, opFloor, opExp, opLog, opSqrt, opPow}, o)
}

// weigh sets the regression table, in log-odds: of a plain model its weights, of any other the
// one term eta with weight 1. Columns that are one node have one weight, their sum.
func (d *document) weigh(m *models.Model) {
	d.terms = []term{{d.eta, 1}}
	if !d.plain {
		return
	}
	c := m.Calibration
	d.intercept, d.terms = c.Intercept+c.Slope*m.Intercept, nil
	for j, x := range d.design {
		k := slices.IndexFunc(d.terms, func(t term) bool { return t.of == x })
		if k < 0 {
			k = len(d.terms)
			d.terms = append(d.terms, term{of: x})
		}
		d.terms[k].coef += c.Slope * m.Coef[j]
	}
}

// named is a field name that is still free: that of the factor, or a number.
func (d *document) named(at ref) string {
	name := d.names[at]
	if name == "" {
		name = fmt.Sprintf("step %d", at)
	}
	for d.taken[name] {
		name += "'"
	}
	d.taken[name] = true
	return name
}

// page is the whole document.
func (d *document) page(m *models.Model) element {
	dictionary, schema := el("DataDictionary"), el("MiningSchema")
	for i, read := range d.read(d.uses) {
		if !read {
			continue
		}
		in := d.inputs[i]
		optype, of := dataType(in.of)
		dictionary.Children = append(dictionary.Children, el("DataField", "name", in.name, "optype", optype, "dataType", of))
		// Nothing is filled in here: what stands in for a missing value is a matter of each factor.
		schema.Children = append(schema.Children, el("MiningField", "name", in.name, "usageType", "active", "invalidValueTreatment", "asMissing"))
	}
	table := el("RegressionTable", "intercept", digits(d.intercept))
	for _, t := range d.terms {
		table.Children = append(table.Children, el("NumericPredictor", "name", d.fields[t.of], "coefficient", digits(t.coef)))
	}
	regression := el("RegressionModel", "modelName", m.Name, "functionName", "regression", "algorithmName", string(m.Kind), "normalizationMethod", "logit")
	header := el("Header", "description", "probability of "+string(m.Target.OrChurn())).with(el("Application", "name", "holdfast"))
	return el("PMML", "xmlns", "http://www.dmg.org/PMML-4_4", "version", "4.4").with(
		header, dictionary, el("TransformationDictionary").with(d.derived()...), regression.with(schema, d.output(), table))
}

// dataType is how PMML calls the type of a column.
func dataType(t expr.Type) (optype, of string) {
	switch t {
	case expr.Text:
		return "categorical", "string"
	case expr.Bool:
		return "categorical", "boolean"
	}
	return "continuous", "double"
}

// derived are the fields that are computed, each after those that it reads; p is the result of
// the regression and none of them.
func (d *document) derived() []element {
	var list []element
	for at, n := range d.nodes {
		name, ok := d.fields[ref(at)]
		if !ok || ref(at) == d.p {
			continue
		}
		optype, of := dataType(expr.Number)
		if isTruth(n.op) {
			optype, of = dataType(expr.Bool)
		}
		list = append(list, el("DerivedField", "name", name, "optype", optype, "dataType", of).with(d.spell(n)))
	}
	return list
}

// isTruth says whether an operation gives a truth.
func isTruth(o op) bool {
	return slices.Contains([]op{opTruth, opLess, opLessEq, opEqual, opMissing, opTextIs, opNoText, opSame, opAnd, opOr, opNot, opAlways, opNever}, o)
}

// output declares p, health and band.
func (d *document) output() element {
	p, absent := el("FieldRef", "field", "p"), el("Constant", "dataType", "string", "missing", "true")
	scored := func(dataType string, x element) element {
		return d.unlessUnscored(el("Constant", "dataType", dataType, "missing", "true"), x)
	}
	health := apply("*", constant(100), apply("-", constant(1), p))
	out := el("Output").with(
		el("OutputField", "name", "p", "optype", "continuous", "dataType", "double", "feature", "predictedValue"),
		el("OutputField", "name", "health", "optype", "continuous", "dataType", "double", "feature", "transformedValue").with(scored("double", health)))
	band := absent
	if len(d.bands) > 0 {
		band = word(string(models.Green))
	}
	for _, b := range slices.Backward(d.bands) {
		band = apply("if", d.at(b.when), word(string(b.band)), band)
	}
	return out.with(el("OutputField", "name", "band", "optype", "categorical", "dataType", "string", "feature", "transformedValue").with(scored("string", band)))
}

// unlessUnscored is none where a field of the regression table is missing, else x. To ask
// whether p is missing would not do: where there is no prediction there is no such field.
func (d *document) unlessUnscored(none, x element) element {
	var absent []element
	for _, t := range d.terms {
		absent = append(absent, apply("isMissing", d.at(t.of)))
	}
	switch len(absent) {
	case 0:
		return x
	case 1:
		return apply("if", absent[0], none, x)
	}
	return apply("if", apply("or", absent...), none, x)
}

// at is a node where it is read: its field, or it itself.
func (d *document) at(x ref) element {
	if name, ok := d.fields[x]; ok {
		return el("FieldRef", "field", name)
	}
	return d.spell(d.nodes[x])
}
