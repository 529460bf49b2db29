package project

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// Schema is the reference of keys as a JSON Schema, which editors use to complete and check the
// project file while it is written.
//
// It is made from Keys, so that both say the same, and from the rules of schema_rules.go. It accepts
// every file that Parse accepts. The other way round it cannot be complete: a schema does not know
// whether a name is that of a factor, whether an expression can be read, or whether one date is
// before another. What it says is draft 7, the newest that all editors know.
//
// The bytes end with a line end, and are the same on every call.
func Schema() ([]byte, error) {
	b := schemaBuilder{keys: newReader(&source{}).keys}
	root := b.mapping("")
	root.Dialect = "http://json-schema.org/draft-07/schema#"
	root.Title = "holdfast.yaml"
	root.Description = "A churn-prediction project of holdfast: where the history lies, what is predicted, and which scores are put to the test."
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false) // an editor shows the text to people
	encoder.SetIndent("", "  ")
	err := encoder.Encode(root)
	return text.Bytes(), err
}

// schema is one JSON Schema, in the order in which people read one. A nil pointer says nothing.
type schema struct {
	Dialect     string `json:"$schema,omitempty"`
	Title       string `json:"title,omitempty"`
	Description string `json:"description,omitempty"`
	Default     any    `json:"default,omitempty"`
	Examples    []any  `json:"examples,omitempty"`

	Type  any       `json:"type,omitempty"` // a name or a list of names
	Const any       `json:"const,omitempty"`
	Enum  []any     `json:"enum,omitempty"`
	AnyOf []*schema `json:"anyOf,omitempty"`

	Pattern   string   `json:"pattern,omitempty"`
	MaxLength int      `json:"maxLength,omitempty"`
	Minimum   *float64 `json:"minimum,omitempty"`
	Maximum   *float64 `json:"maximum,omitempty"`

	Items       any  `json:"items,omitempty"` // a schema, or one for each place of a pair
	MinItems    int  `json:"minItems,omitempty"`
	MaxItems    int  `json:"maxItems,omitempty"`
	UniqueItems bool `json:"uniqueItems,omitempty"`

	Properties    map[string]any     `json:"properties,omitempty"` // a schema, or false: not here
	Additional    any                `json:"additionalProperties,omitempty"`
	MinProperties int                `json:"minProperties,omitempty"`
	Required      []string           `json:"required,omitempty"`
	Dependencies  map[string]*schema `json:"dependencies,omitempty"`

	AllOf []*schema `json:"allOf,omitempty"`
	If    *schema   `json:"if,omitempty"`
	Then  *schema   `json:"then,omitempty"`
}

// schemaBuilder turns the keys of each mapping, by its path, into schemas. The paths are those of Keys,
// with [] for the items of a list.
type schemaBuilder struct{ keys map[string][]Key }

// mapping is the schema of a mapping of the reference: its keys and no others.
func (b schemaBuilder) mapping(pattern string) *schema {
	s := &schema{Type: "object", Properties: map[string]any{}, Additional: false}
	for _, k := range b.keys[pattern] {
		if k.Name() == "*" { // names that the user gives
			s.Additional, s.MinProperties = b.key(k), 1
			continue
		}
		s.Properties[k.Name()] = b.key(k)
		if k.Required {
			s.Required = append(s.Required, k.Name())
		}
	}
	b.constrain(pattern, s)
	if pattern != "" && s.Required == nil && s.MinProperties == 0 {
		s.Type = []string{"object", "null"} // "bands:" with nothing behind it is an empty mapping
	}
	return s
}

// key is the schema of the value of a key, with what an editor shows about it.
func (b schemaBuilder) key(k Key) *schema {
	s := b.value(k)
	if words := wordsOf(k.Values); len(words) > 0 && k.Type != TypeChoice {
		s = &schema{AnyOf: []*schema{{Enum: words}, s}}
	}
	s.Description = k.Doc
	if k.Default != "" {
		s.Default = literal(k.Default)
	}
	if k.Type != TypeChoice && !strings.ContainsAny(k.Example, "[{'") && k.Example != "" {
		s.Examples = []any{literal(k.Example)}
	}
	return s
}

// value is the schema of what stands behind a key besides its words.
func (b schemaBuilder) value(k Key) *schema {
	switch k.Type {
	case TypeMapping:
		return b.mapping(k.Path)
	case TypeMappings:
		item := b.mapping(k.Path + "[]")
		item.Type = "object"
		return &schema{Type: "array", MinItems: 1, Items: item}
	case TypeChoice:
		return &schema{Enum: wordsOf(k.Values)}
	case TypeTexts:
		return listOf(scalarSchema(oneLine), false)
	case TypeNumber:
		return k.limited("number")
	case TypeWhole:
		return k.limited("integer")
	case TypeNumbers:
		return listOf(k.limited("number"), true)
	case TypeRange:
		return &schema{Type: "array", Items: k.limited("number"), MinItems: 2, MaxItems: 2}
	case TypeBounds:
		return &schema{Type: "array", Items: scalarSchema(aBound), MinItems: 2, MaxItems: 2}
	case TypePairs:
		pair := &schema{Type: "array", Items: []*schema{{Type: "number"}, points()}, MinItems: 2, MaxItems: 2}
		return &schema{Type: "array", Items: pair, MinItems: 2}
	case TypeDays:
		return k.daysSchema()
	case TypeDaysList:
		return listOf(k.daysSchema(), true)
	case TypePeriod:
		return &schema{Type: "string", Pattern: aPeriod}
	case TypeDate:
		return &schema{Type: "string", Pattern: aDate}
	case TypeExpression:
		return &schema{Type: scalars()}
	}
	return scalarSchema(oneLine) // text and time zones
}

// The patterns of texts. They are written for ECMAScript, which is what schemas use.
const (
	oneLine = `^\S(.*\S)?$`
	aPeriod = `^\+?0*[1-9][0-9]*[dmqy]$`
	aDate   = `^(19|2[0-9])[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$`
	aBound  = `^(p\+?(100(\.0*)?|0*[0-9]{1,2}(\.[0-9]*)?|\.[0-9]+)|[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?)$`
	someDay = `^\+?[0-9]+[dw]?$`
	oneDay  = `^\+?0*[1-9][0-9]*[dw]?$` // at least
)

// scalars are the types of a single value. Text that looks like a number or a truth is still text where
// the key wants text, as in churned_when: [0, false].
func scalars() []string { return []string{"string", "number", "boolean"} }

// scalarSchema is text of a form.
func scalarSchema(pattern string) *schema {
	s := &schema{Type: scalars(), Pattern: pattern}
	if pattern == oneLine {
		s.MaxLength = maxText // the parser counts bytes: what the schema refuses has more of them
	}
	return s
}

// points are those of a pair.
func points() *schema {
	least, most := 0.0, 100.0
	return &schema{Type: "number", Minimum: &least, Maximum: &most}
}

// limited is a number within the bounds of the key.
func (k Key) limited(kind string) *schema {
	s := &schema{Type: kind}
	if k.Min != 0 || k.Max != 0 {
		s.Minimum, s.Maximum = &k.Min, &k.Max
	}
	return s
}

// daysSchema is a duration: 90 or 90d or 12w.
func (k Key) daysSchema() *schema {
	pattern := someDay
	if k.Min > 0 {
		pattern = oneDay
	}
	return &schema{AnyOf: []*schema{{Type: "string", Pattern: pattern}, k.limited("integer")}}
}

// listOf is a list without repetitions, or where alone is true also one item without a list.
func listOf(item *schema, alone bool) *schema {
	list := &schema{Type: "array", Items: item, MinItems: 1, UniqueItems: true}
	if alone {
		return &schema{AnyOf: []*schema{item, list}}
	}
	return list
}

// wordsOf are the words of a key as YAML reads them. Quoted they are the same words.
func wordsOf(words []string) []any {
	var all []any
	for _, word := range words {
		if plain := literal(word); plain != word {
			all = append(all, plain)
		}
		all = append(all, word)
	}
	return all
}

// literal is what YAML 1.2 makes of plain text, as editors read it: a truth, nothing, a number, or text.
func literal(text string) any {
	switch text {
	case "true", "false":
		return text == "true"
	case "null":
		return nil
	}
	if x, err := strconv.ParseFloat(text, 64); err == nil && strings.Trim(text, "0123456789.-") == "" {
		return x
	}
	return text
}

// sorted is a copy in order.
func sorted(names []string) []string { return slices.Sorted(slices.Values(names)) }
