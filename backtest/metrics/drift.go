package metrics

import "math"

// Stability is the index of one period against the reference, with what it would be if
// nothing had changed.
type Stability struct {
	PSI          float64 // with PSIPrior
	Null95       float64 // exceeded with probability 5 % when nothing has changed
	P            float64 // probability of an index as large when nothing has changed
	DesignEffect float64 // Null95's scale over that of independent rows
	N, M         int     // rows of the period and of the reference
}

// Drift is the [PSI] of every period against the reference where accounts repeat.
// Row i lies in bin[i] of 0..bins-1 and belongs to account cluster[i] and to period[i]:
// 0 is the reference, 1..periods are compared with it, a negative one is left out.
// Element k of the result is period k+1.
//
// Under no drift PSI is, to first order, the quadratic form sum_b (a_b-e_b)^2 / p_b of a
// difference of shares with mean zero and the covariance
//
//	V = G/(G-1) sum_g u_g u_g',   u_g = (x_g - |x_g| a)/n - (r_g - |r_g| e)/m
//
// over accounts g with x_g and r_g rows per bin in the period and in the reference.
// Its distribution, a weighted sum of chi-squares, is matched in mean and variance by
// c chi2_v, c = tr(M^2)/tr(M), v = tr(M)^2/tr(M^2), M = D^-1/2 V D^-1/2 (Rao and Scott
// 1981; Satterthwaite 1946). With every row its own account it is the law of
// [PSINull]. Accounts that are in both sides make the difference smaller, accounts
// with many alike rows make it larger; both are in V.
//
// Accounts count in integers, so no bit depends on the order of rows. P and Null95 are
// NaN with fewer than two accounts, fewer than two bins in use, or an empty side.
// Errors: lengths that differ, a bin or period out of range, a negative account.
func Drift(bin, period, cluster []int32, bins, periods int) ([]Stability, error) {
	rows, err := NewDriftRows(period, cluster, nil, periods)
	if err != nil {
		return nil, err
	}
	return rows.Drift(bin, bins)
}

// Drift is [Drift] of the rows in bins: each of them counts once, whatever it weighs.
func (d *DriftRows) Drift(bin []int32, bins int) ([]Stability, error) {
	counts, err := d.counted(bin, bins)
	if err != nil {
		return nil, err
	}
	return counts.sums().stabilities(), nil
}

// counted are the counts of all accounts.
func (d *DriftRows) counted(bin []int32, bins int) (*drifting, error) {
	if err := d.check(bin, bins); err != nil {
		return nil, err
	}
	return d.count(bin, bins), nil
}

// count is counted of bins that were checked.
func (d *DriftRows) count(bin []int32, bins int) *drifting {
	counts := newDrifting(bins, d.periods)
	for _, run := range d.runs.all() {
		counts.account(bin, d.period, run)
	}
	return counts
}

// stabilities compares every period with the reference.
func (d driftSums) stabilities() []Stability {
	out := make([]Stability, len(d.rows)-1)
	for k := range out {
		out[k] = d.stability(k + 1)
	}
	return out
}

// drifting collects what the covariance needs: sums over accounts of products of their
// counts, of the reference (period 0) with itself and of every period with itself and
// with the reference.
type drifting struct {
	bins     int
	count    [][]int   // per period, per bin
	accounts []int     // per period: with at least one row
	both     []int     // per period: in it and in the reference
	self     [][]int64 // per period: sum x x'
	cross    [][]int64 // per period: sum x r'

	own     [][]int32 // scratch: the account's rows per period and bin
	touched [][]int32 // scratch: the bins of own that are not zero
}

func newDrifting(bins, periods int) *drifting {
	d := &drifting{bins: bins, accounts: make([]int, periods+1), both: make([]int, periods+1)}
	for range periods + 1 {
		d.count = append(d.count, make([]int, bins))
		d.self = append(d.self, make([]int64, bins*bins))
		d.cross = append(d.cross, make([]int64, bins*bins))
		d.own = append(d.own, make([]int32, bins))
		d.touched = append(d.touched, nil)
	}
	return d
}

// account adds the rows of one account.
func (d *drifting) account(bin, period, rows []int32) {
	for _, i := range rows {
		if k := period[i]; k >= 0 {
			b := bin[i]
			if d.own[k][b] == 0 {
				d.touched[k] = append(d.touched[k], b)
			}
			d.own[k][b]++
		}
	}
	for k := range d.own {
		if len(d.touched[k]) == 0 {
			continue
		}
		d.accounts[k]++
		if len(d.touched[0]) > 0 {
			d.both[k]++
		}
		for _, b := range d.touched[k] {
			d.count[k][b] += int(d.own[k][b])
			d.products(d.self[k], k, b, k)
			d.products(d.cross[k], k, b, 0)
		}
	}
	for k := range d.own {
		for _, b := range d.touched[k] {
			d.own[k][b] = 0
		}
		d.touched[k] = d.touched[k][:0]
	}
}

// products adds the account's count in bin b of period k times its counts in period l.
func (d *drifting) products(sum []int64, k int, b int32, l int) {
	for _, c := range d.touched[l] {
		sum[int(b)*d.bins+int(c)] += int64(d.own[k][b]) * int64(d.own[l][c])
	}
}

// sums are the counts as numbers, which they fit into without rounding.
func (d *drifting) sums() driftSums {
	s := driftSums{bins: d.bins, accounts: d.accounts, both: d.both}
	for k := range d.count {
		s.rows = append(s.rows, total(d.count[k]))
		s.count, s.self, s.cross = append(s.count, asFloats(d.count[k])), append(s.self, asFloats(d.self[k])), append(s.cross, asFloats(d.cross[k]))
	}
	return s
}

// asFloats converts whole numbers.
func asFloats[T int | int64](list []T) []float64 {
	out := make([]float64, len(list))
	for i, v := range list {
		out[i] = float64(v)
	}
	return out
}

// driftSums are what [drifting] has collected, of rows or of weights that are 1 in the mean.
type driftSums struct {
	bins           int
	rows           []int       // per period
	count          [][]float64 // per period, per bin: rows, or their weight
	accounts, both []int
	self, cross    [][]float64
}

// stability compares period k with the reference.
func (d driftSums) stability(k int) Stability {
	s := Stability{PSI: psiOf(d.count[0], d.count[k], PSIPrior), N: d.rows[k], M: d.rows[0],
		Null95: math.NaN(), P: math.NaN(), DesignEffect: math.NaN()}
	accounts := d.accounts[0] + d.accounts[k] - d.both[k]
	used := usedBins(d.count[0], d.count[k])
	if s.N == 0 || s.M == 0 || accounts < 2 || used < 2 {
		return s
	}
	trace, square := d.traces(k, smallSample(accounts))
	if !(trace > 0) {
		return s
	}
	scale, freedom := square/trace, trace*trace/square
	s.Null95 = scale * chiSquareQuantile(freedom, 0.95)
	s.P = chiSquareTail(freedom, s.PSI/scale)
	s.DesignEffect = trace / (float64(used-1) * (1/float64(s.N) + 1/float64(s.M)))
	return s
}

// traces are tr(M) and tr(M^2).
func (d driftSums) traces(k int, factor float64) (trace, square float64) {
	n, m := float64(d.rows[k]), float64(d.rows[0])
	v := d.centred(d.self[k], k, k, n*n)
	between := d.centred(d.cross[k], k, 0, n*m)
	reference := d.centred(d.self[0], 0, 0, m*m)
	pooled := make([]float64, d.bins)
	for b := range pooled {
		pooled[b] = (d.count[k][b] + d.count[0][b]) / (n + m)
	}
	for b := range d.bins {
		for c := range d.bins {
			if pooled[b] == 0 || pooled[c] == 0 {
				continue
			}
			at, turned := b*d.bins+c, c*d.bins+b
			x := factor * (v[at] - between[at] - between[turned] + reference[at])
			square += x * x / (pooled[b] * pooled[c])
			if b == c {
				trace += x / pooled[b]
			}
		}
	}
	return trace, square
}

// centred is A_k S A_l' / scale with A = I - share 1': the products of counts as
// deviations from what the account's number of rows would give at the common shares.
func (d driftSums) centred(sum []float64, k, l int, scale float64) []float64 {
	rows, columns := make([]float64, d.bins), make([]float64, d.bins)
	all := 0.0
	for b := range d.bins {
		for c := range d.bins {
			x := sum[b*d.bins+c]
			rows[b] += x    // over the bins of l
			columns[c] += x // over the bins of k
			all += x
		}
	}
	shareK, shareL := d.shares(k), d.shares(l)
	out := make([]float64, d.bins*d.bins)
	for b := range d.bins {
		for c := range d.bins {
			x := sum[b*d.bins+c] - shareK[b]*columns[c] - rows[b]*shareL[c] + shareK[b]*shareL[c]*all
			out[b*d.bins+c] = x / scale
		}
	}
	return out
}

// shares are the counts of a period over its rows.
func (d driftSums) shares(k int) []float64 {
	out := make([]float64, d.bins)
	for b, c := range d.count[k] {
		out[b] = ratio(c, float64(d.rows[k]))
	}
	return out
}
