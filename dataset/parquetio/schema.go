package parquetio

// Kind is what a column stores.
type Kind uint8

const (
	// Absent is the kind of an optional column that no part file has; its slices are nil.
	Absent Kind = iota
	// Float is FLOAT, DOUBLE or FLOAT16.
	Float
	// Int is a signed integer of any width.
	Int
	// Uint is an unsigned integer of any width.
	Uint
	// Bool is BOOLEAN.
	Bool
	// Decimal is DECIMAL on any physical type.
	Decimal
	// Text is UTF-8 text: STRING, ENUM, JSON.
	Text
	// UUID is a 16-byte UUID.
	UUID
	// Day is DATE.
	Day
	// Instant is TIMESTAMP in any unit, or INT96.
	Instant
	// Other cannot be used: nested, binary, interval, time of day.
	Other
)

// String returns the word used for the kind in messages.
func (k Kind) String() string {
	switch k {
	case Absent:
		return "absent"
	case Float:
		return "float"
	case Int:
		return "integer"
	case Uint:
		return "unsigned integer"
	case Bool:
		return "boolean"
	case Decimal:
		return "decimal"
	case Text:
		return "text"
	case UUID:
		return "UUID"
	case Day:
		return "date"
	case Instant:
		return "timestamp"
	}
	return "other"
}

// Field describes one top-level column of a file or of a whole selection.
type Field struct {
	Name     string
	Kind     Kind
	Nullable bool
	// Detail is the stored type for people: "DECIMAL(9,2)", "TIMESTAMP(micros, UTC)".
	Detail string
	// Partition reports that the column comes from key=value directory names.
	Partition bool
	// Local makes a Writer store an Instant as the time on a clock at no stated place, without a zone.
	Local bool
}

// numeric reports whether values of the kind can stand in one column of numbers.
func (k Kind) numeric() bool {
	return k == Float || k == Int || k == Uint || k == Bool || k == Decimal
}

// timed reports whether values of the kind carry a calendar day.
func (k Kind) timed() bool { return k == Day || k == Instant }
