package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"holdfast/dataset/expr"
	"holdfast/dataset/store"
)

// This file says what is wrong with a command line: every sentence names the
// mistake and what was probably meant.

// noArgs is the Args of every command but import and help: all input comes through flags.
func noArgs(cmd *cobra.Command, args []string) error {
	switch {
	case len(args) == 0:
		return nil
	case cmd.HasAvailableSubCommands():
		return unknownCommand(cmd, args[0])
	}
	return fail(exitUsage, fmt.Errorf("%s takes flags only, not %q; see %s --help", cmd.CommandPath(), plain(store.Name(args[0])), cmd.CommandPath()))
}

// unknownCommand names the command that was probably meant.
func unknownCommand(parent *cobra.Command, name string) error {
	var names []string
	for _, c := range parent.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	hint := "the commands are " + strings.Join(names, ", ")
	if near, ok := expr.Nearest(name, names); ok {
		hint = fmt.Sprintf("did you mean %q?", near)
	}
	return fail(exitUsage, fmt.Errorf("unknown command %q; %s", plain(store.Name(name)), hint))
}

// flagError words the errors of pflag for people.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var invalid *pflag.InvalidValueError
	switch {
	case errors.As(err, &unknown):
		return fail(exitUsage, unknownFlag(cmd, unknown.GetSpecifiedName()))
	case errors.As(err, &invalid):
		err = fmt.Errorf("--%s %q is not %s", invalid.GetFlag().Name, plain(invalid.GetValue()), wanted(invalid.GetFlag()))
	}
	return fail(exitUsage, fmt.Errorf("%w; see %s --help", err, cmd.CommandPath()))
}

// unknownFlag names the flag that was probably meant.
func unknownFlag(cmd *cobra.Command, name string) error {
	dashes := "--"
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	if len(name) == 1 {
		dashes, names = "-", nil
	}
	hint := "see " + cmd.CommandPath() + " --help"
	if near, ok := expr.Nearest(name, names); ok {
		hint = fmt.Sprintf("did you mean --%s?", near)
	}
	return fmt.Errorf("unknown flag %s%s; %s", dashes, plain(name), hint)
}

// wanted is what a flag takes.
func wanted(f *pflag.Flag) string {
	switch f.Value.Type() {
	case "uint64":
		return "a whole number from 0 to 18446744073709551615"
	case "int":
		return "a whole number"
	case "float64":
		return "a number"
	case "bool":
		return "true or false"
	case recounted:
		return "a " + recounted + ", as in active_users*0.5@2025-04-01"
	}
	return "a " + f.Value.Type()
}

// refuseEmpty refuses flags that were given without a value, as scripts do when a
// variable is not set: the default would not be what was meant.
func refuseEmpty(cmd *cobra.Command) error {
	var empty []string
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if f.Value.String() == "" {
			empty = append(empty, "--"+f.Name)
		}
	})
	if len(empty) == 0 {
		return nil
	}
	return fail(exitUsage, fmt.Errorf("%s is empty; give it a value or leave it out", strings.Join(empty, ", ")))
}
