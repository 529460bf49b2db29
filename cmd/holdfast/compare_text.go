package main

import (
	"holdfast/cmd/holdfast/internal/texttab"
	"holdfast/plots/report"
)

// printCompare shows the page of the comparison in the terminal.
func (a *app) printCompare(c *sideBySide) error {
	if a.quiet {
		return nil
	}
	d := c.page()
	a.printf("%s. %s\n", plain(d.Banner.Word), plain(d.Banner.Headline))
	for _, s := range d.Sections {
		a.printf("\n%s\n%s\n", plain(s.Title), plain(s.Lead))
		for _, text := range s.Text {
			a.printf("%s\n", plain(text))
		}
		for _, t := range s.Tables {
			a.printf("\n")
			if err := a.print(textTable(t)); err != nil {
				return err
			}
		}
		for _, note := range s.Notes {
			a.printf("%s\n", plain(note))
		}
	}
	return nil
}

// textTable is a table of a page for the terminal: intervals stand beside their numbers.
func textTable(t report.Table) *texttab.Table {
	var header []string
	for _, c := range t.Head {
		name := plain(c.Name)
		if c.Figure {
			name = ">" + name
		}
		header = append(header, name)
	}
	out := texttab.New(header...)
	for _, row := range t.Rows {
		var cells []string
		for _, c := range row.Cells {
			text := plain(c.Value)
			if c.Interval != "" {
				text += " (" + plain(c.Interval) + ")"
			}
			cells = append(cells, text)
		}
		out.Row(cells...)
	}
	return out
}
