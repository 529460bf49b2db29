package logit

// Small dense q x q matrices of double-doubles, row-major.

// ddCholesky returns the lower triangular L with L L' = a, and false if a is
// not numerically positive definite.
func ddCholesky(a []dd, q int) ([]dd, bool) {
	l := make([]dd, q*q)
	for j := range q {
		s := a[j*q+j]
		for k := range j {
			s = s.sub(l[j*q+k].mul(l[j*q+k]))
		}
		if !(s.hi > 0) {
			return nil, false
		}
		pivot := s.sqrt()
		l[j*q+j] = pivot
		for i := j + 1; i < q; i++ {
			s := a[i*q+j]
			for k := range j {
				s = s.sub(l[i*q+k].mul(l[j*q+k]))
			}
			l[i*q+j] = s.div(pivot)
		}
	}
	return l, true
}

// ddForward solves L x = b in place.
func ddForward(l, b []dd, q int) {
	for i := range q {
		s := b[i]
		for k := range i {
			s = s.sub(l[i*q+k].mul(b[k]))
		}
		b[i] = s.div(l[i*q+i])
	}
}
