package parquetio

import (
	"errors"
	"fmt"

	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/format"
)

// leaf is a flat column of one file: what it is called, how it is stored, and where its chunks are in a row group.
type leaf struct {
	Field
	physical format.Type
	// width is the size of a FIXED_LEN_BYTE_ARRAY value in bytes.
	width int
	// scale is the number of decimal places of a Decimal.
	scale int
	// unit is the resolution of an Instant; for INT96 it is micros, to which such values are converted.
	unit timeUnit
	// adjusted reports that an Instant is a point in time, which needs a time zone to have a day.
	adjusted bool
	// column is the index of the chunk in every row group; -1 for a nested column, which is never read.
	column int
	// void marks a column without a type of its own, as pandas writes when all values are missing: it goes with any kind.
	void bool
}

// timeUnit is the number of ticks per second of a timestamp.
type timeUnit int64

const (
	millis timeUnit = 1e3
	micros timeUnit = 1e6
	nanos  timeUnit = 1e9
)

func (u timeUnit) String() string {
	switch u {
	case millis:
		return "millis"
	case micros:
		return "micros"
	}
	return "nanos"
}

// uuidWidth and float16Width are the sizes the format prescribes for these types.
const (
	uuidWidth    = 16
	float16Width = 2
	maxFixed     = 1 << 15 // no number, key or UUID comes near it
)

// newLeaf checks one primitive schema element and says what it stores. The logical type decides; without one that we
// know, the converted type of older writers does; without either, the physical type (LogicalTypes.md).
func newLeaf(el *format.SchemaElement) (leaf, error) {
	l := leaf{physical: el.Type.V, width: int(el.TypeLength.V)}
	l.Name = el.Name
	l.Nullable = el.RepetitionType.V == format.Optional
	if l.physical < format.Boolean || l.physical > format.FixedLenByteArray {
		return l, fmt.Errorf("has the unknown physical type %d", l.physical)
	}
	if l.physical == format.FixedLenByteArray && (l.width <= 0 || l.width > maxFixed) {
		return l, fmt.Errorf("has fixed-length values of %d bytes", l.width)
	}
	logical, err := l.byLogicalType(el)
	if err == nil && !logical {
		logical, err = l.byConvertedType(el)
	}
	if err == nil && !logical {
		l.byPhysicalType()
	}
	return l, err
}

// is sets the kind, provided that the logical type stands on one of the physical types the format allows for it.
func (l *leaf) is(kind Kind, detail string, allowed ...format.Type) (bool, error) {
	l.Kind, l.Detail = kind, detail
	for _, t := range allowed {
		if l.physical == t {
			return true, nil
		}
	}
	return false, fmt.Errorf("claims to be %s but is stored as %s", detail, l.physical)
}

// How annotations map to kinds (parquet-format LogicalTypes.md; physical types in parentheses):
//
//	STRING, ENUM, JSON (BYTE_ARRAY)          Text
//	INT(8..64, signed or not) (INT32, INT64) Int or Uint
//	DECIMAL (INT32, INT64, bytes)            Decimal
//	DATE (INT32)                             Day
//	TIMESTAMP (INT64), none on INT96         Instant
//	UUID (16 bytes), FLOAT16 (2 bytes)       UUID, Float
//	TIME, INTERVAL, BSON, geometries         Other
//	NULL                                     void: fits any kind
//	none, on a number or boolean             Float, Int, Bool
//	none, on bytes                           Other
//
// An annotation that a later version of the format may add is ignored, as the format asks: the physical type stands.

// byLogicalType reads the modern annotation; false means that there is none that we know.
func (l *leaf) byLogicalType(el *format.SchemaElement) (bool, error) {
	switch t := el.LogicalType.Value.(type) {
	case *format.StringType, *format.EnumType, *format.JsonType:
		return l.is(Text, t.String(), format.ByteArray)
	case *format.BsonType, *format.GeometryType, *format.GeographyType:
		return l.is(Other, t.String(), format.ByteArray)
	case *format.DateType:
		return l.is(Day, "DATE", format.Int32)
	case *format.DecimalType:
		return l.decimal(t.Precision, t.Scale)
	case *format.NullType:
		l.Kind, l.Detail, l.void = Float, "NULL (no values)", true
		return true, nil
	case *format.UUIDType:
		return l.fixed(UUID, "UUID", uuidWidth)
	case *format.Float16Type:
		return l.fixed(Float, "FLOAT16", float16Width)
	case *format.IntType:
		return l.integer(int(t.BitWidth), t.IsSigned)
	case *format.TimeType:
		return l.is(Other, "TIME", format.Int32, format.Int64)
	case *format.TimestampType:
		if t.Unit.Value == nil {
			return false, nil
		}
		unit := map[string]timeUnit{"MILLIS": millis, "MICROS": micros, "NANOS": nanos}[t.Unit.Value.String()]
		return l.timestamp(unit, t.IsAdjustedToUTC)
	}
	return false, nil
}

// byConvertedType reads the annotation of writers before 2018; false means that there is none.
func (l *leaf) byConvertedType(el *format.SchemaElement) (bool, error) {
	if !el.ConvertedType.Valid {
		return false, nil
	}
	switch c := el.ConvertedType.V; c {
	case deprecated.UTF8, deprecated.Enum, deprecated.Json:
		return l.is(Text, "STRING", format.ByteArray)
	case deprecated.Bson:
		return l.is(Other, "BSON", format.ByteArray)
	case deprecated.Interval:
		return l.is(Other, "INTERVAL", format.FixedLenByteArray)
	case deprecated.Date:
		return l.is(Day, "DATE", format.Int32)
	case deprecated.Decimal:
		return l.decimal(el.Precision.V, el.Scale.V)
	case deprecated.TimeMillis, deprecated.TimeMicros:
		return l.is(Other, "TIME", format.Int32, format.Int64)
	case deprecated.TimestampMillis:
		return l.timestamp(millis, true)
	case deprecated.TimestampMicros:
		return l.timestamp(micros, true)
	case deprecated.Uint8, deprecated.Uint16, deprecated.Uint32, deprecated.Uint64:
		return l.integer(8<<(c-deprecated.Uint8), false)
	case deprecated.Int8, deprecated.Int16, deprecated.Int32, deprecated.Int64:
		return l.integer(8<<(c-deprecated.Int8), true)
	}
	return false, nil
}

// byPhysicalType covers columns without annotation. Bytes without one may be anything, so they are not text.
func (l *leaf) byPhysicalType() {
	l.Detail = l.physical.String()
	switch l.physical {
	case format.Boolean:
		l.Kind = Bool
	case format.Int32, format.Int64:
		l.Kind = Int
	case format.Float, format.Double:
		l.Kind = Float
	case format.Int96:
		l.Kind, l.unit, l.adjusted = Instant, micros, true
		l.Detail = "INT96 timestamp"
	default:
		l.Kind = Other
		l.Detail += " (binary, not marked as text)"
	}
}

// fixed is a logical type on a fixed number of bytes.
func (l *leaf) fixed(kind Kind, detail string, width int) (bool, error) {
	if l.physical == format.FixedLenByteArray && l.width != width {
		return false, fmt.Errorf("claims to be %s but has values of %d bytes", detail, l.width)
	}
	return l.is(kind, detail, format.FixedLenByteArray)
}

// integer is INT(bits, signed).
func (l *leaf) integer(bits int, signed bool) (bool, error) {
	kind, detail := Int, fmt.Sprintf("INT(%d)", bits)
	if !signed {
		kind, detail = Uint, fmt.Sprintf("UINT(%d)", bits)
	}
	switch bits {
	case 8, 16, 32:
		return l.is(kind, detail, format.Int32)
	case 64:
		return l.is(kind, detail, format.Int64)
	}
	return false, fmt.Errorf("claims to be an integer of %d bits", bits)
}

// timestamp is TIMESTAMP(unit, isAdjustedToUTC).
func (l *leaf) timestamp(unit timeUnit, adjusted bool) (bool, error) {
	l.unit, l.adjusted = unit, adjusted
	zone := "no zone"
	if adjusted {
		zone = "UTC"
	}
	return l.is(Instant, fmt.Sprintf("TIMESTAMP(%s, %s)", unit, zone), format.Int64)
}

// decimal is DECIMAL(precision, scale). The physical type bounds the precision: 9 digits fit 4 bytes, 18 fit 8 bytes.
func (l *leaf) decimal(precision, scale int32) (bool, error) {
	detail := fmt.Sprintf("DECIMAL(%d,%d)", precision, scale)
	if precision <= 0 || scale < 0 || scale > precision {
		return false, errors.New("claims the impossible type " + detail)
	}
	most := map[format.Type]int32{format.Int32: 9, format.Int64: 18}[l.physical]
	if l.physical == format.FixedLenByteArray {
		most = int32(float64(8*l.width-1) * 0.30103) // digits of 2^(8w-1), log10(2) = 0.30103
	}
	if most > 0 && precision > most {
		return false, fmt.Errorf("claims to be %s but %s holds at most %d digits", detail, l.physical, most)
	}
	l.scale = int(scale)
	return l.is(Decimal, detail, format.Int32, format.Int64, format.ByteArray, format.FixedLenByteArray)
}
