// Go's standard library at round trips, kills and deadlines, in the protocol of the workers: see floor.c.
package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

func captured(command *exec.Cmd) *exec.Cmd {
	command.Stdout, command.Stderr = new(bytes.Buffer), new(bytes.Buffer)
	return command
}

func roundTrip(program []string) int64 {
	begin := time.Now()
	if err := captured(exec.Command(program[0], program[1:]...)).Run(); err != nil {
		panic(err)
	}
	return time.Since(begin).Nanoseconds()
}

func kill(program []string) int64 {
	child := captured(exec.Command(program[0], program[1:]...))
	if err := child.Start(); err != nil {
		panic(err)
	}
	time.Sleep(2 * time.Millisecond)
	begin := time.Now()
	_ = child.Process.Kill()
	_ = child.Wait()
	return time.Since(begin).Nanoseconds()
}

func deadline(words []string) int64 {
	millis, _ := strconv.Atoi(words[0])
	end := time.Now().Add(time.Duration(millis) * time.Millisecond)
	limited, cancel := context.WithDeadline(context.Background(), end)
	defer cancel()
	if err := captured(exec.CommandContext(limited, words[1], words[2:]...)).Run(); err == nil {
		panic("it has ended by itself")
	}
	return time.Since(end).Nanoseconds()
}

func main() {
	works := map[string]func([]string) int64{"roundtrip": roundTrip, "kill-thread": kill, "deadline-death": deadline}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		work, known := works[words[0]]
		if !known {
			fmt.Println("cannot is here for round trips, kills and deadlines only")
			continue
		}
		millis, _ := strconv.Atoi(words[1])
		until := time.Now().Add(time.Duration(millis) * time.Millisecond)
		answer := "ok " + strconv.FormatInt(work(words[2:]), 10)
		for time.Now().Before(until) {
			answer += " " + strconv.FormatInt(work(words[2:]), 10)
		}
		fmt.Println(answer)
	}
}
