package models

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"

	"holdfast/dataset"
	"holdfast/features"
)

// Shares are three answers to "how much of the score is this?", each over all factors
// together 1. With c_f the contribution of factor f to the log-odds of a row, summed
// over its columns, and eta the sum over factors:
//
//   - Share = sd(c_f) / sum_g sd(c_g): how far the factor moves scores. For a factor with
//     one column it is |weight per SD| over the sum of these, as in Weight.Share; for a
//     category it does not depend on which level is the reference.
//   - Explained = cov(c_f, eta) / var(eta), the split of the variance that is linear in the
//     contributions. It is negative for a factor that mostly takes back what others give.
//   - Dominance splits var(eta) by what a factor's columns explain beyond those that came
//     before them, averaged over all orders (Lindeman, Merenda and Gold 1980, p. 119;
//     Shapley). It is never negative and shares out fairly what correlated factors know
//     in common. With more than seven factors the orders are a sample (see orders).
//
// They describe the score, not the world: what moves it much need not be true.
type Shares struct {
	Share     Stat `json:"share"`
	Explained Stat `json:"explained"`
	Dominance Stat `json:"dominance"`
}

// CategoryShare is a category's sum of the shares of its factors.
type CategoryShare struct {
	Category string `json:"category"` // "" for factors that were given none
	Shares
}

// describe fills in what follows from the covariance of the design alone, and lays out the
// lists that the rest fills: one weight per column behind the intercept, one factor per term.
func (inf *Inference) describe(ctx context.Context, m *Model, d *features.Design) error {
	cov, err := designCovariance(ctx, d)
	if err != nil {
		return err
	}
	terms := termsOf(m.Encoder.Names())
	for _, t := range terms {
		inf.Factors = append(inf.Factors, FactorInference{Factor: t.factor, Category: t.category, Columns: t.to - t.from,
			LR: Undefined(), LRP: Undefined(), ClusterChi2: Undefined(), ClusterP: Undefined(), GVIF: Undefined()})
	}
	inf.Weights = weightRows(m.Encoder)
	inf.inflation(cov, m.Coef, terms)
	inf.share(cov, m.Coef, terms)
	return nil
}

// designCovariance is the population covariance of the columns of a design, columns x columns,
// summed in row order, a block at a time: O(rows columns^2), and memory for one block.
func designCovariance(ctx context.Context, d *features.Design) (*mat.SymDense, error) {
	_, p := d.Size()
	sums, products := make([]float64, p), mat.NewSymDense(p, nil)
	buffers, block := make([][]float64, p), make([][]float64, p)
	for j := range buffers {
		buffers[j] = make([]float64, min(dataset.BatchRows, d.Rows))
	}
	for from := 0; from < d.Rows; from += dataset.BatchRows {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		for j := range block {
			var err error
			if block[j], err = d.Piece(j, from, buffers[j][:min(dataset.BatchRows, d.Rows-from)]); err != nil {
				return nil, err
			}
		}
		addMoments(block, sums, products)
	}
	// The textbook formula cancels where means are large against spreads. Here they are not:
	// the means of standardised columns are rounding, and scores lie within 0 and 100.
	n := float64(d.Rows)
	for i := range p {
		for j := range i + 1 {
			products.SetSym(i, j, products.At(i, j)/n-sums[i]/n*sums[j]/n)
		}
	}
	return products, nil
}

// addMoments adds the sums and products of one block.
func addMoments(block [][]float64, sums []float64, products *mat.SymDense) {
	for i, x := range block {
		for _, v := range x {
			sums[i] += v
		}
		j := 0
		for ; j+4 <= i+1; j += 4 {
			for k, dot := range dots(x, [4][]float64(block[j:])) {
				products.SetSym(i, j+k, products.At(i, j+k)+dot)
			}
		}
		for ; j <= i; j++ {
			dot := 0.0
			for r, v := range x {
				dot += float64(v * block[j][r]) // not fused: the same bits everywhere
			}
			products.SetSym(i, j, products.At(i, j)+dot)
		}
	}
}

// dots are the products of a column with four others, each summed in row order: a sum waits for
// its last addition, and four do so at once.
func dots(x []float64, y [4][]float64) (sum [4]float64) {
	a, b, c, d := y[0][:len(x)], y[1][:len(x)], y[2][:len(x)], y[3][:len(x)]
	var p, q, r, s float64
	for i, v := range x {
		p += float64(v * a[i])
		q += float64(v * b[i])
		r += float64(v * c[i])
		s += float64(v * d[i])
	}
	return [4]float64{p, q, r, s}
}

// share computes the three splits. Columns without a weight are no part of the score. A score
// that is the same for all rows has no split: its shares are 0/0, undefined.
func (inf *Inference) share(cov *mat.SymDense, coef []float64, terms []term) {
	k := len(terms)
	between := mat.NewSymDense(k, nil) // covariances of contributions
	for f, t := range terms {
		for g, u := range terms[:f+1] {
			between.SetSym(f, g, bilinear(cov, coef, t, u))
		}
	}
	moves, variance := 0.0, mat.Sum(between)
	for f := range k {
		moves += math.Sqrt(max(0, between.At(f, f)))
	}
	dominance := dominate(cov, coef, terms)
	index := make(map[string]int)
	for f, t := range terms {
		s := Shares{Stat(math.Sqrt(max(0, between.At(f, f))) / moves), Stat(rowSum(between, f) / variance), Stat(dominance[f])}
		inf.Factors[f].Shares = s
		at, seen := index[t.category]
		if !seen {
			at = len(inf.Categories)
			index[t.category] = at
			inf.Categories = append(inf.Categories, CategoryShare{Category: t.category})
		}
		c := &inf.Categories[at].Shares
		c.Share, c.Explained, c.Dominance = c.Share+s.Share, c.Explained+s.Explained, c.Dominance+s.Dominance
	}
}

// rowSum is the covariance of one contribution with all together.
func rowSum(s *mat.SymDense, row int) float64 {
	sum := 0.0
	for j := range s.SymmetricDim() {
		sum += s.At(row, j)
	}
	return sum
}

// bilinear is the covariance of the contributions of two factors.
func bilinear(cov *mat.SymDense, coef []float64, t, u term) float64 {
	sum := 0.0
	for i := t.from; i < t.to; i++ {
		for j := u.from; j < u.to; j++ {
			sum += coef[i] * cov.At(i, j) * coef[j]
		}
	}
	return sum
}

// dominate averages, over orders of the factors (orders), what each adds to the explained
// variance of eta. For one order that is one Cholesky factor L of the covariance in that
// order: with t = L^-1 cov(x, eta), the first m columns explain t_1^2 + ... + t_m^2.
func dominate(cov *mat.SymDense, coef []float64, terms []term) []float64 {
	share := make([]float64, len(terms))
	total := 0.0
	for order := range orders(len(terms)) {
		var at, owner []int
		for _, f := range order {
			for j := terms[f].from; j < terms[f].to; j++ {
				if coef[j] != 0 {
					at, owner = append(at, j), append(owner, f)
				}
			}
		}
		for i, v := range increments(cov, coef, at) {
			share[owner[i]] += v
			total += v
		}
	}
	for f := range share {
		share[f] /= total // 0/0 where nothing is explained or the covariance is singular: undefined
	}
	return share
}

// increments are the t_i^2 of one order of columns, nil when their covariance is singular.
func increments(cov *mat.SymDense, coef []float64, at []int) []float64 {
	if len(at) == 0 {
		return nil
	}
	v, c := mat.NewSymDense(len(at), nil), mat.NewVecDense(len(at), nil)
	for i, a := range at {
		with := 0.0
		for k, b := range at {
			with += cov.At(a, b) * coef[b]
			if k <= i {
				v.SetSym(i, k, cov.At(a, b))
			}
		}
		c.SetVec(i, with)
	}
	var root mat.Cholesky
	if !root.Factorize(v) {
		return nil
	}
	var l mat.TriDense
	root.LTo(&l)
	var t mat.VecDense
	if t.SolveVec(&l, c) != nil {
		return nil
	}
	squares := make([]float64, len(at))
	for i := range squares {
		squares[i] = t.AtVec(i) * t.AtVec(i)
	}
	return squares
}

const (
	allOrders     = 7    // factors of which every order is taken: 5040 of them
	sampledOrders = 1000 // of more factors, each followed by its reverse
)

// orders yields every order of up to allOrders factors, and of more a sample from a
// generator of its own: what is yielded depends on k alone. A reverse takes off most of
// the chance, because who came first there comes last.
func orders(k int) func(yield func([]int) bool) {
	order := make([]int, k)
	for i := range order {
		order[i] = i
	}
	return func(yield func([]int) bool) {
		if k <= allOrders {
			permute(order, 0, yield)
			return
		}
		rng := rand.New(rand.NewPCG(uint64(k), 0))
		for range sampledOrders {
			rng.Shuffle(k, func(i, j int) { order[i], order[j] = order[j], order[i] })
			back := slices.Clone(order)
			slices.Reverse(back)
			if !yield(order) || !yield(back) {
				return
			}
		}
	}
}

// permute yields every order of order[from:] behind what is before it, and leaves order as it
// found it. The slice is the same each time: who keeps it clones it.
func permute(order []int, from int, yield func([]int) bool) bool {
	if from == len(order) {
		return yield(order)
	}
	for i := from; i < len(order); i++ {
		order[from], order[i] = order[i], order[from]
		if !permute(order, from+1, yield) {
			return false
		}
		order[from], order[i] = order[i], order[from]
	}
	return true
}
