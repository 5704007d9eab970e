// The whole harness with hardly any records: that it runs and reports, not how fast anybody is.

import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findTool } from '../../interop/toolbox/toolbox.ts'
import { runBench } from '../bench.ts'
import { parseOptions } from '../options.ts'
import { markdown, type Report } from '../report.ts'

const { missing } = await findTool('kafka')
if (missing !== undefined && process.env.JACKDAW_INTEROP_REQUIRED) throw new Error(missing)

describe('the bench', () => {
  test('measures Jackdaw and Kafka in one run with the same client, and leaves nothing behind', async (context) => {
    if (missing !== undefined) context.skip(missing)
    const root = await mkdtemp(join(tmpdir(), 'bench-'))
    const options = parseOptions(['--plan', 'tiny', '--contenders', 'jackdaw,kafka', '--only', 'footprint'])!
    const told: string[] = []
    const reported = async ({ tables }: Report) => void told.push(...tables.map(({ name }) => name))
    try {
      const report = await runBench({ ...options, root, progress: () => {}, reported })
      const rows = report.tables.flatMap((table) => table.rows)
      expect(rows.map(({ failures }) => failures)).toEqual(rows.map(() => ({})))
      expect(told).toEqual(['footprint'])
      for (const { samples } of rows) expect([samples.jackdaw?.length, samples.kafka?.length]).toEqual([1, 1])
      const memory = rows.filter(({ unit }) => unit === 'MiB').flatMap(({ samples }) => Object.values(samples).flat())
      expect(memory.length).toBe(6)
      for (const mebibytes of memory) expect(mebibytes).toBeGreaterThan(1)
      expect(markdown(report)).toContain('Jackdaw ÷ Kafka')
      expect(await readdir(root)).toEqual([])
    } finally {
      await rm(root, { recursive: true })
    }
  })
})
