package backtest_test

import (
	"context"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"holdfast/backtest"
	"holdfast/dataset"
	"holdfast/dataset/beside"
	"holdfast/dataset/expr"
	"holdfast/features"
	"holdfast/models"
)

// The reference.json of each data set holds figures of whole pipelines (Parquet, label
// clock, encoder, solver, walk forward, metrics) that were computed independently with
// numpy, statsmodels, scikit-learn and R, and states its rules. This file reads them;
// digits_reference_test.go compares.

// metricTolerance is what the README of the data sets asks of AUC, Brier and log loss.
const metricTolerance = 1e-9

type refFile struct {
	Variants map[string]refVariant `json:"variants"`
}

type refVariant struct {
	Join struct {
		Lead   int `json:"lead_days"`
		MaxAge int `json:"max_age_days"`
	} `json:"join"`
	Counts struct {
		Outcomes, Unmatched, Stale, Matched, Accounts int
	} `json:"counts"`
	Models      map[string]refModel `json:"models"`
	Comparisons []refComparison     `json:"comparisons"`
}

type refModel struct {
	Winsor         []float64         `json:"winsor"`
	Numeric        []string          `json:"numeric"`
	Categorical    []string          `json:"categorical"`
	Where          map[string]string `json:"where"`
	DroppedMissing int               `json:"dropped_missing"`
	InSample       *refFit           `json:"in_sample"`
	Alias          *struct {
		InOrder []string  `json:"aliased_in_order"`
		Coef    []float64 `json:"kept_coef_standardised"` // the intercept first
		LogLik  float64   `json:"loglik"`
		AUC     float64   `json:"auc"`
	} `json:"alias"`
	CV5         *refMetrics `json:"cv5"`
	CV5ByRow    *refMetrics `json:"cv5_by_row"`
	WalkForward *struct {
		Cutoffs struct{ From, To string } `json:"cutoffs"`
		Steps   []struct {
			Cutoff  string
			Skipped bool
			Reason  string
			NTrain  int `json:"n_train"`
			NTest   int `json:"n_test"`
			Fit     *refFit
			Test    *refMetrics
		}
		Pooled *refMetrics
	} `json:"walk_forward"`
}

type refFit struct {
	Columns         []string `json:"columns"`
	DroppedConstant []string `json:"dropped_constant"`
	LogLik          float64  `json:"loglik"`
	NullLogLik      float64  `json:"loglik_null"`
	AIC             float64  `json:"aic"`
	BIC             float64  `json:"bic"`
	Standardised    refCoef  `json:"standardised"`
	Raw             *refCoef `json:"raw"`
	Ridge           map[string]struct {
		Intercept float64
		Coef      []float64
		LogLik    float64 `json:"loglik"`
		AUC       float64 `json:"auc"`
	} `json:"ridge"`
	Metrics *refMetrics `json:"metrics"`
}

type refCoef struct {
	Intercept   float64
	InterceptSE float64 `json:"intercept_se"`
	Coef, SE    []float64
}

type refMetrics struct {
	N, Events   int
	AUC         float64
	AUCSE       float64 `json:"auc_se"`
	AP          float64 `json:"average_precision"`
	KS          float64
	Brier       float64
	LogLoss     float64 `json:"log_loss"`
	MeanP       float64 `json:"mean_p"`
	Calibration *struct{ Intercept, Slope float64 }
}

type refComparison struct {
	Name        string
	A, B        []string
	N           int
	AUCA        float64 `json:"auc_a"`
	AUCB        float64 `json:"auc_b"`
	AUCDiff     float64 `json:"auc_diff"`
	AUCDiffSE   float64 `json:"auc_diff_se"`
	Z           float64
	LogLossDiff float64 `json:"log_loss_diff"`
	BrierDiff   float64 `json:"brier_diff"`
}

// sharedDir finds a folder that lies beside the repository, and skips the test
// when it is not there.
func sharedDir(t *testing.T, elem ...string) string {
	t.Helper()
	return beside.Path(t, "the figures of real data sets", elem...)
}

func readReference(t *testing.T, name string) (string, refFile) {
	t.Helper()
	dir := sharedDir(t, "data", name)
	text, err := os.ReadFile(filepath.Join(dir, "reference.json"))
	if err != nil {
		t.Fatal(err)
	}
	var ref refFile
	if err := json.Unmarshal(text, &ref); err != nil {
		t.Fatal(err)
	}
	return dir, ref
}

var referenceSets = []string{"telco", "mlc_churn", "iranian", "bank", "direct_motor", "ravenstack", "cdnow", "motor_renewals", "variants/base", "variants/base_tiny"}

// load reads the examples of one reference model under its rules: complete
// cases, no pooling of rare levels, first level in byte order as reference.
func load(t *testing.T, dir string, v refVariant, m refModel) (*dataset.Examples, []features.Factor) {
	t.Helper()
	ctx := context.Background()
	path := filepath.Join(dir, "snapshots.parquet")
	schema, err := dataset.Inspect(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	var specs []features.Factor
	for _, name := range m.Numeric {
		f := features.Factor{Name: name, Expr: expr.Quote(name), Missing: features.Drop}
		if m.Winsor != nil {
			f.Clip = []features.Bound{{Value: 100 * m.Winsor[0], Percentile: true}, {Value: 100 * m.Winsor[1], Percentile: true}}
		}
		specs = append(specs, f)
	}
	for _, name := range m.Categorical {
		specs = append(specs, features.Factor{Name: name, Expr: expr.Quote(name), Kind: features.Category, Missing: features.Drop})
	}
	factors, err := features.Compile(specs, schema.Types())
	if err != nil {
		t.Fatal(err)
	}
	segment := ""
	for column := range m.Where {
		segment = expr.Quote(column)
	}
	e, err := dataset.Load(ctx, dataset.Spec{
		Snapshots: path, Outcomes: filepath.Join(dir, "outcomes.parquet"),
		Columns: dataset.Columns{Account: "account_id", SnapshotDate: "snapshot_date", OutcomeDate: "renewal_date", Outcome: "churned", Segment: segment},
		Clock:   dataset.Clock{Mode: dataset.Renewal, Lead: v.Join.Lead, MaxAge: v.Join.MaxAge - v.Join.Lead},
		Uses:    features.Uses(factors), ObservedUntil: dataset.NoDate, Reading: dataset.Reading{AsOf: dataset.NoDate},
	})
	if err != nil {
		t.Fatal(err)
	}
	checkCounts(t, v, e)
	for _, level := range m.Where {
		code := int32(slices.Index(e.Segments, level))
		e = e.Keep(e.All().Where(func(r int32) bool { return e.Segment[r] == code }).Rows, 0)
	}
	e = features.Complete(e, factors)
	if e.Counts.Incomplete != m.DroppedMissing {
		t.Errorf("%d incomplete examples, want %d", e.Counts.Incomplete, m.DroppedMissing)
	}
	return e, factors
}

func checkCounts(t *testing.T, v refVariant, e *dataset.Examples) {
	t.Helper()
	c, want := e.Counts, v.Counts
	if c.Total != want.Outcomes || c.NoSnapshot != want.Unmatched || c.Stale != want.Stale || c.Mature != want.Matched || c.Accounts != want.Accounts {
		t.Errorf("counts %+v, want %+v", c, want)
	}
}

func compileOne(t *testing.T, factors []features.Factor, c models.Candidate) []models.Candidate {
	t.Helper()
	compiled, err := models.Compile([]models.Candidate{c}, factors, nil)
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

// near compares relative to the larger magnitude, absolutely below 1e-3.
func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if math.IsNaN(got) || math.Abs(got-want) > tolerance*max(1e-3, math.Abs(want)) {
		t.Errorf("%s = %.12g, want %.12g", what, got, want)
	}
}

func walkForward(t *testing.T, e *dataset.Examples, factors []features.Factor, m refModel) *backtest.Result {
	t.Helper()
	from, err := dataset.ParseDate(m.WalkForward.Cutoffs.From)
	if err != nil {
		t.Fatal(err)
	}
	to, err := dataset.ParseDate(m.WalkForward.Cutoffs.To)
	if err != nil {
		t.Fatal(err)
	}
	candidates := compileOne(t, factors, models.Candidate{Name: "logistic", Kind: models.Logistic})
	r, err := backtest.Run(context.Background(), e, candidates, backtest.Options{
		Every: backtest.Step{Months: 1}, FirstCutoff: from, LastCutoff: to, Capacity: 50,
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
