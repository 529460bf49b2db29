package main

import (
	"encoding/json"
	"fmt"
	"runtime"

	"github.com/spf13/cobra"
)

// version is the release; the build may set it with -ldflags "-X main.version=…".
var version = "0.1.0"

func newVersion(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version",
		Long:    "version prints the release of holdfast and of Go it was built with.\n" + exitCodesHelp,
		Example: "  holdfast version --json",
		Args:    noArgs,
		RunE: func(*cobra.Command, []string) error {
			if a.json {
				return json.NewEncoder(a.stdout).Encode(map[string]string{"version": version, "go": runtime.Version()})
			}
			fmt.Fprintln(a.stdout, versionLine())
			return nil
		},
	}
}

// versionLine is the release of holdfast and that of Go on one line.
func versionLine() string { return fmt.Sprintf("holdfast %s (%s)", version, runtime.Version()) }
