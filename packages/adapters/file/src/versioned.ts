// Small files and lines that say what they are, in which version, and whether they are whole: `<what> <version> <crc> <body>`.
import { crc32 } from 'node:zlib'

/** A file of the store is not what was stored, or is of a version that this release does not know. */
export class UnreadableStore extends Error {
  override readonly name = 'UnreadableStore'
}

const headLimit = 64

export function seal(what: string, version: number, body: Uint8Array): Buffer {
  const head = `${what} ${version} ${crc32(body).toString(16).padStart(8, '0')} ${body.length}\n`
  return Buffer.concat([Buffer.from(head, 'latin1'), body])
}

/** The body of a sealed file. Throws {@link UnreadableStore} with the name of the file and what is wrong with it. */
export function unseal(path: string, what: string, version: number, bytes: Buffer): Buffer {
  const lineEnd = bytes.subarray(0, headLimit).indexOf(10)
  const [found, foundVersion, crc, length] = bytes.toString('latin1', 0, Math.max(lineEnd, 0)).split(' ')
  if (found !== what || foundVersion === undefined)
    throw new UnreadableStore(`${path} is damaged: it does not begin as a ${what}`)
  if (foundVersion !== String(version)) {
    throw new UnreadableStore(`${path} is of version ${foundVersion}; this release reads version ${version}`)
  }
  const body = bytes.subarray(lineEnd + 1)
  if (String(body.length) !== length)
    throw new UnreadableStore(`${path} is damaged: ${body.length} bytes in place of ${length}`)
  if (crc32(body).toString(16).padStart(8, '0') !== crc)
    throw new UnreadableStore(`${path} is damaged: its checksum does not match`)
  return body
}
