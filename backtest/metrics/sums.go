package metrics

// Sums adds up numbers of the accounts, of each len(out[l]) side by side: out[l] is their
// sums with account g counted as often as replicate l has it, in the order of accounts.
func (d *Draws) Sums(numbers []float64, out [][]float64) {
	width := len(out[0])
	if !d.fits {
		for l := range d.replicates {
			clear(out[l])
			for g, n := range d.Count(l) {
				addTimes(out[l], numbers[g*width:][:width], float64(n))
			}
		}
		return
	}
	if width == 0 {
		return
	}
	if len(d.sums) < lanes*width {
		d.sums = make([]float64, lanes*width)
	}
	sums := d.sums[:lanes*width]
	clear(sums)
	sumDrawn(sums, numbers[:len(d.count)*width], d.packed[:len(d.count)], width)
	for l := range d.replicates {
		for k := range out[l] {
			out[l][k] = sums[lanes*k+l]
		}
	}
}

// sumDrawnGo adds the numbers of every account, so many side by side, to sums as often as each
// replicate has it: the sum of number k in lane l is element lanes*k + l. A number that a
// replicate does not have is not added, be it infinite.
func sumDrawnGo(sums, numbers []float64, packed []word, width int) {
	for g, w := range packed {
		of := numbers[g*width:][:width]
		for l := range lanes {
			n := float64(w.lane(l))
			if n == 0 {
				continue
			}
			for k, x := range of {
				sums[lanes*k+l] += float64(n * x)
			}
		}
	}
}

// addTimes adds a multiple of x. The product is rounded: every processor gives the same bits.
func addTimes(sums, x []float64, times float64) {
	sums = sums[:len(x)]
	for k, v := range x {
		if times != 0 {
			sums[k] += float64(times * v)
		}
	}
}
