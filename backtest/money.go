package backtest

// money is what working the lists at capacity is worth over a range of save rates:
// a saved churner keeps its value, every contact costs. The interval is that of the
// value on the lists; the save rate is an assumption of the user, not an estimate.
func money(list []Metric, s *sample, o Options) []MoneyRow {
	if s.value == nil {
		return nil
	}
	value := Find(list, ValueCaptured)
	worked := worked(s, o.Capacity)
	var rows []MoneyRow
	for _, rate := range o.SaveRates {
		cost := float64(worked) * o.ContactCost
		rows = append(rows, MoneyRow{
			SaveRate: rate, ValueProtected: rate * value.Value, ContactCost: cost, Net: rate*value.Value - cost,
			Low: rate*value.Low - cost, High: rate*value.High - cost,
		})
	}
	return rows
}

// worked is the number of accounts on the lists of all periods.
func worked(s *sample, capacity int) int {
	perPeriod := make(map[int32]int)
	total := 0
	for i, k := range s.period {
		if s.first[i] && perPeriod[k] < capacity {
			perPeriod[k]++
			total++
		}
	}
	return total
}
