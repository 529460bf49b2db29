// Command holdfast finds out which customer-health score would have warned of
// churn, and ships it.
package main

import "os"

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}
