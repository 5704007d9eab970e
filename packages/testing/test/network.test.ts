import type { ByteStream } from '@jackdaw/transport'
import { describe, expect, test } from 'vitest'
import { MemoryNetwork, type NetworkConditions, ProcessClock, SeededRandom, VirtualClock } from '../src/index.ts'

const PORT = 9092

/** What one end of a connection saw. */
const watch = (stream: ByteStream) => {
  const seen = {
    stream,
    chunks: [] as Buffer[],
    closed: 0,
    error: undefined as (Error & { code?: string }) | undefined,
    drained: 0,
  }
  stream.onData((chunk) => seen.chunks.push(chunk))
  stream.onDrain(() => seen.drained++)
  stream.onClose((error) => {
    seen.closed++
    seen.error = error
  })
  return seen
}
const text = (seen: { chunks: Buffer[] }) => Buffer.concat(seen.chunks).toString('latin1')

const world = (options: { seed?: number; conditions?: Partial<NetworkConditions> } = {}) => {
  const random = new SeededRandom(options.seed ?? 1)
  const clock = new VirtualClock({ random: random.fork('clock') })
  const network = new MemoryNetwork({ clock, random: random.fork('network'), conditions: options.conditions })
  const serverClock = new ProcessClock(clock)
  const server = network.host('broker-1', { clock: serverClock })
  const client = network.host('client')
  return { clock, network, server, serverClock, client, random }
}

const connected = async (options: Parameters<typeof world>[0] = {}) => {
  const all = world(options)
  const accepted: ReturnType<typeof watch>[] = []
  const listening = await all.server.listen({ host: '0.0.0.0', port: PORT }, (stream) => accepted.push(watch(stream)))
  const near = watch(await all.clock.resolve(all.client.connect({ host: 'broker-1', port: PORT })))
  return { ...all, listening, near, far: accepted[0]! }
}

describe('a connection', () => {
  test('carries bytes both ways, in order, whatever the pieces', async () => {
    const { clock, near, far, random } = await connected({ conditions: { splitChance: 0.8 } })
    const sent = random.fork('payload').bytes(300_000)
    near.stream.write([sent.subarray(0, 10), sent.subarray(10, 200_000)])
    near.stream.write([sent.subarray(200_000)])
    far.stream.write([Buffer.from('hello')])
    await clock.runUntilIdle()
    expect(Buffer.concat(far.chunks).equals(sent)).toBe(true)
    expect(far.chunks.length).toBeGreaterThan(10)
    expect(text(near)).toBe('hello')
  })

  test('takes virtual time and no other', async () => {
    const { clock, near, far } = await connected({ conditions: { latencyMs: { min: 40, max: 40 } } })
    const before = clock.monotonic()
    near.stream.write([Buffer.from('x')])
    await clock.runWhile(() => far.chunks.length === 0)
    expect(clock.monotonic() - before).toBe(40)
  })

  test('tells the writer when his bytes are taken, and not before', async () => {
    const { clock, near, far } = await connected()
    const bytes = Buffer.from('before')
    let taken = false
    near.stream.write([bytes], () => {
      taken = true
      bytes.fill('*')
    })
    expect(taken).toBe(false)
    await clock.runUntilIdle()
    expect([taken, text(far)]).toEqual([true, 'before'])
  })

  test('shows a buffer that was changed before it was taken', async () => {
    const { clock, near, far } = await connected()
    const bytes = Buffer.from('before')
    near.stream.write([bytes])
    bytes.fill('*')
    await clock.runUntilIdle()
    expect(text(far)).toBe('******')
  })

  test('a reader that pauses makes the writer wait, and loses nothing', async () => {
    const { clock, near, far } = await connected({ conditions: { windowBytes: 1000, highWaterBytes: 500 } })
    far.stream.pause()
    expect(near.stream.write([Buffer.alloc(400, 'a')])).toBe(true)
    await clock.runUntilIdle()
    expect(near.stream.write([Buffer.alloc(5000, 'b')])).toBe(false)
    await clock.runUntilIdle()
    expect(far.chunks).toEqual([])
    expect(near.stream.queuedBytes).toBe(4400)
    expect(near.drained).toBe(0)
    far.stream.resume()
    await clock.runUntilIdle()
    expect(text(far)).toHaveLength(5400)
    expect([near.drained, near.stream.queuedBytes]).toEqual([1, 0])
  })

  test('the same seed gives the same pieces at the same times', async () => {
    const run = async (seed: number) => {
      const { clock, near, far } = await connected({ seed, conditions: { splitChance: 0.9 } })
      const log: string[] = []
      far.stream.onData((chunk) => log.push(`${clock.monotonic()} ${chunk.length}`))
      for (let i = 0; i < 20; i++) near.stream.write([Buffer.alloc(100)])
      await clock.runUntilIdle()
      return log
    }
    expect(await run(4)).toEqual(await run(4))
    expect(await run(4)).not.toEqual(await run(5))
  })
})

describe('the end of a connection', () => {
  test('end() sends what was written, then closes both ends in good order, once', async () => {
    const { clock, near, far } = await connected()
    far.stream.write([Buffer.from('last words')])
    near.stream.write([Buffer.from('bye')])
    near.stream.end()
    near.stream.end()
    await clock.runUntilIdle()
    expect([text(far), text(near)]).toEqual(['bye', 'last words'])
    expect([near.closed, far.closed, near.error, far.error]).toEqual([1, 1, undefined, undefined])
  })

  test('destroy() closes now and the other end learns of it, in every seed', async () => {
    const errors = new Set<string | undefined>()
    for (let seed = 0; seed < 20; seed++) {
      const { clock, near, far } = await connected({ seed })
      near.stream.write([Buffer.from('perhaps')])
      near.stream.destroy()
      expect(near.closed).toBe(0)
      await clock.runUntilIdle()
      expect([near.closed, far.closed]).toEqual([1, 1])
      errors.add(far.error?.code)
    }
    expect(errors).toEqual(new Set(['ECONNRESET', undefined]))
  })

  test('destroy() after end(), from either side, leaves no end open', async () => {
    for (const first of ['near', 'far'] as const) {
      const { clock, near, far } = await connected()
      const [a, b] = first === 'near' ? [near, far] : [far, near]
      a.stream.end()
      await clock.step()
      a.stream.destroy()
      b.stream.write([Buffer.from('too late')])
      await clock.runUntilIdle()
      expect([near.closed, far.closed]).toEqual([1, 1])
    }
  })

  test('a write on a closed stream answers false and still gives its buffer back', async () => {
    const { clock, near } = await connected()
    near.stream.destroy()
    let back = 0
    expect(near.stream.write([Buffer.from('x')], () => back++)).toBe(false)
    await clock.runUntilIdle()
    expect(back).toBe(1)
  })

  test('queued writes are given back when the other end goes away', async () => {
    const { clock, near, far } = await connected({ conditions: { windowBytes: 10 } })
    far.stream.pause()
    let back = 0
    for (let i = 0; i < 5; i++) near.stream.write([Buffer.alloc(10)], () => back++)
    await clock.runUntilIdle()
    expect(back).toBe(1)
    far.stream.destroy()
    await clock.runUntilIdle()
    expect([back, near.closed]).toEqual([5, 1])
  })
})

describe('listening and connecting', () => {
  test('a port is bound once, is freed by close, and port 0 asks for a free one', async () => {
    const { server } = world()
    const one = await server.listen({ host: 'broker-1', port: PORT }, () => undefined)
    await expect(server.listen({ host: '0.0.0.0', port: PORT }, () => undefined)).rejects.toMatchObject({
      code: 'EADDRINUSE',
    })
    await expect(server.listen({ host: 'elsewhere', port: 1 }, () => undefined)).rejects.toMatchObject({
      code: 'EADDRNOTAVAIL',
    })
    await one.close()
    await server.listen({ host: '0.0.0.0', port: PORT }, () => undefined)
    const free = await server.listen({ host: '0.0.0.0', port: 0 }, () => undefined)
    expect(free.endpoint.port).toBeGreaterThan(1023)
  })

  test('nobody at the port is ECONNREFUSED, no way there is ETIMEDOUT in the time that was asked', async () => {
    const { clock, client, network, server } = world()
    const at = { host: 'broker-1', port: PORT }
    await expect(clock.resolve(client.connect(at))).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await server.listen(at, () => undefined)
    network.partition('client', 'broker-1')
    const before = clock.monotonic()
    await expect(clock.resolve(client.connect(at, { timeoutMs: 5000 }))).rejects.toMatchObject({ code: 'ETIMEDOUT' })
    expect(clock.monotonic() - before).toBe(5000)
  })

  test('a connect that waits out a partition goes through after the heal', async () => {
    const { clock, client, network, server } = world()
    const at = { host: 'broker-1', port: PORT }
    await server.listen(at, () => undefined)
    network.partition('client', 'broker-1')
    clock.after(7000, () => network.heal())
    await clock.resolve(client.connect(at, { timeoutMs: 30_000 }))
    expect(clock.monotonic()).toBeLessThan(8100)
  })

  test('an end that came too late for its caller is closed again', async () => {
    const { clock, client, server } = world({ conditions: { latencyMs: { min: 100, max: 100 } } })
    const at = { host: 'broker-1', port: PORT }
    let accepted: ReturnType<typeof watch> | undefined
    await server.listen(at, (stream) => (accepted = watch(stream)))
    await expect(clock.resolve(client.connect(at, { timeoutMs: 150 }))).rejects.toMatchObject({ code: 'ETIMEDOUT' })
    await clock.runUntilIdle()
    expect(accepted?.closed).toBe(1)
  })
})

describe('faults', () => {
  test('a cut loses what is under way and resets both ends', async () => {
    const { clock, network, near, far } = await connected()
    near.stream.write([Buffer.from('lost')])
    await clock.step()
    const [connection] = network.connections()
    expect(connection).toMatchObject({ client: 'client', server: 'broker-1' })
    connection!.cut()
    await clock.runUntilIdle()
    expect(text(far)).toBe('')
    expect([near.closed, near.error?.code, far.closed, far.error?.code]).toEqual([1, 'ECONNRESET', 1, 'ECONNRESET'])
    expect(network.connections()).toEqual([])
  })

  test('a partition that heals in time loses nothing', async () => {
    const { clock, network, near, far } = await connected()
    network.partition('client', 'broker-1')
    near.stream.write([Buffer.from('later')])
    await clock.runFor(10_000)
    expect(text(far)).toBe('')
    network.heal('broker-1', 'client')
    await clock.runUntilIdle()
    expect([text(far), near.closed]).toEqual(['later', 0])
  })

  test('a partition in one direction lets the other one through', async () => {
    const { clock, network, near, far } = await connected()
    network.partition('client', 'broker-1', { oneWay: true })
    near.stream.write([Buffer.from('up')])
    far.stream.write([Buffer.from('down')])
    await clock.runFor(1000)
    expect([text(near), text(far)]).toEqual(['down', ''])
  })

  test("a partition that outlasts the system's patience ends the connection, on the other end after the heal", async () => {
    const { clock, network, near, far } = await connected({ conditions: { retransmitTimeoutMs: 8000 } })
    network.partition('client', 'broker-1')
    near.stream.write([Buffer.from('never')])
    await clock.runFor(9000)
    expect([near.closed, near.error?.code, far.closed]).toEqual([1, 'ETIMEDOUT', 0])
    network.heal()
    await clock.runUntilIdle()
    expect([text(far), far.closed, far.error?.code]).toEqual(['', 1, 'ECONNRESET'])
  })

  test('the end of another partition does not make anybody more patient', async () => {
    const { clock, network, near } = await connected({ conditions: { retransmitTimeoutMs: 8000 } })
    network.partition('client', 'broker-1')
    near.stream.write([Buffer.from('never')])
    await clock.runFor(7000)
    network.heal('somebody', 'else')
    await clock.runFor(2000)
    expect([near.closed, near.error?.code]).toEqual([1, 'ETIMEDOUT'])
  })

  test('a killed process takes its listeners and streams with it, and the other ends learn of it', async () => {
    const { clock, network, server, serverClock, client, near, far } = await connected()
    serverClock.kill()
    server.kill()
    await clock.runUntilIdle()
    expect([near.closed, far.closed]).toEqual([1, 0])
    await expect(clock.resolve(client.connect({ host: 'broker-1', port: PORT }))).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    })
    const again = network.host('broker-1')
    await again.listen({ host: 'broker-1', port: PORT }, () => undefined)
    await clock.resolve(client.connect({ host: 'broker-1', port: PORT }))
  })

  test('a lost machine leaves the connection half open until something is sent and the machine is back', async () => {
    const { clock, network, server, near } = await connected()
    server.kill(true)
    await clock.runFor(20_000)
    expect(near.closed).toBe(0)
    near.stream.write([Buffer.from('anybody?')])
    await clock.runFor(1000)
    expect(near.closed).toBe(0)
    network.host('broker-1')
    await clock.runUntilIdle()
    expect([near.closed, near.error?.code]).toEqual([1, 'ECONNRESET'])
  })

  test('a lost machine that stays away is given up after a while', async () => {
    const { clock, server, near } = await connected({ conditions: { retransmitTimeoutMs: 8000 } })
    near.stream.write([Buffer.from('under way')])
    await clock.step()
    server.kill(true)
    await clock.runUntilIdle()
    expect([near.closed, near.error?.code]).toEqual([1, 'ETIMEDOUT'])
  })

  test('a frozen process is written to by the network and reads it after the thaw', async () => {
    const { clock, serverClock, near, far } = await connected()
    serverClock.freeze()
    near.stream.write([Buffer.from('in the socket')])
    await clock.runFor(60_000)
    expect([text(far), near.closed]).toEqual(['', 0])
    serverClock.thaw()
    await clock.runUntilIdle()
    expect(text(far)).toBe('in the socket')
  })

  test('a delay between two hosts holds for those two', async () => {
    const { clock, network, near, far } = await connected()
    network.delay('client', 'broker-1', 500)
    const before = clock.monotonic()
    near.stream.write([Buffer.from('x')])
    await clock.runWhile(() => far.chunks.length === 0)
    expect(clock.monotonic() - before).toBeGreaterThanOrEqual(500)
    network.delay('client', 'broker-1', 0)
    expect(network.latency('client', 'broker-1')).toBeLessThan(1)
  })
})
