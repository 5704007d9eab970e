// A `jackdaw` process under test.
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

const main = join(import.meta.dirname, '../src/main.ts')

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export class Jackdaw {
  readonly process: ChildProcess
  readonly ended: Promise<Ended>
  #stdout = ''
  #stderr = ''
  readonly #waiting = new Set<() => void>()

  constructor(args: readonly string[], cwd = process.cwd()) {
    this.process = spawn(process.execPath, ['--conditions=source', main, ...args], {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.process.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text
      for (const look of this.#waiting) look()
    })
    this.process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text
    })
    this.ended = new Promise((resolve) => {
      this.process.once('close', (code) => {
        resolve({ code, stdout: this.#stdout, stderr: this.#stderr })
        for (const look of this.#waiting) look()
      })
    })
    onTestFinished(() => {
      this.process.kill('SIGKILL')
    })
  }

  /** The log's first line with this field, as JSON. Rejects when the process ends without it. */
  logged(field: string): Promise<Readonly<Record<string, unknown>>> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const lines = this.#stdout.split('\n').slice(0, -1)
        const found = lines.map((line) => JSON.parse(line) as Record<string, unknown>).find((line) => field in line)
        if (found) resolve(found)
        else if (this.process.exitCode !== null)
          reject(new Error(`ended without ${field}: ${this.#stdout}${this.#stderr}`))
        else return
        this.#waiting.delete(look)
      }
      this.#waiting.add(look)
      look()
    })
  }

  /** Where it serves. */
  async bootstrap(): Promise<{ host: string; port: number }> {
    const { bootstrap } = await this.logged('bootstrap')
    const [address = ''] = bootstrap as string[]
    return {
      host: address.slice(0, address.lastIndexOf(':')),
      port: Number(address.slice(address.lastIndexOf(':') + 1)),
    }
  }
}

/** A directory that is gone after the test. */
export function temporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'jackdaw-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}
