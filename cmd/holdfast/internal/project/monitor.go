package project

// Monitor says from where on a model in use needs attention. Shares are from 0 to 1.
type Monitor struct {
	PSI      float64 // how far a factor or the score may move
	Missing  float64 // by how much the share of missing values may change
	Unseen   float64 // share of accounts with a level that training never saw
	Coverage float64 // by how much the share of accounts with a score may fall
	Bands    float64 // by how much the share of a band may change
	Level    float64 // of the intervals; 1 less it is the chance of a false finding per quarter
	Accounts int     // a quarter with fewer is not judged
	Events   int     // matured labels are judged from so many of either outcome on
}

// readMonitor reads the limits.
func readMonitor(s section) Monitor {
	return Monitor{
		PSI: read(s, "psi", number), Missing: read(s, "missing", number), Unseen: read(s, "unseen", number),
		Coverage: read(s, "coverage", number), Bands: read(s, "bands", number), Level: read(s, "level", number),
		Accounts: read(s, "accounts", whole), Events: read(s, "events", whole),
	}
}

// monitorKeys describe from where on a model in use needs attention.
func monitorKeys() []Key {
	const least, most = 0.0001, 0.9999
	return []Key{
		{Path: "monitor", Type: TypeMapping,
			Doc: "From where on a model in use needs attention."},
		{Path: "monitor.psi", Type: TypeNumber, Default: "0.25", Example: "0.2", Min: 0.001, Max: 100,
			Doc: "How far a factor or the score may move, as a population stability index, before it is a finding; it must be beyond chance as well."},
		{Path: "monitor.missing", Type: TypeNumber, Default: "0.1", Example: "0.05", Min: least, Max: most,
			Doc: "By how much the share of accounts without a value of a factor may change."},
		{Path: "monitor.unseen", Type: TypeNumber, Default: "0.02", Example: "0.01", Min: least, Max: most,
			Doc: "Which share of the accounts may have a level of a category that training never saw."},
		{Path: "monitor.coverage", Type: TypeNumber, Default: "0.05", Example: "0.02", Min: least, Max: most,
			Doc: "By how much the share of accounts with a score may fall."},
		{Path: "monitor.bands", Type: TypeNumber, Default: "0.1", Example: "0.05", Min: least, Max: most,
			Doc: "By how much the share of accounts in a band may change."},
		{Path: "monitor.level", Type: TypeNumber, Default: "0.95", Example: "0.99", Min: 0.5, Max: most,
			Doc: "The level of the intervals; a quarter without any change has a finding with at most 1 less this probability."},
		{Path: "monitor.accounts", Type: TypeWhole, Default: "50", Example: "100", Min: 2, Max: maxCount,
			Doc: "A quarter with fewer accounts is not judged."},
		{Path: "monitor.events", Type: TypeWhole, Default: "20", Example: "30", Min: 2, Max: maxCount,
			Doc: "Matured labels are held against the backtest from so many churned, and so many renewed, on."},
	}
}
