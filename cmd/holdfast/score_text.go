package main

import (
	"fmt"
	"maps"
	"slices"

	"holdfast/cmd/holdfast/internal/texttab"
	"holdfast/dataset"
	"holdfast/models"
)

// scoreSummary is what score --json prints.
type scoreSummary struct {
	Out       string            `json:"out"`
	Model     string            `json:"model"`
	ModelID   string            `json:"model_id"`
	Order     string            `json:"order"` // of the rows of the file
	Scored    int               `json:"scored"`
	Unscored  int               `json:"unscored"`
	Reasons   map[string]int    `json:"unscored_reasons"` // rows by reason code
	Bands     []bandCount       `json:"bands"`            // from red to green; none of a model without bands
	Dropped   int               `json:"dropped"`
	LongAgo   int               `json:"last_seen_long_ago"` // scored, but on a snapshot that is older than longAgoDays
	Playbooks []playbookCount   `json:"playbooks"`
	Diff      *diffSummary      `json:"diff,omitempty"`
	Warnings  []dataset.Warning `json:"warnings"`

	today     dataset.Date
	bands     map[models.Band]*bandCount
	playbooks map[string]int
	earlier   *earlierScores // of Diff
}

// longAgoDays is the age of a snapshot, on --as-of or the newest day of all, beyond which its account is
// pointed out: it may have left long ago, and nobody said so.
const longAgoDays = 90

// bandCount is how many accounts, and how much money, are in a band.
type bandCount struct {
	Band     models.Band `json:"band"`
	Accounts int         `json:"accounts"`
	Value    models.Stat `json:"value"` // of the accounts of known value; null: of none
}

// playbookCount is how many accounts a playbook is for.
type playbookCount struct {
	Name     string `json:"name"`
	Accounts int    `json:"accounts"`
}

// newScoreSummary counts from nothing.
func newScoreSummary(r *scoreRun) *scoreSummary {
	s := &scoreSummary{Model: r.model.Name, ModelID: r.id, Order: "account", Reasons: map[string]int{},
		Playbooks: []playbookCount{}, today: r.today, bands: map[models.Band]*bandCount{}, playbooks: map[string]int{}}
	if s.earlier = r.earlier; r.earlier != nil {
		s.Diff = newDiffSummary(r.earlier)
	}
	return s
}

// count adds the rows of a block.
func (s *scoreSummary) count(rows []scoredAccount) {
	for i := range rows {
		x := &rows[i]
		if x.Unscored != "" {
			s.Unscored++
			s.Reasons[x.Unscored]++
			continue
		}
		s.Scored++
		s.LongAgo += oneIf(x.AsOf < s.today-longAgoDays)
		s.Dropped += oneIf(x.dropped())
		s.band(x.Band).add(x.Value)
		for _, name := range x.Playbooks {
			s.playbooks[name]++
		}
	}
	if s.Diff != nil {
		s.Diff.count(rows, s.earlier)
	}
}

// band is the count of a band.
func (s *scoreSummary) band(name models.Band) *bandCount {
	if s.bands[name] == nil {
		s.bands[name] = &bandCount{Band: name, Value: models.Undefined()}
	}
	return s.bands[name]
}

// finish lists what was counted.
func (s *scoreSummary) finish() {
	s.Bands = []bandCount{}
	for _, band := range []models.Band{models.Red, models.Yellow, models.Green} {
		if c := s.bands[band]; c != nil {
			s.Bands = append(s.Bands, *c)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.playbooks)) {
		s.Playbooks = append(s.Playbooks, playbookCount{name, s.playbooks[name]})
	}
}

// add counts an account of a value; NaN: it is not known.
func (c *bandCount) add(value float64) {
	c.Accounts++
	if value == value {
		if !c.Value.Defined() {
			c.Value = 0
		}
		c.Value += models.Stat(value)
	}
}

// printScored tells how many accounts have a score now, and who has moved.
func (a *app) printScored(r *scoreRun) error {
	s := r.summary
	s.finish()
	s.Out, s.Warnings = a.out, r.warnings()
	if a.json {
		return fail(exitOutput, writeJSON(a.stdout, s))
	}
	a.printf("%s accounts scored by %s, %s not scored: %s\n", grouped(s.Scored), plain(s.ModelID), grouped(s.Unscored), plain(a.out))
	for _, code := range slices.Sorted(maps.Keys(s.Reasons)) {
		a.printf("  not scored, %s: %s\n", code, grouped(s.Reasons[code]))
	}
	if len(s.Bands) > 0 {
		a.printf("\n")
		t := texttab.New("band", ">accounts", ">value")
		for _, b := range s.Bands {
			t.Row(string(b.Band), grouped(b.Accounts), money(b.Value))
		}
		if err := a.print(t); err != nil {
			return err
		}
		a.printf("%s dropped since their snapshot before.\n", grouped(s.Dropped))
	}
	if n := s.LongAgo; n > 0 {
		a.printf("%s of them were last seen more than %d days before %s, and are scored as they were then: --max-age 45d, or what you mean by current, leaves such accounts out.\n", grouped(n), longAgoDays, s.today)
	}
	for _, p := range s.Playbooks {
		a.printf("Playbook %s: %s accounts.\n", plain(p.Name), grouped(p.Accounts))
	}
	return a.printDiff(s.Diff)
}

// printDiff tells who has changed band since the earlier scores.
func (a *app) printDiff(c *diffSummary) error {
	if c == nil {
		return nil
	}
	a.printf("\nSince %s: %s new accounts, %s gone\n\n", plain(c.Previous), grouped(c.New), grouped(c.Gone))
	t := texttab.New("from", "to", ">accounts", ">value", ">by data", ">by model", ">unknown")
	for _, m := range c.Moves {
		byData, byModel, unknown := grouped(m.ByData), grouped(m.ByModel), grouped(m.Unknown)
		if m.From == m.To {
			byData, byModel, unknown = "", "", ""
		}
		t.Row(string(m.From), string(m.To), grouped(m.Accounts), money(m.Value), byData, byModel, unknown)
	}
	if err := a.print(t); err != nil {
		return err
	}
	if c.NoSnapshot > 0 {
		a.printf("Of %s accounts the snapshot of then is not among the snapshots: data and model cannot be told apart.\n", grouped(c.NoSnapshot))
	}
	return nil
}

// money is an amount for people, empty if it is not known.
func money(v models.Stat) string {
	if !v.Defined() {
		return ""
	}
	return texttab.Number(float64(v), 0)
}

// grouped is a count with its thousands apart.
func grouped(n int) string { return texttab.Group(fmt.Sprint(n)) }
