package leaklab

import (
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"

	"holdfast/dataset"
	"holdfast/dataset/synth"
)

// The rates take a while; by default they are a sample. In full:
//
//	go test ./backtest/leaklab -run Rates -companies=200 -v -timeout 60m
var (
	companies = flag.Int("companies", 1, "simulated companies per kind of leak, for the rates")
	accounts  = flag.Int("accounts", 600, "accounts of each of them")
	horizon   = flag.Bool("horizon", false, "take the rates in label mode horizon")
)

// rate counts what was found in the companies of one kind.
type rate struct {
	found, companies int
	codes            map[string]int // of the planted column
	missed           []uint64       // seeds
	others           []string       // findings about anything else
}

// add judges one report.
func (r *rate) add(report *Report, kind synth.Leak, seed uint64) {
	r.companies++
	hit := false
	for _, f := range report.Findings {
		if f.Factor == kind.String() || kind == synth.LateWrite && f.Code == "late_values" {
			r.codes[f.Code]++
			hit = true
			continue
		}
		r.others = append(r.others, fmt.Sprintf("%s %s%s (seed %d)", f.Code, f.Factor, f.Column, seed))
	}
	if hit {
		r.found++
	} else {
		r.missed = append(r.missed, seed)
	}
}

// String lists the codes by name.
func (r *rate) String() string {
	var parts []string
	for code, n := range r.codes {
		parts = append(parts, fmt.Sprintf("%s %d", code, n))
	}
	slices.Sort(parts)
	return fmt.Sprintf("found in %d of %d, false alarms %d; %s", r.found, r.companies, len(r.others), strings.Join(parts, ", "))
}

// TestRates plants each leak in companies of their own, and none in some: all are found
// at the defaults, and nothing else is.
func TestRates(t *testing.T) {
	if testing.Short() {
		t.Skip("dozens of companies are simulated; not checked with -short")
	}
	for _, kind := range append([]synth.Leak{synth.NoLeak}, synth.Leaks()...) {
		t.Run(kind.String(), func(t *testing.T) {
			r := rate{codes: make(map[string]int)}
			for k := range *companies {
				seed := uint64(1000*int(kind) + k)
				p := simulatedIn(t, synth.Company{Accounts: *accounts, Seed: seed, Leak: kind}, *horizon)
				o := Options{Seed: seed}
				if kind != synth.NoLeak {
					o.Permutations = -1 // a scramble does not look at the leak
				}
				r.add(p.run(t, o), kind, seed)
			}
			t.Log(&r)
			if kind != synth.NoLeak && len(r.missed) > 0 {
				t.Errorf("missed with the seeds %v", r.missed)
			}
			if len(r.others) > 0 {
				t.Errorf("false alarms: %s", strings.Join(r.others, "; "))
			}
		})
	}
}

// simulatedIn is simulated, in either label mode.
func simulatedIn(t testing.TB, c synth.Company, horizon bool) project {
	clock := renewal
	if horizon {
		clock = dataset.Clock{Mode: dataset.Horizon, Horizon: 180}
	}
	return simulated(t, c, clock)
}
