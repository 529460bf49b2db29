package backtest

// byColour splits the test rows by the colour that a candidate gave them.
func (r *Result) byColour(c int) []part {
	names := make([]string, len(colours))
	for risk, colour := range colours {
		names[risk] = string(colour)
	}
	code := make([]int32, len(r.Predictions.Band[c]))
	for i, risk := range r.Predictions.Band[c] {
		code[i] = int32(risk)
	}
	return r.Predictions.split(code, names)
}

// put takes the metrics within the band of that name.
func (b *Bands) put(name string, list []Metric) {
	for i := range b.List {
		if string(b.List[i].Band) == name {
			b.List[i].Metrics = list
		}
	}
}
