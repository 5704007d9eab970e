import { describe, expect, test } from 'vitest'
import { ProcessClock, SeededRandom, VirtualClock } from '../src/index.ts'

const clockOf = (seed = 1) => new VirtualClock({ random: new SeededRandom(seed) })

describe('a virtual clock', () => {
  test('runs timers by time, and time stands still between them', async () => {
    const clock = clockOf()
    const seen: [string, number][] = []
    for (const [name, ms] of [
      ['c', 30],
      ['a', 10],
      ['b', 20],
    ] as const)
      clock.after(ms, () => seen.push([name, clock.monotonic()]))
    expect(await clock.runUntilIdle()).toBe(true)
    expect(seen).toEqual([['a', 10], ['b', 20], ['c', 30]]) // prettier-ignore
  })

  test('runs what is due at one instant in an order that the seed decides', async () => {
    const order = async (seed: number) => {
      const clock = clockOf(seed)
      const seen: number[] = []
      for (let i = 0; i < 20; i++) clock.after(5, () => seen.push(i))
      await clock.runUntilIdle()
      return seen
    }
    expect(await order(1)).toEqual(await order(1))
    expect(await order(1)).not.toEqual(await order(2))
  })

  test('runs `soon` before time moves, first in first out', async () => {
    const clock = clockOf()
    const seen: string[] = []
    clock.after(0, () => seen.push('timer'))
    clock.soon(() => {
      seen.push('first')
      clock.soon(() => seen.push('third'))
    })
    clock.soon(() => seen.push('second'))
    await clock.runUntilIdle()
    expect(seen).toEqual(['first', 'second', 'third', 'timer'])
  })

  test('lets all promises of an event run dry before the next event', async () => {
    const clock = clockOf()
    const seen: string[] = []
    const chain = async (name: string) => {
      for (let i = 0; i < 10; i++) {
        await Promise.resolve()
        await new Promise<void>((resolve) => process.nextTick(resolve))
        seen.push(name)
      }
    }
    clock.after(1, () => void chain('a'))
    clock.after(2, () => void chain('b'))
    await clock.runUntilIdle()
    expect(seen.join('')).toBe('aaaaaaaaaabbbbbbbbbb')
  })

  test('forgets a cancelled timer, however often it is cancelled', async () => {
    const clock = clockOf()
    let ran = 0
    const cancel = clock.after(1, () => ran++)
    cancel()
    cancel()
    expect(clock.nextAt).toBeUndefined()
    expect(await clock.step()).toBe(false)
    clock.after(1, () => ran++)
    await clock.runUntilIdle()
    expect(ran).toBe(1)
  })

  test('moves to the asked time also where nothing is due, and not past it', async () => {
    const clock = clockOf()
    let ran = 0
    clock.after(100, () => ran++)
    await clock.runUntil(99)
    expect([clock.monotonic(), ran]).toEqual([99, 0])
    await clock.runFor(1)
    expect([clock.monotonic(), ran]).toEqual([100, 1])
  })

  test('stops a run at its limit instead of turning for ever', async () => {
    const clock = clockOf()
    const again = () => void clock.after(10, again)
    again()
    expect(await clock.runUntilIdle({ steps: 50 })).toBe(false)
    expect(clock.steps).toBe(50)
    expect(await clock.runWhile(() => true, { ms: 1000 })).toBe(false)
    expect(clock.monotonic()).toBe(1500)
  })

  test('hands over the outcome of a promise that virtual time settles', async () => {
    const clock = clockOf()
    const after = (ms: number) =>
      new Promise<number>((resolve) => void clock.after(ms, () => resolve(clock.monotonic())))
    expect(await clock.resolve(after(60_000))).toBe(60_000)
    await expect(clock.resolve(Promise.reject(new Error('refused')))).rejects.toThrow('refused')
    await expect(clock.resolve(new Promise(() => undefined))).rejects.toThrow('still pending')
  })

  test('throws what an event throws to whoever drives it', async () => {
    const clock = clockOf()
    clock.after(1, () => {
      throw new Error('broken')
    })
    await expect(clock.step()).rejects.toThrow('broken')
    expect(await clock.step()).toBe(false)
  })

  test('wall time jumps without monotonic time', async () => {
    const clock = clockOf()
    const wall = clock.wall()
    await clock.runFor(10)
    clock.jumpWall(-5000)
    expect(clock.wall() - wall).toBe(-4990)
    expect(clock.monotonic()).toBe(10)
  })

  test('refuses a duration that is no number, and never runs one that is infinite', async () => {
    const clock = clockOf()
    expect(() => clock.after(Number.NaN, () => undefined)).toThrow(RangeError)
    clock.after(Infinity, () => undefined)
    expect(clock.nextAt).toBeUndefined()
  })

  test('moves on for every wait, however short', async () => {
    const clock = clockOf()
    await clock.runFor(0.3)
    const deadline = clock.monotonic() + 1e-12
    let looks = 0
    const look = () => {
      looks++
      if (clock.monotonic() < deadline) clock.after(deadline - clock.monotonic(), look)
    }
    look()
    await clock.runUntilIdle({ steps: 10 })
    expect(looks).toBeLessThan(3)
  })

  test('gives up on something that schedules itself without waiting', async () => {
    const clock = clockOf()
    const again = () => clock.soon(again)
    again()
    await expect(clock.runFor(1)).rejects.toThrow('without waiting')
  })

  test('never runs a timer before its time', async () => {
    const clock = clockOf()
    const random = new SeededRandom(2)
    for (let i = 0; i < 500; i++) {
      const due = clock.monotonic() + random.next() * 10
      clock.after(due - clock.monotonic(), () => expect(clock.monotonic()).toBeGreaterThanOrEqual(due - 1e-6))
      await clock.runFor(random.next())
    }
  })

  test('keeps its order over many timers that come and go', async () => {
    const clock = clockOf()
    const random = new SeededRandom(9)
    const seen: number[] = []
    const cancels = Array.from({ length: 2000 }, () =>
      clock.after(random.int(0, 500), () => seen.push(clock.monotonic())),
    )
    const cancelled = cancels.filter(() => random.chance(0.5))
    for (const cancel of cancelled) cancel()
    await clock.runUntilIdle()
    expect(seen).toHaveLength(2000 - cancelled.length)
    expect(seen).toEqual(seen.toSorted((a, b) => a - b))
  })
})

describe('the clock of a process', () => {
  test('begins its monotonic time at its birth', async () => {
    const root = clockOf()
    await root.runFor(500)
    const clock = new ProcessClock(root)
    expect(clock.monotonic()).toBe(0)
    await root.runFor(20)
    expect(clock.monotonic()).toBe(20)
  })

  test('holds what falls due while it is frozen and runs it at the thaw, in order', async () => {
    const root = clockOf()
    const clock = new ProcessClock(root)
    const seen: [string, number][] = []
    clock.after(20, () => seen.push(['b', clock.monotonic()]))
    clock.after(10, () => seen.push(['a', clock.monotonic()]))
    const cancel = clock.after(15, () => seen.push(['cancelled while held', clock.monotonic()]))
    clock.freeze()
    await root.runFor(1000)
    expect(seen).toEqual([])
    cancel()
    clock.thaw()
    await root.runUntilIdle()
    expect(seen).toEqual([['a', 1000], ['b', 1000]]) // prettier-ignore
  })

  test('never runs anything after its death', async () => {
    const root = clockOf()
    const clock = new ProcessClock(root)
    let ran = 0
    clock.after(10, () => ran++)
    clock.soon(() => ran++)
    clock.kill()
    clock.after(1, () => ran++)
    clock.soon(() => ran++)
    clock.thaw()
    await root.runUntilIdle()
    expect([ran, clock.state]).toEqual([0, 'dead'])
  })
})
