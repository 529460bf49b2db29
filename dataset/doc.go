// Package dataset answers: what was known, and when?
//
// It turns Parquet files into examples: an account at an as-of date, the columns
// that were known then, and what became of the account afterwards.
//
//  1. Inspect reads the schema, so that expressions can be checked before any row
//     is read.
//  2. LoadSnapshots and LoadOutcomes read only the columns in use and put the rows
//     into a canonical order, so that the order of rows and files never matters.
//     They refuse rows that contradict each other.
//  3. Clock joins the two. In renewal mode each outcome meets the newest snapshot
//     at least Lead days older, if it is not older than Lead + MaxAge; in horizon
//     mode each snapshot is labelled by the churn of the Horizon days after it.
//     Labels are three-valued: a window that has not fully passed is immature and
//     never counts as renewed. Counts accounts for every row.
//  4. Load does all of it and returns Examples. A View selects examples by date and
//     yields their columns in batches; KnownBy is the embargo that keeps a model
//     from learning what was not yet known on its cutoff.
//
// Parquet is decoded by the sub-package parquetio; columns are held as Arrow arrays.
package dataset
