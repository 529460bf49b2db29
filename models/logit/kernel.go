package logit

// dot2x4 adds to acc the eight inner products of the columns a0, a1 with
// b0..b3: acc[0:4] for a0, acc[4:8] for a1. It is the one hot loop of the
// package, every Gram matrix, gradient and border is made of it, and so the
// place for a vector kernel. Eight sums are what sixteen scalar registers
// hold beside their operands, and enough to hide the latency of an addition.
func dot2x4(acc *[8]float64, a0, a1, b0, b1, b2, b3 []float64) {
	n := len(a0)
	a1, b0, b1, b2, b3 = a1[:n], b0[:n], b1[:n], b2[:n], b3[:n]
	s0, s1, s2, s3 := acc[0], acc[1], acc[2], acc[3]
	t0, t1, t2, t3 := acc[4], acc[5], acc[6], acc[7]
	for i, x := range a0 {
		y := a1[i]
		s0 += x * b0[i]
		s1 += x * b1[i]
		s2 += x * b2[i]
		s3 += x * b3[i]
		t0 += y * b0[i]
		t1 += y * b1[i]
		t2 += y * b2[i]
		t3 += y * b3[i]
	}
	*acc = [8]float64{s0, s1, s2, s3, t0, t1, t2, t3}
}

// axpy4 adds c0 b0 + c1 b1 + c2 b2 + c3 b3 to y, row by row.
func axpy4(y []float64, c *[4]float64, b0, b1, b2, b3 []float64) {
	n := len(y)
	b0, b1, b2, b3 = b0[:n], b1[:n], b2[:n], b3[:n]
	c0, c1, c2, c3 := c[0], c[1], c[2], c[3]
	for i := range y {
		y[i] += (c0*b0[i] + c1*b1[i]) + (c2*b2[i] + c3*b3[i])
	}
}
