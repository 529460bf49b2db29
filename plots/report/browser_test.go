package report

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"holdfast/backtest"
	"holdfast/plots/internal/fixture"
	"holdfast/plots/words"
)

// TestPageInABrowser opens reports in a real headless Chromium. Each subtest has a tab
// of its own, which must stay without a complaint and without a request.
func TestPageInABrowser(t *testing.T) {
	browser := startBrowser(t)
	for _, c := range []struct {
		fact  string
		check func(*testing.T, context.Context)
	}{
		{"tables sort by a click and by the keyboard", checkSorting},
		{"sliders show what the JSON gives", checkSliders},
		{"candidates are hidden and shown", checkPicker},
		{"names with markup are inert", checkHostileNames},
		{"a script from elsewhere does not run", checkPolicy},
		{"paper has several pages and all of the text", checkPaper},
		{"nothing scrolls sideways on a phone", checkPhone},
		{"the page is complete without scripts", checkWithoutScripts},
		{"a validation in sample is whole on a phone", checkInSample},
		{"a screen reader finds its way", checkLandmarks},
		{"text stands out in light and dark", checkContrast},
		{"paper ends with an appendix, and the screen is left as it was", checkAppendix},
		{"candidates are hidden in columns and in every chart", checkColumns},
		{"a value shows where the pointer rests", checkHover},
		{"the keyboard goes down the page", checkFocus},
		{"axe-core has no objection", checkAxe},
	} {
		t.Run(c.fact, func(t *testing.T) {
			tab, leave := chromedp.NewContext(browser)
			defer leave()
			c.check(t, tab)
		})
	}
}

// startBrowser starts the Chromium of this machine. Its sandbox needs rights that a
// container does not have; the pages are our own.
func startBrowser(t *testing.T) context.Context {
	t.Helper()
	var path string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("no chromium, chromium-browser or google-chrome: not checked that tables sort, that sliders work, that names are inert, and that the page prints")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 8*time.Minute)
	t.Cleanup(cancel)
	ctx, stop := chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox)...)
	t.Cleanup(stop)
	ctx, quit := chromedp.NewContext(ctx)
	t.Cleanup(quit)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	return ctx
}

// visit is what a tab did while it showed a page.
type visit struct {
	lock     sync.Mutex
	trouble  []string // errors and warnings of the console, and dialogs
	requests []string
}

// open shows a page and notes what the tab does.
func open(t *testing.T, tab context.Context, html string) *visit {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(file, []byte(html), 0o600); err != nil {
		t.Fatal(err)
	}
	var v visit
	if err := chromedp.Listen(tab, v.note); err != nil {
		t.Fatal(err)
	}
	enable := func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, network.Enable, network.EnableParams{})
		return err
	}
	if err := chromedp.Do(tab, chromedp.Func(enable), chromedp.Navigate("file://"+filepath.ToSlash(file))); err != nil {
		t.Fatal(err)
	}
	return &v
}

// note keeps the events that a quiet page does not cause.
func (v *visit) note(event any) {
	v.lock.Lock()
	defer v.lock.Unlock()
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		v.trouble = append(v.trouble, fmt.Sprintf("console: %v", e.Type))
	case *runtime.EventExceptionThrown:
		v.trouble = append(v.trouble, "exception: "+e.ExceptionDetails.Text)
	case *log.EventEntryAdded:
		v.trouble = append(v.trouble, "log: "+e.Entry.Text)
	case *page.EventJavascriptDialogOpening:
		v.trouble = append(v.trouble, "dialog: "+e.Message)
	case *network.EventRequestWillBeSent:
		v.requests = append(v.requests, e.Request.URL)
	}
}

// quiet demands that the page complained of nothing and asked for nothing but itself.
func (v *visit) quiet(t *testing.T) {
	t.Helper()
	v.lock.Lock()
	defer v.lock.Unlock()
	if len(v.trouble) > 0 {
		t.Errorf("the browser says %q", v.trouble)
	}
	if len(v.requests) != 1 || !strings.HasPrefix(v.requests[0], "file://") {
		t.Errorf("the page requested %q, want itself alone", v.requests)
	}
}

// ask evaluates an expression in the page.
func ask[T any](t *testing.T, tab context.Context, expression string) T {
	t.Helper()
	answer, err := chromedp.Run(tab, chromedp.Evaluate[T](expression))
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return answer
}

func act(t *testing.T, tab context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(tab, steps...); err != nil {
		t.Fatal(err)
	}
}

// emulate shows the page as another medium or in another scheme of colours.
func emulate(media emulation.SetEmulatedMediaParams) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, media)
		return err
	})
}

// firstColumn lists the candidates of the table of all metrics, from the top down.
const firstColumn = `[...document.querySelector("#ranking table").querySelectorAll("tbody th")].map((th) => th.textContent.trim())`

func checkSorting(t *testing.T, tab context.Context) {
	v := open(t, tab, write(t, fixture.Company(4, 3, 4)))
	// By hand from fixture.Company: today has the smallest skill, then vendor, then logistic,
	// and the baseline guesses; its AUC is 0.5.
	asReported := []string{"today (champion)", "vendor", "logistic (to be promoted)", "baseline"}
	upwards := []string{"baseline", "today (champion)", "vendor", "logistic (to be promoted)"}
	downwards := slices.Clone(upwards)
	slices.Reverse(downwards)
	expect := func(after string, rows []string, announced string) {
		t.Helper()
		if got := ask[[]string](t, tab, firstColumn); !slices.Equal(got, rows) {
			t.Errorf("after %s the rows are %q, want %q", after, got, rows)
		}
		if got := ask[string](t, tab, `document.querySelector("#ranking th:nth-child(2)").getAttribute("aria-sort") ?? ""`); got != announced {
			t.Errorf("after %s the header says %q, want %q", after, got, announced)
		}
	}
	expect("loading", asReported, "")
	auc := chromedp.CSS("#ranking th:nth-child(2) button")
	act(t, tab, chromedp.Click(auc))
	expect("a click", downwards, "descending")
	act(t, tab, chromedp.Focus(auc), chromedp.KeyEvent("\r"))
	expect("Enter", upwards, "ascending")
	act(t, tab, chromedp.KeyEvent(" "))
	expect("the space bar", asReported, "")
	v.quiet(t)
}

// moneyRows are the texts of the panel: the candidates in the order of the Result, each
// with the first lines of its cells.
const moneyRows = `[...document.querySelectorAll("#trial tbody tr")].toSorted((a, b) => a.dataset.candidate - b.dataset.candidate)
	.map((row) => [...row.cells].slice(1).map((td) => td.firstChild?.textContent.trim() ?? ""))`

// slide puts the three sliders at settings, as a hand would.
const slide = `((...at) => ["trial-capacity", "trial-rate", "trial-cost"].forEach((id, i) => {
	const slider = document.getElementById(id);
	slider.value = at[i];
	slider.dispatchEvent(new Event("input", { bubbles: true }));
}))`

func checkSliders(t *testing.T, tab context.Context) {
	r := withWorth(fixture.Company(4, 3, 4))
	v := open(t, tab, write(t, r))
	for capacity, rate, cost := 0, 0, 0; capacity < 4; cost++ {
		if cost == 2 {
			rate, cost = rate+1, 0
		}
		if rate == 3 {
			capacity, rate = capacity+1, 0
			continue
		}
		ask[bool](t, tab, fmt.Sprintf("%s(%d, %d, %d), true", slide, capacity, rate, cost))
		got := ask[[][]string](t, tab, moneyRows)
		for i, c := range r.Candidates {
			l, share, each := c.Worth.Curve[capacity], r.Options.SaveRates[rate], []float64{200, 500}[cost]
			want := []string{words.Amount(l.Value), words.Amount(share * l.Value), words.Amount(each * l.Worked), words.Amount(share*l.Value - each*l.Worked)}
			if !slices.Equal(got[i][:4], want) {
				t.Errorf("%s at setting %d, %d, %d shows %q, want %q", c.Name, capacity, rate, cost, got[i][:4], want)
			}
		}
	}
	checkSliderKeys(t, tab)
	v.quiet(t)
}

// checkSliderKeys moves a slider by the keyboard, on a table that was sorted before.
func checkSliderKeys(t *testing.T, tab context.Context) {
	ask[bool](t, tab, slide+"(2, 0, 0), true")
	// 10 % of 700,000, the value that logistic's list of 50 holds, minus 550 contacts at 200.
	const before = "Over 2 test windows the contacts of logistic cost 40,000 more than its lists keep, which is 30,000 less of a loss than with today."
	const after = "Over 2 test windows the lists of logistic keep 30,000 after paying for the contacts, 60,000 more than those of today."
	said := `document.getElementById("trial-said").textContent`
	if got := ask[string](t, tab, said); got != before {
		t.Errorf("at a save rate of 10 %% it says %q, want %q", got, before)
	}
	act(t, tab, chromedp.Focus(chromedp.CSS("#trial-rate")), chromedp.KeyEvent(kb.ArrowRight))
	if got := ask[string](t, tab, said); got != after {
		t.Errorf("one step to the right it says %q, want %q", got, after)
	}
	if got := ask[string](t, tab, `document.getElementById("trial-rate").ariaValueText`); got != "20%" {
		t.Errorf("a screen reader hears %q", got)
	}
}

func checkPicker(t *testing.T, tab context.Context) {
	v := open(t, tab, write(t, withWorth(fixture.Company(4, 3, 4))))
	visible := `[...document.querySelectorAll("#ranking tbody tr")].filter((row) => row.checkVisibility()).length`
	if got := ask[int](t, tab, visible); got != 4 {
		t.Fatalf("%d rows are visible at first", got)
	}
	act(t, tab, chromedp.Click(chromedp.CSS(`#picker input[value="1"]`)))
	if got := ask[int](t, tab, visible); got != 3 {
		t.Errorf("%d rows are visible without vendor", got)
	}
	if got := ask[int](t, tab, `[...document.querySelectorAll('tr[data-candidate="1"]')].filter((row) => !row.hidden).length`); got != 0 {
		t.Errorf("%d rows of vendor are left", got)
	}
	if got := ask[string](t, tab, `document.getElementById("picked").textContent`); got != "Tables and charts show 3 of 4 candidates; axes stay as they are." {
		t.Errorf("the page says %q", got)
	}
	for who, want := range map[string]bool{"vendor": false, "logistic": true} {
		marks := `[...document.querySelectorAll('#ranking svg [data-candidate="` + who + `"]')].map((g) => getComputedStyle(g).display !== "none")`
		if got := ask[[]bool](t, tab, marks); len(got) == 0 || slices.Contains(got, !want) {
			t.Errorf("marks of %s are shown: %v, want %v", who, got, want)
		}
	}
	act(t, tab, chromedp.KeyEvent(" "))
	if got := ask[int](t, tab, visible); got != 4 {
		t.Errorf("%d rows are visible again", got)
	}
	v.quiet(t)
}

func checkHostileNames(t *testing.T, tab context.Context) {
	const attack = `</script><script>window.owned=1</script><img src=x onerror="window.owned=1">'-window.owned=1-'`
	attacked := withWorth(fixture.Company(4, 3, 4))
	for i := range attacked.Candidates {
		attacked.Candidates[i].Name += attack
	}
	attacked.Verdict.Champion += attack
	attacked.Verdict.Challenger += attack
	for _, r := range []*backtest.Result{attacked, withWorth(fixture.Hostile()), withWorth(attackedOverTime(attack))} {
		v := open(t, tab, write(t, r))
		act(t, tab, chromedp.Click(chromedp.CSS("#trial thead button")), chromedp.Click(chromedp.CSS(`#picker input[value="2"]`)))
		ask[bool](t, tab, slide+"(3, 2, 1), true")
		if ask[bool](t, tab, `"owned" in window`) {
			t.Error("a name ran as a script")
		}
		if got := ask[int](t, tab, `document.querySelectorAll("script").length + document.querySelectorAll("img").length`); got != 2 {
			t.Errorf("%d scripts and images, want the two scripts of the page", got)
		}
		if !strings.Contains(ask[string](t, tab, `document.getElementById("trial-said").textContent`), "script>") {
			t.Error("the name is not shown as it is")
		}
		v.quiet(t)
	}
}

// attackedOverTime is a company whose accounts, segments, factors and rules are attacks.
func attackedOverTime(attack string) *backtest.Result {
	r := told()
	roll := r.Rollout
	roll.Champion, roll.Challenger = roll.Champion+attack, roll.Challenger+attack
	roll.Segments[0].Segment, roll.Changed[0].Account, roll.Changed[0].Segment = attack, attack, attack
	roll.Changed[0].Differences[0].Factor = attack
	for i := range r.Segments {
		r.Segments[i].Segment = attack
	}
	for i := range r.Candidates {
		c := &r.Candidates[i]
		c.Name += attack
		for k := range c.Groups {
			c.Groups[k].Name = attack
		}
		for k := range c.Triggers {
			c.Triggers[k].Name, c.Triggers[k].When = attack, attack
		}
		if c.Warning != nil {
			c.Warning.Silent[0].List[0].Account, c.Warning.Silent[0].List[0].Calmed = attack, []string{attack}
		}
	}
	r.Verdict.Champion += attack
	r.Verdict.Challenger += attack
	return r
}

func checkPolicy(t *testing.T, tab context.Context) {
	const smuggled = `<script>window.owned=1</script><img src="https://holdfast.invalid/x.png" onerror="window.owned=1"></body>`
	v := open(t, tab, strings.Replace(write(t, fixture.Company(4, 3, 4)), "</body>", smuggled, 1))
	if ask[bool](t, tab, `"owned" in window`) {
		t.Error("the policy let a foreign script run")
	}
	if got := ask[int](t, tab, `document.querySelectorAll("thead button").length`); got == 0 {
		t.Error("the policy stopped the script of the page")
	}
	v.lock.Lock()
	defer v.lock.Unlock()
	if len(v.trouble) < 2 {
		t.Errorf("the browser refused %q, want the script and the image", v.trouble)
	}
}

// pageObject is a page in the file; Chromium does not compress its tree of pages.
var pageObject = regexp.MustCompile(`/Type\s*/Page[^s]`)

func checkPaper(t *testing.T, tab context.Context) {
	v := open(t, tab, write(t, withWorth(furtherTargets(told()))))
	folded := ask[int](t, tab, `document.querySelectorAll("details:not([open])").length`)
	ask[bool](t, tab, `window.addEventListener("beforeprint", () => { window.unfolded = document.querySelectorAll("details[open]").length; }), true`)
	pdf, err := chromedp.Run(tab, chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize(), chromedp.PDFOutlineAndTagged()))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(pageObject.FindAll(pdf, -1)); n < 4 || n > 30 {
		t.Errorf("%d pages", n)
	}
	// The outline repeats the headings that were printed, as plain strings.
	for _, heading := range []string{"(Promote)", "(Why?)", "(What is it worth to the team?)", "(How early does it warn?)", "(Can the probabilities be believed?)",
		"(What do the colours mean?)", "(What changes on the day of the rollout?)", "(How was it done?)"} {
		if !bytes.Contains(pdf, []byte(heading)) {
			t.Errorf("the paper lacks the heading %s", heading)
		}
	}
	if bytes.Contains(pdf, []byte("(Try other settings)")) {
		t.Error("the paper has sliders")
	}
	act(t, tab, emulate(emulation.SetEmulatedMediaParams{Media: "print"}))
	if got := ask[int](t, tab, `[...document.querySelectorAll("nav, input, .skip, #trial")].filter((e) => e.checkVisibility()).length`); got != 0 {
		t.Errorf("the paper has %d controls", got)
	}
	// A head that holds a control is not repeated on the next page.
	if got := ask[int](t, tab, `[...document.querySelectorAll("thead button")].filter((button) => getComputedStyle(button).display !== "contents").length`); got != 0 {
		t.Errorf("%d heads have a control on paper", got)
	}
	if got := ask[int](t, tab, "window.unfolded"); folded == 0 || got != folded {
		t.Errorf("%d of %d fold-outs were open for the printer", got, folded)
	}
	if got := ask[int](t, tab, `document.querySelectorAll("details[open]").length`); got != 0 {
		t.Errorf("%d fold-outs stayed open", got)
	}
	v.quiet(t)
}

func checkPhone(t *testing.T, tab context.Context) {
	act(t, tab, chromedp.EmulateViewport(360, 740, chromedp.EmulateMobile))
	for _, r := range []*backtest.Result{withWorth(fixture.Company(4, 9, 20)), withWorth(fixture.Hostile()), withWorth(furtherTargets(told()))} {
		v := open(t, tab, write(t, r))
		ask[bool](t, tab, `document.querySelectorAll("details").forEach((fold) => { fold.open = true; }), true`)
		if got := ask[int](t, tab, "document.documentElement.scrollWidth"); got > 360 {
			t.Errorf("the page is %d pixels wide on a screen of 360", got)
		}
		if got := ask[int](t, tab, `[...document.querySelectorAll(".scroll")].filter((box) => box.scrollWidth > box.clientWidth).length`); got == 0 {
			t.Error("no table scrolls within itself, though some are wider than a phone")
		}
		v.quiet(t)
	}
}

func checkInSample(t *testing.T, tab context.Context) {
	act(t, tab, chromedp.EmulateViewport(360, 740, chromedp.EmulateMobile))
	var page strings.Builder
	if err := inSampleOfCompany(t).Write(&page); err != nil {
		t.Fatal(err)
	}
	v := open(t, tab, page.String())
	ask[bool](t, tab, `document.querySelectorAll("details").forEach((fold) => { fold.open = true; }), true`)
	if got := ask[int](t, tab, "document.documentElement.scrollWidth"); got > 360 {
		t.Errorf("the page is %d pixels wide on a screen of 360", got)
	}
	if got := ask[int](t, tab, `[...document.querySelectorAll("nav a")].filter((link) => !document.querySelector(link.hash)).length`); got != 0 {
		t.Errorf("%d links of the contents lead nowhere", got)
	}
	if got := ask[int](t, tab, `document.querySelectorAll("#weights svg").length`); got != 1 {
		t.Errorf("%d pictures of the weights, want 1", got)
	}
	v.quiet(t)
}

func checkWithoutScripts(t *testing.T, tab context.Context) {
	act(t, tab, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
		return err
	}))
	v := open(t, tab, write(t, withWorth(fixture.Company(4, 3, 4))))
	if got := ask[int](t, tab, `[...document.querySelectorAll("#trial, #picker, button, input")].filter((control) => control.checkVisibility()).length`); got != 0 {
		t.Errorf("%d controls are shown that do nothing", got)
	}
	text := ask[string](t, tab, "document.body.textContent")
	for _, want := range []string{"Promote logistic", "Money over all test windows", "The record of the run"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	v.quiet(t)
}

func checkLandmarks(t *testing.T, tab context.Context) {
	v := open(t, tab, write(t, withWorth(furtherTargets(told()))))
	for fact, count := range map[string]string{
		"headings that skip a level":    `[...document.querySelectorAll("h1, h2, h3, h4")].map((h) => +h.tagName[1]).filter((level, i, list) => level > (list[i - 1] ?? 0) + 1).length`,
		"first headings beyond one":     `document.querySelectorAll("h1").length - 1`,
		"landmarks missing":             `4 - document.querySelectorAll("body > header, body > header > nav[aria-label], body > main, body > footer").length`,
		"ids used twice":                `[...document.querySelectorAll("[id]")].length - new Set([...document.querySelectorAll("[id]")].map((e) => e.id)).size`,
		"tables without caption":        `[...document.querySelectorAll("table")].filter((table) => !table.caption?.textContent).length`,
		"header cells without scope":    `document.querySelectorAll("th:not([scope])").length`,
		"controls without label":        `[...document.querySelectorAll("input")].filter((input) => input.labels.length === 0).length`,
		"pictures without text":         `[...document.querySelectorAll("svg")].filter((svg) => !svg.getAttribute("aria-label")).length`,
		"links to nowhere":              `[...document.querySelectorAll("a")].filter((a) => !document.querySelector(a.getAttribute("href"))).length`,
		"focusable things out of order": `document.querySelectorAll('[tabindex]:not([tabindex="0"], [tabindex="-1"])').length`,
	} {
		if got := ask[int](t, tab, count); got != 0 {
			t.Errorf("%d %s", got, fact)
		}
	}
	act(t, tab, chromedp.KeyEvent("\t"))
	if got := ask[string](t, tab, `document.activeElement.className + ", " + (getComputedStyle(document.activeElement).outlineStyle !== "none")`); got != "skip, true" {
		t.Errorf("the first stop of the keyboard, and whether it shows: %q", got)
	}
	v.quiet(t)
}

// faint lists the texts whose contrast with what is behind them is below 4.5 (WCAG 2.2,
// success criterion 1.4.3, with the relative luminance of its glossary).
const faint = `(() => {
	const colour = (css) => css.match(/[\d.]+/g).map(Number);
	const light = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
		.reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
	const behind = (e) => { for (; e; e = e.parentElement) { const c = colour(getComputedStyle(e).backgroundColor); if (c.length === 3 || c[3] === 1) return c; } return [255, 255, 255]; };
	const own = (e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
	return [...document.querySelectorAll("body *:not(svg *, script)")].filter(own).filter((e) => {
		const [a, b] = [light(colour(getComputedStyle(e).color)), light(behind(e))];
		return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5;
	}).map((e) => e.tagName + " " + e.className + " " + e.textContent.slice(0, 40));
})()`

func checkContrast(t *testing.T, tab context.Context) {
	for _, scheme := range []string{"light", "dark"} {
		act(t, tab, emulate(emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}))
		var papers []string
		for _, r := range []*backtest.Result{withWorth(furtherTargets(told())), held()} {
			v := open(t, tab, write(t, r))
			if got := ask[[]string](t, tab, faint); len(got) > 0 {
				t.Errorf("%s: hard to read: %q", scheme, got)
			}
			papers = append(papers, ask[string](t, tab, "getComputedStyle(document.body).backgroundColor"))
			v.quiet(t)
		}
		if isWhite := papers[0] == "rgb(255, 255, 255)"; isWhite != (scheme == "light") {
			t.Errorf("%s: the paper is %s", scheme, papers[0])
		}
	}
}
