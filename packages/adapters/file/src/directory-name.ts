// The directory of a log: its name, as Kafka has it, wherever that is one plain path component that nobody else uses.

const longest = 220

/** `taken` holds names in lower case. A name that cannot stand as it is is escaped, one that is taken gets the log's number. */
export function directoryFor(name: string, number: number, taken: ReadonlySet<string>): string {
  const escaped = name
    .replace(/[^A-Za-z0-9._-]/gu, (character) =>
      encodeURIComponent(character).replace(/^[^%].*$/, (c) => `%${c.charCodeAt(0).toString(16)}`),
    )
    .replace(/^\./, '%2E')
  const plain = escaped.length > longest ? escaped.slice(0, longest) : escaped
  if (plain === escaped && plain !== '' && !taken.has(plain.toLowerCase()) && !plain.endsWith('-delete')) return plain
  return `${plain}~${number}`
}
