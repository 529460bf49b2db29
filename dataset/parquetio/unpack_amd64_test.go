//go:build !purego

package parquetio

import "testing"

// The vectors read 16 bytes at a time, of which the last must be there: memory behind a page may not be ours.
func TestVectorsDoNotReadBehindAPage(t *testing.T) {
	for width := range widest + 1 {
		for groups := 1; groups < 40; groups++ {
			for spare := range 20 {
				u, src := newUnpacker(width), make([]byte, groups*width, groups*width+spare)
				if width == 0 {
					continue // nothing to read
				}
				done := u.fast(make([]int32, 8*groups), src)
				if last := (done/8-1)*width + width/2 + 16; done > 0 && last > cap(src) {
					t.Fatalf("width %d: %d values are read from %d of %d bytes", width, done, last, cap(src))
				}
				if next := done/8*width + width/2 + 16; hasVectors() && done < 8*groups && next <= cap(src) {
					t.Fatalf("width %d: %d of %d values only, with %d bytes", width, done, 8*groups, cap(src))
				}
			}
		}
	}
}
