package main

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"holdfast/dataset/synth"
)

// recountFlag is --recount of simulate: COLUMN*FACTOR@DAY.
type recountFlag struct{ to *synth.Recount }

// String writes the flag as it is given; empty without one.
func (f *recountFlag) String() string {
	if f.to == nil || *f.to == (synth.Recount{}) {
		return ""
	}
	return f.to.Column + "*" + number(f.to.By) + "@" + f.to.From.Format(time.DateOnly)
}

// Set reads the flag. Whether there is such a column is for package synth to say.
func (f *recountFlag) Set(text string) error {
	what, day, dated := strings.Cut(text, "@")
	column, by, multiplied := strings.Cut(what, "*")
	factor, err := strconv.ParseFloat(by, 64)
	from, dayErr := time.Parse(time.DateOnly, day)
	if !dated || !multiplied || column == "" || err != nil || dayErr != nil {
		return errors.New("not COLUMN*FACTOR@DAY")
	}
	*f.to = synth.Recount{Column: column, By: factor, From: from}
	return nil
}

// recounted is what the flag takes.
const recounted = "COLUMN*FACTOR@DAY"

// Type is what the flag takes, as help shows it behind the name.
func (f *recountFlag) Type() string { return recounted }
