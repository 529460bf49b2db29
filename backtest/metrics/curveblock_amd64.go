//go:build !purego

package metrics

// inVectors reports whether block is to use vectors: where this machine has them and the rows are
// few enough.
func (c *curveSweep) inVectors() bool { return vectors() && c.fewRows() }

// block is [blockGo].
func (c *curveSweep) block(inVectors bool, above, tied, churned *[lanes]int64) {
	if !inVectors {
		blockGo(c, above, tied, churned)
		return
	}
	blockAVX2(c, above, tied, churned)
}

// blockAVX2 gives the bits of blockGo. No pointer outlives the call.
//
//go:noescape
func blockAVX2(c *curveSweep, above, tied, churned *[lanes]int64)
