// The records of control batches. A key opens with an int16 version, so does the value of an end of transaction.
import { array, int16, int32, struct, uuid } from '../schema/field.ts'
import { message, type Infer } from '../schema/message.ts'

/** The key, after its version. */
export const ControlRecordTypeSchema = message(
  'ControlRecordTypeSchema',
  { versions: '0', flexible: 'none' },
  {
    /** 0: abort, 1: commit, 2: leader change, 3 and 4: snapshot header and footer, 5: KRaft version, 6: voters. */
    type: int16(),
  },
)
export interface ControlRecordTypeSchema extends Infer<typeof ControlRecordTypeSchema> {}

/** The value of an abort or commit, after its version. */
export const EndTxnMarker = message(
  'EndTxnMarker',
  { versions: '0', flexible: 'none' },
  {
    /** A marker of an older coordinator is refused. */
    coordinatorEpoch: int32(),
  },
)
export interface EndTxnMarker extends Infer<typeof EndTxnMarker> {}

const voter = struct({
  voterId: int32(),
  voterDirectoryId: uuid({ versions: '1+' }),
})

/** What a new KRaft leader writes first. v1 directories of the voters (KIP-853). */
export const LeaderChangeMessage = message(
  'LeaderChangeMessage',
  { versions: '0-1', flexible: '0+' },
  {
    version: int16(),
    leaderId: int32(),
    voters: array(voter),
    grantingVoters: array(voter),
  },
)
export interface LeaderChangeMessage extends Infer<typeof LeaderChangeMessage> {}
