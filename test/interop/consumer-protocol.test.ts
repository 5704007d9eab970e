// Groups of the consumer protocol (KIP-848): Kafka's Java consumer with group.protocol=consumer, and the tools that look at such
// groups. A JVM takes a second: what belongs together is asked in one test.

import { expect, test } from 'vitest'
import { groupOffsets } from './clients/consumer-groups.ts'
import { JavaMember, JavaTools } from './clients/java.ts'
import { createTopic } from './clients/kafkajs.ts'
import { coversOnce } from './groups.ts'
import { fresh, interopSuite, times } from './support.ts'
import { until } from './toolbox/until.ts'

const CONSUMER = ['--command-property', 'group.protocol=consumer']
const MEMBER = ['--group-protocol', 'consumer']

await interopSuite('The consumer protocol', { tools: ['kafka'] }, (suite, tools) => {
  const java = () => new JavaTools(tools.kafka, suite.bootstrap)
  const topicOf = async (partitions: number) => {
    const topic = fresh('protocol')
    await createTopic(suite.bootstrap, topic, partitions, {})
    return topic
  }
  const describe = async (group: string, ...more: string[]) =>
    (await java().run('kafka-consumer-groups', ['--describe', '--group', group, ...more])).stdout

  test('a console consumer of the new protocol goes on from what its group committed', async () => {
    const topic = await topicOf(2)
    const group = fresh('protocol-group')
    const more = ['--group', group, ...CONSUMER]
    await java().produce({ topic, lines: times(10, (i) => `${i}\tbefore ${i}`) })
    expect(await java().consume({ topic, count: 10, from: 'beginning', more })).toHaveLength(10)
    await java().produce({ topic, lines: times(5, (i) => `k\tafter ${i}`) })
    const next = await java().consume({ topic, count: 5, from: 'beginning', more })
    expect(next.map(({ value }) => value)).toEqual(times(5, (i) => `after ${i}`))
    expect(await describe(group, '--state')).toMatch(/ Empty +0/)
    const list = await java().run('kafka-groups', ['--list'])
    expect(list.stdout).toMatch(new RegExp(`${group} +Consumer +consumer`))
    const refused = await java().run('kafka-consumer-groups', ['--delete', '--group', group])
    expect(refused.stdout).toContain('was successful')
  })

  test('members share partitions, the tools show who has which, and those of one that leaves go to the other', async () => {
    const topic = await topicOf(4)
    const group = fresh('protocol-group')
    await using stays = new JavaMember(java(), group, topic, MEMBER)
    await using leaves = new JavaMember(java(), group, topic, MEMBER)
    const even = () => [stays.assignment, leaves.assignment].every((assignment) => assignment?.length === 2)
    await until(
      'each member to have two partitions',
      () => even() && coversOnce([stays.assignment, leaves.assignment], 4),
    )
    await java().produce({ topic, lines: times(40, (i) => `${i}\tbefore ${i}`) })
    const seen = () => [...stays.values, ...leaves.values]
    await until('the first records', () => seen().length >= 40)

    expect(await describe(group, '--state')).toMatch(/ uniform +Stable +2/)
    const members = await describe(group, '--members', '--verbose')
    expect(members.match(new RegExp(`${topic}:\\d,\\d`, 'g'))?.length).toBeGreaterThanOrEqual(2)
    const rows = groupOffsets(await describe(group))
    expect(rows.map(({ partition }) => partition)).toEqual(['0', '1', '2', '3'])
    expect(new Set(rows.map(({ consumer }) => consumer)).size).toBe(2)

    await leaves.leave()
    await until('the one that stays to own all', () => coversOnce([stays.assignment], 4))
    await java().produce({ topic, lines: times(40, (i) => `${i}\tafter ${i}`) })
    await until('all records', () => seen().length >= 80)
    const expected = ['before', 'after'].flatMap((word) => times(40, (i) => `${word} ${i}`))
    expect(seen().toSorted()).toEqual(expected.toSorted())
  })

  test('a consumer that subscribes by expression reads every topic that matches', async () => {
    const stem = fresh('matched')
    for (const suffix of ['a', 'b', 'other']) await createTopic(suite.bootstrap, `${stem}-${suffix}`, 1, {})
    for (const suffix of ['a', 'b', 'other'])
      await java().produce({ topic: `${stem}-${suffix}`, lines: times(3, (i) => `k\t${suffix} ${i}`) })
    const args = ['--include', `${stem}-[ab]`, '--from-beginning', '--max-messages', '6', '--timeout-ms', '30000']
    const { stdout } = await java().run('kafka-console-consumer', [...args, '--group', fresh('group'), ...CONSUMER])
    const values = stdout.split('\n').filter((line) => line !== '')
    expect(values.toSorted()).toEqual(['a 0', 'a 1', 'a 2', 'b 0', 'b 1', 'b 2'])
  })

  test('a group goes over to the new protocol member by member, and back, and loses no record', async () => {
    const topic = await topicOf(4)
    const group = fresh('protocol-group')
    const assignor = ['--assignment-strategy', 'org.apache.kafka.clients.consumer.CooperativeStickyAssignor']
    await using old = new JavaMember(java(), group, topic, assignor)
    await until('the classic member to own all', () => coversOnce([old.assignment], 4))
    await java().produce({ topic, lines: times(40, (i) => `${i}\tbefore ${i}`) })
    await until('the first records', () => old.values.length >= 40)

    await using young = new JavaMember(java(), group, topic, MEMBER)
    const even = () => [old.assignment, young.assignment].every((assignment) => assignment?.length === 2)
    await until('both to share', () => even() && coversOnce([old.assignment, young.assignment], 4))
    const list = async () => (await java().run('kafka-groups', ['--list'])).stdout
    expect(await list()).toMatch(new RegExp(`${group} +Consumer +consumer`))
    await java().produce({ topic, lines: times(40, (i) => `${i}\tmixed ${i}`) })
    const seen = () => [...old.values, ...young.values]
    await until('the records of both', () => seen().length >= 80)

    await young.leave()
    await until('the classic member to own all again', () => coversOnce([old.assignment], 4))
    expect(await list()).toMatch(new RegExp(`${group} +Classic +consumer`))
    await java().produce({ topic, lines: times(40, (i) => `${i}\tafter ${i}`) })
    await until('all records', () => seen().length >= 120)
    const expected = ['before', 'mixed', 'after'].flatMap((word) => times(40, (i) => `${word} ${i}`))
    expect([...new Set(seen())].toSorted()).toEqual(expected.toSorted())
  })
})
