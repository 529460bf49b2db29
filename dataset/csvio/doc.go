// Package csvio answers: what do these CSV files hold? It finds a type for every column by looking at every cell, and
// writes the table as Parquet. What the file cannot prove is asked for, never guessed: 03/04/2026 is two days, 1,234 is
// two numbers.
//
//  1. [Source] opens the file, twice in all. unpack undoes gzip and refuses what is no CSV; decode turns UTF-16 and
//     Windows-1252 into UTF-8 (encoding.go).
//  2. openSheet sniffs the delimiter and checks the names in the header line (sniff.go, header.go).
//  3. scanner cuts the text into records and fields, a block of rows at a time (scan.go).
//  4. [Survey] looks at all cells of all files: lexer.classify says which form a cell has (cell.go, numeral.go,
//     moment.go), evidence counts the forms of a column (evidence.go), and decide gives it a type (decide.go; decimal.go
//     and order.go for what can be read in two ways, force.go for types that were asked for, say.go for the words).
//     Files that are surveyed together get the same types, and one may prove what another leaves open.
//  5. [Table.Convert] reads a file again and writes its rows (convert.go).
//
// Scanning is sequential; blocks are looked at in parallel and their results are used in order (ordered), so that every
// byte of the output is the same for any number of workers. Memory does not grow with the rows of a file.
//
// # Forms and types
//
//	Int        12, -3, 1,234,567          whole numbers up to 2^53 that do not begin with 0
//	Number     12.5, 1e-3, 12%, $1,234.50 percent and currency only when all cells have them
//	Bool       true, false, yes, no, t, f, y, n in any case; 0 and 1 stay Int
//	Date       2026-03-31, 31/03/2026, 31-Mar-2026
//	Timestamp  2026-03-31T12:30:00Z       an instant where all cells name a zone, else local time
//	Text       everything else, as it stands: 007, numbers beyond 2^53 and +49 30 1234 are names, not amounts
//
// A column has a type other than Text only if all its cells that are not missing have the form. Missing are empty cells,
// [NullWords] and Options.Nulls. Percentages keep their size: 12% is 12.
//
// # Why not encoding/csv
//
// The reader of the standard library holds a record of any length in memory (one quote that is never closed makes that
// the file), turns CR LF inside quotes into LF, refuses a bare quote inside a field, which spreadsheets write, and says
// nothing of the blank lines it skips. Where it accepts a file the two agree field by field; a fuzz test holds them
// together.
package csvio
