package spill

import (
	"reflect"
	"slices"
	"unsafe"
)

// leastMapped is the size in bytes from which memory is worth a piece of the file.
const leastMapped = 1 << 18

// Make returns n zero values in memory that is a piece of the file, to be read and written like any
// other slice until the file is closed: then it is gone, and to touch it ends the program. What was
// not used of late lies on the disk and not in memory (keeper), and the collector neither counts nor
// follows any of it.
//
// A nil file, few values, values with pointers, a system other than Linux and a disk without room give
// a slice of ordinary memory.
func Make[T any](f *File, n int) []T {
	var v T
	if f == nil || !plain(reflect.TypeFor[T]()) {
		return make([]T, n)
	}
	if piece := f.large(int64(n) * int64(unsafe.Sizeof(v))); piece != nil {
		return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(piece))), n)
	}
	return make([]T, n)
}

// Give takes memory back that Make returned, all of it or from its first value on, for what is made next; nobody
// may look at it again. Ordinary memory is left to the collector.
func Give[T any](f *File, values []T) {
	if f == nil || cap(values) == 0 {
		return
	}
	f.give(unsafe.Pointer(unsafe.SliceData(values)))
}

// Grow is slices.Grow of values that Make returned, or nil: with room for n more, which may be other memory. Then what
// they had is given back.
func Grow[T any](f *File, values []T, n int) []T {
	if f == nil || len(values)+n <= cap(values) {
		return slices.Grow(values, n)
	}
	grown := Make[T](f, max(2*cap(values), len(values)+n))[:len(values)]
	copy(grown, values)
	Give(f, values)
	return grown
}

// Strings returns n strings, of size bytes together, that live as those of Make do: each is a copy of what
// text says it is.
func Strings(f *File, n, size int, text func(i int) []byte) []string {
	var list []string
	var joined []byte
	header := int(unsafe.Sizeof(""))
	if piece := f.large(int64(n*header + size)); piece != nil {
		list = unsafe.Slice((*string)(unsafe.Pointer(unsafe.SliceData(piece))), n)
		joined = piece[n*header : n*header+size]
	} else {
		list, joined = make([]string, n), make([]byte, size)
	}
	for i := range list {
		length := copy(joined, text(i))
		list[i] = unsafe.String(unsafe.SliceData(joined), length) // nobody writes it again
		joined = joined[length:]
	}
	return list
}

// large gives a new piece of the file to the program as memory; nil where that cannot be had or is not worth it.
func (f *File) large(bytes int64) []byte {
	if f == nil || bytes < leastMapped {
		return nil
	}
	bytes = (bytes + pageSize - 1) &^ (pageSize - 1)
	if piece := f.given(bytes); piece != nil {
		clear(piece)
		return piece
	}
	return f.mapped(bytes)
}

// plain says whether values of the type hold no pointers.
func plain(t reflect.Type) bool {
	switch kind := t.Kind(); {
	case kind == reflect.Struct:
		for i := range t.NumField() {
			if !plain(t.Field(i).Type) {
				return false
			}
		}
		return true
	case kind == reflect.Array:
		return plain(t.Elem())
	default:
		return kind >= reflect.Bool && kind <= reflect.Complex128
	}
}
