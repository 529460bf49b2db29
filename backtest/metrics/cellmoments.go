package metrics

import "math"

// inCell is what an account has in a cell: its weight there, and what that churned more than the
// curve said, both as whole numbers of a unit.
type inCell struct {
	cell        int
	mass, churn int64
	rows        squares
}

// squares are sums over rows of the squares of the two.
type squares struct{ mass, churn int64 }

// cellMoments are sums over accounts of products of what they have in any two cells: element
// i*2n + j of 2n x 2n, the n masses before the n residuals.
type cellMoments struct {
	of       []float64
	rows     []rowMoments
	accounts int
	degrees  float64 // of freedom: see [EffectiveDegrees]
}

// rowMoments are the sums over the rows of a cell of the squares of weights and of residuals.
type rowMoments struct{ mass, churn float64 }

// moments are those of the rows in a grouping, where residuals are against p and the curve of
// gaps: a gap of its own in every cell would fit chance and leave too little of it.
//
// The numbers are whole multiples of a unit so small that rounding to it is nothing beside
// chance, and so large that no sum overflows: the order of rows and the numbers of
// accounts change no bit.
func (r *countedRows) moments(grouping int, curve []float64) cellMoments {
	n := len(curve)
	unit, sums, rowSums := r.unit(), make([]products, n*n), make([]squares, n)
	var own []inCell
	influence := make([]float64, 0, r.accounts) // on the mean gap
	r.eachAccount(func(rows []countedRow) {
		own = inCells(own[:0], rows, grouping, curve, unit)
		addProducts(sums, n, own)
		for _, x := range own {
			rowSums[x.cell].mass += x.rows.mass
			rowSums[x.cell].churn += x.rows.churn
		}
		influence = append(influence, churnOf(own))
	})
	m := cellMoments{of: make([]float64, 4*n*n), rows: make([]rowMoments, n), accounts: r.accounts, degrees: EffectiveDegrees(influence)}
	for i := range n {
		m.rows[i] = rowMoments{float64(rowSums[i].mass) * unit * unit, float64(rowSums[i].churn) * unit * unit}
		for j, s := range sums[i*n : (i+1)*n] {
			if j < i {
				continue
			}
			for at, v := range [...]int64{s.masses, s.massChurn, s.churnMass, s.churns} {
				row, column := i+at/2*n, j+at%2*n
				of := float64(v) * unit * unit
				m.of[row*2*n+column], m.of[column*2*n+row] = of, of
			}
		}
	}
	return m
}

// inCells gathers the rows of an account by rising cell; they come by falling p.
func inCells(own []inCell, rows []countedRow, grouping int, curve []float64, unit float64) []inCell {
	perUnit := 1 / unit
	for i := len(rows) - 1; i >= 0; i-- {
		row := &rows[i]
		k := int(row.cell[grouping])
		if last := len(own) - 1; last < 0 || own[last].cell != k {
			own = append(own, inCell{cell: k})
		}
		to := &own[len(own)-1]
		mass, churn := int64(math.RoundToEven(row.weight*perUnit)), int64(math.RoundToEven(row.weight*(row.residual-curve[k])*perUnit))
		to.mass, to.churn = to.mass+mass, to.churn+churn
		to.rows.mass, to.rows.churn = to.rows.mass+mass*mass, to.rows.churn+churn*churn
	}
	return own
}

// churnOf is what an account churned more than the curve said.
func churnOf(own []inCell) float64 {
	var churn int64
	for _, x := range own {
		churn += x.churn
	}
	return float64(churn)
}

// products are sums of those of what accounts have in a cell and in one that is not before it.
type products struct{ masses, massChurn, churnMass, churns int64 }

// addProducts adds those of one account, whose cells rise. An account is in few cells, so that this
// is a handful of products and not a whole matrix.
func addProducts(sums []products, n int, own []inCell) {
	for i, x := range own {
		row := sums[x.cell*n:][:n]
		for _, y := range own[i:] {
			to := &row[y.cell]
			to.masses += x.mass * y.mass
			to.massChurn += x.mass * y.churn
			to.churnMass += x.churn * y.mass
			to.churns += x.churn * y.churn
		}
	}
}

// unit is a weight so that sums of products of accounts' weights stay below 2^62 units; residuals are
// at most twice the weight, or little more.
func (r *countedRows) unit() float64 {
	most := 0.0
	r.eachAccount(func(rows []countedRow) {
		var sum float64
		for i := range rows {
			sum += rows[i].weight
		}
		most = max(most, sum)
	})
	return math.Ldexp(math.Sqrt(4*most*r.all), -30)
}
