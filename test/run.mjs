// `npm test`: installs when needed, then every suite of budget.ts under the pinned Node (run.ts).
import { join } from 'node:path'
import { installWhenNeeded, root } from '../apps/jackdaw/bin/setup.mjs'
import { runSource } from '../apps/jackdaw/bin/source.mjs'

const failed = installWhenNeeded()
if (failed) process.exitCode = failed
else runSource(join(root, 'test/run.ts'), process.argv.slice(2))
