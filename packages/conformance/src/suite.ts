// What a suite is made of: laws, each a list of named cases, and a runner that the adapter's author brings along.

/** A case of a law. What it needs and does not find is why it is skipped. */
export interface Case<Bench> {
  readonly name: string
  /** The reason why this case cannot run here, if there is one. */
  readonly unfit?: (bench: Bench) => string | undefined
  readonly run: (bench: Bench) => Promise<void>
}

export interface Law<Bench> {
  readonly law: string
  readonly cases: readonly Case<Bench>[]
}

/** The two functions of a test runner (node:test, vitest, jest, …) that the suite needs. */
export interface Runner {
  readonly test: (name: string, run: () => Promise<void>) => unknown
  /** Default: a test that passes and says in its name why it did nothing. */
  readonly skip?: (name: string, reason: string) => unknown
}

/** Cases that an adapter is known not to honour, by their full names: listed as skipped. An unknown name is a failure. */
export interface Exception {
  readonly reason: string
  readonly cases: readonly string[]
}

export interface Verdict {
  readonly law: string
  readonly name: string
  /** Absent where the case can run. */
  readonly skipped?: string
  readonly run: () => Promise<void>
}

/** Every case of the laws with what decides whether it runs. `makeBench` is called once more for each run of a case. */
export function* casesOf<Bench extends AsyncDisposable>(
  laws: readonly Law<Bench>[],
  makeBench: () => Bench,
  exceptions: readonly Exception[] = [],
): Generator<Verdict> {
  const excused = new Map(exceptions.flatMap(({ reason, cases }) => cases.map((name) => [name, reason])))
  const fitting = makeBench()
  for (const { law, cases } of laws) {
    for (const { name: short, unfit, run } of cases) {
      const name = `${law}: ${short}`
      const skipped = excused.get(name) ?? unfit?.(fitting)
      excused.delete(name)
      yield { law, name, skipped, run: () => runCase(makeBench(), run) }
    }
  }
  for (const name of excused.keys()) {
    yield { law: 'exceptions', name: `exceptions: "${name}" is a case of the suite`, run: () => refuse(name) }
  }
}

async function runCase<Bench extends AsyncDisposable>(
  bench: Bench,
  run: (bench: Bench) => Promise<void>,
): Promise<void> {
  await using used = bench
  await run(used)
}

async function refuse(name: string): Promise<void> {
  throw new Error(`No case is called "${name}": it was renamed, or the exception is no longer needed.`)
}

export function register(runner: Runner, verdicts: Iterable<Verdict>): void {
  const skip = runner.skip ?? ((name, reason) => runner.test(`${name} (skipped: ${reason})`, async () => undefined))
  for (const { name, skipped, run } of verdicts) {
    if (skipped === undefined) runner.test(name, run)
    else skip(name, skipped)
  }
}
