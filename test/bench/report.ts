// A run as Markdown: who, on what, and a table for each measurement with medians, ranges and ratios. Every number of a table comes from
// this one run.

import type { Contender } from './contenders.ts'
import type { Machine } from './machine.ts'
import type { Measurement, Row } from './rounds.ts'
import { ratios, spread } from './statistics.ts'

export interface Report {
  /** ISO 8601. */
  readonly date: string
  readonly command: string
  readonly plan: { readonly name: string; readonly rounds: number }
  readonly machine: Machine
  readonly contenders: readonly Pick<Contender, 'name' | 'title' | 'setting' | 'acknowledges'>[]
  /** The contender that ratios are of. */
  readonly ours: string | undefined
  readonly tables: readonly Table[]
}

export interface Table extends Pick<Measurement, 'name' | 'title' | 'about'> {
  readonly rows: readonly Row[]
}

export function markdown(report: Report): string {
  const parts = [heading(report), who(report), on(report), ...report.tables.map((table) => measured(table, report))]
  return `${parts.join('\n\n')}\n`
}

const heading = ({ date, command, plan }: Report): string => `# Benchmarks

Jackdaw and Apache Kafka, measured in one run on one machine and one disk by Kafka's own ProducerPerformance and
ConsumerPerformance. The contenders take turns (A B C, A B C, …), ${plan.rounds} rounds in each case, so that a machine that drifts
meets all. Numbers are medians of the turns, with the smallest and the largest. A ratio is the median of the rounds'
own ratios, with their range: within a round both sides were measured within the same minute. A difference smaller than the
ranges is no difference. Absolute numbers are those of this machine; client and broker share its cores.

Written by \`${command}\` on ${date.slice(0, 10)} (plan: ${plan.name}). Do not edit it, run it again.`

const who = ({ contenders }: Report): string => {
  const rows = contenders.map(({ title, setting, acknowledges }) => [title, setting, acknowledges])
  return `## Contenders\n\n${grid(['Contender', 'Set up', 'Acknowledged when'], rows)}`
}

const on = ({ machine }: Report): string => `## Machine\n\n${grid(['', ''], Object.entries(machine))}`

function measured({ title, about, rows }: Table, { contenders, ours }: Report): string {
  const present = contenders.filter(({ name }) => rows.some((row) => cell(row, name) !== ''))
  const mine = present.find(({ name }) => name === ours)
  const others = mine === undefined ? [] : present.filter((contender) => contender !== mine)
  const header = [
    '',
    ...present.map(({ title: word }) => word),
    ...others.map((other) => `${mine?.title} ÷ ${other.title}`),
  ]
  const lines = rows.map((row) => [
    `${row.title} (${row.unit}, ${row.better} is better)`,
    ...present.map(({ name }) => cell(row, name)),
    ...others.map(({ name }) => ratio(row, ours ?? '', name)),
  ])
  const notes = rows.flatMap((row) => failures(row, contenders))
  return [`## ${title}`, wrapped(about), grid(header, lines), ...notes].join('\n\n')
}

/** Empty where the contender took no part. */
function cell({ samples, failures: failed }: Row, name: string): string {
  const found = spread(samples[name] ?? [])
  if (failed[name] !== undefined) return 'failed'
  if (found === undefined) return ''
  return `${digits(found.median)} (${digits(found.min)}–${digits(found.max)})`
}

function ratio({ samples }: Row, ours: string, theirs: string): string {
  const found = spread(ratios(samples[ours] ?? [], samples[theirs] ?? []))
  return found === undefined ? '' : `**${found.median.toFixed(2)}** (${found.min.toFixed(2)}–${found.max.toFixed(2)})`
}

const failures = ({ title, failures: failed }: Row, contenders: Report['contenders']): string[] =>
  contenders
    .filter(({ name }) => failed[name] !== undefined)
    .map(({ name, title: who }) => `Failed: ${who}, ${title}: ${failed[name]?.split('\n')[0]}`)

/** Three digits that count. */
export function digits(value: number): string {
  if (value === 0 || Math.abs(value) >= 100) return value.toFixed()
  return Number(value.toPrecision(3)).toString()
}

/** A Markdown table with its columns aligned. */
function grid(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows]
  const widths = header.map((_, column) => Math.max(3, ...all.map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]) => `| ${cells.map((text, i) => text.padEnd(widths[i] ?? 0)).join(' | ')} |`
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}

const WIDTH = 120

function wrapped(text: string): string {
  const lines = ['']
  for (const word of text.split(' ')) {
    const last = lines.length - 1
    if (lines[last]!.length + word.length >= WIDTH) lines.push(word)
    else lines[last] = lines[last] === '' ? word : `${lines[last]} ${word}`
  }
  return lines.join('\n')
}
