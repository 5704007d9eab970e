// Apache Kafka as one process that is broker and controller, on its own directory: the oracle.

import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts } from '../toolbox/net.ts'
import { run, start } from '../toolbox/process.ts'
import { findTool } from '../toolbox/toolbox.ts'
import type { BrokerProcess, Properties } from './broker.ts'

const clusterId = 'amFja2Rhdy1pbnRlcm9wMQ'

export const kafkaProcess = async (properties: Properties): Promise<BrokerProcess> => {
  const found = await findTool('kafka')
  if (found.missing !== undefined) throw new Error(found.missing)
  const jars = found.tool
  const [port = 0, controllerPort = 0] = await freePorts(2)
  const directory = await mkdtemp(join(tmpdir(), 'kafka-interop-'))
  const logDirectory = join(directory, 'logs')
  await mkdir(logDirectory)
  const file = join(directory, 'server.properties')
  const all = { ...serverProperties(port, controllerPort, logDirectory), ...properties }
  await writeFile(
    file,
    Object.entries(all)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  )
  await run(jars.program('kafka-storage'), ['format', '-t', clusterId, '-c', file, '--standalone'])
  const program = jars.program('kafka-server-start', ['-Xms256m', '-Xmx512m'])
  return { directory, logDirectory, port, launch: () => start(program, [file]) }
}

const serverProperties = (port: number, controllerPort: number, logDirectory: string): Properties => {
  const listeners = `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`
  return {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.bootstrap.servers': `127.0.0.1:${controllerPort}`,
    listeners,
    'advertised.listeners': listeners,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    'log.dirs': logDirectory,
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    // A killed broker may come back at once: its old registration is not waited for.
    'broker.session.timeout.ms': '2000',
    'broker.heartbeat.interval.ms': '500',
  }
}
