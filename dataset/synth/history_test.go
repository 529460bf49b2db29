package synth

import (
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// drawCompany draws a company of any shape, too small to be slow.
func drawCompany(t *rapid.T) *world {
	w, err := newWorld(Company{
		Accounts: 50,
		Months:   rapid.IntRange(1, 60).Draw(t, "months"),
		Seed:     rapid.Uint64().Draw(t, "seed"),
		Start:    time.Date(2019, time.Month(rapid.IntRange(1, 24).Draw(t, "start")), 1, 0, 0, 0, 0, time.UTC),
		Noise:    rapid.SampledFrom([]float64{0, 0.3, 0.9}).Draw(t, "noise"),
		Drift:    rapid.SampledFrom([]float64{0, 0.5, -2}).Draw(t, "drift"),
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// eachHistory runs a check on every account of a drawn company.
func eachHistory(t *testing.T, check func(t *rapid.T, h *history)) {
	rapid.Check(t, func(t *rapid.T) {
		h := newHistory(drawCompany(t))
		for i := range h.Accounts {
			h.run(i)
			check(t, h)
		}
	})
}

func TestSnapshotsAreMonthEndsWithoutGaps(t *testing.T) {
	eachHistory(t, func(t *rapid.T, h *history) {
		if len(h.days) == 0 {
			t.Fatal("an account without any snapshot")
		}
		at := slices.Index(h.ends, h.days[0])
		if at < burnIn {
			t.Fatalf("the first snapshot is on day %d, not a month end of the window", h.days[0])
		}
		if !slices.Equal(h.days, h.ends[at:at+len(h.days)]) {
			t.Errorf("snapshots on %v leave out month ends", h.days)
		}
		if at > burnIn && h.ends[at-1] >= h.account.signed {
			t.Errorf("signed on day %d, first snapshot only on %d", h.account.signed, h.days[0])
		}
	})
}

func TestSnapshotsEndWithChurnAndOnlyThen(t *testing.T) {
	eachHistory(t, func(t *rapid.T, h *history) {
		last := h.days[len(h.days)-1]
		for i, d := range h.decisions {
			if d.churned && i < len(h.decisions)-1 {
				t.Error("an account decides again after it left")
			}
		}
		if n := len(h.decisions); n > 0 && h.decisions[n-1].churned {
			if renewal := h.decisions[n-1].renewal; last >= renewal || renewal-last > 31 {
				t.Errorf("left on day %d, last snapshot on %d", renewal, last)
			}
		} else if last != h.lastDay() {
			t.Errorf("still a customer, last snapshot on day %d of %d", last, h.lastDay())
		}
	})
}

func TestARenewalIsDecidedByTheNewestSnapshotOfItsLead(t *testing.T) {
	eachHistory(t, func(t *rapid.T, h *history) {
		for _, d := range h.decisions {
			want := int32(math.MinInt32)
			for _, day := range h.days {
				if day <= d.renewal-LeadDays {
					want = day
				}
			}
			if d.asOf != want {
				t.Errorf("renewal %d was decided on %d, want %d", d.renewal, d.asOf, want)
			}
			if d.renewal-LeadDays-d.asOf > 31 {
				t.Errorf("renewal %d was decided by a stale snapshot of %d", d.renewal, d.asOf)
			}
		}
	})
}

func TestRenewalsFallOnTheContractsAnniversaries(t *testing.T) {
	eachHistory(t, func(t *rapid.T, h *history) {
		due := map[int32]bool{}
		for k := range 80 {
			due[addMonths(h.account.signed, h.account.firstTerm+k*h.account.term)] = true
		}
		previous := int32(math.MinInt32)
		for _, d := range h.decisions {
			if !due[d.renewal] || d.renewal <= previous {
				t.Errorf("account signed on %d renews on %d after %d", h.account.signed, d.renewal, previous)
			}
			previous = d.renewal
		}
	})
}

func TestNoRenewalInTheBooksIsLeftOut(t *testing.T) {
	eachHistory(t, func(t *rapid.T, h *history) {
		decided := map[int32]bool{}
		for _, d := range h.decisions {
			decided[d.renewal] = true
		}
		for k := range 80 {
			renewal := addMonths(h.account.signed, h.account.firstTerm+k*h.account.term)
			lived := renewal <= h.days[len(h.days)-1]
			known := renewal-LeadDays >= h.days[0] && renewal+lateDecisionDays <= h.lastDay()
			if lived && known != decided[renewal] {
				t.Errorf("renewal %d: known is %v, decided is %v", renewal, known, decided[renewal])
			}
		}
	})
}

func TestDecisionsComeInTimeAndAfterTheAsOfDate(t *testing.T) {
	eachHistory(t, func(t *rapid.T, h *history) {
		for _, d := range h.decisions {
			early, late := d.renewal-2*lateDecisionDays, d.renewal+lateDecisionDays
			if d.churned {
				early, late = d.renewal-noticeDays, d.renewal
			}
			if d.decided < early || d.decided > late {
				t.Errorf("renewal %d (churned: %v) was decided on %d", d.renewal, d.churned, d.decided)
			}
			if d.decided > h.lastDay() || d.decided <= d.asOf {
				t.Errorf("decided on %d, outside %d to %d", d.decided, d.asOf, h.lastDay())
			}
		}
	})
}

func TestMoneyFollowsTheDecision(t *testing.T) {
	eachHistory(t, func(t *rapid.T, h *history) {
		for i, d := range h.decisions {
			switch {
			case d.churned && d.arrAfter != 0:
				t.Errorf("a churned account still pays %v", d.arrAfter)
			case !d.churned && (d.arrAfter < 0.54*d.arrBefore || d.arrAfter > 1.46*d.arrBefore):
				t.Errorf("%v became %v", d.arrBefore, d.arrAfter)
			case i > 0 && d.arrBefore != h.decisions[i-1].arrAfter:
				t.Errorf("paid %v after one renewal and %v before the next", h.decisions[i-1].arrAfter, d.arrBefore)
			}
			k := slices.Index(h.days, d.asOf)
			if h.snapshots[k][colARR] != d.arrBefore {
				t.Errorf("ARR is %v in the as-of snapshot and %v at the renewal", h.snapshots[k][colARR], d.arrBefore)
			}
		}
	})
}

func TestOddsAreProbabilities(t *testing.T) {
	eachHistory(t, func(t *rapid.T, h *history) {
		for _, d := range h.decisions {
			o := d.odds
			for _, p := range []float64{o.churn, o.churnFactors, o.contractAfter, o.expandAfter} {
				if !(p >= 0 && p <= 1) {
					t.Errorf("%+v holds no probability", o)
				}
			}
			if o.churnFactors+o.contractAfter+o.expandAfter > 1 {
				t.Errorf("%+v adds up to more than 1", o)
			}
		}
	})
}

func TestSnapshotsAreConsistentInThemselves(t *testing.T) {
	eachHistory(t, func(t *rapid.T, h *history) {
		for i := range h.snapshots {
			r := &h.snapshots[i]
			facts := map[string]bool{
				"tenure counts from the signature": r[colTenureDays] == float64(h.days[i]-h.account.signed) && r[colTenureDays] >= 0,
				"some use what was bought":         r[colActiveUsers] >= 0 && r[colActiveUsers] <= r[colLicences],
				"at least two licences":            r[colLicences] >= 2,
				"escalations are tickets":          r[colEscalations] <= r[colTickets],
				"open tickets are tickets":         r[colOpenTickets] <= r[colTickets],
				"no CSAT without a ticket":         math.IsNaN(r[colCSAT]) || r[colTickets] > 0,
				"CSAT is 1 to 5":                   math.IsNaN(r[colCSAT]) || r[colCSAT] >= 1 && r[colCSAT] <= 5,
				"NPS and its age go together":      math.IsNaN(r[colNPS]) == math.IsNaN(r[colNPSAge]),
				"an old NPS answer expires":        math.IsNaN(r[colNPSAge]) || r[colNPSAge] >= 0 && r[colNPSAge] <= npsExpiresDays,
				"starters have no API":             math.IsNaN(r[colAPICalls]) == (r[colPlan] == planStarter),
				"launch is a share":                r[colOnboardingDone] >= 0 && r[colOnboardingDone] <= 1,
				"the young have no score":          math.IsNaN(r[colVendorScore]) == (r[colTenureDays] < unscoredDays),
				"scores come in fives":             math.IsNaN(r[colVendorScore]) || math.Mod(r[colVendorScore], 5) == 0 && r[colVendorScore] <= 100,
			}
			for fact, holds := range facts {
				if !holds {
					t.Errorf("account %d, day %d: not so: %s", h.account.index, h.days[i], fact)
				}
			}
		}
	})
}

// TestKnobsOfTheDecisionLeaveTheLifeBeforeItAlone compares companies that
// differ in Noise and Drift alone, up to their first renewals.
func TestKnobsOfTheDecisionLeaveTheLifeBeforeItAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawCompany(t)
		other := *w
		other.Noise, other.Drift = 0.7, 1
		a, b := newHistory(w), newHistory(&other)
		for i := range w.Accounts {
			a.run(i)
			b.run(i)
			if len(a.decisions) == 0 {
				continue
			}
			for k := 0; a.days[k] < a.decisions[0].renewal && k+1 < len(a.days); k++ {
				for j := range columnCount {
					if math.Float64bits(a.snapshots[k][j]) != math.Float64bits(b.snapshots[k][j]) {
						t.Fatalf("account %d, snapshot %d differs in %s", i, k, factors()[j].name)
					}
				}
			}
		}
	})
}
