//go:build !amd64 || purego

package metrics

// inVectors reports that block is not to use vectors.
func (c *curveSweep) inVectors() bool { return false }

// block is [blockGo].
func (c *curveSweep) block(_ bool, above, tied, churned *[lanes]int64) {
	blockGo(c, above, tied, churned)
}
