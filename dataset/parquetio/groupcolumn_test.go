package parquetio

import (
	"bytes"
	"math"
	"strings"
	"testing"
)

// Two row groups, of which all columns but the third are the same and encoded once, have the
// bytes that they have when each is encoded by itself.
func TestColumnsThatAreReadyGiveTheBytesOfTheirNumbers(t *testing.T) {
	cols := []Column{{Codes: []int32{1, 0, 1}, Levels: []string{"a", "b"}}, {Days: []int32{3, NullDay, 5}}, {Numbers: []float64{1, 2, math.NaN()}},
		{Codes: []int32{-1, 0, 0}, Levels: []string{"red"}}, {Codes: []int32{0, 0, 0}, Levels: []string{"m"}}}
	other := []Column{{}, {}, {Numbers: []float64{4, math.NaN(), 6}}, {}, {}}
	whole := []Column{cols[0], cols[1], other[2], cols[3], cols[4]}
	write := func(second func(*Encoder) (*EncodedGroup, error)) []byte {
		var file bytes.Buffer
		w, err := NewGroupWriter(&file, groupFields)
		if err != nil {
			t.Fatal(err)
		}
		e, err := w.Encoder()
		if err != nil {
			t.Fatal(err)
		}
		for _, group := range []func(*Encoder) (*EncodedGroup, error){func(e *Encoder) (*EncodedGroup, error) { return e.Group(cols) }, second} {
			g, err := group(e)
			if err == nil {
				err = w.Append(g)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return file.Bytes()
	}
	want := write(func(e *Encoder) (*EncodedGroup, error) { return e.Group(whole) })
	got := write(func(e *Encoder) (*EncodedGroup, error) {
		var ready []*EncodedColumn
		for _, i := range []int{4, 0, 1, 3} { // in any order
			c, err := e.Column(i, cols[i])
			if err != nil {
				return nil, err
			}
			ready = append(ready, c)
		}
		if _, err := e.Group(other, ready...); err != nil { // once more: they are only read
			return nil, err
		}
		return e.Group(other, ready...)
	})
	if !bytes.Equal(got, want) {
		t.Errorf("%d bytes, other than the %d of columns that are encoded each time", len(got), len(want))
	}
}

func TestReadyColumnsOfOtherLengthAreRefused(t *testing.T) {
	w, err := NewGroupWriter(new(bytes.Buffer), groupFields[:3])
	if err != nil {
		t.Fatal(err)
	}
	e, err := w.Encoder()
	if err != nil {
		t.Fatal(err)
	}
	x, err := e.Column(2, Column{Numbers: []float64{1, 2}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Group([]Column{{Codes: []int32{0}, Levels: []string{"a"}}, {Days: []int32{1}}, {}}, x); err == nil || !strings.Contains(err.Error(), `column "x": has 2 rows where the first column has 1`) {
		t.Errorf("%v", err)
	}
	if _, err := e.Column(0, Column{Codes: []int32{1}, Levels: []string{"a"}}); err == nil || !strings.Contains(err.Error(), `column "key"`) {
		t.Errorf("a code without a text: %v", err)
	}
}
