package report

import (
	"crypto/sha256"
	"encoding/base64"
	"html"
	"regexp"
	"strings"
	"testing"

	"holdfast/plots/internal/fixture"
)

func TestPolicyNamesTheScriptAsItStandsOnThePage(t *testing.T) {
	page := write(t, fixture.Company(3, 3, 4))
	script := regexp.MustCompile(`(?s)<script>(.*?)</script>`).FindStringSubmatch(page)
	policy := regexp.MustCompile(`Content-Security-Policy" content="(.*?)"`).FindStringSubmatch(page)
	if script == nil || policy == nil {
		t.Fatal("the page has no script or no policy")
	}
	sum := sha256.Sum256([]byte(script[1]))
	if want := "script-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(html.UnescapeString(policy[1]), want) {
		t.Errorf("the policy is %q, want %q in it", html.UnescapeString(policy[1]), want)
	}
	if !strings.HasPrefix(html.UnescapeString(policy[1]), "default-src 'none';") {
		t.Error("the policy lets the page fetch")
	}
}

func TestScriptWritesTextAndNeverMarkup(t *testing.T) {
	for _, bad := range []string{"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(", "fetch(", "XMLHttpRequest", "import(", "<"} {
		if strings.Contains(pageJS, bad) {
			t.Errorf("page.js holds %q", bad)
		}
	}
}
