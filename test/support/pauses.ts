import type { IsPaused } from '../../shared/service/pausing.ts'

/** For what isn't about pauses. */
export const notPaused: IsPaused = async () => false
