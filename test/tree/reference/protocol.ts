// docs/reference/apis.md and errors.md, from the broker's handlers and the protocol's tables.
import { apis, errors } from '@jackdaw/protocol'
import { handlers } from '../../../packages/broker/src/handlers/index.ts'

const written = 'Written by `pnpm run docs`; do not edit.'

export function renderApis(): string {
  const served = new Map(handlers.map(({ api, versions }) => [api.key, `${versions.min}–${versions.max}`]))
  const rows = [...apis]
    .sort((a, b) => a.key - b.key)
    .map(
      ({ key, name, versions }) => `| ${key} | ${name} | ${versions.min}–${versions.max} | ${served.get(key) ?? ''} |`,
    )
  return `# APIs

Every API that \`packages/protocol\` encodes and decodes, and the versions of it that the broker serves. ${written}

| Key | Name | Versions known | Versions served |
| --- | --- | --- | --- |
${rows.join('\n')}
`
}

export function renderErrors(): string {
  const rows = Object.entries(errors)
    .sort(([, a], [, b]) => a.code - b.code)
    .map(
      ([name, { code, retriable, description }]) =>
        `| ${code} | ${name} | ${retriable ? 'yes' : ''} | ${description} |`,
    )
  return `# Errors

Kafka’s error codes. A client may try again what is retriable, after it has looked at fresh metadata. ${written}

| Code | Name | Retriable | What happened |
| --- | --- | --- | --- |
${rows.join('\n')}
`
}
