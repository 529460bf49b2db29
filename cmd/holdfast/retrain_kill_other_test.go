//go:build !unix

package main

// fatedMain is for systems where a process can kill itself.
func fatedMain() {}
