package project

import "testing"

func TestURLsAreNotRelativeToTheProjectFile(t *testing.T) {
	const url = "s3://lab/snapshots/?region=eu-west-1"
	c := parse(t, change(t, minimal, "data/outcomes.parquet\n", "'"+url+"'\n"))
	if got := c.Path(c.Data.Outcomes); got != url {
		t.Errorf("Path gives %q", got)
	}
}
