package leaklab

import (
	"fmt"
	"math"

	"holdfast/dataset"
)

// lifetime is what speaks for a column that is fixed for each account and yet knows how
// long the account will live.
type lifetime struct {
	fixed  bool       // one value in all rows of every account
	sooner stratified // churning now against churning later, among those who churn
	ever   stratified // churning now against never
}

// An example: among accounts that left, the number of invoices they ever got.
//
//	left in   invoices   as of 2023: goes now?
//	2023        12       yes
//	2024        24       no, later: and the column knows it in 2023
//	2025        36       no, later still
//	never       40       no
//
// A trait that makes accounts leave separates all of the first three from the last, and
// the first three from each other only as far as those at the highest risk go first. In the
// public data no honest fixed column exceeds 0.53 there; the seniority of motor policies,
// recorded at their end, reaches 0.61.

// Limits of lifetimes.
const (
	// lifeAccounts are the examples of either kind that there must be, and the accounts with
	// two snapshots or more, which could have shown a change.
	lifeAccounts = 30

	// lifeJump is the AUC of now against later, from 0.5: more than twice what an honest fixed
	// column reaches in the public data.
	lifeJump = 0.08

	// lifeZ is the same in standard errors; chance alone reaches it in fewer than one of a
	// million columns.
	lifeZ = 5

	// lifeRatio is of the distance between now and never: a trait that makes accounts leave
	// is far from who stays, and only somewhat nearer to who leaves later.
	lifeRatio = 0.5
)

// lifeOf compares, among the accounts that churn in the end, the examples that churn with
// those that do not yet. An honest fixed attribute says who is at risk, and hardly when:
// all of these are at risk. A count or a status as of the end of the account says
// when, because who lives longer collects more. Only examples of one quarter are compared,
// so that calendar time plays no part.
func (l *lab) lifeOf(c *column) lifetime {
	if !l.fixed(c) {
		return lifetime{}
	}
	scores := l.scored(c, l.labels)
	doomed := func(i int32) bool { return l.e.EverChurned[l.e.Account[i]] }
	return lifetime{
		fixed:  true,
		sooner: l.withinQuarters(scores, doomed),
		ever:   l.withinQuarters(scores, func(i int32) bool { return l.e.Churned[i] || !doomed(i) }),
	}
}

// fixed says whether no account ever changes its value, of enough that could, and whether
// there is more than one value.
func (l *lab) fixed(c *column) bool {
	could, last, differ := 0, int32(none), false
	for _, row := range l.all[:max(0, len(l.all)-1)] {
		if l.s.Account[row+1] != l.s.Account[row] {
			differ = differ || !c.same(row, row+1)
			continue
		}
		if !c.same(row, row+1) {
			return false
		}
		if l.s.Account[row] != last {
			could, last = could+1, l.s.Account[row]
		}
	}
	return differ && could >= lifeAccounts
}

// withinQuarters is the AUC of the chosen examples when only those of one quarter are
// compared.
func (l *lab) withinQuarters(of score, chosen func(example int32) bool) stratified {
	var q sample
	var values []float64
	var quarters []int
	for _, i := range l.labels.about {
		row := l.rows[i]
		if row == none || !chosen(i) {
			continue
		}
		v := of(row)
		if v != v {
			continue
		}
		values, quarters = append(values, v), append(quarters, quarter(l.e.AsOf[i]))
		q.positive, q.account = append(q.positive, l.e.Churned[i]), append(q.account, l.e.Account[i])
	}
	return withinStrata(values, q, quarters)
}

// quarter numbers the quarters.
func quarter(d dataset.Date) int {
	year, month, _ := d.Civil()
	return year*4 + (int(month)-1)/3
}

// knowsTheLife finds fixed columns that know when.
func (l *lab) knowsTheLife(x *exhibit) (Finding, bool) {
	a := x.life
	if !a.fixed || min(a.sooner.positives, a.sooner.negatives) < lifeAccounts {
		return Finding{}, false
	}
	when, who := a.sooner.auc-0.5, a.ever.auc-0.5
	if math.Abs(when) < lifeJump || math.Abs(a.sooner.z()) < lifeZ || when*who <= 0 || math.Abs(when) < lifeRatio*math.Abs(who) {
		return Finding{}, false
	}
	against := ""
	if a.ever.auc == a.ever.auc { // undefined where everybody churned
		against = fmt.Sprintf("; against those who never churned %.2f", a.ever.auc)
	}
	return x.finding("knows_lifetime", Warn, a.sooner.auc, "AUC of now against later, among accounts that churn", nil, fmt.Sprintf(
		"%s never changes and yet tells, among the accounts that churned, who goes now and who later (AUC %.2f, z %.1f%s): it was probably recorded at the end of the account; leave it out, or read it as of each snapshot",
		dataset.Quote(x.factor.Source()), a.sooner.auc, a.sooner.z(), against)), true
}
