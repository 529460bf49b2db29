//go:build !amd64 || purego

package metrics

// logMany is [logManyGo].
func logMany(l, e []float64) { logManyGo(l, e) }

// derive is [deriveGo].
func derive(u, x, e, z, churned, kept []float64, sums *lineSums) {
	deriveGo(u, x, e, z, churned, kept, sums)
}
