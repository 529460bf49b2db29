package backtest

import (
	"math"
	"slices"

	"holdfast/backtest/metrics"
	"holdfast/models"
)

// Worth is what the call lists of one candidate hold in money, over all periods. Value is
// the churned money; what a save rate makes of it is an assumption of the user, not an
// estimate, and no interval covers it.
type Worth struct {
	AtRisk   metrics.Estimate // value of the accounts that churned and could have been listed
	Captured metrics.Estimate // of it, on the lists at capacity
	Missed   metrics.Estimate // of it, not on them
	Worked   int              // accounts on the lists

	Periods   []PeriodWorth // in time order
	Weighted  []Metric      // metrics in which a row counts by its value; see ValueAUC and its kind
	BreakEven []BreakEven   // by contact cost
	Grid      []MoneyRow    // by save rate, and within it by contact cost
	Curve     []ListWorth   // by length of the lists
	Campaigns []Campaigning // by save rate; the last is the expectation over save rates
	Retention []Retention   // by save rate, the first with none; nil for targets other than churn
	Tiers     []TierWorth   // in the order of Options.Tiers

	Gains    []metrics.WeightedGain // in tenths of all value; nil where a value is below zero
	Decision []ValueDecision        // at every percent from 1 to 99
}

// PeriodWorth is one period in money. Expected is what the probabilities said would be at
// risk: the sum of p times value.
type PeriodWorth struct {
	Fold                             int // index into Result.Folds
	Accounts, Worked                 int
	Stake, Expected                  float64
	AtRisk, Captured, Missed, Listed float64 // Listed: value of all accounts on the list
}

// BreakEven is the save rate from which the contacts pay: cost * worked / captured. Above 1
// no success can pay for them.
type BreakEven struct{ ContactCost, SaveRate, Low, High float64 }

// ListWorth is what lists of another length would have held: with it, any save rate and
// contact cost can be tried, as SaveRate*Value - ContactCost*Worked.
type ListWorth struct {
	Capacity int     // accounts per period
	Worked   float64 // over all periods
	Value    float64 // churned value on the lists
}

// Campaigning is the best profit of a campaign with the mean value for every account
// (Verbraken, Verbeke and Baesens 2013): MPC at a save rate, and EMPC, the expectation over
// save rates of Beta(6, 14), of mean 0.3, whose SaveRate is NaN.
type Campaigning struct {
	SaveRate float64
	metrics.Optimum
}

// Retention is the gross revenue retention that the team could have had: the value of the
// accounts that stayed, and of the share of the listed churners that is saved, over all
// value, each account once a period.
type Retention struct{ SaveRate, GRR, Low, High float64 }

// money is what working the lists at capacity is worth over a range of save rates:
// a saved churner keeps its value, every contact costs. The interval is that of the
// value on the lists; the save rate is an assumption of the user, not an estimate.
func money(list []Metric, s *sample, o Options) []MoneyRow {
	if s.value == nil {
		return nil
	}
	value := Find(list, ValueCaptured)
	worked := worked(s, o.Capacity)
	var rows []MoneyRow
	for _, rate := range o.SaveRates {
		rows = append(rows, moneyRow(value.Value, value.Low, value.High, rate, worked, o.ContactCost))
	}
	return rows
}

// moneyRow is what lists with a captured value are worth.
func moneyRow(value, low, high, rate float64, worked int, contact float64) MoneyRow {
	cost := float64(worked) * contact
	return MoneyRow{SaveRate: rate, CostEach: contact, ValueProtected: rate * value, ContactCost: cost, Net: rate*value - cost,
		Low: rate*low - cost, High: rate*high - cost}
}

// worked is the number of accounts on the lists of all periods.
func worked(s *sample, capacity int) int {
	total := 0
	for _, accounts := range listable(s) {
		total += min(accounts, max(0, capacity))
	}
	return total
}

// measureWorth fills in the money of candidate c, of whose lists so many accounts are worked; nothing
// without values.
func (cand *CandidateResult) measureWorth(s ranked, worked int, boot *resampled, c int, r *Result) {
	if s.value == nil {
		return
	}
	o, chance := r.Options, pick(s.lists.chances(len(s.score), r.Options.Capacity), s.order)
	w := &Worth{Worked: worked}
	w.Captured, w.Missed, w.AtRisk = boot.values3(c, o.Level)
	w.Periods = periodWorths(s.sample, chance, s.byScore(s.forecast.P()))
	w.Weighted = s.weightedMetrics(chance, o.Level)
	w.measureValueCurves(s, o.Level)
	w.price(o)
	w.Curve = listWorths(s.lists, o.Capacity)
	w.Campaigns = campaigns(s.sample, s.score, o)
	if r.Target.OrChurn() == models.Churn {
		w.Retention = retention(s.sample, boot.dollars.on[c], o)
	}
	cand.Worth = w
}

// lost is the value of a row that churned and could have been listed, 0 of others.
func (s *sample) lost(i int) float64 {
	if !s.churned[i] || !s.first[i] {
		return 0
	}
	return s.value[i]
}

// values3 are the captured and the missed value of a candidate, and their sum, with intervals of
// the account bootstrap.
func (b *resampled) values3(c int, level float64) (got, missed, all metrics.Estimate) {
	on, off := b.column(c, ValueCaptured), b.column(c, ValueMissed)
	sum := make([]float64, len(on))
	for i := range on {
		sum[i] = on[i] + off[i]
	}
	captured, atRisk := b.dollars.on[c], b.dollars.all
	return captured.estimateOf(on, level), atRisk.less(captured).estimateOf(off, level), atRisk.estimateOf(sum, level)
}

// price applies the save rates and the contact costs.
func (w *Worth) price(o Options) {
	costs := o.contactCosts()
	for _, rate := range o.SaveRates {
		for _, cost := range costs {
			w.Grid = append(w.Grid, moneyRow(w.Captured.Value, w.Captured.Low, w.Captured.High, rate, w.Worked, cost))
		}
	}
	for _, cost := range costs {
		w.BreakEven = append(w.BreakEven, breakEven(w.Captured, w.Worked, cost))
	}
}

// contactCosts are the contact cost and the further ones, each once.
func (o Options) contactCosts() []float64 {
	costs := []float64{o.ContactCost}
	for _, c := range o.ContactCosts {
		if c != o.ContactCost {
			costs = append(costs, c)
		}
	}
	return costs
}

// breakEven divides the cost of the contacts by what there is to save. Its interval is the
// captured value's turned over; where that reaches 0 there is no upper end.
func breakEven(captured metrics.Estimate, worked int, cost float64) BreakEven {
	over := func(value float64) float64 {
		if value <= 0 {
			return math.Inf(1)
		}
		return cost * float64(worked) / value
	}
	return BreakEven{cost, over(captured.Value), over(captured.High), over(captured.Low)}
}

// periodWorths adds up money by period; chance is that of a row to be on the list, p that to churn.
func periodWorths(s *sample, chance, p []float64) []PeriodWorth {
	var list []PeriodWorth // of every fold
	var listed []float64
	for i, k := range s.period {
		for int(k) >= len(list) {
			list, listed = append(list, PeriodWorth{Fold: len(list)}), append(listed, 0)
		}
		if !s.first[i] {
			continue
		}
		w, lost := &list[k], s.lost(i)
		w.Accounts++
		listed[k] += chance[i]
		w.Stake += s.value[i]
		w.Expected += float64(p[i] * s.value[i])
		w.Listed += float64(chance[i] * s.value[i])
		w.AtRisk += lost
		w.Captured += float64(chance[i] * lost)
	}
	for k := range list {
		list[k].Worked, list[k].Missed = int(math.Round(listed[k])), list[k].AtRisk-list[k].Captured
	}
	return slices.DeleteFunc(list, func(w PeriodWorth) bool { return w.Accounts == 0 })
}

// curvePoints is how many lengths of lists are tried; they are denser where lists are short.
const curvePoints = 20

// listWorths tries lists from a four-hundredth of the largest period, or one account, to all of it.
func listWorths(l *lists, capacity int) []ListWorth {
	longest := 0
	for _, p := range l.periods {
		longest = max(longest, len(p.rows))
	}
	var lengths []int
	add := func(k int) {
		if len(lengths) == 0 || k > lengths[len(lengths)-1] {
			lengths = append(lengths, k)
		}
	}
	for i := 1; i <= curvePoints; i++ {
		share := float64(i) / curvePoints
		k := int(math.Ceil(float64(longest) * share * share))
		if capacity > 0 && capacity < k {
			add(capacity)
		}
		add(k)
	}
	var curve []ListWorth
	for i, total := range l.tops(lengths) {
		curve = append(curve, ListWorth{lengths[i], total.Rows, total.Value})
	}
	return curve
}

// The usual prior of the save rate (Verbraken et al. 2013, section 5).
const betaSaved, betaLost = 6, 14

// campaigns is MPC at every save rate, and EMPC.
func campaigns(s *sample, score []float64, o Options) []Campaigning {
	c := metrics.Campaign{Value: sumOf(s.value) / float64(len(s.value)), Contact: o.ContactCost}
	best, expected := c.Optima(score, s.churned, o.SaveRates, betaSaved, betaLost)
	var list []Campaigning
	for i, rate := range o.SaveRates {
		list = append(list, Campaigning{rate, best[i]})
	}
	return append(list, Campaigning{math.NaN(), expected})
}

// retention is GRR without saves and at every save rate of the churned money that is listed. Its intervals know that an account which
// comes onto a list pushes another one off; see [metrics.Ranking.InfluenceOnTop].
func retention(s *sample, listed tilted, o Options) []Retention {
	all := s.perAccount(func(i int) float64 { return s.value[i] * indicator(s.first[i]) })
	lost := s.perAccount(s.lost)
	stayed, whole := tilted{sumOf(all) - sumOf(lost), make([]float64, len(all))}, tilted{sumOf(all), all}
	for g := range all {
		stayed.influence[g] = all[g] - lost[g]
	}
	var list []Retention
	for _, rate := range append([]float64{0}, o.SaveRates...) {
		e := stayed.less(listed.times(-rate)).over(whole).leavingOut(all).share(o.Level)
		list = append(list, Retention{rate, e.Value, e.Low, e.High})
	}
	return list
}
