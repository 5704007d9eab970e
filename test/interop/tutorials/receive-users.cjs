// A tutorial's program: a consumer of the group `group-1` (or the one named) prints what comes, and from which partition.
const { Kafka } = require('kafkajs')

async function run() {
  try {
    const kafka = new Kafka({ clientId: 'myapp', brokers: [process.env.BROKER] })
    const consumer = kafka.consumer({ groupId: process.argv[2] ?? 'group-1' })
    console.log('connecting...')
    await consumer.connect()
    console.log('connected.')
    await consumer.subscribe({ topic: 'users', fromBeginning: true })
    await consumer.run({
      eachMessage: async (result) => {
        console.log(`Received message ${String(result.message.value)} on partition ${result.partition}`)
      },
    })
  } catch (problem) {
    console.error(`something went wrong ${String(problem)}`)
  }
}

void run()
