// A tutorial's program: sends the name given on the command line to the partition of its first letter.
const { Kafka } = require('kafkajs')

const name = process.argv[2]

async function run() {
  try {
    const kafka = new Kafka({ clientId: 'myapp', brokers: [process.env.BROKER] })
    const producer = kafka.producer()
    console.log('connecting...')
    await producer.connect()
    console.log('connected.')
    const partition = name[0] < 'N' ? 0 : 1
    const result = await producer.send({ topic: 'users', messages: [{ value: name, partition: partition }] })
    console.log(`send successfully: ${JSON.stringify(result)}`)
    await producer.disconnect()
  } catch (problem) {
    console.error(`something went wrong ${String(problem)}`)
  } finally {
    process.exit(0)
  }
}

void run()
