package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"holdfast/dataset"
	"holdfast/models"
)

// storied is an account with a story, whose names and texts come from hostile data.
func storied() *account {
	part := func(factor string, health float64) models.Part { return models.Part{Factor: factor, Health: health} }
	return &account{
		Account: `<script>alert(1)</script>`, AsOf: dataset.NewDate(2026, 6, 30), Model: `"><img src=x onerror=alert(1)>`, Value: 125000,
		Now: &models.Explanation{P: 0.31, Health: 69, Band: models.Yellow, Average: models.Average{Health: 88}, Parts: []models.Part{
			part("{{.Style}}", -12.34), part("tickets", -6), part("still", 0.01), part("usage", 4)}},
		Before:   &before{AsOf: dataset.NewDate(2026, 5, 31), Health: 80, Changes: []models.Change{{Factor: "javascript:alert(1)", Health: -11}, {Factor: "still", Health: 0.04}}},
		ToBetter: &models.Way{To: models.Green, Reached: true, Moves: []models.Move{{Factor: "tickets", To: 2, Health: 90}}},
	}
}

// cardText is the page of an account.
func cardText(t *testing.T, x *account) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "card.html")
	if err := writeCard(path, x); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestACardTellsTheStoryInPlainWords(t *testing.T) {
	page := cardText(t, storied())
	for _, want := range []string{"Health <strong>69</strong> of 100", "about 31 in 100 leave", `class="band yellow"`, "value 125,000", "as known on 2026-06-30",
		"−12.3", "On 2026-05-31 its health was 80.", "To become green: tickets from", "Health would be 90."} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if strings.Contains(page, "still") {
		t.Error("a factor that does nothing is on the page")
	}
}

func TestNothingOnACardRunsOrLoads(t *testing.T) {
	page := cardText(t, storied())
	if regexp.MustCompile(`(?i)<script|<img|<link|<a |\son[a-z]+=\S*"|url\(|@import`).MatchString(page) {
		t.Errorf("the page has more than text:\n%s", page)
	}
	if !strings.Contains(page, "default-src &#39;none&#39;; style-src &#39;sha256-") {
		t.Error("the page has no policy")
	}
	if strings.Count(page, "<style>") != 1 || strings.Contains(page, "style=") {
		t.Error("the page has styles that its policy forbids")
	}
}

func TestACardOfAnUnscoredAccountSaysSo(t *testing.T) {
	x := storied()
	x.Now = nil
	if page := cardText(t, x); !strings.Contains(page, "has no score") || strings.Contains(page, "What drives it") {
		t.Errorf("the page says otherwise:\n%s", page)
	}
}

func TestOddsAreSaidAsPeopleCount(t *testing.T) {
	for p, want := range map[float64]string{0.001: "fewer than 1 in 200", 0.006: "about 1 in 100", 0.314: "about 31 in 100", 0.999: "nearly all"} {
		if got := oddsOf(p); got != want {
			t.Errorf("%v: %q", p, got)
		}
	}
}
