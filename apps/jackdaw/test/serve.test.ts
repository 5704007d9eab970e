import { once } from 'node:events'
import { readdirSync, realpathSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { exitCode } from '../src/index.ts'
import { Jackdaw, temporaryDirectory } from './support.ts'

const anywhere = ['serve', '--storage', 'memory:', '--listeners', 'PLAINTEXT://localhost:0']

async function connect(host: string, port: number): Promise<net.Socket> {
  const socket = net.connect({ host, port })
  onTestFinished(() => {
    socket.destroy()
  })
  await once(socket, 'connect')
  return socket
}

describe('jackdaw serve', () => {
  test('says where it serves, what keeps the data and how well, and how long the start took', async () => {
    const jackdaw = new Jackdaw(anywhere)
    expect(await jackdaw.logged('bootstrap')).toMatchObject({
      'log.level': 'info',
      '@timestamp': expect.stringMatching(/^\d{4}-.*Z$/) as string,
      nodeId: 1,
      bootstrap: [expect.stringMatching(/^localhost:\d+$/) as string],
      storage: 'memory:',
      durability: 'D0',
      durabilityReason: expect.stringContaining('memory of this process') as string,
      startMs: expect.any(Number) as number,
      message: expect.stringContaining('Ready in') as string,
    })
  })

  test('listens on both loopback addresses for localhost', async () => {
    const { port } = await new Jackdaw(anywhere).bootstrap()
    await connect('127.0.0.1', port)
    await connect('::1', port)
  })

  test.each(['SIGINT', 'SIGTERM'] as const)('stops in good order on %s, with connections open', async (signal) => {
    const jackdaw = new Jackdaw(anywhere)
    const { port } = await jackdaw.bootstrap()
    await connect('127.0.0.1', port)
    jackdaw.process.kill(signal)
    const { code, stdout, stderr } = await jackdaw.ended
    expect(stdout).toContain(`${signal}: stopping`)
    expect(stdout.trimEnd()).toMatch(/"message":"stopped"\}$/)
    expect(stderr).toBe('')
    expect(code).toBe(exitCode.done)
  })

  test('takes the echo of a signal for the same one', async () => {
    const jackdaw = new Jackdaw(anywhere)
    await jackdaw.logged('bootstrap')
    jackdaw.process.kill('SIGINT')
    jackdaw.process.kill('SIGTERM')
    expect((await jackdaw.ended).code).toBe(exitCode.done)
  })

  test('names the port that is taken, in one line', async () => {
    const { port } = await new Jackdaw(anywhere).bootstrap()
    const second = new Jackdaw(['serve', '--storage', 'memory:', '--listeners', `PLAINTEXT://localhost:${port}`])
    const { code, stderr } = await second.ended
    expect(stderr).toMatch(
      new RegExp(`^jackdaw: Cannot listen on 127.0.0.1:${port}: another process listens there.*\n$`),
    )
    expect(code).toBe(exitCode.address)
  })

  test('names every fault of its configuration, a line each, and starts nothing', async () => {
    const jackdaw = new Jackdaw([...anywhere, '--set', 'num.partition=3', '--set', 'message.max.bytes=-1'])
    const { code, stdout, stderr } = await jackdaw.ended
    expect(stderr).toBe(
      'jackdaw: There is no broker config num.partition. Did you mean num.partitions?\n' +
        'message.max.bytes=-1 is refused: it must be at least 0\n',
    )
    expect(stdout).toBe('')
    expect(code).toBe(exitCode.configuration)
  })

  test('says of a key that has no effect why, and starts', async () => {
    const jackdaw = new Jackdaw([...anywhere, '--set', 'zookeeper.connect=localhost:2181'])
    const { stdout } = await jackdaw.bootstrap().then(() => {
      jackdaw.process.kill('SIGINT')
      return jackdaw.ended
    })
    expect(stdout).toContain('zookeeper.connect has no effect: there is no ZooKeeper')
  })

  test.each([
    ['foo:bar', 'There is no storage "foo:bar"'],
    ['data', 'There is no storage "data". There are: file:DIR, memory:. Did you mean file:data?'],
    ['fiel:data', 'Did you mean file:DIR?'],
    ['file:', 'it names no directory'],
    ['file://host/data', 'a directory of another machine'],
    ['memory:x', 'memory:x cannot be opened: the memory of this process has no name; write "memory:"'],
  ])('refuses the storage %s by saying what there is', async (url, said) => {
    const { code, stderr } = await new Jackdaw(['serve', '--storage', url], temporaryDirectory()).ended
    expect(stderr).toContain(said)
    expect(stderr.split('\n')).toHaveLength(2)
    expect(code).toBe(exitCode.storage)
  })
})

describe('the data directory', () => {
  const inDirectory = (directory: string, ...more: string[]) =>
    new Jackdaw(['serve', '--listeners', 'PLAINTEXT://localhost:0', ...more], directory)

  test('is made where the command runs, named, and found again by the next start', async () => {
    const directory = realpathSync(temporaryDirectory())
    const first = inDirectory(directory)
    const { clusterId, storage, durability } = await first.logged('bootstrap')
    expect(storage).toBe(`file:${join(directory, 'jackdaw-data')}`)
    expect(durability).toBe('D3')
    first.process.kill('SIGTERM')
    expect((await first.ended).code).toBe(exitCode.done)
    expect(await inDirectory(directory).logged('bootstrap')).toMatchObject({ clusterId })
  })

  test('that another process works in is refused, by name, in one line', async () => {
    const directory = temporaryDirectory()
    const first = inDirectory(directory)
    await first.logged('bootstrap')
    const { code, stderr } = await inDirectory(directory).ended
    expect(stderr).toMatch(
      new RegExp(`^jackdaw: file:jackdaw-data cannot be opened: .* in use by process ${first.process.pid} .*\n$`),
    )
    expect(code).toBe(exitCode.storage)
  })

  test('that is somebody else’s is left alone', async () => {
    const directory = temporaryDirectory()
    writeFileSync(join(directory, 'thesis.txt'), 'years of work')
    const { code, stderr } = await inDirectory(directory, '--storage', 'file:.').ended
    expect(stderr).toContain('file:. cannot be opened')
    expect(code).toBe(exitCode.storage)
    expect(readdirSync(directory)).toEqual(['thesis.txt'])
  })

  test('weaker than asked is refused, with the reason of its class', async () => {
    const { code, stderr } = await inDirectory(temporaryDirectory(), '--set', 'jackdaw.durability.min=D4').ended
    expect(stderr).toMatch(
      /^jackdaw: file:jackdaw-data is of durability D3 \(.+\), and jackdaw.durability.min is D4\n$/,
    )
    expect(code).toBe(exitCode.storage)
  })
})

describe('the command line', () => {
  test('shows its version and its help, exit codes included', async () => {
    expect(await new Jackdaw(['--version']).ended).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string,
    })
    const help = await new Jackdaw(['--help']).ended
    expect(help).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('3 configuration, 4 storage, 5 address') as string,
    })
  })

  test.each([
    [['serv']],
    [['serve', '--bogus']],
    [['serve', '--set', 'novalue']],
    [['serve', '--log-level', 'loud']],
    [[]],
  ])('answers %j with what is wrong and the exit code for it', async (args) => {
    const { code, stderr } = await new Jackdaw(args).ended
    expect(stderr).not.toBe('')
    expect(stderr).not.toContain('    at ')
    expect(code).toBe(exitCode.usage)
  })
})
