// The text format of server.properties, as java.util.Properties reads it: '#' and '!' comments, '=', ':' or white space after
// the key, a backslash at the end of a line joins it with the next, \t \n \r \f \uXXXX and \<any> elsewhere.

/**
 * The entries of a properties file, in order of first appearance; a later value of a key replaces an earlier one.
 * Throws a SyntaxError that names the line of a malformed \u escape.
 */
export function parseProperties(text: string): Map<string, string> {
  const entries = new Map<string, string>()
  for (const { line, number } of logicalLines(text.replace(/^\uFEFF/, ''))) {
    const { key, value } = splitAtSeparator(line)
    entries.set(unescape(key, number), unescape(value, number))
  }
  return entries
}

const blank = '[ \\t\\f]'

function* logicalLines(text: string): Generator<{ line: string; number: number }> {
  const lines = text.split(/\r\n|[\r\n]/)
  for (let at = 0; at < lines.length; at++) {
    const number = at + 1
    let line = trimStart(lines[at]!)
    if (line === '' || line.startsWith('#') || line.startsWith('!')) continue
    while (/(?<!\\)(?:\\\\)*\\$/.test(line)) line = line.slice(0, -1) + trimStart(lines[++at] ?? '')
    yield { line, number }
  }
}

function trimStart(line: string): string {
  return line.replace(new RegExp(`^${blank}+`), '')
}

const entryGrammar = new RegExp(`^((?:\\\\.|[^\\\\=: \\t\\f])*)${blank}*(?:[=:]${blank}*)?(.*)$`, 's')

function splitAtSeparator(line: string): { key: string; value: string } {
  const [, key = '', value = ''] = entryGrammar.exec(line) ?? []
  return { key, value }
}

const escapes: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' }

function unescape(text: string, line: number): string {
  return text.replace(/\\(?:u(.{0,4})|(.))/gs, (_, code: string | undefined, char: string | undefined) => {
    if (char !== undefined) return escapes[char] ?? char
    if (!/^[\da-fA-F]{4}$/.test(code!))
      throw new SyntaxError(`line ${line}: \\u must be followed by four hexadecimal digits`)
    return String.fromCharCode(Number.parseInt(code!, 16))
  })
}
