package project

// Bands say where red and yellow begin.
type Bands struct{ Red, Yellow Band }

// Band is the beginning of a band: exactly one of the two is above 0.
type Band struct {
	Share float64 // of the training rows
	P     float64 // probability of churn
}

// bandKeys say where red and yellow begin. The defaults of a mapping that is not given are
// applied by readBand, because each of its keys rules out the other.
func bandKeys() []Key {
	return []Key{
		{Path: "bands", Type: TypeMapping,
			Doc: "Where red and yellow begin; green is the rest."},
		{Path: "bands.red", Type: TypeMapping,
			Doc: "The band of the highest risk; without it, share: 0.05."},
		{Path: "bands.red.share", Type: TypeNumber, Min: 0.0001, Max: 0.9999, Example: "0.05",
			Doc: "The share of the training rows that are red, ties at its end included."},
		{Path: "bands.red.p", Type: TypeNumber, Min: 0.0001, Max: 0.9999, Example: "0.4",
			Doc: "The probability of churn from which on an account is red."},
		{Path: "bands.yellow", Type: TypeMapping,
			Doc: "The band between; without it, share: 0.20."},
		{Path: "bands.yellow.share", Type: TypeNumber, Min: 0.0001, Max: 0.9999, Example: "0.20",
			Doc: "The share of the training rows that are yellow, counted from where red begins."},
		{Path: "bands.yellow.p", Type: TypeNumber, Min: 0.0001, Max: 0.9999, Example: "0.2",
			Doc: "The probability of churn from which on an account is yellow, below that of red."},
	}
}

// The shares of a band that is not given.
const defaultRed, defaultYellow = 0.05, 0.20

// readBands reads where the bands begin.
func readBands(s section) Bands {
	b := Bands{
		Red:    readBand(s.child("red", "bands.red"), defaultRed),
		Yellow: readBand(s.child("yellow", "bands.yellow"), defaultYellow),
	}
	if b.Yellow.P > 0 && b.Red.P > 0 && b.Yellow.P >= b.Red.P {
		s.report(s.given("yellow"), s.node.path+".yellow.p must be below red.p", "yellow is the lower risk")
	}
	if b.Red.Share+b.Yellow.Share > 1 {
		s.report(s.node, s.node.path+": red and yellow share more than all accounts", "the shares add up; let them stay below 1")
	}
	return b
}

// readBand reads one beginning.
func readBand(s section, share float64) Band {
	b := Band{Share: read(s, "share", number), P: read(s, "p", number)}
	switch {
	case s.given("share") == nil && s.given("p") == nil:
		b.Share = share
	case s.given("share") != nil && s.given("p") != nil:
		s.report(s.given("p"), s.node.path+" has both share and p", "keep one of them")
	}
	return b
}
