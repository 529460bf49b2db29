package dataset

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"holdfast/dataset/parquetio"
)

// newestKeys finds the newest rows of each account among keys that come one after the other,
// those of an account in the order of time (day, then day of recording), accounts in any order
// and mixed as they like. Of an account it keeps two rows of 16 bytes, whatever its past.
//
// The last version of each of the two newest days is in accounts, earlier versions of them in
// again, and rows that are chosen for another reason in forced. A row is in one of the three.
type newestKeys struct {
	path    string
	roles   Columns
	also    func(account string) Date
	parts   []parquetio.Part
	found   []int              // of each part: rows that were known by the as-of day
	known   int                // of all parts
	tallies []parquetio.Column // of each column of keys: its name and what was odd in it

	index    *AccountIndex
	wanted   []Date // of each account, if also names any: its day
	accounts []newestTwo
	again    []accountRow // earlier versions of days that may be among the two newest
	forced   []accountRow // rows that are chosen however old
	pruned   int          // again was looked through at this length
}

// keyRow is a row of an account. forced rows are of the day that was asked for, or have the
// day and the recording of another row: duplicates, or a contradiction that must be found.
type keyRow struct {
	row           int32 // among all rows of the files; noRow for none
	day, recorded Date  // recorded: 0 without such a column, so that it never decides
	forced        bool
}

// accountRow is a row of any account.
type accountRow struct {
	account int32
	keyRow
}

// newestTwo are the last rows of the two newest days of an account.
type newestTwo struct{ now, before keyRow }

// noRow stands for the row that an account does not have.
const noRow = -1

// errDisorder tells that the rows of an account are not in the order of time.
var errDisorder = errors.New("rows of an account are not in the order of their days")

// newNewestKeys has seen no row yet; also may be nil.
func newNewestKeys(path string, roles Columns, also func(account string) Date) *newestKeys {
	return &newestKeys{path: path, roles: roles, also: also, index: NewAccountIndex()}
}

// newestOf reads the keys of all rows that were known by how.AsOf.
func newestOf(ctx context.Context, files *parquetio.Files, path string, roles Columns, how Reading, also func(account string) Date) (*newestKeys, error) {
	k := newNewestKeys(path, roles, also)
	err := k.stream(ctx, files, how)
	if errors.Is(err, errDisorder) {
		return newestSorted(ctx, files, path, roles, how, also)
	}
	return k, err
}

// keyRoles are the roles without the value, which is no key.
func keyRoles(roles Columns) Columns {
	roles.Value = ""
	return roles
}

// stream reads the keys as they lie in the files.
func (k *newestKeys) stream(ctx context.Context, files *parquetio.Files, how Reading) error {
	s, err := streamOf(ctx, files, k.path, keyRoles(k.roles), nil, how)
	if err != nil {
		return err
	}
	r := s.Reader()
	defer r.Close()
	k.parts, k.found = s.parts, make([]int, len(s.parts))
	for group := range s.Groups() {
		last := int32(noRow)
		for p, err := range r.Group(ctx, group) {
			if err != nil {
				return err
			}
			if last, err = k.add(p, last); err != nil {
				return err
			}
			k.found[group] += len(p.Date)
		}
		k.known += k.found[group]
	}
	for _, want := range s.roles.ofSnapshots(nil) {
		k.tallies = append(k.tallies, s.tallies([]string{want.Column})...)
	}
	return nil
}

// add looks at the rows of a piece. last is the account of the row before, which most rows
// share in files that are sorted by account.
func (k *newestKeys) add(p *StreamPiece, last int32) (int32, error) {
	for i, day := range p.Date {
		key := p.Account.At(i)
		if last < 0 || string(k.index.Key(last)) != string(key) {
			last = k.account(key)
		}
		row := keyRow{row: int32(p.Row(i)), day: day}
		if p.Recorded != nil {
			row.recorded = Date(p.Recorded[i])
		}
		if err := k.see(last, row); err != nil {
			return last, err
		}
	}
	return last, nil
}

// account is the number of an account.
func (k *newestKeys) account(key []byte) int32 {
	n, known := k.index.Number(key)
	if !known {
		none := keyRow{row: noRow, day: NoDate}
		k.accounts = append(k.accounts, newestTwo{none, none})
		if k.also != nil {
			k.wanted = append(k.wanted, k.also(string(key)))
		}
	}
	return n
}

// see takes in the next row of an account. A row of a later day pushes the newest day down to
// second place, and what was second is forgotten unless it is forced; another version of the
// newest day takes its place and the one before it is set aside. It is errDisorder when the row
// is older than one that was seen.
func (k *newestKeys) see(account int32, row keyRow) error {
	a := &k.accounts[account]
	if a.now.row == noRow {
		a.now = k.mark(account, row)
		return nil
	}
	switch c := cmp.Or(cmp.Compare(row.day, a.now.day), cmp.Compare(row.recorded, a.now.recorded)); {
	case c < 0:
		return errDisorder
	case row.day > a.now.day:
		if a.before.forced {
			k.forced = append(k.forced, accountRow{account, a.before})
		}
		a.before, a.now = a.now, k.mark(account, row)
		return nil
	case c == 0: // a duplicate, or a contradiction
		row.forced, a.now.forced = true, true
	}
	if a.now.forced {
		k.forced = append(k.forced, accountRow{account, a.now})
	} else {
		k.again = append(k.again, accountRow{account, a.now})
		k.prune()
	}
	a.now = k.mark(account, row)
	return nil
}

// mark says whether a row is of the day that was asked for.
func (k *newestKeys) mark(account int32, row keyRow) keyRow {
	row.forced = row.forced || k.wanted != nil && k.wanted[account] == row.day
	return row
}

// prune forgets versions of days that are no longer among the two newest, each time there are
// twice as many: their number stays within that of the versions of two days.
func (k *newestKeys) prune() {
	const few = 1 << 16
	if len(k.again) < max(few, 2*k.pruned) {
		return
	}
	k.again = slices.DeleteFunc(k.again, func(r accountRow) bool { return !k.isNew(r) })
	k.pruned = len(k.again)
}

// isNew says whether a row is of one of the two newest days of its account.
func (k *newestKeys) isNew(r accountRow) bool { return r.day >= k.accounts[r.account].before.day }

// chosen lists the rows in the order of the files. It is the end of what was remembered of the
// accounts, whose memory is free for the columns.
func (k *newestKeys) chosen() *chosenKeys {
	list := slices.Grow(slices.Clone(k.forced), len(k.again)+2*len(k.accounts))
	for _, r := range k.again {
		if k.isNew(r) {
			list = append(list, r)
		}
	}
	for account, a := range k.accounts {
		for _, r := range [...]keyRow{a.before, a.now} {
			if r.row != noRow {
				list = append(list, accountRow{int32(account), r})
			}
		}
	}
	k.accounts, k.again, k.forced, k.wanted = nil, nil, nil, nil
	return k.lay(byRow(list))
}

// byRow sorts rows by their numbers, which are distinct: numbers alone, with the place of each
// behind them, sort in a fraction of the time of whole rows. Numbers are not negative, so that
// the order of the words is that of the numbers.
func byRow(list []accountRow) []accountRow {
	order := make([]uint64, len(list))
	for i, r := range list {
		order[i] = uint64(r.row)<<32 | uint64(i)
	}
	slices.Sort(order)
	sorted := make([]accountRow, len(list))
	for i, at := range order {
		sorted[i] = list[uint32(at)]
	}
	return sorted
}

// lay lays rows out as columns of keys, with the accounts in byte order.
func (k *newestKeys) lay(list []accountRow) *chosenKeys {
	known := k.index.names()
	k.index = nil
	byName := make([]int32, len(known))
	for i := range byName {
		byName[i] = int32(i)
	}
	slices.SortFunc(byName, func(a, b int32) int { return cmp.Compare(known[a], known[b]) })
	place, names := make([]int32, len(known)), make([]string, len(known))
	for rank, account := range byName {
		place[account], names[rank] = int32(rank), known[account]
	}
	n := len(list)
	rows, codes, days, recorded := make([]int32, n), make([]int32, n), make([]int32, n), make([]int32, n)
	for i, r := range list {
		rows[i], codes[i], days[i], recorded[i] = r.row, place[r.account], int32(r.day), int32(r.recorded)
	}
	c := &chosenKeys{rows: rows, columns: []parquetio.Column{
		{Name: k.roles.Account, As: parquetio.AsKey, Codes: codes, Levels: names}, {Name: k.roles.SnapshotDate, As: parquetio.AsDay, Days: days}}}
	if k.roles.RecordedAt != "" {
		c.columns = append(c.columns, parquetio.Column{Name: k.roles.RecordedAt, As: parquetio.AsDay, Days: recorded})
	}
	return c
}

// knownParts are the parts with the rows that were known: what decoded.lacking counts.
func (k *newestKeys) knownParts() []parquetio.Part {
	var parts []parquetio.Part
	all := 0
	for _, p := range k.parts {
		all += p.Rows
	}
	for i, p := range k.parts {
		if p.Rows = k.found[i]; p.Rows > 0 || k.known == all {
			parts = append(parts, p)
		}
	}
	return parts
}

// newestSorted reads the keys of all rows into memory and goes through them in the order of
// time, whatever that of the files.
func newestSorted(ctx context.Context, files *parquetio.Files, path string, roles Columns, how Reading, also func(account string) Date) (*newestKeys, error) {
	keys := keyRoles(roles)
	d, err := readFrom(ctx, files, path, keys.ofSnapshots(nil), how, keys.SnapshotDate, keys.snapshotsKnown, nil)
	if err != nil {
		return nil, err
	}
	k := newNewestKeys(path, roles, also)
	k.parts, k.known = d.parts, d.rows
	k.count(d)
	account, day, recorded := d.columns[0], d.columns[1].Days, []int32(nil)
	if roles.RecordedAt != "" {
		recorded = d.columns[2].Days
	}
	for _, name := range account.Levels {
		k.account([]byte(name))
	}
	order := new(Table).canonicalOrder(account.Codes, day, recorded)
	for i := range d.rows {
		at := int32(i)
		if order != nil {
			at = order[i]
		}
		row := keyRow{row: at, day: Date(day[at])}
		if recorded != nil {
			row.recorded = Date(recorded[at])
		}
		if d.original != nil {
			row.row = d.original[at]
		}
		if err := k.see(account.Codes[at], row); err != nil {
			return nil, err
		}
	}
	return k, nil
}

// count takes over what was found in keys that were read together: how many rows of each part
// a replay left, and what was odd in each column.
func (k *newestKeys) count(d *decoded) {
	k.found = make([]int, len(k.parts))
	part := 0
	for i := range d.rows {
		row := i
		if d.original != nil {
			row = int(d.original[i])
		}
		for row >= k.parts[part].FirstRow+k.parts[part].Rows {
			part++
		}
		k.found[part]++
	}
	for _, c := range d.columns {
		k.tallies = append(k.tallies, parquetio.Column{Name: c.Name, NaNs: c.NaNs, TimesOfDay: c.TimesOfDay})
	}
}
