export type { Batch, Decision, Machine, Now, Reply } from './machine.ts'
