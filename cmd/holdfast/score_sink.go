package main

import (
	"io"
	"math"
	"slices"

	"holdfast/dataset"
	"holdfast/dataset/parquetio"
	"holdfast/models"
	"holdfast/models/trigger"
)

// scoreSink is a file of all rows in the making.
type scoreSink interface {
	encoder() (scoreEncoder, error) // for one worker
	close() error
}

// scoreEncoder makes of rows what the file holds, and appends it when their turn comes. The
// rows are not kept.
type scoreEncoder interface {
	encode(t *turn, rows *scoredRows) error
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
type textEncoder struct{ sink *textSink }

// textBlock is how many bytes of lines are handed on at a time.
const textBlock = 1 << 20

func (e *textEncoder) encode(t *turn, rows *scoredRows) error {
	var made []byte
	for i := range rows.day {
		if made == nil {
			made = make([]byte, 0, textBlock+textBlock/4)
		}
		x := rows.asAccount(i, e.sink.id)
		made = e.sink.line(made, e.sink.columns, &x)
		if len(made) < textBlock && i+1 < len(rows.day) {
			continue
		}
		lines := made
		made = nil
		if err := t.write(len(lines), func() error {
			_, err := e.sink.w.Write(lines)
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

// asAccount is row i as the formats of text take it.
func (s *scoredRows) asAccount(i int, id string) scoredAccount {
	x := scoredAccount{Account: string(s.account.At(i)), AsOf: dataset.Date(s.day[i]), P: s.p[i], Health: s.health[i], Value: math.NaN(),
		Band: models.BandOf(s.band[i]), Model: id}
	if len(s.value) > 0 {
		x.Value = s.value[i]
	}
	if len(s.bandBefore) > 0 {
		x.BandBefore, x.HealthBefore = models.BandOf(s.bandBefore[i]), s.healthBefore[i]
	}
	if len(s.reasons) > 0 {
		x.Reasons = s.reasons[i]
	}
	if len(s.playbooks) > 0 && s.playbooks[i] != "" {
		x.Playbooks = s.playbooks[i : i+1]
	}
	if code := s.unscored[i]; code >= 0 {
		x.Unscored = unscoredCodes[code]
	}
	if len(s.leave) > 0 {
		x.Outlook = &models.Prospect{Leave: s.leave[i], Shrink: s.shrink[i], Renew: s.renew[i], Grow: s.growth[i]}
	}
	return x
}

// parquetSink writes row groups.
type parquetSink struct {
	out     *parquetio.GroupWriter
	id      string
	columns []scoreColumn
}

func newParquetSink(w io.Writer, id string, columns []scoreColumn) (scoreSink, error) {
	fields := make([]parquetio.Field, len(columns))
	for j, c := range columns {
		fields[j] = c.field()
	}
	out, err := parquetio.NewGroupWriter(w, fields)
	return &parquetSink{out, id, columns}, err
}

func (s *parquetSink) close() error { return s.out.Close() }

func (s *parquetSink) encoder() (scoreEncoder, error) {
	e, err := s.out.Encoder()
	return &parquetEncoder{sink: s, encoder: e}, err
}

// parquetEncoder makes row groups.
type parquetEncoder struct {
	sink    *parquetSink
	encoder *parquetio.Encoder
	same    []int32   // zeros: of what is the same in every row
	dropped []float64 // 1 for yes
}

func (e *parquetEncoder) encode(t *turn, rows *scoredRows) error {
	if len(rows.day) == 0 {
		return nil
	}
	columns := make([]parquetio.Column, len(e.sink.columns))
	for j, c := range e.sink.columns {
		columns[j] = e.column(c.name, rows)
	}
	group, err := e.encoder.Group(columns)
	if err != nil {
		return err
	}
	return t.write(group.Size(), func() error { return e.sink.out.Append(group) })
}

// column is a column over some rows.
func (e *parquetEncoder) column(name string, s *scoredRows) parquetio.Column {
	switch name {
	case "account":
		return parquetio.Column{Texts: s.account}
	case "as_of":
		return parquetio.Column{Days: s.day}
	case "band":
		return parquetio.Column{Codes: s.band, Levels: trigger.Bands()}
	case "band_before":
		return parquetio.Column{Codes: s.bandBefore, Levels: trigger.Bands()}
	case "dropped":
		e.dropped = e.dropped[:0]
		for i := range s.day {
			e.dropped = append(e.dropped, float64(oneIf(s.dropped(i))))
		}
		return parquetio.Column{Numbers: e.dropped}
	case "reasons":
		return textColumn(s.reasons, len(s.day))
	case "playbook":
		return textColumn(s.playbooks, len(s.day))
	case "unscored":
		return parquetio.Column{Codes: s.unscored, Levels: unscoredCodes[:]}
	case "model":
		e.same = slices.Grow(e.same[:0], len(s.day))[:len(s.day)]
		return parquetio.Column{Codes: e.same, Levels: []string{e.sink.id}}
	}
	return parquetio.Column{Numbers: map[string][]float64{"p": s.p, "health": s.health, "health_before": s.healthBefore, "value": s.value,
		"leave": s.leave, "shrink": s.shrink, "renew": s.renew, "grow": s.growth}[name]}
}

// textColumn is a column of texts, "" for none; nil: all rows have none.
func textColumn(list []string, rows int) parquetio.Column {
	t := newTexts(rows)
	for i := range rows {
		text := ""
		if len(list) > 0 {
			text = list[i]
		}
		t.add(text, true)
	}
	return t.column("")
}
