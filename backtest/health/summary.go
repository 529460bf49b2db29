package health

import (
	"fmt"

	"holdfast/dataset"
)

// summarise says in four sentences what the data can support: what there is, how much of it
// the clock could use, what that is enough for, and how much is to be done.
func (r *Report) summarise() []string {
	s, o := r.Snapshots, r.Outcomes
	lines := []string{fmt.Sprintf("%s of %s (%s, %s to %s) and %s, of which %s churned.",
		count(s.Rows, "snapshot"), count(s.Accounts, "account"), s.Cadence.Name, s.First, s.Last, count(o.Rows, "outcome"), grouped(o.Churned))}
	lines = append(lines, r.coverageWords(), r.amountWords())
	switch n := len(r.Findings); n {
	case 0:
		lines = append(lines, "Nothing needs to be done before a backtest.")
	default:
		lines = append(lines, fmt.Sprintf("%s to act on, listed below.", count(n, "finding")))
	}
	return lines
}

// coverageWords says how much of the data the clock could use, in the words of its mode.
func (r *Report) coverageWords() string {
	c := r.Counts
	now := fmt.Sprintf("%s of %s can be scored today.", grouped(r.Standing.Scoreable), count(r.Standing.Accounts, "account"))
	if r.Clock.Mode == dataset.Horizon {
		return fmt.Sprintf("%s became examples of the next %d days, %.1f %% with churn; %s", count(c.Mature, "snapshot"), r.Clock.Horizon, 100*float64(share(c.Churned, c.Mature)), now)
	}
	return fmt.Sprintf("%s became examples %d days ahead, %.1f %% with churn; %s", count(c.Mature, "renewal"), r.Clock.Lead, 100*float64(share(c.Churned, c.Mature)), now)
}

// amountWords says what the examples are enough for, and how small a difference they could
// show where that is defined.
func (r *Report) amountWords() string {
	s := r.Sufficiency
	size := fmt.Sprintf("%s for %s in %s", rarerWords(s), count(s.Factors, "factor"), count(s.Columns, "design column"))
	switch s.Verdict {
	case enough:
		size += " are enough for a stable fit"
	case thin:
		size += " are thin: expect an optimistic fit"
	default:
		size += " are too few for a fit to be trusted"
	}
	if !s.Detectable.Defined() {
		return size + "."
	}
	return fmt.Sprintf("%s; two scores of AUC %.2f must differ by %.3f for a backtest of half of the examples to tell (four times in five).", size, float64(s.AUC), float64(s.DetectableHalf))
}

// rarerWords are the examples of the rarer outcome.
func rarerWords(s Sufficiency) string {
	n, one, several := s.Rarer()
	if n == 1 {
		return "1 " + one
	}
	return grouped(n) + " " + several
}

// count is a number of things.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return grouped(n) + " " + thing + "s"
}

// grouped sets a comma after every third digit from the right. n is a count, not negative.
func grouped(n int) string {
	digits := fmt.Sprint(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
