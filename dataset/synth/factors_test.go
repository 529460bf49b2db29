package synth

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat"

	"holdfast/dataset/parquetio"
)

// sample simulates 3,000 accounts and returns their snapshots.
func sample(t *testing.T) []row {
	t.Helper()
	w, err := newWorld(Company{Accounts: 3_000, Seed: 71})
	if err != nil {
		t.Fatal(err)
	}
	h := newHistory(w)
	var rows []row
	for i := range w.Accounts {
		h.run(i)
		rows = append(rows, h.snapshots...)
	}
	return rows
}

// present returns the pairs of two columns where both are recorded.
func present(rows []row, a, b column) (x, y []float64) {
	for i := range rows {
		if !math.IsNaN(rows[i][a]) && !math.IsNaN(rows[i][b]) {
			x, y = append(x, rows[i][a]), append(y, rows[i][b])
		}
	}
	return x, y
}

func TestColumnsAreMissingWhereAndAsOftenAsStated(t *testing.T) {
	rows := sample(t)
	shares := map[column][2]float64{ // low, high
		colLogins:      {0.03, 0.05},
		colAPICalls:    {0.36, 0.44},
		colCSAT:        {0.40, 0.55},
		colNPS:         {0.65, 0.76},
		colNPSAge:      {0.65, 0.76},
		colPulse:       {0.36, 0.48},
		colVendorScore: {0.03, 0.08},
	}
	for j, f := range factors() {
		missing := 0.0
		for i := range rows {
			missing += flag(math.IsNaN(rows[i][j]))
		}
		share, bounds := missing/float64(len(rows)), shares[column(j)]
		if share < bounds[0] || share > bounds[1] {
			t.Errorf("%s is missing in a share of %.3f, not within %v", f.name, share, bounds)
		}
		if _, listed := shares[column(j)]; listed != f.nullable {
			t.Errorf("%s: nullable is %v", f.name, f.nullable)
		}
	}
}

func TestFactorsCorrelateAsHealthAndSizeHaveIt(t *testing.T) {
	rows := sample(t)
	cases := []struct {
		a, b      column
		low, high float64
		logs      bool // of skewed counts
	}{
		{colLicences, colActiveUsers, 0.9, 1, true},
		{colActiveUsers, colLogins, 0.9, 1, true},
		{colActiveUsers, colStickyUses, 0.75, 0.95, true},
		{colARR, colLicences, 0.9, 1, true},
		{colTickets, colEscalations, 0.4, 0.75, true},
		{colCSAT, colNPS, 0.15, 0.6, false},
		{colPulse, colVendorScore, -0.7, -0.25, false},
		{colPaymentDelay, colVendorScore, -0.35, -0.05, false},
		{colExecutiveContact, colVendorScore, 0.05, 0.4, false},
		{colTenureDays, colOnboardingDone, 0.2, 0.7, false},
		{colRegion, colVendorScore, -0.1, 0.1, false},
		{colSegment, colActiveUsers, -0.1, 0.1, true},
	}
	for _, c := range cases {
		x, y := present(rows, c.a, c.b)
		if c.logs {
			for i := range x {
				x[i], y[i] = math.Log1p(x[i]), math.Log1p(y[i])
			}
		}
		if r := stat.Correlation(x, y, nil); r < c.low || r > c.high {
			f := factors()
			t.Errorf("%s and %s correlate by %.3f, not within %v to %v", f[c.a].name, f[c.b].name, r, c.low, c.high)
		}
	}
}

func TestUsageIsSkewed(t *testing.T) {
	rows := sample(t)
	for _, j := range []column{colARR, colLicences, colLogins, colStickyUses, colExports, colReports, colAPICalls, colServicesSpend} {
		x, _ := present(rows, j, j)
		if skew := stat.Skew(x, nil); skew < 2 {
			t.Errorf("%s has skewness %.2f, want at least 2", factors()[j].name, skew)
		}
	}
}

func TestTheVendorsScoreSaturates(t *testing.T) {
	scores, _ := present(sample(t), colVendorScore, colVendorScore)
	top := 0.0
	for _, s := range scores {
		top += flag(s == 100)
	}
	if share := top / float64(len(scores)); share < 0.08 || share > 0.25 {
		t.Errorf("a share of %.3f of all scores is 100, want 0.08 to 0.25", share)
	}
}

func TestEveryLevelOccurs(t *testing.T) {
	rows := sample(t)
	for j, f := range factors() {
		for code, level := range f.levels {
			if !slices.ContainsFunc(rows, func(r row) bool { return r[j] == float64(code) }) {
				t.Errorf("no snapshot has %s %s", f.name, level)
			}
		}
	}
}

func TestNumbersAreRoundedAsDocumented(t *testing.T) {
	steps := map[column]float64{colARR: 100, colServicesSpend: 100, colOnboardingDone: 100, colCSAT: 10, colTrainingHours: 2}
	rows := sample(t)
	for j, f := range factors() {
		perUnit := steps[column(j)]
		if perUnit == 0 {
			perUnit = 1
		}
		for i := range rows {
			if x := rows[i][j]; !math.IsNaN(x) && x != roundTo(x, perUnit) {
				t.Fatalf("%s holds %v, which has more than 1/%v", f.name, x, perUnit)
			}
		}
		if whole := f.kind != parquetio.Float; whole != (perUnit == 1) {
			t.Errorf("%s is stored as %v", f.name, f.kind)
		}
	}
}

func TestHealthPersists(t *testing.T) {
	d := newDice()
	a := account{licences: 10}
	var before, after []float64
	for i := range 20_000 {
		d.reseed(5, i, purposeLife)
		l := life{account: &a, dice: d}
		l.begin(24)
		before = append(before, l.health)
		l.step(700)
		after = append(after, l.health)
	}
	// A leaving champion (1.5 % a month) is the only other thing that moves
	// health; the estimate has a standard deviation of 0.0014.
	if r := stat.Correlation(before, after, nil); math.Abs(r-persistence) > 0.006 {
		t.Errorf("health of one month and the next correlate by %.4f, want %v", r, persistence)
	}
}
