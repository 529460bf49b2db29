package spill

import (
	"reflect"
	"unsafe"
)

// Memory is worth a piece of the file from a part of the budget on, and from so many bytes in any case: what is
// smaller has room beside other work, and pages of files cost more to come by.
const (
	mappedShare = 16
	mappedMost  = 8 << 20
)

// Make is make([]T, n) of memory that is a piece of the file, to be read and written like any other slice until
// the file is closed: then it is gone, and to touch it ends the program. What was not used of late lies on the
// disk and not in memory (keeper), and the collector neither counts nor follows any of it.
//
// A nil file, few values, values with pointers, a system other than Linux and a disk without room give
// a slice of ordinary memory.
func Make[T any](f *File, n int) []T {
	values, used := piece[T](f, n)
	if used {
		clear(values)
	}
	return values
}

// Empty is make([]T, 0, n) of such memory: what is given anew is not cleared before.
func Empty[T any](f *File, n int) []T {
	values, _ := piece[T](f, n)
	return values[:0]
}

// piece is memory for n values, zero unless it was used.
func piece[T any](f *File, n int) (values []T, used bool) {
	var v T
	if f == nil || !plain(reflect.TypeFor[T]()) {
		return make([]T, n), false
	}
	memory, used := f.large(int64(n) * int64(unsafe.Sizeof(v)))
	if memory == nil {
		return make([]T, n), false
	}
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(memory))), n), used
}

// Give takes memory back that Make returned, all of it or from its first value on, for what is made next; nobody
// may look at it again. Ordinary memory is left to the collector.
func Give[T any](f *File, values []T) {
	if f == nil || cap(values) == 0 {
		return
	}
	f.give(unsafe.Pointer(unsafe.SliceData(values)))
}

// Strings returns n strings, of size bytes together, that live as those of Make do: each is a copy of what
// text says it is.
func Strings(f *File, n, size int, text func(i int) []byte) []string {
	var list []string
	var joined []byte
	header := int(unsafe.Sizeof(""))
	if piece, _ := f.large(int64(n*header + size)); piece != nil {
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

// large gives a piece of the file to the program as memory, and says whether it was used before; nil where that
// cannot be had or is not worth it.
func (f *File) large(bytes int64) (memory []byte, used bool) {
	if !f.worth(bytes) {
		return nil, false
	}
	bytes = (bytes + pageSize - 1) &^ (pageSize - 1)
	if memory = f.given(bytes); memory != nil {
		return memory, true
	}
	return f.mapped(bytes), false
}

// Maps says whether memory of so many bytes is a piece of the file, as far as can be known.
func (f *File) Maps(bytes int64) bool { return maps && f.worth(bytes) }

// worth says whether so many bytes are worth a piece.
func (f *File) worth(bytes int64) bool {
	return f != nil && bytes >= max(pageSize, min(f.budget/mappedShare, mappedMost))
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
