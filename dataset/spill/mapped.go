package spill

import (
	"reflect"
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
	bytes := int64(n) * int64(unsafe.Sizeof(v))
	if f == nil || bytes < leastMapped || !plain(reflect.TypeFor[T]()) {
		return make([]T, n)
	}
	piece := f.mapped(bytes)
	if piece == nil {
		return make([]T, n)
	}
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(piece))), n)
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
