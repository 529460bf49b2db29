package project

// This file reads what describes the data; factors.go, candidates.go and backtest.go read the rest.

// config reads the whole file and then checks what its parts say about each other.
func (r *reader) config(root *node) *Config {
	r.register(root)
	s := r.open(root, "")
	c := &Config{source: r.source, nodes: r.nodes}
	if read(s, "version", choice) != "" {
		c.Version = 1
	}
	c.Data = readData(s.child("data", "data"))
	c.Columns = readColumns(s.child("columns", "columns"))
	c.Label = readLabel(s.child("label", "label"))
	c.Factors = readFactors(s)
	c.Candidates = readCandidates(s, newCatalog(c.Factors))
	c.Backtest = readBacktest(s.child("backtest", "backtest"))
	c.Segments = readSegments(s, c.Columns)
	c.Outlook = readOutlook(s)
	c.Bands = readBands(s.child("bands", "bands"))
	c.Triggers, c.Playbooks = readRules(s, "triggers", c.Factors), readRules(s, "playbooks", c.Factors)
	c.Output, c.Registry = read(s, "output", text), read(s, "registry", text)
	c.Retrain = r.readRetrain(s.child("retrain", "retrain"), c.Candidates)
	c.Monitor = readMonitor(s.child("monitor", "monitor"))
	r.check(c)
	return c
}

// readData reads where the history lies. Whether the files are there is not asked: a project file can be
// checked without its data.
func readData(s section) Data {
	return Data{
		Snapshots:     read(s, "snapshots", text),
		Outcomes:      read(s, "outcomes", text),
		ObservedUntil: read(s, "observed_until", date),
		Timezone:      read(s, "timezone", timezone),

		MissingColumns: read(s, "missing_columns", choice),
	}
}

// readColumns reads the roles. A list of renewed words without one of churned words would leave open what
// a third word means.
func readColumns(s section) Columns {
	c := Columns{
		Account:      read(s, "account", text),
		SnapshotDate: read(s, "snapshot_date", text),
		RecordedAt:   read(s, "recorded_at", text),
		OutcomeDate:  read(s, "outcome_date", text),
		Outcome:      read(s, "outcome", text),
		ChurnedWhen:  read(s, "churned_when", texts),
		RenewedWhen:  read(s, "renewed_when", texts),
		OpenWhen:     read(s, "open_when", texts),
		DecidedAt:    read(s, "decided_at", text),
		TouchedAt:    read(s, "touched_at", text),
		Value:        read(s, "value", text),
		ValueAfter:   read(s, "value_after", text),
		ValueBefore:  read(s, "value_before", text),
		Segment:      read(s, "segment", text),
	}
	if s.given("renewed_when") != nil {
		s.need("renewed_when", "churned_when")
	}
	return c
}

// readLabel reads what is predicted. Keys of the other mode are refused rather than ignored, because a
// horizon that has no effect is a misunderstanding about what is predicted.
func readLabel(s section) Label {
	l := Label{
		Mode:        read(s, "mode", choice),
		LeadDays:    read(s, "lead", daysList),
		MaxAgeDays:  read(s, "max_age", days),
		HorizonDays: read(s, "horizon", days),
	}
	switch l.Mode {
	case LabelRenewal:
		s.need("mode renewal", "lead")
		s.refuse("mode renewal", "horizon")
	case LabelHorizon:
		s.need("mode horizon", "horizon")
		s.refuse("mode horizon", "lead", "max_age")
		l.MaxAgeDays = 0
	}
	return l
}
