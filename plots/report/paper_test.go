package report

import (
	"html/template"
	"strings"
	"testing"

	"holdfast/plots"
	"holdfast/plots/internal/fixture"
)

func TestTallPicturesAndThoseOfFurtherQuestionsStandInTheAppendix(t *testing.T) {
	for _, c := range []struct {
		name, svg string
		want      bool
	}{
		{"roc", `<svg width="720" height="420">`, false},
		{"lead", `<svg width="720" height="420">`, true},
		{"weights", `<svg width="720" height="720">`, false},
		{"weights", `<svg width="720" height="720.5">`, true},
		{"weights", `<svg viewBox="0 0 1 2">`, false}, // of no known size
	} {
		f := Figure{Name: c.name, Caption: "A caption"}
		if got := f.aside(template.HTML(c.svg)); (got == f.Caption) != c.want || got != "" && got != f.Caption {
			t.Errorf("%s as %s: %q", c.name, c.svg, got)
		}
	}
}

// The names of the pictures are written down twice, here and in the package that draws.
func TestEveryPictureOfTheAppendixIsOneThatIsDrawn(t *testing.T) {
	charts, err := plots.All(furtherTargets(told()))
	if err != nil {
		t.Fatal(err)
	}
	aside, body := 0, 0
	for _, c := range charts {
		if (Figure{Name: c.Name, Caption: c.Title}).aside("") != "" {
			aside++
		} else {
			body++
		}
	}
	if aside < 5 || body < 5 {
		t.Errorf("%d pictures stand in the appendix and %d in the body", aside, body)
	}
}

func TestATableOfManyRowsIsLong(t *testing.T) {
	for rows, want := range map[int]bool{0: false, longestOnPaper: false, longestOnPaper + 1: true} {
		if got := (Table{Rows: make([]Row, rows)}).Long(); got != want {
			t.Errorf("%d rows: %v", rows, got)
		}
	}
}

// The foot of every page repeats the title, which comes from a saved document.
func TestATitleCannotLeaveTheStyleOfThePage(t *testing.T) {
	d, err := Build(Page{Result: fixture.Company(3, 2, 2), Title: `"; } } body { display: none } </style><script>x</script>`})
	if err != nil {
		t.Fatal(err)
	}
	var page strings.Builder
	if err := d.Write(&page, pictures{}.find); err != nil {
		t.Fatal(err)
	}
	html := page.String()
	if strings.Contains(html, "body { display: none }") && !strings.Contains(html, `&#34;; } } body { display: none }`) {
		t.Error("the title ends the string of the style")
	}
	if n := strings.Count(html, "</style>"); n != 2 {
		t.Errorf("%d style elements end, want 2", n)
	}
	foot := html[strings.Index(html, "@bottom-left { content: "):]
	foot = foot[:strings.Index(foot, "</style>")]
	if strings.Count(foot, `"`) != 2 || strings.ContainsAny(foot[len("@bottom-left { content: "):strings.LastIndex(foot, `"`)], "<>{}") {
		t.Errorf("the foot is %q", foot)
	}
}
