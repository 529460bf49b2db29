package metrics

import "math"

// lineFit holds the rows of a recalibration in canonical order, so that sums
// along it do not depend on the order in which the rows came.
type lineFit struct {
	eta     []float64 // descending
	churned []bool
	cluster []int32
	weight  []float64 // 1 in the mean
	groups  int       // one more than the highest account number
}

// fitted is a line logit p = a + b eta and the variances of its coefficients.
type fitted struct{ a, b, varA, varB float64 }

// undetermined is a line that the data do not pin down.
func undetermined() fitted {
	nan := math.NaN()
	return fitted{nan, nan, nan, nan}
}

// design is what one of the two fits regresses on: logit p = offset + a + b z.
// A z that is 0 throughout leaves b at 0, which is the one-parameter fit.
//
// All methods take the coefficients as beta = (a, b), score vectors as (d/da,
// d/db) and symmetric matrices by their upper triangle (00, 01, 11).
type design struct {
	*lineFit
	offset, z []float64
}

// newLineFit sorts the rows; nil accounts become one per row, and nil weights 1. Values are
// finite by then, so the sort cannot refuse them.
func newLineFit(eta []float64, churned []bool, cluster []int32, weight []float64) *lineFit {
	rows, _ := descending(eta, churned)
	f := &lineFit{
		eta:     make([]float64, len(rows)),
		churned: make([]bool, len(rows)),
		cluster: make([]int32, len(rows)),
		weight:  make([]float64, len(rows)),
		groups:  len(rows),
	}
	for i, k := range rows {
		f.eta[i], f.churned[i], f.cluster[i], f.weight[i] = eta[k.row], churned[k.row], int32(k.row), 1
		if cluster != nil {
			f.cluster[i] = cluster[k.row]
		}
		if weight != nil {
			f.weight[i] = weight[k.row]
		}
	}
	if cluster != nil {
		f.groups = clusterCount(cluster)
	}
	return f
}

// separated reports whether a threshold on eta parts the outcomes, be it with
// both at the threshold itself: then no finite slope maximises the likelihood
// (Albert and Anderson 1984, for one regressor). A constant eta is a case of it.
func (f *lineFit) separated() bool {
	extremes := map[bool]*[2]float64{}
	for i, e := range f.eta { // descending: the first is the highest
		x := extremes[f.churned[i]]
		if x == nil {
			x = &[2]float64{e, e}
			extremes[f.churned[i]] = x
		}
		x[1] = e
	}
	c, r := extremes[true], extremes[false]
	return r[0] <= c[1] || c[0] <= r[1]
}

// offset fits a alone, with b fixed at 1. The residuals fall as a rises, and a
// that gives every row the churn rate bounds the root from either side, so
// Newton's method falls back on bisection where the probabilities are all but 0
// or 1 and the information vanishes.
func (f *lineFit) offset() fitted {
	d := design{f, f.eta, make([]float64, len(f.eta))}
	events, renewals := f.outcomes()
	base := math.Log(events / renewals)
	centre, _ := f.location()
	a, low, high := base-centre, base-f.eta[0], base-f.eta[len(f.eta)-1]
	for range maxSteps {
		gradient, information := d.derivatives([2]float64{a})
		if gradient[0] > 0 {
			low = a
		} else {
			high = a
		}
		step := gradient[0] / information[0]
		done := gradient[0]*step <= converged || high-low <= 0x1p-52*math.Abs(a)
		if a += step; !(low <= a && a <= high) {
			a = low + (high-low)/2
		}
		if done {
			return fitted{a: a, varA: d.sandwich([2]float64{a})[0]}
		}
	}
	return undetermined()
}

// outcomes is the weight of the churned rows and that of the others.
func (f *lineFit) outcomes() (churned, renewed float64) {
	var sums [2]exactSum
	for i, y := range f.churned {
		if y {
			sums[0].add(f.weight[i])
		} else {
			sums[1].add(f.weight[i])
		}
	}
	return sums[0].value(), sums[1].value()
}

// slope fits a and b. It works on standardised eta, which makes the two nearly
// independent, and transforms the line and its variances back.
func (f *lineFit) slope() fitted {
	centre, scale := f.location()
	z := make([]float64, len(f.eta))
	for i, e := range f.eta {
		z[i] = (e - centre) / scale
	}
	d := design{f, make([]float64, len(f.eta)), z}
	beta, ok := d.maximise()
	if !ok {
		return undetermined()
	}
	v := d.sandwich(beta)
	shift := centre / scale // a + b (eta-centre)/scale = (a - b shift) + (b/scale) eta
	return fitted{
		a:    beta[0] - beta[1]*shift,
		b:    beta[1] / scale,
		varA: v[0] - 2*shift*v[1] + shift*shift*v[2],
		varB: v[2] / (scale * scale),
	}
}

// location is the mean and the standard deviation of eta. Dividing before adding
// keeps the sum finite for any finite eta.
func (f *lineFit) location() (centre, scale float64) {
	var sum, squares exactSum
	n := float64(len(f.eta))
	for _, e := range f.eta {
		sum.add(e / n)
	}
	centre = sum.value()
	for _, e := range f.eta {
		squares.add((e - centre) * (e - centre) / n)
	}
	return centre, math.Sqrt(squares.value())
}

// Newton's method stops once the decrement says that the step just taken was
// already exact to rounding: errors square, so 1e-20 leaves none.
const (
	maxSteps      = 100
	converged     = 1e-20
	quadraticZone = 1e-8  // decrement below which full steps need no check
	collinear     = 1e-10 // 1 - r^2 of intercept and slope that leaves too few digits
)

// maximise fits (a, b) by Newton steps from the line of no relation, halved while
// they would raise the loss.
// It gives up where the outcomes overlap in so few of the digits of eta that
// rounding errors decide.
func (d design) maximise() (beta [2]float64, ok bool) {
	loss := d.loss(beta)
	for range maxSteps {
		gradient, information := d.derivatives(beta)
		if !(determinant(information) > collinear*information[0]*information[2]) {
			return beta, false
		}
		step := solve(information, gradient)
		decrement := step[0]*gradient[0] + step[1]*gradient[1]
		next := [2]float64{beta[0] + step[0], beta[1] + step[1]}
		if decrement > quadraticZone {
			next, loss = d.descend(beta, step, loss)
		}
		beta = next
		if decrement <= converged {
			return beta, true
		}
	}
	return beta, false
}

// descend halves the step until the loss does not rise. The loss is convex, so
// some fraction of a Newton step always lowers it, unless the step is already
// down to rounding errors; then the smallest one is as good as any.
func (d design) descend(beta, step [2]float64, loss float64) (next [2]float64, lower float64) {
	for size := 1.0; ; size /= 2 {
		next = [2]float64{beta[0] + size*step[0], beta[1] + size*step[1]}
		lower = d.loss(next)
		if lower <= loss || size < 1e-10 {
			return next, lower
		}
	}
}

// logOdds is row i's linear predictor. The product is rounded on purpose: a
// compiler that fused it with the sum would change bits between architectures.
func (d design) logOdds(i int, beta [2]float64) float64 {
	return d.offset[i] + beta[0] + float64(beta[1]*d.z[i])
}

// loss is the negative log-likelihood.
func (d design) loss(beta [2]float64) float64 {
	var sum exactSum
	for i, y := range d.churned {
		sum.add(d.weight[i] * softplus(toward(d.logOdds(i, beta), y)))
	}
	return sum.value()
}

// residual is y - p, with the relative precision of the smaller of p and 1-p.
func residual(logOdds float64, churned bool) float64 {
	miss := sigmoid(toward(logOdds, churned))
	if churned {
		return miss
	}
	return -miss
}

// derivatives are the score vector and the information matrix (00, 01, 11) of
// the log-likelihood at beta.
func (d design) derivatives(beta [2]float64) (gradient [2]float64, information [3]float64) {
	var g [2]exactSum
	var h [3]exactSum
	for i, y := range d.churned {
		// p(1-p) as a product of both tails is accurate for p near 1, too.
		x, z := d.logOdds(i, beta), d.z[i]
		u, w := d.weight[i]*residual(x, y), d.weight[i]*(sigmoid(x)*sigmoid(-x))
		g[0].add(u)
		g[1].add(u * z)
		h[0].add(w)
		h[1].add(w * z)
		h[2].add(w * z * z)
	}
	gradient = [2]float64{g[0].value(), g[1].value()}
	return gradient, [3]float64{h[0].value(), h[1].value(), h[2].value()}
}

// sandwich is the cluster-robust covariance (00, 01, 11) of beta:
// B^-1 (sum_g u_g u_g') B^-1 G/(G-1) with B the information matrix, u_g the sum
// of account g's score vectors and G the accounts that have rows. An account's
// rows are added in canonical order, the accounts exactly, so neither the order
// of the rows nor the numbering of the accounts shows in the result.
func (d design) sandwich(beta [2]float64) [3]float64 {
	score := make([][2]float64, d.groups)
	seen := make([]bool, d.groups)
	for i, y := range d.churned {
		g := d.cluster[i]
		u := float64(d.weight[i] * residual(d.logOdds(i, beta), y))
		score[g][0] += u
		score[g][1] += float64(u * d.z[i])
		seen[g] = true
	}
	accounts := float64(countTrue(seen))
	_, bread := d.derivatives(beta)
	var meat [3]exactSum
	for _, u := range score {
		// Solving first gives each account's influence on beta itself.
		v := solve(bread, u)
		meat[0].add(v[0] * v[0])
		meat[1].add(v[0] * v[1])
		meat[2].add(v[1] * v[1])
	}
	c := ratio(accounts, accounts-1)
	return [3]float64{c * meat[0].value(), c * meat[1].value(), c * meat[2].value()}
}

// solve solves the symmetric system h x = g. A second diagonal element of 0,
// the mark of a design without slope, gives x[1] = 0.
func solve(h [3]float64, g [2]float64) [2]float64 {
	if h[2] == 0 {
		return [2]float64{g[0] / h[0], 0}
	}
	det := determinant(h)
	return [2]float64{
		differenceOfProducts(h[2], g[0], h[1], g[1]) / det,
		differenceOfProducts(h[0], g[1], h[1], g[0]) / det,
	}
}

// determinant is h00 h11 - h01^2, whose terms nearly cancel when all rows have
// nearly the same z.
func determinant(h [3]float64) float64 {
	return differenceOfProducts(h[0], h[2], h[1], h[1])
}
