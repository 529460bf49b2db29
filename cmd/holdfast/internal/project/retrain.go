package project

// Retrain says how the quarterly job goes about it.
type Retrain struct {
	Challengers []string // candidates; nil: all
	Scores      string   // the ending of the file of scores, one of the Scores constants
}

// The formats that the scores of a retrain can have.
const (
	ScoresParquet = "parquet"
	ScoresCSV     = "csv"
	ScoresJSONL   = "jsonl"
)

// readRetrain reads the quarterly job. Challengers are held against the candidates here and not in check,
// since each has a place of its own in the list.
func (r *reader) readRetrain(s section, candidates []Candidate) Retrain {
	retrain := Retrain{Challengers: read(s, "challengers", texts), Scores: read(s, "scores", choice)}
	var names []string
	for _, c := range candidates {
		names = append(names, c.Name)
	}
	for i, name := range retrain.Challengers {
		r.oneOf(s.given("challengers").items[i], name, "candidate", names)
	}
	return retrain
}

// oneOf reports a name that is none of those there are.
func (r *reader) oneOf(at *node, name, what string, names []string) {
	for _, have := range names {
		if name == have {
			return
		}
	}
	r.report(at, "unknown "+what+" "+quote(name), r.suggestName(name, "the "+what+"s are", names))
}

// retrainKeys describe the quarterly job and where its models are kept.
func retrainKeys() []Key {
	return []Key{
		{Path: "registry", Type: TypeText, Default: "models", Example: "models",
			Doc: "The folder of the model registry, relative to this file."},
		{Path: "retrain", Type: TypeMapping,
			Doc: "How the quarterly job goes about it."},
		{Path: "retrain.challengers", Type: TypeTexts, Example: "[fitted]",
			Doc: "The candidates that are held against the champion; without it, all."},
		{Path: "retrain.scores", Type: TypeChoice, Default: ScoresParquet, Example: ScoresCSV,
			Values: []string{ScoresParquet, ScoresCSV, ScoresJSONL},
			Doc:    "The format of the scores of the current accounts."},
	}
}
