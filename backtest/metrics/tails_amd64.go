//go:build !purego

package metrics

import "golang.org/x/sys/cpu"

// vectors reports whether this machine has the instructions, as all since 2013 do (2015 AMD).
func vectors() bool { return cpu.X86.HasAVX2 && cpu.X86.HasFMA }

// logMany is [logManyGo].
func logMany(l, e []float64) {
	if vectors() {
		logAVX2(l, e)
		return
	}
	logManyGo(l, e)
}

// derive is [deriveGo].
func derive(u, x, e, z, churned, kept []float64, sums *lineSums) {
	if vectors() {
		deriveAVX2(u, x, e, z, churned, kept, sums)
		return
	}
	deriveGo(u, x, e, z, churned, kept, sums)
}

// These check no lengths, which are those of their first argument, a multiple of tailLanes. No
// pointer outlives a call.

//go:noescape
func logAVX2(l, e []float64)

//go:noescape
func deriveAVX2(u, x, e, z, churned, kept []float64, sums *lineSums)
