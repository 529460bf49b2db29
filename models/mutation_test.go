package models

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"errors"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"

	"holdfast/dataset"
)

// leaf matches a line of the indented file that holds one value: key (may be
// missing, in lists), value, comma.
var (
	leaf = regexp.MustCompile(`^(\s*)("[^"]+": )?(.+?)(,?)$`)
	key  = regexp.MustCompile(`^(\s*)"([^"]+)": `)
)

// Every damage of the list below is done to good model files, wherever it can be
// done; each result must be refused and none may panic. The numbers are those of
// the list of model-file mutators that the project is held to.
func TestNoDamagedModelFileIsAccepted(t *testing.T) {
	tried := 0
	for _, m := range []*Model{oneOfEachKind(t, noisy(120, 41))[0], oneOfEachKind(t, noisy(120, 41))[3], segmented(t)} {
		good := text(t, m)
		for _, op := range []struct {
			name   string
			damage func(good string, try func(string))
		}{
			{"MM01 truncated", truncated}, {"MM02 one bit flipped", bitFlipped}, {"MM03 one byte deleted", byteDeleted},
			{"MM04 lines doubled or swapped", linesMoved}, {"MM05 numbers replaced", numbersReplaced},
			{"MM06 to MM09 keys deleted, renamed, doubled, added", keysChanged}, {"MM10 lists changed", listsChanged},
			{"MM11 versions", versions}, {"MM12 appended", appended}, {"MM13 prepended", prepended},
			{"MM14 encoded otherwise", reencoded}, {"MM15 texts replaced", textsReplaced}, {"MM16 wrapped", wrapped},
		} {
			t.Run(m.Name+"/"+op.name, func(t *testing.T) {
				n := 0
				op.damage(good, func(bad string) {
					if bad == good {
						return // a swap of equal lines is no damage
					}
					n++
					_, err := Read("model.json", strings.NewReader(bad))
					var refused *RefusedError
					if !errors.As(err, &refused) {
						t.Fatalf("got %v for %.200q", err, bad)
					}
				})
				if n == 0 && m.Kind == Logistic {
					t.Error("nothing was tried")
				}
				tried += n
			})
		}
	}
	t.Logf("%d damaged files, all refused", tried)
}

// segmented is a model with what only some models have: segments with weights of their
// own, a staircase of a calibration, bands and peers.
func segmented(t testing.TB) *Model {
	t.Helper()
	tab := staged(80, 43)
	c := byStage(10)
	c.Calibrate = Calibrate{Method: Isotonic}
	m := fitOne(t, tab, c, tab.stagedFactors(t))
	m.Columns = dataset.Columns{Account: "account_id", SnapshotDate: "snapshot_date"}
	if err := m.Introduce(t.Context(), tab.load(t).All(), DefaultBandRules(), nil); err != nil {
		t.Fatal(err)
	}
	return m
}

func truncated(good string, try func(string)) {
	for n := range good {
		try(good[:n])
	}
}

func bitFlipped(good string, try func(string)) {
	for i := range len(good) {
		for _, bit := range []byte{1, 128} {
			bad := []byte(good)
			bad[i] ^= bit
			try(string(bad))
		}
	}
}

func byteDeleted(good string, try func(string)) {
	for i := range len(good) {
		try(good[:i] + good[i+1:])
	}
}

func linesMoved(good string, try func(string)) {
	lines := strings.SplitAfter(good, "\n")
	for i := range lines[:len(lines)-1] {
		try(joinLines(lines[:i+1], lines[i:]))
		if i > 0 {
			try(joinLines(lines[:i-1], []string{lines[i], lines[i-1]}, lines[i+1:]))
		}
	}
}

func joinLines(parts ...[]string) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(strings.Join(p, ""))
	}
	return b.String()
}

// eachLine replaces line i by what change makes of it, one line at a time.
func eachLine(good string, try func(string), change func(line string) []string) {
	lines := strings.Split(good, "\n")
	for i, line := range lines {
		for _, changed := range change(line) {
			lines[i] = changed
			try(strings.Join(lines, "\n"))
		}
		lines[i] = line
	}
}

func numbersReplaced(good string, try func(string)) {
	eachLine(good, try, func(line string) (changed []string) {
		p := leaf.FindStringSubmatch(line)
		if p == nil || !strings.ContainsAny(p[3][:1], "-0123456789") {
			return nil
		}
		for _, v := range []string{"NaN", "Infinity", "-Infinity", "1e400", "-1e400", `"1.5"`, "null", "true", "[]", "0x1p3", "1,5", "1_0", "", "1e-400", p[3] + "0", "-" + p[3], "0"} {
			changed = append(changed, p[1]+p[2]+v+p[4])
		}
		return changed
	})
}

func keysChanged(good string, try func(string)) {
	eachLine(good, try, func(line string) []string {
		p := key.FindStringSubmatch(line)
		if p == nil {
			return nil
		}
		changed := []string{
			key.ReplaceAllString(line, `$1"${2}x": `),
			key.ReplaceAllString(line, `$1"`+strings.ToUpper(p[2])+`": `),
			p[1] + `"extra": 1,` + "\n" + line,
		}
		if strings.HasSuffix(line, ",") { // a leaf that is not the last of its object
			changed = append(changed, "", line+"\n"+p[1]+`"`+p[2]+`": 77,`, p[1]+`"`+p[2]+`": 77,`+"\n"+line)
		}
		return changed
	})
}

func listsChanged(good string, try func(string)) {
	lists := regexp.MustCompile(`(?s)\[\n[^\[\]]*\n\s*\]`)
	for _, at := range lists.FindAllStringIndex(good, -1) {
		inside := strings.TrimSpace(good[at[0]+1 : at[1]-1])
		elements := strings.Split(inside, ",\n")
		backwards := strings.Join(reversed(elements), ",\n")
		for _, list := range []string{"[]", "[" + inside + ",\n" + inside + "]", "[\n" + backwards + "\n]", "null"} {
			try(good[:at[0]] + list + good[at[1]:])
		}
	}
}

func versions(good string, try func(string)) {
	for _, v := range []string{"0", "-1", "2", "999999999999", `"1"`, "null", "1.5", "1e0", "01"} {
		try(strings.Replace(good, `"format": 1`, `"format": `+v, 1))
	}
}

func appended(good string, try func(string)) {
	for _, s := range []string{" ", "\n", "x", "{}", "\x00", good} {
		try(good + s)
	}
}

func prepended(good string, try func(string)) {
	for _, s := range []string{"\ufeff", " ", "\x00", "#"} {
		try(s + good)
	}
}

func reencoded(good string, try func(string)) {
	var wide bytes.Buffer
	for _, u := range utf16.Encode([]rune(good)) {
		wide.Write([]byte{byte(u), byte(u >> 8)})
	}
	try(wide.String())
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	z.Write([]byte(good))
	z.Close()
	try(zipped.String())
	try(base64.StdEncoding.EncodeToString([]byte(good)))
	try(strings.ReplaceAll(good, "\n", "\r\n"))
	try(strings.ReplaceAll(good, "plan", "pl\xe4n")) // latin-1
}

func textsReplaced(good string, try func(string)) {
	eachLine(good, try, func(line string) (changed []string) {
		p := leaf.FindStringSubmatch(line)
		if p == nil || p[3][0] != '"' {
			return nil
		}
		for _, v := range []string{``, `../../x`, `<script>alert(1)</script>`, `\u001b[2J`, `\u202ex`, `x`} {
			changed = append(changed, p[1]+p[2]+`"`+v+`"`+p[4])
		}
		return changed
	})
	try(strings.Replace(good, `"churn"`, `"`+strings.Repeat("x", 1<<20)+`"`, 1))
}

func wrapped(good string, try func(string)) {
	const deep = 1_000_000
	try(strings.Repeat("[", deep) + good + strings.Repeat("]", deep))
	try(strings.Repeat(`{"format":`, deep) + "1" + strings.Repeat("}", deep))
}

// FuzzRead feeds any bytes to the reader, and to the part of it behind the seal,
// which no random byte would ever pass. What is accepted must score without a
// panic.
func FuzzRead(f *testing.F) {
	tab := noisy(60, 42)
	e := tab.load(f)
	for _, m := range oneOfEachKind(f, tab) {
		f.Add([]byte(text(f, m)))
	}
	f.Add([]byte(text(f, segmented(f))))
	every, _ := shaped(f, tab, ridged())
	f.Add([]byte(text(f, every)))
	f.Add([]byte(`{"format": 1, "encoder": {"form": "scores", "factors": [{"factor": {"name": "a", "expr": "1"}, "columns": [{}]}]}, "coef": [0]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		if m, err := Read("fuzz", bytes.NewReader(text)); err == nil {
			if written, err := m.seal(); err != nil || !bytes.Equal(written, text) {
				t.Fatalf("accepted, but written back differently: %v", err)
			}
		}
		m, err := decode(text)
		if err != nil {
			return
		}
		if _, _, err := m.Explain(t.Context(), e.Len(), e.All().Batches(), 3); err != nil {
			t.Skipf("accepted, but it cannot explain these rows, an error and no crash: %v", err)
		}
	})
}
