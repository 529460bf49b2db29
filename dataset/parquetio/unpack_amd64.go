//go:build !purego

package parquetio

// lanes say how unpackAVX2 finds eight values in two halves of bytes: which four bytes go to the lane of each value, and where
// in these it begins.
type lanes struct {
	bytes  [32]uint8
	shifts [8]uint32
}

// widest is the greatest width of which a value lies within four bytes, wherever it begins.
const widest = 25

// newLanes makes the lanes for a width. The values 4 to 7 are looked for from byte width/2 on, in which value 4 begins.
func newLanes(width int) (l lanes) {
	if width > widest {
		return l
	}
	for i := range n8 {
		at := i * width
		if i >= n8/2 {
			at -= width / 2 * 8
		}
		for k := range 4 {
			l.bytes[4*i+k] = uint8(at/8 + k)
		}
		l.shifts[i] = uint32(at % 8)
	}
	return l
}

// fast unpacks as many of the first values as it can, in groups of eight, and returns their number. Of every group it reads 16
// bytes from its beginning and from its middle on, and so it stops before the end of the page.
func (u *unpacker) fast(dst []int32, src []byte) (done int) {
	spare := cap(src) - u.width/2 - 16
	if u.width > widest || spare < 0 || len(dst) == 0 || !hasVectors() {
		return 0
	}
	done = min(len(dst), n8*(spare/u.width+1))
	unpackAVX2(dst[:done], src, u.width, &u.lanes)
	return done
}

//go:noescape
func unpackAVX2(dst []int32, src []byte, width int, l *lanes)
