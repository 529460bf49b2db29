// Package project answers what the user asked for: it reads holdfast.yaml into a [Config] with every
// default filled in, or says in one line each what is wrong with the file, where, and what to do.
//
// The smallest useful file names the history, the roles of its columns, what to predict, one factor and
// one candidate:
//
//	version: 1
//	data:
//	  snapshots: data/snapshots/
//	  outcomes: data/outcomes.parquet
//	columns:
//	  account: account_id
//	  snapshot_date: snapshot_date
//	  outcome_date: renewal_date
//	  outcome: churned
//	label:
//	  mode: renewal
//	  lead: 90d
//	factors:
//	  - name: active_share
//	    expr: active_users / licences
//	    expect: lower_churn
//	candidates:
//	  - {name: fitted, kind: logistic}
//
// [Keys] is the reference of all keys. [Parse] works in four steps, each of which knows nothing of the
// next:
//
//  1. newSource refuses what is not UTF-8 text of at most 1 MiB.
//  2. source.tree parses the YAML, after guard has refused what would cost the parser more than the file
//     is worth, and leaves a tree of mappings, lists and plain text: the key decides what text means, so
//     that the word no stays a word and 1e3 is not rounded.
//  3. reader.config walks the tree section by section next to the reference of keys, and the functions of
//     values.go turn text into numbers, dates and durations.
//  4. reader.check finds what sections say against each other.
//
// From step 3 on a problem does not stop the reading: all of them are reported at once, in the order of the
// file. Messages repeat text of the file only in quotes, escaped and shortened, so that no file can
// reach the terminal through them.
//
// A Config keeps the places of its values. What only shows once the data is open, such as a column that is
// not there, is reported with [Config.Problemf] in the same form.
package project

import _ "time/tzdata" // so that data.timezone means the same days on machines without a zone database
