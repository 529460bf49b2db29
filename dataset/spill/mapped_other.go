//go:build !linux

package spill

import "unsafe"

// maps says whether Make gives pieces of files on this system.
const maps = false

// pieces of files there are none.
type pieces struct{ budget int64 }

func (f *File) mapped(int64) []byte { return nil }

func (f *File) give(unsafe.Pointer) {}

func (f *File) given(int64) []byte { return nil }

// Look has nothing to give back.
func Look() {}

// unmap has nothing to do: no piece is mapped.
func (f *File) unmap() {}
