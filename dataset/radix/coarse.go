package radix

// CoarseSize is how many coarse numbers there are.
const CoarseSize = 1 << rankBits

// Coarse is a number's place in the order by its sign, its exponent and 4 bits of its fraction, from 0
// up to CoarseSize: of two numbers the lower one has no higher place, and zeros of the two signs have
// different ones.
func Coarse(v float64) int { return int(Key(v) >> (64 - rankBits)) }
