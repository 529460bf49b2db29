package main

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"math"
	"slices"
	"strings"

	"holdfast/cmd/holdfast/internal/rundir"
	"holdfast/cmd/holdfast/internal/texttab"
	"holdfast/models"
)

// The card is the story of one account for those who talk to it: one page, no script, no
// font and no picture from anywhere. html/template makes everything that comes from data
// inert text, and the policy of the page lets a browser apply its one style and do nothing
// else.

//go:embed explain_card.html
var cardPage string

//go:embed explain_card.css
var cardStyle string

// mostOnCard is how many factors of a kind the card has room for, and leastOnCard the points
// of health below which one would stand there as 0.0.
const (
	mostOnCard  = 5
	leastOnCard = 0.05
)

// card is what the page says.
type card struct {
	Policy  string
	Style   template.CSS
	Account string
	AsOf    string
	Band    models.Band
	Health  string
	Odds    string // in words
	Value   string // empty: it is not known
	Model   string
	Against string // the health of the average account
	Hurts   []cardLine
	Helps   []cardLine
	Since   string // the day before; empty: there is none
	Was     string
	Changes []cardLine
	Way     string
}

// cardLine is a factor in plain words.
type cardLine struct{ Factor, Words, Points string }

// checkCard says early whether the card can be written.
func checkCard(f explainFlags) error {
	if f.html == "" {
		return nil
	}
	if err := apart(f.html, f.model, f.snapshots); err != nil {
		return err
	}
	if err := isPage("--html", f.html); err != nil {
		return err
	}
	return fail(exitOutput, rundir.CheckFile(f.html))
}

// writeCard writes the page whole.
func writeCard(path string, x *account) error {
	t, err := template.New("card").Parse(cardPage)
	if err != nil {
		return err
	}
	c := cardOf(x)
	return rundir.WriteFile(path, func(w io.Writer) error { return t.Execute(w, c) })
}

// cardOf puts what is known of an account into words.
func cardOf(x *account) card {
	sum := sha256.Sum256([]byte(cardStyle))
	c := card{
		Policy: "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'",
		Style:  template.CSS(cardStyle), Account: plain(x.Account), AsOf: x.AsOf.String(), Model: plain(x.Model),
	}
	if x.Value.Defined() {
		c.Value = texttab.Number(float64(x.Value), 0)
	}
	if x.Now == nil {
		return c
	}
	c.Band, c.Health, c.Odds = x.Now.Band, texttab.Number(x.Now.Health, 0), oddsOf(x.Now.P)
	c.Against = texttab.Number(x.Now.Average.Health, 0)
	c.Hurts, c.Helps = driversOf(x.Now)
	if x.Before != nil {
		c.Since, c.Was = x.Before.AsOf.String(), texttab.Number(x.Before.Health, 0)
		c.Changes = changesOf(x.Before)
	}
	c.Way = wayOf(x)
	return c
}

// oddsOf is a probability as people count.
func oddsOf(p float64) string {
	switch {
	case p < 0.005:
		return "fewer than 1 in 200"
	case p > 0.995:
		return "nearly all"
	}
	return fmt.Sprintf("about %s in 100", texttab.Number(math.Max(1, 100*p), 0))
}

// driversOf are the factors that take most health, and those that give most.
func driversOf(e *models.Explanation) (hurts, helps []cardLine) {
	for _, p := range e.Parts {
		if p.Health <= -leastOnCard && len(hurts) < mostOnCard {
			hurts = append(hurts, driver(p))
		}
	}
	for _, p := range slices.Backward(e.Parts) {
		if p.Health >= leastOnCard && len(helps) < mostOnCard {
			helps = append(helps, driver(p))
		}
	}
	return hurts, helps
}

// driver is a factor with its value, and what is usual.
func driver(p models.Part) cardLine {
	words := "is " + plain(p.Value.String())
	if p.Word != "" {
		words += " (" + p.Word + ")"
	}
	if usual := plain(p.Peer.String()); usual != "" && usual != plain(p.Value.String()) {
		words += ", usually " + usual
	}
	return cardLine{plain(p.Factor), words, points(p.Health)}
}

// changesOf are the factors that moved most.
func changesOf(b *before) []cardLine {
	var list []cardLine
	for _, ch := range b.Changes {
		if math.Abs(ch.Health) >= leastOnCard && len(list) < mostOnCard {
			list = append(list, cardLine{plain(ch.Factor), "from " + plain(ch.From.String()) + " to " + plain(ch.To.String()), points(ch.Health)})
		}
	}
	return list
}

// points are points of health with their sign, which is a minus as print has it.
func points(v float64) string { return strings.Replace(signed(v, 1), "-", "−", 1) }

// wayOf is what would bring the account to the next better band.
func wayOf(x *account) string {
	switch w := x.ToBetter; {
	case x.Now.Band == models.Green || x.Now.Band == "":
		return ""
	case w == nil && x.model.CanBeMoved():
		return "What people can move is not known of this account, or does not count for it, so no change is proposed."
	case w == nil:
		return "No factor of this model is marked as one that people can move, so no change is proposed."
	case !w.Reached && len(w.Moves) == 0:
		return fmt.Sprintf("No change of what people can move makes it %s.", w.To)
	case !w.Reached:
		return fmt.Sprintf("No change of what people can move makes it %s. What helps most: %s.", w.To, moves(w.Moves))
	default:
		return fmt.Sprintf("To become %s: %s. Health would be %s.", w.To, moves(w.Moves), texttab.Number(w.Moves[len(w.Moves)-1].Health, 0))
	}
}
