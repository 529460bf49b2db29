package main

import (
	"context"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"

	"holdfast/dataset"
	"holdfast/dataset/parquetio"
	"holdfast/models"
)

// scoreColumn is one column of the scores, the same in every format. Exactly one of the
// functions is set, as kind says; what they return as NaN, "" or NoDate is missing.
type scoreColumn struct {
	name   string
	number func(*scoredAccount) float64
	text   func(*scoredAccount) string
	day    func(*scoredAccount) dataset.Date
	truth  func(*scoredAccount) bool
}

// scoreColumns are those of every run over accounts.
func scoreColumns() []scoreColumn {
	return []scoreColumn{
		{name: "account", text: func(x *scoredAccount) string { return x.Account }},
		{name: "as_of", day: func(x *scoredAccount) dataset.Date { return x.AsOf }},
		{name: "p", number: func(x *scoredAccount) float64 { return x.P }},
		{name: "health", number: func(x *scoredAccount) float64 { return x.Health }},
		{name: "band", text: func(x *scoredAccount) string { return string(x.Band) }},
		{name: "band_before", text: func(x *scoredAccount) string { return string(x.BandBefore) }},
		{name: "health_before", number: func(x *scoredAccount) float64 { return x.HealthBefore }},
		{name: "dropped", truth: (*scoredAccount).dropped},
		{name: "value", number: func(x *scoredAccount) float64 { return x.Value }},
		{name: "reasons", text: func(x *scoredAccount) string { return x.Reasons }},
		{name: "playbook", text: func(x *scoredAccount) string { return strings.Join(x.Playbooks, "; ") }},
		{name: "unscored", text: func(x *scoredAccount) string { return x.Unscored }},
		{name: "model", text: func(x *scoredAccount) string { return x.Model }},
	}
}

// outlookColumns are what an outlook adds: probabilities that sum to 1.
func outlookColumns() []scoreColumn {
	of := func(name string, get func(*models.Prospect) float64) scoreColumn {
		return scoreColumn{name: name, number: func(x *scoredAccount) float64 { return get(x.Outlook) }}
	}
	return []scoreColumn{
		of("leave", func(p *models.Prospect) float64 { return p.Leave }), of("shrink", func(p *models.Prospect) float64 { return p.Shrink }),
		of("renew", func(p *models.Prospect) float64 { return p.Renew }), of("grow", func(p *models.Prospect) float64 { return p.Grow }),
	}
}

// field is the column as Parquet knows it.
func (c *scoreColumn) field() parquetio.Field {
	switch {
	case c.day != nil:
		return parquetio.Field{Name: c.name, Kind: parquetio.Day, Nullable: c.name != "as_of"}
	case c.truth != nil:
		return parquetio.Field{Name: c.name, Kind: parquetio.Bool}
	case c.text != nil:
		return parquetio.Field{Name: c.name, Kind: parquetio.Text, Nullable: c.name != "account" && c.name != "model"}
	}
	return parquetio.Field{Name: c.name, Kind: parquetio.Float, Nullable: true}
}

// scoreFormat is a way to write scores down.
type scoreFormat struct {
	begin func(w io.Writer, columns []scoreColumn) (scoreFile, error)            // of accounts
	all   func(w io.Writer, id string, columns []scoreColumn) (scoreSink, error) // with --all
}

// scoreFormats are the formats of scores, by file ending.
var scoreFormats = map[string]scoreFormat{
	".csv":     {beginCSV, newCSVSink},
	".jsonl":   {beginJSON, newJSONSink},
	".parquet": {beginParquet, newParquetSink},
}

// scoreFile is a file of accounts in the making.
type scoreFile interface {
	add(rows []scoredAccount) error
	close() error
}

// write writes all rows, in blocks, and stops within one of them when ctx ends.
func (f scoreFormat) write(ctx context.Context, w io.Writer, columns []scoreColumn, rows []scoredAccount) error {
	file, err := f.begin(w, columns)
	if err != nil {
		return err
	}
	for block := range slices.Chunk(rows, scoreBlock) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := file.add(block); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return file.close()
}

// lineFile is a file of lines.
type lineFile struct {
	w       io.Writer
	columns []scoreColumn
	line    func([]byte, []scoreColumn, *scoredAccount) []byte
	lines   []byte
}

func beginCSV(w io.Writer, columns []scoreColumn) (scoreFile, error) {
	_, err := w.Write(csvHead(columns))
	return &lineFile{w: w, columns: columns, line: csvLine}, err
}

func beginJSON(w io.Writer, columns []scoreColumn) (scoreFile, error) {
	return &lineFile{w: w, columns: columns, line: jsonLine}, nil
}

func (f *lineFile) add(rows []scoredAccount) error {
	f.lines = f.lines[:0]
	for i := range rows {
		f.lines = f.line(f.lines, f.columns, &rows[i])
	}
	_, err := f.w.Write(f.lines)
	return err
}

func (f *lineFile) close() error { return nil }

func newCSVSink(w io.Writer, id string, columns []scoreColumn) (scoreSink, error) {
	return newTextSink(w, id, columns, csvHead(columns), csvLine)
}

// csvHead is the line of names, which need no quotes.
func csvHead(columns []scoreColumn) []byte {
	names := make([]string, len(columns))
	for j := range columns {
		names[j] = columns[j].name
	}
	return []byte(strings.Join(names, ",") + "\n")
}

// csvLine appends a row in CSV (RFC 4180).
func csvLine(b []byte, columns []scoreColumn, x *scoredAccount) []byte {
	for j := range columns {
		if j > 0 {
			b = append(b, ',')
		}
		b = appendCell(b, columns[j].cell(x))
	}
	return append(b, '\n')
}

// appendCell appends a cell, in quotes if anything in it could be taken for the end of it.
func appendCell(b []byte, text string) []byte {
	if !strings.ContainsAny(text, "\",\n\r") && !strings.HasPrefix(text, " ") {
		return append(b, text...)
	}
	b = append(b, '"')
	b = append(b, strings.ReplaceAll(text, `"`, `""`)...)
	return append(b, '"')
}

// cell is the value of a row in CSV.
func (c *scoreColumn) cell(x *scoredAccount) string {
	switch {
	case c.number != nil:
		return number(c.number(x))
	case c.truth != nil:
		return strconv.FormatBool(c.truth(x))
	case c.day != nil:
		return dayText(c.day(x))
	}
	return cell(c.text(x))
}

// dayText is a date as people write it, "" for none.
func dayText(d dataset.Date) string {
	if d == dataset.NoDate {
		return ""
	}
	return d.String()
}

func newJSONSink(w io.Writer, id string, columns []scoreColumn) (scoreSink, error) {
	return newTextSink(w, id, columns, nil, jsonLine)
}

// jsonLine appends a row as one JSON object.
func jsonLine(b []byte, columns []scoreColumn, x *scoredAccount) []byte {
	for j := range columns {
		b = appendKey(b, j == 0, columns[j].name)
		b = columns[j].appendJSON(b, x)
	}
	return append(b, "}\n"...)
}

// appendKey begins the value of a key, whose name needs no escape.
func appendKey(line []byte, first bool, name string) []byte {
	if first {
		line = append(line, '{')
	} else {
		line = append(line, ',')
	}
	return append(append(append(line, '"'), name...), `":`...)
}

// appendJSON appends the value of a row, null for what is missing.
func (c *scoreColumn) appendJSON(line []byte, x *scoredAccount) []byte {
	switch {
	case c.number != nil:
		return appendNumber(line, c.number(x))
	case c.truth != nil:
		return strconv.AppendBool(line, c.truth(x))
	case c.day != nil:
		return appendText(line, dayText(c.day(x)))
	case c.name == "account": // a key is never missing, be it of no letters
		return appendQuoted(line, c.text(x))
	}
	return appendText(line, c.text(x))
}

// appendNumber appends a number so that it reads back to the same bits.
func appendNumber(line []byte, v float64) []byte {
	if v-v != 0 {
		return append(line, "null"...)
	}
	return strconv.AppendFloat(line, v, 'g', -1, 64)
}

// appendText appends a text, null for none.
func appendText(line []byte, s string) []byte {
	if s == "" {
		return append(line, "null"...)
	}
	return appendQuoted(line, s)
}

// appendQuoted appends a text. What is not UTF-8 is replaced: JSON is UTF-8.
func appendQuoted(line []byte, s string) []byte {
	quoted, _ := json.Marshal(s) // a string has no error
	return append(line, quoted...)
}

// parquetFile is a Parquet file, of a row group for each block.
type parquetFile struct {
	out     *parquetio.GroupWriter
	encoder *parquetio.Encoder
	columns []scoreColumn
}

func beginParquet(w io.Writer, columns []scoreColumn) (scoreFile, error) {
	fields := make([]parquetio.Field, len(columns))
	for j := range columns {
		fields[j] = columns[j].field()
	}
	out, err := parquetio.NewGroupWriter(w, fields)
	if err != nil {
		return nil, err
	}
	encoder, err := out.Encoder()
	return &parquetFile{out, encoder, columns}, err
}

func (f *parquetFile) add(rows []scoredAccount) error {
	cols := make([]parquetio.Column, len(f.columns))
	for j := range f.columns {
		cols[j] = f.columns[j].block(rows)
	}
	group, err := f.encoder.Group(cols)
	if err != nil {
		return err
	}
	return f.out.Append(group)
}

func (f *parquetFile) close() error { return f.out.Close() }

// block is the column over some rows.
func (c *scoreColumn) block(rows []scoredAccount) parquetio.Column {
	out, field := parquetio.Column{Name: c.name}, c.field()
	switch {
	case c.number != nil:
		for i := range rows {
			out.Numbers = append(out.Numbers, c.number(&rows[i]))
		}
	case c.truth != nil:
		for i := range rows {
			out.Numbers = append(out.Numbers, float64(oneIf(c.truth(&rows[i]))))
		}
	case c.day != nil:
		for i := range rows {
			out.Days = append(out.Days, int32(c.day(&rows[i])))
		}
	case c.name == "account": // no two are alike
		for i := range rows {
			out.Texts.Add([]byte(rows[i].Account))
		}
	default:
		codes := newTexts(len(rows))
		for i := range rows {
			codes.add(c.text(&rows[i]), field.Nullable)
		}
		return codes.column(c.name)
	}
	return out
}

// oneIf is 1 for yes.
func oneIf(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// texts builds a dictionary column.
type texts struct {
	codes  []int32
	levels []string
	number map[string]int32
}

func newTexts(n int) *texts {
	return &texts{codes: make([]int32, 0, n), number: make(map[string]int32)}
}

func (t *texts) add(s string, emptyIsNull bool) {
	if s == "" && emptyIsNull {
		t.codes = append(t.codes, -1)
		return
	}
	code, ok := t.number[s]
	if !ok {
		code = int32(len(t.levels))
		t.number[s] = code
		t.levels = append(t.levels, s)
	}
	t.codes = append(t.codes, code)
}

func (t *texts) column(name string) parquetio.Column {
	return parquetio.Column{Name: name, Codes: t.codes, Levels: t.levels}
}
