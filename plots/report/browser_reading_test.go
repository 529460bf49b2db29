package report

import (
	"context"
	"os"
	"testing"

	"github.com/chromedp/chromedp"
)

// checkAppendix prints a page that runs its script, and looks at it in between.
func checkAppendix(t *testing.T, tab context.Context) {
	v := open(t, tab, write(t, withWorth(furtherTargets(told()))))
	const order = `JSON.stringify([...document.querySelectorAll("main figure, main table, main details")].map((e) => e.textContent))`
	before := ask[string](t, tab, order)
	ask[bool](t, tab, `window.dispatchEvent(new Event("beforeprint")), true`)
	for fact, count := range map[string]string{
		"fold-outs left in the body":       `document.querySelectorAll("main > section:not(#appendix) details").length`,
		"long tables left in the body":     `[...document.querySelectorAll("main > section:not(#appendix) > .scroll tbody")].filter((body) => body.rows.length > 14).length`,
		"fold-outs closed in the appendix": `document.querySelectorAll("#appendix details:not([open])").length`,
		"sections that do not say so":      `document.querySelectorAll("#appendix h3").length - [...document.querySelectorAll("main > section > p:last-child")].filter((p) => p.textContent.startsWith("In the appendix: ")).length`,
		"appendixes hidden":                `document.querySelectorAll("#appendix[hidden]").length`,
	} {
		if got := ask[int](t, tab, count); got != 0 {
			t.Errorf("%d %s", got, fact)
		}
	}
	if got := ask[int](t, tab, `document.querySelectorAll("#appendix details").length`); got == 0 {
		t.Error("the appendix has no fold-outs")
	}
	ask[bool](t, tab, `window.dispatchEvent(new Event("afterprint")), true`)
	if after := ask[string](t, tab, order); after != before {
		t.Error("after printing, the page is not as it was before")
	}
	if got := ask[int](t, tab, `document.querySelectorAll("details[open], #appendix:not([hidden]), #appendix > :not(h2)").length`); got != 0 {
		t.Errorf("%d things of the paper are left on the screen", got)
	}
	v.quiet(t)
}

// checkColumns hides a candidate in tables that have a column for each, and in every chart.
func checkColumns(t *testing.T, tab context.Context) {
	v := open(t, tab, write(t, withWorth(furtherTargets(told()))))
	ask[bool](t, tab, `document.querySelectorAll("details").forEach((fold) => { fold.open = true; }), true`)
	const seen = `[...document.querySelectorAll('th[data-candidate="1"]')].flatMap((th) => [...th.closest("table").rows].map((row) => row.cells[th.cellIndex])).filter((cell) => cell.checkVisibility()).length`
	const drawn = `[...document.querySelectorAll('svg [data-candidate="vendor"]')].filter((g) => g.getBoundingClientRect().width > 0).length`
	if columns, marks := ask[int](t, tab, seen), ask[int](t, tab, drawn); columns == 0 || marks < 10 {
		t.Fatalf("at first %d cells and %d marks of vendor are seen", columns, marks)
	}
	act(t, tab, chromedp.Click(chromedp.CSS(`#picker input[value="1"]`)))
	if columns, marks := ask[int](t, tab, seen), ask[int](t, tab, drawn); columns != 0 || marks != 0 {
		t.Errorf("without vendor %d cells and %d marks of it are seen", columns, marks)
	}
	if got := ask[int](t, tab, `[...document.querySelectorAll('th[data-candidate="0"]')].filter((th) => th.checkVisibility()).length`); got == 0 {
		t.Error("the columns of today went with those of vendor")
	}
	v.quiet(t)
}

// checkHover rests the pointer where a curve has a value to tell.
func checkHover(t *testing.T, tab context.Context) {
	v := open(t, tab, write(t, withWorth(furtherTargets(told()))))
	const told = `(() => {
		for (const g of document.querySelectorAll("#ranking figure svg g:has(> title)")) {
			g.scrollIntoView({ block: "center" });
			const box = g.getBoundingClientRect();
			const under = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
			if (g.contains(under)) return g.querySelector("title").textContent;
		}
		return "";
	})()`
	if got := ask[string](t, tab, told); len(got) < 5 {
		t.Errorf("no mark of the ROC curves can be pointed at: %q", got)
	}
	v.quiet(t)
}

// checkFocus walks the page by the keyboard: down the page, each stop in sight and marked.
func checkFocus(t *testing.T, tab context.Context) {
	v := open(t, tab, write(t, withWorth(furtherTargets(told()))))
	ask[bool](t, tab, `window.last = null, window.wrong = [], true`)
	const stop = `(() => {
		const e = document.activeElement, style = getComputedStyle(e);
		if (last && !(last.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING)) wrong.push("back to " + e.outerHTML.slice(0, 80));
		if (style.outlineStyle === "none") wrong.push("unmarked: " + e.outerHTML.slice(0, 80));
		if (e.getBoundingClientRect().width === 0) wrong.push("out of sight: " + e.outerHTML.slice(0, 80));
		last = e;
		return e.tagName;
	})()`
	stops := make(map[string]int)
	for range 60 {
		act(t, tab, chromedp.KeyEvent("\t"))
		stops[ask[string](t, tab, stop)]++
	}
	if got := ask[[]string](t, tab, "wrong"); len(got) > 0 {
		t.Errorf("the keyboard goes wrong at %q", got)
	}
	for _, kind := range []string{"A", "INPUT", "BUTTON", "SUMMARY", "FIGURE"} {
		if stops[kind] == 0 {
			t.Errorf("the keyboard comes by no %s: %v", kind, stops)
		}
	}
	v.quiet(t)
}

// checkAxe runs the rules of axe-core over the page, where there is a copy of it: the
// variable AXE_CORE names axe.min.js of the npm package axe-core.
func checkAxe(t *testing.T, tab context.Context) {
	path := os.Getenv("AXE_CORE")
	if path == "" {
		t.Skip("AXE_CORE names no axe.min.js: not checked against the rules of WCAG 2.2 A and AA that axe-core knows")
	}
	rules, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const violations = `axe.run(document, { runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] } })
		.then((found) => { window.broken = found.violations.map((v) => v.id + " " + v.nodes[0].html); })`
	open(t, tab, write(t, withWorth(furtherTargets(told()))))
	ask[bool](t, tab, `document.querySelectorAll("details").forEach((fold) => { fold.open = true; }), true`)
	ask[bool](t, tab, string(rules)+"; true")
	ask[bool](t, tab, violations+", true")
	for ask[bool](t, tab, `!("broken" in window)`) {
	}
	if got := ask[[]string](t, tab, "broken"); len(got) > 0 {
		t.Errorf("axe-core objects to %q", got)
	}
}
