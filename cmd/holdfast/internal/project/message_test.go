package project

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// complaints is what Parse says about a file that it must refuse, without the name of the file.
func complaints(t *testing.T, src string) string {
	t.Helper()
	_, err := Parse("f", []byte(src))
	var problems Problems
	if !errors.As(err, &problems) || len(problems) == 0 {
		t.Fatalf("accepted, or refused without problems: %v", err)
	}
	return strings.ReplaceAll(strings.TrimPrefix(err.Error(), "f:"), "\nf:", "\n")
}

// edit is one change of a file and what is said about the result.
type edit struct{ name, old, new, want string }

func (e edit) run(t *testing.T, src string) {
	t.Run(e.name, func(t *testing.T) {
		if got := complaints(t, change(t, src, e.old, e.new)); got != e.want {
			t.Errorf("got\n%s\nwant\n%s", got, e.want)
		}
	})
}

func TestKeyMessages(t *testing.T) {
	for _, e := range []edit{
		{"unknown key, near another", "label:", "lable:",
			"1:1: label.mode is missing; add for example mode: renewal\n" +
				`10:1: unknown key "lable"; did you mean "label"?`},
		{"unknown key in a group", "outcome: churned", "outcome: churned\n  acount: x",
			`10:3: unknown key "acount" in columns; did you mean "account"?`},
		{"unknown key three deep", "kind: logistic", "kind: logistic, penalty: {rige: 1}",
			`18:46: unknown key "rige" in candidates[0].penalty; did you mean "ridge"?`},
		{"key of another group", "factors:", "horizon: 90d\nfactors:",
			`13:1: unknown key "horizon"; it belongs to label`},
		{"key of the top", "kind: logistic", "kind: logistic, output: x",
			`18:36: unknown key "output" in candidates[0]; it belongs to the top of the file`},
		{"unknown key, near nothing", "mode: renewal", "mode: renewal\n  zzz: 1",
			`12:3: unknown key "zzz" in label; the keys here are mode, lead, max_age, horizon`},
		{"rule that asks about what it cannot know", "candidates:", "playbooks: [{name: call, when: bend == 'red'}]\ncandidates:",
			`17:32: playbooks[0].when: unknown column "bend"; did you mean "band"?`},
		{"duplicate key", "  lead: 90d", "  lead: 90d\n  mode: horizon",
			`13:3: duplicate key "mode"; it is already given in line 11`},
		{"duplicate key in braces", "kind: logistic", "kind: logistic, kind: column",
			`18:36: duplicate key "kind"; it is already given in line 18`},
		{"missing key", "  account: account_id\n", "",
			"5:1: columns.account is missing; add for example account: account_id"},
		{"missing key of a factor", "name: active_share\n    expr", "expr",
			"14:5: factors[0].name is missing; add for example name: logins"},
		{"missing version", "version: 1\n", "",
			"1:1: version is missing; add for example version: 1"},
		{"no factors", "factors:\n  - name: active_share\n    expr: active_users / licences\n    expect: lower_churn\n", "",
			"1:1: factors is missing; add for example factors: [{name: logins}]"},
		{"key without value", "lead: 90d", "lead:",
			"12:3: label.lead has no value; write for example 90d, or remove the key"},
		{"null", "lead: 90d", "lead: ~",
			"12:9: label.lead has no value; write for example 90d, or remove the key"},
		{"key that looks like a path", "mode: renewal", "mode: renewal\n  a.b: 1",
			`12:3: unknown key "a.b" in label; the keys here are mode, lead, max_age, horizon`},
	} {
		e.run(t, minimal)
	}
}

func TestTypeMessages(t *testing.T) {
	for _, e := range []edit{
		{"unknown version", "version: 1", "version: 2",
			`1:10: version must be 1, not "2"`},
		{"text for a group", "label:\n  mode: renewal\n  lead: 90d", "label: renewal",
			`10:8: label must be a mapping of keys to values, not "renewal"; write for example {mode: renewal}`},
		{"list for a group", "label:\n  mode: renewal\n  lead: 90d", "label: [renewal]",
			`10:8: label must be a mapping of keys to values, not a list of 1; write for example {mode: renewal}`},
		{"group for a text", "snapshots: data/snapshots/", "snapshots: {a: b}",
			"3:14: data.snapshots must be text on one line, not a mapping; write for example data/snapshots/"},
		{"empty text", "snapshots: data/snapshots/", "snapshots: ''",
			"3:14: data.snapshots is empty; write for example data/snapshots/"},
		{"text of two lines", "snapshots: data/snapshots/", "snapshots: \"a\\nb\"",
			`3:14: data.snapshots must be text on one line, not "a\nb"; remove line breaks and other characters that cannot be seen`},
		{"text that turns the terminal's writing around", "snapshots: data/snapshots/", "snapshots: a\u202eb",
			`3:14: data.snapshots must be text on one line, not "a\u202eb"; remove line breaks and other characters that cannot be seen`},
		{"text with blanks around it", "account: account_id", "account: ' account_id'",
			`6:12: columns.account must be text on one line, not " account_id"; remove the blanks at its ends`},
		{"very long text", "mode: renewal", "mode: " + strings.Repeat("x", 300),
			`11:9: label.mode must be one of renewal, horizon, not "` + strings.Repeat("x", 200) + `"…`},
		{"word that is near another", "mode: renewal", "mode: renewel",
			`11:9: label.mode must be one of renewal, horizon, not "renewel"; did you mean "renewal"?`},
		{"text for a list of groups", "candidates:\n  - {name: fitted, kind: logistic}", "candidates: fitted",
			`17:13: candidates must be a list of mappings, not "fitted"; write for example [{name: fitted, kind: logistic}]`},
		{"text for an item", "- {name: fitted, kind: logistic}", "- fitted",
			`18:5: candidates[0] must be a mapping of keys to values, not "fitted"; write for example {name: fitted}`},
		{"empty list of factors", "factors:\n  - name: active_share\n    expr: active_users / licences\n    expect: lower_churn\n", "factors: []\n",
			"13:10: factors is an empty list; write for example [{name: logins}]"},
		{"text for a list of texts", "outcome: churned", "outcome: churned\n  churned_when: lost",
			`10:17: columns.churned_when must be a list of texts, not "lost"; write for example [lost, cancelled]`},
		{"empty list of texts", "outcome: churned", "outcome: churned\n  churned_when: []",
			"10:17: columns.churned_when is an empty list; write for example [lost, cancelled]"},
		{"text given twice", "outcome: churned", "outcome: churned\n  churned_when: [lost, lost]",
			`10:24: columns.churned_when[1] is "lost" again; name it once`},
		{"null in a list", "outcome: churned", "outcome: churned\n  churned_when: [lost, ~]",
			"10:24: columns.churned_when[1] must be a list of texts, not nothing; write for example [lost, cancelled]"},
		{"time zone that is none", "outcomes: data/outcomes.parquet", "outcomes: data/outcomes.parquet\n  timezone: Berlin",
			`5:13: data.timezone must be an IANA time zone name, not "Berlin"; write for example Europe/Berlin`},
		{"time zone of the machine", "outcomes: data/outcomes.parquet", "outcomes: data/outcomes.parquet\n  timezone: Local",
			`5:13: data.timezone must be an IANA time zone name, not "Local"; write for example Europe/Berlin`},
	} {
		e.run(t, minimal)
	}
}

func TestDurationMessages(t *testing.T) {
	const want, example = "label.lead must be a duration in days or weeks, or a list of them from 0d to 3650d, not ", "; write for example 90d"
	for lead, said := range map[string]string{
		"3.5d":                   `12:9: ` + want + `"3.5d"` + example,
		"-1":                     `12:9: ` + want + `"-1"` + example,
		"1000000":                `12:9: ` + want + `"1000000"` + example,
		"522w":                   `12:9: ` + want + `"522w"` + example,
		".inf":                   `12:9: ` + want + `".inf"` + example,
		".nan":                   `12:9: ` + want + `".nan"` + example,
		"1e400":                  `12:9: ` + want + `"1e400"` + example,
		"90 days":                `12:9: ` + want + `"90 days"` + example,
		"d":                      `12:9: ` + want + `"d"` + example,
		"{d: 90}":                `12:9: ` + want + `a mapping` + example,
		"3m":                     `12:9: ` + want + `"3m"; months, quarters and years differ in length; write days, as in 90d`,
		"[]":                     `12:9: label.lead is an empty list` + example,
		"[90d, 60d, 90]":         `12:20: label.lead[2] is "90" again; name it once`,
		"[90d, 2y]":              `12:15: ` + strings.Replace(want, "lead", "lead[1]", 1) + `"2y"; months, quarters and years differ in length; write days, as in 90d`,
		strings.Repeat("9", 400): `12:9: ` + want + `"` + strings.Repeat("9", 200) + `"…` + example,
	} {
		edit{lead[:min(len(lead), 20)], "lead: 90d", "lead: " + lead, said}.run(t, minimal)
	}
	const horizon = "11:12: label.horizon must be a duration in days or weeks from 1d to 3650d, not "
	edit{"horizon of days and a half", "mode: renewal\n  lead: 90d", "horizon: 3.5d\n  mode: horizon", horizon + `"3.5d"` + example}.run(t, minimal)
}

func TestDateMessages(t *testing.T) {
	const want, example = `5:19: data.observed_until must be a date as YYYY-MM-DD, not `, "; write for example 2026-06-30"
	for text, said := range map[string]string{
		"2024-02-30":                `5:19: data.observed_until is "2024-02-30", a day that does not exist; check the month and the day`,
		"2023-02-29":                `5:19: data.observed_until is "2023-02-29", a day that does not exist; check the month and the day`,
		"2024-13-01":                `5:19: data.observed_until is "2024-13-01", a day that does not exist; check the month and the day`,
		"24-1-1":                    want + `"24-1-1"` + example,
		"01/02/2024":                want + `"01/02/2024"` + example,
		"10000-01-01":               want + `"10000-01-01"` + example,
		"20240101":                  want + `"20240101"` + example,
		"[2024-01-01]":              want + `a list of 1` + example,
		"2024-01-01T00:00:00+05:30": want + `"2024-01-01T00:00:00+05:30"; leave the time of day out`,
		"0000-01-01":                `5:19: data.observed_until is "0000-01-01", outside the years 1900 to 2999` + example,
		"9999-12-31":                `5:19: data.observed_until is "9999-12-31", outside the years 1900 to 2999` + example,
	} {
		old := "outcomes: data/outcomes.parquet"
		edit{text, old, old + "\n  observed_until: " + text, said}.run(t, minimal)
	}
}

func TestFactorMessages(t *testing.T) {
	for _, e := range []edit{
		{"duplicate factor", "candidates:", "  - name: active_share\ncandidates:",
			`17:11: duplicate factor "active_share"; the one in line 14 has the same name`},
		{"column and expr", "expect:", "column: usage\n    expect:",
			"16:13: factors[0] has both column and expr; keep one of them"},
		{"history and expr", "expect:", "history: {of: usage, over: 90d, as: mean}\n    expect:",
			"16:14: factors[0] has both history and expr; keep one of them"},
		{"clip of one bound", "expect:", "clip: [p1]\n    expect:",
			"16:11: factors[0].clip must be a list of two bounds, each a number or a percentile, not a list of 1; write for example [p1, p99]"},
		{"clip of words", "expect:", "clip: [low, p99]\n    expect:",
			`16:12: factors[0].clip[0] must be a number or a percentile such as p99.5, not "low"; write for example [p1, p99]`},
		{"clip of infinity", "expect:", "clip: [0, .inf]\n    expect:",
			`16:15: factors[0].clip[1] must be a number or a percentile such as p99.5, not ".inf"; write for example [p1, p99]`},
		{"percentile over 100", "expect:", "clip: [p1, p101]\n    expect:",
			`16:16: factors[0].clip[1] must be a percentile from p0 to p100, not "p101"; write for example [p1, p99]`},
		{"clip upside down", "expect:", "clip: [p99, p1]\n    expect:",
			"16:11: factors[0].clip must go from low to high; swap the bounds, or remove clip"},
		{"missing as a word that is near another", "expect:", "missing: meadian\n    expect:",
			`16:14: factors[0].missing must be median, mean, zero, own, drop or a number, not "meadian"; did you mean "median"?`},
		{"missing as not a number", "expect:", "missing: .nan\n    expect:",
			`16:14: factors[0].missing must be median, mean, zero, own, drop or a number, not ".nan"; write for example zero`},
		{"missing as a quoted number", "expect:", "missing: '5'\n    expect:",
			`16:14: factors[0].missing must be median, mean, zero, own, drop or a number, not "5"; remove the quotes`},
		{"negative rows", "expect: lower_churn", "kind: category\n    rare: -1",
			`17:11: factors[0].rare must be a whole number from 0 to 1000000000, not "-1"; write for example 20`},
		{"rows and a half", "expect: lower_churn", "kind: category\n    rare: 2.5",
			`17:11: factors[0].rare must be a whole number from 0 to 1000000000, not "2.5"; write for example 20`},
		{"key of a category on a number", "expect:", "reference: basic\n    expect:",
			"16:16: factors[0].reference does not apply to kind numeric; remove it"},
		{"keys of a number on a category", "expect:", "kind: category\n    scale: log1p\n    expect:",
			"17:12: factors[0].scale does not apply to kind category; remove it\n" +
				"18:13: factors[0].expect does not apply to kind category; remove it"},
		{"median of a category", "expect: lower_churn", "kind: category\n    missing: median",
			`17:14: factors[0].missing must be own or drop for kind category, not "median"; levels have no average`},
		{"scale that is none", "expect:", "scale: log\n    expect:",
			`16:12: factors[0].scale must be one of none, log1p, asinh, not "log"`},
	} {
		e.run(t, minimal)
	}
}

func TestExpressionMessages(t *testing.T) {
	const old = "expr: active_users / licences"
	for _, e := range []edit{
		{"plain", old, "expr: active_users / (licences",
			`15:26: factors[0].expr: "(" is never closed; add the closing bracket`},
		{"in quotes", old, `expr: "a * \"b\" + \\ (c"`, `15:24: factors[0].expr: unexpected character '\\'; write col("name") for a column with unusual characters`},
		{"behind umlauts", old, "expr: 'größe == ''äö'' and (x'",
			`15:32: factors[0].expr: "(" is never closed; add the closing bracket`},
		{"in a block", old, "expr: |\n      active_users /\n        (licences",
			`17:9: factors[0].expr: "(" is never closed; add the closing bracket`},
		{"in folded lines", old, "expr: active_users /\n      (licences",
			`16:7: factors[0].expr: "(" is never closed; add the closing bracket`},
		{"a list", old, "expr: [a, b]",
			"15:11: factors[0].expr must be an expression over columns, not a list of 2; write for example active_users / licences"},
	} {
		e.run(t, minimal)
	}
}

func TestHistoryMessages(t *testing.T) {
	const old = "expr: active_users / licences"
	for _, e := range []edit{
		{"no mapping", old, "history: change",
			`15:14: factors[0].history must be a mapping of keys to values, not "change"; write for example {of: active_users, over: 90d, as: change}`},
		{"nothing in it", old, "history: {}",
			"15:14: factors[0].history.of is missing; add for example of: active_users\n" +
				"15:14: factors[0].history.over is missing; add for example over: 90d\n" +
				"15:14: factors[0].history.as is missing; add for example as: change"},
		{"no window", old, "history: {of: logins, as: mean}",
			"15:14: factors[0].history.over is missing; add for example over: 90d"},
		{"a window in months", old, "history: {of: logins, over: 3m, as: mean}",
			`15:33: factors[0].history.over must be a duration in days or weeks from 1d to 3650d, not "3m"; months, quarters and years differ in length; write days, as in 90d`},
		{"a window of no days", old, "history: {of: logins, over: 0d, as: mean}",
			`15:33: factors[0].history.over must be a duration in days or weeks from 1d to 3650d, not "0d"; write for example 90d`},
		{"a window past ten years", old, "history: {of: logins, over: 522w, as: mean}",
			`15:33: factors[0].history.over must be a duration in days or weeks from 1d to 3650d, not "522w"; write for example 90d`},
		{"a misspelt function", old, "history: {of: logins, over: 90d, as: chnge}",
			`15:42: factors[0].history.as must be one of change, pct_change, slope, mean, min, max, sum, days_since, age, not "chnge"; did you mean "change"?`},
		{"a broken expression", old, "history: {of: (logins, over: 90d, as: mean}",
			`15:19: factors[0].history.of: "(" is never closed; add the closing bracket`},
		{"an unknown key", old, "history: {of: logins, over: 90d, as: mean, shift: 30d}",
			`15:48: unknown key "shift" in factors[0].history; the keys here are of, over, as`},
		{"a category", old, "history: {of: logins, over: 90d, as: mean}\n    kind: category",
			"15:14: factors[0].history does not apply to kind category; remove it\n" +
				"17:13: factors[0].expect does not apply to kind category; remove it"},
		{"an empty value", old, "history:",
			"15:5: factors[0].history.of is missing; add for example of: active_users\n" +
				"15:5: factors[0].history.over is missing; add for example over: 90d\n" +
				"15:5: factors[0].history.as is missing; add for example as: change"},
	} {
		e.run(t, minimal)
	}
}

func TestCandidateMessages(t *testing.T) {
	const today = "- name: today\n    kind: weights\n    weights: {tickets: 40, active_share: 60}\n"
	for _, e := range []edit{
		{"duplicate candidate", "- name: vendor", "- name: today",
			`51:11: duplicate candidate "today"; the one in line 48 has the same name`},
		{"the built-in name", "- name: vendor", "- name: baseline",
			`51:11: candidates[1].name is "baseline", which is the name of the built-in candidate; choose another name`},
		{"column without direction", "    higher_is: healthier\n", "",
			"51:5: candidates[1].higher_is is missing, which kind column needs; add for example higher_is: healthier"},
		{"column without column", "    column: gs_score\n", "",
			"51:5: candidates[1].column is missing, which kind column needs; add for example column: gs_score"},
		{"hand-set without weights", today, "- {name: today, kind: weights}\n",
			"48:5: candidates[0].weights is missing, which kind weights needs; add for example weights: {logins: 60, nps: 40}"},
		{"no weights at all", "weights: {tickets: 40, active_share: 60}", "weights: {}",
			"50:14: candidates[0].weights names no factor; write for example {logins: 60, nps: 40}"},
		{"weight of an unknown factor", "{tickets: 40,", "{tickts: 40,",
			`50:15: unknown factor "tickts" in candidates[0].weights; did you mean "tickets"?`},
		{"weight of a factor like no other", "{tickets: 40,", "{zzz: 40,",
			`50:15: unknown factor "zzz" in candidates[0].weights; the factors are active_share, tickets, plan, trend`},
		{"negative weight", "{tickets: 40,", "{tickets: -40,",
			`50:24: candidates[0].weights.tickets must be a number from 0 to 1000000, not "-40"; write for example 40`},
		{"weight that is no number", "{tickets: 40,", "{tickets: .nan,",
			`50:24: candidates[0].weights.tickets must be a number from 0 to 1000000, not ".nan"; write for example 40`},
		{"weights of zero", "{tickets: 40, active_share: 60}", "{tickets: 0, active_share: 0}",
			"50:14: candidates[0].weights are all zero; give at least one factor some points"},
		{"weight of a category", "{tickets: 40,", "{plan: 40,",
			`50:15: factor "plan" is a category, which cannot have a weight by hand; leave it to a candidate of kind logistic`},
		{"weight without direction", "    expect: higher_churn\n", "",
			`49:15: factor "tickets" has a weight but no declared direction; add expect: lower_churn or expect: higher_churn to factors[1]`},
		{"weights as a list", "weights: {tickets: 40, active_share: 60}", "weights: [tickets]",
			"50:14: candidates[0].weights must be a mapping of keys to values, not a list of 1; write for example {logins: 60, nps: 40}"},
		{"penalty of a hand-set score", today, today + "    penalty: {ridge: auto}\n",
			"51:14: candidates[0].penalty does not apply to kind weights; remove it"},
		{"weights of a fitted score", "penalty: {ridge: 0.5}", "weights: {tickets: 1}",
			"57:14: candidates[2].weights does not apply to kind logistic; remove it"},
		{"negative penalty", "ridge: 0.5", "ridge: -1",
			`57:22: candidates[2].penalty.ridge must be auto or a number from 0 to 1000000000, not "-1"; write for example auto`},
		{"unknown factor of a fitted score", "factors: [active_share, plan]", "factors: [active_shar, plan]",
			`58:15: unknown factor "active_shar"; did you mean "active_share"?`},
		{"no factor of a fitted score", "factors: [active_share, plan]", "factors: []",
			"58:14: candidates[2].factors is an empty list; write for example [logins, nps]"},
	} {
		e.run(t, full)
	}
}

func TestBacktestMessages(t *testing.T) {
	for _, e := range []edit{
		{"period in weeks", "every: 1m", "every: 2w",
			`60:10: backtest.every must be a calendar period, not "2w"; write weeks as days, as in 14d`},
		{"period of nothing", "every: 1m", "every: 0q",
			`60:10: backtest.every must be a calendar period, not "0q"; write for example 1q`},
		{"window that is none", "window: 8q", "window: expand",
			`63:11: backtest.window must be expanding or a calendar period, not "expand"; did you mean "expanding"?`},
		{"cutoff that is none", "first_cutoff: 2024-03-31", "first_cutoff: 2024-04-31",
			`61:17: backtest.first_cutoff is "2024-04-31", a day that does not exist; check the month and the day`},
		{"cutoffs in the wrong order", "last_cutoff: 2026-03-31", "last_cutoff: 2023-03-31",
			"61:17: backtest.first_cutoff 2024-03-31 is after backtest.last_cutoff 2023-03-31; correct one of the dates"},
		{"cutoff after the data", "last_cutoff: 2026-03-31", "last_cutoff: 2026-09-30",
			"62:16: backtest.last_cutoff 2026-09-30 is after data.observed_until 2026-06-30; correct one of the dates"},
		{"champion that is no candidate", "champion: today", "champion: tody",
			`64:13: backtest.champion is "tody", which is no candidate; did you mean "today"?`},
		{"champion like no candidate", "champion: today", "champion: zzzzzz",
			`64:13: backtest.champion is "zzzzzz", which is no candidate; the candidates are baseline, today, vendor, fitted`},
		{"metric that is none", "primary: auc", "primary: gini",
			`65:12: backtest.primary must be one of log_loss, auc, brier, not "gini"`},
		{"negative margin", "margin: 0.005", "margin: -0.1",
			`66:11: backtest.margin must be a number from 0 to 1, not "-0.1"; write for example 0.005`},
		{"capacity of nobody", "capacity: 20", "capacity: 0",
			`67:13: backtest.capacity must be a whole number from 1 to 1000000000, not "0"; write for example 50`},
		{"rate in percent", "save_rate: [0.1, 0.25]", "save_rate: [0.1, 25]",
			`68:20: backtest.save_rate[1] must be a number or a list of numbers from 0 to 1, not "25"; write for example [0.1, 0.2, 0.3]`},
		{"no rates", "save_rate: [0.1, 0.25]", "save_rate: []",
			"68:14: backtest.save_rate is an empty list; write for example [0.1, 0.2, 0.3]"},
		{"cost with a thousands mark", "contact_cost: 200", "contact_cost: 1_000",
			`69:17: backtest.contact_cost must be a number from 0 to 1000000000000, not "1_000"; write for example 200`},
		{"cost out of range", "contact_cost: 200", "contact_cost: 1e400",
			`69:17: backtest.contact_cost must be a number from 0 to 1000000000000, not "1e400"; write for example 200`},
		{"replicates beyond reason", "bootstrap: 500", "bootstrap: 1000000000",
			`70:14: backtest.bootstrap must be a whole number from 0 to 100000, not "1000000000"; write for example 2000`},
		{"quoted replicates", "bootstrap: 500", "bootstrap: '500'",
			`70:14: backtest.bootstrap must be a whole number from 0 to 100000, not "500"; remove the quotes`},
		{"seed in hexadecimal", "seed: 9007199254740991", "seed: 0x1F",
			`71:9: backtest.seed must be a whole number from 0 to 9007199254740991, not "0x1F"; write for example 1`},
	} {
		e.run(t, full)
	}
}

func TestContradictionMessages(t *testing.T) {
	for _, e := range []edit{
		{"renewal without lead", "  lead: [30d, 8w, 90]\n", "",
			"21:1: label.lead is missing, which mode renewal needs; add for example lead: 90d"},
		{"horizon without horizon", "mode: renewal\n  lead: [30d, 8w, 90]\n  max_age: 31d", "mode: horizon",
			"21:1: label.horizon is missing, which mode horizon needs; add for example horizon: 90d"},
		{"horizon in mode renewal", "max_age: 31d", "horizon: 90d",
			"24:12: label.horizon does not apply to mode renewal; remove it"},
		{"lead in mode horizon", "mode: renewal\n", "mode: horizon\n  horizon: 90d\n",
			"24:9: label.lead does not apply to mode horizon; remove it\n" +
				"25:12: label.max_age does not apply to mode horizon; remove it"},
		{"renewed words without churned ones", "  churned_when: [lost, no, 3]\n", "",
			"8:1: columns.churned_when is missing, which renewed_when needs; add for example churned_when: [lost, cancelled]"},
		{"words of a date", "outcome: status", "outcome: renewal_date",
			"14:17: columns.churned_when does not apply where columns.outcome is the date; remove it, or name the column of the words\n" +
				"15:17: columns.renewed_when does not apply where columns.outcome is the date; remove it, or name the column of the words\n" +
				"22:9: columns.outcome is the date, so that every row is a churn and no renewal is known; use mode: horizon"},
		{"word for both and open", "renewed_when: [won, yes]", "renewed_when: [won, yes]\n  open_when: [yes]",
			`16:15: "yes" is in renewed_when and in open_when; keep it in one of them`},
		{"word for both", "renewed_when: [won, yes]", "renewed_when: [won, no]",
			`15:23: "no" is in churned_when and in renewed_when; keep it in one of them`},
		{"one column in two roles", "outcome: status", "outcome: account_id",
			`13:12: columns.account and columns.outcome are both "account_id"; name two columns`},
		{"output over the input", "output: runs", "output: data",
			`73:9: output "data" and data.snapshots "data/snapshots/" lie in one another; write to a directory of its own` + "\n" +
				`73:9: output "data" and data.outcomes "data/outcomes.parquet" lie in one another; write to a directory of its own`},
		{"output inside the input", "output: runs", "output: ./data/snapshots/out",
			`73:9: output "./data/snapshots/out" and data.snapshots "data/snapshots/" lie in one another; write to a directory of its own`},
		{"output inside a deep glob", "snapshots: data/snapshots/", "snapshots: ./**/*.parquet",
			`73:9: output "runs" and data.snapshots "./**/*.parquet" lie in one another; write to a directory of its own`},
	} {
		e.run(t, full)
	}
}

func TestBothDatesMayBeOneColumnName(t *testing.T) {
	parse(t, change(t, minimal, "outcome_date: renewal_date", "outcome_date: snapshot_date"))
}

func TestEmptyFileIsToldAllItNeeds(t *testing.T) {
	const want = `1:1: version is missing; add for example version: 1
1:1: data.snapshots is missing; add for example snapshots: data/snapshots/
1:1: data.outcomes is missing; add for example outcomes: data/outcomes.parquet
1:1: columns.account is missing; add for example account: account_id
1:1: columns.snapshot_date is missing; add for example snapshot_date: snapshot_date
1:1: columns.outcome_date is missing; add for example outcome_date: renewal_date
1:1: columns.outcome is missing; add for example outcome: churned
1:1: label.mode is missing; add for example mode: renewal
1:1: factors is missing; add for example factors: [{name: logins}]
1:1: candidates is missing; add for example candidates: [{name: fitted, kind: logistic}]`
	for name, src := range map[string]string{
		"nothing": "", "a line end": "\n", "an empty mapping": "{}", "null": "~", "a mark": "---\n",
		"comments": strings.Repeat("#\n", maxBytes/2),
	} {
		if got := complaints(t, src); got != want {
			t.Errorf("%s: got\n%.2000s\nwant\n%s", name, got, want)
		}
	}
}

func TestAllProblemsAreReportedInTheOrderOfTheFile(t *testing.T) {
	src := full
	for _, c := range [][2]string{
		{"version: 1", "version: 3"}, {"lead: [30d", "lead: [1m"}, {"{tickets: 40,", "{tickts: 40,"},
		{"champion: today", "champion: nobody"}, {"output: runs", "outptu: runs"}, {"scale: log1p", "scale: log"},
	} {
		src = change(t, src, c[0], c[1])
	}
	_, err := Parse("f", []byte(src))
	problems := err.(Problems)
	var lines []int
	for _, p := range problems {
		lines = append(lines, p.Line)
	}
	if want := []int{1, 23, 30, 50, 64, 73}; !slices.Equal(lines, want) {
		t.Errorf("problems in lines %v, want %v:\n%v", lines, want, err)
	}
}

func TestManyProblemsAreCountedNotListed(t *testing.T) {
	var src strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&src, "key%d: 1\n", i)
	}
	_, err := Parse("f", []byte(src.String()))
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != maxReported+1 || lines[maxReported] != "f: and 2910 more" { // 3000 unknown, 10 missing
		t.Errorf("%d lines, the last is %q", len(lines), lines[len(lines)-1])
	}
	if got := len(err.(Problems)); got != 3010 {
		t.Errorf("%d problems, want 3010", got)
	}
}
