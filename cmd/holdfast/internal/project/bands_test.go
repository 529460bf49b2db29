package project

import (
	"strings"
	"testing"
)

// banded is the smallest file with the keys of bands that the full one has no room for.
const banded = minimal + "bands: {red: {share: 0.1}, yellow: {p: 0.2}}\n"

func TestBandsBeginAtAShareOrAProbability(t *testing.T) {
	for _, c := range []struct {
		bands string
		want  Bands
	}{
		{"", Bands{Band{Share: 0.05}, Band{Share: 0.20}}},
		{"bands: {red: {share: 0.1}, yellow: {p: 0.2}}\n", Bands{Band{Share: 0.1}, Band{P: 0.2}}},
		{"bands: {red: {p: 0.5}}\n", Bands{Band{P: 0.5}, Band{Share: 0.20}}},
	} {
		if got := parse(t, minimal+c.bands).Bands; got != c.want {
			t.Errorf("%s: %+v, want %+v", c.bands, got, c.want)
		}
	}
}

func TestBandsThatCannotBeAreRefused(t *testing.T) {
	for bands, want := range map[string]string{
		"{red: {share: 0.1, p: 0.4}}":               "bands.red has both share and p; keep one of them",
		"{red: {p: 0.2}, yellow: {p: 0.3}}":         "bands.yellow.p must be below red.p",
		"{red: {share: 0.6}, yellow: {share: 0.5}}": "red and yellow share more than all accounts",
		"{red: {share: 1.5}}":                       "bands.red.share must be a number from 0.0001 to 0.9999",
		"{green: {share: 0.5}}":                     "unknown key \"green\" in bands",
	} {
		_, err := Parse("holdfast.yaml", []byte(minimal+"bands: "+bands+"\n"))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", bands, err, want)
		}
	}
}
