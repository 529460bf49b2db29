//go:build !linux

package spill

func (f *File) mapped(int64) []byte { return nil }

// unmap has nothing to do: no piece is mapped.
func (f *File) unmap() {}
