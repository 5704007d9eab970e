// The few lines of the zip format that it takes to read text files out of a jar: end record, central directory, deflate.
import { readFileSync } from 'node:fs'
import { inflateRawSync } from 'node:zlib'

const END_SIGNATURE = 0x06054b50
const ENTRY_SIGNATURE = 0x02014b50
const END_BYTES = 22
const ENTRY_BYTES = 46
const LOCAL_BYTES = 30

/** The texts of all files in the jar whose name satisfies `wanted`, by name. */
export function readJar(path: string, wanted: (name: string) => boolean): Map<string, string> {
  const jar = readFileSync(path)
  const end = endRecord(jar, path)
  const count = jar.readUInt16LE(end + 10)
  const texts = new Map<string, string>()
  let at = jar.readUInt32LE(end + 16)
  for (let i = 0; i < count; i++) {
    if (jar.readUInt32LE(at) !== ENTRY_SIGNATURE) throw new Error(`${path}: no directory entry at ${at}`)
    const nameBytes = jar.readUInt16LE(at + 28)
    const name = jar.toString('utf8', at + ENTRY_BYTES, at + ENTRY_BYTES + nameBytes)
    if (wanted(name)) texts.set(name, entryText(jar, at))
    at += ENTRY_BYTES + nameBytes + jar.readUInt16LE(at + 30) + jar.readUInt16LE(at + 32)
  }
  return texts
}

function endRecord(jar: Buffer, path: string): number {
  for (let at = jar.length - END_BYTES; at >= 0; at--) if (jar.readUInt32LE(at) === END_SIGNATURE) return at
  throw new Error(`${path} is not a jar`)
}

function entryText(jar: Buffer, entry: number): string {
  const method = jar.readUInt16LE(entry + 10)
  const size = jar.readUInt32LE(entry + 20)
  const local = jar.readUInt32LE(entry + 42)
  const from = local + LOCAL_BYTES + jar.readUInt16LE(local + 26) + jar.readUInt16LE(local + 28)
  const bytes = jar.subarray(from, from + size)
  return (method === 0 ? bytes : inflateRawSync(bytes)).toString('utf8')
}
