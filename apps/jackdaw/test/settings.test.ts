import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { exitCode, readSettings, storageUrl } from '../src/index.ts'
import { temporaryDirectory } from './support.ts'

function propertiesFile(text: string): string {
  const path = join(temporaryDirectory(), 'server.properties')
  writeFileSync(path, text)
  return path
}

test('flags are stronger than --set, and --set than the file', async () => {
  const config = propertiesFile('num.partitions=2\nlog.dir=/a\nlisteners=PLAINTEXT://a:1\nnum.io.threads=8\n')
  const settings = await readSettings({
    config,
    set: ['num.partitions=3', 'listeners=PLAINTEXT://b:2', 'broker.rack=a=b'],
    listeners: 'PLAINTEXT://c:3',
  })
  expect(settings.config['num.partitions']).toBe(3)
  expect(settings.config.listeners).toEqual([{ name: 'PLAINTEXT', host: 'c', port: 3 }])
  expect(settings.config['broker.rack']).toBe('a=b')
  expect(settings.given.get('listeners')).toBe('PLAINTEXT://c:3')
  expect(settings.notes).toEqual([expect.stringContaining('num.io.threads has no effect')])
})

test.each([
  [{}, 'file:jackdaw-data'],
  [{ set: ['log.dir=/b'] }, 'file:/b'],
  [{ set: ['log.dir=/b', 'log.dirs=/c'] }, 'file:/c'],
  [{ set: ['log.dirs=/c'], storage: 'memory:' }, 'memory:'],
])('the storage of %j is %s', async (source, url) => {
  expect(storageUrl((await readSettings(source)).config)).toBe(url)
})

test('a file that is not there or cannot be parsed is named', async () => {
  const failure = { exitCode: exitCode.configuration }
  await expect(readSettings({ config: '/nowhere/x.properties' })).rejects.toMatchObject({
    ...failure,
    message: expect.stringContaining('/nowhere/x.properties cannot be read: ENOENT') as string,
  })
  await expect(readSettings({ config: propertiesFile('a=\\u00') })).rejects.toMatchObject({
    ...failure,
    message: expect.stringContaining('line 1') as string,
  })
})
