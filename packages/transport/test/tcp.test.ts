import { expect, onTestFinished, test } from 'vitest'

import type { ByteStream } from '../src/stream.ts'
import { tcp } from '../src/tcp.ts'

/** Two ends of one connection on this machine. */
const pair = async (): Promise<{ client: ByteStream; server: ByteStream }> => {
  const accepted = Promise.withResolvers<ByteStream>()
  const listening = await tcp.listen({ host: '127.0.0.1', port: 0 }, accepted.resolve)
  const client = await tcp.connect(listening.endpoint)
  const server = await accepted.promise
  onTestFinished(async () => {
    client.destroy()
    server.destroy()
    await listening.close()
  })
  return { client, server }
}

const received = (stream: ByteStream, bytes: number): Promise<string> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = []
    stream.onData((chunk) => {
      chunks.push(chunk)
      const all = Buffer.concat(chunks)
      if (all.length >= bytes) resolve(String(all))
    })
  })

test('chunks arrive in order, and the writer learns when they are out', async () => {
  const { client, server } = await pair()
  const got = received(server, 6)
  const written = new Promise<void>((resolve) => {
    client.write([Buffer.from('ab'), Buffer.from('cd'), Buffer.from('ef')], resolve)
  })
  expect(await got).toBe('abcdef')
  await written
})

test('a reader that pauses holds the writer back, and draining is told', async () => {
  const { client, server } = await pair()
  server.onData(() => undefined)
  server.pause()
  const drained = new Promise<void>((resolve) => client.onDrain(resolve))
  const chunk = Buffer.alloc(1 << 20)
  let room = true
  for (let i = 0; room && i < 100; i++) room = client.write([chunk])
  expect(room).toBe(false)
  server.resume()
  await drained
})

test('both ends learn that the connection is closed, once', async () => {
  const { client, server } = await pair()
  let closes = 0
  const closed = [client, server].map(
    (stream) =>
      new Promise<void>((resolve) =>
        stream.onClose(() => {
          closes++
          resolve()
        }),
      ),
  )
  server.onData(() => undefined)
  client.onData(() => undefined)
  client.end()
  await Promise.all(closed)
  expect(closes).toBe(2)
})

test('an address that is taken is refused with its system error', async () => {
  const first = await tcp.listen({ host: '127.0.0.1', port: 0 }, () => undefined)
  onTestFinished(() => first.close())
  await expect(tcp.listen(first.endpoint, () => undefined)).rejects.toMatchObject({ code: 'EADDRINUSE' })
})

test('nobody there is an error, not a hang', async () => {
  const listening = await tcp.listen({ host: '127.0.0.1', port: 0 }, () => undefined)
  await listening.close()
  await expect(tcp.connect(listening.endpoint, { timeoutMs: 5000 })).rejects.toMatchObject({ code: 'ECONNREFUSED' })
})
