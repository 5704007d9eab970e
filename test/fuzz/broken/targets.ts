// Targets that go wrong, each in one way: the proof that watch.ts would tell.
import { law, type Target } from '../targets/target.ts'

const GOES_WRONG_AT = 30

/** Inputs are counted; from the thirtieth on, `wrong` is done. */
const wrongAt = (wrong: () => void): Target => {
  let count = 0
  return {
    next: () => Buffer.of(0xca, 0xfe, count++),
    run: (input) => {
      if (input[2] === GOES_WRONG_AT) wrong()
      return true
    },
  }
}

export const hangs = (): Target =>
  wrongAt(() => {
    for (;;);
  })

export const dies = (): Target => wrongAt(() => process.abort())

export const throws = (): Target =>
  wrongAt(() => {
    throw new TypeError('cannot read properties of undefined')
  })

export const breaksLaw = (): Target => wrongAt(() => law(false, () => 'an example of a law'))

export const devours = (): Target =>
  wrongAt(() => {
    const held: unknown[] = []
    for (;;) held.push(Array.from({ length: 10_000 }, () => ({})))
  })

export const neverEnds = (): Target => ({
  next: () => Buffer.of(1),
  run: () => new Promise<boolean>(() => undefined),
})

const kept: Buffer[] = []

/** Keeps a kilobyte of each input: nothing that one input shows. */
export const leaks = (): Target => ({
  next: () => Buffer.of(1),
  run: () => kept.push(Buffer.alloc(1024)) > 0,
})
