//go:build !amd64 || purego

package parquetio

// Elsewhere the loops of unpack do all values.

type lanes struct{}

func newLanes(int) lanes { return lanes{} }

func (*unpacker) fast([]int32, []byte) (done int) { return 0 }
