// The tree as the tests of its shape see it: files, packages, syntax. Needs no git: what is not ours lies in folders with
// known names.
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { parseSync } from 'oxc-parser'
import type { Node } from 'oxc-parser'

export const root = join(import.meta.dirname, '../..')

const notOurs = new Set(['node_modules', 'dist', 'coverage', '.git', '.cache', '.turbo', '.jackdaw', 'jackdaw-data'])

/** Every file of ours that `wanted` takes, as paths from the root with forward slashes, in order. */
export function filesOf(wanted: RegExp): string[] {
  const walk = (directory: string): string[] =>
    readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
      if (notOurs.has(entry.name)) return []
      const path = join(directory, entry.name)
      return entry.isDirectory() ? walk(path) : entry.isFile() ? [path] : []
    })
  return walk(root)
    .map((path) => relative(root, path).split(sep).join('/'))
    .filter((path) => wanted.test(path))
    .sort()
}

export const read = (path: string): string => readFileSync(join(root, path), 'utf8')

export interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly license?: string
  readonly description?: string
  readonly type?: string
  readonly files?: readonly string[]
  readonly engines?: Readonly<Record<string, string>>
  readonly exports?: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly publishConfig?: { readonly exports?: Manifest['exports'] }
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly scripts?: Readonly<Record<string, string>>
}

export interface Package {
  /** From the root, '' for the root itself. */
  readonly folder: string
  readonly manifest: Manifest
}

export function packages(): Package[] {
  return filesOf(/(^|\/)package\.json$/).map((path) => ({
    folder: path.slice(0, -'package.json'.length).replace(/\/$/, ''),
    manifest: JSON.parse(read(path)) as Manifest,
  }))
}

/** The package that a file belongs to: the nearest above it. */
export function packageOf(path: string, all: readonly Package[]): Package {
  const above = all.filter(({ folder }) => folder === '' || path.startsWith(`${folder}/`))
  return above.reduce((nearest, one) => (one.folder.length > nearest.folder.length ? one : nearest))
}

/** Every node of a file's syntax tree. */
export function nodesOf(path: string): Node[] {
  const { program, errors } = parseSync(path, read(path))
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`)
  const nodes: Node[] = []
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit)
    else if (typeof value === 'object' && value !== null) {
      if ('type' in value && 'start' in value) nodes.push(value as Node)
      Object.values(value).forEach(visit)
    }
  }
  visit(program)
  return nodes
}

/** What a file imports, types included, as it is written. */
export function importsOf(path: string): string[] {
  return nodesOf(path).flatMap((node) => {
    const isImport =
      node.type === 'ImportDeclaration' ||
      node.type === 'ExportNamedDeclaration' ||
      node.type === 'ExportAllDeclaration' ||
      node.type === 'ImportExpression' ||
      node.type === 'TSImportType'
    const source = isImport ? (node as { source?: { value?: unknown } | null }).source : undefined
    return typeof source?.value === 'string' ? [source.value] : []
  })
}
