// Topics: kafka-go's Conn to create and delete, its Client to ask for offsets.
package main

import (
	"context"
	"fmt"

	"github.com/segmentio/kafka-go"
)

func createTopic(asked request) error {
	return withController(asked, func(conn *kafka.Conn) error {
		return conn.CreateTopics(kafka.TopicConfig{
			Topic:             asked.Topic,
			NumPartitions:     asked.Partitions,
			ReplicationFactor: 1,
		})
	})
}

func deleteTopic(asked request) error {
	return withController(asked, func(conn *kafka.Conn) error { return conn.DeleteTopics(asked.Topic) })
}

func withController(asked request, act func(*kafka.Conn) error) error {
	any, err := kafka.Dial("tcp", asked.Brokers[0])
	if err != nil {
		return err
	}
	defer any.Close()
	controller, err := any.Controller()
	if err != nil {
		return err
	}
	conn, err := kafka.Dial("tcp", fmt.Sprintf("%s:%d", controller.Host, controller.Port))
	if err != nil {
		return err
	}
	defer conn.Close()
	return act(conn)
}

func listOffsets(asked request) error {
	client := &kafka.Client{Addr: kafka.TCP(asked.Brokers...), Timeout: asked.within()}
	var wanted []kafka.OffsetRequest
	for partition := 0; partition < asked.Partitions; partition++ {
		wanted = append(wanted, kafka.FirstOffsetOf(partition), kafka.LastOffsetOf(partition))
	}
	answer, err := client.ListOffsets(context.Background(), &kafka.ListOffsetsRequest{
		Topics: map[string][]kafka.OffsetRequest{asked.Topic: wanted},
	})
	if err != nil {
		return err
	}
	for _, partition := range answer.Topics[asked.Topic] {
		if partition.Error != nil {
			return partition.Error
		}
		if err := say(map[string]int64{
			"partition": int64(partition.Partition),
			"first":     partition.FirstOffset,
			"last":      partition.LastOffset,
		}); err != nil {
			return err
		}
	}
	return nil
}
