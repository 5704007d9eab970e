// `npm start`: installs when needed, then `jackdaw serve` from the sources.
import { join } from 'node:path'
import { installWhenNeeded, root } from './setup.mjs'
import { runSource } from './source.mjs'

const failed = installWhenNeeded()
if (failed) process.exitCode = failed
else runSource(join(root, 'apps/jackdaw/src/main.ts'), ['serve', ...process.argv.slice(2)])
