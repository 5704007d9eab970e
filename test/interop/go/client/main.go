// A command line for segmentio/kafka-go, so that the tests can drive it: a subcommand, one JSON object on standard
// input that says what to do, and answers as JSON, one a line.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"time"
)

var commands = map[string]func(request) error{
	"produce": produce,
	"consume": consume,
	"create":  createTopic,
	"delete":  deleteTopic,
	"offsets": listOffsets,
}

// request is what every subcommand may be told.
type request struct {
	Brokers     []string `json:"brokers"`
	Topic       string   `json:"topic"`
	Partitions  int      `json:"partitions"`
	Partition   *int     `json:"partition"`
	Group       string   `json:"group"`
	From        string   `json:"from"` // "first", "last" or nothing
	Count       int      `json:"count"`
	WithinMs    int      `json:"withinMs"`
	Commit      bool     `json:"commit"`
	Compression string   `json:"compression"`
	Balancer    string   `json:"balancer"`
	Acks        int      `json:"acks"`
	Records     []record `json:"records"`
}

type record struct {
	Partition int               `json:"partition"`
	Offset    int64             `json:"offset"`
	Key       *string           `json:"key"`
	Value     *string           `json:"value"`
	Headers   map[string]string `json:"headers,omitempty"`
	Timestamp int64             `json:"timestamp,omitempty"`
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	if len(os.Args) != 2 {
		return fmt.Errorf("usage: client produce|consume|create|delete|offsets < JSON")
	}
	command, known := commands[os.Args[1]]
	if !known {
		return fmt.Errorf("no such command: %s", os.Args[1])
	}
	var asked request
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		return err
	}
	return command(asked)
}

func say(answer any) error {
	return json.NewEncoder(os.Stdout).Encode(answer)
}

func (asked request) within() time.Duration {
	if asked.WithinMs == 0 {
		return 30 * time.Second
	}
	return time.Duration(asked.WithinMs) * time.Millisecond
}

func text(bytes []byte) *string {
	if bytes == nil {
		return nil
	}
	value := string(bytes)
	return &value
}

func bytes(text *string) []byte {
	if text == nil {
		return nil
	}
	return []byte(*text)
}
