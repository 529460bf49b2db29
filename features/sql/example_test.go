package sql_test

import (
	"fmt"
	"os"

	"holdfast/dataset"
	"holdfast/dataset/expr"
	"holdfast/features/sql"
)

// An expression over the newest snapshot of every account, for PostgreSQL. A column is
// read once, however often it is used; the window that finds the newest row comes in a stage of its own, and the rows
// that are not the newest are left out in the next.
func Example() {
	types := expr.Columns{"tickets": expr.Number, "paused": expr.Bool}
	q, err := sql.New(sql.Postgres, "crm.snapshots", dataset.Columns{Account: "account_id", SnapshotDate: "day"}, types)
	if err != nil {
		fmt.Println(err)
		return
	}
	q.Newest()
	risk, err := expr.Parse("paused or tickets > 3", types)
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := q.Write(os.Stdout, []sql.Output{{Name: "account", Value: q.Account()}, {Name: "at_risk", Value: q.Expr(risk.Root())}}); err != nil {
		fmt.Println(err)
	}
	// Output:
	// WITH hf_0 AS (
	//   SELECT
	//     t."account_id" AS c0_account,
	//     (CAST(t."day" AS date) - DATE '1970-01-01') AS c1_day,
	//     CAST(t."paused" AS BOOLEAN) AS c3_paused,
	//     CASE WHEN CAST(t."tickets" AS double precision) BETWEEN ('-1.7976931348623157e+308'::float8) AND '1.7976931348623157e+308'::float8 THEN CAST(t."tickets" AS double precision) END AS c4_tickets
	//   FROM "crm"."snapshots" AS t
	//   OFFSET 0
	// ), hf_1 AS (
	//   SELECT
	//     c0_account,
	//     c3_paused,
	//     c4_tickets,
	//     ROW_NUMBER() OVER (PARTITION BY c0_account ORDER BY c1_day DESC) AS c2_newest
	//   FROM hf_0
	//   OFFSET 0
	// ), hf_2 AS (
	//   SELECT
	//     c0_account,
	//     c3_paused,
	//     c4_tickets
	//   FROM hf_1
	//   WHERE c2_newest = 1
	//   OFFSET 0
	// )
	// SELECT
	//   c0_account AS account,
	//   (c3_paused OR (c4_tickets > '3'::float8)) AS at_risk
	// FROM hf_2
}
