// kcat, and with it librdkafka: the one on PATH, else Debian's.

import { join } from 'node:path'
import { unpacked, unpackedEnvironment } from './debian.ts'
import { onPath } from './path.ts'
import type { Program } from './process.ts'

export const kcatProgram = async (): Promise<Program> => {
  const installed = await onPath('kcat')
  if (installed !== undefined) return { command: installed }
  const root = await unpacked('kcat', ['kcat'])
  return { command: join(root, 'usr/bin/kcat'), env: unpackedEnvironment(root) }
}
