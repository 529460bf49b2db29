// Package dataset answers: what was known, and when?
//
// It turns Parquet files into examples: an account at an as-of date, the columns
// that were known then, and what became of the account afterwards.
//
//  1. Inspect reads the schema, so that expressions can be checked before any row
//     is read.
//  2. LoadSnapshots and LoadOutcomes read only the columns in use (read.go) and put
//     the rows into a canonical order, so that the order of rows and files never
//     matters. They refuse rows that contradict each other.
//     AddHistories computes what factors ask of the past, over all rows and before the
//     clock picks some of them (histories.go); package history has the arithmetic.
//  3. Clock joins the two (labels.go). In renewal mode each outcome meets the newest
//     snapshot at least Lead days older, if it is not older than Lead + MaxAge; in
//     horizon mode each snapshot is labelled by the churn of the Horizon days after
//     it. Labels are three-valued: a window that has not fully passed is immature and
//     never counts as renewed. Counts accounts for every row.
//  4. What the account paid before and after makes four events of two labels: churned,
//     contracted, flat, expanded (event.go).
//  5. Load does all of it and returns Examples; Survey keeps the raw rows as well, for
//     those who ask what the data can support (panel.go, standing.go). A View selects
//     examples by date and yields their columns in batches (batch.go); KnownBy is the
//     embargo that keeps a model from learning what was not yet known on its cutoff.
//
// Scoring needs no outcomes, and there are three ways to read snapshots for it: all of them
// (LoadSnapshots), the newest rows of each account with memory for these only (LoadNewest),
// and every row by itself, as it lies in the files (StreamSnapshots).
//
// Parquet is decoded by the sub-package parquetio; columns are plain slices (column.go)
// that Table.Record hands to Arrow programs (arrow.go).
//
// # Four dates
//
// Every example has four dates, and most mistakes of churn models are a confusion of
// two of them. For a contract that ends on 30 June and was cancelled on 10 June, with
// Lead 90 days and monthly snapshots:
//
//	31 March   as-of     the newest snapshot at least 90 days before the end
//	10 June    known     decided_at: from here on a model may learn the label
//	30 June    outcome   the renewal date
//	31 July    observed  the data are complete until here
//
// A model with its cutoff on 1 June must not learn from this example, though its
// snapshot is two months old by then; one with its cutoff on 10 June may. An outcome
// that became known after observed_until is immature and is no example yet.
//
// In horizon mode the outcome date is the end of the window, as-of + Horizon, for
// churned and renewed alike: were churners known at once, the newest months would hold
// nobody else. Churn that was booked after its window had passed is known when it was
// booked.
//
// # Written late
//
// A snapshot of 31 March that was written on 20 April was nobody's on 31 March. With a
// recorded_at column a row exists from the later of the two days on, and that day is
// the as-of date of an example made of it. At any day the newest snapshot known counts,
// of several versions of one day the newest; a row that was overtaken before it was
// written counts never. Without the column a snapshot is taken to be known at the close
// of its date.
//
// # What is counted
//
// Nothing is left out silently. Of every outcome (renewal mode) or snapshot (horizon
// mode), Counts says what became of it: Mature, Immature, NotAtRisk, NoSnapshot, Stale,
// Late, Unknown or Incomplete. They add up to Total.
//
// # What is refused
//
// A *RefusedError lists why data cannot be used, with file, column, row or account
// and date; its findings carry these codes:
//
//	no_rows, null_key         nothing to read; rows without an account or a date
//	infinite_values           a column with infinities
//	placeholder_date          Verify: dates such as 1900-01-01 that stand for none
//	parts_differ              a wanted column that some part files lack (parts.go)
//	duplicate_snapshot        rows of one account and day that differ
//	contradicting_outcomes    one account, one day, two outcomes or two amounts
//	outcome_value             words or numbers that nobody mapped
//	no_outcomes               an outcome column that is null throughout
//	no_match                  outcomes and snapshots without a common account
//	no_mature_label           horizon mode: no window has passed
//	no_examples               renewal mode: no outcome meets a snapshot
//	leak                      the account key as a factor or segment
//	history_name              a column with the name of a history that is computed
//	late_predictions          scores made after the day they are of (predictions.go)
//	contradicting_predictions two scores of one account and day
//
// What is odd but usable becomes a Warning in the result: NaN values, times of day,
// exact duplicates, null outcomes, mapped words that never occur, part files that
// differ, snapshots after the churn of their account or recorded too late, outcomes
// before its first snapshot (misfits.go), amounts that contradict their outcome, keys
// that look alike (lookalikes.go), accounts with one history (twins.go), and a last
// month with suspiciously little churn (maturity.go).
//
// # Replay
//
// Reading.AsOf replays the past: rows that became known later are forgotten before
// anything is looked at. Not a byte of the examples, their counts or their hashes
// depends on them, whatever they hold. Levels and accounts that first occur later do
// not exist.
//
// # Memory
//
// Numbers of which few are different, as counts are, stay as their files have them: two bytes
// a row that say which of them it is (parquetio.Packed). Nobody who reads a Column sees it.
//
// Reading.Memory is what a run may take. Snapshots whose decoded columns would take
// more, several times over (memory.go), are read in another way: accounts, dates, money
// and labels stay in memory, some 60 bytes a row while they are joined and 40 afterwards;
// the other columns are read a few at a time, put into canonical order and written to a
// temporary file (package spill). Such a Table is read a batch at a time (stored.go), and
// selections of its rows share the file. Which of the two ways a table went shows in
// nothing else: every value, hash, warning and refusal is the same.
//
// # Hashes
//
// Examples.Hashes identify the rows that were read by content, in canonical order
// (hash.go): the same rows in other files, another order or another encoding hash
// alike, and a change of any value, date or key shows.
package dataset
