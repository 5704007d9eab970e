// The command line: what may be said, and the help. What it does is in a file per command.
import { Command, Option } from 'commander'
import { exitCode } from './failure.ts'
import { logLevels } from './log.ts'
import type { LogLevel } from './log.ts'
import type { ServeOptions } from './serve.ts'
import { readVersion } from './version.ts'

/** The actions behind the commands: each answers with the exit code. */
export interface Commands {
  serve(options: ServeOptions): Promise<number>
}

/** `done` is told the exit code of the command that ran. */
export function makeProgram(commands: Commands, done: (code: number) => void): Command {
  const program = new Command('jackdaw')
    .description('A Kafka-compatible broker that keeps its logs in what you already run.')
    .version(readVersion())
    .exitOverride()
    .showSuggestionAfterError()
    .addHelpText('after', `\nExit codes: ${exitCodes()}`)
  addServe(program, commands, done)
  return program
}

function addServe(program: Command, commands: Commands, done: (code: number) => void): void {
  const collect = (text: string, texts: readonly string[] = []) => [...texts, text]
  program
    .command('serve')
    .description('start a broker and serve until SIGINT or SIGTERM')
    .option('--config <file>', 'a server.properties')
    .option(
      '--listeners <list>',
      'where to listen: NAME://host:port, with commas between (default: PLAINTEXT://localhost:9092)',
    )
    .option('--storage <url>', 'where the logs are: file:DIR or memory: (default: file:jackdaw-data)')
    .option('--set <key=value>', 'any key of server.properties; may be given again and again', collect)
    .addOption(
      new Option('--log-level <level>', 'the least important that is logged').choices(logLevels).default('info'),
    )
    .addHelpText(
      'after',
      `
What is said here is stronger than the file. "localhost" listens on 127.0.0.1 and ::1.

Examples:
  jackdaw serve
  jackdaw serve --storage memory: --listeners PLAINTEXT://localhost:0
  jackdaw serve --config server.properties --set num.partitions=3`,
    )
    .action(async (options: { logLevel: LogLevel } & Omit<ServeOptions, 'logLevel'>) => {
      done(await commands.serve(options))
    })
}

function exitCodes(): string {
  return Object.entries(exitCode)
    .map(([name, code]) => `${code} ${name}`)
    .join(', ')
}
