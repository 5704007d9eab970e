// How many connections there may be, and how much they may hold: real listeners over streams and a clock that the test moves.

import type { Clock } from '@jackdaw/ports'
import type { ByteStream, Network } from '@jackdaw/transport'
import { describe, expect, test } from 'vitest'

import type { AdmissionLimits } from '../../src/connections/admission.ts'
import { Listeners } from '../../src/connections/listeners.ts'
import type { Routed, Router } from '../../src/connections/router.ts'
import { silentLogger } from '../../src/index.ts'

const NO_LIMIT = 2 ** 31 - 1

/** Time that passes when it is told to. */
const handClock = () => {
  let now = 0
  let alarms: { at: number; run: () => void }[] = []
  const clock: Clock = {
    wall: () => now,
    monotonic: () => now,
    after: (ms, run) => {
      const alarm = { at: now + ms, run }
      alarms.push(alarm)
      return () => {
        alarms = alarms.filter((one) => one !== alarm)
      }
    },
    soon: (run) => run(),
  }
  const pass = (ms: number): void => {
    const until = now + ms
    for (;;) {
      const [next] = alarms.filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at)
      if (next === undefined) break
      alarms = alarms.filter((one) => one !== next)
      now = Math.max(now, next.at)
      next.run()
    }
    now = until
  }
  return { clock, pass }
}

class FakeStream implements ByteStream {
  readonly remote
  readonly local = { host: '127.0.0.1', port: 9092 }
  readonly queuedBytes = 0
  state: 'open' | 'paused' | 'ended' | 'destroyed' = 'open'
  written = 0
  receive: (chunk: Buffer) => void = () => undefined
  #closed: () => void = () => undefined

  constructor(host: string) {
    this.remote = { host, port: 1 }
  }
  onData(receive: (chunk: Buffer) => void): void {
    this.receive = receive
  }
  onClose(closed: () => void): void {
    this.#closed = closed
  }
  onDrain(): void {}
  write(): boolean {
    this.written++
    return true
  }
  pause(): void {
    this.state = 'paused'
  }
  resume(): void {
    this.state = 'open'
  }
  end(): void {
    this.state = 'ended'
    this.#closed()
  }
  destroy(): void {
    this.state = 'destroyed'
    this.#closed()
  }
}

interface Limits {
  readonly admission?: Partial<AdmissionLimits>
  readonly maxFrameBytes?: number
  readonly maxInFlight?: number
  readonly maxIdleMs?: number
  readonly maxQueuedBytes?: number
}

const listening = async ({ admission = {}, maxQueuedBytes = NO_LIMIT, ...limits }: Limits = {}) => {
  const { clock, pass } = handClock()
  let accept: (stream: ByteStream) => void = () => undefined
  const network = {
    listen: (endpoint: { host: string; port: number }, accepted: (stream: ByteStream) => void) => {
      accept = accepted
      return Promise.resolve({ endpoint, close: () => Promise.resolve() })
    },
  } as unknown as Network
  const listeners = new Listeners({
    network,
    limits: { maxFrameBytes: 1000, maxInFlight: 100, maxInFlightBytes: NO_LIMIT, maxIdleMs: -1, ...limits },
    admission: () => ({
      maxConnections: NO_LIMIT,
      maxConnectionsPerIp: NO_LIMIT,
      perIpOverrides: {},
      maxCreationRate: NO_LIMIT,
      addressRate: () => Infinity,
      windows: { samples: 11, windowMs: 1000 },
      ...admission,
    }),
    maxQueuedBytes,
    clock,
    log: silentLogger,
  })
  await listeners.bind({ name: 'PLAINTEXT', host: '127.0.0.1', port: 9092 })
  const answers: ((routed: Routed) => void)[] = []
  const router = { route: () => new Promise<Routed>((resolve) => answers.push(resolve)) } as unknown as Router
  listeners.serve(router)
  const connect = (host = '10.0.0.1'): FakeStream => {
    const stream = new FakeStream(host)
    accept(stream)
    return stream
  }
  const answer = async (routed: Routed = { kind: 'RESPONSE', chunks: [Buffer.alloc(1)] }) => {
    answers.shift()?.(routed)
    await Promise.resolve()
    await Promise.resolve()
  }
  return { pass, connect, answer }
}

const [PRODUCE, METADATA] = [0, 3]
const frame = (apiKey: number, bytes: number): Buffer => {
  const whole = Buffer.alloc(4 + bytes)
  whole.writeInt32BE(bytes)
  whole.writeInt16BE(apiKey, 4)
  return whole
}

describe('connections', () => {
  test('are refused above max.connections, until one goes', async () => {
    const { connect } = await listening({ admission: { maxConnections: 2 } })
    const [first, second, third] = [connect(), connect(), connect()]
    expect([first.state, second.state, third.state]).toEqual(['open', 'open', 'destroyed'])
    first.destroy()
    expect(connect().state).toBe('open')
    expect(connect().state).toBe('destroyed')
  })

  test('are refused above max.connections.per.ip, unless it is overridden for the address', async () => {
    const { connect } = await listening({ admission: { maxConnectionsPerIp: 1, perIpOverrides: { '10.0.0.2': 2 } } })
    const states = ['10.0.0.1', '10.0.0.1', '::ffff:10.0.0.1', '10.0.0.2', '10.0.0.2', '10.0.0.2', '10.0.0.3']
    expect(states.map((host) => connect(host).state)).toEqual([
      'open',
      'destroyed',
      'destroyed',
      'open',
      'open',
      'destroyed',
      'open',
    ])
  })

  test('that come faster than max.connection.creation.rate are served later', async () => {
    const { connect, pass } = await listening({ admission: { maxCreationRate: 1 } })
    const streams = Array.from({ length: 11 }, () => connect())
    expect(streams.map(({ state }) => state)).toEqual([...Array.from({ length: 10 }, () => 'open'), 'paused'])
    pass(2000)
    expect(streams[10]?.state).toBe('open')
  })

  test('of an address that makes them faster than its quota are served later, others at once', async () => {
    const addressRate = (address: string) => (address === '10.0.0.1' ? 1 : Infinity)
    const { connect, pass } = await listening({ admission: { addressRate } })
    const streams = Array.from({ length: 11 }, () => connect('::ffff:10.0.0.1'))
    expect(streams.at(-1)?.state).toBe('paused')
    expect(connect('10.0.0.2').state).toBe('open')
    pass(2000)
    expect(streams.at(-1)?.state).toBe('open')
  })

  test('are closed when they announce a request above socket.request.max.bytes', async () => {
    const { connect } = await listening({ maxFrameBytes: 50 })
    const [good, bad] = [connect(), connect()]
    good.receive(frame(METADATA, 50))
    bad.receive(frame(METADATA, 51).subarray(0, 4))
    expect([good.state, bad.state]).toEqual(['open', 'ended'])
  })

  test('are closed after connections.max.idle.ms, but not while a request waits', async () => {
    const { connect, pass, answer } = await listening({ maxIdleMs: 60_000 })
    const [idle, busy] = [connect(), connect()]
    busy.receive(frame(METADATA, 10))
    pass(55_000)
    expect([idle.state, busy.state]).toEqual(['open', 'open'])
    pass(20_000)
    expect([idle.state, busy.state]).toEqual(['destroyed', 'open'])
    await answer()
    pass(20_000)
    expect(busy.state).toBe('destroyed')
  })

  test('stay for ever where connections.max.idle.ms is negative', async () => {
    const { connect, pass } = await listening({ maxIdleMs: -1 })
    const idle = connect()
    pass(3_600_000)
    expect(idle.state).toBe('open')
  })

  test('are not read from while queued.max.requests of theirs are under way', async () => {
    const { connect, answer } = await listening({ maxInFlight: 2 })
    const stream = connect()
    stream.receive(frame(METADATA, 10))
    expect(stream.state).toBe('open')
    stream.receive(frame(METADATA, 10))
    expect(stream.state).toBe('paused')
    await answer()
    expect(stream.state).toBe('open')
  })

  test('are none of them read from while records take up queued.max.request.bytes', async () => {
    const { connect, answer } = await listening({ maxQueuedBytes: 150 })
    const [first, second, third] = [connect(), connect(), connect()]
    first.receive(frame(PRODUCE, 100))
    second.receive(frame(METADATA, 100))
    expect(second.state).toBe('open')
    second.receive(frame(PRODUCE, 100))
    third.receive(frame(METADATA, 10))
    expect([second.state, third.state]).toEqual(['paused', 'paused'])
    await answer()
    expect([first.state, second.state, third.state]).toEqual(['open', 'open', 'open'])
  })

  test('of a throttled client are answered at once, and not read from for as long as it is throttled', async () => {
    const { connect, answer, pass } = await listening()
    const stream = connect()
    stream.receive(frame(METADATA, 10))
    await answer({ kind: 'RESPONSE', chunks: [Buffer.alloc(1)], throttleMs: 500 })
    expect([stream.written, stream.state]).toEqual([1, 'paused'])
    pass(499)
    expect(stream.state).toBe('paused')
    pass(1)
    expect(stream.state).toBe('open')
  })
})
