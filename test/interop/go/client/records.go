// Records: kafka-go's Writer and Reader.
package main

import (
	"context"
	"errors"
	"sort"
	"time"

	"github.com/segmentio/kafka-go"
)

var balancers = map[string]kafka.Balancer{
	"":           &kafka.RoundRobin{},
	"murmur2":    kafka.Murmur2Balancer{Consistent: true},
	"crc32":      kafka.CRC32Balancer{Consistent: true},
	"hash":       &kafka.Hash{},
	"leastBytes": &kafka.LeastBytes{},
}

func produce(asked request) error {
	var compression kafka.Compression
	if asked.Compression != "" {
		if err := compression.UnmarshalText([]byte(asked.Compression)); err != nil {
			return err
		}
	}
	writer := &kafka.Writer{
		Addr:         kafka.TCP(asked.Brokers...),
		Topic:        asked.Topic,
		Balancer:     balancers[asked.Balancer],
		RequiredAcks: kafka.RequiredAcks(asked.Acks),
		Compression:  compression,
		BatchTimeout: 10 * time.Millisecond,
		BatchBytes:   2 << 20,
		MaxAttempts:  10,
	}
	defer writer.Close()
	ctx, cancel := context.WithTimeout(context.Background(), asked.within())
	defer cancel()
	return writer.WriteMessages(ctx, messages(asked.Records)...)
}

func messages(records []record) []kafka.Message {
	var out []kafka.Message
	for _, one := range records {
		message := kafka.Message{Key: bytes(one.Key), Value: bytes(one.Value)}
		for _, name := range headerNames(one.Headers) {
			message.Headers = append(message.Headers, kafka.Header{Key: name, Value: []byte(one.Headers[name])})
		}
		if one.Timestamp != 0 {
			message.Time = time.UnixMilli(one.Timestamp)
		}
		out = append(out, message)
	}
	return out
}

func headerNames(headers map[string]string) []string {
	var names []string
	for name := range headers {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// consume prints records until Count of them have come or the time is up; a Count of 0 reads until the time is up.
func consume(asked request) error {
	reader := kafka.NewReader(readerConfig(asked))
	defer reader.Close()
	if asked.From == "last" && asked.Group == "" {
		if err := reader.SetOffset(kafka.LastOffset); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), asked.within())
	defer cancel()
	for seen := 0; asked.Count == 0 || seen < asked.Count; seen++ {
		message, err := reader.FetchMessage(ctx)
		if errors.Is(err, context.DeadlineExceeded) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := say(toRecord(message)); err != nil {
			return err
		}
		if asked.Commit {
			if err := reader.CommitMessages(ctx, message); err != nil {
				return err
			}
		}
	}
	return nil
}

func readerConfig(asked request) kafka.ReaderConfig {
	config := kafka.ReaderConfig{
		Brokers:  asked.Brokers,
		Topic:    asked.Topic,
		GroupID:  asked.Group,
		MinBytes: 1,
		MaxBytes: 10e6,
		MaxWait:  250 * time.Millisecond,
	}
	if asked.Group != "" {
		config.StartOffset = kafka.FirstOffset
		config.SessionTimeout = 6 * time.Second
		config.HeartbeatInterval = time.Second
		config.RebalanceTimeout = 6 * time.Second
		if asked.From == "last" {
			config.StartOffset = kafka.LastOffset
		}
	} else if asked.Partition != nil {
		config.Partition = *asked.Partition
	}
	return config
}

func toRecord(message kafka.Message) record {
	out := record{
		Partition: message.Partition,
		Offset:    message.Offset,
		Key:       text(message.Key),
		Value:     text(message.Value),
		Timestamp: message.Time.UnixMilli(),
	}
	for _, header := range message.Headers {
		if out.Headers == nil {
			out.Headers = map[string]string{}
		}
		out.Headers[header.Key] = string(header.Value)
	}
	return out
}
