import { describe, expect, test } from 'vitest'
import { digits, markdown, type Report } from '../report.ts'
import type { Row } from '../rounds.ts'

const contender = (name: string) => ({
  name,
  title: name.toUpperCase(),
  setting: `${name}'s setting`,
  acknowledges: 'synced',
})

const row = (title: string, samples: Row['samples'], failures: Row['failures'] = {}): Row => ({
  title,
  unit: 'MiB/s',
  better: 'more',
  samples,
  failures,
})

const report = (rows: readonly Row[]): Report => ({
  date: '2026-11-21T10:00:00.000Z',
  command: 'pnpm bench',
  plan: { name: 'full', rounds: 3 },
  machine: { Memory: '24 GiB' },
  contenders: ['a', 'b', 'c'].map(contender),
  ours: 'a',
  tables: [{ name: 'produce', title: 'Produce', about: 'How much.', rows }],
})

/** The cells of the line that begins with `start`. */
const cells = (text: string, start: string): string[] => {
  const line = text.split('\n').find((one) => one.startsWith(`| ${start}`)) ?? ''
  return line
    .split('|')
    .slice(2, -1)
    .map((one) => one.trim())
}

describe('the report', () => {
  test('says medians with their ranges, and ours by each of the others', () => {
    const text = markdown(report([row('1 KB', { a: [10, 20, 30], b: [20, 40, 50], c: [5, 5, 5] })]))
    expect(cells(text, '1 KB')).toEqual([
      '20 (10–30)',
      '40 (20–50)',
      '5 (5–5)',
      '**0.50** (0.50–0.60)',
      '**4.00** (2.00–6.00)',
    ])
    expect(text).toContain('A ÷ B')
    expect(text).toContain('1 KB (MiB/s, more is better)')
  })

  test('has no column for who took no part in a measurement', () => {
    const text = markdown(report([row('1 KB', { a: [1], b: [2], c: [] })]))
    expect(cells(text, '1 KB')).toEqual(['1 (1–1)', '2 (2–2)', '**0.50** (0.50–0.50)'])
    expect(text).not.toContain('÷ C')
  })

  test('names a failure where the number would be, and says why below', () => {
    const text = markdown(report([row('1 KB', { a: [], b: [2], c: [3] }, { a: 'it ended\nwith a long trace' })]))
    expect(cells(text, '1 KB').slice(0, 2)).toEqual(['failed', '2 (2–2)'])
    expect(text).toContain('Failed: A, 1 KB: it ended\n')
  })

  test('says how everyone was set up, and on what', () => {
    const text = markdown(report([]))
    expect(cells(text, 'B')).toEqual(["b's setting", 'synced'])
    expect(cells(text, 'Memory')).toEqual(['24 GiB'])
    expect(text).toContain('`pnpm bench` on 2026-11-21')
  })

  test('keeps three digits that count', () => {
    expect([0, 0.01234, 1.239, 12.34, 123.6, 12_345].map(digits)).toEqual([
      '0',
      '0.0123',
      '1.24',
      '12.3',
      '124',
      '12345',
    ])
  })
})
