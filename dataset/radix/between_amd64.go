//go:build !purego

package radix

import "golang.org/x/sys/cpu"

// fastBetween is between of as many of the first numbers as there are whole fours, of which it says how many
// they are; of none where the processor lacks the instructions.
func fastBetween(out, block []float64, low, high float64) (done, kept, below, numbers int) {
	if done = len(block) &^ 3; done == 0 || !cpu.X86.HasAVX2 || !cpu.X86.HasBMI2 || !cpu.X86.HasPOPCNT {
		return 0, 0, 0, 0
	}
	kept, below, numbers = betweenAVX2(out[:done+4], block[:done], low, high)
	return done, kept, below, numbers
}

//go:noescape
func betweenAVX2(out, block []float64, low, high float64) (kept, below, numbers int)
