package project

// readBacktest reads the plan of the backtest. All of it has defaults, so the section may be absent.
func readBacktest(s section) Backtest {
	return Backtest{
		Every:       read(s, "every", period),
		FirstCutoff: read(s, "first_cutoff", date),
		LastCutoff:  read(s, "last_cutoff", date),
		Window:      read(s, "window", period),
		Champion:    read(s, "champion", text),
		Champions:   read(s, "champions", texts),
		Primary:     read(s, "primary", choice),
		Margin:      read(s, "margin", number),
		Capacity:    read(s, "capacity", whole),
		SaveRates:   read(s, "save_rate", numbers),
		ContactCost: read(s, "contact_cost", number),
		Bootstrap:   read(s, "bootstrap", whole),
		Intervals:   read(s, "intervals", choice),
		Seed:        uint64(read(s, "seed", whole)),

		Gates:        readGates(s),
		Cohort:       read(s, "cohort", s.expression),
		ContactCosts: read(s, "contact_costs", numbers),
		Tiers:        readTeams(s),
	}
}
