// Inputs that once broke a law, run first for ever. A file `<target>.<what it was>.hex` holds one input a line, in the order in
// which they are run; a line that begins with # says something about them.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const directory = join(import.meta.dirname, 'corpus')

export interface CorpusFile {
  readonly name: string
  readonly inputs: readonly string[]
}

export const readInputs = (path: string): readonly string[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))

export const corpusOf = (target: string): readonly CorpusFile[] =>
  readdirSync(directory)
    .filter((name) => name.startsWith(`${target}.`) && name.endsWith('.hex'))
    .toSorted()
    .map((name) => ({ name, inputs: readInputs(join(directory, name)) }))
