package project

import (
	"fmt"
	"strconv"
	"strings"

	"holdfast/dataset/history"
)

// Type is the form a value must have, in words that can stand in the reference and in a message.
type Type string

// The forms of the values.
const (
	TypeMapping    Type = "a mapping of keys to values"
	TypeMappings   Type = "a list of mappings"
	TypeText       Type = "text on one line"
	TypeTexts      Type = "a list of texts"
	TypeChoice     Type = "a choice" // one of Key.Values and nothing else
	TypeExpression Type = "an expression over columns"
	TypeNumber     Type = "a number"
	TypeNumbers    Type = "a number or a list of numbers"
	TypeWhole      Type = "a whole number"
	TypeDate       Type = "a date as YYYY-MM-DD"
	TypeDays       Type = "a duration in days or weeks"
	TypeDaysList   Type = "a duration in days or weeks, or a list of them"
	TypePeriod     Type = "a calendar period"
	TypeTimezone   Type = "an IANA time zone name"
	TypeBounds     Type = "a list of two bounds, each a number or a percentile"
	TypeRange      Type = "a list of two numbers"
	TypePairs      Type = "a list of pairs of a value and its points"
)

// Key describes one key of holdfast.yaml. The same description drives the reading of the file, the
// messages about it, and the reference: there is no second list of keys.
type Key struct {
	Path     string   // dotted; [] stands for the items of a list, * for any name
	Type     Type     //
	Required bool     // some keys are required only in one mode or kind: Doc says so
	Default  string   // as it would be written; "" if there is none
	Example  string   // as it would be written
	Values   []string // words that are accepted: besides Type, or alone for TypeChoice
	Min, Max float64  // inclusive bounds of numbers and days; both 0: any finite number
	Doc      string   // one sentence
}

// Name is the last part of the path, as it stands in the file; * for any name.
func (k Key) Name() string {
	return strings.TrimSuffix(k.Path[strings.LastIndexByte(k.Path, '.')+1:], "[]")
}

// Expects says in words what a value of the key must be: the words of Values, the Type, the range.
func (k Key) Expects() string {
	switch {
	case k.Type == TypeChoice && len(k.Values) == 1:
		return k.Values[0]
	case k.Type == TypeChoice:
		return "one of " + strings.Join(k.Values, ", ")
	}
	words := string(k.Type)
	if k.Min != 0 || k.Max != 0 {
		words += fmt.Sprintf(" from %s to %s", k.limit(k.Min), k.limit(k.Max))
	}
	if len(k.Values) > 0 {
		words = strings.Join(k.Values, ", ") + " or " + words
	}
	return words
}

// limit writes a bound of the range in the unit of the key, never in exponent notation.
func (k Key) limit(x float64) string {
	number := strconv.FormatFloat(x, 'f', -1, 64)
	if k.Type == TypeDays || k.Type == TypeDaysList {
		return number + "d"
	}
	return number
}

const (
	maxDays  = 3650      // ten years: past any lead, horizon or age that makes sense for renewals
	maxCount = 1e9       // accounts, rows
	maxMoney = 1e12      // in the currency of the value column
	maxSeed  = 1<<53 - 1 // the largest whole number that JSON readers keep exactly
)

// Keys returns the reference of every key, in the order in which a file reads best. Each call makes a new
// list, which is the caller's. A path stands in it once, and behind that of the mapping it belongs to.
func Keys() []Key {
	var keys []Key
	keys = append(keys, fileKeys()...)
	keys = append(keys, dataKeys()...)
	keys = append(keys, columnKeys()...)
	keys = append(keys, labelKeys()...)
	keys = append(keys, factorKeys()...)
	keys = append(keys, shapeKeys()...)
	keys = append(keys, candidateKeys()...)
	keys = append(keys, fittingKeys()...)
	keys = append(keys, categoryKeys()...)
	keys = append(keys, foreignCandidateKeys()...)
	keys = append(keys, segmentKeys()...)
	keys = append(keys, backtestKeys()...)
	keys = append(keys, gateKeys()...)
	keys = append(keys, bandKeys()...)
	keys = append(keys, retrainKeys()...)
	return append(keys, monitorKeys()...)
}

// fileKeys are the keys at the top of the file.
func fileKeys() []Key {
	return []Key{
		{Path: "version", Type: TypeChoice, Required: true, Example: "1", Values: []string{"1"},
			Doc: "The version of this file format."},
		{Path: "data", Type: TypeMapping, Required: true,
			Doc: "Where the history lies."},
		{Path: "columns", Type: TypeMapping, Required: true,
			Doc: "Which column plays which role."},
		{Path: "label", Type: TypeMapping, Required: true,
			Doc: "What is predicted, and how long before it happens."},
		{Path: "factors", Type: TypeMappings, Required: true, Example: "[{name: logins}]",
			Doc: "The inputs of the scores."},
		{Path: "candidates", Type: TypeMappings, Required: true, Example: "[{name: fitted, kind: logistic}]",
			Doc: "The scores to backtest."},
		{Path: "backtest", Type: TypeMapping,
			Doc: "How the candidates are put to the test."},
		{Path: "output", Type: TypeText, Default: "out", Example: "out",
			Doc: "The directory that runs are written to, relative to this file."},
	}
}

// dataKeys say where the history lies.
func dataKeys() []Key {
	return []Key{
		{Path: "data.snapshots", Type: TypeText, Required: true, Example: "data/snapshots/",
			Doc: "The Parquet file, directory, glob or hive-partitioned tree of account snapshots, relative to this file."},
		{Path: "data.outcomes", Type: TypeText, Required: true, Example: "data/outcomes.parquet",
			Doc: "The Parquet file, directory, glob or hive-partitioned tree of renewal outcomes, relative to this file."},
		{Path: "data.observed_until", Type: TypeDate, Example: "2026-06-30",
			Doc: "The last day up to which outcomes are complete; without it, the last date seen in the outcomes."},
		{Path: "data.timezone", Type: TypeTimezone, Default: "UTC", Example: "Europe/Berlin",
			Doc: "The time zone in which timestamps become calendar days."},
		{Path: "data.missing_columns", Type: TypeChoice, Default: MissingColumnsRefuse, Example: MissingColumnsNull,
			Values: []string{MissingColumnsRefuse, MissingColumnsNull},
			Doc:    "What becomes of a column in use that some part files lack: the files are refused, or it is missing in their rows."},
	}
}

// columnKeys give columns their roles. There are no default names: a role that is guessed wrongly, such as
// a contract's start taken for its renewal, gives numbers that look right.
func columnKeys() []Key {
	return []Key{
		{Path: "columns.account", Type: TypeText, Required: true, Example: "account_id",
			Doc: "The account's key, in the snapshots and in the outcomes."},
		{Path: "columns.snapshot_date", Type: TypeText, Required: true, Example: "snapshot_date",
			Doc: "The day whose close a snapshot describes."},
		{Path: "columns.recorded_at", Type: TypeText, Example: "loaded_at",
			Doc: "The day on which a snapshot's row was written, before which nobody had it; without it, the snapshot date."},
		{Path: "columns.outcome_date", Type: TypeText, Required: true, Example: "renewal_date",
			Doc: "The day of the renewal or the churn."},
		{Path: "columns.outcome", Type: TypeText, Required: true, Example: "churned",
			Doc: "Whether the account churned: a boolean column, or one with words that churned_when explains; the column of outcome_date itself where every row is a churn."},
		{Path: "columns.churned_when", Type: TypeTexts, Example: "[lost, cancelled]",
			Doc: "The values of the outcome column that mean churned."},
		{Path: "columns.renewed_when", Type: TypeTexts, Example: "[won, renewed]",
			Doc: "The values that mean renewed, so that any other is refused; without it, all that churned_when and open_when do not name."},
		{Path: "columns.open_when", Type: TypeTexts, Example: "[negotiation, open]",
			Doc: "The values of what is not decided yet: such rows count neither as churned nor as renewed, as those without an outcome."},
		{Path: "columns.touched_at", Type: TypeText, Example: "first_call",
			Doc: "The day, in the outcomes, on which the team began to work the account; results are then also shown without what that may have changed."},
		{Path: "columns.decided_at", Type: TypeText, Example: "decided_at",
			Doc: "The day on which the outcome became known; without it, the outcome date."},
		{Path: "columns.value", Type: TypeText, Example: "arr",
			Doc: "The money at stake, per year; the outcomes may have it as well."},
		{Path: "columns.value_after", Type: TypeText, Example: "arr_after",
			Doc: "What the account pays after the outcome, so that renewals are known as contracted, flat or expanded."},
		{Path: "columns.value_before", Type: TypeText, Example: "arr_before",
			Doc: "What it paid before, a column of the outcomes used with value_after; without it, the outcomes' column called like value, else the value of the snapshot."},
		{Path: "columns.segment", Type: TypeText, Example: "plan",
			Doc: "A column, or an expression over columns, that splits accounts into segments."},
	}
}

// labelKeys say what is predicted. The mode has no default, because it decides what every number means.
func labelKeys() []Key {
	return []Key{
		{Path: "label.mode", Type: TypeChoice, Required: true, Example: LabelRenewal,
			Values: []string{LabelRenewal, LabelHorizon},
			Doc:    "Whether each outcome row is one decision to predict, or each snapshot is followed for a horizon."},
		{Path: "label.lead", Type: TypeDaysList, Example: "90d", Min: 0, Max: maxDays,
			Doc: "How long before the renewal an account is scored, required in mode renewal; of a list the first is the main one."},
		{Path: "label.max_age", Type: TypeDays, Default: "45d", Example: "45d", Min: 0, Max: maxDays,
			Doc: "How much older than the lead asks a snapshot may be, in mode renewal."},
		{Path: "label.horizon", Type: TypeDays, Example: "90d", Min: 1, Max: maxDays,
			Doc: "How long after the snapshot churn counts, required in mode horizon."},
	}
}

// factorKeys describe one factor. The defaults change a value as little as possible.
func factorKeys() []Key {
	return []Key{
		{Path: "factors[].name", Type: TypeText, Required: true, Example: "logins",
			Doc: "The factor's name, once in the file."},
		{Path: "factors[].category", Type: TypeText, Default: "other", Example: "usage",
			Doc: "The group in which reports show the factor: usage, support, relationship and so on."},
		{Path: "factors[].expr", Type: TypeExpression, Example: "active_users / licences",
			Doc: "How the factor is computed; its names are snapshot columns, never other factors."},
		{Path: "factors[].column", Type: TypeText, Example: "logins_30d",
			Doc: "The column of a factor without expr; without it, the one called like the factor."},
		{Path: "factors[].history", Type: TypeMapping, Example: "{of: active_users, over: 90d, as: change}",
			Doc: "How the factor is computed from the account's own snapshots up to the day it is scored, in the place of expr or column."},
		{Path: "factors[].history.of", Type: TypeExpression, Required: true, Example: "active_users",
			Doc: "What is followed through time: a column, or an expression over columns of one snapshot."},
		{Path: "factors[].history.over", Type: TypeDays, Required: true, Example: "90d", Min: 1, Max: history.MaxDays,
			Doc: "How far back the history looks."},
		{Path: "factors[].history.as", Type: TypeChoice, Required: true, Example: string(history.Change), Values: historyWords(),
			Doc: "What is made of the values: the change since then, as such or as a fraction, the slope per 30 days, the mean, the least, the most, the sum, the days since the last that was not zero, or the days since the date in the column."},
		{Path: "factors[].rule", Type: TypeExpression, Example: "'share > 0.8 and trend > 0'",
			Doc: "A recipe that is true or false, whose names are factors that stand before it, and then columns."},
		{Path: "factors[].kind", Type: TypeChoice, Default: FactorNumeric, Example: FactorCategory,
			Values: []string{FactorNumeric, FactorCategory, FactorBins},
			Doc:    "Whether the factor is a number, a level of a category, or a number that counts by the risk of the bin it falls into."},
		{Path: "factors[].clip", Type: TypeBounds, Example: "[p1, p99]",
			Doc: "The bounds a numeric factor is held between; percentiles are learned on training rows."},
		{Path: "factors[].scale", Type: TypeChoice, Default: ScaleNone, Example: ScaleLog1p,
			Values: []string{ScaleNone, ScaleLog1p, ScaleAsinh},
			Doc:    "The curve a numeric factor is put through after clipping."},
		{Path: "factors[].missing", Type: TypeNumber, Default: MissingMedian, Example: MissingZero,
			Values: []string{MissingMedian, MissingMean, MissingZero, MissingOwn, MissingDrop},
			Doc:    "What stands in for a missing value; a category takes own, which is its default, or drop."},
		{Path: "factors[].expect", Type: TypeChoice, Example: LowerChurn,
			Values: []string{LowerChurn, HigherChurn},
			Doc:    "What more of a numeric factor means: hand-set weights need it, and a fitted weight against it is a warning."},
		{Path: "factors[].reference", Type: TypeText, Example: "basic",
			Doc: "The level of a category that the others are compared with; without it, the first in alphabetical order."},
		{Path: "factors[].rare", Type: TypeWhole, Default: "20", Example: "20", Min: 0, Max: maxCount,
			Doc: "The training rows a level of a category needs to stand alone; 0 pools none."},
		{Path: "factors[].unseen", Type: TypeChoice, Default: UnseenReference, Example: UnseenOther,
			Values: []string{UnseenReference, UnseenOther, UnseenError},
			Doc:    "What a level that training never saw counts as."},
	}
}

// historyWords are the functions of a history.
func historyWords() []string {
	var words []string
	for _, f := range history.Functions() {
		words = append(words, string(f))
	}
	return words
}

// candidateKeys describe one candidate.
func candidateKeys() []Key {
	return []Key{
		{Path: "candidates[].name", Type: TypeText, Required: true, Example: "fitted",
			Doc: "The candidate's name, once in the file; baseline is taken."},
		{Path: "candidates[].kind", Type: TypeChoice, Required: true, Example: CandidateLogistic,
			Values: candidateKinds(),
			Doc:    "Whether the score is set by hand, imported from a column, fitted, given by recipes, a model file, another tool's predictions, or what a platform computes."},
		{Path: "candidates[].weights", Type: TypeMapping, Example: "{logins: 60, nps: 40}",
			Doc: "Points of health by factor, required for kind weights; each factor needs an expect."},
		{Path: "candidates[].weights.*", Type: TypeNumber, Example: "40", Min: 0, Max: 1e6,
			Doc: "What the factor counts for."},
		{Path: "candidates[].column", Type: TypeText, Example: "gs_score",
			Doc: "The snapshot column that holds the score, required for kind column."},
		{Path: "candidates[].higher_is", Type: TypeChoice, Example: HigherIsHealthier,
			Values: []string{HigherIsHealthier, HigherIsRiskier},
			Doc:    "The direction of the imported score, required for kind column: it is declared, never guessed."},
		{Path: "candidates[].factors", Type: TypeTexts, Example: "[logins, nps]",
			Doc: "The factors a fitted candidate uses; without it, all."},
	}
}

// backtestKeys plan the backtest. Money has no default rates: an invented save rate would be quoted as a
// finding.
func backtestKeys() []Key {
	return []Key{
		{Path: "backtest.every", Type: TypePeriod, Default: "1q", Example: "1q",
			Doc: "The time from one cutoff to the next: days, months, quarters or years, as in 30d, 1m, 1q, 1y."},
		{Path: "backtest.first_cutoff", Type: TypeDate, Default: "auto", Example: "2024-03-31", Values: []string{"auto"},
			Doc: "The first day on which a model is trained."},
		{Path: "backtest.last_cutoff", Type: TypeDate, Example: "2026-03-31",
			Doc: "The last day on which a model may be trained; without it, the last that has outcomes after it."},
		{Path: "backtest.window", Type: TypePeriod, Default: "expanding", Example: "8q", Values: []string{"expanding"},
			Doc: "How far back from a cutoff training looks."},
		{Path: "backtest.champion", Type: TypeText, Default: Baseline, Example: "today",
			Doc: "The candidate in use now, which the others must beat."},
		{Path: "backtest.champions", Type: TypeTexts, Example: "[growth_today]",
			Doc: "The candidates in use now for other targets than the champion's, one each; a target without one has the base rate."},
		{Path: "backtest.primary", Type: TypeChoice, Default: PrimaryLogLoss, Example: PrimaryLogLoss,
			Values: []string{PrimaryLogLoss, PrimaryAUC, PrimaryBrier},
			Doc:    "The metric that decides."},
		{Path: "backtest.margin", Type: TypeNumber, Default: "0", Example: "0.005", Min: 0, Max: 1,
			Doc: "What a challenger must win by, in units of the primary metric."},
		{Path: "backtest.capacity", Type: TypeWhole, Default: "50", Example: "50", Min: 1, Max: maxCount,
			Doc: "How many accounts the team can work per period."},
		{Path: "backtest.save_rate", Type: TypeNumbers, Example: "[0.1, 0.2, 0.3]", Min: 0, Max: 1,
			Doc: "The shares of contacted churners that are assumed to stay; without it, no savings are shown."},
		{Path: "backtest.contact_cost", Type: TypeNumber, Default: "0", Example: "200", Min: 0, Max: maxMoney,
			Doc: "What contacting one account costs."},
		{Path: "backtest.bootstrap", Type: TypeWhole, Default: "2000", Example: "2000", Min: 0, Max: 100_000,
			Doc: "The replicates behind the intervals."},
		{Path: "backtest.intervals", Type: TypeChoice, Default: IntervalsPercentile, Example: IntervalsPercentile,
			Values: []string{IntervalsPercentile, IntervalsBCa},
			Doc:    "Intervals of log loss, Brier score, average precision and lists, and of their differences: percentiles of the replicates, or those corrected for bias and skewness."},
		{Path: "backtest.seed", Type: TypeWhole, Default: "1", Example: "1", Min: 0, Max: maxSeed,
			Doc: "The seed of all that is drawn at random."},
	}
}
