package synth

import (
	"math"
	"testing"
)

// TestOneLawIsThatOfTheMature holds every young account's probability to the law of the
// mature, and everything that is drawn before the renewal to the company as it was.
func TestOneLawIsThatOfTheMature(t *testing.T) {
	w, all := observe(t, Company{Accounts: 2_000, Seed: 21, OneLaw: true})
	law := Mature.Law().compile()
	young := ofStage(all, Onboarding)
	if len(young) < 100 {
		t.Fatalf("only %d young accounts", len(young))
	}
	for _, r := range young {
		want := ChurnProbability(law.logOdds(&r.row), w.Noise)
		if got := r.odds.churnFactors; math.Abs(got-want) > 1e-15 {
			t.Fatalf("a young account churns with probability %v, by the law of the mature %v", got, want)
		}
	}
}
