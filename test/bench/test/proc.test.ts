import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { fileSystemOf } from '../machine.ts'
import { childPids, parseStat, parseStatus, usageOf } from '../proc.ts'

describe('what /proc says', () => {
  test('a program whose name has spaces and parentheses does not shift the fields', () => {
    const stat = '4711 (a) b (c) S 42 4711 4711 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 11 0 100 1000 2000\n'
    expect(parseStat(stat)).toEqual({ parent: 42, cpuSeconds: 3 })
  })

  test('memory is told in bytes', () => {
    expect(parseStatus('Name:\tjava\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\n')).toEqual({
      rssBytes: 1_048_576,
      peakRssBytes: 2_097_152,
    })
    expect(() => parseStatus('Name:\tkthreadd\n')).toThrow('no line VmRSS')
  })

  test('the file system is that of the nearest mount above a directory', () => {
    const mounts = [
      '22 1 254:0 / / rw shared:1 - ext4 /dev/root rw',
      '23 22 0:5 / /data rw - xfs /dev/b rw',
      '24 22 0:6 / /data/tmp rw - tmpfs tmpfs rw',
      '',
    ].join('\n')
    expect(fileSystemOf('/home/x', mounts)).toBe('ext4')
    expect(fileSystemOf('/data/logs', mounts)).toBe('xfs')
    expect(fileSystemOf('/data/tmp', mounts)).toBe('tmpfs')
    expect(fileSystemOf('/data/tmpfiles', mounts)).toBe('xfs')
    expect(fileSystemOf('/', '')).toBe('unknown')
  })
})

describe('a process that was started here', () => {
  test('is found among the children, and measured', async (context) => {
    if (!existsSync('/proc/self/stat')) context.skip('this system has no /proc')
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] })
    try {
      expect(childPids()).toContain(child.pid)
      const { rssBytes, peakRssBytes } = usageOf(child.pid ?? 0)
      expect(rssBytes).toBeGreaterThan(0)
      expect(peakRssBytes).toBeGreaterThanOrEqual(rssBytes)
    } finally {
      child.kill()
      await new Promise((resolve) => child.once('close', resolve))
    }
    expect(childPids()).not.toContain(child.pid)
  })
})
