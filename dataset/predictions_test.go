package dataset

import (
	"math"
	"strings"
	"testing"

	"holdfast/dataset/expr"
)

// prediction is one row of another tool's file.
type prediction struct {
	account  string
	day      Date
	score    float64
	computed Date
}

// writePredictions writes a file with the columns key, day, score and made.
func writePredictions(t *testing.T, rows ...prediction) Predictions {
	t.Helper()
	var key, of, made []string
	var score []float64
	for _, r := range rows {
		key, of, made = append(key, r.account), append(of, r.day.String()), append(made, r.computed.String())
		score = append(score, r.score)
	}
	path := write(t, texts("key", key...), days("day", of...), optional(floats("score", score...)), days("made", made...))
	return Predictions{Path: path, Account: "key", AsOf: "day", Column: "score", Name: "other"}
}

// joinable are snapshots without columns of their own.
func joinable(rows map[string][]Date) *Snapshots {
	s := snapshotsOf(rows)
	s.Table = newTable(len(s.Date), nil)
	return s
}

func joinedScores(t *testing.T, s *Snapshots, p Predictions, how Reading) []float64 {
	t.Helper()
	if err := s.AddPredictions(t.Context(), []Predictions{p}, how); err != nil {
		t.Fatal(err)
	}
	c, ok := s.Table.Column(p.Name)
	if !ok {
		t.Fatal("no column was added")
	}
	return c.Vector().Numbers
}

func TestARowGetsTheNewestPredictionThatIsNotTooOldAndNoneOfLaterDays(t *testing.T) {
	na := math.NaN()
	day := func(d int) Date { return NewDate(2024, 3, 1) + Date(d) }
	p := writePredictions(t,
		prediction{"b", day(0), 0.1, day(0)}, prediction{"a", day(30), 0.4, day(30)}, prediction{"a", day(10), 0.3, day(10)},
		prediction{"a", day(20), na, day(20)}, prediction{"c", day(0), 0.9, day(0)},
	)
	rows := map[string][]Date{"a": {day(9), day(10), day(20), day(29), day(31), day(61), day(62)}, "b": {day(0)}, "d": {day(0)}}
	for age, want := range map[int][]float64{
		0:  {na, 0.3, na, na, na, na, na, 0.1, na},      // of that very day
		10: {na, 0.3, 0.3, na, 0.4, na, na, 0.1, na},    // 10 days old will do, 19 not; a null is no prediction
		31: {na, 0.3, 0.3, 0.3, 0.4, 0.4, na, 0.1, na},  // 31 will do, 32 not
		99: {na, 0.3, 0.3, 0.3, 0.4, 0.4, 0.4, 0.1, na}, // never a later one
	} {
		p.MaxAge = age
		s := joinable(rows)
		got := joinedScores(t, s, p, everything)
		for i := range want {
			if !sameNumber(got[i], want[i]) {
				t.Errorf("max_age %d, %s on day %d: %v, want %v", age, s.Accounts[s.Account[i]], s.Date[i]-day(0), got[i], want[i])
			}
		}
	}
}

// A row that was recorded late is scored on the day it was recorded, and gets what was
// predicted by then.
func TestPredictionsAreOfTheDayARowIsKnown(t *testing.T) {
	day := NewDate(2024, 3, 1)
	p := writePredictions(t, prediction{"a", day, 0.1, day}, prediction{"a", day + 5, 0.2, day + 5})
	s := joinable(map[string][]Date{"a": {day}})
	s.Known = []Date{day + 5}
	if got := joinedScores(t, s, p, everything); got[0] != 0.2 {
		t.Errorf("got %v, want the prediction of the day the row was recorded", got)
	}
}

func TestPredictionsAreRefused(t *testing.T) {
	day := NewDate(2024, 3, 1)
	s := func() *Snapshots { return joinable(map[string][]Date{"a": {day}}) }
	for _, c := range []struct {
		fact   string
		rows   []prediction
		madeAt string
		said   string
	}{
		{"made after the day they are of", []prediction{{"a", day, 0.1, day}, {"b", day, 0.2, day + 1}}, "made",
			`1 predictions have a "made" after their "day", the first in row 2 of`},
		{"two of one day that differ", []prediction{{"a", day, 0.1, day}, {"a", day, 0.2, day}}, "", `account "a" has predictions 0.1 and 0.2 of 2024-03-01`},
		{"of nobody who is here", []prediction{{"x", day, 0.1, day}}, "", "none of 1 predictions is of an account and a day in the snapshots"},
		{"infinite", []prediction{{"a", day, math.Inf(1), day}}, "", "infinite values"},
	} {
		p := writePredictions(t, c.rows...)
		p.MadeAt = c.madeAt
		err := s().AddPredictions(t.Context(), []Predictions{p}, everything)
		if said := refusal(t, err)[0].Message; !strings.Contains(said, c.said) {
			t.Errorf("%s: %s, want %q", c.fact, said, c.said)
		}
	}
	p := writePredictions(t, prediction{"a", day, 0.1, day}, prediction{"a", day, 0.1, day}, prediction{"z", day, 0.5, day})
	kept := s()
	if got := joinedScores(t, kept, p, everything); got[0] != 0.1 {
		t.Errorf("said twice it is %v", got)
	}
	if len(kept.Warnings) != 1 || kept.Warnings[0].Code != "unmatched_predictions" {
		t.Errorf("warnings %v, want that one prediction meets no snapshot", kept.Warnings)
	}
}

// On the day of a replay, what was made later is not there: neither to be used nor to be
// refused.
func TestAReplayDoesNotSeeLaterPredictions(t *testing.T) {
	day := NewDate(2024, 3, 1)
	p := writePredictions(t, prediction{"a", day, 0.1, day}, prediction{"a", day + 10, 0.9, day + 11}, prediction{"a", day + 1, 0.5, day + 30})
	p.MadeAt, p.MaxAge = "made", 99
	s := joinable(map[string][]Date{"a": {day, day + 10}})
	if got := joinedScores(t, s, p, Reading{AsOf: day + 10}); got[0] != 0.1 || got[1] != 0.1 {
		t.Errorf("got %v", got)
	}
	if err := s.AddPredictions(t.Context(), []Predictions{p}, everything); err == nil {
		t.Error("seen as a whole, the late ones were accepted")
	}
}

func TestJoinedPredictionsHaveAHashOfTheirOwn(t *testing.T) {
	day := NewDate(2024, 3, 1)
	s := joinable(map[string][]Date{"a": {day}, "b": {day}})
	before := s.hash()
	forth := writePredictions(t, prediction{"a", day, 0.1, day}, prediction{"b", day, 0.2, day})
	back := writePredictions(t, prediction{"b", day, 0.2, day}, prediction{"a", day, 0.1, day})
	other := writePredictions(t, prediction{"b", day, 0.2, day}, prediction{"a", day, 0.3, day})
	for i, p := range []Predictions{forth, back, other} {
		p.Name = string(rune('x' + i))
		joinedScores(t, s, p, everything)
	}
	if s.hash() != before {
		t.Error("the hash of the snapshots changed with what was joined to them")
	}
	if s.Joined[0] != s.Joined[1] || s.Joined[0] == s.Joined[2] {
		t.Errorf("hashes %v: want the rows to count and not their order", s.Joined)
	}
}

func TestColumnsThatAreJoinedAreNotLookedForInTheSnapshots(t *testing.T) {
	got := withoutJoined(expr.Columns{"arr": expr.Number, "other": expr.Number}, []Predictions{{Name: "other"}})
	if _, ok := got["other"]; ok || len(got) != 1 {
		t.Errorf("got %v", got)
	}
}
