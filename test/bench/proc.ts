// What Linux knows of a process: memory from /proc/PID/status, processor time from /proc/PID/stat.

import { readdirSync, readFileSync } from 'node:fs'

/** USER_HZ: what the kernel counts in towards programs, whatever its own tick. */
const TICKS_PER_SECOND = 100

export interface Usage {
  /** User and system time of all threads since the start. */
  readonly cpuSeconds: number
  readonly rssBytes: number
  /** The largest resident set so far. */
  readonly peakRssBytes: number
}

/** Throws where there is no such process. */
export function usageOf(pid: number): Usage {
  const stat = parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  return { cpuSeconds: stat.cpuSeconds, ...parseStatus(readFileSync(`/proc/${pid}/status`, 'utf8')) }
}

/** The processes that this one has started and that still run. */
export function childPids(): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.map(Number).filter((pid) => parentOf(pid) === process.pid)
}

function parentOf(pid: number): number | undefined {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8')).parent
  } catch {
    return undefined // it ended in the meantime
  }
}

/** The second field is the program's name in parentheses, with any characters in it: what follows starts after the last one. */
export function parseStat(text: string): { readonly parent: number; readonly cpuSeconds: number } {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const field = (number: number) => Number(fields[number - 3])
  return { parent: field(4), cpuSeconds: (field(14) + field(15)) / TICKS_PER_SECOND }
}

export function parseStatus(text: string): Pick<Usage, 'rssBytes' | 'peakRssBytes'> {
  const kilobytes = (name: string) => {
    const [, value] = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text) ?? []
    if (value === undefined) throw new Error(`/proc/PID/status has no line ${name}.`)
    return Number(value) * 1024
  }
  return { rssBytes: kilobytes('VmRSS'), peakRssBytes: kilobytes('VmHWM') }
}
