package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"holdfast/dataset"
	"holdfast/dataset/parquetio"
	"holdfast/models"
)

// earlierScores are what --diff compares with: the scores of an earlier run, or an earlier
// model.
type earlierScores struct {
	path  string
	model *models.Model
	rows  map[string]earlierScore // by account
}

// earlierScore is the row of an account in an earlier file.
type earlierScore struct {
	asOf   dataset.Date
	health float64 // NaN: it had no score
	band   models.Band
}

// models lists the earlier model, if there is one.
func (e *earlierScores) models() []*models.Model {
	if e == nil || e.model == nil {
		return nil
	}
	return []*models.Model{e.model}
}

// readEarlierScores reads what --diff names; nil for "".
func readEarlierScores(ctx context.Context, path string) (*earlierScores, error) {
	e := &earlierScores{path: path, rows: make(map[string]earlierScore)}
	var err error
	switch ending := strings.ToLower(filepath.Ext(path)); {
	case path == "":
		return nil, nil
	case ending == ".json":
		if e.model, err = readModelOf("--diff", path); err == nil && e.model.Kind == models.Predicted {
			err = fail(exitModel, fmt.Errorf("--diff %s: the model is another tool's predictions, which its file does not hold; give a file of scores", plain(path)))
		}
		return e, err
	case ending == ".csv":
		err = e.readFile(ctx, e.readCSV)
	case ending == ".jsonl":
		err = e.readFile(ctx, e.readJSON)
	case ending == ".parquet":
		err = e.readParquet(ctx)
	default:
		return nil, fail(exitUsage, fmt.Errorf("--diff %s: give a .parquet, .csv or .jsonl file that score has written, or a model.json", plain(path)))
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fail(exitUsage, fmt.Errorf("--diff %s: there is no such file", plain(path)))
	}
	if err != nil {
		return nil, fail(exitData, fmt.Errorf("--diff %s: %w", plain(path), err))
	}
	return e, nil
}

// add keeps the newest row of an account.
func (e *earlierScores) add(account string, x earlierScore) {
	if have, ok := e.rows[account]; !ok || x.asOf > have.asOf {
		e.rows[account] = x
	}
}

// of finds the row of an account. CSV files hold its name as a spreadsheet may see it.
func (e *earlierScores) of(account string) (earlierScore, bool) {
	if strings.EqualFold(filepath.Ext(e.path), ".csv") {
		account = cell(account)
	}
	x, ok := e.rows[account]
	return x, ok
}

// day says of which day an account has an earlier score; nil: none has one.
func (e *earlierScores) day() func(account string) dataset.Date {
	if e == nil || len(e.rows) == 0 {
		return nil
	}
	return func(account string) dataset.Date {
		x, ok := e.of(account)
		if !ok {
			return dataset.NoDate
		}
		return x.asOf
	}
}

// earlierColumns are the columns that an earlier file must have.
var earlierColumns = [...]string{"account", "as_of", "health", "band"}

// parse makes a row of texts in the order of earlierColumns.
func (e *earlierScores) parse(account, asOf, health, band string) error {
	x := earlierScore{health: math.NaN(), band: models.Band(band)}
	var err error
	if x.asOf, err = dataset.ParseDate(asOf); err != nil {
		return fmt.Errorf("as_of %q is not a date like 2026-06-30", asOf)
	}
	if health != "" {
		if x.health, err = strconv.ParseFloat(health, 64); err != nil || !(x.health >= 0 && x.health <= 100) {
			return fmt.Errorf("health %q is not a number from 0 to 100", health)
		}
	}
	if band != "" && x.band.Risk() < 0 {
		return fmt.Errorf("band %q is not red, yellow or green", band)
	}
	e.add(account, x)
	return nil
}

// readFile opens the file for a reader of text.
func (e *earlierScores) readFile(ctx context.Context, read func(context.Context, io.Reader) error) error {
	f, err := os.Open(e.path)
	if err != nil {
		return err
	}
	defer f.Close()
	return read(ctx, f)
}

func (e *earlierScores) readCSV(ctx context.Context, r io.Reader) error {
	c := csv.NewReader(r)
	c.ReuseRecord = true
	head, err := c.Read()
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	var place [len(earlierColumns)]int
	for k, name := range earlierColumns {
		if place[k] = slices.Index(head, name); place[k] < 0 {
			return fmt.Errorf("no column %q; give a file that score has written", name)
		}
	}
	for {
		line, err := c.Read()
		if errors.Is(err, io.EOF) {
			return ctx.Err()
		}
		if err == nil {
			err = e.parse(strings.Clone(line[place[0]]), line[place[1]], line[place[2]], line[place[3]])
		}
		if err != nil {
			number, _ := c.FieldPos(0)
			return fmt.Errorf("line %d: %w", number, err)
		}
	}
}

func (e *earlierScores) readJSON(ctx context.Context, r io.Reader) error {
	d := json.NewDecoder(r)
	for line := 1; ; line++ {
		var x struct {
			Account *string     `json:"account"`
			AsOf    string      `json:"as_of"`
			Health  json.Number `json:"health"`
			Band    string      `json:"band"`
		}
		err := d.Decode(&x)
		if errors.Is(err, io.EOF) {
			return ctx.Err()
		}
		if err == nil && x.Account == nil {
			err = errors.New("no account; give a file that score has written")
		}
		if err == nil {
			err = e.parse(*x.Account, x.AsOf, string(x.Health), x.Band)
		}
		if err != nil {
			return fmt.Errorf("line %d: %w", line, err)
		}
	}
}

func (e *earlierScores) readParquet(ctx context.Context) error {
	want := []parquetio.Request{{Column: "account", As: parquetio.AsKey}, {Column: "as_of", As: parquetio.AsDay},
		{Column: "health", As: parquetio.AsNumber}, {Column: "band", As: parquetio.AsText}}
	for t, err := range parquetio.Scan(ctx, e.path, want, parquetio.Options{}) {
		if err != nil {
			return err
		}
		account, asOf, health, band := t.Columns[0], t.Columns[1], t.Columns[2], t.Columns[3]
		if account.Nulls > 0 || asOf.Nulls > 0 {
			return errors.New("a row without an account or a date; give a file that score has written")
		}
		for i := range t.Rows {
			x := earlierScore{asOf: dataset.Date(asOf.Days[i]), health: health.Numbers[i]}
			if code := band.Codes[i]; code >= 0 {
				x.band = models.Band(band.Levels[code])
			}
			if x.band != "" && x.band.Risk() < 0 {
				return fmt.Errorf("band %q is not red, yellow or green", x.band)
			}
			e.add(account.Levels[account.Codes[i]], x)
		}
	}
	return nil
}
