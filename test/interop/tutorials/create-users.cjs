// A tutorial's program: an administrator creates the topic `users` with a partition for A-M and one for N-Z.
const { Kafka } = require('kafkajs')

async function run() {
  try {
    const kafka = new Kafka({ clientId: 'myapp', brokers: [process.env.BROKER] })
    const admin = kafka.admin()
    console.log('connecting...')
    await admin.connect()
    console.log('connected.')
    await admin.createTopics({ topics: [{ topic: 'users', numPartitions: 2 }] })
    console.log('topic created successfully')
    await admin.disconnect()
  } catch (problem) {
    console.error(`something went wrong ${String(problem)}`)
  } finally {
    process.exit(0)
  }
}

void run()
