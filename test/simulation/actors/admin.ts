// An administrator who makes and unmakes topics of three names over and over, and looks at all topics in between.
import type { Stage } from '../stage.ts'

const NAMES = ['churn0', 'churn1', 'churn2']

export const runAdmin = async (stage: Stage, who: string): Promise<void> => {
  const random = stage.random.fork(who)
  // Before version 7 a creation does not tell the id, and before 10 Metadata does not.
  const client = stage.client(who, { createTopic: 7, metadata: 10 })
  const known = stage.profile.topics.map(({ name }) => name)
  while (!stage.calm) {
    const topic = random.pick(NAMES)
    const what = random.weighted({ create: 3, remove: 2, look: 3 })
    if (what === 'create') await client.call('createTopic', { topic, partitions: random.int(1, 3) })
    if (what === 'remove') await client.call('deleteTopic', { topic })
    if (what === 'look') await client.call('metadata', { topics: [...known, ...NAMES] })
    await stage.sleep(random.between(20, 600))
  }
  while (!stage.over && (await client.call('metadata', { topics: [...known, ...NAMES] })) === undefined)
    await stage.sleep(200)
}

/** Creates the topics that live as long as the run. Nothing fails yet while this goes on. */
export const createTopics = async (stage: Stage): Promise<void> => {
  const client = stage.client('setup', { createTopic: 7, metadata: 10 })
  const transactional = new Set(stage.transactionPartitions.map(({ topic }) => topic))
  for (const { name, partitions } of [
    ...stage.profile.topics,
    ...Array.from(transactional, (name) => ({ name, partitions: 2 })),
  ]) {
    for (;;) {
      const answer = await client.call('createTopic', { topic: name, partitions })
      if (answer?.error === 'NONE') break
      await stage.sleep(100)
    }
  }
}
