package dataset

// WholeAccounts keeps about as many examples as the limit says, and all of them when there
// are no more: every example of accounts that are drawn, none of the others, so that what
// repeats within an account still does. Which accounts are drawn follows from their
// numbers alone; the same view gives the same examples on any machine. The lots are fixed, so
// that the accounts of a smaller limit are among those of a larger one of the same view.
func (v View) WholeAccounts(limit int) View {
	if v.Len() <= limit {
		return v
	}
	share := float64(limit) / float64(v.Len())
	return v.Where(func(r int32) bool { return lot(v.Examples.Account[r]) < share })
}

// lot is an account's number as one in [0, 1): the output function of SplitMix64 (Steele,
// Lea and Flood 2014, figure 17), whose results show nothing of the order of the keys.
func lot(account int32) float64 {
	z := (uint64(uint32(account)) + 1) * 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return float64((z^z>>31)>>11) / (1 << 53)
}
