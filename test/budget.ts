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

export interface AcceptedSkip {
  /** How the path of the test file begins. */
  readonly path: string
  /** What the test gives to `context.skip`, to the letter. */
  readonly reason: string
  readonly why: string
}

const memory = 'packages/adapters/memory/'
const file = 'packages/adapters/file/'
const oneProcess = 'its logs are read by one process only'
const noWire = 'between the store and its disk there is no wire on which this could happen'

/** Skips that are known and accepted where CI is set. Any other is a failure there. */
export const acceptedSkips: readonly AcceptedSkip[] = [
  { path: memory, reason: 'supports.durability is D0: nothing is promised', why: 'memory is gone with its process' },
  { path: memory, reason: 'supports.scope is process', why: oneProcess },
  { path: memory, reason: 'the factory has no cutOff()', why: 'a role that ends with its process cannot be cut off' },
  {
    path: memory,
    reason: 'the factory does not count bytesRead()',
    why: 'it reads from nowhere: it hands out what it holds',
  },
  { path: file, reason: 'supports.scope is process', why: oneProcess },
  { path: file, reason: 'supports.pipelined is false', why: 'it takes one append of a log at a time' },
  { path: file, reason: 'the factory has no fault LATE', why: noWire },
  { path: file, reason: 'the factory has no fault REQUEST_LOST', why: noWire },
  { path: file, reason: 'the factory has no fault REPLY_LOST', why: noWire },
  {
    path: file,
    reason: 'the factory has no fault TORN',
    why: 'torn and lost writes are the work of its own faults.test.ts',
  },
  { path: file, reason: 'the factory has no crash()', why: 'kills and power cuts have tests of their own beside it' },
  { path: file, reason: 'the factory has no vanish()', why: 'a directory that vanished is damage: damage.test.ts' },
  { path: file, reason: 'the factory has no corrupt()', why: 'damage.test.ts flips every bit and cuts at every byte' },
  {
    path: file,
    reason: 'the factory does not count bytesRead()',
    why: 'the disk whose power is cut does not count; the other two do',
  },
  {
    path: file,
    reason: 'the factory has no kill()',
    why: 'process.test.ts kills the process that holds the directory',
  },
  { path: file, reason: 'the factory has no cutOff()', why: noWire },
]
