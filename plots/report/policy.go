package report

import (
	"crypto/sha256"
	_ "embed" // the script
	"encoding/base64"
)

//go:embed page.js
var pageJS string

// policy is the Content-Security-Policy of the page: the browser runs the one script
// that the report was built with, told by its hash, and fetches nothing at all. A name
// in the data that slipped through every escape would still not run. Styles may stand
// in attributes, for the charts name their fonts there.
func policy() string {
	sum := sha256.Sum256([]byte(pageJS))
	return "default-src 'none'; script-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
}
