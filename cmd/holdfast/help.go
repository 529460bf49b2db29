package main

import (
	"errors"

	"github.com/spf13/cobra"
)

// newHelp is "holdfast help COMMAND", which unlike cobra's own refuses commands that
// do not exist.
func newHelp() *cobra.Command {
	return &cobra.Command{
		Use:     "help [command]",
		Short:   "Help about any command",
		Long:    "help prints what a command does, its flags, examples and exit codes.\n" + exitCodesHelp,
		Example: "  holdfast help backtest",
		RunE: func(cmd *cobra.Command, args []string) error {
			about, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return unknownCommand(cmd.Root(), args[0])
			}
			about.InitDefaultHelpFlag()
			return about.Help()
		},
	}
}

// dressCompletion gives the completion command that cobra makes what every command
// here has: examples, exit codes, and an error where a shell is missing.
func dressCompletion(root *cobra.Command) {
	root.InitDefaultCompletionCmd("completion")
	for _, c := range root.Commands() {
		if c.Name() != "completion" {
			continue
		}
		c.Short = "Print the script that completes commands and flags in your shell"
		c.Long = "completion prints a script for bash, zsh, fish or powershell.\n" + exitCodesHelp
		c.Example = "  source <(holdfast completion bash)\n  holdfast completion zsh --help    # where to put it for good"
		c.Args = cobra.ArbitraryArgs
		c.RunE = func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(cmd, args[0])
			}
			return fail(exitUsage, errors.New("completion needs a shell: bash, zsh, fish or powershell"))
		}
		for _, shell := range c.Commands() {
			shell.Args = noArgs
		}
	}
}
