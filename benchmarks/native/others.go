// Go's standard library at round trips and kills, in the protocol of the workers: see floor.c.
package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

func command(program []string) *exec.Cmd {
	command := exec.Command(program[0], program[1:]...)
	command.Stdout, command.Stderr = new(bytes.Buffer), new(bytes.Buffer)
	return command
}

func roundTrip(program []string) int64 {
	begin := time.Now()
	if err := command(program).Run(); err != nil {
		panic(err)
	}
	return time.Since(begin).Nanoseconds()
}

func kill(program []string) int64 {
	child := command(program)
	if err := child.Start(); err != nil {
		panic(err)
	}
	time.Sleep(2 * time.Millisecond)
	begin := time.Now()
	_ = child.Process.Kill()
	_ = child.Wait()
	return time.Since(begin).Nanoseconds()
}

func main() {
	works := map[string]func([]string) int64{"roundtrip": roundTrip, "kill-thread": kill}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		work, known := works[words[0]]
		if !known {
			fmt.Println("cannot is here for round trips and kills only")
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
