// What `npm test` runs, in this order, and how long each suite may take on two cores. All of it stays within `totalMinutes`;
// a suite that needs more gives something up or takes it from another. run.ts ends a suite at three times its minutes.

export interface Suite {
  readonly name: string
  readonly minutes: number
  /** What it shows that no other suite does. */
  readonly why: string
  /** A program of node_modules/.bin with its arguments (counts as one test), or a project of vitest.config.ts. */
  readonly run: { readonly command: readonly [program: string, ...args: string[]] } | { readonly project: string }
}

export const totalMinutes = 40

export const suites: readonly Suite[] = [
  {
    name: 'typecheck',
    minutes: 1,
    why: 'every file of the tree, tests included, against strict TypeScript',
    run: { command: ['tsc', '--noEmit'] },
  },
  {
    name: 'lint',
    minutes: 1,
    why: 'floating promises, import cycles, and the clock and chance that the core may not touch',
    run: { command: ['oxlint', '--type-aware', '--deny-warnings'] },
  },
  {
    name: 'format',
    minutes: 0.5,
    why: 'one style, so that a diff shows changes',
    run: { command: ['oxfmt', '--check'] },
  },
  {
    name: 'unit',
    minutes: 6,
    why: 'each package by itself, the laws of the ports over every adapter, and the shape of the tree',
    run: { project: 'unit' },
  },
  {
    name: 'simulation',
    minutes: 8,
    why: 'the real broker under seeds on virtual time: kills, pauses, lost and late writes',
    run: { project: 'simulation' },
  },
  {
    name: 'fuzz',
    minutes: 4,
    why: 'frames that nobody should send, against the decoders and the broker',
    run: { project: 'fuzz' },
  },
  {
    name: 'interop',
    minutes: 15,
    why: 'clients of other people against the daemon, as they are released',
    run: { project: 'interop' },
  },
  {
    name: 'packaging',
    minutes: 3,
    why: 'what users install: the tarballs, in an empty folder, with npm',
    run: { project: 'packaging' },
  },
]

/**
 * Skips that are known and accepted where CI is set; any other is a failure there. A test says why by `context.skip(reason)`,
 * and the reason has to be one of these to the letter.
 */
export const acceptedSkips: readonly string[] = []
