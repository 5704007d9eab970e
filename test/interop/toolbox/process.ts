// Child processes: started, read line by line, ended with the test that started them. A child also dies when this process is
// killed outright: where util-linux has `setpriv`, the kernel sees to it.

import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { until } from './until.ts'

/** A program that can be run: an absolute path or a name on PATH, and what its environment needs. */
export interface Program {
  readonly command: string
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

export interface StartOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** Written to standard input, which is then closed. Without it, standard input is at its end from the start. */
  readonly input?: string | Uint8Array
  /** Leaves standard input open for `Running.write`. */
  readonly interactive?: boolean
}

export interface RunOptions extends StartOptions {
  /** The child is killed and the call fails after this many milliseconds. Default 90,000. */
  readonly withinMs?: number
  /** Exit codes that are no failure. Default [0]. */
  readonly exitCodes?: readonly number[]
}

export interface Output {
  readonly stdout: string
  readonly stderr: string
  readonly code: number
}

const leash = existsSync('/usr/bin/setpriv') ? ['/usr/bin/setpriv', '--pdeathsig', 'KILL', '--'] : []
const alive = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL')
})

/** A child process and what it has printed so far. Ends with SIGKILL when disposed. */
export class Running implements AsyncDisposable {
  stdout = ''
  stderr = ''
  readonly exited: Promise<number>
  readonly #child: ChildProcess
  readonly #line: string

  constructor(program: Program, args: readonly string[], options: StartOptions) {
    const [command = '', ...rest] = [...leash, program.command, ...(program.args ?? []), ...args]
    this.#line = [program.command, ...(program.args ?? []).slice(-1), ...args].join(' ')
    this.#child = spawn(command, rest, {
      cwd: options.cwd,
      env: { ...process.env, ...program.env, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    alive.add(this.#child)
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text))
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text))
    this.#child.stdin?.on('error', () => {}) // a child that ended before it read everything says so by its exit code
    if (!options.interactive) this.#child.stdin?.end(options.input)
    this.exited = new Promise((resolve, reject) => {
      this.#child.once('error', (error) => {
        alive.delete(this.#child)
        reject(error)
      })
      this.#child.once('close', (code, signal) => {
        alive.delete(this.#child)
        resolve(code ?? (signal === null ? -1 : 128))
      })
    })
    this.exited.catch(() => {}) // whoever awaits it still sees the failure
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  get lines(): string[] {
    return this.stdout.split('\n').filter((line) => line !== '')
  }

  write(text: string): void {
    this.#child.stdin?.write(text)
  }

  endInput(): void {
    this.#child.stdin?.end()
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<number> {
    this.#child.kill(signal)
    return this.exited
  }

  /** Waits until the standard output satisfies `test`; fails at once if the process ends first. */
  async prints(what: string, test: (stdout: string) => boolean, withinMs = 60_000): Promise<void> {
    const look = () => {
      if (test(this.stdout)) return true
      if (!this.running) throw new Error(`${this.#line} ended before it printed ${what}.\n${this.report()}`)
      return false
    }
    await until(what, look, { withinMs, everyMs: 50 }).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${this.report()}`, { cause: error })
    })
  }

  report(): string {
    return `$ ${this.#line}\n--- stdout\n${tail(this.stdout)}\n--- stderr\n${tail(this.stderr)}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill('SIGKILL').catch(() => {})
  }
}

export const start = (program: Program, args: readonly string[] = [], options: StartOptions = {}): Running =>
  new Running(program, args, options)

/** Runs to the end. Throws with everything printed if the exit code is not an expected one or time is up. */
export const run = async (
  program: Program,
  args: readonly string[] = [],
  { withinMs = 90_000, exitCodes = [0], ...options }: RunOptions = {},
): Promise<Output> => {
  const child = start(program, args, options)
  let late = false
  const timer = setTimeout(() => {
    late = true
    void child.kill('SIGKILL').catch(() => {})
  }, withinMs)
  const code = await child.exited.finally(() => clearTimeout(timer))
  if (late) throw new Error(`Not done after ${withinMs} ms.\n${child.report()}`)
  if (!exitCodes.includes(code)) throw new Error(`Exit code ${code}.\n${child.report()}`)
  return { stdout: child.stdout, stderr: child.stderr, code }
}

const tail = (text: string) => (text.length > 6000 ? `…${text.slice(-6000)}` : text)
