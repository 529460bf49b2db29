// Package sql answers: what does an encoder compute, in the words of a database?
//
// It is the second compiler of the one definition that packages expr, history and features
// hold: they evaluate it over batches, this package writes it as text that eight engines
// read (Dialects). Nothing is left to what an engine would do by itself where engines
// differ.
//
//  1. A Query reads the columns it is asked for from the table of snapshots, cast to double
//     precision, truth, text, or a number of days (read.go).
//  2. Query.Expr walks an expression tree (compile.go) and writes each node by what it means
//     there (arithmetic.go, functions.go).
//  3. Query.History writes a history as window functions over the account's own days
//     (history.go).
//  4. Query.Encode writes the design columns of an encoder (encode.go, shape.go, levels.go).
//  5. Query.Write lays all of it out in stages and writes the SELECT (stages.go).
//
// # Missing values, NaN and infinities
//
// In a query a number is finite or NULL. What is not finite in a table is read as NULL, as
// package expr reads it, and whatever would overflow is NULL before anybody sees it: by
// looking at the result where the engine has infinities, by looking at the operands where
// it raises an error instead (PostgreSQL, also for a result too small to be told from 0), and
// by the SAFE_ functions of BigQuery. Truths are the three-valued logic of SQL, which is
// Kleene's; CASE takes ELSE where its condition is unknown, so a conditional names both of
// its cases. A negative zero is equal to zero everywhere and never seen.
//
// # Numbers
//
// A literal is the shortest decimal that reads back to the same bits, marked as double
// precision by an exponent or a cast: 0.1 alone is a decimal in DuckDB and PostgreSQL, and
// computes otherwise. Sums, products and quotients are written in the order in which package
// features computes them, so that they are the same bits; exp, ln and powers differ between
// libraries by a few units in the last place.
//
// # Stages
//
// An expression that is used twice is computed once: it becomes a column of a stage, which
// is a SELECT over the stage before. Text therefore grows with the model and never with the
// nesting. Engines that would write the stages back into each other are kept from it
// (OFFSET 0 in PostgreSQL, AS MATERIALIZED in SQLite).
//
// # What the table must be
//
// One row per account and day. Exact copies of a row count once; rows that contradict each
// other, or have no account or date, are refused by package dataset and undefined here. Dates
// may be dates, timestamps (their day is that of the session's time zone) or, in SQLite,
// ISO 8601 texts. Snowflake keeps unquoted names in upper case: a name of small letters is
// left unquoted there, any other is quoted as it is.
//
// # Limits
//
// A remainder in PostgreSQL and BigQuery, which have none for doubles, is NULL where the
// quotient is 2^53 or more. A sum, mean or slope over the past of an account that holds values
// beyond 1e290 is NULL; in PostgreSQL a mean or slope of less than 1e-290 is 0. Factors without a clip are held within 1e304 before they are
// standardised, so that where package models adds infinities of two signs (and has no score)
// a query has a probability of 0 or 1.
package sql
