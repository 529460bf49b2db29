package report

import (
	"os"
	"testing"

	"holdfast/plots/internal/fixture"
)

func TestZZ(t *testing.T) {
	os.WriteFile("/tmp/plotview/h.html", []byte(write(t, fixture.Hostile())), 0o644)
	for _, c := range fixture.Cases() {
		if c.Fact == "undefined numbers" {
			os.WriteFile("/tmp/plotview/u.html", []byte(write(t, c.Result)), 0o644)
		}
	}
}
