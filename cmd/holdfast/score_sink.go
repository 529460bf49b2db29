package main

import (
	"io"

	"holdfast/dataset/parquetio"
	"holdfast/models"
	"holdfast/models/trigger"
)

// scoreSink is a file of all rows in the making.
type scoreSink interface {
	encoder() (scoreEncoder, error) // for one worker
	close() error
}

// scoreEncoder makes of rows what the file holds.
type scoreEncoder interface {
	add(t *turn, p *scoredPiece) error
	flush(t *turn) error // at the end of a group
}

// allColumns are those of --all, in order: some of scoreColumns.
func allColumns(reasons bool) []scoreColumn {
	var columns []scoreColumn
	for _, c := range scoreColumns() {
		switch c.name {
		case "account", "as_of", "p", "health", "band", "value", "unscored", "model":
			columns = append(columns, c)
		case "reasons":
			if reasons {
				columns = append(columns, c)
			}
		}
	}
	return columns
}

// textSink writes lines.
type textSink struct {
	w       io.Writer
	id      string
	columns []scoreColumn
	line    func(b []byte, columns []scoreColumn, x *scoredAccount) []byte
}

// newTextSink begins a file of lines with a head.
func newTextSink(w io.Writer, id string, columns []scoreColumn, head []byte, line func([]byte, []scoreColumn, *scoredAccount) []byte) (scoreSink, error) {
	_, err := w.Write(head)
	return &textSink{w, id, columns, line}, err
}

func (s *textSink) encoder() (scoreEncoder, error) { return &textEncoder{sink: s}, nil }
func (s *textSink) close() error                   { return nil }

// textEncoder makes lines.
type textEncoder struct {
	sink *textSink
	made []byte
}

// textBlock is how many bytes of lines are handed on at a time.
const textBlock = 1 << 20

func (e *textEncoder) add(t *turn, p *scoredPiece) error {
	for i := range p.Date {
		x := p.account(i, e.sink.id)
		e.made = e.sink.line(e.made, e.sink.columns, &x)
	}
	if len(e.made) < textBlock {
		return nil
	}
	return e.flush(t)
}

func (e *textEncoder) flush(t *turn) error {
	made := e.made
	e.made = make([]byte, 0, textBlock+textBlock/4)
	return t.write(len(made), func() error {
		_, err := e.sink.w.Write(made)
		return err
	})
}

// account is row i as the formats of text take it.
func (p *scoredPiece) account(i int, id string) scoredAccount {
	x := scoredAccount{Account: string(p.Account.At(i)), AsOf: p.Date[i], P: p.P[i], Health: p.Health[i], Value: models.Undefined().Float(), Model: id}
	if p.Value != nil {
		x.Value = p.Value[i]
	}
	if code := p.Band[i]; code >= 0 {
		x.Band = models.Band(trigger.Bands()[code])
	}
	if p.reasons != nil {
		x.Reasons = joinReasons(p.reasons[i])
	}
	if p.unscored != nil && p.unscored[i].Code != "" {
		x.Unscored, x.Reasons = p.unscored[i].Code, inWords(p.unscored[i])
	}
	return x
}

// parquetSink writes row groups.
type parquetSink struct {
	out     *parquetio.GroupWriter
	id      string
	reasons bool
}

func newParquetSink(w io.Writer, id string, columns []scoreColumn) (scoreSink, error) {
	s := &parquetSink{id: id}
	fields := make([]parquetio.Field, len(columns))
	for j, c := range columns {
		fields[j] = c.field()
		s.reasons = s.reasons || c.name == "reasons"
	}
	var err error
	s.out, err = parquetio.NewGroupWriter(w, fields)
	return s, err
}

func (s *parquetSink) close() error { return s.out.Close() }

func (s *parquetSink) encoder() (scoreEncoder, error) {
	e, err := s.out.Encoder()
	return &parquetEncoder{sink: s, encoder: e, reasons: newTexts(0)}, err
}

// parquetEncoder collects the rows of a row group.
type parquetEncoder struct {
	sink     *parquetSink
	encoder  *parquetio.Encoder
	account  parquetio.Texts
	asOf     []int32
	p        []float64
	health   []float64
	band     []int32
	value    []float64
	reasons  *texts
	unscored []int32
	model    []int32
}

// parquetGroup is how many rows a row group has, unless that of the input ends before.
const parquetGroup = 1 << 17

// unscoredCodes are the levels of the column unscored.
var unscoredCodes = [...]string{models.MissingFactor, models.UnseenLevel}

func (e *parquetEncoder) add(t *turn, p *scoredPiece) error {
	for i, day := range p.Date {
		e.account.Add(p.Account.At(i))
		e.asOf = append(e.asOf, int32(day))
		e.model = append(e.model, 0)
	}
	e.p, e.health, e.band = append(e.p, p.P...), append(e.health, p.Health...), append(e.band, p.Band...)
	e.addValue(p)
	e.addUnscored(p)
	if e.sink.reasons {
		for i := range p.Date {
			text := joinReasons(p.reasons[i])
			if p.unscored != nil && p.unscored[i].Code != "" {
				text = inWords(p.unscored[i])
			}
			e.reasons.add(text, true)
		}
	}
	if len(e.asOf) < parquetGroup {
		return nil
	}
	return e.flush(t)
}

// addValue adds the money, missing where the snapshots have none.
func (e *parquetEncoder) addValue(p *scoredPiece) {
	if p.Value != nil {
		e.value = append(e.value, p.Value...)
		return
	}
	for range p.Date {
		e.value = append(e.value, models.Undefined().Float())
	}
}

// addUnscored adds the reasons for which rows have no score.
func (e *parquetEncoder) addUnscored(p *scoredPiece) {
	for i := range p.Date {
		code := int32(-1)
		if p.unscored != nil {
			for k, name := range unscoredCodes {
				if p.unscored[i].Code == name {
					code = int32(k)
				}
			}
		}
		e.unscored = append(e.unscored, code)
	}
}

func (e *parquetEncoder) flush(t *turn) error {
	if len(e.asOf) == 0 {
		return nil
	}
	columns := []parquetio.Column{{Texts: e.account}, {Days: e.asOf}, {Numbers: e.p}, {Numbers: e.health}, {Codes: e.band, Levels: trigger.Bands()}, {Numbers: e.value}}
	if e.sink.reasons {
		columns = append(columns, e.reasons.column(""))
		e.reasons = newTexts(parquetGroup)
	}
	columns = append(columns, parquetio.Column{Codes: e.unscored, Levels: unscoredCodes[:]}, parquetio.Column{Codes: e.model, Levels: []string{e.sink.id}})
	group, err := e.encoder.Group(columns)
	if err != nil {
		return err
	}
	e.account.Reset()
	e.asOf, e.p, e.health, e.band, e.value = e.asOf[:0], e.p[:0], e.health[:0], e.band[:0], e.value[:0]
	e.unscored, e.model = e.unscored[:0], e.model[:0]
	return t.write(group.Size(), func() error { return e.sink.out.Append(group) })
}
