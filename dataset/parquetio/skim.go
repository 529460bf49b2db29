package parquetio

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// maxThriftDepth is more than twice the nesting that Parquet metadata needs. A Thrift decoder recurses once per level,
// and 16 MB of nested headers would exhaust a goroutine's stack, which cannot be recovered from.
const maxThriftDepth = 24

// Wire types of the Thrift compact protocol.
const (
	wireStop   = 0
	wireTrue   = 1
	wireFalse  = 2
	wireByte   = 3
	wireI16    = 4
	wireI32    = 5
	wireI64    = 6
	wireDouble = 7
	wireBinary = 8
	wireList   = 9
	wireSet    = 10
	wireMap    = 11
	wireStruct = 12
)

// errShort is returned when a structure claims more bytes than there are.
var errShort = errors.New("ends in the middle of a value")

// skim walks one Thrift compact struct at the start of b without building anything and returns its length. It proves
// that a decoder will stay within maxThriftDepth and will not be asked for more list elements than there are bytes.
// Source: Apache Thrift, thrift-compact-protocol.md.
func skim(b []byte) (int, error) {
	s := skimmer{b: b}
	err := s.structure(0)
	return s.at, err
}

// skimmer is a position in Thrift bytes.
type skimmer struct {
	b  []byte
	at int
}

// structure skims fields up to and including the stop byte.
func (s *skimmer) structure(depth int) error {
	if depth > maxThriftDepth {
		return fmt.Errorf("is nested more than %d levels deep", maxThriftDepth)
	}
	for {
		head, err := s.byte()
		if err != nil {
			return err
		}
		if head == wireStop {
			return nil
		}
		if head>>4 == 0 { // the field number follows in full instead of as a difference
			if _, err := s.varint(); err != nil {
				return err
			}
		}
		if t := head & 15; t == wireTrue || t == wireFalse {
			continue // a boolean field is its own type
		}
		if err := s.value(head&15, depth); err != nil {
			return err
		}
	}
}

// value skims one value of a wire type.
func (s *skimmer) value(wire byte, depth int) error {
	switch wire {
	case wireTrue, wireFalse, wireByte:
		return s.skip(1)
	case wireI16, wireI32, wireI64:
		_, err := s.varint()
		return err
	case wireDouble:
		return s.skip(8)
	case wireBinary:
		n, err := s.varint()
		if err != nil {
			return err
		}
		return s.skip(n)
	case wireList, wireSet:
		return s.list(depth)
	case wireMap:
		return s.mapping(depth)
	case wireStruct:
		return s.structure(depth + 1)
	}
	return fmt.Errorf("holds the unknown wire type %d", wire)
}

// list skims a list or set. An element takes at least one byte, so the count cannot exceed the bytes left.
func (s *skimmer) list(depth int) error {
	head, err := s.byte()
	if err != nil {
		return err
	}
	n := uint64(head >> 4)
	if n == 15 { // the count follows in full
		if n, err = s.varint(); err != nil {
			return err
		}
	}
	if n > uint64(len(s.b)-s.at) {
		return fmt.Errorf("claims a list of %d elements in the last %d bytes", n, len(s.b)-s.at)
	}
	for range n {
		start := s.at
		if err := s.value(head&15, depth+1); err != nil {
			return err
		}
		// A list of empty structs would grow a thousandfold in memory; no list in the format has them.
		if head&15 == wireStruct && s.at == start+1 {
			return errors.New("holds a list of empty structures")
		}
	}
	return nil
}

// mapping skims a map. The Parquet footer has none, but an extension may.
func (s *skimmer) mapping(depth int) error {
	n, err := s.varint()
	if err != nil || n == 0 {
		return err
	}
	if n > uint64(len(s.b)-s.at) {
		return errShort
	}
	kinds, err := s.byte()
	if err != nil {
		return err
	}
	for range n {
		if err := s.value(kinds>>4, depth+1); err != nil {
			return err
		}
		if err := s.value(kinds&15, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// byte takes one byte.
func (s *skimmer) byte() (byte, error) {
	if s.at >= len(s.b) {
		return 0, errShort
	}
	s.at++
	return s.b[s.at-1], nil
}

// skip passes over n bytes.
func (s *skimmer) skip(n uint64) error {
	if n > uint64(len(s.b)-s.at) {
		return errShort
	}
	s.at += int(n)
	return nil
}

// varint takes one unsigned LEB128 number.
func (s *skimmer) varint() (uint64, error) {
	v, n := binary.Uvarint(s.b[s.at:])
	if n <= 0 {
		return 0, errShort
	}
	s.at += n
	return v, nil
}
