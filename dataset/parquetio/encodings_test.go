package parquetio

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/encoding"
)

// stored writes one column of boxed values with parquet-go and returns the file. It is the independent writer against
// which this package's page decoding is checked.
func stored(t testing.TB, node parquet.Node, vals []parquet.Value, options ...parquet.WriterOption) []byte {
	t.Helper()
	var b bytes.Buffer
	w := parquet.NewWriter(&b, append([]parquet.WriterOption{parquet.NewSchema("test", parquet.Group{"x": node}), parquet.PageBufferSize(2000)}, options...)...)
	defined := 0
	if node.Optional() {
		defined = 1
	}
	rows := make([]parquet.Row, len(vals))
	for i, v := range vals {
		if v.IsNull() {
			rows[i] = parquet.Row{v.Level(0, 0, 0)}
		} else {
			rows[i] = parquet.Row{v.Level(0, defined, 0)}
		}
	}
	if _, err := w.WriteRows(rows); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// column reads the only column of a file.
func column(t testing.TB, file []byte, as As, o Options) Column {
	t.Helper()
	return mustRead(t, saved(t, "a.parquet", file), []Request{{Column: "x", As: as}}, o).Columns[0]
}

// sample is one type with values that exercise it, and the numbers or texts that must come back.
type sample struct {
	name      string
	node      parquet.Node
	value     func(*rand.Rand) (parquet.Value, any)
	as        As
	encodings []encoding.Encoding
}

func samples() []sample {
	number := func(f func(*rand.Rand) (parquet.Value, float64)) func(*rand.Rand) (parquet.Value, any) {
		return func(r *rand.Rand) (parquet.Value, any) { v, x := f(r); return v, x }
	}
	text := func(r *rand.Rand) (parquet.Value, any) {
		s := fmt.Sprintf("account-%0*d", 1+r.IntN(9), r.IntN(50))
		return parquet.ByteArrayValue([]byte(s)), s
	}
	return []sample{
		{"double", parquet.Leaf(parquet.DoubleType), number(func(r *rand.Rand) (parquet.Value, float64) {
			x := math.Round(r.NormFloat64() * 9)
			return parquet.DoubleValue(x), x
		}), AsNumber, []encoding.Encoding{&parquet.Plain, &parquet.RLEDictionary, &parquet.ByteStreamSplit}},
		{"float", parquet.Leaf(parquet.FloatType), number(func(r *rand.Rand) (parquet.Value, float64) {
			x := float32(r.NormFloat64())
			return parquet.FloatValue(x), float64(x)
		}), AsNumber, []encoding.Encoding{&parquet.Plain, &parquet.RLEDictionary, &parquet.ByteStreamSplit}},
		{"int32", parquet.Int(32), number(func(r *rand.Rand) (parquet.Value, float64) {
			x := r.Int32() - 1<<30
			return parquet.Int32Value(x), float64(x)
		}), AsNumber, []encoding.Encoding{&parquet.Plain, &parquet.RLEDictionary, &parquet.DeltaBinaryPacked, &parquet.ByteStreamSplit}},
		{"uint32", parquet.Uint(32), number(func(r *rand.Rand) (parquet.Value, float64) {
			x := r.Uint32()
			return parquet.Int32Value(int32(x)), float64(x)
		}), AsNumber, []encoding.Encoding{&parquet.Plain, &parquet.DeltaBinaryPacked}},
		{"int64", parquet.Int(64), number(func(r *rand.Rand) (parquet.Value, float64) {
			x := r.Int64() - 1<<62
			return parquet.Int64Value(x), float64(x)
		}), AsNumber, []encoding.Encoding{&parquet.Plain, &parquet.RLEDictionary, &parquet.DeltaBinaryPacked, &parquet.ByteStreamSplit}},
		{"uint64 as key", parquet.Uint(64), func(r *rand.Rand) (parquet.Value, any) {
			x := r.Uint64()
			return parquet.Int64Value(int64(x)), fmt.Sprint(x)
		}, AsKey, []encoding.Encoding{&parquet.Plain, &parquet.DeltaBinaryPacked}},
		{"boolean", parquet.Leaf(parquet.BooleanType), number(func(r *rand.Rand) (parquet.Value, float64) {
			b := r.IntN(9) == 0
			return parquet.BooleanValue(b), map[bool]float64{true: 1}[b]
		}), AsNumber, []encoding.Encoding{&parquet.Plain, &parquet.RLE}},
		{"boolean as category", parquet.Leaf(parquet.BooleanType), func(r *rand.Rand) (parquet.Value, any) {
			b := r.IntN(2) == 0
			return parquet.BooleanValue(b), fmt.Sprint(b)
		}, AsText, []encoding.Encoding{&parquet.Plain}},
		{"text", parquet.String(), text, AsText,
			[]encoding.Encoding{&parquet.Plain, &parquet.RLEDictionary, &parquet.DeltaLengthByteArray, &parquet.DeltaByteArray}},
		{"UUID", parquet.UUID(), func(r *rand.Rand) (parquet.Value, any) {
			b := binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(nil, r.Uint64()), r.Uint64())
			return parquet.FixedLenByteArrayValue(b), string(uuidText(b))
		}, AsKey, []encoding.Encoding{&parquet.Plain, &parquet.RLEDictionary, &parquet.DeltaByteArray, &parquet.ByteStreamSplit}},
	}
}

// TestEveryEncodingReadsBack writes every type in every encoding, both page versions and every codec, with and without
// nulls, by parquet-go, and compares what is read with what was written.
func TestEveryEncodingReadsBack(t *testing.T) {
	codecs := []compress.Codec{&parquet.Uncompressed, &parquet.Snappy, &parquet.Gzip, &parquet.Brotli, &parquet.Zstd}
	turn := 0
	for _, s := range samples() {
		for _, enc := range s.encodings {
			for _, version := range []int{1, 2} {
				for _, optional := range []bool{false, true} {
					codec := codecs[turn%len(codecs)] // every codec meets every version over the table
					turn++
					name := fmt.Sprintf("%s/%s/v%d/nullable=%v/%s", s.name, enc, version, optional, codec)
					t.Run(name, func(t *testing.T) { checkSample(t, s, enc, version, optional, codec) })
				}
			}
		}
	}
}

func checkSample(t *testing.T, s sample, enc encoding.Encoding, version int, optional bool, codec compress.Codec) {
	rng := rand.New(rand.NewPCG(7, uint64(version)))
	node := parquet.Encoded(s.node, enc)
	if optional {
		node = parquet.Optional(node)
	}
	var vals []parquet.Value
	var want []any
	for range 1500 {
		v, x := s.value(rng)
		if optional && rng.IntN(3) == 0 {
			v, x = parquet.NullValue(), nil
		}
		vals, want = append(vals, v), append(want, x)
	}
	c := column(t, stored(t, node, vals, parquet.DataPageVersion(version), parquet.Compression(codec)), s.as, Options{})
	got := make([]any, len(vals))
	for i := range got {
		switch {
		case c.Numbers != nil && c.Numbers[i] == c.Numbers[i]:
			got[i] = c.Numbers[i]
		case c.Codes != nil && c.Codes[i] >= 0:
			got[i] = c.Levels[c.Codes[i]]
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff[:min(len(diff), 600)])
	}
}

// TestLongPagesAreCutInPieces writes pages of more texts than one piece holds, whose prefixes reach from piece to piece.
func TestLongPagesAreCutInPieces(t *testing.T) {
	const n = 2*piece + 17
	vals, want := make([]parquet.Value, n), make([]string, n)
	for i := range vals {
		want[i] = fmt.Sprintf("account-%07d", i/3)
		vals[i] = parquet.ByteArrayValue([]byte(want[i]))
	}
	for _, enc := range []encoding.Encoding{&parquet.Plain, &parquet.RLEDictionary, &parquet.DeltaLengthByteArray, &parquet.DeltaByteArray} {
		file := stored(t, parquet.Encoded(parquet.String(), enc), vals, parquet.PageBufferSize(8<<20))
		c := column(t, file, AsKey, Options{})
		if diff := cmp.Diff(want, texts(&c)); diff != "" {
			t.Errorf("%s: %s", enc, diff[:min(len(diff), 300)])
		}
	}
}

// sampleFile is a small file of one sample, as a seed for fuzzing.
func sampleFile(t testing.TB, s sample, enc encoding.Encoding, version int, codec compress.Codec) []byte {
	rng := rand.New(rand.NewPCG(1, 1))
	vals := make([]parquet.Value, 20)
	for i := range vals {
		if vals[i], _ = s.value(rng); i%7 == 6 {
			vals[i] = parquet.NullValue()
		}
	}
	return stored(t, parquet.Optional(parquet.Encoded(s.node, enc)), vals, parquet.DataPageVersion(version), parquet.Compression(codec))
}

func TestTimestampsFallOnTheirDay(t *testing.T) {
	zone := time.FixedZone("two hours east", 2*3600)
	at := func(s string) time.Time {
		v, err := time.Parse("2006-01-02 15:04:05.999999999", s)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	eve, midnight, old := at("2026-03-30 22:00:00"), at("2026-03-31 00:00:00"), at("1969-12-31 23:59:59.999")
	cases := []struct {
		name     string
		node     parquet.Node
		ticks    func(time.Time) int64
		adjusted bool
	}{
		{"millis", parquet.Timestamp(parquet.Millisecond), time.Time.UnixMilli, true},
		{"micros", parquet.Timestamp(parquet.Microsecond), time.Time.UnixMicro, true},
		{"nanos", parquet.Timestamp(parquet.Nanosecond), time.Time.UnixNano, true},
		{"micros without zone", parquet.TimestampAdjusted(parquet.Microsecond, false), time.Time.UnixMicro, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var vals []parquet.Value
			for _, v := range []time.Time{eve, midnight, old} {
				vals = append(vals, parquet.Int64Value(c.ticks(v)))
			}
			file := stored(t, c.node, vals)
			// 2026-03-31 is day 20543: 56 years of 365 days, 14 leap days, and 89 days of 2026 (31 + 28 + 30).
			const march31 = 56*365 + 14 + 89
			utc := column(t, file, AsDay, Options{})
			if diff := cmp.Diff([]int32{march31 - 1, march31, -1}, utc.Days); diff != "" || utc.TimesOfDay != 2 {
				t.Errorf("in UTC: %s, %d times of day", diff, utc.TimesOfDay)
			}
			want, times := []int32{march31, march31, 0}, 2 // 22:00 UTC is the midnight before March 31st two hours east
			if !c.adjusted {
				want = utc.Days // as written, whatever the zone
			}
			east := column(t, file, AsDay, Options{Location: zone})
			if diff := cmp.Diff(want, east.Days); diff != "" || east.TimesOfDay != times {
				t.Errorf("two hours east: %s, %d times of day", diff, east.TimesOfDay)
			}
		})
	}
}

func TestInt96IsAnInstant(t *testing.T) {
	// Julian day 2440588 is 1970-01-01 (Spark and Impala write the same).
	value := func(day uint32, nanosOfDay uint64) parquet.Value {
		return parquet.Int96Value(deprecated.Int96{uint32(nanosOfDay), uint32(nanosOfDay >> 32), day})
	}
	node := parquet.Leaf(parquet.Int96Type)
	c := column(t, stored(t, node, []parquet.Value{value(2440588, 0), value(2440588-1, 86399_999999999), value(2440588+20543, 3600e9)}), AsDay, Options{})
	if diff := cmp.Diff([]int32{0, -1, 20543}, c.Days); diff != "" || c.TimesOfDay != 2 || c.Stored != Instant {
		t.Error(diff, c.TimesOfDay, c.Stored)
	}
	if _, err := readOne(t, stored(t, node, []parquet.Value{value(2440588, 1<<63)}), AsDay); err == nil {
		t.Error("an INT96 with an impossible time of day was read")
	}
}

// readOne reads the only column of a file and returns the error.
func readOne(t testing.TB, file []byte, as As) (*Table, error) {
	t.Helper()
	return Read(t.Context(), saved(t, "a.parquet", file), []Request{{Column: "x", As: as}}, Options{})
}

func TestDecimalsAreTheNearestFloat(t *testing.T) {
	fixed := func(b ...byte) parquet.Value { return parquet.FixedLenByteArrayValue(b) }
	cases := []struct {
		name string
		node parquet.Node
		val  parquet.Value
		want float64
	}{
		{"int32", parquet.Decimal(2, 9, parquet.Int32Type), parquet.Int32Value(-12345), -123.45},
		{"int64", parquet.Decimal(2, 18, parquet.Int64Type), parquet.Int64Value(10), 0.1},
		{"int64 beyond 2^53", parquet.Decimal(3, 18, parquet.Int64Type), parquet.Int64Value(999999999999999999), 999999999999999.999},
		{"two bytes", parquet.Decimal(1, 4, parquet.FixedLenByteArrayType(2)), fixed(0xff, 0xf6), -1},
		{"sixteen bytes, small", parquet.Decimal(12, 38, parquet.FixedLenByteArrayType(16)),
			fixed(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xe8, 0xd4, 0xa5, 0x10, 0), 1}, // 10^12 = 0xe8d4a51000
		{"sixteen bytes, -2^127", parquet.Decimal(0, 38, parquet.FixedLenByteArrayType(16)),
			fixed(0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), -0x1p127},
		{"sixteen bytes, 2^64", parquet.Decimal(0, 38, parquet.FixedLenByteArrayType(16)),
			fixed(0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0), 0x1p64},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := column(t, stored(t, c.node, []parquet.Value{c.val}), AsNumber, Options{})
			if got.Numbers[0] != c.want || got.Stored != Decimal {
				t.Errorf("%v (%v), want %v", got.Numbers[0], got.Stored, c.want)
			}
		})
	}
}

func TestHalfPrecisionFloats(t *testing.T) {
	// IEEE 754-2019, binary16: the largest finite value, the smallest normal and subnormal ones, and the specials.
	for bits, want := range map[uint16]float64{
		0x3c00: 1, 0xc000: -2, 0x7bff: 65504, 0x0400: 0x1p-14, 0x0001: 0x1p-24, 0x7c00: math.Inf(1), 0xfc00: math.Inf(-1), 0x3555: 0.333251953125,
	} {
		if got := float16(bits); got != want {
			t.Errorf("%#04x is %v, want %v", bits, got, want)
		}
	}
	if got := float16(0x7e00); got == got {
		t.Errorf("0x7e00 is %v, want NaN", got)
	}
	if got := float16(0x8000); got != 0 || !math.Signbit(got) {
		t.Errorf("0x8000 is %v, want -0", got)
	}
}

func TestOnlyISODatesAreDates(t *testing.T) {
	for text, want := range map[string]int64{"1970-01-01": 0, "2026-03-31": 20543, "1969-12-31": -1, "2024-02-29": 19782, "0001-01-01": firstDay, "9999-12-31": lastDay} {
		if got, ok := parseDay(text); !ok || got != want {
			t.Errorf("%s is day %d, want %d", text, got, want)
		}
	}
	for _, text := range []string{"", "31/03/2026", "2026-3-31", "2026-03-31T00:00:00", " 2026-03-31", "2026-02-29", "20260331", "2026-13-01", "12026-03-31"} {
		if day, ok := parseDay(text); ok {
			t.Errorf("%q is read as day %d", text, day)
		}
	}
	file := stored(t, parquet.String(), []parquet.Value{parquet.ByteArrayValue([]byte("2026-03-31")), parquet.ByteArrayValue([]byte("31/03/2026"))})
	if _, err := readOne(t, file, AsDay); err == nil || !bytes.Contains([]byte(err.Error()), []byte(`holds the text "31/03/2026"`)) {
		t.Errorf("error %v, want one that names the first bad value", err)
	}
}

func TestDaysOutsideTheCalendarAreRefused(t *testing.T) {
	for _, day := range []int32{math.MinInt32, math.MaxInt32, lastDay + 1, firstDay - 1} {
		if c, err := readOne(t, stored(t, parquet.Date(), []parquet.Value{parquet.Int32Value(0), parquet.Int32Value(day)}), AsDay); err == nil {
			t.Errorf("day %d is read as %v", day, c.Columns[0].Days)
		}
	}
}

func TestTextThatIsNotUTF8IsRefused(t *testing.T) {
	for _, enc := range []encoding.Encoding{&parquet.Plain, &parquet.RLEDictionary} {
		file := stored(t, parquet.Encoded(parquet.String(), enc), []parquet.Value{parquet.ByteArrayValue([]byte("a\xff"))})
		if _, err := readOne(t, file, AsKey); err == nil {
			t.Errorf("%s: bytes that are not UTF-8 were read as a key", enc)
		}
	}
}
