package metrics

// times is the product of a square matrix, row by row, and a vector.
func times(m, x []float64) []float64 {
	return timesRows(m, x, func(int) int { return len(x) })
}

// timesTriangle is the product of a lower triangle, a square matrix of zeros above its diagonal, and a vector.
func timesTriangle(m, x []float64) []float64 {
	return timesRows(m, x, func(last int) int { return last + 1 })
}

// timesRows goes through four rows at a time, whose sums do not wait for each other; each adds up
// from left to right. reach is how many columns count up to a row.
func timesRows(m, x []float64, reach func(last int) int) []float64 {
	n := len(x)
	out := make([]float64, n)
	i := 0
	for ; i+4 <= n; i += 4 {
		to := reach(i + 3)
		a, b, c, d := m[i*n:][:to], m[(i+1)*n:][:to], m[(i+2)*n:][:to], m[(i+3)*n:][:to]
		var s, t, u, v float64
		for k, y := range x[:to] {
			s += float64(a[k] * y)
			t += float64(b[k] * y)
			u += float64(c[k] * y)
			v += float64(d[k] * y)
		}
		out[i], out[i+1], out[i+2], out[i+3] = s, t, u, v
	}
	for ; i < n; i++ {
		for k, v := range m[i*n:][:reach(i)] {
			out[i] += float64(v * x[k])
		}
	}
	return out
}
