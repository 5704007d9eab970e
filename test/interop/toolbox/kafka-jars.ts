// Apache Kafka from its Maven artifacts: the broker that serves as the oracle, and all command line tools. JVMs start from a
// class data archive made once per tool, which more than halves the time of a short command.

import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { once, progress } from './cache.ts'
import { javaProgram, mavenProgram, mavenRepository } from './java.ts'
import { orCannotBeHad } from './missing.ts'
import { type Program, run } from './process.ts'

export const kafkaVersion = '4.3.1'

const dependencies = [
  { group: 'org.apache.kafka', artifact: 'kafka_2.13', version: kafkaVersion },
  { group: 'org.apache.kafka', artifact: 'kafka-tools', version: kafkaVersion },
  { group: 'org.apache.kafka', artifact: 'kafka-clients', version: kafkaVersion },
  { group: 'org.apache.kafka', artifact: 'connect-file', version: kafkaVersion },
  { group: 'org.apache.kafka', artifact: 'kafka-streams', version: kafkaVersion },
  { group: 'org.apache.kafka', artifact: 'kafka-streams', version: kafkaVersion, classifier: 'test' },
  { group: 'org.apache.logging.log4j', artifact: 'log4j-slf4j-impl', version: '2.25.4' },
]

/** The scripts of Kafka's bin directory and the main class behind each. */
export const kafkaTools = {
  'kafka-acls': 'org.apache.kafka.tools.AclCommand',
  'kafka-broker-api-versions': 'org.apache.kafka.tools.BrokerApiVersionsCommand',
  'kafka-cluster': 'org.apache.kafka.tools.ClusterTool',
  'kafka-configs': 'kafka.admin.ConfigCommand',
  'kafka-console-consumer': 'org.apache.kafka.tools.consumer.ConsoleConsumer',
  'kafka-console-producer': 'org.apache.kafka.tools.ConsoleProducer',
  'kafka-consumer-groups': 'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand',
  'kafka-delete-records': 'org.apache.kafka.tools.DeleteRecordsCommand',
  'kafka-dump-log': 'org.apache.kafka.tools.DumpLogSegments',
  'kafka-features': 'org.apache.kafka.tools.FeatureCommand',
  'kafka-get-offsets': 'org.apache.kafka.tools.GetOffsetShell',
  'kafka-groups': 'org.apache.kafka.tools.GroupsCommand',
  'kafka-leader-election': 'org.apache.kafka.tools.LeaderElectionCommand',
  'kafka-log-dirs': 'org.apache.kafka.tools.LogDirsCommand',
  'kafka-metadata-quorum': 'org.apache.kafka.tools.MetadataQuorumCommand',
  'kafka-producer-perf-test': 'org.apache.kafka.tools.ProducerPerformance',
  'kafka-reassign-partitions': 'org.apache.kafka.tools.reassign.ReassignPartitionsCommand',
  'kafka-server-start': 'kafka.Kafka',
  'kafka-storage': 'kafka.tools.StorageTool',
  'kafka-topics': 'org.apache.kafka.tools.TopicCommand',
  'kafka-transactional-message-copier': 'org.apache.kafka.tools.TransactionalMessageCopier',
  'kafka-transactions': 'org.apache.kafka.tools.TransactionsCommand',
  'kafka-verifiable-consumer': 'org.apache.kafka.tools.VerifiableConsumer',
  'kafka-verifiable-producer': 'org.apache.kafka.tools.VerifiableProducer',
} as const

export type KafkaToolName = keyof typeof kafkaTools

/** Kafka's jars and the Java to run them. */
export interface KafkaJars {
  /** The tool as a program: its arguments are those of the script of that name. `jvm` are options for the JVM. */
  program(tool: KafkaToolName, jvm?: readonly string[]): Program
}

const logging = fileURLToPath(new URL('log4j2.properties', import.meta.url))
const common = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xshare:auto', `-Dlog4j2.configurationFile=${logging}`]

export const kafkaJars = async (): Promise<KafkaJars> => {
  const java = await javaProgram()
  const lib = join(await once(`kafka-${kafkaVersion}`, (directory) => download(directory)), 'lib')
  const archives = await once(`kafka-${kafkaVersion}-archives`, (directory) => train(java, lib, directory))
  const program = (tool: KafkaToolName, jvm: readonly string[] = ['-Xmx256m']): Program => {
    const archive = join(archives, `${tool}.jsa`)
    const shared = existsSync(archive)
      ? [`-XX:SharedArchiveFile=${archive}`, '-Xlog:cds=off', '-Xlog:cds+dynamic=off']
      : []
    return { ...java, args: [...common, ...shared, ...jvm, '-cp', `${lib}/*`, kafkaTools[tool]] }
  }
  return { program }
}

const download = (directory: string): Promise<void> =>
  orCannotBeHad(`Apache Kafka ${kafkaVersion}`, async () => {
    const maven = await mavenProgram()
    progress(`fetching the jars of Apache Kafka ${kafkaVersion} with Maven`)
    const project = join(directory, 'pom.xml')
    await writeFile(project, pom())
    await run(
      maven,
      [
        '-B',
        '-q',
        '-f',
        project,
        'dependency:copy-dependencies',
        `-DoutputDirectory=${join(directory, 'lib')}`,
        ...(await mavenRepository()),
      ],
      { withinMs: 500_000 },
    )
  })

const pom = (): string => {
  const element = (name: string, text: string | undefined) => (text === undefined ? '' : `<${name}>${text}</${name}>`)
  const list = dependencies.map(
    ({ group, artifact, version, classifier }) =>
      `<dependency>${element('groupId', group)}${element('artifactId', artifact)}${element('version', version)}${element('classifier', classifier)}</dependency>`,
  )
  return `<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>jackdaw.interop</groupId>
  <artifactId>kafka</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    ${list.join('\n    ')}
  </dependencies>
</project>
`
}

// A JVM writes the archive of the classes that it loaded when it ends. The tools are run against an address where nobody
// listens: they load nearly all of theirs before they give up.
const nowhere = ['--bootstrap-server', '127.0.0.1:1']
const training: readonly { tool: KafkaToolName; args: readonly string[]; input?: string }[] = [
  { tool: 'kafka-topics', args: [...nowhere, '--list', '--command-config', 'impatient.properties'] },
  {
    tool: 'kafka-configs',
    args: [...nowhere, '--describe', '--topic', 't', '--command-config', 'impatient.properties'],
  },
  {
    tool: 'kafka-consumer-groups',
    args: [...nowhere, '--describe', '--group', 'g', '--timeout', '500', '--command-config', 'impatient.properties'],
  },
  { tool: 'kafka-console-consumer', args: [...nowhere, '--topic', 't', '--group', 'g', '--timeout-ms', '500'] },
  {
    tool: 'kafka-console-producer',
    args: [...nowhere, '--topic', 't', '--max-block-ms', '500'],
    input: 'a line\n',
  },
]

const train = async (java: Program, lib: string, directory: string): Promise<void> => {
  progress('preparing class data archives for the Java tools')
  await writeFile(join(directory, 'impatient.properties'), 'request.timeout.ms=400\ndefault.api.timeout.ms=500\n')
  for (const { tool, args, input } of training) {
    const archive = join(directory, `${tool}.jsa`)
    const jvm = [...common, `-XX:ArchiveClassesAtExit=${archive}`, '-cp', `${lib}/*`, kafkaTools[tool]]
    await run(java, [...jvm, ...args], { cwd: directory, input, exitCodes: [0, 1], withinMs: 120_000 })
  }
}
