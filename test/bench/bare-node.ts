// `node --conditions=source test/bench/bare-node.ts DIRECTORY PORT`: the bare server as a process of its own.

import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { startBareServer } from './bare/server.ts'

const [directory, port] = process.argv.slice(2)
if (directory === undefined || port === undefined) throw new Error('Usage: bare-node.ts DIRECTORY PORT')
const file = await open(join(directory, 'records'), 'a')
await startBareServer(Number(port), file)
process.once('SIGTERM', () => process.exit(0))
