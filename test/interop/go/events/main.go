// The program of a tutorial on queues with kafka-go: a dialer, a writer with a key and a header, and a reader in group "1" that
// fetches and commits. The API is used as the tutorial uses it, deprecated configuration structs included.
package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"
)

type config struct {
	Hosts []string
	Topic string
}

var dialer = &kafka.Dialer{
	Timeout:   time.Duration(300) * time.Second,
	DualStack: true,
}

// usage: events write HOSTS TOPIC KEY VALUE | events read HOSTS TOPIC COUNT
func main() {
	if len(os.Args) < 5 {
		fmt.Fprintln(os.Stderr, "usage: events write HOSTS TOPIC KEY VALUE | events read HOSTS TOPIC COUNT")
		os.Exit(2)
	}
	cfg := config{Hosts: strings.Split(os.Args[2], ","), Topic: os.Args[3]}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	var err error
	if os.Args[1] == "write" {
		err = write(ctx, cfg, os.Args[4], strings.Join(os.Args[5:], " "))
	} else {
		var count int
		if count, err = strconv.Atoi(os.Args[4]); err == nil {
			err = read(ctx, cfg, count)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func write(ctx context.Context, cfg config, key, value string) error {
	writer := kafka.NewWriter(kafka.WriterConfig{
		Brokers:      cfg.Hosts,
		Topic:        cfg.Topic,
		WriteTimeout: 10 * time.Second,
		ReadTimeout:  10 * time.Second,
		Dialer:       dialer,
	})
	defer writer.Close()
	return writer.WriteMessages(ctx, kafka.Message{
		Key:   []byte(key),
		Value: []byte(value),
		Headers: []protocol.Header{{
			Key:   "source",
			Value: []byte("events"),
		}},
	})
}

func read(ctx context.Context, cfg config, count int) error {
	reader := kafka.NewReader(kafka.ReaderConfig{
		Brokers:         cfg.Hosts,
		Topic:           cfg.Topic,
		MinBytes:        10e3,
		MaxBytes:        10e6,
		MaxWait:         1 * time.Second,
		ReadLagInterval: -1,
		GroupID:         "1",
		Dialer:          dialer,
	})
	defer reader.Close()
	for seen := 0; seen < count; seen++ {
		message, err := reader.FetchMessage(ctx)
		if err != nil {
			return err
		}
		fmt.Printf("%s=%s %s=%s\n", message.Key, message.Value, message.Headers[0].Key, message.Headers[0].Value)
		if err := reader.CommitMessages(ctx, message); err != nil {
			return err
		}
	}
	return nil
}
