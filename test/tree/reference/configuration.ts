// docs/reference/configuration.md, from the tables of packages/config.
import { brokerConfigs, groupConfigs, topicConfigs } from '@jackdaw/config'
import type { Property } from '@jackdaw/config'

export function renderConfiguration(): string {
  const sections: readonly [title: string, introduction: string, table: Readonly<Record<string, Property>>][] = [
    ['Broker', 'Read from `server.properties` and `--set key=value`.', brokerConfigs],
    ['Topic', 'Set with a topic; what is not set comes from the broker’s key in brackets.', topicConfigs],
    ['Group', 'Set with a group; what is not set comes from the broker’s key in brackets.', groupConfigs],
  ]
  const body = sections.map(
    ([title, introduction, table]) =>
      `## ${title}\n\n${introduction}\n\n| Key | Type | Default | Takes | Changes | What it does |\n| --- | --- | --- | --- | --- | --- |\n${rows(table)}`,
  )
  return `${head}\n${body.join('\n')}`
}

const head = `# Configuration

Kafka’s keys, names, types and defaults. Written by \`pnpm run docs\` from \`packages/config\`; do not edit.

A key of Kafka’s that is missing here is accepted, and the broker says at start why it has no effect; those that would guard
something are refused. What Kafka does not know either is an error that names the nearest key.
`

function rows(table: Readonly<Record<string, Property>>): string {
  return Object.entries(table)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, property]) => `| ${cells(name, property).map(escape).join(' | ')} |\n`)
    .join('')
}

function cells(name: string, property: Property): string[] {
  const { type, accepts, dynamic, broker, doc, noEffect } = property
  const text = property.print(property.default)
  const behind =
    broker === undefined ? '' : ` [${typeof broker === 'string' ? broker : Object.keys(broker).join(', ')}]`
  const changes = behind !== '' ? 'at once' : dynamic === undefined ? 'at start' : 'while running'
  const effect = noEffect === undefined ? doc : `${doc} **No effect**: ${noEffect}.`
  return [`\`${name}\``, type.toLowerCase(), (text ? `\`${text}\`` : '') + behind, accepts, changes, effect]
}

const escape = (cell: string) => cell.replaceAll('|', '\\|')
