package plots

import (
	stdfont "golang.org/x/image/font"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"holdfast/plots/words"
)

// rgb is a colour as designers write it, 0xRRGGBB. Being a constant it cannot be
// changed by one chart under another, as a color.RGBA in a variable could.
type rgb uint32

// RGBA makes rgb a color.Color.
func (c rgb) RGBA() (r, g, b, a uint32) {
	const spread = 0x101 // 8 bits to 16
	return uint32(c>>16&0xff) * spread, uint32(c>>8&0xff) * spread, uint32(c&0xff) * spread, 0xffff
}

// tint is a colour that lets through what lies beneath, of the opacity in 255ths.
type tint struct {
	colour  rgb
	opacity uint8
}

// RGBA makes tint a color.Color.
func (t tint) RGBA() (r, g, b, a uint32) {
	r, g, b, _ = t.colour.RGBA()
	a = uint32(t.opacity) * 0x101
	return r * a / 0xffff, g * a / 0xffff, b * a / 0xffff, a
}

// shade is the colour of a band around a line: pale, and seen through where bands cross.
func shade(colour rgb) tint { return tint{colour, 32} }

// blend is a colour on the way from one to another, by the share of the way, 0 to 1: linear in
// each of red, green and blue. NaN has no colour; who has one asks finite first.
func blend(from, to rgb, share float64) rgb {
	var mixed rgb
	for shift := 0; shift < 24; shift += 8 {
		a, b := float64(from>>shift&0xff), float64(to>>shift&0xff)
		mixed |= rgb(a+share*(b-a)+0.5) << shift
	}
	return mixed
}

// The colours: greys for what carries the data, Okabe and Ito's for the data.
// Their yellow is left out, it does not show on white.
const (
	paper     rgb = 0xffffff
	ink       rgb = 0x1f2933
	quiet     rgb = 0x52606d
	faint     rgb = 0x9aa5b1
	gridline  rgb = 0xe4e7eb
	wash      rgb = 0xf1f3f5
	blue      rgb = 0x0072b2
	vermilion rgb = 0xd55e00
	green     rgb = 0x009e73
	purple    rgb = 0xcc79a7
	orange    rgb = 0xe69f00
	sky       rgb = 0x56b4e9
	paleBlue  rgb = 0xb9d9ec

	protects = blue      // lowers churn
	raises   = vermilion // raises churn
)

// Sizes in units, which are CSS pixels at full width.
const (
	chartWidth vg.Length = 720
	margin     vg.Length = 16
	titleSize  vg.Length = 15
	textSize   vg.Length = 12
	smallSize  vg.Length = 11
	headHeight vg.Length = 52 // title, subtitle and the gap beneath
)

// lettering is text of one size and colour, anchored on the left and at half its height. The
// font is the one that gonum/plot carries in the binary: no picture depends on what a machine
// has installed.
func lettering(size vg.Length, colour rgb) text.Style {
	return text.Style{
		Color:   colour,
		Font:    font.From(font.Font{Typeface: "Liberation", Variant: "Sans"}, size),
		YAlign:  draw.YCenter,
		Handler: text.Plain{Fonts: font.DefaultCache},
	}
}

// bold is for titles and for the champion.
func bold(s text.Style) text.Style {
	s.Font.Weight = stdfont.WeightBold
	return s
}

// rightAligned text ends where it is put: for columns of figures.
func rightAligned(s text.Style) text.Style {
	s.XAlign = draw.XRight
	return s
}

// centred text has its middle where it is put.
func centred(s text.Style) text.Style {
	s.XAlign = draw.XCenter
	return s
}

// fit returns the name, cleaned and cut until it is no wider than room in that style, but never
// to nothing. It measures once per character that has to go.
func fit(name string, style text.Style, room vg.Length) string {
	const longest = 80 // wider than any room there is
	label := words.Label(name, longest)
	for n := len([]rune(label)) - 1; n > 0 && style.Width(label) > room; n-- {
		label = words.Label(name, n)
	}
	return label
}

// solid is an unbroken line.
func solid(colour rgb, width vg.Length) draw.LineStyle {
	return draw.LineStyle{Color: colour, Width: width}
}

// dashed is a line of dashes and gaps.
func dashed(colour rgb, width vg.Length, pattern ...vg.Length) draw.LineStyle {
	return draw.LineStyle{Color: colour, Width: width, Dashes: pattern}
}
