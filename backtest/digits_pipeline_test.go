package backtest_test

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"holdfast/backtest/metrics"
	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/dataset/parquetio"
	"holdfast/features"
	"holdfast/models"
	"holdfast/models/logit/logittest"
)

// affairsPipelineRows infer from a fitted model, from the Parquet file on: Fair's survey
// with a woman a row and occupations as accounts. Variance inflation is statsmodels', whose
// auxiliary regressions include the constant.
func affairsPipelineRows(t *testing.T, tab *digitsTable) {
	e, factors := asAccounts(t, logittest.ReadTable(t, "fair.csv"), "occupation", "y",
		[]string{"rate_marriage", "age", "yrs_married", "children", "religious", "educ", "occupation", "occupation_husb"})
	m, err := compileOne(t, factors, models.Candidate{Name: "logistic", Kind: models.Logistic})[0].Fit(t.Context(), e.All())
	if err != nil {
		t.Fatal(err)
	}
	inf, err := m.Infer(t.Context(), e.All(), models.InferenceOptions{ProfileRows: -1, Influential: -1})
	if err != nil {
		t.Fatal(err)
	}
	var inflation []float64
	for _, w := range inf.Weights[1:] {
		inflation = append(inflation, float64(w.VIF))
	}
	r := tab.row("affairs, variance inflation of a model, statsmodels")
	r.printed(t, others, "VIF", inflation, "1.03479817 5.45411588 7.14294942 2.52897249 1.03690582 1.29624169 1.20686345 1.08287615")
	r = tab.row("affairs, errors of a model by account, numpy longdouble")
	r.printed(t, stdErrors, "clustered", []float64{float64(inf.Weights[0].ClusterStdErr), float64(inf.Weights[5].ClusterStdErr)},
		".472698493158 .057283534933")
}

// telecomRows fit the first 3,333 customers of mlc_churn and score the other 1,667: the
// weights are statsmodels', the metrics scikit-learn's and pROC's, the recalibration rms's.
func telecomRows(t *testing.T, tab *digitsTable) {
	dir, ref := readReference(t, "mlc_churn")
	m := refModel{Numeric: []string{"international_plan", "voice_mail_plan", "number_vmail_messages", "total_day_minutes",
		"total_eve_minutes", "total_night_minutes", "total_intl_minutes", "total_intl_calls", "number_customer_service_calls"}}
	e, factors := load(t, dir, ref.Variants["static"], m)
	number := func(r int32) int { // of a customer, from M0001 to M5000
		n, err := strconv.Atoi(strings.TrimPrefix(e.Accounts[e.Account[r]], "M"))
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	train := e.All().Where(func(r int32) bool { return number(r) <= 3333 })
	test := e.All().Where(func(r int32) bool { return number(r) > 3333 })
	fitted, err := compileOne(t, factors, models.Candidate{Name: "logistic", Kind: models.Logistic})[0].Fit(t.Context(), train)
	if err != nil {
		t.Fatal(err)
	}
	var got []float64
	for _, w := range fitted.Weights {
		got = append(got, float64(w.Weight))
	}
	r := tab.row("telecom, first 3,333 rows, statsmodels")
	r.printed(t, weights, "weights", got, "-8.066245379 2.04026928 -2.003017555 .035256352 .013020184 .007182114 .003714338"+
		" .087995605 -.092154635 .512249887")
	r.printed(t, logLiks, "log likelihood", []float64{fitted.Fit.LogLik}, "-1080.82721979407")
	p, _, err := fitted.Predict(t.Context(), test.Len(), test.Batches())
	if err != nil {
		t.Fatal(err)
	}
	c, err := metrics.Calibrate(p.Eta, test.Churned(), nil, 0.95)
	if err != nil {
		t.Fatal(err)
	}
	r.printed(t, others, "AUC, AP, Brier, log loss of the other rows", []float64{metrics.AUC(p.Eta, test.Churned()),
		metrics.AveragePrecision(p.Eta, test.Churned()), metrics.Brier(p.Eta, test.Churned()), metrics.LogLoss(p.Eta, test.Churned())},
		".8413585288585289 .476560375608 .091495559282 .301402940033")
	tab.row("telecom, recalibration of the other rows, val.prob").printed(t, weights,
		"slope, intercept, intercept at slope 1", []float64{c.Slope.Value, c.Intercept.Value, c.CITL.Value}, "1.10110437 .01862635 -.11957564")
}

// asAccounts writes a table as snapshots and outcomes, reads them back through the label
// clock and compiles one factor per column. The values of one column are the accounts; each
// row is a day of its own.
func asAccounts(t *testing.T, data logittest.Table, account, outcome string, columns []string) (*dataset.Examples, []features.Factor) {
	t.Helper()
	id, asOf, renewal := parquetio.Column{}, parquetio.Column{}, parquetio.Column{}
	types := make(expr.Columns)
	day := dataset.NewDate(2000, 1, 1)
	for i, v := range data[account] {
		id.Codes, id.Levels = append(id.Codes, int32(i)), append(id.Levels, strconv.FormatFloat(v, 'g', -1, 64))
		asOf.Days, renewal.Days = append(asOf.Days, int32(day)+int32(i)), append(renewal.Days, int32(day)+int32(i)+1)
	}
	key, date := parquetio.Field{Name: "account_id", Kind: parquetio.Text}, parquetio.Field{Name: "snapshot_date", Kind: parquetio.Day}
	fields, values := []parquetio.Field{key, date}, []parquetio.Column{id, asOf}
	var specs []features.Factor
	for _, name := range columns {
		types[name] = expr.Number
		specs = append(specs, features.Factor{Name: name, Expr: expr.Quote(name)})
		fields = append(fields, parquetio.Field{Name: name, Kind: parquetio.Float, Nullable: true})
		values = append(values, parquetio.Column{Numbers: data[name]})
	}
	dir := t.TempDir()
	writeColumns(t, dir+"/snapshots.parquet", fields, values)
	date.Name = "renewal_date"
	writeColumns(t, dir+"/outcomes.parquet", []parquetio.Field{key, date, {Name: "churned", Kind: parquetio.Bool}},
		[]parquetio.Column{id, renewal, {Numbers: data[outcome]}})
	factors, err := features.Compile(specs, types)
	if err != nil {
		t.Fatal(err)
	}
	e, err := dataset.Load(t.Context(), dataset.Spec{
		Snapshots: dir + "/snapshots.parquet", Outcomes: dir + "/outcomes.parquet",
		Columns: dataset.Columns{Account: "account_id", SnapshotDate: "snapshot_date", OutcomeDate: "renewal_date", Outcome: "churned"},
		Clock:   dataset.Clock{Mode: dataset.Renewal, Lead: 1}, Uses: features.Uses(factors),
		ObservedUntil: dataset.NoDate, Reading: dataset.Reading{AsOf: dataset.NoDate},
	})
	if err != nil {
		t.Fatal(err)
	}
	return e, factors
}

func writeColumns(t *testing.T, path string, fields []parquetio.Field, columns []parquetio.Column) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w, err := parquetio.NewWriter(f, fields)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(columns); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}
