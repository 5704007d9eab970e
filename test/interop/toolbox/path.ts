// What is on PATH already, and in which version.

import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { type Program, run } from './process.ts'

/** The absolute path of an executable on PATH, or undefined. */
export const onPath = async (name: string): Promise<string | undefined> => {
  for (const directory of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(directory, name)
    const executable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (executable) return path
  }
  return undefined
}

/** The first number triple in what `program args` prints, as [major, minor]; [0, 0] if it cannot be told. */
export const versionOf = async (program: Program, args: readonly string[]): Promise<readonly [number, number]> => {
  const said = await run(program, args).catch(() => undefined)
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(`${said?.stdout ?? ''}${said?.stderr ?? ''}`) ?? []
  return [Number(major), Number(minor)]
}
