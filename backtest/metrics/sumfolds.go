package metrics

import "math"

// Many numbers of about one size add up without rounding in vectors, too. A number x is parted
// at a power of two: with sigma = 1.5 * 2^s and |x| <= 2^(s-1),
//
//	q = (sigma + x) - sigma,   r = x - q
//
// are exact, q a multiple of u = 2^(s-52) and |r| <= u/2 (the extraction of Rump, Ogita and Oishi
// 2008, section 3). Sums of q are exact as long as they stay below 2^53 u. What is left is parted
// again, twice, and where nothing is left after that the sums are the numbers.
const (
	folds     = 3
	foldBlock = 1 << 10 // numbers
	foldRoom  = 9       // s above the exponent of the largest number: a lane adds 2^8 of them
	foldShift = foldRoom - 52 - 1
	foldLeast = 1 - folds*foldShift // the exponents, as float64 stores them, that stay in range
	foldMost  = 0x7fe - foldRoom - 1
)

// foldSums are the sums of every fold, in four lanes.
type foldSums [folds][tailLanes]float64

// addFolds adds some numbers, at most foldBlock and a multiple of tailLanes, and reports whether
// it could: if not, s is unchanged.
func (s *exactSum) addFolds(x []float64) bool {
	largest, strange := largestOf(x)
	if strange {
		return false
	}
	if largest == 0 {
		return true
	}
	exponent := int(math.Float64bits(largest) >> 52)
	if exponent < foldLeast || exponent > foldMost {
		return false
	}
	var sigma [folds]float64
	for k := range sigma {
		sigma[k] = math.Float64frombits(uint64(exponent+foldRoom)<<52 | 1<<51)
		exponent += foldShift
	}
	var sums foldSums
	if !fold(x, &sigma, &sums) {
		return false
	}
	for _, of := range sums {
		for _, v := range of {
			s.add(v)
		}
	}
	return true
}
