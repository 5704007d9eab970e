// The Jackdaw daemon as a user starts it, from sources, on the file storage.

import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { repositoryRoot } from '../toolbox/cache.ts'
import { freePorts } from '../toolbox/net.ts'
import { start } from '../toolbox/process.ts'
import type { BrokerProcess, Properties } from './broker.ts'

export const jackdawProcess = async (properties: Properties): Promise<BrokerProcess> => {
  const [port = 0] = await freePorts(1)
  const directory = await mkdtemp(join(tmpdir(), 'jackdaw-interop-'))
  const program = {
    command: join(repositoryRoot, 'node_modules/.bin/node'),
    args: ['--conditions=source', join(repositoryRoot, 'apps/jackdaw/src/main.ts'), 'serve'],
  }
  const settings = Object.entries(properties).flatMap(([name, value]) => ['--set', `${name}=${value}`])
  const args = ['--storage', `file:${directory}`, '--listeners', `PLAINTEXT://127.0.0.1:${port}`, ...settings]
  return { directory, logDirectory: directory, port, launch: () => start(program, args) }
}
