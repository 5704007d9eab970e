// Which leader epoch begins where (KIP-101, KIP-279, KIP-320): how a client that saw another leader finds the offset up to
// which its log and ours are the same.

export interface EpochStart {
  readonly epoch: number
  readonly start: number
}

/** Ascending in both epoch and start. */
export type LeaderEpochs = EpochStart[]

export const UNDEFINED_EPOCH = -1
export const UNDEFINED_OFFSET = -1

/** Notes the epoch of a batch at `offset`. Epochs in a log never decrease. */
export const noteEpoch = (epochs: LeaderEpochs, epoch: number, offset: number): void => {
  const last = epochs.at(-1)
  if (last === undefined || epoch > last.epoch) epochs.push({ epoch, start: offset })
}

/**
 * The largest epoch at or below `epoch`, and where the next one begins: the end of what that epoch wrote. (-1, -1) where
 * the log never saw the epoch.
 */
export const endOfEpoch = (
  epochs: LeaderEpochs,
  current: number,
  epoch: number,
  end: number,
): { epoch: number; endOffset: number } => {
  if (epoch === current) return { epoch, endOffset: end }
  if (epoch > current || epoch < 0) return { epoch: UNDEFINED_EPOCH, endOffset: UNDEFINED_OFFSET }
  const next = epochs.findIndex((candidate) => candidate.epoch > epoch)
  if (next === -1) return { epoch: epochs.at(-1)?.epoch ?? UNDEFINED_EPOCH, endOffset: end }
  const floor = epochs[next - 1]
  // Older than anything kept: all that is known is where the log now begins.
  return { epoch: floor?.epoch ?? epoch, endOffset: (epochs[next] as EpochStart).start }
}

/** The epoch of the batch that holds `offset`, for answers that carry one. */
export const epochAt = (epochs: LeaderEpochs, offset: number): number => {
  const found = epochs.findLast((candidate) => candidate.start <= offset)
  return found?.epoch ?? UNDEFINED_EPOCH
}

/** Drops what lies wholly before the log start, but keeps the epoch that holds it. */
export const trimEpochs = (epochs: LeaderEpochs, start: number): void => {
  const holder = epochs.findLastIndex((candidate) => candidate.start <= start)
  if (holder <= 0) return
  epochs.splice(0, holder)
}
