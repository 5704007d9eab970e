// The process: runs the command line and turns what became of it into an exit code and, where it failed, one line.
import { CommanderError } from 'commander'
import { exitCode, Failure } from './failure.ts'
import { makeProgram } from './program.ts'
import { serve } from './serve.ts'

const program = makeProgram({ serve }, (code) => {
  process.exitCode = code
})

program.parseAsync().catch((error: unknown) => {
  if (error instanceof CommanderError) {
    // It has already said what is wrong, or shown the help that was asked for.
    process.exitCode = error.exitCode === 0 ? exitCode.done : exitCode.usage
    return
  }
  process.exitCode = error instanceof Failure ? error.exitCode : exitCode.unforeseen
  process.stderr.write(error instanceof Failure ? `jackdaw: ${error.message}\n` : `jackdaw: ${inspect(error)}\n`)
})

function inspect(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
