// The simulated client takes nobody's word for the order of replies: what a broken broker sends is noted, and a law.
import { ApiVersions, encodeResponseFrame } from '@jackdaw/protocol'
import { MemoryNetwork, SeededRandom, VirtualClock } from '@jackdaw/testing'
import type { ByteStream } from '@jackdaw/transport'
import { expect, test } from 'vitest'
import { History } from '../history.ts'
import { Connection } from './connection.ts'

const reply = (correlationId: number): Buffer =>
  Buffer.concat(
    encodeResponseFrame({ api: ApiVersions, version: 0, correlationId, body: { errorCode: 0, apiKeys: [] } }),
  )

/** A connection with two requests under way, and the broker's end of it. */
const connected = async () => {
  const random = new SeededRandom(1)
  const clock = new VirtualClock({ random: random.fork('clock') })
  const network = new MemoryNetwork({ clock, random: random.fork('network') })
  const history = new History(() => clock.monotonic())
  let broker: ByteStream | undefined
  await network.host('broker').listen({ host: 'broker', port: 1 }, (stream) => {
    broker = stream
    stream.onClose(() => undefined)
    stream.onData(() => undefined)
  })
  const stream = await clock.resolve(network.host('client').connect({ host: 'broker', port: 1 }))
  const connection = new Connection(7, stream, { who: 'client', history })
  const answers = [0, 1].map(() => connection.send(ApiVersions, 0, {}))
  await clock.runUntilIdle()
  return { clock, history, connection, answers, broker: broker!, noted: () => history.notes.map(({ what }) => what) }
}

test('answers in order are handed over, whatever pieces they come in', async () => {
  const { clock, broker, answers, noted } = await connected()
  const bytes = Buffer.concat([reply(0), reply(1)])
  for (const byte of bytes) broker.write([Buffer.from([byte])])
  await clock.runUntilIdle()
  expect(await Promise.all(answers)).toEqual([
    expect.objectContaining({ errorCode: 0 }),
    expect.objectContaining({ errorCode: 0 }),
  ])
  expect(noted()).toEqual([])
})

test.each([
  ['out of order', [1, 0]],
  ['twice', [0, 0]],
  ['that nobody asked for', [9]],
])('an answer %s is noted', async (_, correlationIds) => {
  const { clock, broker, noted } = await connected()
  broker.write(correlationIds.map(reply))
  await clock.runUntilIdle()
  expect(noted()).toContain('unasked')
})

test('bytes that are left over behind an answer are noted', async () => {
  const { clock, broker, noted } = await connected()
  const whole = reply(0)
  const longer = Buffer.concat([whole, Buffer.from('!')])
  longer.writeInt32BE(longer.length - 4)
  broker.write([longer])
  await clock.runUntilIdle()
  expect(noted()).toEqual(['unasked'])
})

test('what is under way when the connection closes is known to be lost', async () => {
  const { clock, broker, answers, connection, history } = await connected()
  broker.write([reply(0)])
  broker.end()
  await clock.runUntilIdle()
  expect(await answers[0]).toBeDefined()
  expect(await answers[1]).toBeUndefined()
  expect(history.notes.at(-1)).toMatchObject({ what: 'closed', data: { connection: 7, lost: 1 } })
  expect(await connection.send(ApiVersions, 0, {})).toBeUndefined()
})
