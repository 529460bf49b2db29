package main

import (
	"holdfast/backtest/monitor"
	"holdfast/dataset"
	"holdfast/models"
)

// monitorFile is monitor.json and what monitor --json prints. Undefined numbers are null.
type monitorFile struct {
	Model         string           `json:"model"`
	KnownBy       dataset.Date     `json:"known_by"`
	ObservedUntil dataset.Date     `json:"observed_until"`
	Attention     bool             `json:"attention"` // a finding holds in the newest quarter, or for all matured labels
	Judged        bool             `json:"judged"`    // a quarter had enough accounts
	Reference     referenceFile    `json:"reference"`
	Findings      []findingFile    `json:"findings"`
	Quarters      []watchedQuarter `json:"quarters"`
	Since         *maturedFile     `json:"since,omitempty"`
	Open          []openFile       `json:"open"`
	Record        recordFile       `json:"record"`
	Limits        limitsFile       `json:"limits"`
}

type referenceFile struct {
	From     dataset.Date    `json:"from"`
	Until    dataset.Date    `json:"until"`
	Rows     int             `json:"rows"`
	Accounts int             `json:"accounts"`
	Rebuilt  bool            `json:"rebuilt"` // of today's data: the model file has none
	Promise  *models.Promise `json:"promise,omitempty"`
}

type limitsFile struct {
	PSI      float64 `json:"psi"`
	Missing  float64 `json:"missing"`
	Unseen   float64 `json:"unseen"`
	Coverage float64 `json:"coverage"`
	Bands    float64 `json:"bands"`
	Level    float64 `json:"level"`
	Accounts int     `json:"accounts"`
	Events   int     `json:"events"`
}

type findingFile struct {
	Kind    monitor.Kind `json:"kind"`
	Subject string       `json:"subject"`
	Quarter dataset.Date `json:"quarter"` // in which it began
	Until   dataset.Date `json:"until"`   // the last quarter in which it holds
	Pooled  bool         `json:"pooled,omitempty"`
	Value   models.Stat  `json:"value"`
	Limit   models.Stat  `json:"limit"`
	Null95  models.Stat  `json:"null_95"`
	P       models.Stat  `json:"p_adjusted"`
	Words   string       `json:"words"`
	Do      string       `json:"do"`
}

type watchedQuarter struct {
	Start    dataset.Date  `json:"start"`
	From     dataset.Date  `json:"from"`
	Until    dataset.Date  `json:"until"`
	Accounts int           `json:"accounts"`
	Judged   bool          `json:"judged"`
	Score    shiftFile     `json:"score"`
	Coverage watchedShare  `json:"coverage"`
	Bands    []watchedBand `json:"bands,omitempty"`
	Unscored []reasonFile  `json:"unscored"`
	Factors  []factorFile  `json:"factors"`
	Matured  *maturedFile  `json:"matured,omitempty"`
}

type shiftFile struct {
	PSI    models.Stat `json:"psi"`
	Null95 models.Stat `json:"null_95"`
	P      models.Stat `json:"p_value"`
}

type watchedShare struct {
	Now  models.Stat `json:"now"`
	Then models.Stat `json:"then"`
	P    models.Stat `json:"p_value"`
}

type watchedBand struct {
	Band models.Band `json:"band"`
	watchedShare
}

type reasonFile struct {
	Code     string `json:"code"`
	Factor   string `json:"factor"`
	Accounts int    `json:"accounts"`
}

type factorFile struct {
	Factor string `json:"factor"`
	shiftFile
	Missing watchedShare `json:"missing"`
	Unseen  models.Stat  `json:"unseen"`
	Levels  []levelFile  `json:"unseen_levels,omitempty"`
}

type levelFile struct {
	Level    string `json:"level"`
	Accounts int    `json:"accounts"`
}

type maturedFile struct {
	Examples int         `json:"examples"`
	Churned  int         `json:"churned"`
	Accounts int         `json:"accounts"`
	Judged   bool        `json:"judged"`
	MeanP    models.Stat `json:"mean_p"`
	Metrics  []keptFile  `json:"metrics"`
	Expected struct {
		AUC   models.Stat `json:"auc"`
		Brier models.Stat `json:"brier"`
	} `json:"expected_without_labels"`
}

type keptFile struct {
	Name     string      `json:"name"`
	Observed metricFile  `json:"observed"`
	Promised metricFile  `json:"promised"`
	Inside   bool        `json:"inside"`
	P        models.Stat `json:"p_value"`
}

type openFile struct {
	Start dataset.Date `json:"start"`
	N     int          `json:"n"`
	MeanP models.Stat  `json:"mean_p"`
	AUC   metricFile   `json:"auc"`
	Brier metricFile   `json:"brier"`
}

type recordFile struct {
	Quarters     int         `json:"quarters"`
	BiasAUC      models.Stat `json:"bias_auc"`
	BiasBrier    models.Stat `json:"bias_brier"`
	TypicalAUC   models.Stat `json:"typical_auc"`
	TypicalBrier models.Stat `json:"typical_brier"`
}

func monitorOf(r *monitor.Report) monitorFile {
	ref, o := r.Reference, r.Options
	out := monitorFile{Model: r.Model, KnownBy: r.KnownBy, ObservedUntil: r.ObservedUntil, Attention: len(r.Standing()) > 0, Judged: r.Judged(),
		Reference: referenceFile{ref.From, ref.Until, ref.Rows, ref.Accounts, r.Rebuilt, ref.Promise},
		Findings:  []findingFile{}, Quarters: []watchedQuarter{}, Open: []openFile{}, Since: maturedOf(r.Since),
		Record: recordFile{r.Record.AUC.N, models.Stat(r.Record.AUC.Bias), models.Stat(r.Record.Brier.Bias), models.Stat(r.Record.AUC.Typical), models.Stat(r.Record.Brier.Typical)},
		Limits: limitsFile(o)}
	for _, f := range r.Findings {
		out.Findings = append(out.Findings, findingFile{f.Kind, f.Subject, f.Quarter, f.Until, f.Pooled, models.Stat(f.Value), models.Stat(f.Limit), models.Stat(f.Null95), models.Stat(f.P), f.Words, f.Do})
	}
	for i := range r.Quarters {
		out.Quarters = append(out.Quarters, watchedOf(&r.Quarters[i]))
	}
	for _, x := range r.Open {
		out.Open = append(out.Open, openFile{x.Start, x.N, models.Stat(x.MeanP), estimateOf(x.AUC), estimateOf(x.Brier)})
	}
	return out
}

func watchedOf(q *monitor.Quarter) watchedQuarter {
	out := watchedQuarter{Start: q.Start, From: q.From, Until: q.Until, Accounts: q.Accounts, Judged: q.Judged,
		Score: shiftOf(q.Score), Coverage: watchedShareOf(q.Coverage), Matured: maturedOf(q.Matured),
		Unscored: []reasonFile{}, Factors: []factorFile{}}
	for b, s := range q.Bands {
		out.Bands = append(out.Bands, watchedBand{bandNames[b], watchedShareOf(s)})
	}
	for _, u := range q.Unscored {
		out.Unscored = append(out.Unscored, reasonFile(u))
	}
	for _, f := range q.Factors {
		file := factorFile{Factor: f.Factor, shiftFile: shiftOf(f.Shift), Missing: watchedShareOf(f.Missing), Unseen: models.Stat(f.Unseen.Now)}
		for _, l := range f.Levels {
			file.Levels = append(file.Levels, levelFile{l.Name, l.Accounts})
		}
		out.Factors = append(out.Factors, file)
	}
	return out
}

// bandNames are the bands in the order of their risk.
var bandNames = [...]models.Band{models.Green, models.Yellow, models.Red}

func shiftOf(s monitor.Shift) shiftFile {
	return shiftFile{models.Stat(s.PSI), models.Stat(s.Null95), models.Stat(s.P)}
}

func watchedShareOf(s monitor.Share) watchedShare {
	return watchedShare{models.Stat(s.Now), models.Stat(s.Then), models.Stat(s.P)}
}

func maturedOf(m *monitor.Matured) *maturedFile {
	if m == nil {
		return nil
	}
	out := &maturedFile{Examples: m.N, Churned: m.Churned, Accounts: m.Accounts, Judged: m.Judged, MeanP: models.Stat(m.MeanP)}
	out.Expected.AUC, out.Expected.Brier = models.Stat(m.Expected.AUC), models.Stat(m.Expected.Brier)
	for _, k := range m.Metrics {
		out.Metrics = append(out.Metrics, keptFile{k.Name, estimateOf(k.Observed), estimateOf(k.Promised), k.Inside, models.Stat(k.P)})
	}
	return out
}
