package metrics

import "math"

// lineFit holds the rows of a recalibration in canonical order, so that sums
// along it do not depend on the order in which the rows came: by falling eta, then
// the renewed before the churned ones, then by weight.
type lineFit struct {
	eta     []float64 // descending
	p       []float64
	churned []bool
	cluster []int32
	weight  []float64 // 1 in the mean; nil: of every row
	groups  int       // one more than the highest account number
	seen    []bool    // whether the account has rows

	events, renewals float64 // weight of the churned rows, and of the others

	rows          design   // all of them, on eta
	small         []design // see gathered
	centre, scale float64  // of eta: mean and standard deviation
}

// fitted is a line logit p = a + b eta, the variances of its coefficients, and by how much each
// coefficient falls without each account.
type fitted struct {
	a, b, varA, varB float64
	withoutA         []float64
	withoutB         []float64
}

// undetermined is a line that the data do not pin down.
func undetermined() fitted {
	nan := math.NaN()
	return fitted{a: nan, b: nan, varA: nan, varB: nan}
}

// newLineFit takes the rows of a forecast; nil accounts become one per row, and nil weights, which
// are by place and otherwise those of a [WeightedForecast], 1. Values are finite by then.
func newLineFit(forecast *Forecast, cluster []int32, weight []float64) *lineFit {
	n := len(forecast.eta)
	f := &lineFit{eta: forecast.eta, p: forecast.p, churned: forecast.churned, weight: weight, groups: n}
	if cluster == nil {
		f.cluster = make([]int32, n)
		for i := range f.cluster {
			f.cluster[i] = int32(i)
		}
	} else {
		f.cluster, f.groups = inPlaces(cluster, forecast.order), clusterCount(cluster)
	}
	f.prepare()
	return f
}

// heavy reports whether rows weigh differently.
func (f *lineFit) heavy() bool { return f.weight != nil }

// prepare makes what the two fits share.
func (f *lineFit) prepare() {
	f.seen = make([]bool, f.groups)
	for _, g := range f.cluster {
		f.seen[g] = true
	}
	f.centre, f.scale = f.location()
	f.events, f.renewals = f.outcomes()
	n := len(f.eta)
	weights := make([]float64, 2*n)
	f.rows = design{z: f.eta, churned: weights[:n], kept: weights[n:]}
	for i, y := range f.churned {
		w := 1.0
		if f.weight != nil {
			w = f.weight[i]
		}
		if y {
			f.rows.churned[i] = w
		} else {
			f.rows.kept[i] = w
		}
	}
	f.small = f.rows.gathered(min(1, f.scale))
}

// separated reports whether a threshold on eta parts the outcomes, be it with
// both at the threshold itself: then no finite slope maximises the likelihood
// (Albert and Anderson 1984, for one regressor). A constant eta is a case of it.
func (f *lineFit) separated() bool {
	var extremes [2][2]float64 // of the renewed rows, and of the churned ones
	var seen [2]bool
	for i, e := range f.eta { // descending: the first is the highest
		y := index(f.churned[i])
		if !seen[y] {
			extremes[y][0], seen[y] = e, true
		}
		extremes[y][1] = e
	}
	r, c := extremes[0], extremes[1]
	return r[0] <= c[1] || c[0] <= r[1]
}

// offset fits a alone, with b fixed at 1. The residuals fall as a rises, and a
// that gives every row the churn rate bounds the root from either side, so
// Newton's method falls back on bisection where the probabilities are all but 0
// or 1 and the information vanishes.
func (f *lineFit) offset() fitted {
	d := f.rows.holding()
	base := math.Log(f.events / f.renewals)
	low, high := base-f.eta[0], base-f.eta[len(f.eta)-1]
	a, ok := base-f.centre, true
	for _, near := range f.small {
		a, _ = near.holding().root(a, low, high)
	}
	if a, ok = d.root(a, low, high); !ok {
		return undetermined()
	}
	v, without := f.sandwich(d, [2]float64{a, 1})
	line := fitted{a: a, varA: v[0]}
	for _, fall := range without {
		line.withoutA = append(line.withoutA, fall[0])
	}
	return line
}

// root finds the offset between two bounds, from a start between them.
func (d design) root(a, low, high float64) (root float64, ok bool) {
	for range maxSteps {
		gradient, information := d.derivatives([2]float64{a, 1}, nil)
		if gradient[0] > 0 {
			low = a
		} else {
			high = a
		}
		step := gradient[0] / information[0]
		done := arrived(gradient[0]*step, math.Abs(step)) || high-low <= 0x1p-52*math.Abs(a)
		if a += step; !(low <= a && a <= high) {
			a, done = low+(high-low)/2, gradient[0]*step <= converged
		}
		if done {
			return a, true
		}
	}
	return a, false
}

// outcomes is the weight of the churned rows and that of the others.
func (f *lineFit) outcomes() (churned, renewed float64) {
	if !f.heavy() {
		n := countTrue(f.churned)
		return float64(n), float64(len(f.churned) - n)
	}
	var sums [2]compensated
	for i, y := range f.churned {
		sums[index(!y)].add(f.weight[i])
	}
	return sums[0].value(), sums[1].value()
}

// expected is the weight of rows that p says will churn.
func (f *lineFit) expected() float64 {
	var sum compensated
	for i, p := range f.p {
		if f.weight != nil {
			p *= f.weight[i]
		}
		sum.add(p)
	}
	return sum.value()
}

// slope fits a and b. It works on standardised eta, which makes the two nearly
// independent, and transforms the line and its variances back.
func (f *lineFit) slope() fitted {
	d := f.rows.standardised(f.centre, f.scale)
	start, zone := [2]float64{}, quadraticZone
	for _, near := range f.small {
		if beta, ok := near.standardised(f.centre, f.scale).maximise(start, zone); ok {
			start, zone = beta, gatheredZone
		}
	}
	beta, ok := d.maximise(start, zone)
	if !ok {
		return undetermined()
	}
	v, without := f.sandwich(d, beta)
	shift := f.centre / f.scale // a + b (eta-centre)/scale = (a - b shift) + (b/scale) eta
	line := fitted{
		a:    beta[0] - beta[1]*shift,
		b:    beta[1] / f.scale,
		varA: v[0] - 2*shift*v[1] + shift*shift*v[2],
		varB: v[2] / (f.scale * f.scale),
	}
	for _, fall := range without {
		line.withoutA = append(line.withoutA, fall[0]-float64(fall[1]*shift))
		line.withoutB = append(line.withoutB, fall[1]/f.scale)
	}
	return line
}

// location is the mean and the standard deviation of eta. Dividing before adding
// keeps the sum finite for any finite eta.
func (f *lineFit) location() (centre, scale float64) {
	var sum, squares compensated
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

// solve solves the symmetric system h x = g. A second diagonal element of 0,
// the mark of a design without slope, gives x[1] = 0.
func solve(h [3]float64, g [2]float64) [2]float64 { return newSolving(h).solve(g) }

// solving is a symmetric matrix h with its determinant, for many systems.
type solving struct {
	h   [3]float64
	det float64
}

func newSolving(h [3]float64) solving { return solving{h, determinant(h)} }

// solve is [solve].
func (s solving) solve(g [2]float64) [2]float64 {
	h := s.h
	if h[2] == 0 {
		return [2]float64{g[0] / h[0], 0}
	}
	return [2]float64{
		differenceOfProducts(h[2], g[0], h[1], g[1]) / s.det,
		differenceOfProducts(h[0], g[1], h[1], g[0]) / s.det,
	}
}

// determinant is h00 h11 - h01^2, whose terms nearly cancel when all rows have
// nearly the same z.
func determinant(h [3]float64) float64 {
	return differenceOfProducts(h[0], h[2], h[1], h[1])
}
